"""Ids, and what stands in the place of one."""

from dataclasses import dataclass
from typing import Any

from portal.embedded.answers import Refused
from portal.embedded.blanks import CLASS, trimmed
from portal.embedded.ids import is_id
from portal.embedded.inputs import Reader
from portal.embedded.readers.numbers import finite_number

_ONE = "[0-9a-fA-F]{24}"
_BLANKS = f"[{CLASS}]*"


@dataclass(frozen=True, slots=True)
class WorkwaysId(Reader):
    """An id; `refusal` is the endpoint's own sentence, since the document has a different one in nearly each place
    (W19). Without a refusal a malformed id is read as "", which nothing has.
    """

    refusal: str

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{_ONE}$"} if self.refusal else {"type": "string"}

    @property
    def refusals(self) -> tuple[str, ...]:
        return (self.refusal,) if self.refusal else ()

    def __call__(self, value: Any) -> str:
        if isinstance(value, str) and is_id(trimmed(value)):
            return trimmed(value).lower()
        if self.refusal:
            raise Refused(self.refusal)
        return ""


@dataclass(frozen=True, slots=True)
class WorkwaysIds(Reader):
    """Ids with commas between them: in lower case, each once."""

    refusal: str

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{_BLANKS}{_ONE}{_BLANKS}(,{_BLANKS}{_ONE}{_BLANKS})*$"}

    @property
    def refusals(self) -> tuple[str, ...]:
        return (self.refusal,)

    def __call__(self, value: Any) -> tuple[str, ...]:
        ids = [trimmed(written) for written in str(value).split(",")]
        if not all(is_id(written) for written in ids):
            raise Refused(self.refusal)
        return tuple(dict.fromkeys(written.lower() for written in ids))


@dataclass(frozen=True, slots=True)
class NumberOrId(Reader):
    """The number of a thing within its owner, or the id of what it was made from (W65). A malformed id is read as "",
    which nothing has.
    """

    refusal: str

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": ["integer", "string"]}

    @property
    def refusals(self) -> tuple[str, ...]:
        return (self.refusal,)

    def __call__(self, value: Any) -> int | str:
        if isinstance(value, str):
            return trimmed(value).lower() if is_id(trimmed(value)) else ""
        number = finite_number(value)
        if number is None or number != int(number):
            raise Refused(self.refusal)
        return int(number)
