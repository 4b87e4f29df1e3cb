"""When a room's calendar is read next, when an upstream that is away, and how much at once; pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

# Workways asks to be called with respect: never more than four calendars at a time, by all workers together.
CONNECTIONS = 4
# Claimed together by a worker that has all connections. Even when each takes the whole time-out they are done within
# the lease.
BATCH = 16
# Workers wake every fifteen seconds, and an open page asks every thirteen: with these it is never wrong for a minute.
LOOKED_AT_RHYTHM = timedelta(seconds=30)
OPEN_RHYTHM = timedelta(minutes=5)
CLOSED_RHYTHM = timedelta(minutes=30)
LONGEST_BACK_OFF = timedelta(minutes=30)
FIRST_BACK_OFF = timedelta(seconds=30)
# How long after a page view a room counts as looked at.
INTEREST = timedelta(minutes=10)
_OPENS, _CLOSES = 7, 20
_SATURDAY = 5
# So many calendars in a row that could not be had mean that the upstream is away, not that a room is odd.
FAILURES_UNTIL_REST = 8
FIRST_REST = timedelta(seconds=15)
LONGEST_REST = timedelta(minutes=2)


def next_refresh(
    now: datetime, *, zone: ZoneInfo, looked_at: datetime | None, failures_in_a_row: int, chance: float
) -> datetime:
    """When to read a room's calendar again after an attempt at `now`.

    `failures_in_a_row` counts the failed attempts up to this one. `chance`, from 0 up to 1, spreads the feeds: ten per
    cent less than the rhythm, half of a back-off. A failing feed waits twice as long each time and up to half an hour,
    looked at or not.
    """
    if failures_in_a_row:
        doublings = min(failures_in_a_row - 1, 10)
        back_off: timedelta = min(FIRST_BACK_OFF * 2**doublings, LONGEST_BACK_OFF)
        return now + back_off * (1 - chance / 2)
    rhythm = _rhythm(now, zone=zone, looked_at=looked_at)
    return now + rhythm * (1 - chance / 10)


def failures_after(failures_in_a_row: int, *, missed: int) -> int:
    """The failures in a row of an upstream, after so many more.

    However many fail together, to an upstream that rests already it is one more reason and not as many doublings.
    """
    if failures_in_a_row >= FAILURES_UNTIL_REST:
        return failures_in_a_row + 1
    return min(failures_in_a_row + missed, FAILURES_UNTIL_REST)


def rest(failures_in_a_row: int, *, chance: float) -> timedelta | None:
    """How long to leave an upstream alone after so many failures in a row, or None to go on.

    After each rest one calendar is tried; the rest doubles while that fails, up to two minutes. `chance`, from 0 up to
    1, takes off as much as half, so that installations don't come back to a shared upstream at the same moment.
    """
    if failures_in_a_row < FAILURES_UNTIL_REST:
        return None
    doublings = min(failures_in_a_row - FAILURES_UNTIL_REST, 10)
    longest: timedelta = min(FIRST_REST * 2**doublings, LONGEST_REST)
    return longest * (1 - chance / 2)


def _rhythm(now: datetime, *, zone: ZoneInfo, looked_at: datetime | None) -> timedelta:
    if looked_at is not None and now - looked_at < INTEREST:
        return LOOKED_AT_RHYTHM
    local = now.astimezone(zone)
    is_open = local.weekday() < _SATURDAY and _OPENS <= local.hour < _CLOSES
    return OPEN_RHYTHM if is_open else CLOSED_RHYTHM
