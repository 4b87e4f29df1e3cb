"""The answer to "may this slot be booked?" is a value, and a "no" has its reason."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Standing(StrEnum):
    """What the upstream said of a proved address; `UNKNOWN` means nobody has proved one."""

    UNKNOWN = "unknown"
    NEW = "new"
    KNOWN = "known"
    ARCHIVED = "archived"


class Reason(StrEnum):
    """Why a slot can't be booked."""

    PAST = "past"
    CLOSED = "closed"
    BUSY = "busy"
    HELD = "held"
    TOO_SOON_FOR_NEW = "too_soon_for_new"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    OFF_STEP = "off_step"
    TOO_MANY_PEOPLE = "too_many_people"
    TOO_FAR_AHEAD = "too_far_ahead"
    NO_SUCH_TIME = "no_such_time"
    FEED_UNKNOWN = "feed_unknown"
    NOT_A_MEETING_ROOM = "not_a_meeting_room"
    NO_LONGER_LISTED = "no_longer_listed"


@dataclass(frozen=True, slots=True)
class Bookable:
    """Yes. `needs_known_company`: only a company that Workways knows may take it; for a new one it is too soon."""

    needs_known_company: bool = False


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a place is closed although it usually opens then: a public holiday, or a closure with staff's own words.

    `english` and `french` name it, or are "". `until` is when a closure ends.
    """

    english: str
    french: str
    is_holiday: bool = False
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Blocked:
    """No, for this reason; `next_start` is the nearest later start that would do, `limit` the number the rule names.

    `cause` tells of a closed time why it is closed outside of the usual hours.
    """

    reason: Reason
    next_start: datetime | None = None
    limit: int | None = None
    cause: Cause | None = None


Answer = Bookable | Blocked
