"""Import and export: shown first, done as a whole or not at all."""

import csv
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal.celery import app
from portal.embedded.models import AuditEntry, Meeting, MeetingCell, Room, User
from tests.portal.embedded.conftest import Call
from tests.portal.embedded.world import KNOWN, World, make_meeting, utc

EVENT = "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART{start}\r\nDTEND{end}\r\nSUMMARY:{name}\r\n{more}END:VEVENT\r\n"


def check(operator: Client, kind: str, content: bytes, **more: str) -> Any:
    """What the page tells before anything is done."""
    upload = SimpleUploadedFile("file", content)
    return operator.post(reverse("operator-check-import", args=[kind]), {"file": upload, **more})


def carry_out(operator: Client, kind: str, shown: HttpResponse) -> Any:
    """Presses the button on that page."""
    page = shown.content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(content|fingerprint|room)" value="([^"]*)">', page))
    return operator.post(reverse("operator-import", args=[kind]), hidden)


def exported(operator: Client, kind: str) -> list[dict[str, str]]:
    content = operator.get(reverse("operator-export", args=[kind])).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def written(rows: list[dict[str, str]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode(encoding)


def calendar(*events: str) -> bytes:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


def event(uid: str, start: str, end: str, name: str = "Standup", more: str = "") -> str:
    return EVENT.format(uid=uid, start=f":{start}", end=f":{end}", name=name, more=more)


@pytest.mark.parametrize("kind", ["rooms", "users"])
def test_an_exported_file_changes_nothing_when_it_is_imported(operator: Client, world: World, kind: str) -> None:
    User.objects.filter(email=KNOWN).update(phone="+33 6 12", first_name="=HYPERLINK()", daily_quota=5)
    content = operator.get(reverse("operator-export", args=[kind])).content

    page = check(operator, kind, content).content.decode()

    assert "Everything is here already" in page
    assert "Wrong: 0." in page


def test_no_cell_of_an_export_is_a_formula(operator: Client, world: World) -> None:
    User.objects.filter(email=KNOWN).update(first_name="=1+1", last_name="@SUM(A1)", phone="+33")

    [row] = [row for row in exported(operator, "users") if row["email"] == KNOWN]

    assert (row["first_name"], row["last_name"], row["phone"]) == ("'=1+1", "'@SUM(A1)", "'+33")


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ";")])
def test_rooms_are_changed_added_and_archived(operator: Client, world: World, encoding: str, delimiter: str) -> None:
    rows = {row["name"]: row for row in exported(operator, "rooms")}
    seine = {**rows["Seine"], "price_per_hour": "50,50", "description": "Très claire"}
    liffey = {**rows["Liffey"], "archived": "yes"}
    loire = {**rows["Seine"], "id": "", "name": "Loire", "site": "Workways Paris"}
    shown = check(operator, "rooms", written([seine, liffey, loire], encoding, delimiter))
    untouched = Room.objects.get(name="Seine").hour_minor

    carry_out(operator, "rooms", shown)

    page = shown.content.decode()
    assert "New: 1. Changed: 2. As they are: 0. Wrong: 0." in page
    assert "<del>45</del> <ins>50,50</ins>" in page
    assert untouched == 4500
    assert Room.objects.get(name="Seine").hour_minor == 5050
    assert Room.objects.get(name="Seine").description == "Très claire"
    assert Room.objects.get(name="Liffey").is_archived
    assert Room.objects.get(name="Loire").site == world.paris
    assert AuditEntry.objects.filter(act="imported").count() == 1


def test_columns_that_are_missing_change_nothing(operator: Client, world: World) -> None:
    shown = check(operator, "rooms", f"id,surface\n{world.seine.pk},30\n".encode())

    carry_out(operator, "rooms", shown)

    world.seine.refresh_from_db()
    assert (world.seine.surface, world.seine.hour_minor, world.seine.slot_week) == (30, 4500, "09:00-18:00")


def test_one_wrong_line_stops_the_whole_file(operator: Client, world: World) -> None:
    good, wrong = f"{world.seine.pk},Renamed,09:00-18:00", f"{world.liffey.pk},Liffey,18:00-09:00"
    lines = f"id,name,slot_week\n{good}\n{wrong}\n{'f' * 24},X,\n"

    shown = check(operator, "rooms", lines.encode())
    answer = carry_out(operator, "rooms", shown)

    page = shown.content.decode()
    assert "Each range must end after it starts" in page
    assert "There is nothing with this id." in page
    assert "Import all of it" not in page
    assert answer.status_code == 400
    assert not Room.objects.filter(name="Renamed").exists()


def test_what_was_shown_is_what_is_done(operator: Client, world: World) -> None:
    shown = check(operator, "rooms", f"id,name\n{world.seine.pk},Renamed\n".encode())
    Room.objects.filter(pk=world.seine.pk).update(name="Changed meanwhile")

    answer = carry_out(operator, "rooms", shown)

    assert "Things changed meanwhile" in answer.content.decode()
    assert Room.objects.get(pk=world.seine.pk).name == "Changed meanwhile"


def test_users_are_found_by_their_address(operator: Client, world: World) -> None:
    lines = (
        f"email,role,organization,daily_quota\n{KNOWN.upper()},admin,Acme Corp,\nneu@acme.example,user,Acme Corp,100\n"
    )

    shown = check(operator, "users", lines.encode())
    carry_out(operator, "users", shown)

    assert "Wrong: 0." in shown.content.decode()
    assert User.objects.get(email=KNOWN).role == "admin"
    assert User.objects.get(email=KNOWN).first_name == "Jean"
    new = User.objects.get(email="neu@acme.example")
    assert (new.organization, new.daily_quota, new.is_known) == (world.acme, 100, True)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "There is nothing in the file"),
        (b"id,name\n", "There is nothing in the file"),
        ("id,name\n,é\n".encode("latin-1"), "not in UTF-8"),
        (b"id,colour\n,red\n", "know these columns: colour"),
        (b"id,name\n" + b",x\n" * 2001, "more than 2000 lines"),
        (b'id,name\n,"' + b"x" * 200_000 + b'"\n', "no CSV"),
        (b"\x00\x00\x00", "There is nothing in the file"),
    ],
)
def test_a_file_that_is_none_gets_a_sentence(operator: Client, world: World, content: bytes, sentence: str) -> None:
    response = check(operator, "rooms", content or b" ")

    page = response.content.decode().replace("&#39;", "'")
    assert response.status_code == 400
    assert sentence in page or "know these columns" in page


def test_twice_the_same_in_a_file_is_wrong(operator: Client, world: World) -> None:
    page = check(operator, "users", b"email,role\nnew@x.example,user\nNEW@x.example,user\n").content.decode()

    assert "An earlier line of the file speaks of the same." in page


@pytest.mark.parametrize("kind", ["rooms", "users", "meetings"])
def test_a_file_over_the_limit_is_refused(operator: Client, world: World, kind: str) -> None:
    response = check(operator, kind, b"x" * 500_001, room=world.seine.pk)

    assert response.status_code == 400
    assert "more than 500 kB" in response.content.decode()


@pytest.mark.parametrize("content", ["", "%%%", "é", "eHg=", "\x00"])
@pytest.mark.parametrize("kind", ["rooms", "users"])
def test_a_button_pressed_without_a_plan_does_nothing(operator: Client, world: World, kind: str, content: str) -> None:
    before = list(Room.objects.values()), list(User.objects.values())

    response = operator.post(reverse("operator-import", args=[kind]), {"content": content, "fingerprint": "x"})

    assert response.status_code == 400
    assert (list(Room.objects.values()), list(User.objects.values())) == before


def test_exported_meetings_are_known_again(operator: Client, world: World) -> None:
    make_meeting(world.seine, utc(12, 14), name="Board, and more")
    content = operator.get(reverse("operator-room-calendar", args=[world.seine.pk])).content

    page = check(operator, "meetings", content, room=world.seine.pk).content.decode()

    assert b"SUMMARY:Board\\, and more" in content
    assert "Everything is here already" in page


def test_a_series_is_booked_by_the_clock_of_the_room(operator: Client, world: World, get: Call) -> None:
    weekly = event(
        "a", "20260323T090000", "20260323T093000", more="RRULE:FREQ=WEEKLY;COUNT=3\r\nEXDATE:20260406T090000\r\n"
    )
    free = event("b", "20260112T090000Z", "20260112T100000Z", more="TRANSP:TRANSPARENT\r\n")
    day = EVENT.format(uid="c", start=";VALUE=DATE:20260501", end=";VALUE=DATE:20260502", name="Holiday", more="")

    shown = check(operator, "meetings", calendar(weekly, free, day), room=world.seine.pk)
    carry_out(operator, "meetings", shown)

    starts = list(Meeting.objects.order_by("start").values_list("start", flat=True))
    assert [f"{start:%m-%d %H:%M}" for start in starts] == ["03-23 08:00", "03-30 07:00", "04-30 22:00"]
    assert MeetingCell.objects.count() == 6 + 6 + 288
    again = check(operator, "meetings", calendar(weekly, free, day), room=world.seine.pk).content.decode()
    assert "As they are: 3." in again


def test_conflicts_are_listed_and_nothing_is_half_applied(operator: Client, world: World) -> None:
    make_meeting(world.seine, utc(12, 14), name="First come")
    content = calendar(
        event("a", "20260112T090000Z", "20260112T100000Z"),
        event("b", "20260112T143000Z", "20260112T153000Z", name="Late"),
        event("c", "20260112T093000Z", "20260112T094500Z", name="Within"),
    )

    shown = check(operator, "meetings", content, room=world.seine.pk)
    carry_out(operator, "meetings", shown)

    page = shown.content.decode()
    assert "“First come” has a part of the time" in page
    assert "“Standup” has a part of the time" in page
    assert Meeting.objects.count() == 1


def test_a_slot_lost_meanwhile_stops_the_import(operator: Client, world: World) -> None:
    content = calendar(
        event("a", "20260112T090000Z", "20260112T100000Z"), event("b", "20260113T090000Z", "20260113T100000Z")
    )
    shown = check(operator, "meetings", content, room=world.seine.pk)
    make_meeting(world.seine, utc(13, 9), name="Faster")

    answer = carry_out(operator, "meetings", shown)

    assert "Things changed meanwhile" in answer.content.decode()
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize(
    "content",
    [
        b"nothing",
        b"BEGIN:VCALENDAR\r\n",
        b"\xff\xfe\x00",
        calendar("BEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\n"),
        calendar(event("a", "20260112T090000Z", "20260112T090500Z", more="RRULE:FREQ=SECONDLY\r\n")),
        calendar(event("a", "20260112T090000Z", "20260112T090500Z", more="RRULE:FREQ=OFTEN\r\n")),
        calendar(event("a", "20990112T090000Z", "20990112T090500Z")),
        calendar(event("a", "nonsense", "20990112T090500Z")),
        calendar(*(event(str(n), "20260112T090000Z", "20260112T090500Z") for n in range(2001))),
    ],
)
def test_a_calendar_that_is_none_gets_a_sentence(operator: Client, world: World, content: bytes) -> None:
    response = check(operator, "meetings", content, room=world.seine.pk)

    assert response.status_code == 400
    assert not Meeting.objects.exists()


@pytest.mark.parametrize("room", ["", "x", "\x00", "f" * 24])
def test_meetings_are_imported_into_a_room_that_exists(operator: Client, world: World, room: str) -> None:
    response = check(operator, "meetings", calendar(event("a", "20260112T090000Z", "20260112T100000Z")), room=room)
    pressed = operator.post(reverse("operator-import", args=["meetings"]), {"content": "", "room": room})

    assert (response.status_code, pressed.status_code) == (400, 404)


@pytest.mark.parametrize("name", ["operator-check-import", "operator-import"])
def test_only_three_kinds_are_imported(operator: Client, world: World, name: str) -> None:
    assert operator.post(reverse(name, args=["tokens"])).status_code == 404


def test_refreshing_wakes_the_worker(operator: Client, world: World) -> None:
    with app.connection_for_read() as broker:
        queue = broker.SimpleQueue(app.conf.task_default_queue)
        queue.clear()

        response = operator.post(reverse("operator-refresh"))

        message = queue.get(timeout=10)
        message.ack()
        queue.close()
    assert message.headers["task"] == "portal.refresh_now"
    assert response["Location"] == reverse("operator-home")
    assert AuditEntry.objects.get().act == "refreshed"
