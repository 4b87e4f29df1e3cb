"""How a day is drawn: as few stretches as tell its state. Pure, like the rules."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from bookings.availability.rules import UNSETTLED, RoomRules, Situation, new_from, openings_from
from bookings.core.answers import Standing
from bookings.core.timespan import Intervals, TimeSpan

_MINUTE = timedelta(minutes=1)


class BlockKind(StrEnum):
    """How a stretch of a day is drawn. `KNOWN_ONLY`: free, but too soon for a new company, and who asks is unknown."""

    FREE = "free"
    KNOWN_ONLY = "known_only"
    TOO_SOON = "too_soon"
    BUSY = "busy"
    HELD = "held"
    UNKNOWN = "unknown"
    PAST = "past"
    CLOSED = "closed"


class Block(NamedTuple):
    """One stretch of a day's column; the offset and length in real minutes, the offset from the column's beginning."""

    kind: BlockKind
    start: datetime
    end: datetime
    offset_minutes: int
    minutes: int

    @property
    def span(self) -> TimeSpan:
        """The stretch itself."""
        return TimeSpan(self.start, self.end)


def day_blocks(rules: RoomRules, window: TimeSpan, situation: Situation) -> list[Block]:
    """The window, a part of one local day, as few blocks as tell its state; they fill it without gaps.

    What is drawn where several are true: closed, past, unknown, busy, held, too soon, free, the first that holds.
    """
    first = window.start
    return [
        Block(kind, start, end, (start - first) // _MINUTE, (end - start) // _MINUTE)
        for start, end, kind in _covered(first, window.end, _layers(rules, window, situation))
    ]


_Layer = tuple[BlockKind, Intervals]


def _layers(rules: RoomRules, window: TimeSpan, situation: Situation) -> Iterator[_Layer]:
    yield BlockKind.CLOSED, _closed(rules, window)
    if situation.now > window.start:
        yield BlockKind.PAST, _until(situation.now, window)
    if situation.feed.read_at is None:
        yield BlockKind.UNKNOWN, Intervals.of([window])
    yield BlockKind.BUSY, situation.busy
    yield BlockKind.HELD, situation.held
    open_from = new_from(situation.now, rules.zone)
    if open_from > window.start:
        if situation.standing is Standing.NEW:
            yield BlockKind.TOO_SOON, _until(open_from, window)
        if situation.standing in UNSETTLED:
            yield BlockKind.KNOWN_ONLY, _until(open_from, window)


@lru_cache(maxsize=4096)
def _closed(rules: RoomRules, window: TimeSpan) -> Intervals:
    first = window.start.astimezone(rules.zone).date()
    return Intervals.of(window.minus(openings_from(first, rules)))


def _until(instant: datetime, window: TimeSpan) -> Intervals:
    return Intervals([(window.start, instant.astimezone(UTC))])


def _covered(start: datetime, end: datetime, layers: Iterable[_Layer]) -> list[tuple[datetime, datetime, BlockKind]]:
    """A stretch of time in pieces, in order; the first layer that takes a moment gives its kind, else it is free."""
    pieces: list[tuple[datetime, datetime, BlockKind]] = []
    left = [(start, end)]
    for kind, taken in layers:
        if not taken.ends:
            continue
        still_left = []
        for at, until in left:
            for place in range(bisect_right(taken.ends, at), len(taken.ends)):
                begins = taken.starts[place]
                if begins >= until:
                    break
                if begins > at:
                    still_left.append((at, begins))
                    at = begins
                ends = min(taken.ends[place], until)
                pieces.append((at, ends, kind))
                at = ends
            if at < until:
                still_left.append((at, until))
        left = still_left
    pieces += [(at, until, BlockKind.FREE) for at, until in left]
    pieces.sort()
    return pieces
