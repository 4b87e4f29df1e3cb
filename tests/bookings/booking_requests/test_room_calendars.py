"""The room's calendar as a month and as a list, and the way between the views."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.catalog.models import Room
from bookings.core.timespan import TimeSpan
from portal import clock
from tests.conftest import StoppedClock
from tests.factories import make_busy_span, make_feed, make_hold, make_room
from tests.support.html import Element, read_html
from tests.support.monday import at, busy

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.django_db]

ASKED = "duration=60&people=2"


def open_view(client: Client, room: Room, view: str, query: str = f"date=2026-01-12&{ASKED}") -> Element:
    """The room's page in a view, read."""
    return read_html(client.get(f"/rooms/{room.workways_id}/?{query}&view={view}"))


def month_words(page: Element) -> dict[int, str]:
    """What is said of each day of the month, by its number."""
    days = page.find_all("ol.month li")
    return {number: day.get(".month-words").text for number, day in enumerate(days, 1)}


def listed(page: Element, day: str) -> list[str]:
    """The stretches of a day in the list."""
    section = next(one for one in page.find_all(".listed-day") if one.attributes["data-piece"] == day)
    return [" ".join(stretch.text.split()) for stretch in section.find_all(".stretch")]


def test_views_are_links_to_the_same_day_and_say_which_is_shown(client: Client) -> None:
    room = make_room()

    for shown in ("week", "month", "list"):
        links = open_view(client, room, shown).find_all(".view-links a")
        assert [(link.text, link["href"]) for link in links] == [
            ("Week", f"?date=2026-01-12&{ASKED}#calendar"),
            ("Month", f"?date=2026-01-12&{ASKED}&view=month#calendar"),
            ("List", f"?date=2026-01-12&{ASKED}&view=list#calendar"),
        ]
        assert [link.text.lower() for link in links if "aria-current" in link.attributes] == [shown]


def test_views_keep_the_chosen_slot(client: Client) -> None:
    room = make_room()

    for shown in ("week", "month", "list"):
        page = open_view(client, room, shown, f"date=2026-01-12&start=14:00&{ASKED}")
        assert all("&start=14:00&" in link["href"] for link in page.find_all(".view-links a"))
        assert page.get("#booking .slot-time").text == "14:00–15:00"


def test_form_stays_in_the_view(client: Client) -> None:
    room = make_room()

    sent = [open_view(client, room, view).get("#calendar-tools").values() for view in ("week", "month", "list")]

    asked = {"date": "2026-01-12", "duration": "60", "people": "2"}
    assert sent == [asked, {**asked, "view": "month"}, {**asked, "view": "list"}]


def test_unknown_view_is_answered_with_a_sentence_and_the_week(client: Client) -> None:
    room = make_room()

    response = client.get(f"/rooms/{room.workways_id}/?view=year")

    page = read_html(response)
    assert response.status_code == 400
    assert "There is no such view. The calendar is shown as week, month or list." in page.get("#error-summary").text
    assert len(page.find_all(".day")) == 7


def test_month_tells_each_day_in_words(client: Client) -> None:
    room = make_room(hours_saturday="10:00-16:00")
    busy(room, 9, 18)
    make_busy_span(room=room, span=TimeSpan(at(9, day=date(2026, 1, 13)), at(14, day=date(2026, 1, 13))))

    words = month_words(open_view(client, room, "month"))

    assert len(words) == 31
    assert words[6] == "Past"
    assert words[8] == "9 h free for registered companies"
    assert words[9] == "9 h free"
    assert words[10] == "6 h free"
    assert words[11] == "Closed"
    assert words[12] == "Full"
    assert words[13] == "4 h free"


def test_month_leads_from_each_day_to_its_week(client: Client) -> None:
    room = make_room()

    days = open_view(client, room, "month").find_all("ol.month li")

    links = {number: day.find("a") for number, day in enumerate(days, 1)}
    assert [number for number, link in links.items() if link is None] == [1, 2, 3, 4, 5, 6]
    assert links[14]["href"] == f"?date=2026-01-14&{ASKED}#day-3"  # type: ignore[index]
    assert links[14].text.startswith("Wednesday 14 January 2026:")  # type: ignore[union-attr]
    week = read_html(client.get(f"/rooms/{room.workways_id}/{links[14]['href'].partition('#')[0]}"))  # type: ignore[index]
    assert "14 January" in week.get("#day-3").text


def test_month_marks_today(client: Client) -> None:
    page = open_view(client, make_room(), "month")

    assert [link.find_all("span")[0].text for link in page.find_all("ol.month a[aria-current=date]")] == [
        "Wednesday 7 January 2026:"
    ]


@pytest.mark.parametrize(
    ("taken", "bar"), [((9, 18), None), ((9, 17), "bar-1"), ((9, 13), "bar-5"), ((9, 9), "bar-10"), ((17, 18), "bar-8")]
)
def test_month_bar_shows_how_much_of_the_day_is_free(client: Client, taken: tuple[int, int], bar: str | None) -> None:
    room = make_room()
    if taken[0] < taken[1]:
        busy(room, *taken)

    day = open_view(client, room, "month").find_all("ol.month li")[11]

    drawn = day.find(".month-bar")
    assert (drawn["class"].split()[-1] if drawn else None) == bar


def test_month_leads_to_the_months_around_but_not_into_the_past_or_beyond_a_year(client: Client) -> None:
    room = make_room()

    def around(day: str) -> dict[str, str]:
        links = open_view(client, room, "month", f"date={day}&{ASKED}").find_all(".week-links a")
        return {link.text: link["href"] for link in links}

    assert around("2026-01-12") == {"Next month": f"?date=2026-02-01&{ASKED}&view=month#calendar"}
    assert around("2026-02-12") == {
        "Previous month": f"?date=2026-01-07&{ASKED}&view=month#calendar",
        "Today": f"?date=2026-01-07&{ASKED}&view=month#calendar",
        "Next month": f"?date=2026-03-01&{ASKED}&view=month#calendar",
    }
    assert "Next month" not in around("2027-01-07")


def test_month_without_a_day_is_the_present_one(client: Client) -> None:
    assert open_view(client, make_room(), "month", ASKED).get(".week-name").text == "January 2026"


def test_month_without_free_time_leads_to_the_next_one_that_has_some(client: Client) -> None:
    room = make_room()
    make_busy_span(room=room, span=TimeSpan(at(0, day=date(2026, 1, 7)), at(0, day=date(2026, 2, 3))))

    page = open_view(client, room, "month")

    assert page.get(".calendar-empty p").text == "Nothing is free in this month for 1 h."
    assert page.get(".calendar-empty a").text == "Next free time: Tue 3 Feb, 09:00"


def test_list_tells_two_weeks_as_text(client: Client) -> None:
    room = make_room(hours_week="09:00-12:30", hours_saturday="14:00-15:00")
    busy(room, 10, 11)
    make_hold(room=room, start=at(9, day=date(2026, 1, 13)), minutes=150)

    page = open_view(client, room, "list")

    assert len(page.find_all(".listed-day")) == 14
    assert listed(page, "2026-01-12") == [
        "Free 09:00–10:00 09:00",
        "Taken 10:00–11:00. Free at 11:00.",
        "Free 11:00–12:30 11:00 11:30",
        "Closed 12:30–15:00",
    ]
    assert listed(page, "2026-01-13")[:2] == ["Being booked 09:00–11:30. Free at 11:30.", "Free 11:30–12:30 11:30"]
    assert listed(page, "2026-01-17") == ["Closed 09:00–14:00", "Free 14:00–15:00 14:00"]
    assert listed(page, "2026-01-18") == []
    assert page.find_all(".listed-day")[6].get(".day-free").text == "Closed"


def test_list_starts_are_links_with_their_whole_name_that_stay_in_the_list(client: Client) -> None:
    room = make_room(hour_minor=4500)

    page = open_view(client, room, "list")

    link = page.link("Monday 12 January 2026, 14:00 to 15:00, about €45")
    assert (link.text, link["href"]) == ("14:00", f"?date=2026-01-12&start=14:00&{ASKED}&view=list#booking")
    chosen = read_html(client.get(f"/rooms/{room.workways_id}/{link['href'].partition('#')[0]}"))
    assert [one.text for one in chosen.find_all(".stretch a[aria-current=true]")] == ["14:00"]
    assert chosen.get("#booking .slot-time").text == "14:00–15:00"


def test_list_taken_time_leads_to_its_reason(client: Client) -> None:
    room = make_room()
    busy(room, 14, 15)

    why = open_view(client, room, "list").link("Taken 14:00–15:00. Free at 15:00.")

    panel = read_html(client.get(f"/rooms/{room.workways_id}/{why['href'].partition('#')[0]}")).get("#booking")
    assert panel.get(".alert-title").text == "The room is taken at that time."


def test_list_leads_to_the_days_around_but_not_into_the_past(client: Client) -> None:
    room = make_room()

    def around(day: str) -> dict[str, str]:
        links = open_view(client, room, "list", f"date={day}&{ASKED}").find_all(".week-links a")
        return {link.text: link["href"].partition("&")[0] for link in links}

    assert around("2026-01-07") == {"Days after": "?date=2026-01-21"}
    assert around("2026-01-12") == {
        "Days before": "?date=2026-01-07",
        "Today": "?date=2026-01-07",
        "Days after": "?date=2026-01-26",
    }


def test_list_without_a_day_begins_at_the_next_free_one(client: Client) -> None:
    room = make_room()
    make_busy_span(room=room, span=TimeSpan(at(0, day=date(2026, 1, 5)), at(0, day=date(2026, 1, 15))))

    assert open_view(client, room, "list", ASKED).get(".week-name").text == "Thu 15 Jan – Wed 28 Jan"


def facts_of_week(page: Element) -> set[str]:
    return {link["href"].partition("#")[0] for link in page.find_all(".week a")}


def test_week_and_list_offer_the_same_times_for_the_same_reasons(client: Client) -> None:
    room = make_room(hours_saturday="10:00-16:00")
    busy(room, 10, 12)
    make_busy_span(room=room, span=TimeSpan(at(13), at(13, 30)))
    make_hold(room=room, start=at(15, day=date(2026, 1, 14)), minutes=90)

    week, listing = open_view(client, room, "week"), open_view(client, room, "list")

    days = {(date(2026, 1, 12) + timedelta(days=distance)).isoformat() for distance in range(7)}
    in_list = {
        link["href"].partition("#")[0].removesuffix("&view=list")
        for day in listing.find_all(".listed-day")
        if day["data-piece"] in days
        for link in day.find_all("a")
    }
    assert in_list == facts_of_week(week)


@pytest.mark.parametrize("view", ["month", "list"])
def test_view_says_when_its_calendar_was_checked(client: Client, view: str) -> None:
    room = make_room(feed=False)
    make_feed(room=room, read_at=clock.now() - timedelta(days=1))

    assert (
        open_view(client, room, view).get(".calendar-age.is-stale").text
        == "As of Tue 6 Jan, 10:00; we are checking again"
    )


@pytest.mark.parametrize("view", ["month", "list"])
def test_view_of_a_room_that_can_never_do_says_so_once_and_offers_nothing(client: Client, view: str) -> None:
    page = open_view(client, make_room(), view, "date=2026-01-12&people=9")

    assert page.get("#calendar .alert .alert-title").text == "This room is for up to 8 people."
    assert [link for link in page.find_all("#calendar a") if "start=" in link["href"]] == []


@pytest.mark.parametrize("view", ["month", "list"])
def test_view_of_a_calendar_that_was_never_read_offers_nothing(client: Client, view: str) -> None:
    page = open_view(client, make_room(feed=False), view)

    assert "Not known yet" in page.get("#calendar").text
    assert [link for link in page.find_all("#calendar a") if "start=" in link["href"]] == []


@pytest.mark.parametrize("view", ["month", "list"])
@pytest.mark.parametrize("count", [1, 30])
def test_view_asks_the_database_as_often_for_one_meeting_as_for_thirty(
    client: Client, django_assert_num_queries: Any, view: str, count: int
) -> None:
    room = make_room()
    for number in range(count):
        make_busy_span(room=room, span=TimeSpan.lasting(at(9) + timedelta(hours=5 * number), 60))
    open_view(client, room, view)

    with django_assert_num_queries(2):
        open_view(client, room, view)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.dictionaries(
        st.sampled_from(["date", "start", "duration", "people"]),
        st.text(max_size=40) | st.integers().map(str) | st.dates().map(str) | st.times().map(str),
    ),
    view=st.sampled_from(["month", "list"]) | st.text(max_size=12),
)
def test_no_query_makes_a_view_fail(client: Client, query: dict[str, str], view: str) -> None:
    room = Room.objects.first() or make_room()

    assert client.get(f"/rooms/{room.workways_id}/", {**query, "view": view}).status_code in (200, 400)


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_views_of_a_clock_change_agree(client: Client, day: str, clock: StoppedClock) -> None:
    room = make_room(hours_week="", hours_sunday="00:00-06:00", min_minutes=30)

    month = open_view(client, room, "month", f"date={day}&duration=60&people=2")
    listing = open_view(client, room, "list", f"date={day}&duration=60&people=2")

    hours = {"2026-03-29": "5 h free", "2026-10-25": "7 h free"}[day]
    assert month_words(month)[int(day[-2:])] == hours
    starts = listing.find_all(".listed-day")[0].find_all(".stretch-starts a")
    assert len(starts) == {"2026-03-29": 9, "2026-10-25": 13}[day]


HEADERS = {"HX-Request": "true", "HX-Target": "section#calendar"}


@pytest.mark.parametrize("view", ["week", "month", "list"])
def test_open_page_gets_the_calendar_alone_and_only_when_it_changed(
    client: Client, clock: StoppedClock, view: str
) -> None:
    room = make_room()
    address = f"/rooms/{room.workways_id}/?date=2026-01-12&{ASKED}&view={view}"

    first = client.get(address, headers=HEADERS)
    again = client.get(address, headers={**HEADERS, "If-None-Match": first["ETag"]})
    busy(room, 9, 18)
    changed = client.get(address, headers={**HEADERS, "If-None-Match": first["ETag"]})

    assert [one.attributes.get("id") for one in read_html(first).inside if isinstance(one, Element)] == ["calendar"]
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    assert "no-cache" in changed["Cache-Control"]


def test_open_page_hears_that_the_calendar_was_checked_again(client: Client, clock: StoppedClock) -> None:
    room = make_room()
    address = f"/rooms/{room.workways_id}/?date=2026-01-12&{ASKED}"
    first = client.get(address, headers=HEADERS)
    clock.forward(minutes=1)
    room.feed.read_at = clock()
    room.feed.save()

    later = client.get(address, headers={**HEADERS, "If-None-Match": first["ETag"]})

    assert read_html(later).get(".calendar-age").text == "Checked at 10:01"


def test_open_page_with_nonsense_gets_its_sentence_each_time(client: Client) -> None:
    room = make_room()

    response = client.get(f"/rooms/{room.workways_id}/?date=soon", headers=HEADERS)

    assert response.status_code == 400
    assert "ETag" not in response
