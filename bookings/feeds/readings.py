"""What reading a calendar gives: busy spans, rejected events, or a refusal of the whole file."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Literal, NamedTuple

from bookings.core.timespan import TimeSpan


def _(sentence: str) -> str:
    """Marks a sentence for translation, which happens where it's shown: reading knows no language."""
    return sentence


class Flaw(StrEnum):
    """What is wrong, as a sentence for staff. Never a word out of the calendar itself, so that no title gets out."""

    # of a whole file
    EMPTY = _("The file is empty.")
    WEB_PAGE = _("This is a web page, not a calendar.")
    JSON = _("This is JSON, not a calendar.")
    NOT_A_CALENDAR = _("This is not a calendar: BEGIN:VCALENDAR is missing.")
    TRUNCATED = _("The calendar is cut off: its end is missing.")
    TOO_LARGE = _("The file is larger than 20 MB.")
    TOO_MANY_EVENTS = _("The calendar has more than 50,000 events.")
    TOO_MANY_OCCURRENCES = _("The calendar's events repeat more than 100,000 times.")
    TOO_SLOW = _("Reading the calendar takes more than 20 seconds of processor time.")
    WINDOW_TOO_LONG = _("At most 400 days can be read at once.")
    # of one event
    NO_START = _("It has no start.")
    BAD_START = _("Its start is not a date or time.")
    BAD_END = _("Its end is not a date or time.")
    BAD_DURATION = _("Its duration can't be read.")
    END_BEFORE_START = _("It ends before it starts.")
    BAD_RULE = _("Its recurrence rule can't be read.")
    BAD_EXCEPTION = _("One of its dates to leave out, to add or to replace can't be read.")
    OTHER_CALENDAR_SYSTEM = _("It repeats by a calendar that is not Gregorian.")
    BAD_PERIOD = _("One of its busy periods can't be read.")
    UNREADABLE = _("It can't be read.")


class FeedRejected(Exception):
    """The file as a whole is of no use; what was known before stays. `flaw` says why."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


class Busy(NamedTuple):
    """Busy time and the UID of the event it comes from, at most 255 characters; "" for an event without one."""

    uid: str
    span: TimeSpan


class Rejected(NamedTuple):
    """An event that could not be read, wholly or in part, and why."""

    uid: str
    reason: Flaw


@dataclass(frozen=True, slots=True)
class FeedReading:
    """What a calendar says of a window: whole spans that touch it, sorted, each once.

    `events` counts what the file holds, whether it is busy or not.
    """

    busy: tuple[Busy, ...]
    rejected: tuple[Rejected, ...] = ()
    events: int = 0

    @property
    def status(self) -> Literal["ok", "partial"]:
        """Was every event read?"""
        return "partial" if self.rejected else "ok"


@dataclass(frozen=True, slots=True)
class Caps:
    """How much one file may cost."""

    size: int = 20_000_000
    events: int = 50_000
    occurrences: int = 100_000
    window: timedelta = timedelta(days=400)
    processor_seconds: float = 20.0


CAPS = Caps()
