"""The upstream's pages and a request's story, walked by who may: a booking's calls, the cockpit, a slot explained."""

from typing import Any

import pytest
from playwright.sync_api import expect

from bookings.booking_requests.models import BookingRequest
from bookings.feeds.models import Feed, RejectedEvent
from bookings.upstream_calls import recording
from portal.access import Role
from tests.bookings.booking_requests.guests import Guest
from tests.factories.members import make_member
from tests.journeys.conftest import OpenContext
from tests.journeys.test_accessibility import assert_clean, looks, open_visitor
from tests.journeys.test_team import PASSWORD, sign_in
from tests.journeys.visitor import Visitor
from tests.support.world import KNOWN, World


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Passwords are slow on purpose, which these tests don't need."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def booked(world: World) -> BookingRequest:
    """A request that was really sent, with its calls."""
    request = Guest(KNOWN).begin(world.mirrored).book().request
    recording.write_tallies()
    return request


def test_manager_reads_a_story_the_cockpit_and_why_a_slot_is_taken(world: World, open_context: OpenContext) -> None:
    request = booked(world)
    make_member(username="max", role=Role.MANAGER, password=PASSWORD)
    # Without scripts, because everything here must work without.
    visitor = Visitor(open_context(javascript=False, width=820).new_page())
    sign_in(visitor, "max")
    page = visitor.page

    visitor.open(f"/staff/requests/{request.reference}/")
    sent = page.locator(".moment", has_text="Sent the booking")
    sent.locator("summary").click()
    expect(sent).to_contain_text("POST /api/meeting-request HTTP 200")
    expect(sent).to_contain_text("[hidden]")

    visitor.follow("Connection")
    expect(page.locator("table")).to_contain_text("POST /api/meeting-request")
    visitor.press("Read the catalog now")
    visitor.sees("The catalog was read just now; 0 rooms changed.")
    page.locator("#calendars ~ ul a").first.click()
    page.locator("tbody a").first.click()
    page.locator("main form[action$='/refresh/'] button").click()
    expect(page.locator(".alert-success")).to_contain_text("was read just now")

    visitor.follow("Connection")
    page.get_by_role("link", name="Explain a slot").click()
    page.locator("[name=room]").select_option(world.mirrored.workways_id)
    local = request.start.astimezone(request.zone)
    visitor.type(date=f"{local:%Y-%m-%d}", start=f"{local:%H:%M}")
    page.keyboard.press("Enter")
    expect(page.locator(".alert-warning")).to_contain_text("Can't be booked")
    expect(page.locator(".rule", has_text="No").first).to_be_visible()
    visitor.type(email=KNOWN)
    visitor.press("Look up and explain")
    visitor.sees("To Workways this address is a company that Workways knows.")
    assert KNOWN not in page.url


@looks
def test_upstream_pages_are_accessible_in_every_state(
    world: World, open_context: OpenContext, look: dict[str, Any]
) -> None:
    request = booked(world)
    feed = Feed.objects.get(room=world.mirrored)
    RejectedEvent.objects.create(feed=feed, uid="abc@example.org", reason="It ends before it starts.")
    make_member(username="max", role=Role.MANAGER, password=PASSWORD)
    visitor = open_visitor(open_context, look)
    sign_in(visitor, "max")
    slot = f"room={world.mirrored.workways_id}&date=2026-01-12&start=14:00&duration=60&people=2&person=new"

    for path in (
        f"requests/{request.reference}/",
        "upstream/?span=day",
        "upstream/calendars/",
        "upstream/calendars/?words=nothing",
        f"upstream/calendars/{feed.pk}/",
        "upstream/explain/",
        f"upstream/explain/?{slot}",
        "upstream/explain/?start=noon",
    ):
        visitor.open(f"/staff/{path}")
        assert_clean(visitor.page)
