"""Calendars in a browser: by keyboard, by what a screen reader hears, without scripts, and while time goes by."""

import gzip
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from bookings.catalog.models import Room
from bookings.core.timespan import TimeSpan
from bookings.feeds.models import BusySpan
from tests.conftest import StoppedClock
from tests.factories import make_busy_span
from tests.journeys.conftest import OpenContext
from tests.journeys.test_accessibility import assert_clean, looks, open_visitor
from tests.support.monday import MONDAY, at
from tests.support.world import World

pytestmark = pytest.mark.page

ASKED = "duration=60&people=2"
VIEWS = ("week", "month", "list", "day")


def taken(world: World, start: int, end: int, day: date = MONDAY) -> BusySpan:
    """Somebody's meeting in Salle Seine, from hour to hour."""
    room = Room.objects.get(workways_id=world.seine.id)
    return make_busy_span(room=room, span=TimeSpan(at(start, day=day), at(end, day=day)))


def address(world: World, view: str = "week", day: date = MONDAY, more: str = "") -> str:
    """A view of Salle Seine, or the day of its site."""
    if view == "day":
        return f"/sites/{world.site.id}/day/?date={day}&{ASKED}"
    return f"/rooms/{world.seine.id}/?date={day}&{ASKED}&view={view}{more}"


def focused(page: Page) -> str:
    """The words of what has the keyboard, blanks run together."""
    return str(
        page.evaluate("(document.activeElement.ariaLabel || document.activeElement.innerText).replace(/\\s+/g, ' ')")
    )


def start_at(page: Page, link: Locator) -> Callable[[str], str]:
    """Puts the keyboard on a link; what it returns presses a key and says where that leads."""
    link.focus()

    def press(key: str) -> str:
        page.keyboard.press(key)
        return focused(page)

    return press


# --- By keyboard ---


def test_week_is_one_stop_whose_times_the_arrow_keys_reach(world: World, page: Page) -> None:
    taken(world, 10, 11)
    page.goto(address(world))
    grid = page.locator("[data-calendar=week]")
    assert grid.locator("a[tabindex='0']").count() == 1
    press = start_at(page, grid.locator("a[tabindex='0']"))

    assert focused(page).startswith("Monday 12 January 2026, 09:00 to 10:00")
    assert press("ArrowDown") == "Taken 10:00–11:00 Free at 11:00"
    assert press("ArrowDown").startswith("Monday 12 January 2026, 11:00")
    assert press("ArrowRight").startswith("Tuesday 13 January 2026, 11:00")
    assert press("ArrowUp").startswith("Tuesday 13 January 2026, 10:30")
    assert press("ArrowLeft") == "Taken 10:00–11:00 Free at 11:00"
    assert press("End").startswith("Monday 12 January 2026, 17:00")
    assert press("ArrowDown").startswith("Monday 12 January 2026, 17:00"), "It stays at the end."
    assert press("Home").startswith("Monday 12 January 2026, 09:00")
    assert press("ArrowLeft").startswith("Monday 12 January 2026, 09:00")

    assert grid.locator("a[tabindex='0']").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('[data-calendar]')"), "Tab leads out."
    page.keyboard.press("Shift+Tab")
    assert focused(page).startswith("Monday 12 January 2026, 09:00"), "And back to where it was."


def test_page_keys_turn_the_week_and_keep_the_place(world: World, page: Page) -> None:
    page.goto(address(world))
    press = start_at(page, page.locator("[data-calendar] a[href*='2026-01-14&start=11:00']"))

    page.keyboard.press("PageDown")

    expect(page.locator("#week-name")).to_have_text("Mon 19 Jan – Sun 25 Jan")
    expect(page.locator("[data-calendar] a:focus")).to_have_attribute(
        "aria-label", "Wednesday 21 January 2026, 11:00 to 12:00, about €20"
    )
    for week in ("Mon 12 Jan – Sun 18 Jan", "Mon 5 Jan – Sun 11 Jan"):
        page.keyboard.press("PageUp")
        expect(page.locator("#week-name")).to_have_text(week)
        expect(page.locator("[data-calendar] a:focus")).to_be_visible()
    page.keyboard.press("PageUp")
    assert press("Home"), "Before this week there is nothing to turn to, and the keyboard is not lost."


def test_month_is_walked_by_days_and_weeks_and_leads_to_the_times(world: World, page: Page) -> None:
    page.goto(address(world, "month"))
    press = start_at(page, page.locator("[data-calendar=month] a[tabindex='0']"))

    assert focused(page).startswith("Wednesday 7 January 2026:")
    assert press("ArrowDown").startswith("Wednesday 14 January 2026:")
    assert press("ArrowRight").startswith("Thursday 15 January 2026: 15 9 h free")
    assert press("Home").startswith("Monday 12 January 2026:")
    assert press("End").startswith("Sunday 18 January 2026: 18 Closed")
    assert press("ArrowRight").startswith("Monday 19 January 2026:")
    assert press("ArrowUp").startswith("Monday 12 January 2026:")
    page.keyboard.press("PageDown")
    expect(page.locator("#week-name")).to_have_text("February 2026")
    expect(page.locator("[data-calendar=month] a:focus")).to_be_visible()
    press("ArrowDown")
    day = focused(page).partition(":")[0]
    page.keyboard.press("Enter")

    expect(page.locator("[data-calendar=week]")).to_be_visible()
    expect(page.locator("[data-calendar=week] a:focus")).to_have_attribute(
        "aria-label", f"{day}, 09:00 to 10:00, about €20"
    )


def test_day_of_all_rooms_is_walked_by_times_and_rooms(world: World, page: Page) -> None:
    taken(world, 9, 11)
    page.goto(address(world, "day"))
    press = start_at(page, page.locator("[data-calendar=day] a[tabindex='0']"))

    assert focused(page).startswith("Salle Marne, Monday 12 January 2026, 09:00")
    assert press("ArrowDown") == "Taken 09:00–11:00 Free at 11:00"
    assert press("ArrowRight").startswith("Salle Seine, Monday 12 January 2026, 11:00")
    assert press("ArrowUp").startswith("Salle Marne, Monday 12 January 2026, 11:00")
    assert press("End").startswith("Salle Marne, Monday 12 January 2026, 17:00")
    assert press("Home").startswith("Salle Marne, Monday 12 January 2026, 09:00")
    press("ArrowRight")
    page.keyboard.press("PageDown")

    expect(page.locator("#day-title")).to_have_text("Tuesday 13 January 2026")
    expect(page.locator("a:focus")).to_have_attribute(
        "aria-label", "Salle Marne, Tuesday 13 January 2026, 09:30 to 10:30, about €20"
    )


def test_list_is_walked_by_times_and_days(world: World, page: Page) -> None:
    page.goto(address(world, "list"))
    press = start_at(page, page.locator("[data-calendar=list] a[tabindex='0']"))

    assert focused(page).startswith("Monday 12 January 2026, 09:00")
    assert press("ArrowRight").startswith("Monday 12 January 2026, 09:30")
    assert press("ArrowLeft").startswith("Monday 12 January 2026, 09:00")
    assert press("End").startswith("Monday 12 January 2026, 17:00")
    press("Home")
    for _ in range(4):
        last = press("ArrowDown")
    assert not last.startswith("Monday 12"), "Down leads on to the next days."
    page.keyboard.press("PageDown")
    expect(page.locator("#week-name")).to_have_text("Mon 26 Jan – Sun 8 Feb")
    expect(page.locator("[data-calendar=list] a:focus")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#booking .slot-time")).to_be_visible()
    expect(page.locator("[data-calendar=list]")).to_be_visible()


def test_keys_are_told_where_a_screen_reader_finds_them(world: World, page: Page) -> None:
    for view in VIEWS:
        page.goto(address(world, view))

        described = page.locator("[data-calendar]").get_attribute("aria-describedby")
        hint = page.locator(f"#{described}")
        expect(hint).to_contain_text("arrow keys")
        expect(hint).to_contain_text("Page Down")


# --- By what a screen reader hears ---


def test_week_is_heard_day_by_day_with_reasons(world: World, page: Page) -> None:
    taken(world, 9, 16)
    page.goto(address(world))

    week = page.get_by_role("group", name="Mon 12 Jan – Sun 18 Jan")
    expect(week.get_by_role("region").first).to_match_aria_snapshot("""
        - region /Monday 12 January 2026 3 free times/:
          - heading /Monday 12 January 2026 3 free times/ [level=4]
          - list:
            - listitem:
              - link "Taken 09:00–16:00 Free at 16:00"
            - listitem:
              - link "Monday 12 January 2026, 16:00 to 17:00, about €20": "16:00"
            - listitem:
              - link "Monday 12 January 2026, 16:30 to 17:30, about €20": "16:30"
            - listitem:
              - link "Monday 12 January 2026, 17:00 to 18:00, about €20": "17:00"
            - listitem: until 18:00
    """)
    expect(week.get_by_role("region").last).to_match_aria_snapshot("""
        - region /Sunday 18 January 2026/:
          - heading /Sunday 18 January 2026/ [level=4]
          - list:
            - listitem: Closed 09:00–18:00
    """)


def test_month_is_heard_as_days_with_their_free_hours(world: World, page: Page) -> None:
    taken(world, 9, 18)
    page.goto(address(world, "month"))

    month = page.get_by_role("list", name="January 2026")
    assert month.get_by_role("listitem").count() == 31
    expect(month).to_match_aria_snapshot("""
        - list "January 2026":
          - listitem: "Thursday 1 January 2026: Past"
          - listitem:
            - 'link "Wednesday 7 January 2026: 8 h free for registered companies"'
          - listitem:
            - 'link "Friday 9 January 2026: 9 h free"'
          - listitem:
            - 'link "Monday 12 January 2026: Full"'
          - listitem:
            - 'link "Sunday 18 January 2026: Closed"'
    """)


def test_list_is_heard_as_sentences(world: World, page: Page) -> None:
    taken(world, 9, 17)
    page.goto(address(world, "list"))

    expect(page.get_by_role("region", name="Monday 12 January 2026")).to_match_aria_snapshot("""
        - region /Monday 12 January 2026/:
          - heading /Monday 12 January 2026 1 free time/ [level=4]
          - list:
            - listitem:
              - link "Taken 09:00–17:00. Free at 17:00."
            - listitem:
              - text: Free 17:00–18:00
              - link "Monday 12 January 2026, 17:00 to 18:00, about €20": "17:00"
    """)


def test_day_of_all_rooms_is_heard_room_by_room(world: World, page: Page) -> None:
    taken(world, 9, 17)
    page.goto(address(world, "day"))

    expect(page.get_by_role("region", name="Salle Seine")).to_match_aria_snapshot("""
        - region "Salle Seine":
          - heading "Salle Seine" [level=3]:
            - link "Salle Seine"
          - paragraph: 1 to 8 people
          - paragraph: Checked at 10:00
          - list:
            - listitem:
              - link "Taken 09:00–17:00 Free at 17:00"
            - listitem:
              - link "Salle Seine, Monday 12 January 2026, 17:00 to 18:00, about €20": "17:00"
            - listitem: until 18:00
    """)


def test_slot_is_chosen_by_what_is_heard_alone(world: World, page: Page) -> None:
    taken(world, 14, 15)
    page.goto(address(world))

    page.get_by_role("link", name="Month", exact=True).press("Enter")
    page.get_by_role("link", name="Monday 12 January 2026: 8 h free").press("Enter")
    refused = page.get_by_role("link", name="Taken 14:00–15:00 Free at 15:00")
    expect(refused).to_be_visible()
    refused.press("Enter")
    expect(page.get_by_role("heading", name="This time can't be booked")).to_be_focused()
    expect(page.get_by_role("region", name="This time can't be booked")).to_match_aria_snapshot("""
        - region "This time can't be booked":
          - heading "This time can't be booked" [level=2]
          - paragraph: Monday 12 January 2026 14:00–15:00
          - paragraph: The room is taken at that time.
          - paragraph: /at 15:00, it is free\\./
          - heading "Free nearby" [level=3]
    """)
    page.get_by_role("link", name="Monday 12 January 2026, 15:00 to 16:00, about €20").press("Enter")

    expect(page.get_by_role("heading", name="Your slot")).to_be_focused()
    expect(page.get_by_role("region", name="Your slot")).to_match_aria_snapshot("""
        - region "Your slot":
          - heading "Your slot" [level=2]
          - paragraph: /Monday 12 January 2026 15:00–16:00 Paris time, UTC\\+1/
          - textbox "E-mail address"
          - button "Continue"
    """)


# --- Without scripts, on a small screen ---


def test_without_scripts_every_view_is_plain_links(world: World, open_context: OpenContext) -> None:
    taken(world, 10, 11)
    page = open_context(javascript=False).new_page()
    page.goto(address(world))

    expect(page.locator(".keys-help")).to_be_hidden()
    assert page.locator("[data-calendar] a[tabindex='-1']").count() == 0
    page.get_by_role("link", name="Month", exact=True).click()
    page.get_by_role("link", name="Next month").click()
    page.get_by_role("link", name="Tuesday 3 February 2026: 9 h free").click()
    expect(page.locator("#week-name")).to_have_text("Mon 2 Feb – Sun 8 Feb")
    page.get_by_role("link", name="List", exact=True).click()
    page.get_by_role("link", name="Tuesday 3 February 2026, 09:00 to 10:00, about €20").click()
    expect(page.locator("#booking .slot-time")).to_have_text("09:00–10:00")
    expect(page.locator(".view-link[aria-current]")).to_have_text("List")
    expect(page.locator(".zone-note")).to_be_hidden()


def words_in(page: Page, selector: str) -> list[list[str]]:
    """What is to be read in each part, as sorted words, whatever it looks like."""
    return [sorted(text.split()) for text in page.locator(selector).all_inner_texts()]


def test_small_screen_tells_the_same_facts(world: World, open_context: OpenContext) -> None:
    taken(world, 10, 11)
    taken(world, 13, 14, day=date(2026, 1, 8))
    small, large = (open_context(width=width).new_page() for width in (320, 1280))

    for view, part in (("week", ".day"), ("month", ".month-words"), ("list", ".listed-day"), ("day", ".site-row")):
        for page in (small, large):
            page.goto(address(world, view, day=MONDAY if view == "day" else date(2026, 1, 8)))
        seen = words_in(small, part)
        assert seen == words_in(large, part), view
        assert any("Taken" in words or "free" in words for words in seen)
        assert small.evaluate("document.documentElement.scrollWidth") <= 320


def test_wide_day_scrolls_in_its_place_and_never_the_page(world: World, open_context: OpenContext) -> None:
    taken(world, 16, 17)
    middling = open_context(width=860).new_page()

    middling.goto(address(world, "day", day=MONDAY))

    region = middling.locator(".site-day")
    assert region.evaluate("region => region.scrollWidth > region.clientWidth")
    assert middling.evaluate("document.documentElement.scrollWidth") <= 860


def test_paper_has_the_facts_and_nothing_to_press(world: World, page: Page) -> None:
    taken(world, 10, 11)
    page.emulate_media(media="print")

    for view in VIEWS:
        page.goto(address(world, view))
        for pressed in page.locator(".calendar-tools, .week-links, .keys-help, .view-links").all():
            expect(pressed).to_be_hidden()
        expect(page.locator("[data-calendar]")).to_contain_text("Closed" if view == "month" else "Taken")
        expect(page.locator("#week-name, #day-title")).to_be_visible()


# --- The reader's own clock ---


ZONES = [
    ("Europe/Paris", MONDAY, ""),
    ("Europe/Brussels", MONDAY, ""),
    ("Europe/London", MONDAY, "Your clock shows 1 h less: 14:00 at the site is 13:00 in London."),
    ("Asia/Dubai", MONDAY, "Your clock shows 3 h more: 14:00 at the site is 17:00 in Dubai."),
    ("Asia/Kabul", MONDAY, "Your clock shows 3 h 30 min more: 14:00 at the site is 17:30 in Kabul."),
    ("Pacific/Auckland", MONDAY, "Your clock shows 12 h more: 14:00 at the site is 02:00 on the next day in Auckland."),
    (
        "America/New_York",
        date(2026, 3, 23),
        (
            "Your clock shows 5 h less: 14:00 at the site is 09:00 in New York. "
            "From Sunday 29 March on, 14:00 at the site is 08:00 in New York."
        ),
    ),
]


def test_reader_in_another_zone_is_told_what_it_means(world: World, open_context: OpenContext) -> None:
    for zone, day, said in ZONES:
        page = open_context(timezone_id=zone).new_page()
        page.goto(address(world, day=day))

        assert page.locator(".zone-note").inner_text().replace("\u00a0", " ") == said
        assert page.locator(".zone-note").is_visible() is bool(said)
        expect(page.locator("#calendar-help")).to_contain_text("Paris time")
    page.goto(address(world, "day", day=day))
    expect(page.locator(".zone-note")).to_have_text(said.partition(" From ")[0].replace("5 h", "5\u00a0h"))


# --- While time goes by ---


class Watch:
    """Counts how often the page asks for its calendar, and what it is answered."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.answers: list[int] = []
        page.on("response", self._note)

    def _note(self, answer: Response) -> None:
        if answer.request.headers.get("hx-target") == "section#calendar":
            self.answers.append(answer.status)

    def let_pass(self, seconds: float) -> int:
        """Lets the page's time go by in steps of its rhythm; how often it asked meanwhile."""
        before = len(self.answers)
        while seconds > 0:
            step = min(seconds, 18)
            self.page.clock.run_for(int(step * 1000))
            self.page.wait_for_timeout(80)
            seconds -= step
        return len(self.answers) - before


def open_watched(page: Page, where: str) -> Watch:
    """Opens a page whose clock goes only when told."""
    page.clock.install()
    watch = Watch(page)
    page.goto(where)
    return watch


@pytest.mark.parametrize("view", ["week", "month", "list", "day"])
def test_open_page_shows_within_a_minute_what_was_taken(world: World, page: Page, view: str) -> None:
    watch = open_watched(page, address(world, view))
    grid = page.locator("[data-calendar]")
    expect(grid).not_to_contain_text("Full" if view == "month" else "Taken")
    page.evaluate("document.body.dataset.same = 'page'")
    watch.let_pass(18)
    taken(world, 9, 18)

    watch.let_pass(18)

    expect(grid).to_contain_text("Full" if view == "month" else "Taken 09:00–18:00")
    assert page.evaluate("document.body.dataset.same") == "page", "In place, not by loading anew."
    assert watch.let_pass(180) >= 6
    assert set(watch.answers[-5:]) == {304}, "What did not change is not sent again."


def test_open_page_says_when_the_calendar_was_checked_last(world: World, page: Page, clock: StoppedClock) -> None:
    watch = open_watched(page, address(world))
    clock.forward(minutes=3)
    room = Room.objects.get(workways_id=world.seine.id)
    room.feed.read_at = clock()
    room.feed.save()

    watch.let_pass(18)

    expect(page.locator(".calendar-age")).to_have_text("Checked at 10:03")


def test_keyboard_selection_and_typing_survive_what_changes_around_them(world: World, page: Page) -> None:
    watch = open_watched(page, address(world, more="&start=11:00"))
    page.locator("#booking [name=email]").fill("jean@acme.example")
    other_day = page.locator("[data-calendar] a[href*='2026-01-13&start=10:00']")
    other_day.focus()
    mark = "document.querySelector(\"[data-calendar] a[href*='2026-01-13&start=10:00']\")"
    page.evaluate(f"window.before = {mark}")
    taken(world, 15, 17)

    watch.let_pass(18)

    expect(page.locator("[data-calendar]")).to_contain_text("Taken 15:00–17:00")
    expect(other_day).to_be_focused()
    assert page.evaluate(f"window.before === {mark}"), "A day that did not change is left alone."
    expect(page.locator("[data-calendar] a[aria-current]")).to_have_text("11:00")
    expect(page.locator("#booking [name=email]")).to_have_value("jean@acme.example")
    expect(page.locator("#slot-gone")).to_be_hidden()


def test_keyboard_stays_where_it_is_when_its_own_day_changes(world: World, page: Page) -> None:
    watch = open_watched(page, address(world))
    page.locator("[data-calendar] a[href*='2026-01-12&start=10:00']").focus()
    taken(world, 15, 17)

    watch.let_pass(18)

    expect(page.locator("[data-calendar]")).to_contain_text("Taken 15:00–17:00")
    assert focused(page).startswith("Monday 12 January 2026, 10:00")
    page.keyboard.press("ArrowDown")
    assert focused(page).startswith("Monday 12 January 2026, 10:30")
    page.keyboard.press("Enter")
    expect(page.locator("#booking .slot-time")).to_have_text("10:30–11:30")


def test_keyboard_moves_to_the_nearest_when_its_own_time_goes(world: World, page: Page) -> None:
    watch = open_watched(page, address(world))
    page.locator("[data-calendar] a[href*='2026-01-12&start=10:00']").focus()
    taken(world, 9, 12)

    watch.let_pass(18)

    expect(page.locator("[data-calendar]")).to_contain_text("Taken 09:00–12:00")
    assert page.evaluate("Boolean(document.activeElement.closest('[data-calendar] .day'))")
    assert "12 January" in focused(page) or focused(page).startswith("Taken")


def test_chosen_slot_that_goes_meanwhile_is_told_and_what_was_typed_stays(world: World, page: Page) -> None:
    watch = open_watched(page, address(world, more="&start=11:00"))
    page.locator("#booking [name=email]").fill("jean@acme.example")
    taken(world, 11, 12)

    watch.let_pass(18)

    expect(page.locator("#slot-gone")).to_have_text(
        "This time has just been taken. Please choose another; what you typed stays."
    )
    page.locator("[data-calendar] a[href*='2026-01-12&start=14:00']").click()
    expect(page.locator("#booking .slot-time")).to_have_text("14:00–15:00")
    expect(page.locator("#booking [name=email]")).to_have_value("jean@acme.example")
    expect(page.locator("#slot-gone")).to_be_hidden()


def hide(page: Page, *, is_hidden: bool) -> None:
    """Another tab is opened over the page, or closed."""
    page.evaluate(
        "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        is_hidden,
    )


def test_hidden_page_rests_and_looks_at_once_when_it_is_seen_again(world: World, page: Page) -> None:
    watch = open_watched(page, address(world))
    watch.let_pass(18)
    hide(page, is_hidden=True)

    while_hidden = watch.let_pass(300)
    taken(world, 9, 18)
    hide(page, is_hidden=False)

    assert while_hidden == 0
    expect(page.locator("[data-calendar]")).to_contain_text("Taken 09:00–18:00")
    assert watch.let_pass(36) >= 1, "And goes on."


def test_page_left_alone_for_long_stops_says_so_and_goes_on_when_touched(world: World, page: Page) -> None:
    watch = open_watched(page, address(world))
    page.clock.fast_forward(31 * 60 * 1000)
    page.wait_for_timeout(200)
    note = page.locator(".calendar-paused")
    expect(note).to_have_text(
        "You have been away for a while, so this page no longer updates itself. It goes on as soon as you do."
    )
    assert watch.let_pass(300) == 0
    taken(world, 9, 18)

    page.mouse.move(200, 200)

    expect(page.locator("[data-calendar]")).to_contain_text("Taken 09:00–18:00")
    expect(note).to_be_hidden()


def test_page_that_hears_nothing_says_so_and_recovers(world: World, page: Page) -> None:
    watch = open_watched(page, address(world))
    page.context.set_offline(True)
    watch.let_pass(150)
    note = page.locator(".calendar-paused")
    expect(note).to_have_text(
        "This page has not heard from the server for some minutes. What it shows may have changed meanwhile."
    )

    page.context.set_offline(False)

    watch.let_pass(54)
    expect(note).to_be_hidden()


def test_another_week_is_watched_after_turning_to_it(world: World, page: Page) -> None:
    watch = open_watched(page, address(world))
    page.get_by_role("link", name="Next week").click()
    expect(page.locator("#week-name")).to_have_text("Mon 19 Jan – Sun 25 Jan")
    mark = "document.querySelector(\"[data-calendar] a[href*='2026-01-20&start=10:00']\")"
    page.evaluate(f"window.before = {mark}")
    taken(world, 9, 18, day=MONDAY + timedelta(days=7))

    watch.let_pass(36)

    assert page.evaluate(f"window.before === {mark}"), "The other days are left alone."
    expect(page.locator("[data-calendar]")).to_contain_text("Taken 09:00–18:00")
    expect(page.locator("#week-name")).to_have_text("Mon 19 Jan – Sun 25 Jan")


def test_scripts_of_a_page_are_at_most_twenty_kilobytes_packed(world: World, page: Page) -> None:
    scripts: dict[str, bytes] = {}
    page.on("response", lambda one: scripts.update({one.url: one.body()}) if one.url.endswith(".js") else None)

    page.goto(address(world), wait_until="networkidle")

    assert len(scripts) == 2
    assert sum(len(gzip.compress(script, 9)) for script in scripts.values()) <= 20 * 1024


# --- By axe, in every state ---


@looks
def test_calendars_are_accessible_in_every_state(world: World, open_context: OpenContext, look: dict[str, Any]) -> None:
    taken(world, 10, 11)
    taken(world, 13, 14, day=date(2026, 1, 8))
    visitor = open_visitor(open_context, look)
    marne = Room.objects.get(workways_id=world.marne.id)
    marne.feed.delete()

    near = date(2026, 1, 8)
    for where in (
        address(world, "week", day=near),
        address(world, "month"),
        address(world, "list", day=near, more="&start=10:00"),
        address(world, "day"),
        f"/rooms/{world.seine.id}/?date=2026-01-12&people=30&view=month",
        f"/rooms/{world.marne.id}/?date=2026-01-12&view=list",
        f"/rooms/{world.seine.id}/?view=year",
    ):
        visitor.open(where)
        assert_clean(visitor.page)


@looks
def test_notes_of_an_open_calendar_are_accessible(
    world: World, open_context: OpenContext, look: dict[str, Any]
) -> None:
    context = open_context(width=look["width"], color_scheme=look["color_scheme"], timezone_id="America/New_York")
    page = context.new_page()
    watch = open_watched(page, address(world, more="&start=11:00"))
    taken(world, 11, 12)
    watch.let_pass(18)
    expect(page.locator("#slot-gone")).to_be_visible()
    assert_clean(page)

    page.locator("[data-calendar] .why").first.focus()
    assert_clean(page)
    page.clock.fast_forward(31 * 60 * 1000)
    expect(page.locator(".calendar-paused")).to_be_visible()
    assert_clean(page)
