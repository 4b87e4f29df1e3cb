from datetime import timedelta

import pytest
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from bookings.availability import rows
from bookings.availability.models import Hold
from bookings.availability.rows import Moment, find_room, kept_parts, read_moments, read_taken
from bookings.catalog.models import CatalogStamp, Room, RoomPicture, Site
from bookings.catalog.queries import listed_rooms
from bookings.core.timespan import TimeSpan
from bookings.feeds.models import BusySpan, Feed
from tests.conftest import StoppedClock
from tests.factories import coming_slot, make_busy_span, make_hold, make_room
from tests.factories.columns import other_value

pytestmark = pytest.mark.django_db


def values_of(instance: models.Model | None) -> dict[str, object]:
    """Every column of a row, with the types that pages see."""
    if instance is None:
        return {}
    return {field.attname: getattr(instance, field.attname) for field in instance._meta.concrete_fields}


def with_all(room: Room) -> list[dict[str, object]]:
    return [values_of(one) for one in (room, room.site, getattr(room, "picture", None), getattr(room, "feed", None))]


def test_room_is_read_as_the_models_read_it(clock: StoppedClock) -> None:
    full, bare = make_room(seats=7), make_room(surface=None, feed=False)
    RoomPicture.objects.create(
        room=full, source_url="https://pictures.example/1.png", digest="a" * 64, checked_at=clock()
    )

    for room in (full, bare):
        found = find_room(room.workways_id)
        expected = listed_rooms().select_related("feed").get(pk=room.pk)

        assert found is not None
        assert with_all(found) == with_all(expected)


def test_room_is_read_with_all_that_belongs_to_it_at_once() -> None:
    room = make_room()
    for statements in (2, 1):
        with CaptureQueriesContext(connection) as captured:
            found = find_room(room.workways_id)
            assert found is not None
            assert (found.site.name, found.kept_picture, found.feed.room_id) == (room.site.name, None, found.pk)

        assert len(captured) == statements


@pytest.mark.parametrize(
    ("model", "name"), [(part.model, name) for part in kept_parts() for name in part.names if name != "id"]
)
def test_change_of_any_column_is_read_at_once(model: type[models.Model], name: str, clock: StoppedClock) -> None:
    room = make_room()
    RoomPicture.objects.create(room=room, source_url="https://pictures.example/1.png", digest="a" * 64)
    assert find_room(room.workways_id) is not None
    key = {Room: room.pk, Site: room.site_id, RoomPicture: room.picture.pk}[model]
    new = other_value(model, name)
    assert values_of(model._default_manager.get(pk=key))[name] != new

    model._default_manager.filter(pk=key).update(**{name: new})
    found = find_room(room.workways_id if name != "workways_id" or model is not Room else new)

    if name in ("vanished_at", "is_hidden"):
        assert found is None
    elif (model, name) == (RoomPicture, "room_id"):
        assert getattr(found, "picture", None) is None
    else:
        assert found is not None
        place = {Room: found, Site: found.site, RoomPicture: getattr(found, "picture", None)}[model]
        assert getattr(place, name) == new


def test_what_a_request_does_to_its_room_is_nobody_elses() -> None:
    room = make_room()
    first = find_room(room.workways_id)
    assert first is not None
    first.public_name = first.site.name = "Scribbled over"

    again = find_room(room.workways_id)

    assert again is not None
    assert (again.public_name, again.site.name) == (room.public_name, room.site.name)


def test_undone_change_is_not_kept() -> None:
    room = make_room(public_name="Kept")

    with transaction.atomic():
        Room.objects.update(public_name="Undone")
        inside = find_room(room.workways_id)
        transaction.set_rollback(True)
    after = find_room(room.workways_id)

    assert (inside and inside.public_name, after and after.public_name) == ("Undone", "Kept")


def test_without_a_stamp_nothing_is_kept() -> None:
    room = make_room(public_name="Old")
    CatalogStamp.objects.all().delete()
    find_room(room.workways_id)
    Room.objects.update(public_name="New")
    CatalogStamp.objects.all().delete()

    found = find_room(room.workways_id)

    assert found is not None
    assert found.public_name == "New"


def test_memory_of_rooms_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "_MOST_KNOWN", 2)
    rooms = [make_room() for _ in range(5)]

    found = [find_room(room.workways_id) for room in (*rooms, *rooms)]

    assert found == [*rooms, *rooms]
    assert len(rows._known[1]) <= 2


def test_full_memory_forgets_nothing_for_a_room_that_it_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "_MOST_KNOWN", 2)
    known = [make_room(), make_room()]
    for room in known:
        find_room(room.workways_id)

    with CaptureQueriesContext(connection) as captured:
        for room in known:
            find_room(room.workways_id)

    assert len(captured) == 2


def test_rooms_that_look_different_are_told_apart_however_they_were_read() -> None:
    rooms = [make_room(), make_room(), make_room()]
    read_at_once, row = find_room(rooms[0].workways_id), Room.objects.get(pk=rooms[0].pk)
    assert read_at_once is not None
    before = row.as_read

    row.own_name_en = "The quiet room"

    told = {read_at_once.as_read, before, row.as_read, *(Room.objects.get(pk=one.pk).as_read for one in rooms[1:])}
    assert len(told) == 5


def test_taken_time_is_what_the_models_tell(clock: StoppedClock) -> None:
    room, other, third = (make_room() for _ in range(3))
    window = TimeSpan(clock(), clock() + timedelta(days=2))
    for owner, start, minutes in (
        (room, window.start - timedelta(minutes=30), 60),
        (room, window.start + timedelta(hours=5, seconds=1), 45),
        (room, window.end - timedelta(minutes=1), 600),
        (other, window.start + timedelta(hours=1), 30),
        (other, window.start - timedelta(hours=1), 60),
        (other, window.end, 60),
        (third, window.start, 60),
    ):
        make_busy_span(room=owner, start=start, minutes=minutes)
    kept = make_hold(span=coming_slot(room), room=room, expires_at=None, browser_key="me")
    make_hold(span=coming_slot(other), room=other, browser_key="me")
    running = make_hold(span=coming_slot(other, hour=14), room=other, browser_key="you")
    make_hold(span=coming_slot(other, hour=16), room=other, browser_key="you", expires_at=clock())
    window = TimeSpan(window.start, max(window.end, running.end, kept.end))

    found = read_taken([room.pk, other.pk], window, browser_key="me", now=clock())

    for one, holds in ((room, [kept]), (other, [running])):
        busy = BusySpan.objects.filter(room=one, start__lt=window.end, end__gt=window.start)
        assert sorted(found[one.pk].busy) == list(busy.order_by("start").values_list("start", "end"))
        assert found[one.pk].held == [(hold.start, hold.end) for hold in holds]
    assert set(found) == {room.pk, other.pk}
    assert Hold.objects.count() == 4


def test_nothing_taken_is_nothing_read(clock: StoppedClock) -> None:
    room = make_room()

    assert read_taken([room.pk], TimeSpan.lasting(clock(), 60), browser_key="", now=clock()) == {}


def test_of_many_rooms_all_are_read(clock: StoppedClock) -> None:
    span = make_busy_span()
    rooms = [span.room.pk, *range(1_000_000, 1_000_500)]

    found = read_taken(rooms, TimeSpan(span.start, span.end), browser_key="", now=clock())

    assert found[span.room.pk].busy == [(span.start, span.end)]


def test_moments_tell_what_is_taken_and_how_old_that_is(clock: StoppedClock) -> None:
    room, free, silent = make_room(), make_room(), make_room(feed=False)
    span = make_busy_span(room=room, start=clock() + timedelta(hours=2))
    hold = make_hold(span=coming_slot(free), room=free, browser_key="you")
    Feed.objects.filter(room=room).update(covers_until=clock() + timedelta(days=9), looked_at=clock())
    window = TimeSpan(clock(), max(span.end, hold.end))

    found = read_moments([room.pk, free.pk, silent.pk], window, browser_key="me", now=clock())

    fed, other = (Feed.objects.get(room=one) for one in (room, free))
    assert found.stamp == CatalogStamp.objects.get().stamp
    assert found.of_rooms == {
        room.pk: Moment([(span.start, span.end)], [], fed.read_at, fed.covers_until, fed.looked_at),
        free.pk: Moment([], [(hold.start, hold.end)], other.read_at, other.covers_until, other.looked_at),
        silent.pk: Moment([], []),
    }
