"""When a place is closed although its opening hours say that it opens: closures and public holidays. Pure.

Both are told by the wall clock of the site, as opening hours are. A closure is one stretch of time from the first
instant at which the clock shows its beginning (or what comes after) up to the last at which it shows less than its end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bookings.availability.holiday_days import holidays_of
from bookings.availability.hours import DAY_MINUTES, WallRange, local_day, spans_of
from bookings.core.answers import Blocked, Cause, Reason
from bookings.core.timespan import TimeSpan, merged

_CLOSED = Blocked(Reason.CLOSED)


@dataclass(frozen=True, slots=True)
class ClosedTime:
    """One closure as instants, and why in both languages, each "" where staff said nothing."""

    span: TimeSpan
    english: str = ""
    french: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Closings:
    """All of a place. One is only equal to itself, so that what is remembered of rules is found at once.

    `country` is that of its holidays, "" where they are off; `open_days` are those on which it opens all the same.
    """

    times: tuple[ClosedTime, ...] = ()
    country: str = ""
    open_days: frozenset[date] = frozenset()

    def holiday(self, day: date) -> Cause | None:
        """The public holiday on which it is closed, or None."""
        if not self.country or day in self.open_days:
            return None
        names = holidays_of(self.country, day.year).get(day)
        return None if names is None else Cause(*names, is_holiday=True)

    def left_of(self, day: date, opened: tuple[TimeSpan, ...]) -> tuple[TimeSpan, ...]:
        """What is left of the openings of a day."""
        if not opened or self.holiday(day) is not None:
            return ()
        closed = [one.span for one in self.times if one.span.start < opened[-1].end and one.span.end > opened[0].start]
        return tuple(left for one in opened for left in one.minus(closed)) if closed else opened

    def cause(self, span: TimeSpan, zone: ZoneInfo) -> Cause | None:
        """Why something of the span is closed, or None where neither a closure nor a holiday touches it."""
        for one in self.times:
            if one.span.overlaps(span):
                return Cause(one.english, one.french, until=one.span.end)
        found = (self.holiday(day) for day in _days(span, zone)) if self.country else iter(())
        return next((cause for cause in found if cause is not None), None)

    def answer(self, span: TimeSpan, zone: ZoneInfo) -> Blocked:
        """That the place is closed then, with the cause if it is one of these."""
        cause = self.cause(span, zone) if self.times or self.country else None
        return _CLOSED if cause is None else Blocked(Reason.CLOSED, cause=cause)

    def coming(self, window: TimeSpan, zone: ZoneInfo) -> list[tuple[TimeSpan, Cause]]:
        """Each closure and holiday that touches the window, whole, with its cause, in order."""
        found = [
            (one.span, Cause(one.english, one.french, until=one.span.end))
            for one in self.times
            if one.span.overlaps(window)
        ]
        if self.country:
            days = ((day, self.holiday(day)) for day in _days(window, zone))
            found += [(local_day(day, zone), cause) for day, cause in days if cause is not None]
        return sorted(found, key=lambda entry: entry[0])

    def within(self, window: TimeSpan, zone: ZoneInfo) -> list[TimeSpan]:
        """All closed time of the window, in order and clipped to it, a holiday from midnight to midnight."""
        clipped = (span.clipped(window) for span in merged(span for span, _ in self.coming(window, zone)))
        return [span for span in clipped if span is not None]


NO_CLOSINGS = Closings()


def _days(span: TimeSpan, zone: ZoneInfo) -> Iterator[date]:
    """The local days that a span touches."""
    day = span.start.astimezone(zone).date()
    last = (span.end - timedelta(microseconds=1)).astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def closed_span(
    first_day: date, from_minute: int | None, last_day: date, until_minute: int | None, zone: ZoneInfo
) -> TimeSpan | None:
    """A closure as instants; minutes after midnight on the wall clock, None for the beginning and the end of the day.

    None where no instant is left, because it ends before it begins or the clock skips all of it.
    """
    start, until = from_minute or 0, DAY_MINUTES if until_minute is None else until_minute
    if first_day > last_day or (first_day == last_day and start >= until):
        return None
    if first_day == last_day:
        parts = spans_of(first_day, (WallRange(start, until),), zone)
        return TimeSpan(parts[0].start, parts[-1].end) if parts else None
    opens = _first(spans_of(first_day, (WallRange(start, DAY_MINUTES),), zone))
    ends = _last(spans_of(last_day, (WallRange(0, until),), zone)) if until else None
    begins = opens or local_day(first_day, zone).end
    closes = ends or local_day(last_day, zone).start
    return TimeSpan(begins, closes) if begins < closes else None


def _first(spans: Sequence[TimeSpan]) -> datetime | None:
    return spans[0].start if spans else None


def _last(spans: Sequence[TimeSpan]) -> datetime | None:
    return spans[-1].end if spans else None
