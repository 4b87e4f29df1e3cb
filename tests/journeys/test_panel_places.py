"""A manager keeps a room: texts, hours, a closure, out of sight and back; a visitor sees each step."""

from typing import Any

import pytest
from playwright.sync_api import expect

from bookings.catalog.models import Room, Site
from portal.access import Role
from tests.factories import make_closure
from tests.factories.members import make_member
from tests.factories.pictures import make_picture
from tests.journeys.conftest import OpenContext
from tests.journeys.test_accessibility import assert_clean, looks, open_visitor
from tests.journeys.test_team import PASSWORD, sign_in
from tests.journeys.visitor import Visitor
from tests.support.world import World


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Passwords are slow on purpose, which these tests don't need."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.mark.parametrize("javascript", [True, False])
def test_manager_keeps_a_room_and_visitors_see_it_at_once(
    world: World, open_context: OpenContext, javascript: bool
) -> None:
    make_member(username="mira", role=Role.MANAGER, password=PASSWORD)
    mira = Visitor(open_context(javascript=javascript, width=820).new_page())
    guest = Visitor(open_context(javascript=javascript).new_page())
    public = f"/rooms/{world.seine.id}/"
    sign_in(mira, "mira")

    mira.follow("Places")
    mira.follow(world.site.name)
    mira.follow("Salle Seine")
    mira.type(own_name_en="The Seine", own_hours_saturday="10:00-12:00")
    mira.press("Save")
    mira.sees("Saved. Visitors see it at once.")
    guest.open(public)
    guest.sees_title("The Seine")
    guest.sees("10:00–12:00")
    guest.open(f"/fr{public}")
    guest.sees_title("Salle Seine")

    mira.press("Drop ours: Name in English")
    guest.open(public)
    guest.sees_title("Salle Seine")

    mira.page.locator("[name=closure-first_day]").fill("2026-01-12")
    mira.page.locator("[name=closure-reason_en]").fill("Painting")
    mira.press("Close")
    guest.open(f"{public}?date=2026-01-12&start=10:00&duration=60&people=2")
    guest.sees("Closed at that time: Painting.")
    guest.sees("It is free on Tue 13 Jan at 09:00.")
    mira.press("Take back the closure of Mon 12 Jan")
    guest.open(f"{public}?date=2026-01-12&start=10:00&duration=60&people=2")
    expect(guest.page.get_by_text("Painting")).to_have_count(0)

    mira.press("Hide it from visitors")
    guest.open(public)
    guest.sees("This room can't be booked online at the moment.")
    mira.follow("See it as a visitor does")
    mira.sees_title("Salle Seine")
    mira.sees("This is how visitors will see it; at the moment it is hidden.")


@looks
def test_pages_about_places_are_accessible(world: World, open_context: OpenContext, look: dict[str, Any]) -> None:
    make_member(username="mira", role=Role.MANAGER, password=PASSWORD)
    make_member(username="vera", role=Role.VIEWER, password=PASSWORD)
    site, room = Site.objects.get(workways_id=world.site.id), Room.objects.get(workways_id=world.seine.id)
    texts = {"own_name_fr": "À nous", "house_rules_en": "No smoking.", "house_rules_fr": "Non fumeur."}
    Site.objects.update(**texts, own_description_en="Bright.", address="1 rue A\nParis", holidays_on=True)
    Room.objects.filter(pk=room.pk).update(**texts, own_hours_week="closed")
    make_closure(site=site)
    make_closure(room=room)
    place, rooms = f"/staff/places/sites/{world.site.id}/", f"/staff/places/rooms/{world.seine.id}/"
    visitor = open_visitor(open_context, look)
    page = visitor.page
    sign_in(visitor, "mira")

    visitor.open(place)
    page.locator("[name=picture]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": make_picture()}
    )
    page.locator("form[action$='/picture/'] button").click()
    assert_clean(page)
    for path in ("/staff/places/", "/staff/places/?words=Seine", "/staff/places/?words=none", place, rooms):
        visitor.open(path)
        assert_clean(page)
    page.locator("[name=own_hours_week]").fill("mornings")
    page.locator("form[action$='/save/'] > button:last-of-type").click()
    assert_clean(page)
    visitor.open(rooms)
    page.locator("form[action$='/close/'] button").click()
    assert_clean(page)
    for path in (f"{place}preview/", f"{rooms}preview/", f"/sites/{world.site.id}/", f"/rooms/{world.seine.id}/"):
        visitor.open(path)
        assert_clean(page)
    page.context.clear_cookies()
    sign_in(visitor, "vera")
    visitor.open(rooms)
    assert_clean(page)
