"""Programs that are not ours: curl with the API document's own lines, and two calendar readers.

The lines are the document's, letter by letter but for host, token and ids; the first of those stand in them as the
document writes them, the ids are put in their place by `ids`.
"""

import json
import re
import shlex
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
import recurring_ical_events
from django.conf import settings
from django.test import Client

from bookings.mail.models import OutboxMail
from bookings.mail.queries import open_body
from portal.embedded.models import Organization, Rate, User
from portal.embedded.models import Room as UpstreamRoom
from tests.bookings.feeds.test_second_engine import PROGRAM, ical_js  # noqa: F401 (a fixture)
from tests.conftest import StoppedClock
from tests.contract import document
from tests.contract.document import mismatch
from tests.portal.embedded.world import World, build_world, make_meeting, make_rates, utc
from tests.support.world import mirror

HOSTS = ("https://apidev.workways.com", "https://api.workways.com")
TOKEN = "ww_dev_your_token_here"
FIRST, SECOND, THIRD = "507f1f77bcf86cd799439011", "507f191e810c19729de860ea", "507f1f77bcf86cd799439099"

SITES = (
    'curl -X GET "https://apidev.workways.com/api/sites?country=Ireland"',
    'curl -X GET "https://apidev.workways.com/api/sites?country=IE"',
    'curl -X GET "https://apidev.workways.com/api/sites?country=Irlande"',
    'curl -X GET "https://apidev.workways.com/api/sites?country=ireland"',
)
ROOMS_BY_COUNTRY = 'curl -X GET "https://apidev.workways.com/api/rooms?country=Ireland"'
ROOMS_BY_CODE = 'curl -X GET "https://apidev.workways.com/api/rooms?country=FR"'
ROOMS_OF_SITE = 'curl -X GET "https://apidev.workways.com/api/rooms?site=507f1f77bcf86cd799439011"'
ROOMS_OF_BOTH = 'curl -X GET "https://apidev.workways.com/api/rooms?country=belgique&site=507f1f77bcf86cd799439011"'
COUNTRIES = 'curl -X GET "https://apidev.workways.com/api/countries"'
FEED = 'curl -X GET "https://apidev.workways.com/api/icsfeed?rooms=507f191e810c19729de860ea"'
FEEDS = 'curl -X GET "https://apidev.workways.com/api/icsfeed?rooms=507f191e810c19729de860ea,507f1f77bcf86cd799439011"'
FEED_TO_FILE = 'curl -X GET "https://apidev.workways.com/api/icsfeed?rooms=507f191e810c19729de860ea" -o calendar.ics'
TOKENS = """curl -X POST "https://api.workways.com/api/register" \\
  -H "Authorization: Bearer ww_dev_your_token_here" \\
  -H "Content-Type: application/json" \\
  -d '{...}'"""
REGISTER = """curl -X POST "https://apidev.workways.com/api/register" \\
  -H "Authorization: Bearer ww_dev_your_token_here" \\
  -H "Content-Type: application/json" \\
  -d '{
    "name": "Acme Corp",
    "firstName": "Jean",
    "lastName": "Dupont",
    "email": "jean.dupont@acme.com",
    "phone": "+33612345678",
    "maxResidentUsers": 5,
    "companyNumber": "12345678901234",
    "address": "123 rue de la Paix, 75001 Paris, France",
    "vatNumber": "FR12345678901",
    "language": "fr",
    "siteId": "507f1f77bcf86cd799439011",
    "roomId": "507f191e810c19729de860ea"
  }'"""
MEETING_REQUEST = """curl -X POST "https://apidev.workways.com/api/meeting-request" \\
  -H "Authorization: Bearer ww_dev_your_token_here" \\
  -H "Content-Type: application/json" \\
  -d '{
    "contactEmail": "jean.dupont@acme.com",
    "contactName": "Jean Dupont",
    "bookedRoom": "507f191e810c19729de860ea",
    "bookedAt": "2025-11-05T14:00:00Z",
    "duration": 60,
    "bookedUser": 4,
    "name": "Quarterly Review",
    "description": "Q4 2025 team meeting"
  }'"""
MEETING_PRICE = """curl -H "Authorization: Bearer ww_dev_your_token_here" \\
  "https://api.workways.com/api/room-price?roomId=507f1f77bcf86cd799439011&startDate=2025-01-18T10:00:00&duration=120&nbPersons=4\""""
OFFICE_PRICE = """curl -H "Authorization: Bearer ww_dev_your_token_here" \\
  "https://api.workways.com/api/room-price?roomId=507f1f77bcf86cd799439011&period=month\""""
CONTRACT_OPTIONS = """curl -H "Authorization: Bearer ww_dev_your_token_here" \\
  "https://api.workways.com/api/contract-options?site=507f1f77bcf86cd799439011\""""
USER_BY_ID = """curl -H "Authorization: Bearer ww_dev_your_token_here" \\
  "https://api.workways.com/api/user-info?id=507f1f77bcf86cd799439011\""""
USER_BY_EMAIL = """curl -H "Authorization: Bearer ww_dev_your_token_here" \\
  "https://api.workways.com/api/user-info?email=jean.dupont@acme.com\""""
ORGANIZATION = """curl -H "Authorization: Bearer ww_dev_your_token_here" \\
  "https://api.workways.com/api/organization-info?id=507f1f77bcf86cd799439011\""""
MERGE_CONTRACT = """curl -X POST \\
  -H "Authorization: Bearer ww_dev_your_token_here" \\
  -H "Content-Type: application/json" \\
  -d '{
    "organizationId": "507f1f77bcf86cd799439011",
    "rentalPrice": "1500€",
    "rentalEndAt": "2025-12-31",
    "rentalRenewal": 12,
    "contractOptionsToAdd": [
      {
        "optionModelId": "507f1f77bcf86cd799439099",
        "key": "parking",
        "name": "Place de parking",
        "quantity": 2,
        "price": 150
      }
    ],
    "roomsToAdd": ["507f191e810c19729de860ea"]
  }' \\
  "https://api.workways.com/api/merge-contract\""""


@dataclass(frozen=True)
class Answer:
    """What curl printed of an answer."""

    status: int
    content_type: str
    body: str

    def data(self, fields: Any, envelope: document.Fields = document.ENVELOPE) -> Any:
        """The data of a success, once everything has the document's fields."""
        payload = json.loads(self.body)
        assert (self.status, self.content_type) == (200, "application/json; charset=utf-8"), self.body
        assert mismatch(envelope, payload, "envelope") == ""
        assert mismatch(fields, payload["data"]) == ""
        return payload["data"]


class Shell:
    """Somebody with the document in front of them, and an account."""

    def __init__(self, address: str, folder: Path) -> None:
        self.world: World = build_world()
        self.folder = folder
        self._address = address

    def run(self, line: str, *, with_token: bool = False, **ids: str) -> Answer:
        """Runs a line of the document, its ids replaced by those given for `first`, `second` and `third`."""
        for host in HOSTS:
            line = line.replace(host, self._address)
        for written, name in ((FIRST, "first"), (SECOND, "second"), (THIRD, "third")):
            line = line.replace(written, ids.get(name, written))
        words = shlex.split(line.replace(TOKEN, self.world.token).replace("\\\n", ""))
        if with_token:
            words += ["-H", f"Authorization: Bearer {self.world.token}"]
        quiet = ["--silent", "--show-error", "--max-time", "30", "--write-out", "\n%{http_code}\n%{content_type}"]
        done = subprocess.run([*words, *quiet], cwd=self.folder, capture_output=True, text=True, check=True)
        body, status, content_type = done.stdout.rsplit("\n", 2)
        return Answer(int(status), content_type, body)

    def visit(self, link: str, **fields: str) -> str:
        """A page behind a mailed link, or what comes of filling its form, read by curl with a jar for cookies."""
        words = ["curl", "--silent", "--fail", "--location", "--cookie", "jar", "--cookie-jar", "jar"]
        for name, value in fields.items():
            words += ["--data-urlencode", f"{name}={value}"]
        address = link.replace(settings.PORTAL_URL, self._address)
        done = subprocess.run([*words, address], cwd=self.folder, capture_output=True, text=True, check=True)
        return done.stdout


@pytest.fixture
def shell(transactional_db: None, live_server: Any, clock: StoppedClock, tmp_path: Path) -> Shell:
    """A shell on 20 October 2025, before the dates in the document's lines."""
    clock.set(datetime(2025, 10, 20, 9, 0, tzinfo=UTC))
    return Shell(live_server.url, tmp_path)


@pytest.mark.curl
def test_curl_lists_sites_rooms_and_countries(shell: Shell) -> None:
    world = shell.world
    dublin, liffey = world.dublin, world.liffey

    answers = [shell.run(line).data([document.PUBLIC_SITE]) for line in SITES]
    by_country = shell.run(ROOMS_BY_COUNTRY).data([document.ROOM])

    assert answers == [answers[0]] * len(SITES)
    assert [(site["_id"], site["name"], site["country"]) for site in answers[0]] == [
        (dublin.pk, "Dublin Coworking Center", "Ireland")
    ]
    assert [room["_id"] for room in by_country] == [liffey.pk]
    assert {room["country"] for room in shell.run(ROOMS_BY_CODE).data([document.ROOM])} == {"France"}
    assert shell.run(ROOMS_OF_SITE, first=dublin.pk).data([document.ROOM]) == by_country
    assert shell.run(ROOMS_OF_BOTH, first=dublin.pk).data([document.ROOM]) == []
    assert shell.run(COUNTRIES).data([str]) == ["France", "Ireland"]


@pytest.mark.curl
def test_curl_with_a_token_sees_prices_and_rooms_that_are_not_public(shell: Shell) -> None:
    open_to_all = {room["_id"]: room for room in shell.run(ROOMS_BY_CODE).data([document.ROOM])}

    everything = {room["_id"]: room for room in json.loads(shell.run(ROOMS_BY_CODE, with_token=True).body)["data"]}

    rented = everything[shell.world.private_office.pk]
    assert mismatch(document.RENTED_ROOM, rented) == ""
    assert (rented["organizationName"], rented["contractEndDate"]) == ("Acme Corp", "2026-12-31")
    assert open_to_all[shell.world.seine.pk]["pricePerHour"] == 0
    assert everything[shell.world.seine.pk]["pricePerHour"] == 45


@pytest.mark.curl
def test_curl_reads_calendars_and_saves_one(shell: Shell) -> None:
    seine, liffey = shell.world.seine, shell.world.liffey
    make_meeting(seine, datetime(2025, 10, 30, 14, 0, tzinfo=UTC), name="Team Meeting", description="Weekly team sync")
    make_meeting(liffey, datetime(2025, 10, 31, 9, 0, tzinfo=UTC), name="Interview")

    one = shell.run(FEED, second=seine.pk)
    both = shell.run(FEEDS, second=seine.pk, first=liffey.pk)
    saved = shell.run(FEED_TO_FILE, second=seine.pk)

    event = icalendar.Calendar.from_ical(one.body).events[0]
    assert (one.status, one.content_type.partition(";")[0]) == (200, "text/calendar")
    assert (
        datetime(2025, 10, 30, 14, 0, tzinfo=UTC),
        datetime(2025, 10, 30, 15, 0, tzinfo=UTC),
    ) == (event.DTSTART, event.DTEND)
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == ("Team Meeting", "Seine")
    assert len(icalendar.Calendar.from_ical(both.body).events) == 2
    assert saved.status == 200
    assert (shell.folder / "calendar.ics").read_text() == one.body.replace("\r\n", "\n")
    refused = shell.run(FEED.replace("?rooms=507f191e810c19729de860ea", ""))
    assert (refused.status, json.loads(refused.body)) == (
        400,
        {
            "retcode": -1,
            "message": 'Bad request: "rooms" query parameter is missing, empty, or contains invalid IDs.',
        },
    )


@pytest.mark.curl
def test_curl_books_as_a_new_company_registers_and_books_as_a_known_one(shell: Shell) -> None:
    world = shell.world

    asked = shell.run(MEETING_REQUEST, second=world.seine.pk)
    registered = shell.run(REGISTER, first=world.paris.pk, second=world.office.pk)
    again = shell.run(REGISTER, first=world.paris.pk, second=world.office.pk)

    request = asked.data(document.REQUEST_ACCEPTED, document.OUTCOME)
    assert json.loads(asked.body)["status"] == "REQUEST_ACCEPTED"
    assert (request["requestedDate"], request["requestedTime"], request["duration"]) == (
        "2025-11-05",
        "14:00-15:00",
        60,
    )
    outcome = json.loads(registered.body)
    assert (registered.status, outcome["retcode"]) == (200, 200)
    assert outcome["status"] in ("CREATED", "UPDATED")
    assert mismatch(document.REGISTERED, outcome["data"]) == ""
    assert (outcome["data"]["userEmail"], outcome["data"]["userRole"]) == ("jean.dupont@acme.com", "principal-admin")
    assert outcome["data"]["roomOfInterest"]["_id"] == world.office.pk
    assert json.loads(again.body)["status"] == "USER_EXISTS"
    User.objects.filter(email="jean.dupont@acme.com").update(verified_at=utc(1, 1))
    booked = shell.run(MEETING_REQUEST.replace("T14:00:00Z", "T16:00:00Z"), second=world.seine.pk)
    meeting = booked.data(document.ACCEPTED, document.OUTCOME)
    assert json.loads(booked.body)["message"] == "Your booking has been confirmed."
    assert (meeting["bookedDate"], meeting["bookedTime"], meeting["duration"]) == ("2025-11-05", "16:00-17:00", 60)


@pytest.mark.curl
def test_curl_asks_for_prices_people_and_options(shell: Shell) -> None:
    world = shell.world
    make_rates(world.paris)
    User.objects.filter(email="jean.dupont@acme.example").update(email="jean.dupont@acme.com")
    jean = User.objects.get(email="jean.dupont@acme.com")

    meeting = shell.run(MEETING_PRICE, first=world.seine.pk).data(document.MEETING_PRICE_WITH_START)
    office = shell.run(OFFICE_PRICE, first=world.office.pk).data(document.OFFICE_PRICE)
    options = shell.run(CONTRACT_OPTIONS, first=world.paris.pk).data([document.CONTRACT_OPTION])
    by_id = shell.run(USER_BY_ID, first=jean.pk).data(document.USER)

    assert (meeting["price"], meeting["duration"], meeting["nbPersons"]) == (90, 120, 4)
    assert meeting["startDate"] == "2025-01-18T10:00:00"
    assert (office["price"], office["period"]) == (1300, "month")
    assert {option["key"] for option in options} == {"parking", "service_by_month", "tv_rental"}
    assert shell.run(USER_BY_EMAIL).data(document.USER) == by_id
    assert (by_id["firstName"], by_id["role"], by_id["organizationName"]) == ("Jean", "principal-admin", "Acme Corp")


@pytest.mark.curl
def test_curl_changes_a_contract_and_reads_it_back(shell: Shell) -> None:
    world = shell.world
    make_rates(world.paris)
    parking = Rate.objects.get(key="parking")
    ids = {"first": world.acme.pk, "second": world.office.pk, "third": parking.pk}

    merged = shell.run(MERGE_CONTRACT, **ids).data(document.MERGED)
    told = shell.run(ORGANIZATION, first=world.acme.pk).data(document.ORGANIZATION)

    assert merged == {"organizationId": world.acme.pk, "organizationName": "Acme Corp"}
    assert (told["contractEndDate"], told["renewalMonths"], told["basePrice"]) == ("2025-12-31", 12, 1500)
    assert world.office.pk in [room["_id"] for room in told["allocatedRooms"]]
    assert [(one["key"], one["quantity"], one["price"]) for one in told["contractOptions"]] == [("parking", 2, 150)]
    assert UpstreamRoom.objects.get(pk=world.office.pk).organization == Organization.objects.get(pk=world.acme.pk)


@pytest.mark.curl
def test_curl_follows_a_new_company_to_its_confirmed_booking(shell: Shell) -> None:
    world = shell.world
    request = shell.run(MEETING_REQUEST, second=world.seine.pk).data(document.REQUEST_ACCEPTED, document.OUTCOME)
    line = REGISTER.replace('"siteId":', f'"meetingId": "{request["meetingRequestId"]}",\n    "siteId":')
    registered = json.loads(shell.run(line, first=world.paris.pk, second=world.office.pk).body)
    mail = OutboxMail.objects.get(to="jean.dupont@acme.com")
    (link,) = set(re.findall(r"http://\S+/account/verify/\S+", open_body(mail).text))

    page = shell.visit(link)
    waiting = shell.run(FEED, second=world.seine.pk)
    proof = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]
    chosen = "four calm words here"
    shell.visit(link, password=chosen, again=chosen, csrfmiddlewaretoken=proof)
    confirmed = shell.run(FEED, second=world.seine.pk)

    assert (registered["status"], registered["data"]["meetingsUpdated"]) == ("CREATED", 1)
    assert icalendar.Calendar.from_ical(waiting.body).events == []
    (event,) = icalendar.Calendar.from_ical(confirmed.body).events
    assert event["UID"] == f"{request['meetingRequestId']}@workways.com"
    assert datetime(2025, 11, 5, 14, 0, tzinfo=UTC) == event.DTSTART
    known = shell.run(USER_BY_EMAIL).data(document.USER)
    assert (known["_id"], known["role"]) == (request["userId"], "principal-admin")


@pytest.mark.curl
def test_curl_with_a_body_that_is_only_hinted_at_is_told_so(shell: Shell) -> None:
    hinted = shell.run(TOKENS)

    assert (hinted.status, json.loads(hinted.body)) == (400, {"retcode": -1, "message": "Invalid JSON body"})


@pytest.mark.curl
def test_curl_without_a_good_token_is_refused_in_the_documents_words(shell: Shell) -> None:
    line = USER_BY_EMAIL.replace('-H "Authorization: Bearer ww_dev_your_token_here" \\\n  ', "")

    bare = shell.run(line)
    wrong = shell.run(USER_BY_EMAIL.replace(TOKEN, "ww_dev_0"))

    assert bare.status == wrong.status == 401
    assert json.loads(bare.body) == {
        "retcode": -1,
        "message": "Unauthorized: Authorization header is required. Use: Authorization: Bearer <your_token>",
    }
    assert json.loads(wrong.body)["retcode"] == -1


@pytest.fixture
def busy_file(clock: StoppedClock, db: None) -> tuple[bytes, list[tuple[datetime, datetime]]]:
    """A room's busy time for subscribers, and what its upstream has: one of the meetings crosses a clock change."""
    world = build_world()
    starts = [utc(13, 9), utc(13, 10), utc(20, 14), datetime(2026, 3, 29, 0, 30, tzinfo=UTC)]
    for start in starts:
        make_meeting(world.seine, start, minutes=60 if start.month == 1 else 120, name="Secret plans")
    mirror()
    content = Client().get(f"/rooms/{world.seine.pk}/busy.ics").content
    hour = timedelta(hours=1)
    return content, [(starts[0], starts[1] + hour), (starts[2], starts[2] + hour), (starts[3], starts[3] + 2 * hour)]


def test_recurring_ical_events_finds_the_busy_time(busy_file: tuple[bytes, list[tuple[datetime, datetime]]]) -> None:
    content, expected = busy_file

    events = recurring_ical_events.of(icalendar.Calendar.from_ical(content)).between((2026, 1, 1), (2026, 5, 1))

    assert sorted((event.DTSTART, event.DTEND) for event in events) == expected
    assert {str(event["SUMMARY"]) for event in events} == {"Busy"}
    assert len({str(event["UID"]) for event in events}) == len(expected)


@pytest.mark.node
def test_ical_js_finds_the_busy_time(
    busy_file: tuple[bytes, list[tuple[datetime, datetime]]],
    ical_js: Path,  # noqa: F811 (the fixture of that name)
    tmp_path: Path,
) -> None:
    content, expected = busy_file
    (tmp_path / "busy.ics").write_bytes(content)
    window = {"start": "2026-01-01T00:00:00Z", "end": "2026-05-01T00:00:00Z"}
    case = {"file": "busy.ics", "zone": "Europe/Paris", **window}

    done = subprocess.run(
        ["node", str(PROGRAM), str(ical_js)],
        input=json.dumps({"folder": str(tmp_path), "cases": [case]}),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    busy = json.loads(done.stdout)["busy.ics"]["busy"]
    assert sorted(tuple(datetime.fromtimestamp(at, UTC) for at in pair) for pair in busy) == expected
