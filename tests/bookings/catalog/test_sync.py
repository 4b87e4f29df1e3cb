"""The mirror of the catalog: what a snapshot writes, and what it never does."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.catalog.models import CatalogState, Room, Site
from bookings.catalog.sync import apply_snapshot
from portal import clock as portal_clock
from tests.conftest import StoppedClock
from tests.factories.upstream import make_upstream_room, make_upstream_site

pytestmark = pytest.mark.django_db

SITE = make_upstream_site()
ROOM = make_upstream_room(
    price_per_hour=Decimal("45.5"), price_per_half_day=Decimal(150), price_per_day=Decimal(250), price_per_month="500"
)
OTHER = make_upstream_room(id="2" * 24, name="Room B", public_name="")


def apply(sites: Any, rooms: Any) -> Any:
    return apply_snapshot(sites, rooms, portal_clock.now())


def writes(queries: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_snapshot_is_mirrored(clock: StoppedClock) -> None:
    changes = apply([SITE], [ROOM, OTHER])

    room = Room.objects.select_related("site").get(workways_id="1" * 24)
    assert changes.sites.added == ("a" * 24,)
    assert changes.rooms.added == ("1" * 24, "2" * 24)
    assert (room.site.name, room.site.country, room.site.zone_name) == ("Workways Bastille", "France", "Europe/Paris")
    assert (room.name, room.public_name, room.type) == ("Room A", "Meeting Room A", "publicMeeting")
    assert (room.surface, room.min_people, room.max_people, room.seats) == (25, 2, 8, 8)
    assert (room.min_minutes, room.max_minutes, room.step_minutes) == (60, 480, 30)
    assert (room.hours_week, room.hours_saturday, room.hours_sunday) == ("09:00-18:00", "", "")
    assert (room.hour_minor, room.half_day_minor, room.day_minor, room.month_minor) == (4550, 15000, 25000, 50000)
    assert room.seen_at == clock.instant
    assert room.vanished_at is None


def test_room_without_public_name_is_called_by_its_name(clock: StoppedClock) -> None:
    apply([SITE], [OTHER])

    assert Room.objects.get().public_name == "Room B"


def test_same_snapshot_again_changes_nothing_but_the_stamp(clock: StoppedClock) -> None:
    apply([SITE], [ROOM, OTHER])
    clock.forward(minutes=5)

    with CaptureQueriesContext(connection) as queries:
        changes = apply([SITE], [ROOM, OTHER])

    assert not changes
    assert [sql.split("SET")[1].split("WHERE")[0].count("=") for sql in writes(queries)] == [1, 1]
    assert all("seen_at" in sql for sql in writes(queries))
    assert set(Room.objects.values_list("seen_at", flat=True)) == {clock.instant}
    assert CatalogState.objects.get().version == 1


def test_only_the_row_that_differs_is_written(clock: StoppedClock) -> None:
    apply([SITE], [ROOM, OTHER])
    renamed = make_upstream_room(id="2" * 24, name="Room B", public_name="The Attic")

    changes = apply([SITE], [ROOM, renamed])

    assert changes.rooms.changed == ("2" * 24,)
    assert not changes.sites
    assert Room.objects.get(workways_id="2" * 24).public_name == "The Attic"
    assert CatalogState.objects.get().version == 2


def test_number_of_queries_does_not_grow_with_the_rooms(clock: StoppedClock) -> None:
    counts = []
    for most in (1, 30):
        rooms = [make_upstream_room(id=f"{number:024x}") for number in range(most)]
        apply([SITE], rooms)
        with CaptureQueriesContext(connection) as queries:
            apply([SITE], rooms)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_vanished_room_is_marked_and_kept(clock: StoppedClock) -> None:
    apply([SITE], [ROOM, OTHER])
    clock.forward(minutes=5)

    changes = apply([SITE], [ROOM])

    gone = Room.objects.get(workways_id="2" * 24)
    assert changes.rooms.vanished == ("2" * 24,)
    assert gone.vanished_at == clock.instant
    assert gone.seen_at == clock.instant - timedelta(minutes=5)


def test_room_that_stays_away_keeps_the_moment_it_vanished(clock: StoppedClock) -> None:
    apply([SITE], [ROOM, OTHER])
    apply([SITE], [ROOM])
    vanished_at = clock.instant
    clock.forward(minutes=5)

    changes = apply([SITE], [ROOM])

    assert not changes
    assert Room.objects.get(workways_id="2" * 24).vanished_at == vanished_at


def test_room_that_returns_is_unmarked(clock: StoppedClock) -> None:
    apply([SITE], [ROOM, OTHER])
    apply([SITE], [ROOM])

    changes = apply([SITE], [ROOM, OTHER])

    assert changes.rooms.returned == ("2" * 24,)
    assert Room.objects.get(workways_id="2" * 24).vanished_at is None


def test_empty_answer_marks_nothing(clock: StoppedClock) -> None:
    apply([SITE], [ROOM, OTHER])

    changes = apply([], [])

    assert changes.was_empty
    assert not changes
    assert Room.objects.filter(vanished_at=None).count() == 2
    assert Site.objects.filter(vanished_at=None).count() == 1


def test_answer_without_sites_marks_no_site(clock: StoppedClock) -> None:
    far = make_upstream_site(id="b" * 24, name="Far")
    apply([SITE, far], [ROOM])

    apply([], [ROOM])

    assert Site.objects.filter(vanished_at=None).count() == 2


def test_room_that_is_no_longer_public_vanishes(clock: StoppedClock) -> None:
    apply([SITE], [ROOM, OTHER])
    private = make_upstream_room(id="2" * 24, type="privateOffice")

    apply([SITE], [ROOM, private])

    assert Room.objects.get(workways_id="2" * 24).vanished_at is not None


def test_private_rooms_are_not_mirrored(clock: StoppedClock) -> None:
    apply([SITE], [ROOM, make_upstream_room(id="3" * 24, type="privateMeeting")])

    assert list(Room.objects.values_list("workways_id", flat=True)) == ["1" * 24]


def test_site_that_only_a_room_names_gets_a_row(clock: StoppedClock) -> None:
    apply([], [make_upstream_room(site_id="c" * 24, site_name="Ghent", country="Belgium")])

    site = Site.objects.get()
    assert (site.workways_id, site.name, site.zone_name) == ("c" * 24, "Ghent", "Europe/Brussels")


def test_room_that_moves_changes_its_site(clock: StoppedClock) -> None:
    far = make_upstream_site(id="b" * 24, name="Far")
    apply([SITE, far], [ROOM])

    apply([SITE, far], [make_upstream_room(site_id="b" * 24)])

    assert Room.objects.get().site.workways_id == "b" * 24


def test_what_staff_set_survives(clock: StoppedClock) -> None:
    apply([SITE], [ROOM])
    Site.objects.update(zone_override="Indian/Reunion")

    apply([make_upstream_site(name="Renamed")], [ROOM])

    site = Site.objects.get()
    assert (site.name, site.zone_override) == ("Renamed", "Indian/Reunion")


@pytest.mark.parametrize("id", ["", "imageId123", "../../etc/passwd", "A" * 24, "1" * 23, "é" * 24, "x" * 4000])
def test_room_without_a_usable_id_is_left_out_and_named(clock: StoppedClock, id: str) -> None:
    changes = apply([SITE], [ROOM, make_upstream_room(id=id)])

    assert changes.unusable == (id[:60],)
    assert Room.objects.count() == 1


def test_answer_of_unusable_rooms_only_counts_as_empty(clock: StoppedClock) -> None:
    apply([SITE], [ROOM])

    changes = apply([SITE], [make_upstream_room(id="nonsense")])

    assert changes.was_empty
    assert Room.objects.get().vanished_at is None


def test_id_named_twice_makes_one_room(clock: StoppedClock) -> None:
    apply([SITE, SITE], [ROOM, ROOM])

    assert Room.objects.count() == 1


@pytest.mark.parametrize(
    "amount",
    [
        None,
        Decimal(0),
        Decimal(-1),
        Decimal("-45.5"),
        Decimal("1e30"),
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("0.001"),
    ],
)
def test_price_that_is_none_or_nonsense_is_on_request(clock: StoppedClock, amount: Decimal | None) -> None:
    apply([SITE], [make_upstream_room(price_per_hour=amount)])

    assert Room.objects.get().per_hour is None


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("500", 50000),
        ("1 250,50 €", 125050),
        ("", None),
        ("0", None),
        ("-1", None),
        ("on request", None),
        ("9" * 50, None),
        ("1.2.3", None),
    ],
)
def test_monthly_price_is_read_from_its_text(clock: StoppedClock, text: str, minor: int | None) -> None:
    apply([SITE], [make_upstream_room(price_per_month=text)])

    assert Room.objects.get().month_minor == minor


@pytest.mark.parametrize("number", [None, 0, -1, -(10**30), 10**30])
def test_number_that_is_none_or_nonsense_is_unknown(clock: StoppedClock, number: int | None) -> None:
    apply([SITE], [make_upstream_room(surface=number, max_person=number, nb_seat=number, step_duration=number)])

    room = Room.objects.get()
    assert (room.surface, room.max_people, room.seats, room.step_minutes) == (None, None, None, None)


def test_long_and_odd_texts_fit(clock: StoppedClock) -> None:
    odd = make_upstream_room(
        name="n" * 5000,
        public_name=" Café\x00 \ud83d ",
        description="d" * 50_000,
        actual_state="s" * 500,
        configuration="c" * 500,
        other_configuration="\x00\x00",
    )

    changes = apply([make_upstream_site(name="\x00", country="x" * 500)], [odd])
    again = apply([make_upstream_site(name="\x00", country="x" * 500)], [odd])

    room = Room.objects.select_related("site").get()
    room.full_clean(exclude=["site"])
    assert changes
    assert not again
    assert room.public_name == "Café ?"
    assert (len(room.name), len(room.description), room.equipment) == (200, 10_000, "")
    assert (room.site.name, len(room.site.country)) == ("a" * 24, 80)


def test_text_that_half_would_falsify_is_left_out(clock: StoppedClock) -> None:
    apply([SITE], [make_upstream_room(slot_week="09:00-12:00," * 20, image="https://example.org/" + "x" * 500)])

    room = Room.objects.get()
    assert (room.hours_week, room.image_url) == ("", "")


@pytest.mark.django_db(transaction=True)
def test_two_snapshots_at_once_are_applied_one_after_the_other(clock: StoppedClock) -> None:
    rooms = [make_upstream_room(id=f"{number:024x}") for number in range(20)]
    start = threading.Barrier(4)

    def apply_in_thread(_: int) -> int:
        start.wait()
        try:
            return len(apply([SITE], rooms).rooms.added)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        added = list(pool.map(apply_in_thread, range(4)))

    assert sorted(added) == [0, 0, 0, 20]
    assert Room.objects.count() == 20
    assert CatalogState.objects.get().version == 1
