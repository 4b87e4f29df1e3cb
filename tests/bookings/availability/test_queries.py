from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.availability.blocks import BlockKind
from bookings.availability.hours import parse_hours
from bookings.availability.queries import (
    Asker,
    Week,
    build_rules,
    busy_between,
    chosen_slot,
    feed_age,
    find_listed_room,
    load_situations,
    nearby_slots,
    next_free,
    room_day,
    room_week,
    slot_answer,
)
from bookings.availability.rules import FeedAge, Freshness
from bookings.catalog.models import OFFICE_TYPE, Room
from bookings.core.answers import Answer, Blocked, Bookable, Reason, Standing
from bookings.core.timespan import TimeSpan
from tests.conftest import StoppedClock
from tests.factories import coming_slot, make_busy_span, make_feed, make_hold, make_room, make_site

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
MONDAY = date(2026, 1, 5)
FRIDAY = date(2026, 1, 9)
KNOWN = Asker(Standing.KNOWN, "browser-a", 2)


def slot(day: date, start: str, minutes: int = 60) -> TimeSpan:
    return TimeSpan.lasting(datetime.fromisoformat(f"{day}T{start}").replace(tzinfo=PARIS), minutes)


def bookable_keys(week: Week) -> dict[int, list[str]]:
    """The starts that can be booked, by day of the month."""
    return {day.date.day: [slot.key for slot in day.bookable_slots] for day in week.days if day.bookable_slots}


def reason_of(answer: Answer) -> Reason | None:
    return answer.reason if isinstance(answer, Blocked) else None


def test_rules_of_a_room_are_its_row_made_sane() -> None:
    room = make_room(min_minutes=None, max_minutes=None, step_minutes=0, hours_saturday="10:00-12:00", max_people=None)

    rules = build_rules(room)

    assert (rules.min_minutes, rules.max_minutes, rules.step_minutes, rules.max_people) == (30, None, 30, None)
    assert (rules.zone.key, rules.is_meeting_room, rules.is_listed) == ("Europe/Paris", True, True)
    assert rules.hours.saturday == parse_hours("10:00-12:00")


@pytest.mark.parametrize("which", ["room", "site"])
def test_rules_know_what_vanished(clock: StoppedClock, which: str) -> None:
    site = make_site(vanished_at=clock() if which == "site" else None)
    room = make_room(site=site, vanished_at=clock() if which == "room" else None)

    assert not build_rules(room).is_listed


def test_zone_override_of_the_site_moves_the_openings() -> None:
    room = make_room(site=make_site(zone_override="Europe/Dublin"))

    assert build_rules(room).zone.key == "Europe/Dublin"


def test_week_shows_every_day_with_its_slots(clock: StoppedClock) -> None:
    room = make_room(hours_week="09:00-12:00", hours_saturday="10:00-11:00")
    make_busy_span(room=room, span=slot(FRIDAY, "10:00", 30))

    week = room_week(room, MONDAY, asker=KNOWN, now=clock())

    assert [day.date for day in week.days] == [MONDAY + timedelta(days=distance) for distance in range(7)]
    assert [day.is_today for day in week.days] == [False, False, True, False, False, False, False]
    assert bookable_keys(week) == {
        7: ["10:00", "10:30", "11:00"],
        8: ["09:00", "09:30", "10:00", "10:30", "11:00"],
        9: ["09:00", "10:30", "11:00"],
        10: ["10:00"],
    }
    assert (week.column_start, week.column_end, week.duration_minutes) == (540, 720, 60)
    assert week.freshness is Freshness.FRESH
    assert week.first_bookable is not None
    assert week.first_bookable.key == "10:00"


def test_week_is_judged_for_the_wanted_duration(clock: StoppedClock) -> None:
    room = make_room(hours_week="09:00-12:00")
    make_busy_span(room=room, span=slot(FRIDAY, "10:00", 30))

    week = room_week(room, MONDAY, asker=KNOWN, now=clock(), duration_minutes=90)

    assert bookable_keys(week)[9] == ["10:30"]


def test_week_holds_no_slot_against_the_browser_that_holds_it(clock: StoppedClock) -> None:
    room = make_room()
    make_hold(room=room, span=slot(FRIDAY, "10:00"), browser_key="browser-a")
    make_hold(room=room, span=slot(FRIDAY, "14:00"), browser_key="browser-b")

    own = room_week(room, MONDAY, asker=KNOWN, now=clock())
    other = room_week(room, MONDAY, asker=replace(KNOWN, browser_key="browser-b"), now=clock())
    stranger = room_week(room, MONDAY, asker=replace(KNOWN, browser_key=""), now=clock())

    held = [
        [slot.key for slot in week.days[4].slots if reason_of(slot.answer) is Reason.HELD]
        for week in (own, other, stranger)
    ]
    assert held == [
        ["13:30", "14:00", "14:30"],
        ["09:30", "10:00", "10:30"],
        ["09:30", "10:00", "10:30", "13:30", "14:00", "14:30"],
    ]


def test_request_that_is_open_holds_its_slot_against_everybody(clock: StoppedClock) -> None:
    room = make_room()
    make_hold(room=room, span=slot(FRIDAY, "10:00"), browser_key="browser-a", expires_at=None)

    answer = slot_answer(room, slot(FRIDAY, "10:00"), asker=KNOWN, now=clock())

    assert reason_of(answer) is Reason.HELD


def test_hold_that_ran_out_holds_nothing(clock: StoppedClock) -> None:
    room = make_room()
    make_hold(room=room, span=slot(FRIDAY, "10:00"))
    clock.forward(minutes=10)

    assert slot_answer(room, slot(FRIDAY, "10:00"), asker=KNOWN, now=clock()) == Bookable()


@pytest.mark.parametrize(
    ("standing", "tomorrow"),
    [
        (Standing.UNKNOWN, Bookable(needs_known_company=True)),
        (Standing.NEW, Blocked(Reason.TOO_SOON_FOR_NEW, datetime(2026, 1, 9, 8, tzinfo=UTC), 2)),
        (Standing.KNOWN, Bookable()),
        (Standing.ARCHIVED, Bookable(needs_known_company=True)),
    ],
)
def test_each_person_sees_their_own_calendar(clock: StoppedClock, standing: Standing, tomorrow: Answer) -> None:
    week = room_week(make_room(), MONDAY, asker=Asker(standing), now=clock())

    thursday, friday = week.days[3], week.days[4]
    assert {slot.answer for slot in thursday.slots if reason_of(slot.answer) is not Reason.CLOSED} == {tomorrow}
    assert {slot.answer for slot in friday.slots[:-1]} == {Bookable()}


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
@pytest.mark.parametrize("country", ["France", "Belgium", "Ireland"])
def test_week_of_a_clock_change_keeps_the_wall_clock(clock: StoppedClock, day: date, country: str) -> None:
    site = make_site(country=country)
    room = make_room(site=site, hours_saturday="09:00-18:00", hours_sunday="09:00-18:00")
    monday = day - timedelta(days=6)

    week = room_week(room, monday, asker=KNOWN, now=clock())

    assert {(day.slots[0].key, day.slots[-1].key, len(day.slots)) for day in week.days} == {("09:00", "17:30", 18)}
    assert {day.column.minutes for day in week.days} == {540}
    before, after = (week.days[place].slots[0].start for place in (5, 6))
    assert abs((after - before) - timedelta(days=1)) == timedelta(hours=1)


def test_day_is_a_week_of_one(clock: StoppedClock) -> None:
    room = make_room()

    day = room_day(room, FRIDAY, asker=KNOWN, now=clock())
    week = room_week(room, MONDAY, asker=KNOWN, now=clock())

    assert [day.days[0].slots, day.days[0].blocks] == [week.days[4].slots, week.days[4].blocks]


def test_week_of_a_room_that_never_opens_still_has_columns(clock: StoppedClock) -> None:
    week = room_week(make_room(hours_week=""), MONDAY, asker=KNOWN, now=clock())

    assert {(len(day.blocks), day.blocks[0].kind, day.column.minutes) for day in week.days} == {
        (1, BlockKind.CLOSED, 540)
    }
    assert week.first_bookable is None


@pytest.mark.parametrize("day", [date.min, date.max, date(1, 1, 2), date(9999, 12, 30)])
def test_days_beyond_all_calendars_are_no_trouble(clock: StoppedClock, day: date) -> None:
    room = make_room()

    week = room_week(room, day, asker=KNOWN, now=clock())

    assert len(week.days) == 7
    assert not bookable_keys(week)
    assert isinstance(chosen_slot(room, day, "10:00", 60, asker=KNOWN, now=clock())[1], Blocked)


def test_room_that_was_never_read_is_unknown(clock: StoppedClock) -> None:
    room = make_room(feed=False)

    week = room_week(room, MONDAY, asker=KNOWN, now=clock())

    assert week.freshness is Freshness.UNKNOWN
    assert reason_of(slot_answer(room, slot(FRIDAY, "10:00"), asker=KNOWN, now=clock())) is Reason.FEED_UNKNOWN
    assert next_free(room, asker=KNOWN, now=clock()) is None


def test_feed_that_failed_for_hours_shows_its_last_good_times(clock: StoppedClock) -> None:
    room = make_room(feed=False)
    make_feed(room=room, read_at=clock() - timedelta(hours=5), failure="HTTP 500", failures_in_a_row=7)
    make_busy_span(room=room, span=slot(FRIDAY, "10:00"))

    week = room_week(room, MONDAY, asker=KNOWN, now=clock())

    assert (week.freshness, week.feed.read_at) == (Freshness.STALE, clock() - timedelta(hours=5))
    assert reason_of(slot_answer(room, slot(FRIDAY, "10:00"), asker=KNOWN, now=clock())) is Reason.BUSY


def test_slot_explains_itself(clock: StoppedClock) -> None:
    room = make_room()
    make_busy_span(room=room, span=slot(FRIDAY, "10:00", 30))

    taken = room_day(room, FRIDAY, asker=KNOWN, now=clock()).days[0].slots[2]

    assert (taken.key, taken.date, taken.is_bookable, taken.needs_known_company) == ("10:00", FRIDAY, False, False)
    assert taken.explanation.sentence == "The room is taken at that time."
    assert taken.explanation.way_on == "30\u00a0min later, at 10:30, it is free."


def test_chosen_slot_is_found_by_its_address(clock: StoppedClock) -> None:
    span, answer = chosen_slot(make_room(), FRIDAY, "10:00", 90, asker=KNOWN, now=clock())

    assert (span, answer) == (slot(FRIDAY, "10:00", 90), Bookable())


def test_chosen_slot_in_a_skipped_hour_has_no_span(clock: StoppedClock) -> None:
    room = make_room(hours_sunday="00:00-24:00")

    span, answer = chosen_slot(room, date(2026, 3, 29), "02:30", 60, asker=KNOWN, now=clock())

    assert span is None
    assert answer == Blocked(Reason.NO_SUCH_TIME, datetime(2026, 3, 29, 1, tzinfo=UTC))


def test_chosen_slot_refuses_what_is_no_time(clock: StoppedClock) -> None:
    with pytest.raises(ValueError, match="no time of day"):
        chosen_slot(make_room(), FRIDAY, "noon", 60, asker=KNOWN, now=clock())


def test_next_free_skips_what_is_taken_and_what_is_over(clock: StoppedClock) -> None:
    room = make_room()
    make_busy_span(room=room, span=slot(date(2026, 1, 7), "09:00", 9 * 60))
    make_hold(room=room, span=slot(date(2026, 1, 8), "09:00", 90))

    found = next_free(room, asker=KNOWN, now=clock())

    assert found is not None
    assert (found.date, found.key, found.is_bookable) == (date(2026, 1, 8), "10:30", True)


def test_next_free_of_an_unknown_person_says_that_only_known_companies_can_have_it(clock: StoppedClock) -> None:
    found = next_free(make_room(), asker=Asker(), now=clock())

    assert found is not None
    assert (found.key, found.needs_known_company) == ("10:00", True)


def test_next_free_after_an_instant_includes_that_instant(clock: StoppedClock) -> None:
    found = next_free(make_room(), asker=KNOWN, now=clock(), after=slot(FRIDAY, "10:30").start)

    assert found is not None
    assert (found.date, found.key) == (FRIDAY, "10:30")


def test_nearby_slots_are_nearest_first_on_either_side(clock: StoppedClock) -> None:
    room = make_room()
    make_busy_span(room=room, span=slot(FRIDAY, "10:00"))

    found = nearby_slots(room, slot(FRIDAY, "10:00"), asker=KNOWN, now=clock(), count=4)

    assert [(slot.date.day, slot.key) for slot in found] == [(9, "09:00"), (9, "11:00"), (9, "11:30"), (9, "12:00")]
    assert all(slot.is_bookable for slot in found)


def test_nearby_slots_take_a_length_that_the_room_offers(clock: StoppedClock) -> None:
    found = nearby_slots(make_room(), slot(FRIDAY, "10:00", 45), asker=KNOWN, now=clock(), count=1)

    assert [(slot.key, slot.span.minutes) for slot in found] == [("10:00", 60)]


def test_busy_between_merges_and_clips_feed_and_holds(clock: StoppedClock) -> None:
    room = make_room()
    make_busy_span(room=room, span=slot(FRIDAY, "09:00"))
    make_busy_span(room=room, span=slot(FRIDAY, "09:30"))
    make_hold(room=room, span=slot(FRIDAY, "10:30"))
    make_busy_span(room=room, span=slot(FRIDAY, "15:00"))
    make_busy_span(span=slot(FRIDAY, "13:00"))

    busy = busy_between(room, TimeSpan(slot(FRIDAY, "09:15").start, slot(FRIDAY, "15:30").start), now=clock())

    assert busy == [slot(FRIDAY, "09:15", 135), slot(FRIDAY, "15:00", 30)]


def test_feed_age_of_a_room_without_a_feed_is_unknown(clock: StoppedClock) -> None:
    assert feed_age(make_room(feed=False)) == FeedAge(None)
    assert feed_age(make_room()).read_at == clock()


@pytest.mark.parametrize("text", ["", "x", "f" * 24, "F" * 24, "../../etc/passwd", "\x00" * 24])
def test_room_that_is_not_there_is_not_found(text: str) -> None:
    assert find_listed_room(text) is None


def test_vanished_room_is_not_listed_and_others_are(clock: StoppedClock) -> None:
    vanished, listed, office = make_room(vanished_at=clock()), make_room(), make_room(type=OFFICE_TYPE)

    assert [find_listed_room(room.workways_id) for room in (vanished, listed, office)] == [None, listed, office]


def test_a_week_costs_the_same_queries_whatever_is_in_it(clock: StoppedClock) -> None:
    counts = []
    for number in (0, 1, 40):
        room = make_room()
        for place in range(number):
            make_busy_span(room=room, start=clock() + timedelta(hours=2 * place))
        fresh = Room.objects.select_related("site", "feed").get(pk=room.pk)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            week = room_week(fresh, MONDAY, asker=KNOWN, now=clock())
            assert [slot.explanation for day in week.days for slot in day.slots]
        counts.append(len(captured))

    assert counts == [1, 1, 1]


@pytest.mark.parametrize("number", [1, 3])
def test_many_rooms_cost_the_queries_of_one(clock: StoppedClock, number: int) -> None:
    for _ in range(number):
        make_busy_span(span=coming_slot(make_room()))
    rooms = list(Room.objects.select_related("site", "feed"))

    with CaptureQueriesContext(connection) as captured:
        load_situations(rooms, slot(FRIDAY, "09:00"), asker=KNOWN, now=clock())

    assert len(captured) == 1
