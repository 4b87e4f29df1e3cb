from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.catalog.models import OFFICE_TYPE
from bookings.feeds.models import Feed
from portal import clock
from tests.conftest import StoppedClock
from tests.factories import make_feed, make_room, make_site
from tests.support.html import read_html
from tests.support.monday import busy

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.django_db]

SEARCH = "/search/?date=2026-01-12&start=10:00&duration=60&people=4"
QUESTIONS = ["date", "start", "duration", "people", "site", "country", "type"]
QUESTIONS += ["until", "earliest", "latest", "words", "sort", "page", "tries"]
# What the form sends where nothing was chosen.
EMPTY = {"site": "", "until": "", "earliest": "", "latest": "", "words": "", "sort": "time", "type": "publicMeeting"}


def test_home_asks_where_when_how_long_and_for_how_many(client: Client) -> None:
    site = make_site(name="Workways Bastille")
    make_room(site=site)

    form = read_html(client.get("/")).get("form.search-form")

    assert form["action"] == "/search/"
    assert form.values() == {**EMPTY, "date": "2026-01-09", "start": "10:00", "duration": "60", "people": "2"}
    assert [option.text for option in form.find_all("#search-site option")] == [
        "Anywhere",
        "All of France",
        "Workways Bastille",
    ]


def test_home_starts_on_monday_where_the_first_day_for_everybody_is_in_a_weekend(
    client: Client, clock: StoppedClock
) -> None:
    clock.set(datetime(2026, 1, 8, 9, 0, tzinfo=UTC))

    form = read_html(client.get("/")).get("form.search-form")

    assert form.values()["date"] == "2026-01-12"


def test_home_shows_rooms_that_are_free_soon_with_price_and_slot(client: Client) -> None:
    room = make_room(name="Canal", hour_minor=4500)

    card = read_html(client.get("/")).get(".room-card")

    assert card.get(".room-card-price").text == "€45 for 1 h"
    assert card.link("Canal")["href"] == (
        f"/rooms/{room.workways_id}/?date=2026-01-09&start=10:00&duration=60&people=2#booking"
    )


def test_home_works_without_any_room(client: Client) -> None:
    response = client.get("/")

    assert response.status_code == 200
    assert read_html(response).find("#upcoming") is None


@pytest.mark.parametrize("count", [1, 3])
def test_home_asks_the_database_as_often_for_one_room_as_for_three(
    client: Client, django_assert_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        make_room()
    client.get("/")

    with django_assert_num_queries(4):
        client.get("/")


def test_search_lists_every_free_room_with_price_and_a_link_that_takes_the_slot(client: Client) -> None:
    canal = make_room(name="Canal", hour_minor=4500)
    make_room(name="Bastille", hour_minor=None, half_day_minor=None, day_minor=None)

    page = read_html(client.get(SEARCH))

    assert page.get("#fits").text == "2 rooms are free"
    results = {result.get("h3").text: result for result in page.find_all(".result")}
    assert results["Canal"].get(".price").text == "€45 for 1 h"
    assert results["Bastille"].get(".price").text == "Price on request"
    assert results["Canal"].link("Canal")["href"] == (
        f"/rooms/{canal.workways_id}/?date=2026-01-12&start=10:00&duration=60&people=4#booking"
    )


def test_search_link_of_a_result_says_which_room(client: Client) -> None:
    make_room(name="Canal", site=make_site(name="Workways Bastille"))

    page = read_html(client.get(SEARCH))

    assert page.get(".result-end a").text == "Book: Canal, Workways Bastille"


def test_search_keeps_what_was_asked_in_its_form(client: Client) -> None:
    make_room()

    form = read_html(client.get(SEARCH)).get("form.search-form")

    assert form.values() == {**EMPTY, "date": "2026-01-12", "start": "10:00", "duration": "60", "people": "4"}


def test_search_is_limited_to_a_country_or_a_site(client: Client) -> None:
    here = make_site(name="Dublin Docklands", country="Ireland")
    make_room(site=here, name="Liffey")
    make_room(site=make_site(country="France"), name="Seine")

    by_country = read_html(client.get(f"{SEARCH}&country=IE"))
    by_site = read_html(client.get(f"{SEARCH}&site={here.workways_id}"))
    by_choice = read_html(client.get(f"{SEARCH}&site=IE"))

    for page in (by_country, by_site, by_choice):
        assert [result.get("h3").text for result in page.find_all(".result")] == ["Liffey"]
    assert by_country.get("form.search-form").values()["site"] == "IE"
    assert by_site.get("form.search-form").values()["site"] == here.workways_id


def test_search_without_a_start_any_time_of_the_day_will_do(client: Client) -> None:
    room = make_room(name="Canal")
    busy(room, 9, 12)

    page = read_html(client.get("/search/?date=2026-01-12&start=&duration=60&people=4"))

    assert page.get(".result-asked").text == "Monday 12 January 2026, 1 h at any time, 4 people"
    assert "start=12:00" in page.get(".result").link("Canal")["href"]


def test_search_too_few_seats_everywhere_says_what_may_help(client: Client) -> None:
    make_room(max_people=8)

    page = read_html(client.get("/search/?people=200"))

    assert page.get("#fits").text == "0 rooms are free"
    assert "The largest room here is for 8 people." in page.get(".empty-state").text


def test_search_offices_are_listed_with_their_rent(client: Client) -> None:
    office = make_room(name="Bureau Marais", type=OFFICE_TYPE, month_minor=145000)
    make_room(name="Canal")

    page = read_html(client.get("/search/?type=publicOffice&people=4"))

    assert [result.get("h3").text for result in page.find_all(".result")] == ["Bureau Marais"]
    assert page.get(".result .price").text == "€1,450 per month"
    assert page.get(".result h3 a")["href"] == f"/rooms/{office.workways_id}/"
    form = page.get("form.search-form")
    assert form.values() == {"site": "", "people": "4", "words": "", "sort": "time", "type": "publicOffice"}


def test_search_says_that_a_near_day_is_for_registered_companies(client: Client) -> None:
    make_room()

    page = read_html(client.get("/search/?date=2026-01-08&start=10:00"))

    assert page.get(".result .badge").text == "For registered companies only, so soon"


def test_search_says_how_old_its_knowledge_is_when_a_feed_is_stale(client: Client) -> None:
    room = make_room(feed=False)
    make_feed(room=room, read_at=clock.now() - timedelta(hours=2))

    page = read_html(client.get(SEARCH))

    assert page.get(".result .badge").text == "As of 08:00; we are checking again"


def test_search_marks_the_found_rooms_as_looked_at(client: Client) -> None:
    room = make_room()

    client.get(SEARCH)

    assert Feed.objects.get(room=room).looked_at == clock.now()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("date=tomorrow", "This is no date. Write it as year-month-day, such as 2026-11-24."),
        ("date=", "Choose a day."),
        ("date=2026-01-06", "This day has passed. Choose today or a later day."),
        ("date=9999-12-31", "Rooms can be booked at most 365 days ahead. Choose an earlier day."),
        ("start=noon", "This is no time of day. Write it as hours and minutes, such as 14:00."),
        ("start=25:00", "This is no time of day. Write it as hours and minutes, such as 14:00."),
        ("duration=long", "The length must be a number of minutes, such as 60."),
        ("duration=-60", "The length must be at least 5 minutes."),
        ("duration=99999999", "The length can be 24 hours at most. For longer, look for an office."),
        ("people=many", "The number of people must be a whole number, such as 6."),
        ("people=0", "At least one person must come."),
        ("people=1e9", "The number of people must be a whole number, such as 6."),
        ("people=1000000", "No room holds more than 1,000 people."),
        ("people=", "Say how many people will come."),
        ("site=" + "f" * 24, "This place is not on offer. Choose one of the list."),
        ("country=Atlantis", "This place is not on offer. Choose one of the list."),
        ("type=castle", "Choose a meeting room or an office."),
        ("date=%00", "This is no date. Write it as year-month-day, such as 2026-11-24."),
        ("people=%ff%fe", "The number of people must be a whole number, such as 6."),
        ("until=2026-01-08", "The last day must not be before the first one."),
        ("until=2026-02-20", "Look through 31 days at most. Choose an earlier last day."),
        ("until=2025-01-01", "This day has passed. Choose today or a later day."),
        ("until=soon", "This is no date. Write it as year-month-day, such as 2026-11-24."),
        ("earliest=noon", "This is no time of day. Write it as hours and minutes, such as 14:00."),
        ("latest=25:00", "This is no time of day. Write it as hours and minutes, such as 14:00."),
        ("earliest=14:00&latest=14:30", "A meeting of 1 h does not fit between these times."),
        ("earliest=14:00&latest=13:00", "A meeting of 1 h does not fit between these times."),
        ("start=10:00&earliest=11:00", "This is earlier than the earliest start."),
        ("start=10:00&latest=10:30", "The meeting would end too late."),
        ("words=" + "x" * 101, "Name the equipment in a few words, 100 letters at most."),
        ("sort=beauty", "Results can be put in order by time, price or size."),
    ],
)
def test_search_bad_input_is_answered_with_a_sentence_and_the_form(client: Client, query: str, sentence: str) -> None:
    make_room()

    response = client.get(f"/search/?{query}")

    page = read_html(response)
    assert response.status_code == 400
    assert sentence in page.get("#error-summary").text
    assert page.get("title").text == "Error: Search results – Workways"
    assert page.find(".result") is None
    assert page.find("form.search-form") is not None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.dictionaries(
        st.sampled_from(QUESTIONS),
        st.text(max_size=40) | st.integers().map(str) | st.dates().map(str) | st.times().map(str),
    )
)
def test_search_no_query_makes_it_fail(client: Client, query: dict[str, str]) -> None:
    assert client.get("/search/", query).status_code in (200, 400)
    assert client.get("/fr/search/", query).status_code in (200, 400)


def test_many_results_come_in_pages_whose_links_keep_the_question(client: Client) -> None:
    site = make_site()
    for number in range(30):
        make_room(site=site, name=f"Room {number:02}")

    first = read_html(client.get(SEARCH))
    later = first.link("More results")["href"]
    second = read_html(client.get("/search/" + later))

    assert first.get("#fits").text == second.get("#fits").text == "30 rooms are free"
    names = [name.text for page in (first, second) for name in page.find_all(".result h3")]
    assert names == [f"Room {number:02}" for number in range(30)]
    assert later == "?date=2026-01-12&start=10%3A00&duration=60&people=4&page=2#fits"
    assert "Rooms 25 to 30 of 30" in second.get("nav.week-bar").text


@pytest.mark.parametrize("page", ["0", "-1", "two", "99999", "9" * 30, "²"])
def test_page_that_is_not_there_is_no_mistake(client: Client, page: str) -> None:
    make_room()

    response = client.get(f"{SEARCH}&page={page}")

    assert response.status_code == 200
    assert len(read_html(response).find_all(".result")) == 1
