"""Workways doesn't answer at all: every page still shows what is known, and says how old it is."""

from typing import Any

import httpx
import pytest

from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import State
from portal.embedded.models import Meeting
from portal.members.roles import Role
from tests.conftest import StoppedClock
from tests.factories.members import make_member
from tests.journeys.conftest import OpenContext
from tests.journeys.test_booking import begin
from tests.journeys.visitor import Visitor
from tests.support.world import KNOWN, World, work


class Down(httpx.BaseTransport):
    """Refuses every connection."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Connection refused", request=request)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_still_renders_and_says_how_old_it_is(
    world: World, clock: StoppedClock, open_context: OpenContext, settings: Any, language: str
) -> None:
    settings.WORKWAYS_TRANSPORT = Down()
    clock.forward(hours=2)
    work()
    visitor = Visitor(open_context().new_page(), language)
    room = f"/rooms/{world.seine.id}/"

    for path in (
        "/",
        "/sites/",
        f"/sites/{world.site.id}/",
        "/search/?date=2026-01-12&start=10:00&duration=60&people=2",
        room,
        f"{room}?date=2026-01-12&start=10:00&duration=60&people=2",
        f"/rooms/{world.office.id}/",
    ):
        answer = visitor.page.goto(visitor.address(path))
        assert answer is not None
        assert answer.status == 200, path

    visitor.open(room)
    assert "10:00" in visitor.page.locator("#calendar").inner_text()
    checked = visitor.page.request.get(
        f"/rooms/{world.seine.id}/availability.json?start=2026-01-12T00:00:00Z&end=2026-01-13T00:00:00Z"
    ).json()
    assert checked["stale"] is True
    assert checked["fetched_at"] == "2026-01-07T09:00:00Z"


def test_a_submitted_request_is_kept_for_the_guest_and_shown_to_staff(
    world: World, open_context: OpenContext, settings: Any, django_user_model: Any
) -> None:
    jean = Visitor(open_context().new_page())
    begin(jean, world, email=KNOWN, name="Jean Dupont")
    settings.WORKWAYS_TRANSPORT = Down()

    jean.type_mailed_code(KNOWN)
    jean.press("Check and book")

    jean.sees_title("We have kept your request")
    request = BookingRequest.objects.get()
    assert request.state == State.KEPT
    make_member(username="staff", password="front desk 2026", role=Role.FRONT_DESK)
    staff = Visitor(open_context().new_page())
    staff.open("/staff/")
    staff.type(username="staff", password="front desk 2026")
    staff.page.locator("main form button[type=submit]").click()
    staff.page.get_by_role("link", name=request.reference).first.click()
    settings.WORKWAYS_TRANSPORT = None
    staff.page.locator("summary", has_text="Send it to Workways").click()
    staff.page.locator("[name=send-reason]").fill("Workways answers again.")
    staff.page.locator("form[action$='/send/'] button").click()
    request.refresh_from_db()
    assert request.state == State.BOOKED
    assert Meeting.objects.count() == 1
