"""Each page and state by axe's rules (WCAG 2.2 AA), on a desk in the light and a phone in the dark; and by keyboard."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenContext
from tests.journeys.test_booking import MONDAY, begin, prove_and_book
from tests.journeys.visitor import Visitor, link_in
from tests.support.world import ARCHIVED, KNOWN, NEW, World, last_mail

pytestmark = pytest.mark.page

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    # Otherwise axe fetches each style sheet once more by itself; no rule above needs that.
    "preload": False,
    # What passed is told of nobody, and telling it takes longer than finding it.
    "resultTypes": ["violations"],
}
LOOKS: list[dict[str, Any]] = [
    {"width": 1280, "color_scheme": "light", "language": "en"},
    {"width": 360, "color_scheme": "dark", "language": "fr"},
]
looks = pytest.mark.parametrize("look", LOOKS, ids=["desk, light, English", "phone, dark, French"])


def open_visitor(open_context: OpenContext, look: dict[str, Any]) -> Visitor:
    context = open_context(width=look["width"], color_scheme=look["color_scheme"])
    return Visitor(context.new_page(), look["language"])


def assert_clean(page: Page) -> None:
    """No violation, nothing wider than the window, and the page's language told."""
    # A page just sent is there before its styles are.
    page.wait_for_load_state()
    found = Axe().run(page, options=RULES).response["violations"]
    told = [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found]
    assert told == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


@looks
def test_browsing_is_accessible(world: World, open_context: OpenContext, look: dict[str, Any]) -> None:
    visitor = open_visitor(open_context, look)
    room = f"/rooms/{world.seine.id}/"

    for path in (
        "/",
        "/sites/",
        f"/sites/{world.site.id}/",
        f"/sites/{world.site.id}/day/?date=2026-01-12",
        f"/sites/{world.site.id}/day/?date=nonsense&duration=480",
        "/search/?date=2026-01-12&start=10:00&duration=60&people=2",
        "/search/?date=2026-01-12&start=10:00&duration=60&people=300",
        "/search/?date=nonsense&people=0",
        room,
        f"{room}?date=2026-01-12&start=10:00&duration=60&people=2",
        f"{room}?date=2026-01-12&start=03:00&duration=60&people=2",
        f"/rooms/{world.office.id}/",
        f"/registration/start/?room={world.office.id}",
        "/nowhere/",
        "/staff/login/",
    ):
        visitor.open(path)
        assert_clean(visitor.page)


@looks
def test_booking_is_accessible_in_every_state(world: World, open_context: OpenContext, look: dict[str, Any]) -> None:
    visitor = open_visitor(open_context, look)

    begin(visitor, world, email=NEW, name="Nina Neuf", day=date(2026, 1, 8))
    assert_clean(visitor.page)
    visitor.type(code="000000")
    visitor.press("Check and book")
    assert_clean(visitor.page)
    visitor.type_mailed_code(NEW)
    visitor.press("Check and book")
    visitor.sees_title("This time is too soon for a new company")
    assert_clean(visitor.page)
    visitor.page.locator("button[name=slot]").first.click()
    visitor.press("Check and book")
    visitor.sees_title("One step left: register your company")
    assert_clean(visitor.page)
    visitor.press("Register your company")
    visitor.page.locator("main form button[type=submit]").first.click()
    assert_clean(visitor.page)
    visitor.type(phone="+33 6 12 34 56 78")
    visitor.press("Continue")
    assert_clean(visitor.page)
    visitor.type(company="Startup Neuf")
    visitor.press("Continue")
    assert_clean(visitor.page)
    visitor.type(users="2")
    visitor.press("Continue")
    assert_clean(visitor.page)
    visitor.press("Send the registration")
    assert_clean(visitor.page)

    for email, title in ((KNOWN, "Your room is booked"), (ARCHIVED, "This account is archived")):
        other = open_visitor(open_context, look)
        begin(other, world, email=email, name="Somebody", start="14:00" if email == KNOWN else "16:00")
        prove_and_book(other, email)
        other.sees_title(title)
        assert_clean(other.page)
    stranger = open_visitor(open_context, look)
    stranger.page.goto(link_in(last_mail(KNOWN, "booked").text, "/l/"))
    assert_clean(stranger.page)
    stranger.open("/l/altered/")
    assert_clean(stranger.page)


def focused(page: Page) -> str:
    """The address or name of what has the keyboard."""
    return str(page.evaluate("(document.activeElement.getAttribute('href') || document.activeElement.name || '')"))


def tab_to(page: Page, wanted: Callable[[str], bool]) -> None:
    """Presses Tab until the focus is where it should be."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if wanted(focused(page)):
            return
    raise AssertionError(f"The keyboard never got there; it is at {focused(page)!r}.")


def test_a_room_is_booked_by_keyboard_alone(world: World, page: Page) -> None:
    jean = Visitor(page)
    jean.open(f"/rooms/{world.seine.id}/?date={MONDAY.isoformat()}")

    tab_to(page, lambda where: f"date={MONDAY.isoformat()}" in where and "start=" in where)
    page.keyboard.press("ArrowDown")
    assert "start=09:30" in focused(page)
    page.keyboard.press("ArrowRight")
    assert "date=2026-01-13" in focused(page)
    page.keyboard.press("Enter")
    expect(page.locator("#booking [name=email]")).to_be_visible()
    tab_to(page, lambda where: where == "email")
    page.keyboard.type(KNOWN)
    tab_to(page, lambda where: where == "name")
    page.keyboard.type("Jean Dupont")
    page.keyboard.press("Enter")
    jean.sees_title("Check and book")
    tab_to(page, lambda where: where == "code")
    jean.type_mailed_code(KNOWN)
    page.keyboard.press("Enter")

    jean.sees_title("Your room is booked")
