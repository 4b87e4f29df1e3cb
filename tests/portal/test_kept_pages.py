"""Pages that are the same for everybody are kept for a moment, and no others."""

from typing import Any

import pytest
from django.test import Client

from bookings.links.browser import COOKIE
from tests.conftest import StoppedClock
from tests.factories import coming_slot, make_busy_span, make_room, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _keeping(settings: Any, clock: StoppedClock) -> None:
    settings.PAGES_KEPT_SECONDS = 2
    # Each test looks at another moment, so it finds nothing that an earlier one left in this process.
    _keeping_since["seconds"] += 3600
    clock.forward(seconds=_keeping_since["seconds"])


_keeping_since = {"seconds": 0}


def _room_page(client: Client, room: Any, **headers: str) -> bytes:
    return bytes(client.get(f"/rooms/{room.workways_id}/", **headers).content)


def test_page_is_kept_for_two_seconds(client: Client, clock: StoppedClock) -> None:
    room = make_room(min_minutes=480, max_minutes=480, hours_week="09:00-17:00")
    before = _room_page(client, room)
    make_busy_span(room=room, span=coming_slot(room))

    kept = _room_page(client, room)
    clock.forward(seconds=2)
    after = _room_page(client, room)

    assert kept == before
    assert after != before


def test_visitor_with_a_cookie_gets_a_page_of_their_own(client: Client) -> None:
    room = make_room()
    before = _room_page(client, room)
    make_busy_span(room=room, span=coming_slot(room))
    client.cookies[COOKIE] = "anything"

    own = _room_page(client, room)

    assert own != before


def test_part_for_htmx_is_never_the_kept_page(client: Client) -> None:
    room = make_room()
    whole = _room_page(client, room)

    part = _room_page(client, room, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="div#choose")

    assert b"<!doctype html>" in whole
    assert b"<!doctype html>" not in part


def test_page_with_a_form_token_is_made_for_each_browser() -> None:
    room = make_room()
    slot = coming_slot(room)
    address = f"/rooms/{room.workways_id}/?date={slot.start:%Y-%m-%d}&start=10:00&duration=60&people=2"

    first, second = Client().get(address), Client().get(address)

    assert first.cookies["csrftoken"].value != second.cookies["csrftoken"].value


def test_languages_and_packings_are_kept_apart(client: Client) -> None:
    site = make_site()

    english = client.get(f"/sites/{site.workways_id}/")
    french = client.get(f"/fr/sites/{site.workways_id}/")
    packed = client.get(f"/sites/{site.workways_id}/", HTTP_ACCEPT_ENCODING="gzip")
    again = client.get(f"/sites/{site.workways_id}/", HTTP_ACCEPT_ENCODING="gzip")

    assert b'<html lang="en">' in english.content
    assert b'<html lang="fr">' in french.content
    assert packed["Content-Encoding"] == "gzip"
    assert again.content == packed.content
    assert again["Content-Encoding"] == "gzip"
    assert again["Content-Length"] == str(len(again.content))


def test_kept_page_has_the_same_headers_and_a_name_of_its_own(client: Client) -> None:
    site = make_site()
    first = client.get(f"/sites/{site.workways_id}/")

    second = client.get(f"/sites/{site.workways_id}/")

    assert second["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert second["Content-Type"] == first["Content-Type"]
    assert second["Vary"] == first["Vary"]
    assert second["X-Request-ID"] != first["X-Request-ID"]


def test_missing_page_is_not_kept(client: Client) -> None:
    site = make_site()
    address = f"/sites/{site.workways_id}/"
    site.delete()
    missing = client.get(address)
    make_site(workways_id=site.workways_id)

    found = client.get(address)

    assert missing.status_code == 404
    assert found.status_code == 200
