"""The panel's calendars as the front desk uses them: by keyboard, without scripts, on a phone, by axe's rules."""

from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import expect

from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import State
from portal.access import Role
from tests.factories import make_booking_request, make_busy_span, make_hold
from tests.factories.members import make_member
from tests.journeys.conftest import OpenContext
from tests.journeys.test_accessibility import assert_clean, looks, open_visitor
from tests.journeys.test_team import PASSWORD, sign_in
from tests.journeys.test_team import _quick_passwords as _quick_passwords
from tests.journeys.visitor import Visitor
from tests.support.world import World


def fill(world: World) -> BookingRequest:
    """A day with one meeting of somebody, one of ours and one being booked; and who looks at it."""
    room = world.mirrored
    make_busy_span(room=room, start=datetime(2026, 1, 8, 8, 30, tzinfo=UTC), minutes=90)
    make_hold(room=room, start=datetime(2026, 1, 8, 14, tzinfo=UTC))
    make_member(username="fred", role=Role.FRONT_DESK, password=PASSWORD)
    make_member(username="vera", role=Role.VIEWER, password=PASSWORD)
    start = datetime(2026, 1, 8, 11, tzinfo=UTC)
    return make_booking_request(room=room, start=start, state=State.BOOKED, name="Jean Dupont", subject="Board")


def test_front_desk_sees_whose_meeting_it_is_without_scripts(world: World, open_context: OpenContext) -> None:
    booking = fill(world)
    fred = Visitor(open_context(javascript=False, width=820).new_page())
    sign_in(fred, "fred")
    page = fred.page

    fred.follow("Calendars")
    fred.follow(world.site.name)
    fred.follow("Next day")
    expect(page.locator(".cell.busy")).to_have_count(1)
    page.get_by_role("link", name="Salle Seine, Thursday 8 January 2026, free 13:00–15:00").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#chosen h2")).to_have_text("Salle Seine, Thu 8 Jan, 13:00")
    fred.follow("Salle Seine")
    expect(page.locator(".day")).to_have_count(7)
    page.locator(".cell.ours a").focus()
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_contain_text(booking.reference)


def test_viewer_sees_only_that_it_is_taken(world: World, open_context: OpenContext) -> None:
    fill(world)
    vera = Visitor(open_context(width=820).new_page())
    sign_in(vera, "vera")

    vera.open(f"/staff/calendars/sites/{world.site.id}/?date=2026-01-08")

    expect(vera.page.locator(".cell.busy")).to_have_count(2)
    expect(vera.page.get_by_text("Jean Dupont")).to_have_count(0)


@looks
def test_calendars_are_accessible(world: World, open_context: OpenContext, look: dict[str, Any]) -> None:
    fill(world)
    visitor = open_visitor(open_context, look)
    sign_in(visitor, "fred")
    room = f"rooms/{world.seine.id}/?date=2026-01-08&room={world.seine.id}&start=13:00"

    for path in ("", f"sites/{world.site.id}/?date=2026-01-08", f"sites/{world.site.id}/?date=soon", room):
        visitor.open(f"/staff/calendars/{path}")
        assert_clean(visitor.page)
