"""The weeks in which the clocks change, for every room of the demo: what is offered, what is booked, what comes back.

Which starts there are is worked out here a second time, minute by minute, with nothing of the portal's own rules or
reading of opening hours. Each offered slot is then booked through the embedded API and read out of the room's calendar.

`PORTAL_TESTS_EXAMPLES=1000 python -m pytest tests/bookings/availability/test_clock_weeks.py` books every slot of every
room; without it one room's slots in each week, and those of the odd day in a room of each zone that never closes.
"""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest

from bookings.availability.queries import Asker, Slot, room_week
from bookings.catalog.actions import refresh_catalog
from bookings.catalog.models import Room
from bookings.core.answers import Standing
from bookings.core.timespan import TimeSpan
from bookings.feeds import actions
from bookings.feeds.parse import read_feed
from portal.embedded import demo, models
from portal.workways import FeedDocument, MeetingAccepted, MeetingRequest, Workways
from portal.workways.connect import workways
from tests.conftest import StoppedClock

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SUNDAYS = [
    *(date(2026, 3, 29), date(2026, 10, 25)),
    *(date(2027, 3, 28), date(2027, 10, 31)),
    *(date(2028, 3, 26), date(2028, 10, 29)),
]
ZONES = {"Europe/Paris", "Europe/Brussels", "Europe/Dublin"}
BOOKED_ROOMS = int(os.environ.get("PORTAL_TESTS_EXAMPLES", "1"))
JEAN = "jean.dupont@acme.example"
NEVER_CLOSED = "Never closed"
_MINUTE = timedelta(minutes=1)


@pytest.fixture(params=SUNDAYS, ids=str)
def sunday(request: pytest.FixtureRequest, clock: StoppedClock) -> date:
    """The day on which the clocks change; it is the week before."""
    day: date = request.param
    clock.set(datetime.combine(day - timedelta(days=13), time(9), UTC))
    return day


@pytest.fixture
def rooms(sunday: date, clock: StoppedClock) -> list[Room]:
    """The demo's meeting rooms, empty, and one in each zone that never closes; mirrored."""
    models.Site.objects.bulk_create(demo.build_sites())
    models.Organization.objects.bulk_create(demo.build_organizations(clock().date()))
    models.Room.objects.bulk_create([*demo.build_rooms(clock().date()), *_never_closed()])
    users = demo.build_users()
    for user in users:
        user.verified_at = clock()
    models.User.objects.bulk_create(users)
    refresh_catalog(client=workways(), now=clock())
    actions.ensure_feeds(now=clock())
    listed = list(Room.objects.filter(feed__isnull=False).select_related("site", "feed").order_by("workways_id"))
    for room in listed:
        assert actions.refresh_feed(feed=room.feed, client=workways(), now=clock())
    return listed


def _never_closed() -> Iterator[models.Room]:
    for site in (demo.PARIS, demo.BRUSSELS, demo.DUBLIN):
        yield models.Room(
            site_id=site,
            name=NEVER_CLOSED,
            type="publicMeeting",
            default_state="bookable",
            actual_state="bookable",
            max_person=4,
            min_minutes=30,
            max_minutes=240,
            step_minutes=30,
            slot_week="00:00-24:00",
            slot_saturday="00:00-24:00",
            slot_sunday="00:00-24:00",
        )


@lru_cache
def _walk(hours: tuple[str, str, str], step: int, zone: ZoneInfo, sunday: date) -> tuple[list[bool], list[int]]:
    """For each minute of the week and the day after: may something start then, and how many minutes were open before.

    `hours` are the upstream's words for weekdays, Saturday and Sunday.
    """
    monday = sunday - timedelta(days=6)
    instant = datetime.combine(monday, time(), zone).astimezone(UTC)
    end = datetime.combine(sunday + timedelta(days=2), time(), zone).astimezone(UTC)
    starts, opened = [], []
    while instant < end:
        wall = instant.astimezone(zone)
        minute = wall.hour * 60 + wall.minute
        inside = [
            minute - begins for begins, ends in _ranges(hours[max(wall.weekday() - 4, 0)]) if begins <= minute < ends
        ]
        opened.append(bool(inside))
        starts.append(any(since % step == 0 for since in inside) and wall.date() <= sunday)
        instant += _MINUTE
    return starts, [0, *accumulate(opened)]


def _ranges(words: str) -> list[tuple[int, int]]:
    """ "09:00-12:30,14:00-18:00" as minutes after midnight."""
    clocks = [int(clock[:2]) * 60 + int(clock[3:]) for part in words.split(",") if part for clock in part.split("-")]
    return list(zip(clocks[::2], clocks[1::2], strict=True))


def _walked_starts(room: Room, minutes: int, sunday: date) -> list[datetime]:
    """Every instant of the week at which the room can be had for so many minutes, by the walk."""
    wanted = models.Room.objects.get(pk=room.workways_id)
    hours = (wanted.slot_week, wanted.slot_saturday, wanted.slot_sunday)
    starts, opened = _walk(hours, wanted.step_minutes, ZoneInfo(wanted.site.zone_name), sunday)
    monday = datetime.combine(sunday - timedelta(days=6), time(), ZoneInfo(wanted.site.zone_name)).astimezone(UTC)
    return [
        monday + at * _MINUTE
        for at, may_start in enumerate(starts)
        if may_start and at + minutes < len(opened) and opened[at + minutes] - opened[at] == minutes
    ]


def _offered(room: Room, minutes: int, sunday: date, clock: StoppedClock) -> list[Slot]:
    """What the room's week offers."""
    asker = Asker(standing=Standing.KNOWN)
    monday = sunday - timedelta(days=6)
    week = room_week(room, monday, asker=asker, now=clock(), duration_minutes=minutes)
    return [slot for day in week.days for slot in day.bookable_slots]


def _apart(slots: Sequence[Slot]) -> list[list[Slot]]:
    """The slots in groups within which none overlaps another."""
    groups: list[list[Slot]] = []
    for slot in slots:
        group = next((group for group in groups if group[-1].end <= slot.start), None)
        if group is None:
            groups.append([slot])
        else:
            group.append(slot)
    return groups


def _book(room: Room, slot: Slot, client: Workways) -> None:
    answer = client.request_meeting(
        MeetingRequest(
            contact_email=JEAN,
            contact_name="Jean Dupont",
            room_id=room.workways_id,
            start=slot.start,
            duration_minutes=slot.span.minutes,
            people=1,
            name="Meeting",
            description="",
            language="en",
        )
    )
    assert isinstance(answer, MeetingAccepted)
    assert answer.date == f"{slot.start:%Y-%m-%d}"
    assert answer.time == f"{slot.start:%H:%M}-{slot.end:%H:%M}"


def _in_the_calendar(room: Room, client: Workways, sunday: date) -> list[TimeSpan]:
    document = client.room_feed(room.workways_id)
    assert isinstance(document, FeedDocument)
    around = datetime.combine(sunday, time(), UTC)
    window = TimeSpan(around - timedelta(days=30), around + timedelta(days=30))
    return [busy.span for busy in read_feed(document.content, zone=room.site.zone, window=window).busy]


def _assert_each_comes_back(room: Room, slots: Sequence[Slot], sunday: date) -> None:
    client = workways()
    for group in _apart(slots):
        for slot in group:
            _book(room, slot, client)
        assert _in_the_calendar(room, client, sunday) == [slot.span for slot in group]
        models.Meeting.objects.filter(room_id=room.workways_id).delete()


def test_offered_starts_are_those_of_the_walk(rooms: list[Room], sunday: date, clock: StoppedClock) -> None:
    assert len(rooms) > 20
    assert {room.site.zone_name for room in rooms} == ZONES

    for room in rooms:
        counts = []
        for minutes in _durations(room):
            offered = [slot.start for slot in _offered(room, minutes, sunday, clock)]
            counts.append(len(offered))

            assert offered == _walked_starts(room, minutes, sunday), (room.name, minutes)
        # A room's longest time may be longer than it is ever open.
        assert all(counts[:-1])


def _durations(room: Room) -> list[int]:
    """The room's shortest and longest, and one in the middle."""
    wanted = models.Room.objects.get(pk=room.workways_id)
    return sorted({wanted.min_minutes, wanted.min_minutes + wanted.step_minutes * 3, wanted.max_minutes})


def test_offered_slots_come_back_at_the_instant_they_were_booked(
    rooms: list[Room], sunday: date, clock: StoppedClock
) -> None:
    ordinary = [room for room in rooms if room.name != NEVER_CLOSED]
    first = SUNDAYS.index(sunday) * 5 if len(ordinary) > BOOKED_ROOMS else 0
    never_closed = [room for room in rooms if room.name == NEVER_CLOSED]
    assert len(never_closed) == len(ZONES)

    for room in ordinary[first:][:BOOKED_ROOMS]:
        slots = _offered(room, room.min_minutes or 30, sunday, clock)
        assert len(slots) > 20
        _assert_each_comes_back(room, slots, sunday)
    for room in never_closed:
        slots = _offered(room, 30, sunday, clock)
        odd = [slot for slot in slots if slot.date == sunday]
        assert len(odd) == (46 if sunday.month == 3 else 50)
        _assert_each_comes_back(room, slots if len(ordinary) <= BOOKED_ROOMS else odd, sunday)
