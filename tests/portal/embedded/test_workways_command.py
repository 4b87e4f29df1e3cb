"""`manage.py workways`: each call against the embedded API, and what a remote account may answer."""

import json
import logging
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from portal.embedded.models import Meeting, Organization, User
from portal.workways.console_calls import CALLS
from tests.portal.embedded.world import ARCHIVED, KNOWN, NEW, World, make_meeting, make_rates, utc
from tests.portal.workways.stand_ins import BASE_URL, READS, ROOM_ID, TOKEN, WRITES, Server, payload

BOOKING = ["--contact-email", KNOWN, "--booked-at", "2026-01-12T15:00:00+01:00", "--duration", "60"]
COMPANY = ["--name", "Startup SAS", "--first-name", "Nina", "--email", NEW, "--phone", "+33612345678"]


def run(*words: str) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("workways", *words, stdout=out, stderr=StringIO())
    return out.getvalue()


def told(*words: str) -> Any:
    return json.loads(run(*words, "--format", "json"))


def exit_of(*words: str) -> tuple[int, str]:
    """The exit code, and the sentence for standard error."""
    with pytest.raises(CommandError) as stopped:
        run(*words)
    return stopped.value.returncode, str(stopped.value)


@pytest.fixture
def remote(settings: Any) -> Server:
    """A remote account that has the rooms of the document's example, and whatever else a test makes it answer."""
    server = Server(httpx.Response(200, content=payload("rooms.public.json")))
    settings.WORKWAYS_IS_EMBEDDED = False
    settings.WORKWAYS_API_URL = BASE_URL
    settings.WORKWAYS_API_TOKEN = TOKEN
    settings.WORKWAYS_TRANSPORT = httpx.MockTransport(server)
    return server


def test_sites_are_a_table_for_people_and_whole_for_programs(world: World) -> None:
    lines = run("sites", "--country", "Irlande").splitlines()
    (site,) = told("sites", "--country", "ie", "--type", "all")

    assert lines[0].split() == ["id", "name", "country", "room_count", "meeting_room_count"]
    assert lines[1].split() == [world.dublin.pk, "Dublin", "Coworking", "Center", "Ireland", "0", "1"]
    assert len(lines) == 2
    assert site["public_rooms"][0]["public_name"] == "Liffey view"


def test_rooms_are_told_with_price(world: World) -> None:
    (room,) = told("rooms", "--site", world.paris.pk, "--type", "publicMeeting")

    assert (room["id"], room["price_per_hour"], room["max_person"]) == (world.seine.pk, "45", 8)
    assert "45" in run("rooms", "--site", world.paris.pk)


def test_countries_are_a_line_each(world: World) -> None:
    assert run("countries") == "France\nIreland\n"
    assert told("countries") == ["France", "Ireland"]


def test_calendar_is_printed_or_kept_in_a_file(world: World, tmp_path: Path) -> None:
    make_meeting(world.seine, utc(12, 14))

    printed = run("icsfeed", "--rooms", world.seine.pk)
    run("icsfeed", "--rooms", world.seine.pk, "--output", str(tmp_path / "seine.ics"))

    assert printed.count("BEGIN:VEVENT") == 1
    assert (tmp_path / "seine.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert "BEGIN:VEVENT" in told("icsfeed", "--rooms", world.seine.pk)["content"]


def test_price_of_a_meeting_and_of_an_office(world: World) -> None:
    start = ["--start-date", "2026-01-12T14:00:00Z", "--duration", "120", "--nb-persons", "4"]

    meeting = told("room-price", "--room-id", world.seine.pk, *start)
    office = told("room-price", "--room-id", world.office.pk, "--period", "month")

    assert (meeting["price"], meeting["duration_minutes"], meeting["people"]) == ("90", 120, 4)
    assert (office["price"], office["period"]) == ("1300", "month")


def test_address_is_checked(world: World) -> None:
    assert told("check-email", "--email", KNOWN)["exists"] is True
    assert "exists            no" in run("check-email", "--email", NEW)


def test_meeting_is_booked_only_with_yes(world: World) -> None:
    words = ["meeting-request", "--booked-room", world.seine.pk, *BOOKING, "--name", "Board"]

    code, sentence = exit_of(*words)
    before = Meeting.objects.count()
    answer = told(*words, "--yes")

    assert (code, before) == (2, 0)
    assert "nothing was sent" in sentence
    meeting = Meeting.objects.get()
    assert (answer["answer"], answer["meeting_id"]) == ("MeetingAccepted", meeting.pk)
    assert (meeting.start, meeting.name, meeting.people) == (utc(12, 14), "Board", 1)
    code, sentence = exit_of(*words, "--yes")
    assert code == 1
    assert sentence.splitlines() == [
        "POST /api/meeting-request: HTTP 400: Room is not available for the selected time slot",
        "The API said no, and nothing was done.",
    ]


def test_archived_account_is_a_no(world: World) -> None:
    words = ["meeting-request", "--booked-room", world.seine.pk, *BOOKING, "--yes"]

    assert exit_of(*words, "--contact-email", ARCHIVED)[0] == 1
    assert not Meeting.objects.exists()


def test_company_is_registered_only_with_yes(world: World) -> None:
    words = ["register", *COMPANY, "--max-resident-users", "5", "--site-id", world.paris.pk]

    assert exit_of(*words)[0] == 2
    assert not Organization.objects.filter(name="Startup SAS").exists()
    answer = told(*words, "--yes")

    assert (answer["answer"], answer["status"], answer["user_email"]) == ("Registered", "CREATED", NEW)
    assert exit_of(*words, "--email", KNOWN, "--yes")[0] == 1


def test_person_is_found_by_id_or_address(world: World) -> None:
    person = User.objects.get(email=KNOWN)

    assert told("user-info", "--id", person.pk)["email"] == KNOWN
    assert told("user-info", "--email", KNOWN)["organization_name"] == "Acme Corp"
    assert exit_of("user-info")[0] == 2
    assert exit_of("user-info", "--email", NEW) == (
        1,
        "GET /api/user-info: HTTP 400: User not found\nThe API said no, and nothing was done.",
    )


def test_contract_is_shown_and_merged(world: World) -> None:
    parking = make_rates(world.paris)[0]
    order = json.dumps(
        [{"optionModelId": parking.pk, "key": "parking", "name": "Parking", "quantity": 2, "price": 99.5}]
    )
    words = ["merge-contract", "--organization-id", world.acme.pk, "--rental-end-at", "2027-06-30"]
    words += ["--contract-options-to-add", order, "--rooms-to-add", world.office.pk, "--rental-renewal", "12"]

    refused = exit_of(*words)[0]
    unchanged = told("organization-info", "--id", world.acme.pk)["contract_options"]
    merged = told(*words, "--yes")
    contract = told("organization-info", "--id", world.acme.pk)
    table = run("organization-info", "--id", world.acme.pk)

    assert (refused, unchanged) == (2, [])
    assert merged["organization_id"] == world.acme.pk
    assert (contract["contract_end_date"], contract["renewal_months"]) == ("2027-06-30", 12)
    assert [(one["key"], one["quantity"], one["price"]) for one in contract["contract_options"]] == [
        ("parking", 2, "99.5")
    ]
    assert "contract_options:\nid  name" in table
    assert world.office.pk in table


def test_contract_options_tell_their_prices(world: World) -> None:
    make_rates(world.paris)

    lines = run("contract-options", "--site", world.paris.pk).splitlines()

    assert lines[0].split()[-1] == "public_base"
    assert {line.split()[-1] for line in lines[1:]} == {"150", "200", "30"}


@pytest.mark.parametrize("name", ["imageroom", "image"])
def test_picture_goes_into_a_file(world: World, tmp_path: Path, name: str) -> None:
    world.seine.image_id = "5" * 24
    world.seine.save()

    run(name, "--id", "5" * 24, "--output", str(tmp_path / "seine.webp"))

    assert (tmp_path / "seine.webp").read_bytes()[8:12] == b"WEBP"
    assert exit_of(name, "--id", "5" * 24) == (2, "A picture can't be printed. Name a file with --output.")
    assert exit_of(name, "--id", "5" * 24, "--output", str(tmp_path / "no" / "such.jpg"))[0] == 2


def test_each_call_of_the_document_is_there() -> None:
    assert {call.name for call in CALLS} == {*READS, *WRITES, "imageroom"}
    assert {call.name for call in CALLS if call.writes} == set(WRITES)


def test_nothing_found_is_said(world: World) -> None:
    assert run("rooms", "--site", "f" * 24) == "Nothing.\n"
    assert told("rooms", "--site", "f" * 24) == []


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["room-price", "--room-id", ROOM_ID, "--start-date", "2026-01-12T14:00:00"], "says no time zone"),
        (["room-price", "--room-id", ROOM_ID, "--start-date", "tomorrow"], "is no time"),
        (["room-price"], "--room-id"),
        (["merge-contract", "--organization-id", ROOM_ID, "--contract-options", "{"], "no list of contract options"),
        (
            ["merge-contract", "--organization-id", ROOM_ID, "--contract-options", '[{"size": 1}]'],
            "no list of contract",
        ),
        (["merge-contract", "--organization-id", ROOM_ID, "--contract-options-to-remove", "x"], "no list of numbers"),
        (["dance"], "dance"),
    ],
)
def test_words_that_make_no_sense_are_refused_before_anything_is_sent(
    remote: Server, words: list[str], complaint: str
) -> None:
    with pytest.raises(CommandError, match=complaint):
        run(*words)

    assert remote.requests == []


ANSWERS: list[tuple[httpx.Response | Exception, int, str]] = [
    (httpx.Response(401, json={"retcode": -1, "message": f"Unauthorized: {TOKEN}"}), 3, "WORKWAYS_API_TOKEN"),
    (httpx.Response(429, headers={"Retry-After": "90"}), 4, "in 90 seconds"),
    (httpx.Response(503), 5, "It may have been done or not"),
    (httpx.ConnectError("refused"), 4, "try again later"),
    (httpx.ReadTimeout("slow"), 5, "before you send it again"),
    (httpx.Response(200, content=b"<html>"), 5, "may have been done"),
    (httpx.Response(200, json={"retcode": 200, "status": "MAYBE", "message": "?", "data": {}}), 6, "not known here"),
]


@pytest.mark.parametrize(("answer", "code", "sentence"), ANSWERS)
def test_each_failure_has_its_code_and_its_advice(
    remote: Server, settings: Any, answer: httpx.Response | Exception, code: int, sentence: str
) -> None:
    settings.WORKWAYS_TRANSPORT = httpx.MockTransport(server := Server(answer))

    found = exit_of("meeting-request", "--booked-room", ROOM_ID, *BOOKING, "--yes")

    assert found[0] == code
    assert sentence in found[1]
    assert len(server.requests) == 1


def test_remote_account_is_asked_with_its_token_which_nothing_shows(
    remote: Server, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    out, err = StringIO(), StringIO()

    with caplog.at_level(logging.DEBUG):
        call_command("workways", "rooms", "--format", "json", stdout=out, stderr=err)

    assert str(remote.requests[0].url) == f"{BASE_URL}/api/rooms"
    assert remote.requests[0].headers["authorization"] == f"Bearer {TOKEN}"
    said = out.getvalue() + err.getvalue() + caplog.text + "".join(capfd.readouterr())
    assert TOKEN not in said


def test_unusable_token_is_a_sentence_without_it(remote: Server, settings: Any) -> None:
    settings.WORKWAYS_API_TOKEN = "ww_dev_ é"

    code, sentence = exit_of("countries")

    assert code == 3
    assert "é" not in sentence


def test_letters_of_others_do_not_speak_to_the_terminal(remote: Server, settings: Any) -> None:
    answer = httpx.Response(200, json={"retcode": 1, "message": "OK", "data": ["Fra\x1b[31mnce"]})
    settings.WORKWAYS_TRANSPORT = httpx.MockTransport(Server(answer))

    assert run("countries") == "Fra [31mnce\n"
