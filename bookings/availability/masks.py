"""Starts as the bits of one whole number, bit n being n minutes after some origin. Pure.

A thousand rooms share a handful of opening hours, so which starts a room offers is worked out once for all that share
them; what is taken only clears bits. Whether a room has a free slot is then one operation on two numbers.

    offered   ..1..1..1..1..1..     a start every three minutes
    taken          [----)           blocks each start whose meeting would reach into it
    free      ..1...........1..     offered and not blocked
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bookings.availability.hours import DAY_MINUTES, WallRange, instants_showing, local_day
from bookings.availability.rules import (
    HORIZON_DAYS,
    RoomRules,
    first_day_for_new,
    openings,
    refusal_of_request,
    starts_of,
)
from bookings.core.answers import Standing
from bookings.core.timespan import merged

# A taken stretch without an end: nothing that anybody asks for lies behind it (seconds, in the year 5138).
ENDLESS = 99_999_999_999


@dataclass(frozen=True, slots=True)
class Times:
    """Which times of the day will do, in minutes of the site's wall clock; None where any will.

    `exact` is the very start; otherwise the meeting begins at `earliest` or later and ends by `latest`.
    """

    exact: int | None = None
    earliest: int | None = None
    latest: int | None = None


ANY_TIME = Times()


def minute_of(instant: datetime) -> int:
    """Whole minutes since 1970."""
    return int(instant.timestamp()) // 60


def instant_of(minute: int) -> datetime:
    """The same minute as an instant (UTC)."""
    return datetime.fromtimestamp(minute * 60, UTC)


@lru_cache(maxsize=16_384)
def offered_starts(rules: RoomRules, day: date, minutes: int, times: Times) -> tuple[int, ...]:
    """The starts (minutes since 1970) that a room offers on a local day for so long, within the wanted times."""
    if refusal_of_request(rules, minutes, 1) is not None:
        return ()
    starts = _start_minutes(day, rules.hours.of(day), rules.step_minutes, rules.zone)
    if times.exact is not None:
        # Of a time that the clock shows twice the first is meant.
        wanted = [minute_of(instant) for instant in instants_showing(day, times.exact, rules.zone)[:1]]
        starts = tuple(start for start in starts if start in wanted)
    # A room that is open around the clock doesn't close at midnight.
    opened = merged((*openings(day, rules), *openings(day + timedelta(days=1), rules)))
    within = [(minute_of(one.start), minute_of(one.end) - minutes) for one in opened]
    found = (start for start in starts if any(first <= start <= last for first, last in within))
    if times.earliest is None and times.latest is None:
        return tuple(found)
    return tuple(start for start in found if _is_within(start, minutes, day, rules.zone, times))


@lru_cache(maxsize=8192)
def _start_minutes(day: date, ranges: tuple[WallRange, ...], step: int, zone: ZoneInfo) -> tuple[int, ...]:
    """Every start of the day, as `rules.list_starts` says it, in minutes since 1970."""
    return tuple(minute_of(start) for start in starts_of(day, ranges, step, zone))


def _is_within(start: int, minutes: int, day: date, zone: ZoneInfo, times: Times) -> bool:
    if times.earliest is not None and _wall_minute(start, day, zone) < times.earliest:
        return False
    return times.latest is None or _wall_minute(start + minutes, day, zone) <= times.latest


def _wall_minute(minute: int, day: date, zone: ZoneInfo) -> int:
    """What the clock on the wall shows then, in minutes after the day's midnight; more than 1440 on the next day."""
    local = instant_of(minute).astimezone(zone)
    return (local.date() - day).days * DAY_MINUTES + local.hour * 60 + local.minute


def bounds(rules: RoomRules, minutes: int, *, standing: Standing, now: datetime) -> tuple[int, int]:
    """The first and the last start (minutes since 1970) that time itself and the rule for new companies allow."""
    # A meeting may begin at this very second, but not at the beginning of a minute that is under way.
    first = -(-int(now.timestamp() * 1_000_000) // 60_000_000)
    if standing is Standing.NEW:
        first = max(first, new_from(rules, now))
    return first, minute_of(now + timedelta(days=HORIZON_DAYS)) - minutes


def new_from(rules: RoomRules, now: datetime) -> int:
    """The first minute since 1970 at which a new company may meet."""
    return minute_of(local_day(first_day_for_new(now, rules.zone), rules.zone).start)


def mask_of(starts: Iterable[int], origin: int, first: int, last: int) -> int:
    """The starts from `first` to `last` as bits after the origin; none may lie before it."""
    mask = 0
    for start in starts:
        if first <= start <= last:
            mask |= 1 << (start - origin)
    return mask


def blocked_by(start: int, end: int, origin: int, length: int, minutes: int) -> int:
    """The bits of all starts whose meeting of so many minutes would touch a taken stretch (seconds since 1970).

    Meetings begin and end on whole minutes, so what is taken counts from the minute it begins in to the one it ends in.
    """
    low = max(start // 60 - origin - minutes + 1, 0)
    high = min(-(-end // 60) - origin, length)
    return (1 << high) - (1 << low) if high > low else 0


def lowest(mask: int) -> int:
    """The place of the lowest bit that is set. Raises ValueError where none is."""
    if not mask:
        raise ValueError("No bit is set.")
    return (mask & -mask).bit_length() - 1


def nearest(mask: int, aim: int) -> int | None:
    """The place of the set bit nearest to `aim`, the lower of two as near; None where none is set."""
    aim = max(aim, 0)
    above, below = mask >> aim, mask & ((1 << aim) - 1)
    up = aim + lowest(above) if above else None
    down = below.bit_length() - 1 if below else None
    if up is None or down is None:
        return down if up is None else up
    return down if aim - down <= up - aim else up
