from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.availability.alternatives import Alternative, Kind, find_alternatives
from bookings.availability.search import SearchQuery, Who, find
from bookings.catalog.directory import current_directory
from bookings.catalog.models import OFFICE_TYPE
from bookings.core.answers import Reason, Standing
from bookings.core.timespan import TimeSpan
from tests.conftest import StoppedClock
from tests.factories import make_busy_span, make_feed, make_hold, make_room, make_site

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
FRIDAY = date(2026, 1, 9)
AT_TEN = SearchQuery(date=FRIDAY, start=time(10), duration_minutes=60, people=2)


def slot(day: date, start: str, minutes: int = 60) -> TimeSpan:
    return TimeSpan.lasting(datetime.combine(day, time.fromisoformat(start), PARIS), minutes)


def alternatives(clock: StoppedClock, query: SearchQuery, standing: Standing = Standing.KNOWN) -> list[Alternative]:
    directory, who = current_directory(), Who(standing, "browser-a")
    result = find(query, directory=directory, who=who, now=clock())
    return find_alternatives(result, directory=directory, who=who, now=clock())


def told(found: list[Alternative]) -> list[tuple[Kind, str, str, Reason | None]]:
    """Kind, name, slot ("09 11:00 60") and reason of each."""
    return [
        (
            one.kind,
            one.room.public_name,
            f"{one.span.start.astimezone(one.room.site.zone):%d %H:%M} {one.span.minutes}" if one.span else "",
            one.blocked.reason if one.blocked else None,
        )
        for one in found
    ]


def test_alternatives_come_in_the_order_in_which_people_give_way(clock: StoppedClock) -> None:
    here = make_site(name="Here")
    busy = make_room(site=here, name="Screen here", equipment="screen")
    make_busy_span(room=busy, span=slot(FRIDAY, "11:00"))
    make_room(site=here, name="Bare", equipment="")
    make_room(site=make_site(name="There"), name="Screen there", equipment="screen")
    make_room(site=make_site(country="Ireland"), name="Screen abroad", equipment="screen")

    query = SearchQuery(date=FRIDAY, start=time(10), duration_minutes=120, site=here.workways_id, words=("screen",))

    assert told(alternatives(clock, query)) == [
        (Kind.OTHER_TIME, "Screen here", "09 09:00 120", Reason.BUSY),
        (Kind.OTHER_ROOM, "Bare", "09 10:00 120", None),
        (Kind.OTHER_SITE, "Screen there", "09 10:00 120", None),
        (Kind.OTHER_LENGTH, "Screen here", "09 10:00 60", Reason.BUSY),
    ]


def test_enough_fitting_rooms_need_no_alternatives(clock: StoppedClock) -> None:
    for _ in range(5):
        make_room()
    make_busy_span(room=make_room(name="Busy"), span=slot(FRIDAY, "10:00"))

    assert alternatives(clock, AT_TEN) == []


def test_few_fitting_rooms_stand_beside_what_comes_close(clock: StoppedClock) -> None:
    make_room(name="Free")
    make_busy_span(room=make_room(name="Busy"), span=slot(FRIDAY, "10:00"))

    assert told(alternatives(clock, AT_TEN)) == [(Kind.OTHER_TIME, "Busy", "09 09:00 60", Reason.BUSY)]


def test_nearest_time_may_be_earlier_or_later(clock: StoppedClock) -> None:
    make_busy_span(room=make_room(name="Until eleven"), span=slot(FRIDAY, "08:00", 180))
    make_busy_span(room=make_room(name="From half past ten"), span=slot(FRIDAY, "10:30", 300))
    make_hold(room=make_room(name="Held"), span=slot(FRIDAY, "09:00", 180))

    assert told(alternatives(clock, AT_TEN)) == [
        (Kind.OTHER_TIME, "From half past ten", "09 09:30 60", Reason.BUSY),
        (Kind.OTHER_TIME, "Until eleven", "09 11:00 60", Reason.BUSY),
        (Kind.OTHER_TIME, "Held", "09 12:00 60", Reason.HELD),
    ]


@pytest.mark.parametrize(
    ("fields", "kind", "found", "reason"),
    [
        ({"hours_week": ""}, Kind.OTHER_TIME, "", Reason.CLOSED),
        ({"hours_week": "", "hours_saturday": "10:00-12:00"}, Kind.OTHER_TIME, "10 10:00 60", Reason.CLOSED),
        ({"hours_week": "12:00-18:00"}, Kind.OTHER_TIME, "09 12:00 60", Reason.CLOSED),
        ({"hours_week": "09:15-18:00"}, Kind.OTHER_TIME, "09 09:45 60", Reason.OFF_STEP),
        ({"min_minutes": 120}, Kind.OTHER_LENGTH, "09 10:00 120", Reason.TOO_SHORT),
        ({"max_minutes": 30, "min_minutes": 30}, Kind.OTHER_LENGTH, "09 10:00 30", Reason.TOO_LONG),
        ({"min_minutes": 45, "step_minutes": 30}, Kind.OTHER_LENGTH, "09 10:00 75", Reason.OFF_STEP),
        ({"feed": False}, Kind.OTHER_TIME, "", Reason.FEED_UNKNOWN),
    ],
)
def test_room_whose_rules_stand_in_the_way_says_which_and_offers_what_they_allow(
    clock: StoppedClock, fields: dict[str, Any], kind: Kind, found: str, reason: Reason
) -> None:
    make_room(name="Room", **fields)

    assert told(alternatives(clock, AT_TEN)) == [(kind, "Room", found, reason)]


def test_limits_are_told_with_their_number(clock: StoppedClock) -> None:
    make_room(min_minutes=120)

    (found,) = alternatives(clock, AT_TEN)

    assert found.blocked is not None
    assert found.blocked.limit == 120


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (AT_TEN, "12 09:00 60"),
        (SearchQuery(date=FRIDAY), "12 09:00 60"),
        (SearchQuery(date=FRIDAY, until=date(2026, 1, 11)), "12 09:00 60"),
        (SearchQuery(date=FRIDAY, earliest=time(9), latest=time(11)), "12 09:00 60"),
    ],
)
def test_room_that_is_full_all_day_is_offered_on_the_next_one(
    clock: StoppedClock, query: SearchQuery, found: str
) -> None:
    make_busy_span(room=make_room(name="Full"), span=slot(FRIDAY, "08:00", 12 * 60))

    assert told(alternatives(clock, query)) == [(Kind.OTHER_TIME, "Full", found, Reason.BUSY)]


def test_room_that_is_full_for_two_weeks_says_so_and_offers_nothing(clock: StoppedClock) -> None:
    make_busy_span(room=make_room(name="Full"), span=slot(FRIDAY, "08:00", 20 * 24 * 60))

    assert told(alternatives(clock, AT_TEN)) == [(Kind.OTHER_TIME, "Full", "", Reason.BUSY)]


def test_calendar_that_does_not_reach_so_far_is_the_reason(clock: StoppedClock) -> None:
    far = date(2026, 3, 6)
    room = make_room(name="Room", feed=False)
    make_feed(room=room, covers_until=clock() + timedelta(days=30))

    (found,) = alternatives(clock, SearchQuery(date=far, start=time(10)))

    assert found.blocked is not None
    assert (found.span, found.blocked.reason, found.blocked.limit) == (None, Reason.TOO_FAR_AHEAD, 30)


def test_time_that_has_passed_is_the_reason(clock: StoppedClock) -> None:
    make_room(name="Room")

    found = alternatives(clock, SearchQuery(date=date(2026, 1, 7), start=time(9, 30)))

    assert told(found) == [(Kind.OTHER_TIME, "Room", "07 10:00 60", Reason.PAST)]


def test_time_that_the_clock_skips_has_the_nearest_real_one(clock: StoppedClock) -> None:
    clock.set(datetime(2026, 3, 26, 9, tzinfo=UTC))
    make_room(name="Room", hours_sunday="00:00-24:00")

    found = alternatives(clock, SearchQuery(date=date(2026, 3, 29), start=time(2, 30)))

    assert told(found) == [(Kind.OTHER_TIME, "Room", "29 03:00 60", Reason.NO_SUCH_TIME)]


def test_new_company_is_offered_the_first_day_it_may_book(clock: StoppedClock) -> None:
    make_room(name="Room")

    found = alternatives(clock, SearchQuery(date=date(2026, 1, 8), start=time(10)), Standing.NEW)

    assert told(found) == [(Kind.OTHER_TIME, "Room", "09 09:00 60", Reason.TOO_SOON_FOR_NEW)]


def test_stranger_is_told_what_only_known_companies_may_take(clock: StoppedClock) -> None:
    tomorrow = date(2026, 1, 8)
    make_busy_span(room=make_room(name="Room"), span=slot(tomorrow, "10:00"))

    (found,) = alternatives(clock, SearchQuery(date=tomorrow, start=time(10)), Standing.UNKNOWN)

    assert found.needs_known_company


def test_longest_of_the_shorter_meetings_is_offered(clock: StoppedClock) -> None:
    make_busy_span(room=make_room(name="Room", hours_week="10:00-14:00"), span=slot(FRIDAY, "12:30", 90))

    found = alternatives(clock, SearchQuery(date=FRIDAY, start=time(10), duration_minutes=240))

    assert told(found)[-1] == (Kind.OTHER_LENGTH, "Room", "09 10:00 150", Reason.BUSY)


def test_rooms_that_lack_least_come_first_and_say_what(clock: StoppedClock) -> None:
    make_room(name="Neither", equipment="")
    make_room(name="Screen only", equipment="screen")

    found = alternatives(clock, SearchQuery(date=FRIDAY, start=time(10), words=("screen", "projector")))

    assert [(one.kind, one.room.public_name, one.lacks) for one in found] == [
        (Kind.OTHER_ROOM, "Screen only", ("projector",)),
        (Kind.OTHER_ROOM, "Neither", ("screen", "projector")),
    ]


def test_rooms_that_are_too_small_are_no_alternative(clock: StoppedClock) -> None:
    make_room(max_people=4)

    assert alternatives(clock, SearchQuery(date=FRIDAY, start=time(10), people=5)) == []


def test_offices_have_no_alternatives(clock: StoppedClock) -> None:
    make_room(type=OFFICE_TYPE)

    assert alternatives(clock, SearchQuery(date=FRIDAY, type=OFFICE_TYPE)) == []


@pytest.mark.parametrize("number", [1, 3, 60])
def test_alternatives_cost_the_same_queries_however_many_rooms(clock: StoppedClock, number: int) -> None:
    here, there = make_site(), make_site()
    for _ in range(number):
        for site in (here, there):
            make_busy_span(room=make_room(site=site, equipment="screen"), span=slot(FRIDAY, "10:00"))
            make_room(site=site, equipment="")
    directory = current_directory()
    query = SearchQuery(date=FRIDAY, start=time(10), site=here.workways_id, words=("screen",))
    result = find(query, directory=directory, who=Who(), now=clock())

    with CaptureQueriesContext(connection) as captured:
        found = find_alternatives(result, directory=directory, who=Who(), now=clock())

    assert len(captured) == 2
    assert len(found) == 2 * min(number, 6)
