"""Opening hours: from the upstream's words to wall time, and from wall time to instants. Pure.

The upstream documents `slotWeek`, `slotSaturday` and `slotSunday` as strings such as "09:00-18:00", empty for closed
(Workways API, list of rooms), and names no time zone: they are the wall clock's at the site.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from bookings.core.timespan import TimeSpan, merged

DAY_MINUTES = 24 * 60

_CLOCK = r"(\d{1,2})(?:[:.h](\d{2})?(?::\d{2})?)?"
_RANGE = re.compile(rf"{_CLOCK}\s*-\s*{_CLOCK}")
_DASHES = re.compile(r"\s*(?:[‐-―−~]|\bto\b|\bà\b|\bau\b)\s*")
_JOINTS = re.compile(r"(?:[\s,;/&+|]|\band\b|\bet\b)*")
_CLOSED = frozenset({"", "-", "closed", "fermé", "ferme", "none", "null", "0", "00:00-00:00"})


@dataclass(frozen=True, slots=True, order=True)
class WallRange:
    """From one time of day up to but without another, in minutes after midnight on the wall clock; 1440 is 24:00."""

    start: int
    end: int

    @property
    def start_time(self) -> time:
        """When it begins."""
        return time(self.start // 60, self.start % 60)

    @property
    def end_text(self) -> str:
        """When it ends, as text, because no `time` can say 24:00."""
        return f"{self.end // 60:02}:{self.end % 60:02}"

    def __str__(self) -> str:
        return f"{self.start_time:%H:%M}–{self.end_text}"


@dataclass(frozen=True, slots=True)
class DayHours:
    """The ranges of one kind of day, in order and apart; not `understood` when a part, then closed, made no sense."""

    ranges: tuple[WallRange, ...] = ()
    understood: bool = True


@dataclass(frozen=True, slots=True)
class WeekHours:
    """Opening hours as the upstream tells them: one text for Monday to Friday, one for each day of the weekend."""

    weekdays: DayHours
    saturday: DayHours
    sunday: DayHours

    def of(self, day: date) -> tuple[WallRange, ...]:
        """The ranges of a date."""
        match day.weekday():
            case 5:
                return self.saturday.ranges
            case 6:
                return self.sunday.ranges
            case _:
                return self.weekdays.ranges

    @property
    def kinds(self) -> tuple[DayHours, DayHours, DayHours]:
        """Weekdays, Saturday, Sunday."""
        return (self.weekdays, self.saturday, self.sunday)

    @property
    def understood(self) -> bool:
        """Could every text be read?"""
        return all(kind.understood for kind in self.kinds)

    @property
    def longest_minutes(self) -> int:
        """The longest time the room is open without a break, 0 when it never opens."""
        return max((one.end - one.start for kind in self.kinds for one in kind.ranges), default=0)


@lru_cache(maxsize=4096)
def parse_hours(text: str) -> DayHours:
    """Reads one text: several ranges may be joined by comma, semicolon, slash or space; "9h-18h" and "24:00" are fine.

    What can't be read counts as closed, because an hour too few is a pity and an hour too many a broken promise.
    """
    plain = _DASHES.sub("-", text.strip().casefold())
    if plain in _CLOSED:
        return DayHours()
    ranges: list[WallRange] = []
    understood = True
    end_of_last = 0
    for found in _RANGE.finditer(plain):
        understood &= _JOINTS.fullmatch(plain, end_of_last, found.start()) is not None
        end_of_last = found.end()
        one = _wall_range(found)
        if one is None:
            understood = False
        else:
            ranges.append(one)
    understood &= _JOINTS.fullmatch(plain, end_of_last) is not None
    return DayHours(_joined(ranges), understood and bool(ranges))


def _wall_range(found: re.Match[str]) -> WallRange | None:
    start_hour, start_minute, end_hour, end_minute = (int(part or 0) for part in found.groups())
    if start_minute > 59 or end_minute > 59:
        return None
    start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    if end == 0:
        end = DAY_MINUTES
    return WallRange(start, end) if start < end <= DAY_MINUTES else None


def _joined(ranges: list[WallRange]) -> tuple[WallRange, ...]:
    result: list[WallRange] = []
    for one in sorted(ranges):
        if result and one.start <= result[-1].end:
            result[-1] = WallRange(result[-1].start, max(result[-1].end, one.end))
        else:
            result.append(one)
    return tuple(result)


@lru_cache(maxsize=8192)
def _steady_stretches(day: date, zone: ZoneInfo) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """Stretches of time around a local day in which the zone's offset stays the same: (start, end, offset).

    Wider than the day by what any zone is away from UTC, so the caller clips. A clock change is found by halving; the
    zones of the world never change twice within these two days.
    """
    start = datetime.combine(day, time(), UTC) - timedelta(hours=15)
    end = start + timedelta(hours=54)
    first, last = _offset(start, zone), _offset(end, zone)
    if first == last:
        return ((start, end, first),)
    before, after = start, end
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if _offset(middle, zone) == first:
            before = middle
        else:
            after = middle
    return ((start, after, first), (after, end, last))


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)


@lru_cache(maxsize=8192)
def spans_of(day: date, ranges: tuple[WallRange, ...], zone: ZoneInfo) -> tuple[TimeSpan, ...]:
    """The time during which the wall clock shows that date and a time inside the ranges, in order.

    Each instant is judged by what the clock shows then. So an hour that the clock skips is not there, and one that it
    shows twice is there twice: 00:00-02:30 on the night the clocks go back is two spans, with half an hour between.
    """
    midnight = datetime.combine(day, time(), UTC)
    parts: list[TimeSpan] = []
    for start, end, offset in _steady_stretches(day, zone):
        for one in ranges:
            opens = max(start, midnight + timedelta(minutes=one.start) - offset)
            closes = min(end, midnight + timedelta(minutes=one.end) - offset)
            if opens < closes:
                parts.append(TimeSpan(opens, closes))
    return tuple(merged(parts))


@lru_cache(maxsize=8192)
def local_day(day: date, zone: ZoneInfo) -> TimeSpan:
    """The whole local day: 24 hours, or 23 or 25 when the clocks change."""
    parts = spans_of(day, (WallRange(0, DAY_MINUTES),), zone)
    return TimeSpan(parts[0].start, parts[-1].end)


def clock_change(day: date, zone: ZoneInfo) -> datetime | None:
    """The instant at which the clocks change around that day, or None on nearly every day."""
    stretches = _steady_stretches(day, zone)
    return stretches[0][1] if len(stretches) > 1 else None


def instants_showing(day: date, minute: int, zone: ZoneInfo) -> tuple[datetime, ...]:
    """When (UTC) the wall clock shows that date and minute: never in a skipped hour, twice in a repeated one."""
    shown = datetime.combine(day, time(), UTC) + timedelta(minutes=minute)
    return tuple(shown - offset for start, end, offset in _steady_stretches(day, zone) if start <= shown - offset < end)


@lru_cache(maxsize=32_768)
def wall_clock(instant: datetime, zone: ZoneInfo) -> str:
    """What the clock on the wall shows: "14:00". Remembered, because pages ask for the same few thousand."""
    return f"{instant.astimezone(zone):%H:%M}"


@lru_cache(maxsize=32_768)
def start_key(instant: datetime, zone: ZoneInfo) -> str:
    """How an address names a start: "14:00", and "02:30+01:00" in an hour that comes twice."""
    local = instant.astimezone(zone)
    text = f"{local:%H:%M}"
    if len(instants_showing(local.date(), local.hour * 60 + local.minute, zone)) < 2:
        return text
    return text + local.isoformat()[-6:]


_START_KEY = re.compile(r"(\d{1,2}):(\d{2})(?:[+ ](\d{2}):(\d{2})|(-)(\d{2}):(\d{2}))?")


def find_start(day: date, key: str, zone: ZoneInfo) -> datetime | None:
    """The instant that a `start_key` names, or None when the clock skips it that day.

    A blank counts as the plus sign that it was before a form decoded it. Without an offset the first of two is meant.
    Raises ValueError for a text that is no time of day.
    """
    found = _START_KEY.fullmatch(key.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise ValueError(f"{key[:20]!r} is no time of day.")
    instants = instants_showing(day, int(found[1]) * 60 + int(found[2]), zone)
    hours, minutes, sign = (found[6], found[7], -1) if found[5] else (found[3], found[4], 1)
    if hours is not None:
        wanted = sign * timedelta(hours=int(hours), minutes=int(minutes))
        instants = tuple(instant for instant in instants if _offset(instant, zone) == wanted)
    return instants[0] if instants else None


class Days(StrEnum):
    """Which days a line of opening hours speaks of."""

    EVERY_DAY = "every_day"
    MONDAY_TO_FRIDAY = "monday_to_friday"
    MONDAY_TO_SATURDAY = "monday_to_saturday"
    WEEKEND = "weekend"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@dataclass(frozen=True, slots=True)
class HoursLine:
    """One line of opening hours: these days, these hours; no ranges means closed."""

    days: Days
    hours: DayHours


def list_lines(week: WeekHours) -> list[HoursLine]:
    """The week in as few lines as tell it."""
    return list(_lines(week))


def _lines(week: WeekHours) -> Iterator[HoursLine]:
    if week.weekdays == week.saturday == week.sunday:
        yield HoursLine(Days.EVERY_DAY, week.weekdays)
    elif week.weekdays == week.saturday:
        yield HoursLine(Days.MONDAY_TO_SATURDAY, week.weekdays)
        yield HoursLine(Days.SUNDAY, week.sunday)
    else:
        yield HoursLine(Days.MONDAY_TO_FRIDAY, week.weekdays)
        if week.saturday == week.sunday:
            yield HoursLine(Days.WEEKEND, week.saturday)
        else:
            yield HoursLine(Days.SATURDAY, week.saturday)
            yield HoursLine(Days.SUNDAY, week.sunday)
