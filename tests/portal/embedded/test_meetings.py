"""POST /api/meeting-request."""

from datetime import timedelta
from typing import Any

import pytest

from portal.embedded import slots
from portal.embedded.models import Meeting, MeetingCell, MeetingState, Room, User
from tests.portal.embedded.conftest import Call, Mailbox
from tests.portal.embedded.world import (
    ARCHIVED,
    KNOWN,
    NEW,
    OF_ARCHIVED_COMPANY,
    TEMPORARY,
    World,
    booking,
    make_meeting,
    make_room,
    utc,
)

PATH = "/api/meeting-request"
TAKEN = "Room is not available for the selected time slot"
TODAY_OR_PAST = "Cannot book meetings for today or past dates"
TOO_SOON = "Meetings must be booked at least 2 days in advance"
PAST = "Cannot book meetings for past dates"


def refused(response: Any) -> str:
    """The sentence of a refusal, which has the status and the keys of one."""
    payload = response.payload()
    assert (response.status, set(payload), payload["retcode"]) == (400, {"retcode", "message"}, -1)
    return str(payload["message"])


def test_known_person_is_accepted(world: World, post: Call) -> None:
    body = booking(world.liffey, contactName="Jean Dupont", bookedUser=4, name="Quarterly Review", description="Q4")

    response = post(PATH, body)

    meeting = Meeting.objects.get()
    assert response.payload() == {
        "retcode": 200,
        "status": "ACCEPTED",
        "message": "Your booking has been confirmed.",
        "data": {
            "meetingId": meeting.pk,
            "roomName": "Liffey view",
            "bookedDate": "2026-01-12",
            "bookedTime": "14:00-15:00",
            "duration": 60,
        },
    }
    assert meeting.state == MeetingState.CONFIRMED
    assert meeting.organization == world.acme
    assert (meeting.people, meeting.name, meeting.description) == (4, "Quarterly Review", "Q4")


def test_new_person_is_kept_for_registration(world: World, post: Call, clock: Any) -> None:
    response = post(PATH, booking(world.seine, contactEmail=NEW, contactName="Nina de Neuf"))

    meeting, user = Meeting.objects.get(), User.objects.get(email=NEW)
    assert response.payload() == {
        "retcode": 200,
        "status": "REQUEST_ACCEPTED",
        "message": "Your meeting request has been received. Please complete your registration to confirm the booking.",
        "data": {
            "meetingRequestId": meeting.pk,
            "userId": user.pk,
            "roomName": "Seine",
            "requestedDate": "2026-01-12",
            "requestedTime": "14:00-15:00",
            "duration": 60,
        },
    }
    assert (meeting.state, meeting.lapses_at) == (MeetingState.PENDING, clock() + slots.PENDING_LIFE)
    assert (user.role, user.first_name, user.last_name, user.verified_at) == ("temp", "Nina", "de Neuf", None)


@pytest.mark.parametrize("email", [ARCHIVED, OF_ARCHIVED_COMPANY])
def test_archived_person_or_organization_is_told_so_before_any_date(world: World, post: Call, email: str) -> None:
    response = post(PATH, booking(world.seine, contactEmail=email, bookedAt="2020-01-01T10:00:00Z"))

    assert response.status == 200
    assert response.payload() == {
        "retcode": 200,
        "status": "ARCHIVED",
        "message": "Your account is no longer valid. Please contact an administrator to restore it.",
        "data": None,
    }
    assert Meeting.objects.count() == 0


def test_temporary_user_counts_as_new_and_is_reused(world: World, post: Call) -> None:
    payload = post(PATH, booking(world.seine, contactEmail=TEMPORARY.upper())).payload()

    assert payload["status"] == "REQUEST_ACCEPTED"
    assert payload["data"]["userId"] == User.objects.get(email=TEMPORARY).pk


def test_registered_person_counts_as_new_until_verified(world: World, post: Call) -> None:
    User.objects.filter(email=KNOWN).update(verified_at=None)

    assert post(PATH, booking(world.seine)).payload()["status"] == "REQUEST_ACCEPTED"
    assert Meeting.objects.get().organization == world.acme


@pytest.mark.parametrize(
    ("site", "given", "expected"),
    [("paris", None, "fr"), ("dublin", None, "en"), ("paris", "en", "en"), ("dublin", "fr", "fr")],
)
def test_language_of_a_new_user(world: World, post: Call, site: str, given: str | None, expected: str) -> None:
    room = world.seine if site == "paris" else world.liffey

    post(PATH, booking(room, contactEmail=NEW, language=given))

    assert User.objects.get(email=NEW).language == expected


@pytest.mark.parametrize(
    ("booked_at", "message"),
    [
        ("2025-12-01T10:00:00Z", TODAY_OR_PAST),
        ("2026-01-07T17:00:00Z", TODAY_OR_PAST),
        ("2026-01-07T22:59:00Z", TODAY_OR_PAST),
        # From here it is Thursday in Paris although still Wednesday in UTC.
        ("2026-01-07T23:00:00Z", TOO_SOON),
        ("2026-01-08T10:00:00Z", TOO_SOON),
        ("2026-01-08T22:59:00Z", TOO_SOON),
        ("2026-01-08T23:00:00Z", None),
        ("2026-01-09T00:00:00+01:00", None),
    ],
)
def test_new_person_books_two_calendar_days_ahead_by_the_sites_clock(
    world: World, post: Call, booked_at: str, message: str | None
) -> None:
    response = post(PATH, booking(world.seine, contactEmail=NEW, bookedAt=booked_at))

    if message is None:
        assert response.payload()["status"] == "REQUEST_ACCEPTED"
    else:
        assert refused(response) == message
        assert not User.objects.filter(email=NEW).exists()


def test_known_person_books_today_but_not_in_the_past(world: World, post: Call) -> None:
    assert refused(post(PATH, booking(world.seine, bookedAt="2026-01-07T08:59:59Z"))) == PAST
    assert post(PATH, booking(world.seine, bookedAt="2026-01-07T09:00:00Z")).payload()["status"] == "ACCEPTED"


@pytest.mark.parametrize(
    ("written", "date", "time"),
    [
        ("2026-01-12T14:00:00Z", "2026-01-12", "14:00-15:00"),
        ("2026-01-12T14:00:00.999Z", "2026-01-12", "14:00-15:00"),
        ("2026-01-12T14:00", "2026-01-12", "14:00-15:00"),
        ("2026-01-12 14:00:00", "2026-01-12", "14:00-15:00"),
        ("20260112T140000Z", "2026-01-12", "14:00-15:00"),
        ("2026-01-12T14:00:00+01:00", "2026-01-12", "13:00-14:00"),
        ("2026-01-13T00:30:00+01:00", "2026-01-12", "23:30-00:30"),
    ],
)
def test_start_is_read_in_iso_8601_and_told_in_utc(
    world: World, post: Call, written: str, date: str, time: str
) -> None:
    data = post(PATH, booking(world.seine, bookedAt=written)).payload()["data"]

    assert (data["bookedDate"], data["bookedTime"]) == (date, time)


@pytest.mark.parametrize("type_", ["privateOffice", "meeting", "privateAccess", "conference"])
def test_only_public_rooms_can_be_booked(world: World, post: Call, type_: str) -> None:
    room = make_room(world.paris, "Private", type=type_)

    assert refused(post(PATH, booking(room))) == "This room is not available for public booking"


def test_public_office_can_be_booked(world: World, post: Call) -> None:
    assert post(PATH, booking(world.office)).payload()["status"] == "ACCEPTED"


def test_operator_may_close_offices_to_bookings(world: World, post: Call, settings: Any) -> None:
    settings.EMBEDDED_BOOKS_OFFICES = False

    assert refused(post(PATH, booking(world.office))) == "This room is not available for public booking"
    assert post(PATH, booking(world.seine)).payload()["status"] == "ACCEPTED"
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize(
    ("minutes", "limits", "message"),
    [
        (60, (60, 480, 30), ""),
        (480, (60, 480, 30), ""),
        (90, (60, 480, 30), ""),
        (30, (60, 480, 30), "Invalid duration: must be at least 60 minutes"),
        (510, (60, 480, 30), "Invalid duration: must be at most 480 minutes"),
        (75, (60, 480, 30), "Invalid duration: must be 60 minutes and steps of 30 minutes more"),
        (75, (45, 480, 30), ""),
        (31, (0, 0, 0), ""),
        (600, (60, 0, 60), ""),
        (45, (0, 120, 30), "Invalid duration: must be 0 minutes and steps of 30 minutes more"),
    ],
)
@pytest.mark.parametrize("email", [KNOWN, NEW])
def test_operator_may_let_the_rooms_own_limits_bind(
    world: World, post: Call, settings: Any, email: str, minutes: int, limits: tuple[int, int, int], message: str
) -> None:
    least, most, step = limits
    Room.objects.filter(pk=world.seine.pk).update(min_minutes=least, max_minutes=most, step_minutes=step)
    body = booking(world.seine, contactEmail=email, duration=minutes)
    settings.EMBEDDED_KEEPS_ROOM_LIMITS = True

    bound = post(PATH, body)

    if message:
        assert refused(bound) == message
        assert not User.objects.filter(email=NEW).exists()
        settings.EMBEDDED_KEEPS_ROOM_LIMITS = False
        assert post(PATH, body).payload()["retcode"] == 200
    else:
        assert bound.payload()["retcode"] == 200


def test_archived_person_is_told_so_before_the_rooms_limits(world: World, post: Call, settings: Any) -> None:
    settings.EMBEDDED_KEEPS_ROOM_LIMITS = True

    response = post(PATH, booking(world.seine, contactEmail=ARCHIVED, duration=31))

    assert response.payload()["status"] == "ARCHIVED"


@pytest.mark.parametrize("room", ["abc", "f" * 24, 5, ["x"], "\0", "\ud800"])
def test_room_that_is_none_is_not_found(world: World, post: Call, room: Any) -> None:
    assert refused(post(PATH, {**booking(world.seine), "bookedRoom": room})) == "Room not found"


def test_archived_room_is_not_found(world: World, post: Call) -> None:
    Room.objects.filter(pk=world.seine.pk).update(is_archived=True)

    assert refused(post(PATH, booking(world.seine))) == "Room not found"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"contactEmail": None}, "Missing required parameter: contactEmail"),
        ({"contactEmail": " "}, "Missing required parameter: contactEmail"),
        ({"bookedRoom": None}, "Missing required parameter: bookedRoom"),
        ({"bookedAt": None}, "Missing required parameter: bookedAt"),
        ({"duration": None}, "Missing required parameter: duration"),
        ({"contactEmail": None, "duration": None}, "Missing required parameter: contactEmail"),
        ({"contactEmail": "x", "duration": None}, "Missing required parameter: duration"),
        ({"contactEmail": "x"}, "Invalid email format"),
        ({"contactEmail": "x", "bookedAt": "x"}, "Invalid email format"),
        ({"bookedRoom": "x", "bookedAt": "x"}, "Invalid bookedAt format"),
        ({"bookedAt": 5}, "Invalid bookedAt format"),
        ({"bookedAt": "2026-01-12"}, "Invalid bookedAt format"),
        ({"bookedAt": "12/01/2026 10:00"}, "Invalid bookedAt format"),
        ({"bookedAt": "2026-02-30T10:00:00Z"}, "Invalid bookedAt format"),
        ({"bookedAt": "9999-12-31T23:59:00Z"}, "Invalid bookedAt format"),
        ({"bookedAt": "0001-01-01T00:00:00+23:59"}, "Invalid bookedAt format"),
        ({"bookedAt": "2026-01-12T10:00:00Z\0"}, "Invalid bookedAt format"),
        ({"duration": 29}, "Invalid duration: must be at least 30 minutes"),
        ({"duration": -60}, "Invalid duration: must be at least 30 minutes"),
        ({"duration": "60"}, "Invalid duration: must be at least 30 minutes"),
        ({"duration": True}, "Invalid duration: must be at least 30 minutes"),
        ({"duration": [60]}, "Invalid duration: must be at least 30 minutes"),
        ({"duration": 60.5}, "Invalid duration: must be a whole number"),
        ({"duration": 10**30}, "Invalid duration: must be at most 10080"),
        ({"duration": 1e300}, "Invalid duration: must be at most 10080"),
        ({"bookedUser": 0}, "Invalid bookedUser: must be a positive number"),
        ({"bookedUser": "four"}, "Invalid bookedUser: must be a positive number"),
        ({"name": 5}, "Invalid name format"),
        ({"name": "a\0b"}, "Invalid name format"),
        ({"name": "a\ud800b"}, "Invalid name format"),
        ({"name": "x" * 201}, "Invalid name: must be at most 200 characters"),
        ({"description": {}}, "Invalid description format"),
        ({"description": "x" * 5001}, "Invalid description: must be at most 5000 characters"),
        ({"contactName": []}, "Invalid contactName format"),
        ({"language": "de"}, 'Invalid language: must be "fr" or "en"'),
        ({"language": {}}, 'Invalid language: must be "fr" or "en"'),
    ],
)
def test_bad_body_is_refused_and_changes_nothing(
    world: World, post: Call, change: dict[str, Any], message: str
) -> None:
    users = User.objects.count()

    assert refused(post(PATH, {**booking(world.seine, contactEmail=NEW), **change})) == message

    assert (Meeting.objects.count(), MeetingCell.objects.count(), User.objects.count()) == (0, 0, users)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"5",
        b'"text"',
        b"{",
        b'{"duration": NaN}',
        b'{"duration": Infinity}',
        b"\xff\xfe{}",
        b'{"a":' * 100000,
        b"[" * 5000,
        b'{"duration": ' + b"9" * 5000 + b"}",
        "{}".encode("utf-16"),
        b"\x00",
    ],
)
def test_body_that_is_no_json_object_is_refused(world: World, post: Call, body: bytes) -> None:
    expected = "Request body is too large: at most 256000 bytes" if len(body) > 256_000 else "Invalid JSON body"

    assert refused(post(PATH, body)) == expected


def test_undeclared_fields_are_ignored(world: World, post: Call) -> None:
    assert post(PATH, booking(world.seine, state="cancelled", junk={"a": [1]})).payload()["status"] == "ACCEPTED"


@pytest.mark.parametrize(
    ("alias", "name"),
    [("roomId", "bookedRoom"), ("nbPersons", "bookedUser"), ("startDate", "bookedAt"), ("email", "contactEmail")],
)
def test_names_of_other_calls_mean_nothing_here(world: World, post: Call, alias: str, name: str) -> None:
    body = booking(world.seine, bookedUser=4)
    body[alias] = body.pop(name)

    payload = post(PATH, body).payload()

    if name == "bookedUser":
        assert (payload["status"], Meeting.objects.get().people) == ("ACCEPTED", 1)
    else:
        assert payload["message"] == f"Missing required parameter: {name}"


@pytest.mark.parametrize(
    ("start", "minutes", "is_taken"),
    [
        ("2026-01-12T13:00:00Z", 60, False),
        ("2026-01-12T15:00:00Z", 60, False),
        ("2026-01-12T13:30:00Z", 60, True),
        ("2026-01-12T14:30:00Z", 60, True),
        ("2026-01-12T14:15:00Z", 30, True),
        ("2026-01-12T13:00:00Z", 180, True),
        ("2026-01-12T13:00:00Z", 61, True),
    ],
)
def test_overlap_is_refused_and_neighbours_are_not(
    world: World, post: Call, start: str, minutes: int, is_taken: bool
) -> None:
    post(PATH, booking(world.seine))

    response = post(PATH, booking(world.seine, bookedAt=start, duration=minutes))

    if is_taken:
        assert refused(response) == TAKEN
        assert Meeting.objects.count() == 1
    else:
        assert response.payload()["status"] == "ACCEPTED"


def test_other_room_at_the_same_time_is_free(world: World, post: Call) -> None:
    post(PATH, booking(world.seine))

    assert post(PATH, booking(world.liffey)).payload()["status"] == "ACCEPTED"


def test_pending_request_keeps_its_slot_until_it_lapses(world: World, post: Call, clock: Any) -> None:
    post(PATH, booking(world.seine, contactEmail=NEW))
    pending = Meeting.objects.get()

    clock.forward(hours=47, minutes=59)
    assert refused(post(PATH, booking(world.seine))) == TAKEN

    clock.forward(minutes=1)
    assert post(PATH, booking(world.seine)).payload()["status"] == "ACCEPTED"
    pending.refresh_from_db()
    assert pending.state == MeetingState.LAPSED
    assert not pending.cells.exists()


def test_lapsed_request_that_only_touches_is_left_alone(world: World, post: Call, clock: Any) -> None:
    post(PATH, booking(world.seine, contactEmail=NEW))
    clock.forward(days=3)

    post(PATH, booking(world.seine, bookedAt="2026-01-12T15:00:00Z"))

    assert Meeting.objects.get(contact_email=NEW).state == MeetingState.PENDING


def test_pending_request_lapses_at_its_start_at_the_latest(world: World, post: Call) -> None:
    post(PATH, booking(world.seine, contactEmail=NEW, bookedAt="2026-01-09T06:00:00Z"))

    assert Meeting.objects.get().lapses_at == utc(9, 6)


def test_confirmed_meeting_never_gives_way(world: World, post: Call, clock: Any) -> None:
    make_meeting(world.seine, utc(12, 14))
    clock.forward(days=4)

    assert refused(post(PATH, booking(world.seine))) == TAKEN


def test_integrators_booking_is_notified_by_mail_and_the_portals_is_not(
    world: World, post: Call, mailbox: Mailbox
) -> None:
    post(PATH, booking(world.liffey, name="Secret <b>title</b>"))
    assert mailbox.mails == []

    authorization = {"authorization": f"Bearer {world.token}"}
    start = "2026-01-13T14:00:00Z"
    response = post(PATH, booking(world.liffey, bookedAt=start, name="x<y"), trusted=False, headers=authorization)

    assert response.payload()["status"] == "ACCEPTED"
    (mail,) = mailbox.mails
    assert (mail["to"], mail["language"]) == (KNOWN, "en")
    assert mail["subject"] == "Workways: your booking of Liffey view is confirmed"
    assert "Tuesday 13 January 2026, 14:00–15:00 (Dublin time, UTC)" in mail["text"]
    assert "x<y" not in mail["text"] + mail["html"]


@pytest.mark.parametrize(
    ("start", "minutes", "count"), [(utc(9, 9), 60, 12), (utc(9, 9, 2), 60, 13), (utc(9, 9), 31, 7), (utc(9, 9), 5, 1)]
)
def test_cells_cover_the_span(start: Any, minutes: int, count: int) -> None:
    taken = slots.cells(start, start + timedelta(minutes=minutes))

    assert len(taken) == count
    assert taken.start * 300 <= start.timestamp() < (taken.start + 1) * 300
