"""Every rule is asked, and the first "no" is what the public pages say."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.availability.checks import Rule, list_checks, verdict
from bookings.availability.closings import ClosedTime, Closings
from bookings.availability.rules import FeedAge, RoomRules, Situation, judge_alone, judge_skipped
from bookings.core.answers import Blocked, Bookable, Reason, Standing
from bookings.core.timespan import Intervals, TimeSpan
from tests.bookings.availability.test_rules import (
    ALWAYS,
    DUBLIN,
    FORWARD,
    FRIDAY,
    NOW,
    PARIS,
    ROOM,
    SATURDAY,
    THURSDAY,
    situation,
    slot,
    week,
)

_CLOSINGS = Closings((ClosedTime(TimeSpan(NOW + timedelta(days=1), NOW + timedelta(days=2)), "Repairs"),), "FR")
_HOURS = [week(), ALWAYS, week("09:15-11:00,14:00-18:00", "10:00-12:00"), week("")]


def refused(rules: RoomRules, span: TimeSpan | None, moment: Situation, minutes: int = 60) -> set[Rule]:
    """The rules that say no."""
    checks = list_checks(rules, span, span.minutes if span else minutes, moment)
    return {check.rule for check in checks if isinstance(check.answer, Blocked)}


def test_free_slot_has_a_yes_from_every_rule() -> None:
    checks = list_checks(ROOM, slot(FRIDAY, "10:00"), 60, situation())

    assert [check.rule for check in checks] == list(Rule)
    assert {check.answer for check in checks} == {Bookable()}


@pytest.mark.parametrize(
    ("rules", "span", "moment", "expected"),
    [
        (replace(ROOM, is_listed=False), slot(FRIDAY, "10:00"), situation(), {Rule.LISTED}),
        (replace(ROOM, is_meeting_room=False), slot(FRIDAY, "10:00"), situation(), {Rule.MEETING_ROOM}),
        (ROOM, slot(FRIDAY, "10:00", 30), situation(), {Rule.SHORTEST}),
        (ROOM, slot(FRIDAY, "09:00", 510), situation(), {Rule.LONGEST}),
        (ROOM, slot(FRIDAY, "10:00", 75), situation(), {Rule.LENGTH}),
        (ROOM, slot(FRIDAY, "10:00"), situation(people=9), {Rule.PEOPLE}),
        (ROOM, slot(SATURDAY, "10:00"), situation(), {Rule.OPEN, Rule.START}),
        (ROOM, slot(FRIDAY, "10:10"), situation(), {Rule.START}),
        (ROOM, slot(date(2027, 3, 5), "10:00"), situation(), {Rule.HORIZON}),
        (ROOM, slot(FRIDAY, "10:00"), situation(feed=FeedAge(None)), {Rule.KNOWN}),
        (ROOM, slot(FRIDAY, "10:00"), situation(busy=[slot(FRIDAY, "10:30")]), {Rule.FREE}),
        (ROOM, slot(FRIDAY, "10:00"), situation(held=[slot(FRIDAY, "09:30")]), {Rule.NOT_HELD}),
        (ROOM, slot(THURSDAY, "10:00"), situation(standing=Standing.NEW), {Rule.NOTICE}),
        (replace(ROOM, closings=_CLOSINGS), slot(THURSDAY, "15:00"), situation(), {Rule.OPEN}),
        (
            ROOM,
            slot(date(2026, 1, 3), "10:00", 30),
            situation(people=9, busy=[slot(date(2026, 1, 3), "10:00")]),
            {Rule.SHORTEST, Rule.PEOPLE, Rule.COMING, Rule.OPEN, Rule.START, Rule.FREE},
        ),
    ],
)
def test_each_rule_says_no_for_itself(rules: RoomRules, span: TimeSpan, moment: Situation, expected: set[Rule]) -> None:
    assert refused(rules, span, moment) == expected


def test_time_that_the_clock_skips_leaves_the_rest_unasked() -> None:
    checks = list_checks(replace(ROOM, hours=ALWAYS), None, 60, situation())

    assert verdict(checks) == Blocked(Reason.NO_SUCH_TIME)
    assert [check.answer for check in checks][-8:] == [None] * 8


spans = st.builds(
    lambda day, step, minutes: TimeSpan.lasting(NOW.replace(hour=0) + timedelta(days=day, minutes=5 * step), minutes),
    st.integers(-3, 400) | st.integers(-1, 4),
    st.integers(0, 287),
    st.sampled_from([30, 45, 60, 75, 90, 480, 510, 1440]),
)
rooms = st.builds(
    RoomRules,
    zone=st.sampled_from([PARIS, DUBLIN]),
    hours=st.sampled_from(_HOURS),
    min_minutes=st.sampled_from([30, 60]),
    max_minutes=st.sampled_from([None, 120, 480]),
    step_minutes=st.sampled_from([5, 15, 30, 60]),
    max_people=st.sampled_from([None, 4, 8]),
    is_meeting_room=st.sampled_from([True, True, True, False]),
    is_listed=st.sampled_from([True, True, True, False]),
    closings=st.sampled_from([Closings(), _CLOSINGS]),
)


def _moment(
    read: bool, until: int | None, standing: Standing, people: int, busy: Iterable[TimeSpan], held: Iterable[TimeSpan]
) -> Situation:
    covers = None if until is None else NOW + timedelta(days=until)
    return Situation(
        now=NOW,
        feed=FeedAge(NOW if read else None, covers),
        standing=standing,
        people=people,
        busy=Intervals.of(busy),
        held=Intervals.of(held),
    )


moments = st.builds(
    _moment,
    st.sampled_from([True, True, True, False]),
    st.sampled_from([None, 2, 30]),
    st.sampled_from(list(Standing)),
    st.integers(1, 9),
    st.lists(spans, max_size=3),
    st.lists(spans, max_size=2),
)


@settings(max_examples=400)
@given(rooms, spans, moments)
def test_first_no_is_what_the_slots_page_says(rules: RoomRules, span: TimeSpan, moment: Situation) -> None:
    assert verdict(list_checks(rules, span, span.minutes, moment)) == judge_alone(rules, span, moment)


@given(rooms, st.sampled_from([30, 45, 60, 510]), moments)
def test_the_same_for_a_time_that_the_clock_skips(rules: RoomRules, minutes: int, moment: Situation) -> None:
    said = judge_skipped(rules, FORWARD, minutes, moment)

    assert verdict(list_checks(rules, None, minutes, moment)) == replace(said, next_start=None)
