"""What went wrong with a question to Workways: what happened, and what to do next."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.workways import (
    Garbled,
    Rejected,
    Throttled,
    TooLarge,
    Unauthorized,
    Unreachable,
    WorkwaysError,
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happened, what to do, and the words of Workways itself, "" where it said none."""

    happened: str
    next: str
    said: str = ""


def trouble_of(error: WorkwaysError) -> Trouble:
    """The error in the language of the page; only an answer of Workways is quoted, never a program's own message."""
    said = error.message if isinstance(error, (Rejected, Unauthorized, Throttled)) else ""
    happened, way_on = _words(error)
    return Trouble(happened, way_on, said)


def _words(error: WorkwaysError) -> tuple[str, str]:
    match error:
        case Unreachable():
            return _("Workways can't be reached."), _("Try again in a few minutes.")
        case Unauthorized():
            return _("Workways doesn't accept the portal's token."), _(
                "Ask whoever runs the portal to renew the token."
            )
        case Throttled():
            return _("Workways asks the portal to wait: the quota is used up."), _throttled(error.wait_seconds)
        case Rejected():
            return _("Workways refuses to answer this."), _("Its own words say why.")
        case Garbled() | TooLarge():
            return (
                _("Workways answered something that the portal can't read."),
                _("Try again; if it stays like this, tell whoever runs the portal."),
            )
        case _:
            return _("Workways gave no usable answer in time."), _("Try again in a few minutes.")


def _throttled(seconds: float | None) -> str:
    values: dict[str, Any] = {"seconds": round(seconds or 0)}
    return _("Try again in %(seconds)s seconds.") % values if seconds else _("Try again in a few minutes.")
