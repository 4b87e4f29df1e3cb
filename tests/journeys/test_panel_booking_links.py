"""The story of a booking link: the front desk sends it, a telephone opens it, one button books; and what can differ."""

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import State
from bookings.core.timespan import TimeSpan
from bookings.inviting import actions
from bookings.inviting.actions import Wish
from bookings.inviting.models import Invitation
from portal import clock as portal_clock
from portal.access import Role
from tests.bookings.inviting.recipients import MONDAY_SPAN
from tests.conftest import StoppedClock
from tests.factories import make_busy_span
from tests.factories.members import make_member
from tests.journeys.conftest import OpenContext
from tests.journeys.test_accessibility import assert_clean, looks, open_visitor
from tests.journeys.test_booking import MONDAY, begin, prove_and_book
from tests.journeys.test_links import every_row
from tests.journeys.test_team import PASSWORD, _quick_passwords, sign_in  # noqa: F401 (a fixture)
from tests.journeys.visitor import Visitor, link_in
from tests.support.world import KNOWN, NEW, World, last_mail

WAYS = pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])


def send(world: World, email: str = KNOWN, **fields: Any) -> Invitation:
    """The front desk sends a link to Monday 12 January, 14:00 to 15:00."""
    values: dict[str, Any] = {
        "email": email,
        "name": "Jean Dupont",
        "language": "en",
        "note": "As we said on the telephone.",
        "life_hours": 72,
        "people": 4,
        "zone_name": "Europe/Paris",
        "room": world.mirrored,
        "span": MONDAY_SPAN,
        **fields,
    }
    now = portal_clock.now()
    return actions.send(invitation=actions.prepare(wish=Wish(**values), by="Sofia", now=now), member_id=1, now=now)


def link_to(email: str = KNOWN, kind: str = "slot_invitation") -> str:
    return link_in(last_mail(email, kind).text, "/i/")


def phone(open_context: OpenContext, **options: Any) -> Visitor:
    return Visitor(open_context(width=360, **options).new_page())


@WAYS
def test_front_desk_sends_a_link_and_a_telephone_books_with_one_button(
    world: World, open_context: OpenContext, javascript: bool
) -> None:
    make_member(username="rita", role=Role.FRONT_DESK, password=PASSWORD, sites=[world.site.id])
    desk = Visitor(open_context(javascript=javascript, width=820).new_page())
    sign_in(desk, "rita")
    desk.follow("Booking links")
    desk.follow("Send a booking link")
    desk.page.get_by_role("link", name=world.seine.public_name).click()
    desk.page.locator("#calendar-tools [name=date]").fill(MONDAY.isoformat())
    if javascript:
        expect(desk.slot(MONDAY, "10:00")).to_be_visible()
        desk.type(email=KNOWN)
    else:
        desk.press("Show")
    desk.slot(MONDAY, "10:00").click()
    expect(desk.page.get_by_role("heading", name="The link books this time")).to_be_visible()
    if not javascript:
        desk.type(email=KNOWN)
    # What was typed before a time was chosen is still there.
    expect(desk.page.locator("[name=email]")).to_have_value(KNOWN)
    desk.type(name="Jean Dupont", note="As we said on the telephone.")
    desk.page.get_by_label("Keep the time for the recipient").check()
    desk.press("See the mail")
    desk.sees_title("Look it over and send it")
    preview = desk.page.frame_locator("iframe")
    expect(preview.get_by_text("As we said on the telephone.")).to_be_visible()
    desk.press("Send it now")
    desk.sees(f"The link is on its way to {KNOWN}.")

    jean = phone(open_context, javascript=javascript)
    jean.page.goto(link_to())
    jean.sees_title("Your room is ready to book")
    assert jean.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if javascript:
        # Drawing the page is nobody's hand on it: only the move counts as seen.
        assert Invitation.objects.get().openings == 0
        with jean.page.expect_request("**/seen/", timeout=30_000):
            jean.page.mouse.move(100, 200)
    jean.press("Book this room")

    jean.sees_title("Your room is booked")
    assert (jean.clicks, jean.typed) == (1, 0)
    assert BookingRequest.objects.get().state == State.BOOKED
    desk.follow("Booking links")
    row = desk.page.locator("tbody tr").first
    expect(row).to_contain_text("Used")
    expect(row).to_contain_text("1 time")


def test_links_that_are_over_say_why_and_how_to_go_on(
    world: World, clock: StoppedClock, open_context: OpenContext
) -> None:
    visitor = phone(open_context)
    page = visitor.page
    send(world)
    link = link_to()
    for address, title in (
        (f"{link[:-6]}/", "This link doesn't work"),
        (link.replace("/i/", "/l/"), "This link doesn't work"),
    ):
        page.goto(address)
        visitor.sees_title(title)
    before = every_row()
    for _time in range(50):
        assert page.request.get(link).status == 200
    assert every_row() == before
    page.goto(link)
    visitor.press("Book this room")
    visitor.sees_title("Your room is booked")
    stranger = phone(open_context)
    stranger.page.goto(link)
    stranger.sees_title("This link has been used")
    expect(stranger.page.get_by_text(KNOWN)).to_have_count(0)

    revoked = send(world, email=NEW, span=_later())
    actions.revoke(invitation=revoked, by="Sofia", now=clock())
    stranger.page.goto(link_to(NEW, kind=_kind(revoked)))
    stranger.sees_title("Our team took this link back")

    late = send(world, email="late@example.org", span=None, life_hours=4)
    clock.forward(hours=5)
    stranger.page.goto(link_to("late@example.org", kind=_kind(late)))
    stranger.sees_title("This link has expired")
    stranger.press("Ask our team for a fresh link")
    stranger.sees_title("Our team has been asked")
    late.refresh_from_db()
    assert late.fresh_asked_at == clock()


def _kind(invitation: Invitation) -> str:
    return "slot_invitation" if invitation.span else "search_invitation"


@WAYS
def test_time_that_is_gone_leads_to_another_one(world: World, open_context: OpenContext, javascript: bool) -> None:
    send(world)
    make_busy_span(room=world.mirrored, start=MONDAY_SPAN.start)
    jean = phone(open_context, javascript=javascript)

    jean.page.goto(link_to())
    jean.sees_title("This time can't be booked any more")
    jean.page.locator("a.time-choice").first.click()
    jean.sees_title("Your room is ready to book")
    jean.press("Book this room")

    jean.sees_title("Your room is booked")
    assert BookingRequest.objects.get().span != MONDAY_SPAN


@WAYS
def test_forwarded_link_books_in_nobodys_name_by_mistake(
    world: World, open_context: OpenContext, javascript: bool
) -> None:
    send(world, wants_hold=True)
    nina = phone(open_context, javascript=javascript)
    begin(nina, world, email=NEW, name="Nina Neuf", day=date(2026, 1, 13))
    prove_and_book(nina, NEW)

    nina.page.goto(link_to())
    nina.press("Book this room")
    expect(nina.page.get_by_role("alert")).to_contain_text("Tick that you book for this person")
    assert not BookingRequest.objects.filter(email=KNOWN).exists()
    nina.page.get_by_text("Not you? Book under your own address").click()
    nina.page.locator("#not-you [name=email]").fill(NEW)
    nina.page.locator("#not-you [name=name]").fill("Nina Neuf")
    nina.press("Continue under my address")

    nina.sees_title("Check and book")
    assert BookingRequest.objects.latest("pk").email == NEW
    assert Invitation.objects.get().is_passed_on


@looks
def test_pages_of_booking_links_are_accessible(
    world: World, clock: StoppedClock, open_context: OpenContext, look: dict[str, Any]
) -> None:
    visitor = open_visitor(open_context, look)
    page: Page = visitor.page
    language = look["language"]
    send(world, wants_hold=True, language=language)
    link = link_to()
    page.goto(link)
    assert_clean(page)
    page.locator("#not-you summary").click()
    page.locator("#not-you button").click()
    assert_clean(page)
    send(world, email="search@example.org", span=None, room=None, site=world.mirrored.site, language=language)
    page.goto(link_to("search@example.org", "search_invitation"))
    assert_clean(page)
    page.goto(link)
    page.locator("form[action$='/book/'] button").click()
    assert_clean(page)
    stranger = open_visitor(open_context, look)
    stranger.page.goto(link)
    assert_clean(stranger.page)
    send(world, email=NEW, language=language, span=_later(), life_hours=4)
    make_busy_span(room=world.mirrored, start=_later().start)
    stranger.page.goto(link_to(NEW))
    assert_clean(stranger.page)
    clock.forward(hours=5)
    stranger.page.goto(link_to(NEW))
    assert_clean(stranger.page)
    stranger.page.locator("main form button").click()
    assert_clean(stranger.page)

    make_member(username="rita", role=Role.FRONT_DESK, password=PASSWORD, first_name="Rita")
    sign_in(visitor, "rita")
    draft = actions.prepare(
        wish=Wish(
            email=KNOWN,
            name="",
            language=language,
            note="Hello",
            life_hours=72,
            people=2,
            zone_name="Europe/Paris",
            room=world.mirrored,
            span=_later(2),
        ),
        by="Rita",
        now=clock(),
    )
    sent = Invitation.objects.exclude(pk=draft.pk).latest("pk")
    for path in (
        "",
        "new/",
        "new/search/",
        f"new/{world.seine.id}/",
        f"new/{world.seine.id}/?date=2026-01-13&start=10:00&duration=60&people=2",
        f"{draft.reference}/",
        f"{draft.reference}/change/",
        f"{sent.reference}/",
    ):
        visitor.open(f"/staff/booking-links/{path}")
        assert_clean(page)
    visitor.open("/staff/booking-links/new/search/")
    page.locator("#link-form button").click()
    assert_clean(page)


def _later(hours: int = 1) -> TimeSpan:
    return TimeSpan.lasting(MONDAY_SPAN.start + timedelta(hours=hours), 60)


def test_chosen_time_is_copied_as_an_address_that_opens_it_anywhere(world: World, open_context: OpenContext) -> None:
    context = open_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor = Visitor(context.new_page())
    visitor.open(f"/rooms/{world.seine.id}/?date={MONDAY.isoformat()}&people=3")
    visitor.choose_slot(MONDAY, "11:00")

    visitor.press("Copy the link")
    visitor.sees("Copied")
    copied = str(visitor.page.evaluate("navigator.clipboard.readText()"))
    somebody = phone(open_context, javascript=False)
    somebody.page.goto(copied)

    assert copied.endswith(f"/rooms/{world.seine.id}/?date=2026-01-12&start=11:00&duration=60&people=3#booking")
    expect(somebody.page.locator("#booking-title")).to_have_text("Your slot")
    expect(somebody.page.locator(".slot-time")).to_have_text("11:00–12:00")
