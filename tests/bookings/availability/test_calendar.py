"""What is drawn of a week is what the rules say of it, start by start."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.availability.asked import Asked
from bookings.availability.blocks import day_blocks
from bookings.availability.calendar import build_calendar, build_lane
from bookings.availability.hours import WallRange, WeekHours, parse_hours, spans_of, start_key
from bookings.availability.queries import Day, Week
from bookings.availability.rules import FeedAge, RoomRules, Situation, judge, judge_starts, openings
from bookings.catalog.models import Room
from bookings.core.answers import Bookable, Standing
from bookings.core.money import Money
from bookings.core.timespan import Intervals, TimeSpan
from tests.support.html import Element, read_html

PARIS = ZoneInfo("Europe/Paris")
# The middle of a week without and of two with a change of the clock; 10:17 in Paris, give or take an hour.
NOWS = [datetime(2026, *day, 9, 17, tzinfo=UTC) for day in ((1, 7), (3, 25), (10, 21))]
HOURS = ["09:00-18:00", "00:00-24:00", "08:30-12:00,13:15-19:00", ""]


def taken(now: datetime) -> st.SearchStrategy[list[TimeSpan]]:
    """Spans of some minutes to ten hours in the week around, on any minute."""
    begins = st.integers(-3 * 24 * 60, 6 * 24 * 60)
    one = st.builds(lambda at, long: TimeSpan.lasting(now + timedelta(minutes=at), long), begins, st.integers(1, 600))
    return st.lists(one, max_size=15)


@st.composite
def moments(draw: st.DrawFn) -> tuple[RoomRules, Situation]:
    """A room and all that matters about one moment."""
    now = draw(st.sampled_from(NOWS))
    weekdays, weekend = draw(st.sampled_from(HOURS)), draw(st.sampled_from(HOURS))
    rules = RoomRules(
        zone=PARIS,
        hours=WeekHours(parse_hours(weekdays), parse_hours(weekend), parse_hours(weekend)),
        min_minutes=draw(st.sampled_from([30, 60])),
        max_minutes=480,
        step_minutes=draw(st.sampled_from([15, 30, 45])),
        max_people=8,
    )
    feed = draw(st.sampled_from([FeedAge(now), FeedAge(now, now + timedelta(days=2)), FeedAge(None)]))
    return rules, Situation(
        now=now,
        feed=feed,
        standing=draw(st.sampled_from(list(Standing))),
        people=draw(st.sampled_from([2, 2, 9])),
        busy=Intervals.of(draw(taken(now))),
        held=Intervals.of(draw(taken(now))),
    )


def week_of(rules: RoomRules, situation: Situation, minutes: int) -> Week:
    """The week around the moment, as the queries build it."""
    today = situation.now.astimezone(PARIS).date()
    days = [today + timedelta(days=distance - today.weekday()) for distance in range(7)]
    column = WallRange(0, 24 * 60)
    judged = judge_starts(rules, days, minutes, situation)

    def build(day: date) -> Day:
        parts = spans_of(day, (column,), PARIS)
        whole = TimeSpan(parts[0].start, parts[-1].end)
        blocks = day_blocks(rules, whole, situation)
        return Day(day, day == today, openings(day, rules), whole, blocks, judged[day], PARIS)

    freshness = situation.feed.freshness(situation.now)
    room = Room(workways_id="a" * 24, public_name="Ash")
    shown = [build(day) for day in days]
    return Week(room, rules, situation.feed, freshness, situation.now, minutes, column.start, column.end, shown)


def minutes_of(cell: Element) -> int:
    """The height of a cell, as its classes tell it."""
    return sum(
        int(number) * (60 if unit == "h" else 1) for unit, number in re.findall(r"\b([hm])(\d+)\b", cell["class"])
    )


def starts_in(cells: str) -> Iterator[tuple[str, str, str, bool]]:
    """The starts that can be chosen: date, start and length as the address has them, and whether for known only."""
    for cell in read_html(cells).find_all("li"):
        for link in cell.find_all("a[aria-label]"):
            query = parse_qs(urlsplit(link["href"]).query)
            is_for_known = "known" in cell["class"].split()
            assert is_for_known == link["aria-label"].endswith("for registered companies")
            assert f", {link.text} to " in link["aria-label"]
            yield query["date"][0], query["start"][0], query["duration"][0], is_for_known


@settings(max_examples=30, deadline=None)
@given(moments(), st.sampled_from([30, 60, 90]))
def test_drawing_offers_exactly_the_starts_that_the_rules_allow(
    moment: tuple[RoomRules, Situation], minutes: int
) -> None:
    rules, situation = moment
    week = week_of(rules, situation, minutes)

    calendar = build_calendar(week, Asked(minutes, situation.people, Money(2000)), "en")

    for day, drawn in zip(week.days, calendar.days, strict=True):
        allowed = [
            (day.date.isoformat(), start_key(slot.start, PARIS), str(minutes), answer.needs_known_company)
            for slot in day.slots
            if isinstance(answer := judge(rules, slot.span, situation), Bookable)
        ]
        assert list(starts_in(drawn.cells)) == allowed
        assert drawn.free == (f"{len(allowed)} free time" + "s" * (len(allowed) > 1) if allowed else "")
        assert sum(minutes_of(cell) for cell in read_html(drawn.cells).find_all("li")) == day.column.minutes
        assert calendar.has_known_only or not any(is_for_known for *_, is_for_known in allowed)


@settings(max_examples=15, deadline=None)
@given(moments())
def test_lane_of_a_day_offers_what_the_weeks_column_does(moment: tuple[RoomRules, Situation]) -> None:
    rules, situation = moment
    week = week_of(rules, situation, 60)
    asked = Asked(60, situation.people, None)
    calendar = build_calendar(week, asked, "en")

    for place, day in enumerate(week.days):
        one = Week(week.room, rules, week.feed, week.freshness, week.now, 60, 0, 24 * 60, [day])
        lane = build_lane(one, asked, "en")
        if lane.notice is None:
            assert list(starts_in(lane.cells)) == list(starts_in(calendar.days[place].cells))
        else:
            assert lane.cells == ""


@pytest.mark.parametrize("name", ['R&B <b>"room"</b>', "100% %(start)s 'x'"])
def test_names_and_addresses_are_escaped(name: str) -> None:
    rules = RoomRules(zone=PARIS, hours=WeekHours(*(parse_hours("09:00-11:00"),) * 3), min_minutes=60)
    week = week_of(rules, Situation(NOWS[0], FeedAge(NOWS[0]), Standing.KNOWN), 60)
    asked = Asked(60, 2, Money(2050), room=name, path="/rooms/x/")

    calendar = build_calendar(week, asked, "en")

    link = read_html(calendar.days[4].cells).find_all("a")[0]
    assert link["aria-label"] == f"{name}, Friday 9 January 2026, 09:00 to 10:00, about €20.50"
    assert link["href"] == "/rooms/x/?date=2026-01-09&start=09:00&duration=60&people=2#booking"
