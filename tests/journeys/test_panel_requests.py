"""The front desk's day: who comes, a guest on the telephone, a request found, helped and tracked; a manager's files."""

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import Presence, State
from bookings.staff.requests.models import SavedView
from portal.access import Role
from tests.bookings.staff.world import make_world
from tests.conftest import StoppedClock
from tests.factories import make_booking_request, make_registration
from tests.factories.members import make_member
from tests.journeys.conftest import OpenContext
from tests.journeys.test_accessibility import assert_clean, looks, open_visitor
from tests.journeys.test_team import PASSWORD, _quick_passwords, sign_in
from tests.journeys.visitor import Visitor
from tests.support.world import World, last_mail

__all__ = ["_quick_passwords"]


def make_day(world: World, clock: StoppedClock) -> BookingRequest:
    """An arrival this afternoon in Paris, whose company registers, beside everything that waits for a person."""
    make_world()
    arrival = make_booking_request(
        room=world.mirrored,
        state=State.BOOKED,
        start=clock.instant.replace(hour=14, minute=0),
        name="Hélène Le Goff",
        email="helene@goff.example",
        presence=Presence.SHOWN,
    )
    make_registration(booking_request=arrival, company="Ateliers Réunis")
    make_booking_request(state=State.REFUSED, name="Rose Fusée", upstream_message="Too soon")
    return arrival


def unfold(page: Page, label: str) -> None:
    """Opens one of the acts in the request's margin."""
    page.locator("summary", has_text=label).click()


def test_front_desk_helps_a_guest_on_the_telephone_without_scripts(
    world: World, open_context: OpenContext, clock: StoppedClock
) -> None:
    arrival = make_day(world, clock)
    make_member(username="rita", role=Role.FRONT_DESK, password=PASSWORD, first_name="Rita", last_name="Desk")
    rita = Visitor(open_context(javascript=False, width=820).new_page())
    sign_in(rita, "rita")
    page = rita.page
    rita.sees_title("Today")
    expect(page.locator("#arrivals")).to_contain_text("15:00")
    rita.follow("Requests")
    rita.type(words="reunis")
    rita.press("Show")
    expect(page.locator("tbody tr")).to_have_count(1)
    rita.follow(arrival.reference)

    unfold(page, "Write a note")
    rita.type(**{"note-note": "Comes with a dog."})
    rita.press("Keep the note")
    rita.sees("The note stands in the history.")
    unfold(page, "Change the contact")
    rita.type(**{"contact-email": "new@goff.example", "contact-reason": "She called from her own number."})
    rita.press("Change the contact")
    rita.sees("The contact is changed, and both addresses are told.")
    unfold(page, "Cancel the meeting")
    rita.type(**{"cancel-message": "As you asked, at no cost."})
    rita.press("Tell the guest and track it")
    rita.sees("Being cancelled")
    rita.open("/staff/")
    rita.sees("Cancellations under way")

    assert "/l/" not in last_mail("helene@goff.example", "contact_changed").text
    assert "As you asked, at no cost." in last_mail("new@goff.example", "meeting_cancelling").text
    answer = page.goto("/staff/requests/export.csv")
    assert answer is not None
    assert answer.status == 403


def test_manager_keeps_a_view_and_takes_the_requests_along(
    world: World, open_context: OpenContext, clock: StoppedClock, tmp_path: Path
) -> None:
    arrival = make_day(world, clock)
    make_member(username="mona", role=Role.MANAGER, password=PASSWORD)
    mona = Visitor(open_context().new_page())
    sign_in(mona, "mona")
    mona.open("/staff/requests/")
    mona.page.locator("main [name=state]").select_option("booked")
    mona.press("Show")
    unfold(mona.page, "Keep this view")
    mona.type(name="Really booked")
    mona.page.get_by_label("Everybody on the team sees it").check()
    mona.press("Save the view")
    mona.open("/staff/requests/")
    mona.follow("Really booked")
    with mona.page.expect_download() as waiting:
        mona.follow("Export as CSV")
    waiting.value.save_as(tmp_path / "requests.csv")
    with (tmp_path / "requests.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))

    assert SavedView.objects.get().is_shared
    assert [row["reference"] for row in rows] == [arrival.reference]
    assert rows[0]["company"] == "Ateliers Réunis"


def test_viewer_reads_and_is_offered_nothing_else(world: World, open_context: OpenContext, clock: StoppedClock) -> None:
    arrival = make_day(world, clock)
    make_member(username="vera", role=Role.VIEWER, password=PASSWORD)
    vera = Visitor(open_context().new_page())
    sign_in(vera, "vera")

    vera.open(f"/staff/requests/{arrival.reference}/")
    expect(vera.page.locator("main form")).to_have_count(0)
    refused = [vera.page.goto(f"/staff/requests/export.{kind}") for kind in ("csv", "ics")]

    assert [answer.status for answer in refused if answer] == [403, 403]


@looks
def test_today_and_requests_are_accessible(
    world: World, open_context: OpenContext, clock: StoppedClock, look: dict[str, Any]
) -> None:
    arrival = make_day(world, clock)
    ada = make_member(username="ada", password=PASSWORD, first_name="Ada")
    SavedView.objects.create(owner=ada, name="Mine", filters={"state": "booked"}, is_shared=True)
    visitor = open_visitor(open_context, look)
    sign_in(visitor, "ada")
    tomorrow = (clock.instant + timedelta(days=1)).date().isoformat()

    for path in (
        "",
        f"?day={tomorrow}",
        "requests/",
        "requests/?state=booked&words=goff",
        "requests/?words=zzz&meeting_since=yesterday",
        "requests/views/",
    ):
        visitor.open(f"/staff/{path}")
        assert_clean(visitor.page)
    visitor.open(f"/staff/requests/{arrival.reference}/")
    for summary in visitor.page.locator(".staff-acts summary").all():
        summary.click()
    assert_clean(visitor.page)
    visitor.page.locator("form[action$='/note/'] button").click()
    assert_clean(visitor.page)


@pytest.mark.parametrize("javascript", [True, False])
def test_today_is_walked_by_keyboard(
    world: World, open_context: OpenContext, clock: StoppedClock, javascript: bool
) -> None:
    arrival = make_day(world, clock)
    make_member(username="rita", role=Role.FRONT_DESK, password=PASSWORD)
    visitor = Visitor(open_context(javascript=javascript).new_page())
    sign_in(visitor, "rita")
    page = visitor.page

    page.locator(f"#arrivals a[href*='{arrival.reference}']").focus()
    page.keyboard.press("Enter")
    page.locator("summary", has_text="Write a note").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("By keyboard.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    visitor.sees("The note stands in the history.")
