from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bookings.catalog.directory import (
    OWN_PICTURE_COLUMNS,
    PICTURE_COLUMNS,
    ROOM_COLUMNS,
    SITE_COLUMNS,
    current_directory,
)
from bookings.catalog.models import OFFICE_TYPE, CatalogStamp, Room, RoomPicture, Site
from bookings.catalog.queries import list_places, list_sites
from bookings.feeds.actions import ensure_feeds
from bookings.feeds.models import Feed
from portal import clock
from tests.factories import make_feed, make_room, make_site
from tests.factories.columns import other_value

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.mark.parametrize(
    ("model", "column"),
    [
        *((Site, name) for name in SITE_COLUMNS),
        *((Room, name) for name in (*ROOM_COLUMNS, *OWN_PICTURE_COLUMNS, "site_id", "vanished_at", "is_hidden")),
        *((RoomPicture, name) for name in PICTURE_COLUMNS),
    ],
)
def test_change_of_any_column_that_it_holds_is_in_the_directory_at_once(
    model: type[Site | Room | RoomPicture], column: str
) -> None:
    room = make_room()
    RoomPicture.objects.create(room=room, source_url="https://example.org/a.jpg", digest="a" * 64, width=3, height=2)
    new = other_value(model, column)
    before = current_directory()

    model._default_manager.filter(pk=model._default_manager.values("pk")[:1]).update(**{column: new})
    after = current_directory()

    assert before is not after
    assert after.stamp != before.stamp


def test_directory_is_read_once_while_nothing_changes() -> None:
    room = make_room()
    first = current_directory()

    with CaptureQueriesContext(connection) as captured:
        again = current_directory()

    assert (again is first, len(captured)) == (True, 1)
    assert [one.public_name for one in first.rooms] == [room.public_name]


@pytest.mark.parametrize(
    "change",
    [
        lambda room: Room.objects.update(seen_at=clock.now() + timedelta(minutes=5)),
        lambda room: Site.objects.update(seen_at=clock.now() + timedelta(minutes=5)),
        lambda room: Feed.objects.update(read_at=clock.now(), version=9),
        lambda room: Room.objects.update(public_name=room.public_name),
    ],
    ids=["room seen again", "site seen again", "calendar read", "same name"],
)
def test_what_happens_every_few_minutes_changes_nothing(change: Callable[[Room], Any]) -> None:
    room = make_room()
    before = current_directory()

    change(room)

    assert current_directory() is before


def test_rooms_that_come_and_go_are_in_the_directory_at_once() -> None:
    site = make_site(name="Bastille")
    first = make_room(site=site, name="B")

    second = make_room(site=site, name="A")
    both = [room.pk for room in current_directory().rooms]
    Room.objects.filter(pk=first.pk).delete()
    one = [room.pk for room in current_directory().rooms]
    Site.objects.update(vanished_at=clock.now())

    assert (both, one) == ([second.pk, first.pk], [second.pk])
    assert current_directory().rooms == []


def test_room_says_whether_it_has_a_feed() -> None:
    room = make_room(feed=False)
    without = current_directory().rooms[0].has_feed

    # Feeds are made with a clause for conflicts, which must not reach into the trigger.
    ensure_feeds(now=clock.now())

    assert (without, current_directory().rooms[0].has_feed) == (False, True)
    Feed.objects.filter(room=room).delete()
    assert not current_directory().rooms[0].has_feed


def test_what_was_undone_is_not_in_the_directory() -> None:
    make_room(name="Kept")
    current_directory()

    with transaction.atomic():
        make_room(name="Undone")
        inside = [room.public_name for room in current_directory().rooms]
        transaction.set_rollback(True)
    after_undoing = [room.public_name for room in current_directory().rooms]
    make_room(name="Another")

    assert sorted(inside) == ["Kept", "Undone"]
    assert after_undoing == ["Kept"]
    assert sorted(room.public_name for room in current_directory().rooms) == ["Another", "Kept"]


def test_without_a_stamp_the_directory_is_read_each_time() -> None:
    make_room(name="Old")
    current_directory()
    Room.objects.update(public_name="New")
    CatalogStamp.objects.all().delete()

    assert [room.public_name for room in current_directory().rooms] == ["New"]
    assert current_directory() is not current_directory()


def test_room_of_the_directory_reads_like_its_row() -> None:
    row = make_room(surface=31, month_minor=9900, type=OFFICE_TYPE)
    RoomPicture.objects.create(room=row, source_url="https://example.org/a.jpg", digest="b" * 64, width=3, height=2)

    (room,) = current_directory().rooms

    assert {name: getattr(room, name) for name in ROOM_COLUMNS} == {name: getattr(row, name) for name in ROOM_COLUMNS}
    assert (room.per_month, room.is_office, room.is_meeting_room, room.is_listed) == (row.per_month, True, False, True)
    assert (room.site.name, room.site.zone, room.site.country_code) == (row.site.name, row.site.zone, "FR")
    assert room.kept_picture is not None
    assert (room.kept_picture.digest, room.kept_picture.width, room.kept_picture.height) == ("b" * 64, 3, 2)


def test_picture_without_a_file_is_none() -> None:
    RoomPicture.objects.create(room=make_room(), source_url="https://example.org/a.jpg")

    assert current_directory().rooms[0].kept_picture is None


def test_places_are_the_sites_that_the_database_lists() -> None:
    paris, dublin = make_site(name="Paris"), make_site(name="Dublin", country="Ireland")
    make_room(site=paris, hour_minor=3000)
    make_room(site=paris, hour_minor=None)
    make_room(site=dublin, type=OFFICE_TYPE, month_minor=90000)
    make_site(name="Empty")
    make_feed()

    places = list_places(current_directory())

    assert [_told(one) for one in places] == [_told(one) for one in list_sites()]


def _told(one: Any) -> tuple[Any, ...]:
    return (one.site.workways_id, one.meeting_rooms, one.offices, one.lowest_per_hour, one.lowest_per_month)


def test_meeting_rooms_of_a_site_come_by_name() -> None:
    site, other = make_site(), make_site()
    rooms = {name: make_room(site=site, public_name=name) for name in ("Cedar", "Ash", "Beech")}
    make_room(site=site, type=OFFICE_TYPE)
    make_room(site=site, vanished_at=clock.now())
    make_room(site=other)

    directory = current_directory()
    found = directory.find_site(site.workways_id)

    assert found is not None
    assert [room.pk for room in directory.meeting_rooms(found)] == [rooms[name].pk for name in sorted(rooms)]
    assert directory.find_site("0" * 24) is None


def test_room_of_the_directory_costs_what_its_row_says() -> None:
    row = make_room(hour_minor=2500, half_day_minor=None, day_minor=15_000)

    room = current_directory().by_number()[row.pk]

    assert (room.per_hour, room.per_half_day, room.per_day) == (row.per_hour, None, row.per_day)
