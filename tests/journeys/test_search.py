"""Two people look for a room: with and without scripts, on a phone, by keyboard alone; and axe judges each state."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from bookings.catalog.models import Room
from tests.factories import make_busy_span
from tests.journeys.conftest import OpenContext
from tests.journeys.test_accessibility import assert_clean, focused, looks, open_visitor, tab_to
from tests.journeys.visitor import Visitor
from tests.support.world import World, work

pytestmark = pytest.mark.page

MONDAY = date(2026, 1, 12)
NINE = datetime(2026, 1, 12, 8, tzinfo=UTC)


@looks
def test_each_state_of_a_search_is_accessible(world: World, open_context: OpenContext, look: dict[str, Any]) -> None:
    make_busy_span(room=Room.objects.get(workways_id=world.seine.id), start=NINE, minutes=120)
    visitor = open_visitor(open_context, look)

    for query in (
        "date=2026-01-12&start=10:00&duration=60&people=2",
        "date=2026-01-12&start=14:00&duration=60&people=2&sort=price&tries=2",
        "date=2026-01-12&until=2026-01-16&start=&earliest=13:00&latest=18:00&duration=120&words=whiteboard",
        f"date=2026-01-12&start=10:00&duration=120&people=5&site={world.site.id}&words=sauna",
        "date=2026-01-12&start=03:00&duration=60&people=2",
        "date=2026-01-12&people=500",
        "date=x&until=y&start=z&earliest=1&latest=2&people=0&duration=0&words=" + "w" * 101,
        "type=publicOffice&sort=price",
    ):
        visitor.open(f"/search/?{query}")
        assert_clean(visitor.page)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("width", [360, 1280])
def test_room_for_six_on_a_monday_afternoon(
    world: World, open_context: OpenContext, javascript: bool, width: int
) -> None:
    visitor = Visitor(open_context(javascript=javascript, width=width).new_page())

    visitor.open("/")
    visitor.type(date=MONDAY.isoformat(), start="14:00", people="6")
    visitor.page.locator("[name=duration]").select_option("120")
    visitor.press("Search")
    expect(visitor.page.locator("#fits")).to_contain_text("free")
    visitor.page.get_by_role("link", name="Book").first.click()

    expect(visitor.page.locator("#booking [name=email]")).to_be_visible()
    assert "date=2026-01-12&start=14:00&duration=120&people=6" in visitor.page.url


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_any_two_hours_next_week_with_a_whiteboard_the_cheapest_first(
    world: World, open_context: OpenContext, javascript: bool
) -> None:
    visitor = Visitor(open_context(javascript=javascript).new_page())
    page = visitor.page

    visitor.open("/search/")
    page.locator("details.search-more summary").click()
    visitor.type(date=MONDAY.isoformat(), start="", until="2026-01-16", people="4", words="whiteboard")
    page.locator("[name=duration]").select_option("120")
    page.locator("[name=sort]").select_option("price")
    visitor.press("Search")

    expect(page.locator(".result-asked")).to_contain_text("Monday 12 January 2026 to Friday 16 January 2026")
    expect(page.locator("details.search-more")).to_have_attribute("open", "")
    expect(page.locator(".result-sorts [aria-current]")).to_have_text("Cheapest first")
    expect(page.locator(".result-slot").first).to_have_text("Mon 12 Jan, 09:00–11:00")


def test_exact_prices_appear_in_place_and_disturb_nobody(world: World, open_context: OpenContext) -> None:
    visitor = Visitor(open_context().new_page())
    page = visitor.page
    visitor.open("/search/?date=2026-01-12&start=10:00&duration=60&people=2")
    expect(page.locator(".result-price").first).to_contain_text("Estimate from the price list")
    page.locator(".result-end a").first.focus()
    before = focused(page)

    expect(page.locator(".result-price").first).to_contain_text("the exact price is being read")
    work()
    expect(page.locator(".result-price").first).not_to_contain_text("Estimate", timeout=15_000)

    expect(page.locator("#prices")).to_have_text("")
    assert focused(page) == before


def test_without_scripts_a_link_reads_the_exact_prices(world: World, open_context: OpenContext) -> None:
    visitor = Visitor(open_context(javascript=False).new_page())
    visitor.open("/search/?date=2026-01-12&start=10:00&duration=60&people=2")

    visitor.follow("Read the exact prices")
    work()
    visitor.follow("Show those that are there")

    expect(visitor.page.locator(".result-price").first).not_to_contain_text("Estimate")


def test_search_and_choice_by_keyboard_alone(world: World, open_context: OpenContext) -> None:
    page = open_context().new_page()
    Visitor(page).open("/")

    tab_to(page, lambda where: where == "people")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("4")
    tab_to(page, lambda where: page.evaluate("document.activeElement.tagName") == "SUMMARY")
    page.keyboard.press("Enter")
    tab_to(page, lambda where: where == "words")
    page.keyboard.type("whiteboard")
    page.keyboard.press("Enter")
    expect(page.locator("#fits")).to_contain_text("free")
    tab_to(page, lambda where: "#booking" in where)
    page.keyboard.press("Enter")

    expect(page.locator("#booking [name=email]")).to_be_visible()
    assert "people=4" in page.url
