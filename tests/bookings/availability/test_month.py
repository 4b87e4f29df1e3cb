"""How much of each day of a month is free: the same as walking all starts, but quicker."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.availability.month import DayState, FreeTime, free_times
from bookings.availability.rules import FeedAge, RoomRules, Situation, judge_day, list_starts, openings
from bookings.core.answers import Blocked, Bookable, Reason, Standing
from bookings.core.timespan import TimeSpan, merged
from tests.bookings.availability.test_rules import (
    ALWAYS,
    BACK,
    FORWARD,
    FRIDAY,
    NOW,
    ROOM,
    SATURDAY,
    THURSDAY,
    WEDNESDAY,
    busy_spans,
    situation,
    slot,
    week,
)

DUBLIN = ZoneInfo("Europe/Dublin")
HALVES = replace(ROOM, hours=week("09:00-12:00,13:00-18:00", "10:00-12:00"))
NEVER_SHUT = replace(ROOM, hours=ALWAYS, step_minutes=45, min_minutes=30)
LONG_STEPS = replace(ROOM, hours=week("08:10-19:25"), step_minutes=60, min_minutes=30)


def walked(rules: RoomRules, day: date, minutes: int, moment: Situation) -> tuple[int, int, bool]:
    """Starts, minutes that they cover and whether the first is for known companies only, one start at a time."""
    judged = judge_day(rules, day, minutes, moment)
    free = [(span, answer) for span, answer in judged.pairs() if isinstance(answer, Bookable)]
    covered = sum(span.minutes for span in merged(span for span, _answer in free))
    return len(free), covered, bool(free) and free[0][1].needs_known_company


@settings(max_examples=150, deadline=None)
@given(
    rules=st.sampled_from([ROOM, HALVES, NEVER_SHUT, LONG_STEPS, replace(NEVER_SHUT, zone=DUBLIN)]),
    first=st.sampled_from([WEDNESDAY, FORWARD - timedelta(days=2), BACK - timedelta(days=2)]),
    gaps=busy_spans,
    held=busy_spans,
    standing=st.sampled_from(list(Standing)),
    minutes=st.sampled_from([30, 45, 60, 90, 480]),
    covers_days=st.sampled_from([None, 1, 4]),
)
def test_free_time_is_what_the_starts_that_can_be_booked_cover(
    rules: RoomRules,
    first: date,
    gaps: list[TimeSpan],
    held: list[TimeSpan],
    standing: Standing,
    minutes: int,
    covers_days: int | None,
) -> None:
    moved = slot(first, "10:00").start - NOW
    now = NOW + moved
    feed = FeedAge(now, None if covers_days is None else now + timedelta(days=covers_days))
    shifted = [[TimeSpan(one.start + moved, one.end + moved) for one in spans] for spans in (gaps, held)]
    moment = situation(busy=shifted[0], held=shifted[1], standing=standing, now=now, feed=feed)
    days = [first + timedelta(days=distance) for distance in range(-1, 7)]

    found = free_times(rules, days, minutes, moment)

    for day, free in zip(days, found, strict=True):
        starts, covered, is_for_known = walked(rules, day, minutes, moment)
        assert (free.starts, free.minutes, free.state is DayState.KNOWN_ONLY) == (starts, covered, is_for_known), day
        assert free.open_minutes == sum(opening.minutes for opening in openings(day, rules))
        assert (free.first is None) is (starts == 0)


@settings(max_examples=100, deadline=None)
@given(busy_spans, st.sampled_from(list(Standing)), st.sampled_from([60, 480]))
def test_day_without_free_time_says_a_reason_that_its_starts_have(
    busy: list[TimeSpan], standing: Standing, minutes: int
) -> None:
    expected = {
        DayState.FULL: {Reason.BUSY, Reason.HELD, Reason.PAST, Reason.CLOSED, Reason.TOO_SOON_FOR_NEW},
        DayState.PAST: {Reason.PAST},
        DayState.TOO_SOON: {Reason.TOO_SOON_FOR_NEW, Reason.PAST, Reason.BUSY, Reason.CLOSED},
        DayState.TOO_FAR: {Reason.TOO_FAR_AHEAD, Reason.CLOSED, Reason.BUSY},
    }
    moment = situation(busy=busy, standing=standing, feed=FeedAge(NOW, NOW + timedelta(days=5)))
    days = [WEDNESDAY + timedelta(days=distance) for distance in range(-2, 9)]

    for day, free in zip(days, free_times(ROOM, days, minutes, moment), strict=True):
        if free.state is DayState.CLOSED:
            assert not list_starts(day, ROOM)
        elif not free.starts:
            told = {
                answer.reason for answer in judge_day(ROOM, day, minutes, moment).answers if isinstance(answer, Blocked)
            }
            assert told <= expected[free.state], (day, free.state)


UNKNOWN_PERSON, NEW_PERSON = situation(standing=Standing.UNKNOWN), situation(standing=Standing.NEW)
DAY = 540


@pytest.mark.parametrize(
    ("day", "moment", "minutes", "expected"),
    [
        (FRIDAY, situation(), 60, FreeTime(DayState.FREE, 17, DAY, DAY, slot(FRIDAY, "09:00").start)),
        (THURSDAY, UNKNOWN_PERSON, 60, FreeTime(DayState.KNOWN_ONLY, 17, DAY, DAY, slot(THURSDAY, "09:00").start)),
        (THURSDAY, NEW_PERSON, 60, FreeTime(DayState.TOO_SOON, open_minutes=DAY)),
        (SATURDAY, situation(), 60, FreeTime(DayState.CLOSED)),
        (date(2026, 1, 6), situation(), 60, FreeTime(DayState.PAST, open_minutes=DAY)),
        (WEDNESDAY, situation(now=slot(WEDNESDAY, "17:45").start), 60, FreeTime(DayState.PAST, open_minutes=DAY)),
        (FRIDAY, situation(busy=[slot(FRIDAY, "09:00", 540)]), 60, FreeTime(DayState.FULL, open_minutes=DAY)),
        (FRIDAY, situation(busy=[slot(FRIDAY, "09:45", 480)]), 60, FreeTime(DayState.FULL, open_minutes=DAY)),
        (FRIDAY, situation(feed=FeedAge(None)), 60, FreeTime(DayState.UNKNOWN, open_minutes=DAY)),
        (FRIDAY, situation(feed=FeedAge(NOW, NOW)), 60, FreeTime(DayState.TOO_FAR, open_minutes=DAY)),
        (FRIDAY, situation(people=9), 60, FreeTime(DayState.UNFIT, open_minutes=DAY)),
        (FRIDAY, situation(), 30, FreeTime(DayState.UNFIT, open_minutes=DAY)),
    ],
)  # fmt: skip
def test_each_state_of_a_day(day: date, moment: Situation, minutes: int, expected: FreeTime) -> None:
    assert free_times(ROOM, [day], minutes, moment) == [expected]
