"""Numbers of a body and of a query; money as minor units."""

import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portal.embedded.answers import Refused
from portal.embedded.blanks import trimmed
from portal.embedded.inputs import Reader

_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,9})?", re.ASCII)
_MOST_EURO = 10_000_000


@dataclass(frozen=True, slots=True)
class WholeNumber(Reader):
    """A JSON number without a fraction, from `least` to `most`; `refusal` is what the document says to a smaller
    one.
    """

    name: str
    least: int
    most: int
    refusal: str

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}

    @property
    def refusals(self) -> tuple[str, ...]:
        return (
            self.refusal,
            f"Invalid {self.name}: must be a whole number",
            f"Invalid {self.name}: must be at most {self.most}",
        )

    def __call__(self, value: Any) -> int:
        too_small, broken, too_big = self.refusals
        number = finite_number(value)
        if number is None or number < self.least:
            raise Refused(too_small)
        if number != int(number):
            raise Refused(broken)
        if number > self.most:
            raise Refused(too_big)
        return int(number)


@dataclass(frozen=True, slots=True)
class QueryNumber(Reader):
    """A number above zero out of a query, at most `most`; up to nine decimals count."""

    refusal: str
    most: int

    @property
    def is_exact(self) -> bool:
        """No: 1e3 and a tenth decimal are numbers of JSON."""
        return False

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "number", "exclusiveMinimum": 0, "maximum": self.most}

    @property
    def refusals(self) -> tuple[str, ...]:
        return (self.refusal,)

    def __call__(self, value: Any) -> Decimal:
        written = trimmed(str(value))
        if not _NUMBER.fullmatch(written) or not 0 < Decimal(written) <= self.most:
            raise Refused(self.refusal)
        return Decimal(written)


@dataclass(frozen=True, slots=True)
class Amount(Reader):
    """An amount in euro out of a body, as minor units; -1 is the document's word for "no own amount", read as None
    (W64). A fraction of a cent is rounded, half of one up.
    """

    name: str

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "number", "anyOf": [{"const": -1}, {"minimum": 0, "maximum": _MOST_EURO}]}

    @property
    def refusals(self) -> tuple[str, ...]:
        return (f"Invalid {self.name}: must be a positive number",)

    def __call__(self, value: Any) -> int | None:
        number = finite_number(value)
        if number is None or (number != -1 and not 0 <= number <= _MOST_EURO):
            raise Refused(self.refusals[0])
        if number == -1:
            return None
        # The shortest text of a float is what the caller wrote; its binary value is not.
        return int((Decimal(str(number)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def finite_number(value: Any) -> int | float | None:
    """The value when it is a JSON number, else None; a boolean is none, although Python counts with it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
