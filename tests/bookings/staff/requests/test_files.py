"""The files of what the list shows."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from bookings.audit.models import AuditRow
from bookings.audit.vocabulary import Act, Subject
from bookings.booking_requests.states import Presence, State
from portal.access import Role
from tests.conftest import StoppedClock
from tests.factories import make_booking_request, make_registration, make_room, make_site
from tests.factories.members import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def rows_of(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content(response).decode("utf-8-sig"))))


def test_table_has_what_the_filter_shows_with_times_and_company(staff_client: Client) -> None:
    start = datetime(2026, 7, 1, 8, tzinfo=UTC)
    shown = make_booking_request(
        room=make_room(site=make_site(name="Docks", country="Ireland"), name="Liffey"),
        state=State.REGISTRATION_NEEDED,
        name="Zoë",
        start=start,
    )
    make_registration(booking_request=shown, company="Atelier")
    make_booking_request(state=State.BOOKED)

    response = staff_client.get("/staff/requests/export.csv?state=registration_needed&page=9")
    rows = rows_of(response)

    assert response["Content-Disposition"] == 'attachment; filename="requests-2026-01-07.csv"'
    assert response["Cache-Control"] == "no-store"
    assert [row["reference"] for row in rows] == [shown.reference]
    told = {"site": "Docks", "room": "Liffey", "name": "Zoë", "company": "Atelier", "zone": "Europe/Dublin"}
    assert told.items() <= rows[0].items()
    assert rows[0]["start"] == "2026-07-01T08:00:00+00:00"


def test_cell_that_a_spreadsheet_would_calculate_is_a_text(staff_client: Client) -> None:
    make_booking_request(name="=HYPERLINK(1)", subject="+1 -1")

    row = rows_of(staff_client.get("/staff/requests/export.csv"))[0]

    assert (row["name"], row["subject"]) == ("'=HYPERLINK(1)", "'+1 -1")


def test_calendar_has_what_the_filter_shows_and_nobodys_name(staff_client: Client) -> None:
    room = make_room(name="Liffey, small")
    made = {
        "CONFIRMED": make_booking_request(room=room, state=State.BOOKED),
        "TENTATIVE": make_booking_request(room=room, state=State.KEPT, hold=None),
        "CANCELLED": make_booking_request(room=room, state=State.BOOKED, presence=Presence.GONE),
    }
    make_booking_request()

    response = staff_client.get("/staff/requests/export.ics?words=liffey")
    raw = content(response)
    events = {str(event["uid"]).partition("@")[0]: event for event in Calendar.from_ical(raw).walk("VEVENT")}

    assert response["Content-Type"].startswith("text/calendar")
    assert {reference: str(event["status"]) for reference, event in events.items()} == {
        request.reference: status for status, request in made.items()
    }
    booked = events[made["CONFIRMED"].reference]
    assert booked.decoded("dtstart") == made["CONFIRMED"].start
    assert str(booked["summary"]).startswith("Liffey, small, Workways Bastille")
    assert b"Martin" not in raw
    assert b"example.org" not in raw


def test_empty_calendar_is_a_calendar(staff_client: Client) -> None:
    assert not Calendar.from_ical(content(staff_client.get("/staff/requests/export.ics"))).walk("VEVENT")


@pytest.mark.parametrize("kind", ["csv", "ics"])
def test_file_leaves_an_exported_in_the_audit_each_time(staff_client: Client, clock: StoppedClock, kind: str) -> None:
    for _ in range(2):
        staff_client.get(f"/staff/requests/export.{kind}")

    rows = AuditRow.objects.filter(act=Act.EXPORTED, subject=Subject.REQUESTS)
    assert rows.count() == 2


@pytest.mark.parametrize("kind", ["csv", "ics"])
def test_file_has_only_the_members_own_sites(client: Client, kind: str) -> None:
    mine, other = make_booking_request(), make_booking_request()
    client.force_login(make_member(role=Role.MANAGER, sites=[mine.room.site.workways_id]).user)

    raw = content(client.get(f"/staff/requests/export.{kind}")).decode()

    assert mine.reference in raw
    assert other.reference not in raw


def test_files_are_offered_to_whom_they_are_for(client: Client) -> None:
    make_booking_request()
    offered = {}
    for role in Role:
        client.force_login(make_member(username=f"r{role}", role=role).user)
        page = client.get("/staff/requests/").content.decode()
        offered[role] = ["export.csv" in page, "export.ics" in page]

    assert offered == {
        Role.VIEWER: [False, False],
        Role.FRONT_DESK: [False, True],
        Role.MANAGER: [True, True],
        Role.ADMIN: [True, True],
    }
