from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings.core.timespan import Intervals, TimeSpan, five_minute_cells, merged

NOON = datetime(2026, 1, 7, 12, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


def at(start: int, end: int) -> TimeSpan:
    """From so many minutes after noon to so many."""
    return TimeSpan(NOON + timedelta(minutes=start), NOON + timedelta(minutes=end))


spans = st.tuples(st.integers(0, 300), st.integers(1, 60)).map(lambda pair: at(pair[0], pair[0] + pair[1]))


def minutes_of(many: list[TimeSpan]) -> set[int]:
    """The minutes after noon that the spans cover, counted one by one."""
    return {
        minute for minute in range(-60, 500) for one in many if one.start <= NOON + timedelta(minutes=minute) < one.end
    }


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (NOON, NOON),
        (NOON, NOON - timedelta(seconds=1)),
        (NOON.replace(tzinfo=None), NOON),
        (NOON, NOON.replace(tzinfo=None)),
    ],
)
def test_span_refuses_what_is_empty_reversed_or_naive(start: datetime, end: datetime) -> None:
    with pytest.raises(ValueError, match="time span"):
        TimeSpan(start, end)


def test_span_is_kept_in_utc() -> None:
    span = TimeSpan(datetime(2026, 7, 1, 9, tzinfo=PARIS), datetime(2026, 7, 1, 10, tzinfo=PARIS))

    assert span == TimeSpan(datetime(2026, 7, 1, 7, tzinfo=UTC), datetime(2026, 7, 1, 8, tzinfo=UTC))
    assert span.start.tzinfo is UTC


def test_lasting_counts_real_minutes_across_a_clock_change() -> None:
    span = TimeSpan.lasting(datetime(2026, 10, 25, 1, 30, tzinfo=PARIS), 120)

    assert span.end.astimezone(PARIS).strftime("%H:%M %z") == "02:30 +0100"
    assert span.minutes == 120


@pytest.mark.parametrize(
    ("other", "overlaps", "contains"),
    [
        (at(60, 120), False, False),
        (at(-60, 0), False, False),
        (at(0, 60), True, True),
        (at(10, 20), True, True),
        (at(59, 61), True, False),
        (at(-1, 1), True, False),
        (at(-10, 70), True, False),
    ],
)
def test_spans_that_touch_are_neighbours(other: TimeSpan, overlaps: bool, contains: bool) -> None:
    span = at(0, 60)

    assert (span.overlaps(other), other.overlaps(span), span.contains(other)) == (overlaps, overlaps, contains)


def test_clipped_keeps_the_inside() -> None:
    assert at(0, 60).clipped(at(30, 90)) == at(30, 60)
    assert at(0, 60).clipped(at(60, 90)) is None


@given(spans, st.lists(spans, max_size=6))
def test_minus_leaves_exactly_the_other_minutes(span: TimeSpan, others: list[TimeSpan]) -> None:
    left = span.minus(others)

    assert minutes_of(left) == minutes_of([span]) - minutes_of(others)
    assert left == sorted(left)


@given(st.lists(spans, max_size=8))
def test_merged_covers_the_same_minutes_with_gaps_between(many: list[TimeSpan]) -> None:
    result = merged(many)

    assert minutes_of(result) == minutes_of(many)
    assert all(first.end < second.start for first, second in pairwise(result))


@given(st.lists(spans, max_size=8), spans)
def test_intervals_answer_like_the_spans_they_were_made_of(many: list[TimeSpan], asked: TimeSpan) -> None:
    intervals = Intervals.of(many)

    assert intervals.takes(asked.start, asked.end) is any(one.overlaps(asked) for one in many)
    assert intervals.within(asked) == merged(part for one in many if (part := one.clipped(asked)))


@pytest.mark.parametrize(
    ("span", "cells"),
    [
        (at(0, 10), [0, 5]),
        (at(0, 11), [0, 5, 10]),
        (at(3, 10), [0, 5]),
        (at(4, 6), [0, 5]),
    ],
)
def test_cells_are_those_the_span_touches(span: TimeSpan, cells: list[int]) -> None:
    assert list(five_minute_cells(span)) == [NOON + timedelta(minutes=cell) for cell in cells]


@given(spans, spans)
def test_overlapping_spans_share_a_cell(first: TimeSpan, second: TimeSpan) -> None:
    shared = set(five_minute_cells(first)) & set(five_minute_cells(second))

    if first.overlaps(second):
        assert shared
