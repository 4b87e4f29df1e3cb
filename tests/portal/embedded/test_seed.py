"""The demo data keeps its promises."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from portal.embedded import demo, slots
from portal.embedded.models import (
    PUBLIC_TYPES,
    Meeting,
    MeetingCell,
    MeetingState,
    Organization,
    Rate,
    RateType,
    Room,
    Site,
    User,
)
from portal.embedded.seed import seed
from tests.portal.embedded.conftest import Call
from tests.portal.embedded.world import booking

NOW = datetime(2026, 1, 7, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _seeded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Filled once for all tests here, in a transaction that is taken back; each test has a
    savepoint of its own in it.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        seed(NOW)
        # PostgreSQL planned its checks of references while the tables were empty. With those plans it reads a whole
        # table for each of the many rows, after each test.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _stopped(clock: Any) -> None:
    clock.set(NOW)


def test_places_cover_countries_types_and_states() -> None:
    rooms = Room.objects.all()

    assert Site.objects.count() >= 6
    assert rooms.count() >= 40
    assert set(Site.objects.values_list("country", flat=True)) == {"FR", "BE", "IE"}
    assert {room.type for room in rooms} == {
        *("publicOffice", "publicMeeting", "meeting", "privateMeeting", "sharedMeeting", "conference"),
        *("office", "privateOffice", "sharedOffice", "privateAccess"),
    }
    assert {room.default_state for room in rooms} >= {"bookable", "rented", "forrent", "occupied", "toclean"}
    assert any(room.surface is None for room in rooms)
    assert any(not room.image_id and room.is_public for room in rooms)
    assert {bool(room.slot_saturday) for room in rooms if room.type == "publicMeeting"} == {True, False}


def test_named_people_are_who_the_documents_say(get: Call) -> None:
    jean = get("/api/user-info", email="jean.dupont@acme.example").payload()["data"]
    marie = get("/api/user-info", email="marie.martin@example.org").payload()["data"]
    paul = get("/api/user-info", email="paul.archive@acme.example").payload()["data"]

    assert (jean["_id"], jean["role"], jean["organizationName"]) == (demo.JEAN, "principal-admin", "Acme Corp")
    assert (marie["_id"], marie["role"], marie["organizationId"]) == (demo.MARIE, "temp", None)
    assert (paul["_id"], paul["isUserArchived"]) == (demo.PAUL, True)
    assert Room.objects.filter(organization=demo.ACME).exists()
    assert Organization.objects.get(pk=demo.NORD).is_archived


def test_known_person_can_book_at_once_and_a_free_room_is_free(get: Call, post: Call) -> None:
    room = Room.objects.get(pk=demo.CANAL)

    payload = post("/api/meeting-request", booking(room, contactEmail="jean.dupont@acme.example")).payload()

    assert payload["status"] == "ACCEPTED"
    assert Meeting.objects.filter(room=room).count() == 1


def test_every_kind_of_rate_is_offered_in_every_country() -> None:
    assert set(Rate.objects.values_list("type", flat=True)) == set(RateType.values)
    assert set(Rate.objects.values_list("vat_type", flat=True)) == {"standard", "special", "none"}


def test_calendars_are_realistic_and_keep_to_opening_hours(clock: Any) -> None:
    today = clock().date()
    for meeting in Meeting.objects.select_related("room__site"):
        start, end = (moment.astimezone(meeting.room.site.zone) for moment in (meeting.start, meeting.end))
        hours = meeting.room.slot_saturday if start.weekday() == 5 else meeting.room.slot_week
        opening, closing = hours.split("-")
        assert start.weekday() < 6
        assert opening <= f"{start:%H:%M}" < f"{end:%H:%M}" <= closing
        assert today - timedelta(days=14) <= start.date() <= today + timedelta(days=60)
        assert not (f"{start:%H:%M}" < "13:30" and f"{end:%H:%M}" > "12:30")


def test_rooms_are_full_busy_and_empty() -> None:
    count = Counter(Meeting.objects.values_list("room_id", flat=True))
    public = Room.objects.filter(type="publicMeeting").values_list("pk", flat=True)

    assert count[demo.BASTILLE] > 200
    assert sum(count[room] == 0 for room in public) >= 3
    assert len({count[room] for room in public}) > 10


def test_every_future_meeting_has_its_cells_and_no_other_has(clock: Any) -> None:
    expected = {
        (meeting.room_id, cell)
        for meeting in Meeting.objects.filter(end__gt=clock())
        for cell in slots.cells(meeting.start, meeting.end)
    }

    assert set(MeetingCell.objects.values_list("room_id", "cell")) == expected
    assert MeetingCell.objects.count() == len(expected)


def test_second_run_changes_nothing(clock: Any) -> None:
    before = [list(model.objects.order_by("pk").values()) for model in (Site, Room, User, Rate, Meeting)]
    cells = MeetingCell.objects.count()

    clock.forward(minutes=10)
    seed(clock())

    assert [list(model.objects.order_by("pk").values()) for model in (Site, Room, User, Rate, Meeting)] == before
    assert MeetingCell.objects.count() == cells


def test_run_on_a_later_day_adds_days_and_respects_bookings(clock: Any, post: Call) -> None:
    room = Room.objects.get(pk=demo.BASTILLE)
    clock.forward(days=7)
    horizon = clock() + timedelta(days=58)
    day = f"{horizon:%Y-%m-%d}T08:00:00Z"
    body = booking(room, contactEmail="jean.dupont@acme.example", bookedAt=day, duration=600)
    assert post("/api/meeting-request", body).payload()["status"] == "ACCEPTED"

    seed(clock())

    added = Meeting.objects.filter(start__date__gt=clock().date() + timedelta(days=54), room=room)
    assert added.exclude(contact_email="jean.dupont@acme.example").exists()
    assert Meeting.objects.filter(room=room, start__date=horizon.date()).count() == 1


def test_only_public_sites_and_types_are_public(get: Call) -> None:
    sites = get("/api/sites", trusted=False).payload()["data"]

    assert "Workways Nantes Île" not in {site["name"] for site in sites}
    assert {room["type"] for site in sites for room in site["publicRooms"]} == set(PUBLIC_TYPES)


def test_states_of_meetings_are_all_confirmed() -> None:
    assert set(Meeting.objects.values_list("state", flat=True)) == {MeetingState.CONFIRMED}
