"""What follows from what, without a database, a clock or a network."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bookings.booking_requests.states import State
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


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting of a room's feed: when, and its UID (RFC 5545, 3.8.4.7)."""

    span: TimeSpan
    uid: str


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


def has_lasted(since: datetime | None, limit: timedelta, *, now: datetime) -> bool:
    """Is that instant at least so long ago? An instant that was never noted is."""
    return since is None or now - since >= limit


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
