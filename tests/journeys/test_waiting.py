"""Waiting for a time that is taken, and finding what one has: in a browser, on a phone, without scripts, in French."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import State
from bookings.watching.models import SlotWatch
from bookings.watching.states import WatchState
from portal.embedded import slots
from portal.embedded.models import Meeting
from tests.conftest import StoppedClock
from tests.journeys.conftest import OpenContext
from tests.journeys.test_accessibility import assert_clean, looks, open_visitor
from tests.journeys.test_booking import begin, prove_and_book
from tests.journeys.visitor import Visitor, link_in
from tests.support.world import KNOWN, NEW, World, last_mail, mails_to, mirror, work

MONDAY = date(2026, 1, 12)
SLOT = f"?date={MONDAY.isoformat()}&start=10:00&duration=60&people=4"
WAYS = pytest.mark.parametrize(
    ("javascript", "language"), [(True, "fr"), (False, "en")], ids=["scripts, French", "no scripts"]
)


def book(person: Visitor, world: World, *, email: str, name: str) -> None:
    begin(person, world, email=email, name=name)
    prove_and_book(person, email)
    person.sees_title("Your room is booked")
    mirror()
    work()


def wait_in_line(
    person: Visitor, world: World, email: str, *, look: Callable[[Page], None] = lambda _page: None
) -> None:
    """From the taken slot on the room's page to a place in line; `look` is called for each page on the way."""
    person.open(f"/rooms/{world.seine.id}/{SLOT}")
    person.follow("Tell me if it frees up")
    person.type(email=email)
    person.press("Tell me if it frees up")
    person.sees_title("Confirm your address")
    look(person.page)
    type_code(person, email)
    person.press("Get in line")
    person.sees_title("We tell you if this time frees up")
    look(person.page)


def type_code(person: Visitor, email: str) -> None:
    code = next(line.strip() for line in last_mail(email, "watch_proof").text.splitlines() if line.startswith("    "))
    person.type(code=code)


def cancel_at_workways(clock: StoppedClock) -> None:
    """Somebody cancels the only meeting there is, and the portal sees it."""
    slots.give_back(Meeting.objects.all())
    Meeting.objects.all().delete()
    clock.forward(minutes=5)
    mirror()
    work()


@WAYS
def test_two_wait_for_a_time_and_the_first_takes_it_from_the_mail(
    world: World, open_context: OpenContext, clock: StoppedClock, javascript: bool, language: str
) -> None:
    jean = Visitor(open_context().new_page())
    ann, ben = (Visitor(open_context(javascript=javascript, width=360).new_page(), language) for _person in range(2))
    book(jean, world, email=KNOWN, name="Jean Dupont")
    wait_in_line(ann, world, NEW)
    ann.sees("You are the first in line.")
    clock.forward(minutes=1)
    wait_in_line(ben, world, "ben@example.org")
    ben.sees("You are number %(place)s in line.", place="2")
    assert ann.clicks == 3
    assert ann.typed == 1

    cancel_at_workways(clock)
    assert mails_to("ben@example.org", "watch_offer") == []
    phone = Visitor(open_context(javascript=javascript, width=360).new_page(), language)
    phone.page.goto(link_in(last_mail(NEW, "watch_offer").text, "/w/"))
    phone.sees_title("It is free: this time is yours to take")
    phone.type(name="Nina Neuf")
    phone.press("Take this time")
    phone.sees_title("Check and book")
    phone.press("Check and book")
    phone.sees_title("One step left: register your company")

    assert phone.clicks == 2
    assert {watch.email: watch.state for watch in SlotWatch.objects.all()} == {
        NEW: WatchState.TAKEN,
        "ben@example.org": WatchState.WAITING,
    }
    ben.page.reload()
    ben.press("Stop waiting")
    ben.sees_title("You no longer wait for this time")


def test_lost_links_are_mailed_to_whoever_asks_with_the_address(world: World, open_context: OpenContext) -> None:
    desk = Visitor(open_context().new_page())
    book(desk, world, email=KNOWN, name="Jean Dupont")
    phone = Visitor(open_context(width=360).new_page())

    phone.open("/")
    phone.follow("Find my bookings")
    phone.sees_title("Find my bookings")
    phone.type(email=KNOWN)
    phone.press("Send me my links")
    phone.sees_title("Look into your mails")
    work()
    phone.page.goto(link_in(last_mail(KNOWN, "found_bookings").text, "/l/"))
    phone.sees_title("Your room is booked")
    phone.press("Open my booking")

    phone.sees_title("Your room is booked")
    expect(phone.page.get_by_text(BookingRequest.objects.get().reference).first).to_be_visible()


def test_meeting_that_moves_and_goes_in_the_calendar_is_seen_on_the_page_and_by_staff(
    world: World, open_context: OpenContext, clock: StoppedClock
) -> None:
    jean = Visitor(open_context().new_page())
    book(jean, world, email=KNOWN, name="Jean Dupont")
    work()
    meeting = Meeting.objects.get()
    slots.give_back([meeting])
    clock.forward(minutes=5)
    meeting.start, meeting.end = meeting.start.replace(day=13), meeting.end.replace(day=13)
    meeting.updated_at = clock()
    meeting.save()
    slots.take(meeting, now=clock())
    mirror()
    work()

    jean.page.reload()
    jean.sees("Your meeting has moved")
    expect(jean.page.get_by_text("Tuesday 13 January 2026").first).to_be_visible()
    for _reading in range(2):
        cancel_at_workways(clock)
        clock.forward(minutes=20)
    work()
    jean.page.reload()

    jean.sees_title("Your meeting is no longer in the calendar")
    assert [len(mails_to(KNOWN, kind)) for kind in ("meeting_moved", "meeting_gone")] == [1, 1]
    assert BookingRequest.objects.get().state == State.BOOKED


@looks
def test_waiting_and_finding_are_accessible(
    world: World, open_context: OpenContext, clock: StoppedClock, look: dict[str, Any]
) -> None:
    book(Visitor(open_context().new_page()), world, email=KNOWN, name="Jean Dupont")
    ann = open_visitor(open_context, look)

    ann.open(f"/rooms/{world.seine.id}/{SLOT}")
    ann.follow("Tell me if it frees up")
    expect(ann.page.locator("main [name=email]")).to_be_focused()
    assert_clean(ann.page)
    for path in (f"/rooms/{world.seine.id}/watch/{SLOT}", f"/rooms/{world.seine.id}/watch/", "/w/nothing/", "/l/"):
        ann.open(path)
        assert_clean(ann.page)
    wait_in_line(ann, world, NEW, look=assert_clean)
    cancel_at_workways(clock)
    ann.page.goto(link_in(last_mail(NEW, "watch_offer").text, "/w/"))
    ann.press("Take this time")
    ann.sees("Enter your name.")
    assert_clean(ann.page)
    ann.open("/l/")
    ann.type(email="nobody")
    ann.press("Send me my links")
    assert_clean(ann.page)
