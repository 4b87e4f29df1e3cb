"""The root of everything that can go wrong with an outside service.

OutboundError
├── AddressRefused      the address guard won't let us go there
├── AnswerTooLarge      the answer went past its size limit
├── AnswerUnreadable    the answer's compression is unknown or broken
└── WorkwaysError …     portal/workways/errors.py; partners add their own families
"""

import re
from typing import Any, Self

# An error ends up in logs and in error reports, where neither a person's address nor a token may appear.
_SECRETS = re.compile(r"[^\s@<>\"'()]+@[^\s@<>\"'()]+|ww_dev_\w+|(?<=Bearer )[\w.~+/=-]{8,}")


def without_secrets(text: str) -> str:
    """The text with e-mail addresses and tokens blanked out."""
    return _SECRETS.sub("[hidden]", text)


class OutboundError(Exception):
    """Something went wrong with a service outside this process.

    `method` and `path` (never the query) say what was asked, `status` is the HTTP status when an answer came.
    `message` is opaque: what the other side said, perhaps in French, or our own words. `retry_is_safe` tells whether
    making the same call again is both harmless and of some use; `may_have_been_done` whether the call may have had
    its effect although we got no usable answer.
    """

    retry_is_safe = False
    may_have_been_done = False

    def __init__(self, message: str = "", *, method: str = "", path: str = "", status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.method = method
        self.path = path
        self.status = status

    def __str__(self) -> str:
        asked = f"{self.method} {self.path}".strip()
        answered = "" if self.status is None else f"HTTP {self.status}"
        return ": ".join(part for part in (asked, answered, without_secrets(self.message)) if part)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _revive, (type(self), self.__dict__)

    @classmethod
    def _revived(cls, state: dict[str, Any]) -> Self:
        error = cls.__new__(cls, state["message"])
        error.__dict__.update(state)
        return error


def _revive(kind: type[OutboundError], state: dict[str, Any]) -> OutboundError:
    """Makes an error again that travelled between processes; pickle can't repeat its keyword arguments."""
    return kind._revived(state)


class AddressRefused(OutboundError):
    """The address guard refused to go there: not https, not public, or not an address. Nothing was sent."""


class AnswerTooLarge(OutboundError):
    """The answer, unpacked, is larger than `limit` bytes."""

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"The answer is larger than {limit} bytes.")
        self.limit = limit


class AnswerUnreadable(OutboundError):
    """The answer is packed in a way we didn't ask for, or its packing is broken."""
