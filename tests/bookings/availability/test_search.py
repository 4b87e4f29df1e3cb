from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.availability.search import Fit, SearchQuery, SearchResult, Who, describe, find
from bookings.catalog.directory import current_directory
from bookings.catalog.models import OFFICE_TYPE
from bookings.core.answers import Standing
from bookings.core.timespan import TimeSpan
from tests.conftest import StoppedClock
from tests.factories import make_busy_span, make_feed, make_hold, make_room, make_site

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
FRIDAY = date(2026, 1, 9)
MONDAY = date(2026, 1, 12)
AT_TEN = SearchQuery(date=FRIDAY, start=time(10), duration_minutes=60, people=2)


def slot(day: date, start: str, minutes: int = 60, zone: ZoneInfo = PARIS) -> TimeSpan:
    return TimeSpan.lasting(datetime.combine(day, time.fromisoformat(start), zone), minutes)


def search(
    clock: StoppedClock, query: SearchQuery, *, standing: Standing = Standing.KNOWN, browser_key: str = "browser-a"
) -> SearchResult:
    return find(query, directory=current_directory(), who=Who(standing, browser_key), now=clock())


def described(clock: StoppedClock, result: SearchResult, standing: Standing = Standing.KNOWN) -> list[Fit]:
    minutes = result.query.duration_minutes
    return [describe(fit, minutes, who=Who(standing), now=clock()) for fit in result.fits]


def fitting(result: SearchResult) -> list[str]:
    return [room.public_name for room, _start in result.fits]


def slots(clock: StoppedClock, result: SearchResult) -> list[tuple[str, str]]:
    """Name and local time ("09 11:00") of each room that fits."""
    return [
        (fit.room.public_name, f"{fit.span.start.astimezone(fit.room.site.zone):%d %H:%M}")
        for fit in described(clock, result)
        if fit.span
    ]


def test_free_rooms_fit_and_taken_ones_do_not(clock: StoppedClock) -> None:
    make_room(name="Free")
    make_busy_span(room=make_room(name="Busy until half past"), span=slot(FRIDAY, "09:30"))
    make_hold(room=make_room(name="Held"), span=slot(FRIDAY, "09:00", 180))
    make_hold(room=make_room(name="Asked for"), span=slot(FRIDAY, "10:30"), expires_at=None)
    make_hold(
        room=make_room(name="Held no more"), span=slot(FRIDAY, "10:00"), expires_at=clock() - timedelta(minutes=1)
    )

    result = search(clock, AT_TEN)

    assert slots(clock, result) == [("Free", "09 10:00"), ("Held no more", "09 10:00")]
    assert described(clock, result)[0].span == slot(FRIDAY, "10:00")


@pytest.mark.parametrize(
    ("start", "minutes", "is_free"),
    [("09:00", 60, True), ("09:00", 61, False), ("11:00", 60, True), ("10:59", 5, False), ("10:15", 5, False)],
)
def test_neighbors_do_not_disturb_and_a_minute_does(
    clock: StoppedClock, start: str, minutes: int, is_free: bool
) -> None:
    make_busy_span(room=make_room(name="Room"), span=slot(FRIDAY, start, minutes))

    assert (fitting(search(clock, AT_TEN)) == ["Room"]) is is_free


def test_seconds_of_a_meeting_count_as_whole_minutes(clock: StoppedClock) -> None:
    start = slot(FRIDAY, "09:00").start
    make_busy_span(room=make_room(name="A second too long"), span=TimeSpan(start, start + timedelta(seconds=3601)))
    make_busy_span(room=make_room(name="Just in time"), span=TimeSpan(start, start + timedelta(seconds=3600)))

    assert fitting(search(clock, AT_TEN)) == ["Just in time"]


@pytest.mark.parametrize("days", [1, 2, 40])
def test_meeting_that_lasts_for_days_is_found_however_long_ago_it_began(clock: StoppedClock, days: int) -> None:
    end = slot(FRIDAY, "10:30").start
    make_busy_span(room=make_room(name="Closed for works"), span=TimeSpan(end - timedelta(days=days), end))
    over = slot(FRIDAY, "10:00").start
    make_busy_span(room=make_room(name="Open again"), span=TimeSpan(over - timedelta(days=days), over))

    assert fitting(search(clock, AT_TEN)) == ["Open again"]


def test_own_hold_is_no_obstacle(clock: StoppedClock) -> None:
    make_hold(room=make_room(name="Mine"), span=slot(FRIDAY, "10:00"), browser_key="browser-a")

    assert fitting(search(clock, AT_TEN)) == ["Mine"]
    assert fitting(search(clock, AT_TEN, browser_key="browser-b")) == []


def test_without_a_start_the_first_free_slot_of_the_day_counts(clock: StoppedClock) -> None:
    make_busy_span(room=make_room(name="Later"), span=slot(FRIDAY, "09:00", 150))
    make_room(name="At once")

    result = search(clock, SearchQuery(date=FRIDAY, duration_minutes=60))

    assert slots(clock, result) == [("At once", "09 09:00"), ("Later", "09 11:30")]


@pytest.mark.parametrize(
    ("earliest", "latest", "found"),
    [
        (time(13), None, "09 13:00"),
        (time(13, 15), None, "09 13:30"),
        (time(17, 30), None, ""),
        (None, time(10), "09 09:00"),
        (None, time(9, 30), ""),
        (time(11), time(12), "09 11:00"),
        (time(11), time(11, 45), ""),
        (time(16), time(0), "09 16:00"),
    ],
)
def test_meeting_begins_at_the_earliest_and_is_over_at_the_latest(
    clock: StoppedClock, earliest: time | None, latest: time | None, found: str
) -> None:
    make_room(name="Room")

    result = search(clock, SearchQuery(date=FRIDAY, earliest=earliest, latest=latest))

    assert slots(clock, result) == ([("Room", found)] if found else [])


def test_any_day_of_several_will_do(clock: StoppedClock) -> None:
    whole_day = slot(FRIDAY, "08:00", 12 * 60)
    make_busy_span(room=make_room(name="On Monday"), span=whole_day)
    full = make_room(name="On no day")
    make_busy_span(room=full, span=TimeSpan(whole_day.start, whole_day.start + timedelta(days=10)))
    make_room(name="At once")
    make_room(name="On Saturday", hours_saturday="10:00-12:00", hours_week="")

    over_the_weekend = search(clock, SearchQuery(date=FRIDAY, until=MONDAY))
    at_ten = search(clock, SearchQuery(date=FRIDAY, until=MONDAY, start=time(10)))

    names = ["At once", "On Saturday", "On Monday"]
    assert slots(clock, over_the_weekend) == list(zip(names, ["09 09:00", "10 10:00", "12 09:00"], strict=True))
    assert slots(clock, at_ten) == list(zip(names, ["09 10:00", "10 10:00", "12 10:00"], strict=True))


def test_days_on_which_nothing_is_open_are_passed_over(clock: StoppedClock) -> None:
    make_room(name="Room")

    result = search(clock, SearchQuery(date=date(2026, 1, 10), until=date(2026, 1, 16)))

    assert slots(clock, result) == [("Room", "12 09:00")]


def test_last_day_before_the_first_one_counts_for_nothing(clock: StoppedClock) -> None:
    make_room(name="Room")

    assert slots(clock, search(clock, SearchQuery(date=MONDAY, until=FRIDAY))) == [("Room", "12 09:00")]


def test_search_for_today_leaves_out_what_has_passed(clock: StoppedClock) -> None:
    clock.forward(seconds=1)
    make_room(name="Room")

    result = search(clock, SearchQuery(date=date(2026, 1, 7), duration_minutes=60))

    assert slots(clock, result) == [("Room", "07 10:30")]


def test_meeting_may_begin_this_very_moment(clock: StoppedClock) -> None:
    make_room(name="Room")

    assert slots(clock, search(clock, SearchQuery(date=date(2026, 1, 7)))) == [("Room", "07 10:00")]


@pytest.mark.parametrize(
    "fields",
    [
        {"hours_week": ""},
        {"hours_week": "12:00-18:00"},
        {"hours_week": "09:15-18:00"},
        {"min_minutes": 120},
        {"max_minutes": 30, "min_minutes": 30},
        {"min_minutes": 45, "step_minutes": 30},
        {"feed": False},
    ],
)
def test_room_whose_rules_stand_in_the_way_does_not_fit(clock: StoppedClock, fields: dict[str, object]) -> None:
    make_room(name="Room", **fields)

    assert fitting(search(clock, AT_TEN)) == []


@pytest.mark.parametrize(
    ("read_at", "covers", "fits"),
    [(True, None, True), (True, 100, True), (True, 1, False), (True, 2.5, True), (False, None, False)],
)
def test_calendar_that_was_never_read_or_ends_too_soon_rules_a_room_out(
    clock: StoppedClock, read_at: bool, covers: float | None, fits: bool
) -> None:
    until = None if covers is None else clock() + timedelta(days=covers)
    make_feed(room=make_room(name="Room", feed=False), read_at=clock() if read_at else None, covers_until=until)

    assert (fitting(search(clock, AT_TEN)) == ["Room"]) is fits


def test_room_that_never_closes_is_free_across_midnight(clock: StoppedClock) -> None:
    room = make_room(name="Room", hours_week="00:00-24:00", hours_saturday="00:00-24:00")
    late = SearchQuery(date=FRIDAY, start=time(23), duration_minutes=120)

    assert fitting(search(clock, late)) == ["Room"]
    make_busy_span(room=room, span=slot(date(2026, 1, 10), "00:30"))
    assert fitting(search(clock, late)) == []


@pytest.mark.parametrize(
    ("standing", "fits", "needs_known"),
    [(Standing.KNOWN, ["Room"], False), (Standing.UNKNOWN, ["Room"], True), (Standing.NEW, [], False)],
)
def test_two_day_rule_counts_in_a_search(
    clock: StoppedClock, standing: Standing, fits: list[str], needs_known: bool
) -> None:
    make_room(name="Room")

    result = search(clock, SearchQuery(date=date(2026, 1, 8), start=time(10)), standing=standing)

    assert fitting(result) == fits
    assert any(fit.needs_known_company for fit in described(clock, result, standing)) is needs_known


def test_new_company_is_offered_the_first_day_it_may_book(clock: StoppedClock) -> None:
    make_room(name="Room")
    from_tomorrow = SearchQuery(date=date(2026, 1, 8), until=MONDAY)

    result = search(clock, from_tomorrow, standing=Standing.NEW)

    assert slots(clock, result) == [("Room", "09 09:00")]


def test_rooms_that_are_too_small_vanished_or_of_another_kind_are_left_out(clock: StoppedClock) -> None:
    make_room(name="Small", max_people=4)
    make_room(name="Gone", vanished_at=clock())
    make_room(name="Of a site that is gone", site=make_site(vanished_at=clock()))
    make_room(name="Office", type=OFFICE_TYPE)
    make_room(name="Just right", max_people=6)
    make_room(name="Without a limit", max_people=None)

    result = search(clock, SearchQuery(date=FRIDAY, start=time(10), people=6))

    assert fitting(result) == ["Just right", "Without a limit"]
    assert result.largest == 6


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("projector",), ["With everything"]),
        (("écran",), ["With a screen", "With everything"]),
        (("TV", "tableau"), ["With everything"]),
        (("Screens",), ["With a screen", "With everything"]),
        (("boardroom",), ["With a screen"]),
        (("sauna",), []),
    ],
)
def test_words_ask_for_equipment(clock: StoppedClock, words: tuple[str, ...], names: list[str]) -> None:
    make_room(name="With everything", equipment="Grand écran, vidéoprojecteur, tableau blanc")
    make_room(name="With a screen", equipment="4K screen", configuration="boardroom")
    make_room(name="With nothing", equipment="")

    result = search(clock, SearchQuery(date=FRIDAY, start=time(10), words=words))

    assert sorted(fitting(result)) == sorted(names)


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

    spans = {fit.room.pk: fit.span for fit in described(clock, search(clock, AT_TEN))}

    assert spans == {paris.pk: slot(FRIDAY, "10:00"), dublin.pk: slot(FRIDAY, "10:00", zone=ZoneInfo("Europe/Dublin"))}


def test_site_narrows_the_search(clock: StoppedClock) -> None:
    site = make_site()
    make_room(name="Here", site=site)
    make_busy_span(room=make_room(name="Busy here", site=site), span=slot(FRIDAY, "10:00"))
    for _ in range(30):
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

    assert [(fit.room.pk, fit.span) for fit in described(clock, result)] == [(office.pk, None)]


def test_time_that_the_clock_skips_is_free_nowhere(clock: StoppedClock) -> None:
    clock.set(datetime(2026, 3, 26, 9, tzinfo=UTC))
    make_room(name="Room", hours_sunday="00:00-24:00")

    assert fitting(search(clock, SearchQuery(date=date(2026, 3, 29), start=time(2, 30)))) == []


def test_of_a_time_that_the_clock_shows_twice_the_first_is_meant(clock: StoppedClock) -> None:
    clock.set(datetime(2026, 10, 22, 9, tzinfo=UTC))
    make_room(name="Room", hours_sunday="00:00-24:00")

    result = search(clock, SearchQuery(date=date(2026, 10, 25), start=time(2, 30)))

    assert [fit.span for fit in described(clock, result)] == [
        TimeSpan.lasting(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 60)
    ]


@pytest.mark.parametrize("day", [date.min, date.max])
def test_day_beyond_all_calendars_finds_nothing_and_breaks_nothing(clock: StoppedClock, day: date) -> None:
    make_room()

    assert search(clock, SearchQuery(date=day, start=time(10))).fits == []


@pytest.mark.parametrize("query", [AT_TEN, SearchQuery(date=FRIDAY), SearchQuery(date=FRIDAY, until=MONDAY)])
@pytest.mark.parametrize("number", [1, 3, 60])
def test_search_is_one_statement_however_many_rooms(clock: StoppedClock, number: int, query: SearchQuery) -> None:
    site = make_site()
    for _ in range(number):
        make_room(site=site)
        make_busy_span(room=make_room(site=site), span=slot(FRIDAY, "09:00", 240))
    directory = current_directory()

    with CaptureQueriesContext(connection) as captured:
        result = find(query, directory=directory, who=Who(), now=clock())

    assert len(result.fits) == (number if query.start else 2 * number)
    assert len(captured) == 1
