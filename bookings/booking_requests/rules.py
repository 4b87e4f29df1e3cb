"""What follows from what, without a database, a clock or a network."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from bookings.booking_requests.states import Presence, State
from bookings.core.timespan import TimeSpan

# A Workways id inside a UID.
_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{24}(?![0-9a-f])")
# Waits between two looks at a request whose outcome is unknown: quick at first, because a person waits, then polite.
_WAITS = (
    timedelta(seconds=20),
    timedelta(seconds=40),
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
)
# No send takes longer: its own hard stop is at eight seconds, so the program that sent it is gone.
STALE_SENDING = timedelta(seconds=60)
# A second press of "send it again" within this time sends nothing.
MAIL_COOL_DOWN = timedelta(seconds=60)
# How many unanswered questions one request may have.
OPEN_ASKS_LIMIT = 5
# A meeting counts as gone when it is missing in two readings at least so far apart. A calendar that is suddenly empty
# is more likely an upstream with hiccups than a room whose every meeting was cancelled.
GONE_AFTER = timedelta(minutes=2)
GONE_AFTER_WHEN_EMPTY = timedelta(minutes=15)
# In all other states Workways is, or will be, asked for the guest by the address that it was sent.
ADDRESS_MAY_CHANGE = frozenset({State.AWAITING_PROOF, State.KEPT, State.REFUSED, State.ARCHIVED, State.BOOKED})
# Reminders leave between these hours of the site's wall clock; one that is late may still leave a little after.
CIVIL_HOURS = (time(8), time(20))
_CIVIL_UNTIL = time(21)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting of a room's feed: when, and its UID (RFC 5545, 3.8.4.7)."""

    span: TimeSpan
    uid: str


class Cancellable(Protocol):
    """What it takes to tell whether a meeting can be cancelled: a BookingRequest is one."""

    @property
    def state(self) -> str:
        """Where the request stands."""

    @property
    def is_gone(self) -> bool:
        """Has the meeting left its calendar?"""

    @property
    def end(self) -> datetime:
        """When the meeting ends."""

    @property
    def cancelling_at(self) -> datetime | None:
        """Since when it is being cancelled."""


def may_be_cancelled(request: Cancellable, *, now: datetime) -> bool:
    """Is it a booked meeting that isn't over, gone, or being cancelled already?"""
    stands = request.state == State.BOOKED and not request.is_gone
    return stands and request.end > now and request.cancelling_at is None


def settle_wait(attempts: int) -> timedelta:
    """How long to wait after so many looks; the longest wait repeats."""
    return _WAITS[min(attempts, len(_WAITS) - 1)]


def names_our_meeting(uid: str, workways_id: str) -> bool:
    """Does the UID carry our meeting's id? The document's own example of a UID hints so; then no doubt is left."""
    return bool(workways_id) and workways_id in uid


def names_another(uid: str, workways_id: str) -> bool:
    """Does the UID carry an id, but not ours? Then it is somebody else's meeting, even at exactly our time."""
    return bool(workways_id) and workways_id not in uid and _ID.search(uid) is not None


def find_ours(
    meetings: Iterable[Meeting], *, span: TimeSpan, workways_id: str, known_uids: Collection[str]
) -> Meeting | None:
    """The meeting that a request became, or None.

    Certain when the UID names it. Else it is one at exactly our start and end that was not there before we sent.
    """
    exact = None
    for meeting in meetings:
        if names_our_meeting(meeting.uid, workways_id):
            return meeting
        is_new = meeting.uid not in known_uids and not names_another(meeting.uid, workways_id)
        if meeting.span == span and is_new:
            exact = meeting
    return exact


class Change(StrEnum):
    """What a reading of the room's feed means for a booked meeting."""

    NONE = "none"
    SEEN = "seen"
    MOVED = "moved"
    MISSING = "missing"
    GONE = "gone"
    BACK = "back"


def find_booked(
    meetings: Iterable[Meeting],
    *,
    span: TimeSpan,
    workways_id: str,
    uid: str,
    known_uids: Collection[str],
    presence: Presence,
) -> Meeting | None:
    """Where the feed shows a booked meeting, or None.

    By its UID, be it one that carries our meeting's id or the one under which we saw it before. A feed may give its
    events new UIDs, so as long as the meeting was never missing, one at exactly our time that isn't known to be
    somebody else's will do.
    """
    exact = None
    named = []
    for meeting in meetings:
        if names_our_meeting(meeting.uid, workways_id) or (uid and meeting.uid == uid):
            named.append(meeting)
        elif meeting.span == span and meeting.uid not in known_uids and not names_another(meeting.uid, workways_id):
            exact = meeting
    if named:
        return min(named, key=lambda meeting: (abs(meeting.span.start - span.start), meeting.span.start))
    return exact if presence in (Presence.UNSEEN, Presence.SHOWN) else None


def judge_reading(
    found: Meeting | None, *, span: TimeSpan, presence: Presence, missing_for: timedelta | None, is_empty: bool
) -> Change:
    """What a good reading says of a booked meeting that stood at `span`.

    `missing_for` is the time since the first reading that lacked it, `is_empty` whether the calendar has no event at
    all. A meeting that no reading has shown yet can't be missing.
    """
    if found is not None:
        if presence == Presence.GONE:
            return Change.BACK
        if found.span != span:
            return Change.MOVED
        return Change.NONE if presence == Presence.SHOWN else Change.SEEN
    if presence == Presence.SHOWN:
        return Change.MISSING
    if presence == Presence.MISSING and missing_for is not None:
        return Change.GONE if missing_for >= (GONE_AFTER_WHEN_EMPTY if is_empty else GONE_AFTER) else Change.NONE
    return Change.NONE


def reminder_at(start: datetime, zone: ZoneInfo, hours: int) -> datetime:
    """When to remind of a meeting: so many hours before by the wall clock of the site, moved into civil hours.

    By the wall clock, so that a day before ten o'clock is ten o'clock, also across a clock change. Too early in the
    morning becomes eight o'clock, or eight in the evening before when too little of the notice would be left.
    """
    wall = start.astimezone(zone).replace(tzinfo=None)
    wanted = wall - timedelta(hours=hours)
    opens, closes = CIVIL_HOURS
    if wanted.time() > closes:
        wanted = datetime.combine(wanted.date(), closes)
    elif wanted.time() < opens:
        morning = datetime.combine(wanted.date(), opens)
        evening = datetime.combine(wanted.date() - timedelta(days=1), closes)
        wanted = morning if (wall - morning) * 2 >= timedelta(hours=hours) else evening
    return wanted.replace(tzinfo=zone)


def is_civil(now: datetime, zone: ZoneInfo) -> bool:
    """May a mail that nobody waits for leave now, by the site's wall clock?"""
    return CIVIL_HOURS[0] <= now.astimezone(zone).time() < _CIVIL_UNTIL


# What becomes of the hold when a request moves: kept without end while something is still to come, dropped at a "no".
# A booked request keeps it until the room's feed shows the meeting, so that nobody is offered the time in between.
KEEPS_HOLD = frozenset(
    {
        State.SENDING,
        State.BEING_CONFIRMED,
        State.KEPT,
        State.REGISTRATION_NEEDED,
        State.VERIFICATION_NEEDED,
        State.BOOKED,
    }
)
DROPS_HOLD = frozenset({State.REFUSED, State.ARCHIVED, State.EXPIRED})
# States that a settling looks after until something comes of them.
LOOKED_AFTER = frozenset({State.BEING_CONFIRMED, State.REGISTRATION_NEEDED, State.VERIFICATION_NEEDED})
