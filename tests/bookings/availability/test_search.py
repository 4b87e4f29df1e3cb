from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.availability.rules import Freshness
from bookings.availability.search import SearchQuery, SearchResult, find
from bookings.catalog.models import OFFICE_TYPE
from bookings.core.answers import Reason, Standing
from bookings.core.timespan import TimeSpan
from tests.conftest import StoppedClock
from tests.factories import make_busy_span, make_feed, make_hold, make_room, make_site

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
FRIDAY = date(2026, 1, 9)
AT_TEN = SearchQuery(date=FRIDAY, start=time(10), duration_minutes=60, people=2)


def slot(day: date, start: str, minutes: int = 60, zone: ZoneInfo = PARIS) -> TimeSpan:
    return TimeSpan.lasting(datetime.combine(day, time.fromisoformat(start), zone), minutes)


def search(
    clock: StoppedClock, query: SearchQuery, *, standing: Standing = Standing.KNOWN, browser_key: str = "browser-a"
) -> SearchResult:
    return find(query, standing=standing, browser_key=browser_key, now=clock())


def fitting(result: SearchResult) -> list[str]:
    return [fit.room.public_name for fit in result.fits]


def nearly(result: SearchResult) -> list[tuple[str, Reason, str]]:
    """Name, reason and nearest start ("09 11:00") of each room that nearly fits."""
    return [
        (
            one.room.public_name,
            one.blocked.reason,
            f"{one.nearest.start.astimezone(one.room.site.zone):%d %H:%M}" if one.nearest else "",
        )
        for one in result.nearly
    ]


def test_free_rooms_fit_and_taken_ones_nearly_do_with_their_nearest_time(clock: StoppedClock) -> None:
    make_room(name="Free")
    make_busy_span(room=make_room(name="Busy until half past"), span=slot(FRIDAY, "09:30"))
    make_hold(room=make_room(name="Held"), span=slot(FRIDAY, "09:00", 180))

    result = search(clock, AT_TEN)

    assert fitting(result) == ["Free"]
    assert result.fits[0].span == slot(FRIDAY, "10:00")
    assert nearly(result) == [
        ("Busy until half past", Reason.BUSY, "09 10:30"),
        ("Held", Reason.HELD, "09 12:00"),
    ]


def test_nearest_time_may_be_earlier(clock: StoppedClock) -> None:
    make_busy_span(room=make_room(name="Busy"), span=slot(FRIDAY, "10:30", 300))

    result = search(clock, AT_TEN)

    assert nearly(result) == [("Busy", Reason.BUSY, "09 09:30")]
    assert result.nearly[0].blocked.next_start is None


def test_own_hold_is_no_obstacle(clock: StoppedClock) -> None:
    make_hold(room=make_room(name="Mine"), span=slot(FRIDAY, "10:00"), browser_key="browser-a")

    assert fitting(search(clock, AT_TEN)) == ["Mine"]
    assert fitting(search(clock, AT_TEN, browser_key="browser-b")) == []


def test_without_a_start_the_first_free_slot_of_the_day_counts(clock: StoppedClock) -> None:
    make_busy_span(room=make_room(name="Later"), span=slot(FRIDAY, "09:00", 150))
    make_room(name="At once")

    result = search(clock, SearchQuery(date=FRIDAY, duration_minutes=60))

    assert [(fit.room.public_name, fit.span) for fit in result.fits] == [
        ("At once", slot(FRIDAY, "09:00")),
        ("Later", slot(FRIDAY, "11:30")),
    ]


def test_search_for_today_leaves_out_what_has_passed(clock: StoppedClock) -> None:
    make_room(name="Room")

    result = search(clock, SearchQuery(date=date(2026, 1, 7), duration_minutes=60))

    assert [fit.span for fit in result.fits] == [slot(date(2026, 1, 7), "10:00")]


@pytest.mark.parametrize(
    ("fields", "reason", "nearest"),
    [
        ({"hours_week": ""}, Reason.CLOSED, ""),
        ({"hours_week": "", "hours_saturday": "10:00-12:00"}, Reason.CLOSED, "10 10:00"),
        ({"hours_week": "12:00-18:00"}, Reason.CLOSED, "09 12:00"),
        ({"hours_week": "09:15-18:00"}, Reason.OFF_STEP, "09 09:45"),
        ({"min_minutes": 120}, Reason.TOO_SHORT, "09 10:00"),
        ({"max_minutes": 30, "min_minutes": 30}, Reason.TOO_LONG, "09 10:00"),
        ({"min_minutes": 45, "step_minutes": 30}, Reason.OFF_STEP, "09 10:00"),
    ],
)
def test_room_whose_rules_stand_in_the_way_says_which(
    clock: StoppedClock, fields: dict[str, object], reason: Reason, nearest: str
) -> None:
    make_room(name="Room", **fields)

    assert nearly(search(clock, AT_TEN)) == [("Room", reason, nearest)]


def test_room_with_another_length_is_offered_for_that_length(clock: StoppedClock) -> None:
    make_room(min_minutes=120)

    found = search(clock, AT_TEN).nearly[0]

    assert found.nearest == slot(FRIDAY, "10:00", 120)
    assert found.blocked.limit == 120


def test_room_that_is_full_all_day_is_looked_for_on_the_next_days(clock: StoppedClock) -> None:
    make_busy_span(room=make_room(name="Full"), span=slot(FRIDAY, "08:00", 12 * 60))

    with_start, without = search(clock, AT_TEN), search(clock, SearchQuery(date=FRIDAY))

    assert nearly(with_start) == nearly(without) == [("Full", Reason.BUSY, "12 09:00")]
    assert with_start.nearly[0].blocked.next_start == slot(date(2026, 1, 12), "09:00").start


def test_room_whose_calendar_was_never_read_is_not_offered(clock: StoppedClock) -> None:
    make_room(name="Unread", feed=False)

    assert nearly(search(clock, AT_TEN)) == [("Unread", Reason.FEED_UNKNOWN, "")]
    assert nearly(search(clock, SearchQuery(date=FRIDAY))) == [("Unread", Reason.FEED_UNKNOWN, "")]


def test_stale_calendar_is_said_so(clock: StoppedClock) -> None:
    make_feed(room=make_room(feed=False), read_at=clock() - timedelta(hours=1))

    assert [fit.freshness for fit in search(clock, AT_TEN).fits] == [Freshness.STALE]


@pytest.mark.parametrize(
    ("standing", "fits", "needs_known", "near"),
    [
        (Standing.KNOWN, ["Room"], False, []),
        (Standing.UNKNOWN, ["Room"], True, []),
        (Standing.NEW, [], False, [("Room", Reason.TOO_SOON_FOR_NEW, "09 09:00")]),
    ],
)
def test_two_day_rule_counts_in_a_search(
    clock: StoppedClock, standing: Standing, fits: list[str], needs_known: bool, near: list[tuple[str, Reason, str]]
) -> None:
    make_room(name="Room")

    result = search(clock, SearchQuery(date=date(2026, 1, 8), start=time(10)), standing=standing)

    assert (fitting(result), nearly(result)) == (fits, near)
    assert any(fit.needs_known_company for fit in result.fits) is needs_known


def test_rooms_that_are_too_small_vanished_or_of_another_kind_are_left_out(clock: StoppedClock) -> None:
    make_room(name="Small", max_people=4)
    make_room(name="Gone", vanished_at=clock())
    make_room(name="Of a site that is gone", site=make_site(vanished_at=clock()))
    make_room(name="Office", type=OFFICE_TYPE)
    make_room(name="Just right", max_people=6)
    make_room(name="Without a limit", max_people=None)

    result = search(clock, SearchQuery(date=FRIDAY, start=time(10), people=6))

    assert fitting(result) == ["Just right", "Without a limit"]
    assert nearly(result) == []


@pytest.mark.parametrize(
    ("country", "names"),
    [
        ("", ["Brussels", "Dublin", "Paris"]),
        ("FR", ["Paris"]),
        ("Belgium", ["Brussels"]),
        ("ireland", ["Dublin"]),
        ("Atlantis", []),
    ],
)
def test_country_narrows_the_search(clock: StoppedClock, country: str, names: list[str]) -> None:
    for name, of in (("Paris", "France"), ("Brussels", "Belgium"), ("Dublin", "Ireland")):
        make_room(name=name, site=make_site(name=name, country=of))

    result = search(clock, SearchQuery(date=FRIDAY, start=time(10), country=country))

    assert sorted(fitting(result)) == names


def test_each_site_is_searched_by_its_own_clock(clock: StoppedClock) -> None:
    dublin = make_room(site=make_site(country="Ireland"))
    paris = make_room()

    spans = {fit.room: fit.span for fit in search(clock, AT_TEN).fits}

    assert spans == {paris: slot(FRIDAY, "10:00"), dublin: slot(FRIDAY, "10:00", zone=ZoneInfo("Europe/Dublin"))}


def test_site_narrows_the_search(clock: StoppedClock) -> None:
    site = make_site()
    make_room(name="Here", site=site)
    make_room(name="There")

    result = search(clock, SearchQuery(date=FRIDAY, start=time(10), site=site.workways_id))

    assert fitting(result) == ["Here"]


@pytest.mark.parametrize("site", ["f" * 24, "nonsense", "\x00"])
def test_unknown_site_has_no_rooms(clock: StoppedClock, site: str) -> None:
    make_room()

    assert search(clock, SearchQuery(date=FRIDAY, site=site)).fits == []


def test_offices_are_listed_without_a_time(clock: StoppedClock) -> None:
    office = make_room(type=OFFICE_TYPE)
    make_room()

    result = search(clock, SearchQuery(date=FRIDAY, type=OFFICE_TYPE))

    assert [(fit.room, fit.span) for fit in result.fits] == [(office, None)]


def test_time_that_the_clock_skips_has_the_nearest_real_one(clock: StoppedClock) -> None:
    clock.set(datetime(2026, 3, 26, 9, tzinfo=UTC))
    make_room(name="Room", hours_sunday="00:00-24:00")

    result = search(clock, SearchQuery(date=date(2026, 3, 29), start=time(2, 30)))

    assert nearly(result) == [("Room", Reason.NO_SUCH_TIME, "29 03:00")]


@pytest.mark.parametrize("day", [date.min, date.max])
def test_day_beyond_all_calendars_finds_nothing_and_breaks_nothing(clock: StoppedClock, day: date) -> None:
    make_room()

    assert search(clock, SearchQuery(date=day, start=time(10))).fits == []


@pytest.mark.parametrize("number", [1, 3, 30])
def test_search_costs_the_same_queries_however_many_rooms(clock: StoppedClock, number: int) -> None:
    site = make_site()
    for _ in range(number):
        make_room(site=site)
        make_busy_span(room=make_room(site=site), span=slot(FRIDAY, "10:00"))
        make_busy_span(room=make_room(site=site), span=slot(FRIDAY, "08:00", 720))

    with CaptureQueriesContext(connection) as captured:
        result = search(clock, AT_TEN)
        assert {(fit.room.site.name, fit.room.feed.version) for fit in result.fits} == {(site.name, 1)}

    assert (len(result.fits), len(result.nearly)) == (number, 2 * number)
    assert len(captured) == 4
