"""One half-open span of time."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, order=True)
class TimeSpan:
    """From `start` up to but without `end`; both aware, kept in UTC, never empty.

    Half-open on purpose: a booking that ends at ten and one that starts at ten are neighbours.

        a  |-----)
        b        |-----)      a and b touch, they don't overlap
        c     |-----)         c overlaps both

    Raises ValueError for a naive instant or an end that isn't after the start.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("A time span needs aware instants.")
        # Spans are made by the ten thousand, and nearly all of them out of UTC.
        if self.start.tzinfo is not UTC or self.end.tzinfo is not UTC:
            object.__setattr__(self, "start", self.start.astimezone(UTC))
            object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.end <= self.start:
            raise ValueError("A time span must end after it starts.")

    @classmethod
    def lasting(cls, start: datetime, minutes: int) -> "TimeSpan":
        """The span of so many minutes from `start`; minutes of real time, also across a clock change."""
        return cls(start, start.astimezone(UTC) + timedelta(minutes=minutes))

    @property
    def duration(self) -> timedelta:
        """Real time between start and end."""
        return self.end - self.start

    @property
    def minutes(self) -> int:
        """Whole minutes of real time."""
        return (self.end - self.start) // _MINUTE

    def overlaps(self, other: "TimeSpan") -> bool:
        """Do the two share any instant?"""
        return self.start < other.end and other.start < self.end

    def contains(self, other: "TimeSpan") -> bool:
        """Does the other lie wholly inside this one?"""
        return self.start <= other.start and other.end <= self.end

    def clipped(self, window: "TimeSpan") -> "TimeSpan | None":
        """The part inside the window, or None."""
        start, end = max(self.start, window.start), min(self.end, window.end)
        return TimeSpan(start, end) if start < end else None

    def minus(self, others: "Iterable[TimeSpan]") -> "list[TimeSpan]":
        """What is left of this span when the others are taken away, in order."""
        left: list[TimeSpan] = []
        start = self.start
        for other in sorted(others):
            if other.end <= start:
                continue
            if other.start >= self.end:
                break
            if other.start > start:
                left.append(TimeSpan(start, other.start))
            start = max(start, other.end)
        if start < self.end:
            left.append(TimeSpan(start, self.end))
        return left


def merged(spans: Iterable[TimeSpan]) -> list[TimeSpan]:
    """The same time as few spans as possible: sorted, overlapping and touching ones joined."""
    result: list[TimeSpan] = []
    for span in sorted(spans):
        if result and span.start <= result[-1].end:
            if span.end > result[-1].end:
                result[-1] = TimeSpan(result[-1].start, span.end)
        else:
            result.append(span)
    return result


class Intervals:
    """Stretches of taken time, sorted and joined once, so that asking costs a search by halves.

    Made from pairs of aware instants, as a table gives them; all must be in one zone, UTC, to compare quickly.
    """

    __slots__ = ("ends", "starts")

    def __init__(self, pairs: Iterable[tuple[datetime, datetime]] = ()) -> None:
        self.starts: list[datetime] = []
        self.ends: list[datetime] = []
        for start, end in sorted(pairs):
            if self.ends and start <= self.ends[-1]:
                self.ends[-1] = max(self.ends[-1], end)
            else:
                self.starts.append(start)
                self.ends.append(end)

    @classmethod
    def of(cls, spans: Iterable[TimeSpan]) -> "Intervals":
        """The same from time spans."""
        return cls((span.start, span.end) for span in spans)

    def takes(self, start: datetime, end: datetime) -> bool:
        """Is any instant from `start` up to but without `end` taken?"""
        place = bisect_right(self.ends, start)
        return place < len(self.ends) and self.starts[place] < end

    def within(self, window: TimeSpan) -> list[TimeSpan]:
        """The taken time inside the window, clipped to it."""
        found: list[TimeSpan] = []
        for place in range(bisect_right(self.ends, window.start), len(self.ends)):
            if self.starts[place] >= window.end:
                break
            found.append(TimeSpan(max(self.starts[place], window.start), min(self.ends[place], window.end)))
        return found


def five_minute_cells(span: TimeSpan) -> Iterator[datetime]:
    """The starts of the five-minute cells that the span touches, in UTC.

    One row per cell under a unique constraint is what makes two overlapping holds impossible; a span that is off
    the five-minute grid takes the whole cell at either end.
    """
    cell = span.start.replace(minute=span.start.minute - span.start.minute % 5, second=0, microsecond=0)
    while cell < span.end:
        yield cell
        cell += timedelta(minutes=5)
