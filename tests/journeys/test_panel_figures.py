"""The figures as a viewer looks at them: without scripts, by keyboard, on a phone, and by axe's rules."""

from datetime import date
from typing import Any

from playwright.sync_api import expect

from portal.access import Role
from tests.bookings.staff.figures.days import fill
from tests.factories import make_room, make_site
from tests.factories.members import make_member
from tests.journeys.conftest import OpenContext
from tests.journeys.test_accessibility import assert_clean, looks, open_visitor
from tests.journeys.test_team import PASSWORD, sign_in
from tests.journeys.test_team import _quick_passwords as _quick_passwords
from tests.journeys.visitor import Visitor
from tests.support.world import World


def make_figures() -> None:
    """Three weeks of two sites, and somebody who may look at them."""
    rooms = [make_room(site=make_site(name=name)) for name in ("Workways Bastille", "Workways Nation")]
    fill(rooms, date(2025, 12, 18), 21)
    make_member(username="vera", role=Role.VIEWER, password=PASSWORD)


def test_viewer_narrows_the_figures_down_without_scripts(world: World, open_context: OpenContext) -> None:
    make_figures()
    vera = Visitor(open_context(javascript=False, width=820).new_page())
    sign_in(vera, "vera")
    page = vera.page

    vera.follow("Figures")
    expect(page.locator("svg.chart")).to_have_count(7)
    page.get_by_label("Site", exact=True).select_option(label="Workways Nation")
    page.get_by_role("button", name="Show", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("svg.chart")).to_have_count(6)
    vera.follow("7 days")
    expect(page.get_by_label("From", exact=True)).to_have_value("2026-01-01")
    expect(page.get_by_label("Site", exact=True)).to_have_value(page.url.rpartition("site=")[2])
    page.locator("#mails + p ~ details summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("rowheader", name="Refused by the mail server")).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("link", name="Mails: download as CSV").click()

    assert started.value.suggested_filename == "mails-2026-01-01-2026-01-07.csv"


@looks
def test_figures_are_accessible(world: World, open_context: OpenContext, look: dict[str, Any]) -> None:
    make_figures()
    visitor = open_visitor(open_context, look)
    sign_in(visitor, "vera")

    for path in ("", "?since=2026-01-05&until=2026-01-01", "?since=2020-01-01&until=2020-01-02"):
        visitor.open(f"/staff/figures/{path}")
        visitor.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert_clean(visitor.page)
