"""How full rooms were: equal to a count by hand in SQL, across clock changes, zones, outages and second runs."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.catalog.models import Room
from bookings.core.timespan import TimeSpan
from bookings.feeds.models import BusySpan, Feed
from bookings.figures.models import RoomDay, SiteHour
from bookings.figures.occupancy import count_rooms
from tests.bookings.figures.by_hand import busy_by_room_and_hour
from tests.conftest import StoppedClock
from tests.factories import make_busy_span, make_room, make_site

pytestmark = pytest.mark.django_db

ALL_WEEK = {"hours_week": "00:00-24:00", "hours_saturday": "00:00-24:00", "hours_sunday": "00:00-24:00"}
COUNTRIES = {"Europe/Paris": "France", "Europe/Brussels": "Belgium", "Europe/Dublin": "Ireland"}


def read_now(clock: StoppedClock, instant: datetime) -> None:
    """The clock goes on and every calendar is found right."""
    clock.set(instant)
    Feed.objects.update(read_at=instant)


def counted() -> set[tuple[int, str, int, int, int]]:
    """(room, day, hour of the wall clock, open, busy) as the portal counted."""
    sums: dict[tuple[int, str, int], list[int]] = {}
    for row in RoomDay.objects.all():
        for _number, hour, opened, busy in row.hours:
            kept = sums.setdefault((row.room_id, row.day.isoformat(), hour), [0, 0])
            kept[0] += opened
            kept[1] += busy
    return {(*key, *value) for key, value in sums.items()}


def fill(rooms: list[Room], first: datetime, days: int) -> None:
    """Meetings of odd lengths, some of which overlap, touch, or go on over midnight and over the clock change."""
    for place, room in enumerate(rooms):
        at = first + timedelta(minutes=17 * place)
        while at < first + timedelta(days=days):
            make_busy_span(room=room, start=at, minutes=95)
            make_busy_span(room=room, start=at + timedelta(minutes=60), minutes=50)
            at += timedelta(hours=5, minutes=23 + 7 * place)
        change = first.replace(hour=0, minute=30) + timedelta(days=1)
        make_busy_span(room=room, start=change, minutes=100)


@pytest.mark.parametrize("zone", COUNTRIES)
@pytest.mark.parametrize(("change", "sunday"), [("spring", date(2026, 3, 29)), ("autumn", date(2026, 10, 25))])
@pytest.mark.parametrize("opening", ["00:00-24:00", "01:30-21:15"])
def test_hours_equal_a_count_by_hand_across_the_clock_change(
    clock: StoppedClock, zone: str, change: str, sunday: date, opening: str
) -> None:
    clock.set(datetime(2026, 1, 1, tzinfo=UTC))
    site = make_site(country=COUNTRIES[zone])
    hours = dict.fromkeys(ALL_WEEK, opening)
    rooms = [make_room(site=site, **hours) for _ in range(2)]
    wall = ZoneInfo(zone)
    first = datetime.combine(sunday - timedelta(days=1), datetime.min.time(), wall).astimezone(UTC)
    last = datetime.combine(sunday + timedelta(days=2), datetime.min.time(), wall).astimezone(UTC)
    fill(rooms, first - timedelta(hours=2), 3)
    # Such as a worker does it: now and then, in the middle of an hour as well.
    at = first
    while at <= last + timedelta(hours=1):
        read_now(clock, at)
        count_rooms(now=at)
        at += timedelta(hours=3, minutes=20)
    read_now(clock, last + timedelta(hours=1))
    count_rooms(now=clock())

    opens, closes = (int(one[:2]) * 60 + int(one[3:]) for one in opening.split("-"))
    by_hand = busy_by_room_and_hour(first, last, opens=opens, closes=closes, zone=zone, change=change)
    days = {row[1] for row in by_hand}

    assert len(days) == 3
    assert {row for row in counted() if row[1] in days} == by_hand


def test_day_of_the_clock_change_has_23_or_25_hours(clock: StoppedClock) -> None:
    room = make_room(**ALL_WEEK)
    for day, minutes in ((date(2026, 3, 29), 23 * 60), (date(2026, 10, 25), 25 * 60)):
        read_now(clock, datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC) + timedelta(hours=9))
        count_rooms(now=clock())

        row = RoomDay.objects.get(room=room, day=day)
        assert (row.open_minutes, len(row.hours)) == (minutes, minutes // 60)
        assert sum(SiteHour.objects.filter(day=day).values_list("open_minutes", flat=True)) == minutes


def test_counting_again_changes_nothing(clock: StoppedClock) -> None:
    room = make_room()
    make_busy_span(room=room, start=datetime(2026, 1, 7, 9, tzinfo=UTC), minutes=90)
    read_now(clock, datetime(2026, 1, 7, 18, tzinfo=UTC))
    count_rooms(now=clock())
    before = [list(model.objects.order_by("pk").values()) for model in (RoomDay, SiteHour)]

    again = count_rooms(now=clock())
    clock.forward(hours=2)
    later = count_rooms(now=clock())

    assert (again, later) == (0, 0)
    assert [list(model.objects.order_by("pk").values()) for model in (RoomDay, SiteHour)] == before


def test_hours_that_an_outage_left_out_are_counted_afterwards(clock: StoppedClock) -> None:
    room = make_room(**ALL_WEEK)
    read_now(clock, datetime(2026, 1, 7, 12, tzinfo=UTC))
    count_rooms(now=clock())
    make_busy_span(room=room, start=datetime(2026, 1, 8, 9, tzinfo=UTC), minutes=120)

    read_now(clock, datetime(2026, 1, 10, 12, tzinfo=UTC))
    count_rooms(now=clock())

    told = {row.day.day: (row.open_minutes, row.busy_minutes) for row in RoomDay.objects.filter(room=room)}
    assert {day: told[day] for day in (7, 8, 9)} == {7: (1440, 0), 8: (1440, 120), 9: (1440, 0)}


def test_hours_that_nobody_knows_are_left_out(clock: StoppedClock) -> None:
    silent = make_room(feed=False, **ALL_WEEK)
    stale = make_room(**ALL_WEEK)
    read_at = datetime(2026, 1, 7, 12, tzinfo=UTC)
    Feed.objects.filter(room=stale).update(read_at=read_at)
    clock.set(read_at + timedelta(hours=10))

    count_rooms(now=clock())

    assert not RoomDay.objects.filter(room=silent).exists()
    row = RoomDay.objects.get(room=stale, day=date(2026, 1, 7))
    # 13:00 in Paris, up to which the calendar is known.
    assert row.open_minutes == 13 * 60


def test_meeting_that_the_calendar_forgets_when_it_is_over_stays_counted(clock: StoppedClock) -> None:
    room = make_room()
    make_busy_span(room=room, start=datetime(2026, 1, 7, 9, tzinfo=UTC), minutes=60)
    read_now(clock, datetime(2026, 1, 7, 10, 30, tzinfo=UTC))
    count_rooms(now=clock())
    BusySpan.objects.all().delete()
    make_busy_span(room=room, start=datetime(2026, 1, 7, 8, tzinfo=UTC), minutes=60)

    read_now(clock, datetime(2026, 1, 7, 11, 30, tzinfo=UTC))
    count_rooms(now=clock())

    row = RoomDay.objects.get(room=room, day=date(2026, 1, 7))
    assert [(hour, busy) for _, hour, _, busy in row.hours] == [(9, 60), (10, 60), (11, 0)]


def test_closed_days_and_busy_time_outside_of_opening_hours_count_nothing(clock: StoppedClock) -> None:
    room = make_room()
    span = TimeSpan(datetime(2026, 1, 9, 16, tzinfo=UTC), datetime(2026, 1, 12, 8, 30, tzinfo=UTC))
    make_busy_span(room=room, span=span)
    read_now(clock, datetime(2026, 1, 12, 9, tzinfo=UTC))

    count_rooms(now=clock())

    told = {row.day.day: (row.open_minutes, row.busy_minutes) for row in RoomDay.objects.filter(room=room)}
    assert {day: told[day] for day in (9, 10, 11, 12)} == {9: (540, 60), 10: (0, 0), 11: (0, 0), 12: (60, 30)}


def test_statements_dont_grow_with_the_rooms(clock: StoppedClock) -> None:
    counts = []
    for rooms in (1, 30):
        site = make_site()
        for _ in range(rooms):
            make_room(site=site)
        read_now(clock, clock() + timedelta(hours=3))
        with CaptureQueriesContext(connection) as found:
            count_rooms(now=clock())
        counts.append(len(found))
        site.vanished_at = clock()
        site.save()

    assert counts[0] == counts[1]
