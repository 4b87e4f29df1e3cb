"""A slot is explained rule by rule, and the verdict is the public page's."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.audit.models import AuditRow
from bookings.catalog.models import Room
from bookings.upstream_calls.models import UpstreamCall
from portal.access import Role
from tests.conftest import StoppedClock
from tests.factories import make_busy_span, make_hold, make_room
from tests.factories.members import make_member
from tests.portal.embedded.world import ARCHIVED, KNOWN, build_world
from tests.support import transports

pytestmark = pytest.mark.django_db
PATH = "/staff/upstream/explain/"
FRIDAY = "2026-01-09"


def asked(of: Room, /, **fields: Any) -> str:
    """The address of an explanation."""
    usual = {"room": of.workways_id, "date": FRIDAY, "start": "10:00", "duration": 60, "people": 2}
    return f"{PATH}?{urlencode({**usual, 'person': 'known', **fields})}"


def text(page: str) -> str:
    """A page's main part as text."""
    main = page.split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


def read(client: Client, path: str) -> str:
    return text(client.get(path).content.decode())


def test_free_slot_has_a_yes_to_every_rule(staff_client: Client, clock: StoppedClock) -> None:
    page = read(staff_client, asked(make_room()))

    assert "Can be booked" in page
    assert page.count(" Yes ") == 15
    for told in (
        "On Friday 9 January 2026: 09:00–18:00.",
        "It is 10:00 now.",
        "Nothing is there at that time.",
        "New companies from Fri 9 Jan, 00:00 on. This is a company that Workways knows.",
    ):
        assert told in page


def test_each_no_comes_with_what_it_went_by(staff_client: Client, clock: StoppedClock) -> None:
    room = make_room(max_people=4, min_minutes=60)
    make_busy_span(room=room, start=clock() + timedelta(days=1), minutes=60)
    make_hold(room=room, start=clock() + timedelta(days=1), minutes=60)

    page = read(staff_client, asked(room, date="2026-01-08", people=9, person="new"))

    assert "Can't be booked This room is for up to 4 people." in page
    for told in ("Up to 4; asked for: 9.", "Taken: 10:00–11:00.", "day after tomorrow", "This is a new company."):
        assert told in page
    assert page.count(" No ") == 4


@pytest.mark.parametrize("person", ["unknown", "new", "known", "archived"])
@pytest.mark.parametrize("fields", [{}, {"date": "2026-01-08"}, {"start": "10:10"}, {"date": "2026-01-10"}])
def test_verdict_is_what_the_public_page_says(
    staff_client: Client, clock: StoppedClock, person: str, fields: dict[str, str]
) -> None:
    room = make_room()

    page = read(staff_client, asked(room, person=person, **fields))
    if person == "unknown":
        query = urlencode({"date": FRIDAY, "start": "10:00", "duration": 60, "people": 2, **fields})
        public = text(Client().get(f"/rooms/{room.workways_id}/?{query}").content.decode())
        verdict = page.split("booked", 1)[1].split("Asked as", 1)[0]
        for sentence in ("The room is closed at that time.", "booked in steps of", "only companies that already have"):
            assert (sentence in verdict) == (sentence in public)
    assert ("Can perhaps be booked" in page) == (person in ("unknown", "archived") and fields == {"date": "2026-01-08"})


def test_time_that_the_clock_skips(staff_client: Client, clock: StoppedClock) -> None:
    page = read(staff_client, asked(make_room(), date="2026-03-29", start="02:30"))

    assert "This time does not exist on that day" in page
    assert page.count("Not asked") == 8


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"room": "f" * 24}, "Select a valid choice"),
        ({"date": "yesterday"}, "This is no date."),
        ({"start": "noon"}, "This is no time of day."),
        ({"duration": "x"}, "whole number"),
        ({"people": "0"}, "greater than or equal to 1"),
        ({"person": "nobody"}, "Select a valid choice"),
    ],
)
def test_bad_input_gets_a_sentence(staff_client: Client, clock: StoppedClock, fields: Any, sentence: str) -> None:
    answer = staff_client.get(asked(make_room(), **fields))

    assert answer.status_code == 400
    assert sentence in unescape(answer.content.decode())


def test_limited_member_is_offered_own_rooms_only(client: Client, clock: StoppedClock) -> None:
    mine, other = make_room(public_name="Mine"), make_room(public_name="Other")
    client.force_login(make_member(role=Role.VIEWER, sites=[mine.site.workways_id]).user)

    page = client.get(PATH).content.decode()

    assert mine.workways_id in page
    assert other.workways_id not in page
    assert client.get(asked(other)).status_code == 400


@pytest.mark.parametrize(
    ("email", "person"),
    [
        (KNOWN, "a company that Workways knows"),
        (ARCHIVED, "somebody whose account is archived"),
        ("n@example.org", "a new company"),
    ],
)
def test_person_is_looked_up_and_kept_nowhere(client: Client, clock: StoppedClock, email: str, person: str) -> None:
    build_world()
    client.force_login(make_member(role=Role.FRONT_DESK).user)
    room = make_room()

    answer = client.post(f"{PATH}person/", {"email": email, "query": asked(room).split("?")[1]}, follow=True)

    page = text(answer.content.decode())
    assert f"Asked as {person}." in page
    assert email not in answer.redirect_chain[-1][0]
    assert AuditRow.objects.get(act="looked_up").reference == ""
    assert not UpstreamCall.objects.exists()


def test_person_that_cannot_be_looked_up_is_told(client: Client, clock: StoppedClock, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = transports.server_error("/api/user-info")
    client.force_login(make_member(role=Role.FRONT_DESK).user)

    failed = client.post(f"{PATH}person/", {"email": KNOWN}, follow=True).content.decode()
    wrong = client.post(f"{PATH}person/", {"email": "x"}, follow=True).content.decode()

    assert "Workways could not be asked. Workways gave no usable answer." in unescape(failed)
    assert "That is not an e-mail address." in wrong


@pytest.mark.parametrize("more", [1, 3, 40])
def test_explanation_asks_a_fixed_number_of_times(staff_client: Client, clock: StoppedClock, more: int) -> None:
    room = make_room()
    for number in range(more):
        make_room()
        make_busy_span(room=room, uid=str(number), minutes=5)
    staff_client.get(asked(room))

    with CaptureQueriesContext(connection) as queries:
        assert staff_client.get(asked(room)).status_code == 200

    assert len(queries) <= 8
