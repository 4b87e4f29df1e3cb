import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.catalog.models import OFFICE_TYPE, Room
from bookings.core.timespan import TimeSpan
from bookings.feeds.models import Feed
from portal import clock
from tests.factories import make_busy_span, make_feed, make_room, make_site
from tests.support.html import Element, read_html
from tests.support.monday import MONDAY, at, busy

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.django_db]

CHOSEN = "?date=2026-01-12&start=14:00&duration=90&people=4"


def open_room(client: Client, room: Room, query: str = "?date=2026-01-12&duration=60&people=2") -> Element:
    """The room's page, read."""
    return read_html(client.get(f"/rooms/{room.workways_id}/{query}"))


def day_column(page: Element, number: int) -> list[str]:
    """The words of a day's cells in the calendar; Monday is 1."""
    return [cell.text for cell in page.find_all(".day")[number - 1].find_all("li")]


def test_room_says_what_the_room_is_what_it_costs_and_when_it_is_open(client: Client) -> None:
    room = make_room(
        name="Canal",
        site=make_site(name="Workways Bastille"),
        configuration="boardroom",
        hour_minor=4500,
        half_day_minor=15700,
        day_minor=None,
        hours_saturday="10:00-16:00",
    )

    page = open_room(client, room)

    assert page.get("h1").text == "Canal"
    assert [fact.text for fact in page.find_all(".room-intro .facts div")] == [
        "For 2 to 8 people",
        "Size 20 m²",
        "Set up as Boardroom table",
        "Equipment Screen, whiteboard",
    ]
    prices, hours = page.find_all(".room-tables table")
    assert [row.text for row in prices.find_all("tr")] == ["An hour €45", "Half a day €157"]
    assert [row.text for row in hours.find_all("tr")] == [
        "Monday to Friday 09:00–18:00",
        "Saturday 10:00–16:00",
        "Sunday Closed",
    ]
    assert page.link("Workways Bastille")["href"] == f"/sites/{room.site.workways_id}/"


def test_room_every_free_time_is_a_link_with_its_whole_name(client: Client) -> None:
    room = make_room(hour_minor=4500)

    link = open_room(client, room).link("Monday 12 January 2026, 14:00 to 15:00, about €45")

    assert link.text == "14:00"
    assert link["href"] == "?date=2026-01-12&start=14:00&duration=60&people=2#booking"


def test_room_free_time_too_soon_for_new_companies_says_so_in_its_name(client: Client) -> None:
    room = make_room(hour_minor=None, half_day_minor=None, day_minor=None)

    page = open_room(client, room, "?date=2026-01-08")

    assert page.link("Thursday 8 January 2026, 14:00 to 15:00, for registered companies").text == "14:00"
    assert "Free for registered companies; for new ones too soon" in page.get(".legend").text


def test_room_what_can_not_be_had_says_why_in_words(client: Client) -> None:
    room = make_room(hours_week="09:00-12:30", hours_saturday="14:00-15:00", step_minutes=30)
    busy(room, 10, 11)

    page = open_room(client, room)

    assert day_column(page, 1) == [
        "09:00",
        "until 10:00",
        "Taken 10:00–11:00 Free at 11:00",
        "11:00",
        "11:30",
        "until 12:30",
        "Closed 12:30–15:00",
    ]
    assert day_column(page, 6) == ["Closed 09:00–14:00", "14:00", "until 15:00"]
    assert day_column(page, 7) == ["Closed 09:00–15:00"]


def test_room_a_gap_shorter_than_the_meeting_says_so(client: Client) -> None:
    room = make_room(hours_week="09:00-12:00")
    busy(room, 9, 10)
    make_busy_span(room=room, span=TimeSpan(at(10, 30), at(12)))

    assert day_column(open_room(client, room), 1) == [
        "Taken 09:00–10:00 Free Tue 13 Jan, 09:00",
        "Too short 10:00–10:30 Free Tue 13 Jan, 09:00",
        "Taken 10:30–12:00 Free Tue 13 Jan, 09:00",
    ]


def test_room_past_times_of_today_are_no_links(client: Client) -> None:
    room = make_room(hours_week="09:00-12:00")

    page = open_room(client, room, "?date=2026-01-07")

    assert day_column(page, 3)[:2] == ["Past 09:00–10:00", "10:00"]
    assert page.get(".is-today .day-today").text == "Today"


def test_room_shows_the_week_of_the_next_free_time_when_none_is_named(client: Client) -> None:
    room = make_room()
    make_busy_span(room=room, span=TimeSpan(at(0, day=date(2026, 1, 5)), at(0, day=MONDAY)))

    page = open_room(client, room, "")

    assert page.get(".week-name").text == "Mon 12 Jan – Sun 18 Jan"
    assert page.get("#booking a.button").text == "Next free: Mon 12 Jan, 09:00"


def test_room_leads_to_the_weeks_around_and_to_today(client: Client) -> None:
    page = open_room(client, make_room())

    assert page.link("Previous week")["href"] == "?date=2026-01-05&duration=60&people=2#calendar"
    assert page.link("Next week")["href"] == "?date=2026-01-19&duration=60&people=2#calendar"
    assert page.link("Today")["href"] == "?date=2026-01-07&duration=60&people=2#calendar"


def test_room_does_not_lead_into_the_past(client: Client) -> None:
    page = open_room(client, make_room(), "?date=2026-01-07")

    names = [link.name for link in page.find_all(".week-links a")]
    assert names == ["Next week"]


def test_room_week_without_free_time_leads_to_the_next_one_that_has_some(client: Client) -> None:
    room = make_room()
    make_busy_span(room=room, span=TimeSpan(at(0), at(0, day=date(2026, 1, 20))))

    page = open_room(client, room)

    assert page.get(".calendar-empty p").text == "Nothing is free in this week for 1 h."
    assert page.get(".calendar-empty a").text == "Next free time: Tue 20 Jan, 09:00"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?date=2026-01-12&people=9", "This room is for up to 8 people."),
        ("?date=2026-01-12&duration=30", "This room is booked for at least 1 h."),
        ("?date=2026-01-12&duration=540", "This room is booked for at most 8 h."),
        ("?date=2026-01-12&duration=75", "This room is booked in steps of 30 min."),
    ],
)
def test_room_what_the_room_can_never_do_is_said_once_above_the_calendar(
    client: Client, query: str, sentence: str
) -> None:
    page = open_room(client, make_room(), query)

    assert page.get("#calendar .alert .alert-title").text == sentence
    assert page.find_all(".week a") == []


def test_room_says_when_its_calendar_was_checked(client: Client) -> None:
    room = make_room(feed=False)
    make_feed(room=room, read_at=clock.now() - timedelta(minutes=4))

    assert open_room(client, room).get(".calendar-age").text == "Checked at 09:56"


def test_room_says_that_its_calendar_is_old(client: Client) -> None:
    room = make_room(feed=False)
    make_feed(room=room, read_at=clock.now() - timedelta(days=1))

    assert open_room(client, room).get(".calendar-age.is-stale").text == (
        "As of Tue 6 Jan, 10:00; we are checking again"
    )


def test_room_whose_calendar_was_never_read_offers_nothing(client: Client) -> None:
    page = open_room(client, make_room(feed=False))

    assert page.get(".calendar-age").text == "Availability not known yet"
    assert page.find_all(".week a") == []
    assert "Not known yet" in page.get(".week").text


def test_room_marks_its_feed_as_looked_at(client: Client) -> None:
    room = make_room()

    open_room(client, room)

    assert Feed.objects.get(room=room).looked_at == clock.now()


@pytest.mark.parametrize("room_id", ["f" * 24, "x", "ABCDEF012345ABCDEF012345", "é", "0" * 300])
def test_room_unknown_room_is_not_found(client: Client, room_id: str) -> None:
    assert client.get(f"/rooms/{room_id}/").status_code == 404


def test_room_vanished_room_is_not_found(client: Client) -> None:
    room = make_room(vanished_at=clock.now())

    assert client.get(f"/rooms/{room.workways_id}/").status_code == 404


def test_room_may_only_be_read(client: Client) -> None:
    room = make_room()

    assert client.post(f"/rooms/{room.workways_id}/").status_code == 405


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?date=soon", "This is no date. Write it as year-month-day, such as 2026-11-24."),
        ("?date=2026-01-06", "This day has passed. Choose today or a later day."),
        ("?date=2027-06-01", "Rooms can be booked at most 365 days ahead. Choose an earlier day."),
        ("?date=2026-01-12&start=late", "This is no time of day. Write it as hours and minutes, such as 14:00."),
        ("?duration=1", "The length must be at least 5 minutes."),
        ("?duration=99999999999", "The length can be 24 hours at most."),
        ("?people=%C3%A9", "The number of people must be a whole number, such as 6."),
    ],
)
def test_room_bad_input_is_answered_with_a_sentence_and_the_calendar(client: Client, query: str, sentence: str) -> None:
    room = make_room()

    response = client.get(f"/rooms/{room.workways_id}/{query}")

    page = read_html(response)
    assert response.status_code == 400
    assert sentence in page.get("#error-summary").text
    assert len(page.find_all(".day")) == 7


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.dictionaries(
        st.sampled_from(["date", "start", "duration", "people"]),
        st.text(max_size=40) | st.integers().map(str) | st.dates().map(str) | st.times().map(str),
    )
)
def test_room_no_query_makes_it_fail(client: Client, query: dict[str, str]) -> None:
    room = Room.objects.first() or make_room()

    assert client.get(f"/rooms/{room.workways_id}/", query).status_code in (200, 400)


@pytest.mark.parametrize("count", [1, 30])
def test_room_asks_the_database_as_often_for_one_meeting_as_for_thirty(
    client: Client, django_assert_num_queries: Any, count: int
) -> None:
    room = make_room()
    for number in range(count):
        make_busy_span(room=room, span=TimeSpan.lasting(at(9) + timedelta(hours=5 * number), 60))
    open_room(client, room)

    with django_assert_num_queries(2):
        open_room(client, room)


def test_chosen_slot_is_told_in_words_with_its_zone_and_price(client: Client) -> None:
    room = make_room(hour_minor=4500, half_day_minor=None)

    panel = open_room(client, room, CHOSEN).get("#booking")

    assert panel.get(".slot-day").text == "Monday 12 January 2026"
    assert panel.get(".slot-time").text == "14:00–15:30"
    assert panel.get(".slot-more").text == "Paris time, UTC+1 · 1 h 30 min · 4 people"
    assert panel.get(".offer .price-amount").text == "€67.50"


def test_chosen_slot_begins_a_booking_with_what_was_chosen(client: Client) -> None:
    room = make_room()

    form = open_room(client, room, CHOSEN).get("form.begin-form")

    sent = form.values()
    assert (form["action"], form["method"]) == (f"/rooms/{room.workways_id}/book/", "post")
    assert {name: sent[name] for name in ("date", "start", "duration", "people")} == {
        "date": "2026-01-12",
        "start": "14:00",
        "duration": "90",
        "people": "4",
    }
    assert sent["csrfmiddlewaretoken"]


def test_chosen_slot_is_marked_in_the_calendar(client: Client) -> None:
    page = open_room(client, make_room(), CHOSEN)

    assert [link.text for link in page.find_all(".week a[aria-current=true]")] == ["14:00"]
    assert [cell.text for cell in page.find_all(".week .inside")] == ["14:30", "15:00"]


def test_chosen_slot_stays_chosen_when_the_length_is_changed(client: Client) -> None:
    page = open_room(client, make_room(), CHOSEN)

    assert page.get("#booking input[form=calendar-tools]").attributes["value"] == "14:00"
    assert page.get("#calendar-tools").values() == {"duration": "90", "people": "4", "date": "2026-01-12"}


def test_chosen_slot_that_is_taken_gets_the_reason_and_times_nearby_with_price(client: Client) -> None:
    room = make_room(hour_minor=4500, half_day_minor=None)
    busy(room, 14, 15)

    panel = open_room(client, room, CHOSEN).get("#booking")

    assert panel.get("h2").text == "This time can't be booked"
    assert panel.get(".alert-title").text == "The room is taken at that time."
    assert panel.find("form") is None
    nearby = panel.find_all(".nearby a")
    assert [link.text for link in nearby] == [
        "Mon 12 Jan, 15:00–16:30 €67.50",
        "Mon 12 Jan, 12:30–14:00 €67.50",
        "Mon 12 Jan, 15:30–17:00 €67.50",
    ]
    assert nearby[0]["href"] == "?date=2026-01-12&start=15:00&duration=90&people=4#booking"


def test_chosen_slot_that_is_taken_leads_to_other_rooms_at_that_time(client: Client) -> None:
    room = make_room()
    busy(room, 14, 15)

    link = open_room(client, room, CHOSEN).link("Look for other rooms at this time")

    assert link["href"] == "/search/?country=FR&date=2026-01-12&start=14%3A00&duration=90&people=4"
    assert client.get(link["href"]).status_code == 200


def test_chosen_slot_that_is_too_soon_for_new_companies_says_how_it_can_be_had(client: Client) -> None:
    panel = open_room(client, make_room(), "?date=2026-01-08&start=14:00").get("#booking")

    assert panel.get(".alert").text == (
        "So soon, only companies that already have a Workways account can book. "
        "Confirm your e-mail address, and we will see whether yours has one."
    )
    assert panel.find("form.begin-form") is not None


def test_chosen_slot_in_an_hour_that_the_clock_skips_is_explained(client: Client) -> None:
    room = make_room(hours_week="", hours_sunday="00:00-24:00")

    panel = open_room(client, room, "?date=2026-03-29&start=02:30&duration=60").get("#booking")

    assert panel.get(".alert-title").text == "This time does not exist on that day, because the clocks go forward."


def test_chosen_slot_in_an_hour_that_comes_twice_is_named_by_its_offset(client: Client) -> None:
    room = make_room(hours_week="", hours_sunday="00:00-06:00", hour_minor=None)

    page = open_room(client, room, "?date=2026-10-25&duration=60")

    doubled = [link["href"] for link in page.find_all(".week a") if link.text == "02:00"]
    assert [re.search("start=([^&]+)", address)[1] for address in doubled] == ["02:00%2B02:00", "02:00%2B01:00"]  # type: ignore[index]
    second = read_html(client.get(f"/rooms/{room.workways_id}/{doubled[1].partition('#')[0]}"))
    assert second.get(".slot-more").text.startswith("Paris time, UTC+1")


def test_room_sets_no_cookie_until_a_slot_is_chosen(client: Client) -> None:
    room = make_room()

    assert not client.get(f"/rooms/{room.workways_id}/").cookies
    assert "csrftoken" in client.get(f"/rooms/{room.workways_id}/{CHOSEN}").cookies


@pytest.mark.parametrize(
    ("target", "outermost"),
    [("section#booking", "booking"), ("div#choose", "choose"), ("div#other", None), ("body", None)],
)
def test_parts_only_known_parts_are_given_alone(client: Client, target: str, outermost: str | None) -> None:
    room = make_room()
    headers = {"HX-Request": "true", "HX-Target": target}

    response = client.get(f"/rooms/{room.workways_id}/?date=2026-01-12", headers=headers)

    page = read_html(response)
    assert (page.find("html") is None) == (outermost is not None)
    if outermost:
        assert [element.attributes.get("id") for element in page.inside if isinstance(element, Element)] == [outermost]
    assert {"HX-Request", "HX-Target"} <= {word.strip() for word in response["Vary"].split(",")}


def test_part_loads_the_exact_price_by_itself(client: Client) -> None:
    room = make_room()
    headers = {"HX-Request": "true", "HX-Target": "section#booking"}

    response = client.get(f"/rooms/{room.workways_id}/{CHOSEN}", headers=headers)

    loader = read_html(response).get("[hx-get]")
    assert loader["hx-get"] == f"/rooms/{room.workways_id}/price/"
    assert "load" in loader["hx-trigger"]


def test_office_shows_its_rent_and_leads_to_registration_instead_of_a_calendar(client: Client) -> None:
    office = make_room(name="Bureau Marais", type=OFFICE_TYPE, month_minor=145000)

    page = read_html(client.get(f"/rooms/{office.workways_id}/"))

    assert page.find("#calendar") is None
    assert page.get(".booking-facts").text == "A month €1,450 A week about €334.62"
    assert page.link("Ask for this office")["href"] == f"/registration/start/?room={office.workways_id}"


def test_office_without_a_rent_says_on_request(client: Client) -> None:
    office = make_room(type=OFFICE_TYPE, month_minor=None)

    page = read_html(client.get(f"/fr/rooms/{office.workways_id}/"))

    assert len(page.find_all(".booking-facts .price-unknown")) == 2
    assert page.get("html")["lang"] == "fr"


def test_times_nearby_that_last_longer_cost_and_link_to_what_they_are(client: Client) -> None:
    room = make_room(min_minutes=120, hour_minor=2000, half_day_minor=None, day_minor=None)

    page = open_room(client, room, "?date=2026-01-12&start=14:00&duration=60&people=2")

    other = page.find_all(".nearby a")[0]
    assert "duration=120" in other["href"]
    assert "€40" in other.text
