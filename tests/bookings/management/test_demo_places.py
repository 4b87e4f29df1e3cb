"""What the demo adds to the catalog for a newcomer to see."""

import pytest
from django.core.management import call_command
from django.test import Client

from bookings.availability.models import Closure
from bookings.catalog.models import Room, Site
from tests.factories import make_room, make_site

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_one_room_is_closed_for_a_day_and_its_site_has_holidays_once(client: Client) -> None:
    make_room(site=make_site(name="Dublin", country="Ireland"))
    site = make_site(name="Paris")
    make_room(site=site, name="A")
    room = make_room(site=site, name="B")

    call_command("demo_places")
    Site.objects.filter(pk=site.pk).update(holidays_on=False)
    call_command("demo_places")

    closure = Closure.objects.get()
    assert (closure.room, closure.first_day.isoformat()) == (room, "2026-01-14")
    assert Room.objects.get(pk=room.pk).closings != ""
    assert not Site.objects.get(pk=site.pk).holidays_on
    page = client.get(f"/rooms/{room.workways_id}/").content.decode()
    assert "Painting work" in page
    assert "leave the room as you found it" in page


def test_empty_catalog_is_left_alone() -> None:
    call_command("demo_places")

    assert not Closure.objects.exists()
