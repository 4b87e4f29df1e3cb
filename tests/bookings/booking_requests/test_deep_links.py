"""Addresses of a slot that people share: they choose it on every room's page, and carry nothing about anybody."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from bookings.catalog.models import Room
from tests.bookings.booking_requests.guests import Guest
from tests.factories import make_room, make_site
from tests.portal.embedded.world import KNOWN
from tests.support.html import read_html
from tests.support.monday import busy
from tests.support.transports import Recording

ALLOWED = {"date", "start", "duration", "people", "view", "country", "site", "type"}
PERSONAL = {"email": "jean.dupont@acme.example", "name": "Jean Dupont", "phone": "+33612345678"}


@pytest.mark.parametrize("prefix", ["", "/fr"])
def test_shared_address_chooses_the_slot_in_a_fresh_browser(room: Room, upstream: Recording, prefix: str) -> None:
    address = f"{prefix}/rooms/{room.workways_id}/?date=2026-01-12&start=14:00&duration=90&people=5"

    page = read_html(Client().get(address))

    form = page.get("form.begin-form").values()
    assert (form["date"], form["start"], form["duration"], form["people"]) == ("2026-01-12", "14:00", "90", "5")
    assert form["email"] == form["name"] == ""


@pytest.mark.django_db
def test_every_room_of_every_zone_takes_such_an_address(clock: object) -> None:
    rooms = [make_room(site=make_site(name=country, country=country)) for country in ("France", "Belgium", "Ireland")]

    for room in rooms:
        page = read_html(Client().get(f"/rooms/{room.workways_id}/?date=2026-01-12&start=10:00&duration=60&people=2"))
        assert page.get("form.begin-form").values()["start"] == "10:00"


@pytest.mark.parametrize(
    "query", ["date=yesterday", "date=2026-01-12&start=25:00", "date=2026-01-12&start=10:00&duration=-1", "people=0"]
)
def test_broken_address_is_answered_with_a_sentence(room: Room, upstream: Recording, query: str) -> None:
    page = Client().get(f"/rooms/{room.workways_id}/?{query}")

    assert page.status_code == 400
    assert 'role="alert"' in page.content.decode()


def test_no_address_on_the_pages_of_somebody_we_know_says_who_they_are(room: Room, upstream: Recording) -> None:
    jean = Guest(KNOWN).begin(room).book()
    busy(room, 16, 17)
    asked = "date=2026-01-12&start={start}&duration=60&people=4&" + "&".join(
        f"{name}={value.replace('+', '%2B')}" for name, value in PERSONAL.items()
    )

    for start in ("10:00", "16:00"):
        page = read_html(jean.client.get(f"/rooms/{room.workways_id}/?{asked.format(start=start)}"))
        # The link to the other language is this very address, whatever somebody put into it.
        addresses = [
            element.attributes[name]
            for element in page.elements
            for name in ("href", "action", "hx-get")
            if name in element.attributes and element.attributes.get("rel") != "alternate"
        ]
        shared = [address for address in addresses if "date=" in address]
        assert shared
        for address in addresses:
            assert set(parse_qs(urlsplit(address).query)) <= ALLOWED, address
            assert not any(value in address for value in (*PERSONAL.values(), KNOWN)), address


@pytest.mark.parametrize("view", ["", "&view=week", "&view=month", "&view=list"])
@pytest.mark.parametrize("prefix", ["", "/fr"])
def test_shared_address_chooses_the_slot_in_every_view(room: Room, upstream: Recording, prefix: str, view: str) -> None:
    address = f"{prefix}/rooms/{room.workways_id}/?date=2026-01-12&start=14:00&duration=90&people=5{view}"

    page = read_html(Client().get(address))

    form = page.get("form.begin-form").values()
    assert (form["date"], form["start"], form["duration"], form["people"]) == ("2026-01-12", "14:00", "90", "5")
    current = page.get("a.view-link[aria-current=true]")["href"]
    assert ("view=" in current) == (view not in ("", "&view=week"))


def test_page_offers_the_chosen_time_as_an_address_that_says_nothing_of_anybody(
    room: Room, upstream: Recording
) -> None:
    jean = Guest(KNOWN).begin(room).book()
    asked = f"/rooms/{room.workways_id}/?date=2026-01-13&start=10:00&duration=60&people=4&email={KNOWN}"

    shared = read_html(jean.client.get(asked)).get("a[data-share]")["href"]

    assert shared == "?date=2026-01-13&start=10:00&duration=60&people=4#booking"
    there = read_html(Client().get(f"/rooms/{room.workways_id}/{shared.partition('#')[0]}"))
    assert there.get("form.begin-form").values()["start"] == "10:00"


def test_time_that_cannot_be_booked_is_not_offered_for_sharing(room: Room, upstream: Recording) -> None:
    busy(room, 16, 17)

    page = Client().get(f"/rooms/{room.workways_id}/?date=2026-01-12&start=16:00&duration=60&people=4")

    assert "data-share" not in page.content.decode()


@pytest.mark.parametrize("view", ["week", "month", "list"])
@pytest.mark.parametrize(
    "query", ["date=2026-13-40&start=10:00", "date=2026-01-12&start=1e9", "people=-3", "duration=x"]
)
def test_broken_address_is_answered_with_a_sentence_in_every_view(
    room: Room, upstream: Recording, view: str, query: str
) -> None:
    page = Client().get(f"/rooms/{room.workways_id}/?{query}&view={view}")

    assert page.status_code == 400
    assert 'id="error-summary"' in page.content.decode()
