"""What a search's page says of the rooms: in which order, at which price, and what comes close when nothing fits."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from django.core.signing import get_cookie_signer
from django.test import Client

from bookings.catalog.models import OFFICE_TYPE, Room
from bookings.core.answers import Standing
from bookings.feeds.models import Feed
from bookings.links.actions import record_proof, record_standing
from bookings.links.browser import COOKIE
from bookings.links.limits import ALLOWANCES, Act, Allowance
from bookings.offers.models import SlotPrice
from bookings.offers.tasks import fill_prices
from portal import clock
from tests.factories import make_feed, make_hold, make_room, make_site
from tests.support.html import Element, read_html
from tests.support.monday import busy
from tests.support.transports import Recording

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.django_db]

SEARCH = "/search/?date=2026-01-12&start=10:00&duration=60&people=4"


class Prices(httpx.BaseTransport):
    """An upstream that asks €37.50 for whatever is asked."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        data = {"roomId": request.url.params["roomId"], "roomType": "publicMeeting", "price": 37.5}
        return httpx.Response(200, json={"retcode": 1, "message": "OK", "data": data}, request=request)


def remember(client: Client, standing: Standing) -> None:
    """Lets the browser be one that proved an address of this standing."""
    record_proof(browser_key="browser-a", email="jean.dupont@acme.example", now=clock.now())
    record_standing(browser_key="browser-a", email="jean.dupont@acme.example", standing=standing, now=clock.now())
    client.cookies[COOKIE] = get_cookie_signer(salt=COOKIE + "bookings.links.browser").sign("browser-a")


def names(page: Element) -> list[str]:
    return [result.get("h3").text for result in page.find_all(".result")]


def make_many_rooms(count: int) -> None:
    """So many free rooms, made at once."""
    copied = make_room()
    fields = {field.name: getattr(copied, field.name) for field in Room._meta.fields if field.name != "id"}
    rooms = [
        Room(**{**fields, "workways_id": f"{number:024x}", "public_name": f"Room {number}"})
        for number in range(10**6, 10**6 + count - 1)
    ]
    Room.objects.bulk_create(rooms)
    now = clock.now()
    Feed.objects.bulk_create(Feed(room=room, read_at=now, looked_at=now) for room in rooms)


def test_nothing_that_fits_is_followed_by_what_comes_close_with_difference_reason_time_and_price(
    client: Client,
) -> None:
    busy(make_room(name="Canal", hour_minor=4500), 9, 11)

    page = read_html(client.get(SEARCH))

    assert page.get(".empty-state h2").text == "No room is free for exactly this"
    assert page.get("#near-1").text == "The same rooms at another time"
    near = page.get(".result-near")
    assert near.get(".result-differs").text == "At 11:00 instead of 10:00."
    assert near.get(".result-why").text.startswith("The room is taken at that time.")
    assert near.get(".result-slot").text == "Mon 12 Jan, 11:00–12:00"
    assert near.get(".price").text == "€45 for 1 h"
    assert near.link("Canal")["href"].endswith("?date=2026-01-12&start=11:00&duration=60&people=4#booking")


def test_each_kind_of_alternative_says_in_what_it_differs(client: Client) -> None:
    here = make_site(name="Bastille")
    busy(make_room(site=here, name="Canal", equipment="Screen"), 11, 18)
    make_room(site=here, name="Lac", equipment="Whiteboard")
    make_room(site=make_site(name="Opéra"), name="Seine", equipment="Screen")

    where = f"site={here.workways_id}&words=screen"
    page = read_html(client.get(f"/search/?date=2026-01-12&start=10:00&duration=120&people=4&{where}"))

    assert [page.get(f"#near-{number}").text for number in (1, 2, 3, 4)] == [
        "The same rooms at another time",
        "Other rooms here at your time",
        "Other sites in the same country at your time",
        "The same rooms for another length",
    ]
    near = page.find_all(".result-near")
    assert [(one.get("h3").text, one.get(".result-differs").text, one.get(".price-amount").text) for one in near] == [
        ("Canal", "At 09:00 instead of 10:00.", "€40"),
        ("Lac", "Free as you asked, but nothing is said of: screen.", "€40"),
        ("Seine", "Free as you asked, at Opéra.", "€40"),
        ("Canal", "1 h instead of 2 h.", "€20"),
    ]


@pytest.mark.parametrize(
    ("query", "fields", "sentence", "way_on"),
    [
        ("", {"hours_week": ""}, "The room is closed at that time.", "Please choose another time or another room."),
        ("", {"hours_week": "12:00-18:00"}, "The room is closed at that time.", "At 12:00 instead of 10:00."),
        ("", {"min_minutes": 120}, "This room is booked for at least 2 h.", "2 h instead of 1 h."),
        (
            "",
            {"min_minutes": 30, "max_minutes": 30},
            "This room is booked for at most 30 min.",
            "30 min instead of 1 h.",
        ),
        (
            "",
            {"min_minutes": 45, "step_minutes": 30},
            "This room is booked in steps of 30 min.",
            "1 h 15 min instead of 1 h.",
        ),
        (
            "",
            {"feed": False},
            "We do not know yet when this room is free.",
            "Please try again in a few minutes, or choose another room.",
        ),
        ("&date=2026-01-07&start=09:30", {}, "This time has passed.", "At 10:00 instead of 09:30."),
        (
            "&date=2026-03-29&start=02:30",
            {"hours_sunday": "00:00-24:00"},
            "This time does not exist on that day, because the clocks go forward.",
            "At 03:00 instead of 02:30.",
        ),
    ],
)
def test_each_reason_has_a_sentence_and_a_way_on(
    client: Client, query: str, fields: dict[str, Any], sentence: str, way_on: str
) -> None:
    make_room(**fields)

    near = read_html(client.get(SEARCH + query)).get(".result-near")

    assert near.get(".result-why").text == sentence
    told = near.find(".result-differs") or near.get(".result-way-on")
    assert told.text == way_on
    assert near.get(".result-end a")["href"].startswith("/rooms/")


def test_held_time_says_that_somebody_is_booking_it(client: Client) -> None:
    make_hold(room=make_room(), start=datetime(2026, 1, 12, 9, tzinfo=UTC))

    near = read_html(client.get(SEARCH)).get(".result-near")

    assert near.get(".result-why").text.startswith("Somebody else is booking this time right now.")
    assert near.get(".result-differs").text == "At 09:00 instead of 10:00."


def test_new_company_is_told_from_when_on_it_can_book(client: Client) -> None:
    make_room()
    remember(client, Standing.NEW)

    near = read_html(client.get("/search/?date=2026-01-08&start=10:00")).get(".result-near")

    assert near.get(".result-why").text == "New companies can book from the day after tomorrow on."
    assert near.get(".result-differs").text == "On Friday 9 January 2026 at 09:00."


def test_known_company_sees_a_near_day_as_free(client: Client) -> None:
    make_room()
    remember(client, Standing.KNOWN)

    page = read_html(client.get("/search/?date=2026-01-08&start=10:00"))

    assert page.get("#fits").text == "1 room is free"
    assert page.find(".result .badge") is None


def test_calendar_that_ends_too_soon_says_how_far_ahead_a_room_can_be_booked(client: Client) -> None:
    make_feed(room=make_room(feed=False), covers_until=clock.now() + timedelta(days=3))

    near = read_html(client.get(SEARCH)).get(".result-near")

    assert near.get(".result-why").text == "This room can be booked up to 3 days ahead."


def test_any_day_and_time_shows_when_each_room_is_free(client: Client) -> None:
    busy(make_room(name="Canal"), 9, 18)

    page = read_html(client.get("/search/?date=2026-01-12&until=2026-01-16&duration=120&people=4&earliest=13:00"))

    assert page.get(".result-asked").text == (
        "Monday 12 January 2026 to Friday 16 January 2026 from 13:00 on, 2 h, 4 people"
    )
    assert page.get(".result-slot").text == "Tue 13 Jan, 13:00–15:00"
    assert "date=2026-01-13&start=13:00&duration=120" in page.get(".result").link("Canal")["href"]


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("&start=&earliest=09:00&latest=12:00", "Monday 12 January 2026 between 09:00 and 12:00, 1 h, 4 people"),
        ("&start=&latest=12:00", "Monday 12 January 2026 until 12:00, 1 h, 4 people"),
        ("&words=screen+board", "Monday 12 January 2026 from 10:00, 1 h, 4 people, with screen and board"),
    ],
)
def test_results_say_what_was_asked_for(client: Client, query: str, line: str) -> None:
    make_room()

    assert read_html(client.get(SEARCH + query)).get(".result-asked").text == line


def test_fields_behind_more_choices_are_in_sight_when_they_are_used(client: Client) -> None:
    used = read_html(client.get(f"{SEARCH}&until=2026-01-14&words=screen")).get("details.search-more")
    unused = read_html(client.get(SEARCH)).get("details.search-more")

    assert ("open" in used.attributes, "open" in unused.attributes) == (True, False)


@pytest.mark.parametrize(
    ("sort", "label", "order"),
    [
        ("time", "Soonest first", ["Chopin", "Albert", "Bach"]),
        ("price", "Cheapest first", ["Chopin", "Albert", "Bach"]),
        ("size", "Smallest first", ["Bach", "Chopin", "Albert"]),
    ],
)
def test_results_are_in_the_order_asked_for(client: Client, sort: str, label: str, order: list[str]) -> None:
    busy(make_room(name="Albert", hour_minor=3000, max_people=20), 9, 10)
    busy(make_room(name="Bach", hour_minor=None, half_day_minor=None, day_minor=None, max_people=5), 9, 11)
    make_room(name="Chopin", hour_minor=2000, max_people=8)

    page = read_html(client.get(f"{SEARCH}&start=&sort={sort}"))

    assert names(page) == order
    assert [link.text for link in page.find_all(".result-sorts a[aria-current]")] == [label]


def test_other_orders_are_links_that_keep_the_question(client: Client) -> None:
    make_room()
    make_room()

    page = read_html(client.get(f"{SEARCH}&page=2&words=screen"))

    assert page.link("Cheapest first")["href"] == (
        "?date=2026-01-12&start=10%3A00&duration=60&people=4&words=screen&sort=price#fits"
    )


def test_offices_are_put_in_order_by_rent(client: Client) -> None:
    make_room(name="Dear", type=OFFICE_TYPE, month_minor=90000)
    make_room(name="On request", type=OFFICE_TYPE, month_minor=None)
    make_room(name="Cheap", type=OFFICE_TYPE, month_minor=50000)

    assert names(read_html(client.get("/search/?type=publicOffice&sort=price"))) == ["Cheap", "Dear", "On request"]


def test_exact_price_is_asked_for_by_a_worker_and_shown_on_the_next_look(client: Client, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = recording = Recording(Prices())
    make_room(name="Canal", hour_minor=4500)

    first = read_html(client.get(SEARCH))
    left_by_the_first_look = SlotPrice.objects.count()
    second = read_html(client.get("/search/" + first.get("#prices")["hx-get"]))
    asked_by_pages = len(recording.requests)
    fill_prices()
    third = read_html(client.get("/search/" + second.get("#prices a")["href"]))

    assert (left_by_the_first_look, asked_by_pages) == (0, 0)
    assert first.get(".result-price").text == "€45 for 1 h Estimate from the price list"
    assert first.get("#prices")["hx-select-oob"] == "#price-1"
    assert second.get(".result-price").text == "€45 for 1 h Estimate; the exact price is being read"
    assert third.get(".result-price").text == "€37.50 for 1 h"
    assert third.get("#prices").text == ""
    assert "hx-get" not in third.get("#prices").attributes


def test_exact_prices_count_in_the_order_by_price(client: Client, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = Prices()
    room = make_room(name="Cheap by the list", hour_minor=3000)
    client.get(f"{SEARCH}&tries=2")
    fill_prices()
    make_room(name="Dear by the list", hour_minor=3500)

    page = read_html(client.get(f"{SEARCH}&sort=price"))

    assert names(page) == ["Dear by the list", "Cheap by the list"]
    assert [price.text for price in page.find_all(".price-amount")] == ["€35", "€37.50"]
    assert SlotPrice.objects.get(minor=3750).room == room


def test_page_stops_asking_for_exact_prices_after_some_tries(client: Client) -> None:
    make_room()

    answers = [read_html(client.get(f"{SEARCH}&tries={tries}")).get("#prices") for tries in (1, 7, 8)]

    assert ["hx-get" in answer.attributes for answer in answers] == [True, True, False]


def test_somebody_who_searches_very_often_gets_estimates(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ALLOWANCES, Act.ASK_PRICE, Allowance(network=1, address=1, seconds=3600))
    make_room()
    client.get(f"{SEARCH}&tries=2")

    page = read_html(client.get(f"{SEARCH}&start=11:00&tries=2"))

    assert page.get(".result-price").text == "€20 for 1 h Estimate from the price list"
    assert "hx-get" not in page.get("#prices").attributes


def test_no_query_of_a_search_asks_the_upstream(client: Client, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = recording = Recording(Prices())
    for _ in range(3):
        make_room()

    for query in ("", "&tries=2", "&sort=price", "&start=&until=2026-01-20", "&start=03:00"):
        client.get(SEARCH + query)

    assert recording.requests == []


def test_clock_of_the_times_is_named(client: Client) -> None:
    make_room()
    one_zone = read_html(client.get(SEARCH)).get(".result-zone").text
    make_room(site=make_site(country="Ireland"))
    two_zones = read_html(client.get(SEARCH)).get(".result-zone").text

    assert (one_zone, two_zones) == ("Paris time, UTC+1", "All times are those of the clock at each site.")


def test_home_with_very_many_sites_shows_the_first_and_a_link_to_all(client: Client) -> None:
    for number in range(14):
        make_room(site=make_site(name=f"Site {number:02}"))

    page = read_html(client.get("/"))

    assert len(page.find_all(".site-card")) == 12
    assert page.link("See all 14 sites")["href"] == "/sites/"


def test_what_people_type_comes_back_as_text_only(client: Client) -> None:
    make_room()
    nasty = '"><script>alert(1)</script>'

    response = client.get("/search/", {"words": nasty, "site": nasty, "date": nasty})

    assert b"<script>alert" not in response.content
    assert read_html(response).get("#search-words")["value"] == nasty


@pytest.mark.parametrize("count", [5, 1000])
@pytest.mark.parametrize("query", ["", "&start=&until=2026-01-14", "&sort=price", "&sort=size&words=screen"])
def test_search_asks_the_database_as_often_for_five_rooms_as_for_a_thousand(
    client: Client, django_assert_num_queries: Any, count: int, query: str
) -> None:
    make_many_rooms(count)
    client.get(SEARCH + query)

    with django_assert_num_queries(4):
        response = client.get(SEARCH + query)

    assert read_html(response).get("#fits").text == f"{count} rooms are free"


@pytest.mark.parametrize("count", [3, 1000])
def test_alternatives_ask_the_database_as_often_for_three_rooms_as_for_a_thousand(
    client: Client, django_assert_num_queries: Any, count: int
) -> None:
    make_many_rooms(count)
    client.get("/search/?date=2026-01-12&start=03:00")

    with django_assert_num_queries(4):
        response = client.get("/search/?date=2026-01-12&start=03:00")

    assert len(read_html(response).find_all(".result-near")) == min(count, 6)


def test_words_of_rooms_are_escaped(client: Client) -> None:
    make_room(name="<b>Bold</b>", equipment="<i>Screen</i>")

    page = client.get(SEARCH).content

    assert b"<b>Bold" not in page
    assert b"<i>Screen" not in page
