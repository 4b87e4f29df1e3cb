"""The day of all rooms of a site."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.catalog.models import OFFICE_TYPE, CatalogStamp, Room, Site
from bookings.offers.day_views import ROOMS_OF_A_PAGE
from tests.conftest import StoppedClock
from tests.factories import make_busy_span, make_feed, make_hold, make_room, make_site
from tests.support.html import Element, read_html
from tests.support.monday import at, busy

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.django_db]

ON_MONDAY = "?date=2026-01-12&duration=60&people=2"


def open_day(client: Client, site: Site, query: str = ON_MONDAY) -> Element:
    """The site's day, read."""
    return read_html(client.get(f"/sites/{site.workways_id}/day/{query}"))


def row(page: Element, number: int) -> list[str]:
    """The words of a room's cells; the first room is 1."""
    return [cell.text for cell in page.find_all(".site-row")[number - 1].find_all("li")]


def test_day_has_a_row_for_each_meeting_room_by_name(client: Client) -> None:
    site = make_site()
    make_room(site=site, name="Seine")
    make_room(site=site, name="Canal")
    make_room(site=site, name="Office", type=OFFICE_TYPE)
    make_room(name="Elsewhere")

    page = open_day(client, site)

    assert [name.text for name in page.find_all(".site-row h3")] == ["Canal", "Seine"]
    assert page.get("#day-title").text == "Monday 12 January 2026"


def test_a_site_of_many_rooms_shows_them_page_by_page_and_keeps_the_page_on_other_days(client: Client) -> None:
    site = make_site()
    for number in range(ROOMS_OF_A_PAGE + 2):
        make_room(site=site, name=f"Room {number:03}")

    first = open_day(client, site)
    second = open_day(client, site, first.get(".room-pages a")["href"])

    assert len(first.find_all(".site-row")) == ROOMS_OF_A_PAGE
    assert "Rooms 1 to 40 of 42" in first.get("#calendar").text
    assert [name.text for name in second.find_all(".site-row h3")] == ["Room 040", "Room 041"]
    assert second.find_all(".week-links a")[-1]["href"] == "?date=2026-01-13&duration=60&people=2&page=2"
    assert second.get(".room-pages a")["href"] == ON_MONDAY


@pytest.mark.parametrize("page", ["0", "-1", "99", "nonsense", "9" * 400])
def test_page_that_is_not_there_is_the_nearest_one(client: Client, page: str) -> None:
    site = make_site()
    make_room(site=site, name="Canal")

    assert len(open_day(client, site, f"{ON_MONDAY}&page={page}").find_all(".site-row")) == 1


def test_rooms_share_the_hours_of_the_one_that_is_open_longest(client: Client) -> None:
    site = make_site()
    make_room(site=site, name="Canal", hours_week="08:00-12:00")
    make_room(site=site, name="Seine", hours_week="10:00-18:30")

    page = open_day(client, site)

    hours = [label.text for label in page.find_all(".site-day-hours span")]
    assert (hours[0], hours[-1], len(hours)) == ("08:00", "18:00", 11)
    assert row(page, 1)[-1] == "Closed 12:00–19:00"
    assert row(page, 2)[0] == "Closed 08:00–10:00"


def test_taken_and_held_time_is_said_in_words(client: Client) -> None:
    site = make_site()
    room = make_room(site=site, name="Canal", hours_week="09:00-13:00")
    busy(room, 10, 11)
    make_hold(room=room, start=at(11), minutes=60)

    cells = row(open_day(client, site), 1)

    assert "Taken 10:00–11:00 Free at 12:00" in cells
    assert "Being booked 11:00–12:00 Free at 12:00" in cells


def test_free_start_leads_to_the_rooms_page_with_the_slot_and_tells_the_whole_truth(client: Client) -> None:
    site = make_site()
    room = make_room(site=site, name="Canal", hour_minor=4500)

    link = open_day(client, site).find_all(".site-row-times a")[10]

    assert link["href"] == f"/rooms/{room.workways_id}/?date=2026-01-12&start=14:00&duration=60&people=2#booking"
    assert link["aria-label"] == "Canal, Monday 12 January 2026, 14:00 to 15:00, about €45"
    assert client.get(link["href"]).status_code == 200


def test_room_with_another_shortest_length_is_judged_by_it_and_says_so(client: Client) -> None:
    site = make_site()
    make_room(site=site, name="Canal", min_minutes=120)

    page = open_day(client, site)

    assert "shown for 2 h" in page.get(".site-row-name").text
    assert "duration=120" in page.find_all(".site-row-times a")[0]["href"]


def test_room_that_is_too_small_says_so_instead_of_offering_times(client: Client) -> None:
    site = make_site()
    make_room(site=site, name="Canal", max_people=4)

    page = open_day(client, site, "?date=2026-01-12&people=9")

    assert page.get(".site-row-notice").text == "This room is for up to 4 people."
    assert page.find(".site-row-times") is None


def test_row_says_how_old_its_calendar_is(client: Client) -> None:
    site = make_site()
    make_feed(room=make_room(site=site, feed=False), read_at=datetime(2026, 1, 7, 8, 0, tzinfo=UTC))
    make_room(site=site, name="Unread", feed=False)

    ages = [age.text for age in open_day(client, site).find_all(".calendar-age")]

    assert ages == ["As of 09:00; we are checking again", "Availability not known yet"]


def test_days_around_are_links_and_the_past_is_not(client: Client) -> None:
    site = make_site()
    make_room(site=site)

    today = open_day(client, site, "")
    later = open_day(client, site)

    assert [link.text for link in today.find_all(".week-links a")] == ["Next day"]
    assert [link["href"] for link in later.find_all(".week-links a")] == [
        "?date=2026-01-11&duration=60&people=2",
        "?date=2026-01-07&duration=60&people=2",
        "?date=2026-01-13&duration=60&people=2",
    ]


def test_hour_that_the_clock_skips_is_not_there(client: Client, clock: StoppedClock) -> None:
    site = make_site()
    make_room(site=site, hours_week="", hours_sunday="00:00-06:00")

    page = open_day(client, site, f"?date={date(2026, 3, 29)}")

    assert [label.text for label in page.find_all(".site-day-hours span")] == [
        "00:00",
        "01:00",
        "03:00",
        "04:00",
        "05:00",
    ]


def test_site_and_room_lead_to_the_day(client: Client) -> None:
    site = make_site()
    room = make_room(site=site)
    address = f"/sites/{site.workways_id}/day/"

    on_site = read_html(client.get(f"/sites/{site.workways_id}/")).link("See the day of all rooms")["href"]
    on_room = read_html(client.get(f"/rooms/{room.workways_id}/{ON_MONDAY}")).link("See the day of all rooms")["href"]

    assert on_site == address
    assert on_room == address + ON_MONDAY


def test_unknown_site_is_missing(client: Client) -> None:
    assert client.get("/sites/ffffffffffffffffffffffff/day/").status_code == 404
    assert client.get("/sites/nonsense/day/").status_code == 404


def test_site_without_meeting_rooms_says_so(client: Client) -> None:
    page = open_day(client, make_site())

    assert page.get(".empty-state").text.startswith("No meeting room is listed here at the moment")


def test_nonsense_gets_a_sentence_and_the_usual_day(client: Client) -> None:
    site = make_site()
    make_room(site=site)

    response = client.get(f"/sites/{site.workways_id}/day/?date=tomorrow")

    page = read_html(response)
    assert response.status_code == 400
    assert "This is no date." in page.get("#error-summary").text
    assert page.get("#day-title").text == "Wednesday 7 January 2026"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.dictionaries(
        st.sampled_from(["date", "duration", "people", "start"]),
        st.text(max_size=30) | st.integers().map(str) | st.dates().map(str),
    )
)
def test_no_query_makes_the_day_fail(client: Client, query: dict[str, str]) -> None:
    site = Site.objects.first() or make_room().site

    assert client.get(f"/sites/{site.workways_id}/day/", query).status_code in (200, 400)


@pytest.mark.parametrize("count", [1, 3, 300])
def test_day_asks_the_database_a_fixed_number_of_times(
    client: Client, django_assert_num_queries: Any, count: int
) -> None:
    site = make_site()
    room = make_room(site=site)
    for _ in range(min(count, 30) - 1):
        make_room(site=site)
    for number in range(count):
        make_busy_span(room=room, minutes=5, uid=f"meeting{number}")
    client.get(f"/sites/{site.workways_id}/day/")

    with django_assert_num_queries(1):
        client.get(f"/sites/{site.workways_id}/day/")


def test_what_changes_in_the_catalog_is_in_the_day_at_once(client: Client) -> None:
    room = make_room(public_name="Before")
    address = f"/sites/{room.site.workways_id}/day/"
    names = [[name.text for name in read_html(client.get(address)).find_all("h3")]]

    Room.objects.update(public_name="After")
    names.append([name.text for name in read_html(client.get(address)).find_all("h3")])
    make_room(site=room.site, public_name="Beside")
    names.append([name.text for name in read_html(client.get(address)).find_all("h3")])
    other = make_room(site=make_site()).site
    of_new_site = client.get(f"/sites/{other.workways_id}/day/").status_code
    Site.objects.update(is_hidden=True)

    assert names == [["Before"], ["After"], ["After", "Beside"]]
    assert (of_new_site, client.get(address).status_code) == (200, 404)


def test_without_a_stamp_the_day_is_read_anew_each_time(client: Client) -> None:
    room = make_room(public_name="Before")
    CatalogStamp.objects.all().delete()
    client.get(f"/sites/{room.site.workways_id}/day/")
    Room.objects.update(public_name="After")
    CatalogStamp.objects.all().delete()

    page = read_html(client.get(f"/sites/{room.site.workways_id}/day/"))

    assert [name.text for name in page.find_all("h3")] == ["After"]
