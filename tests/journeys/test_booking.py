"""Booking, from the room's page to the answer; each journey also without scripts and in French."""

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Page, expect

from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import State
from bookings.feeds.models import BusySpan
from bookings.mail.messages import FROM_WORKWAYS
from portal.embedded.models import Meeting, MeetingState, User
from tests.conftest import StoppedClock
from tests.journeys.conftest import OpenContext
from tests.journeys.visitor import Visitor, link_in
from tests.support.world import ARCHIVED, KNOWN, NEW, World, last_mail, mails_to, mirror, work

WAYS = pytest.mark.parametrize(
    ("javascript", "language"), [(True, "en"), (False, "en"), (True, "fr")], ids=["scripts", "no scripts", "French"]
)
MONDAY = date(2026, 1, 12)


def visitor(open_context: OpenContext, *, javascript: bool = True, language: str = "en", width: int = 1280) -> Visitor:
    return Visitor(open_context(javascript=javascript, width=width).new_page(), language)


def begin(person: Visitor, world: World, *, email: str, name: str, day: date = MONDAY, start: str = "10:00") -> None:
    """From the room's page to the page that asks for the code."""
    person.open(f"/rooms/{world.seine.id}/?date={day.isoformat()}")
    person.choose_slot(day, start)
    person.type(email=email, name=name)
    person.press("Continue")
    person.sees_title("Check and book")


def prove_and_book(person: Visitor, email: str) -> None:
    person.type_mailed_code(email)
    person.press("Check and book")


@WAYS
def test_known_company_books_in_three_clicks_two_fields_and_the_code(
    world: World, open_context: OpenContext, javascript: bool, language: str
) -> None:
    jean = visitor(open_context, javascript=javascript, language=language)

    begin(jean, world, email=KNOWN, name="Jean Dupont")
    prove_and_book(jean, KNOWN)

    jean.sees_title("Your room is booked")
    assert jean.clicks <= 3
    assert jean.typed <= 2
    meeting = Meeting.objects.get()
    assert (meeting.state, meeting.start) == (MeetingState.CONFIRMED, datetime(2026, 1, 12, 9, 0, tzinfo=UTC))
    work()
    confirmation = last_mail(KNOWN, "booked")
    assert b"BEGIN:VCALENDAR" in confirmation.attachments[0].content
    assert link_in(confirmation.text, "/l/")
    mirror()
    jean.open(f"/rooms/{world.seine.id}/?date={MONDAY.isoformat()}")
    expect(jean.slot(MONDAY, "10:00")).to_have_count(0)


@WAYS
def test_new_company_books_registers_verifies_and_is_in_the_calendar(
    world: World, open_context: OpenContext, clock: StoppedClock, javascript: bool, language: str
) -> None:
    nina = visitor(open_context, javascript=javascript, language=language)
    begin(nina, world, email=NEW, name="Nina Neuf")
    prove_and_book(nina, NEW)
    nina.sees_title("One step left: register your company")

    nina.press("Register your company")
    expect(nina.page.locator("[name=first_name]")).to_have_value("Nina")
    nina.type(phone="+33 6 12 34 56 78")
    nina.press("Continue")
    nina.type(company="Startup Neuf", company_number="73282932000074")
    nina.press("Continue")
    nina.type(users="3")
    nina.press("Continue")
    nina.sees_title("Check and send")
    nina.press("Send the registration")
    request = BookingRequest.objects.get()
    assert request.state == State.VERIFICATION_NEEDED
    verification = link_in(last_mail(NEW, FROM_WORKWAYS).text, "/account/verify/")
    nina.page.goto(verification)
    nina.type(password="correct horse battery", again="correct horse battery")
    nina.press("Verify and activate")

    nina.sees_title("Your account is active")
    assert Meeting.objects.get().state == MeetingState.CONFIRMED
    assert User.objects.get(email=NEW).verified_at is not None
    clock.forward(minutes=10)
    work()
    clock.forward(minutes=10)
    work()
    request.refresh_from_db()
    assert request.state == State.BOOKED
    assert len(mails_to(NEW, "booked")) == 1
    assert BusySpan.objects.filter(room=request.room, start=request.start, end=request.end).count() == 1
    nina.open(f"/rooms/{world.seine.id}/?date={MONDAY.isoformat()}")
    expect(nina.slot(MONDAY, "10:00")).to_have_count(0)
    feed = nina.page.request.get(f"/rooms/{world.seine.id}/busy.ics").text()
    assert "DTSTART:20260112T090000Z" in feed


@WAYS
def test_archived_person_is_told_only_after_the_proof(
    world: World, open_context: OpenContext, javascript: bool, language: str
) -> None:
    paul = visitor(open_context, javascript=javascript, language=language)

    begin(paul, world, email=ARCHIVED, name="Paul Archive")
    prove_and_book(paul, ARCHIVED)

    paul.sees_title("This account is archived")
    assert Meeting.objects.count() == 0
    assert len(mails_to(ARCHIVED, "archived")) == 1


@WAYS
def test_an_office_leads_to_registration(
    world: World, open_context: OpenContext, javascript: bool, language: str
) -> None:
    nina = visitor(open_context, javascript=javascript, language=language)
    nina.open(f"/rooms/{world.office.id}/")
    expect(nina.page.locator("#calendar")).to_have_count(0)

    nina.page.locator("a[href*='registration/start']").first.click()
    nina.type(email=NEW)
    nina.press("Continue")
    nina.type_mailed_code(NEW)
    nina.press("Continue")
    nina.type(first_name="Nina", phone="+33 6 12 34 56 78")
    nina.press("Continue")
    nina.type(company="Startup Neuf")
    nina.press("Continue")
    nina.sees(
        "Workways learns that you are interested in %(place)s, and its team gets in touch with you.",
        place="Bureau Opéra, Workways Paris République",
    )
    nina.type(users="4")
    nina.press("Continue")
    nina.press("Send the registration")

    assert User.objects.get(email=NEW).organization is not None
    assert len(mails_to(NEW, "registration_created")) == 1


@WAYS
def test_of_two_visitors_on_one_slot_one_wins_and_the_other_loses_nothing(
    world: World, open_context: OpenContext, javascript: bool, language: str
) -> None:
    jean = visitor(open_context, javascript=javascript, language=language)
    nina = visitor(open_context, javascript=javascript, language=language)
    for person in (jean, nina):
        person.open(f"/rooms/{world.seine.id}/?date={MONDAY.isoformat()}")
        person.choose_slot(MONDAY, "10:00")
    jean.type(email=KNOWN, name="Jean Dupont")
    nina.type(email=NEW, name="Nina Neuf")

    jean.press("Continue")
    jean.sees_title("Check and book")
    nina.press("Continue")

    expect(nina.page.locator("[name=email]")).to_have_value(NEW)
    expect(nina.page.locator("[name=name]")).to_have_value("Nina Neuf")
    other = nina.page.locator("button[name=slot]").first
    expect(other).to_contain_text("€")
    other.click()
    nina.sees_title("Check and book")
    assert {request.email for request in BookingRequest.objects.all()} == {KNOWN, NEW}
    first, second = BookingRequest.objects.order_by("pk")
    assert not first.span.overlaps(second.span)


@WAYS
def test_a_slot_lost_at_the_last_step_costs_no_typing(
    world: World, open_context: OpenContext, javascript: bool, language: str
) -> None:
    jean = visitor(open_context, javascript=javascript, language=language)
    begin(jean, world, email=KNOWN, name="Jean Dupont")
    Meeting.objects.create(
        room=world.seine,
        state=MeetingState.CONFIRMED,
        start=datetime(2026, 1, 12, 9, 30, tzinfo=UTC),
        end=datetime(2026, 1, 12, 10, 30, tzinfo=UTC),
    )

    prove_and_book(jean, KNOWN)
    jean.sees_title("This time has just been taken")
    other = jean.page.locator("button[name=slot]").first
    expect(other).to_contain_text("€")
    other.click()
    jean.sees_title("Check and book")
    jean.press("Check and book")

    jean.sees_title("Your room is booked")
    assert Meeting.objects.filter(user__email=KNOWN).count() == 1
    assert jean.typed == 2


@WAYS
def test_resumed_on_a_second_device_through_the_mail(
    world: World, open_context: OpenContext, javascript: bool, language: str
) -> None:
    desk = visitor(open_context, javascript=javascript, language=language)
    begin(desk, world, email=KNOWN, name="Jean Dupont")
    phone = visitor(open_context, javascript=javascript, language=language, width=390)

    phone.page.goto(link_in(last_mail(KNOWN, "prove_address").text, "/l/"))
    phone.press("Confirm my address and go on")
    phone.sees_title("Check and book")
    phone.press("Check and book")

    phone.sees_title("Your room is booked")
    assert phone.typed == 0
    assert Meeting.objects.count() == 1


def test_proof_is_remembered_in_the_same_browser(world: World, page: Page) -> None:
    jean = Visitor(page)
    begin(jean, world, email=KNOWN, name="Jean Dupont")
    prove_and_book(jean, KNOWN)
    jean.sees_title("Your room is booked")

    begin(jean, world, email=KNOWN, name="Jean Dupont", start="14:00")

    expect(page.locator("[name=code]")).to_have_count(0)
    jean.press("Check and book")
    jean.sees_title("Your room is booked")
    assert len(mails_to(KNOWN, "prove_address")) == 1


def test_two_day_rule_is_visible_and_lifts_for_a_known_company(world: World, page: Page) -> None:
    jean = Visitor(page)
    tomorrow = date(2026, 1, 8)

    jean.open(f"/rooms/{world.seine.id}/?date={tomorrow.isoformat()}")
    assert "for registered companies" in (jean.slot(tomorrow, "10:00").get_attribute("aria-label") or "")
    begin(jean, world, email=KNOWN, name="Jean Dupont", day=tomorrow)
    prove_and_book(jean, KNOWN)
    jean.sees_title("Your room is booked")
    jean.open(f"/rooms/{world.seine.id}/?date={tomorrow.isoformat()}")

    assert "for registered companies" not in (jean.slot(tomorrow, "14:00").get_attribute("aria-label") or "")


def test_two_day_rule_sends_a_new_company_to_another_day(world: World, page: Page) -> None:
    nina = Visitor(page)
    begin(nina, world, email=NEW, name="Nina Neuf", day=date(2026, 1, 8))

    prove_and_book(nina, NEW)

    nina.sees_title("This time is too soon for a new company")
    assert not User.objects.filter(email=NEW).exists()
    page.locator("button[name=slot]").first.click()
    nina.press("Check and book")
    nina.sees_title("One step left: register your company")
    assert BookingRequest.objects.get().start >= datetime(2026, 1, 9, tzinfo=UTC)


@WAYS
def test_a_change_is_asked_for_behind_the_link(
    world: World, open_context: OpenContext, javascript: bool, language: str
) -> None:
    jean = visitor(open_context, javascript=javascript, language=language)
    begin(jean, world, email=KNOWN, name="Jean Dupont")
    prove_and_book(jean, KNOWN)
    jean.sees_title("Your room is booked")
    phone = visitor(open_context, javascript=javascript, language=language, width=390)

    phone.page.goto(link_in(last_mail(KNOWN, "booked").text, "/l/"))
    phone.press("Open my booking")
    phone.page.locator("summary").filter(has_text=phone.says("Write to our team")).click()
    phone.page.locator("[name=kind][value=cancel]").check()
    phone.type(message="We are all ill.")
    phone.page.locator("form[action$='/ask/'] button[type=submit]").click()

    expect(phone.page.get_by_role("alert").or_(phone.page.get_by_role("status")).first).to_be_visible()
    ask = BookingRequest.objects.get().asks.get()
    assert (ask.kind, ask.message) == ("cancel", "We are all ill.")
    assert len(mails_to(KNOWN, "ask_received")) == 1
