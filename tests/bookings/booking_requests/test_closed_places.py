"""A closure, a holiday or a hidden room takes effect wherever a room's time is shown, searched or booked, at once."""

import datetime as dt
import json
from html import unescape
from typing import Any

import pytest
from django.test import Client

from bookings.availability.closing_actions import reopen_place
from bookings.availability.models import Closure
from bookings.booking_requests.states import State
from bookings.catalog.models import Room, Site
from bookings.catalog.own_actions import change_place
from portal import clock as portal_clock
from tests.bookings.booking_requests.guests import Guest, text_of
from tests.conftest import StoppedClock
from tests.factories import make_closure, make_room
from tests.portal.embedded.world import KNOWN
from tests.support.transports import MEETING_REQUEST, Recording

# The clock stands at Wednesday 7 January 2026; this is the Monday after.
MONDAY, TUESDAY = dt.date(2026, 1, 12), dt.date(2026, 1, 13)


def close(room: Room, day: dt.date = MONDAY, *, whole_site: bool = False, **fields: Any) -> Closure:
    """A day on which the room, or all of its site, is closed for works."""
    return make_closure(site=room.site, room=None if whole_site else room, first_day=day, **fields)


@pytest.fixture
def here(clock: StoppedClock, db: None) -> Room:
    """A room with its calendar, read just now."""
    return make_room()


def page(client: Client, path: str) -> str:
    return unescape(client.get(path).content.decode())


@pytest.mark.parametrize("whole_site", [False, True])
def test_closed_day_is_closed_on_every_page_in_both_languages(client: Client, here: Room, whole_site: bool) -> None:
    close(here, whole_site=whole_site)
    path = f"/rooms/{here.workways_id}/"

    for view in ("week", "list", "month"):
        query = f"?date=2026-01-12&duration=60&view={view}"
        assert "Painting" in page(client, path + query), view
        assert "Peinture" in page(client, f"/fr{path}{query}"), view
        assert "date=2026-01-12&start=10:00" not in page(client, path + query), view
    day = page(client, f"/sites/{here.site.workways_id}/day/?date=2026-01-12")
    assert "Painting" in day
    assert "start=10:00" not in day
    assert "Closed soon" in page(client, path)


def test_slot_on_a_closed_day_is_refused_with_the_reason_and_a_way_on(client: Client, here: Room) -> None:
    close(here)

    english = page(client, f"/rooms/{here.workways_id}/?date=2026-01-12&start=10:00&duration=60&people=2")
    french = page(client, f"/fr/rooms/{here.workways_id}/?date=2026-01-12&start=10:00&duration=60&people=2")

    assert "Closed at that time: Painting." in english
    assert "It is free on Tue 13 Jan at 09:00." in english
    assert "Fermé à ce moment-là : Peinture." in french


def test_long_closure_says_when_it_opens_again(client: Client, here: Room) -> None:
    close(here, last_day=dt.date(2026, 2, 13))

    told = page(client, f"/rooms/{here.workways_id}/?date=2026-01-13&start=10:00&duration=60&people=2")

    assert "It opens again on Sat 14 Feb." in told


def test_holidays_close_a_site_where_they_are_switched_on(client: Client, here: Room) -> None:
    path = f"/rooms/{here.workways_id}/?date=2026-04-06&start=10:00&duration=60&people=2"
    before = page(client, path)
    change_place(place=here.site, values={"holidays_on": True})
    on = page(client, path)
    french = page(client, f"/fr{path}")
    change_place(place=here.site, values={"holidays_open": "2026-04-06"})
    excepted = page(client, path)

    assert "Closed" not in before.partition('id="booking"')[2]
    assert "Closed for a public holiday: Easter Monday." in on
    assert "It is free on Tue 7 Apr at 09:00." in on
    assert "Lundi de Pâques" in french
    assert "Easter Monday" not in excepted


def test_search_passes_over_what_is_closed_and_hidden_and_says_why(client: Client, here: Room) -> None:
    path = "/search/?date=2026-01-12&start=10:00&duration=60&people=2"
    found = page(client, path)
    closure = close(here, whole_site=True)
    closed = page(client, path)
    reopen_place(closure=closure)
    again = page(client, path)
    change_place(place=here, values={"is_hidden": True})

    assert here.public_name in found
    assert "Closed at that time: Painting." in closed
    assert "Painting" not in again
    assert here.public_name in again
    assert here.public_name not in page(client, path)


def test_part_of_a_day_is_closed_and_the_rest_is_not(client: Client, here: Room) -> None:
    close(here, from_time=dt.time(12), until_time=dt.time(14))

    told = page(client, f"/rooms/{here.workways_id}/?date=2026-01-12&duration=60&people=2")
    cells = told.partition('id="day-1"')[2] or told

    assert "date=2026-01-12&start=11:00" in cells
    assert "date=2026-01-12&start=14:00" in cells
    assert "date=2026-01-12&start=11:30" not in cells.replace("#booking", "").partition("why")[0]
    assert "12:00–14:00" in told


def test_programs_get_closures_and_holidays_as_busy_time(client: Client, here: Room) -> None:
    change_place(place=here.site, values={"holidays_on": True})
    close(here, from_time=dt.time(12), until_time=dt.time(14))
    window = "start=2026-01-12T00:00:00Z&end=2026-01-14T00:00:00Z"

    busy = json.loads(client.get(f"/rooms/{here.workways_id}/availability.json?{window}").content)["busy"]
    first = client.get(
        f"/rooms/{here.workways_id}/availability.json?start=2026-04-05T22:00:00Z&end=2026-04-06T22:00:00Z"
    )
    file = client.get(f"/rooms/{here.workways_id}/busy.ics")

    assert busy == [{"start": "2026-01-12T11:00:00Z", "end": "2026-01-12T13:00:00Z"}]
    assert json.loads(first.content)["busy"] == [{"start": "2026-04-05T22:00:00Z", "end": "2026-04-06T22:00:00Z"}]
    assert b"DTSTART:20260112T110000Z" in file.content
    assert b"Painting" not in file.content
    etag = file.headers["ETag"]
    reopen_place(closure=Closure.objects.get())
    assert client.get(f"/rooms/{here.workways_id}/busy.ics").headers["ETag"] != etag


def test_hours_of_ours_take_the_place_of_the_upstreams(client: Client, here: Room) -> None:
    change_place(place=here.site, values={"own_hours_week": "13:00-15:00"})
    other = make_room(site=here.site, own_hours_week="07:00-08:00", own_hours_saturday="10:00-12:00")

    told, others = (page(client, f"/rooms/{one.workways_id}/?date=2026-01-12") for one in (here, other))

    assert "13:00–15:00" in told
    assert "date=2026-01-12&start=10:00" not in told
    assert "07:00–08:00" in others
    assert "10:00–12:00" in others
    assert "start=13:00" in page(client, "/search/?date=2026-01-12&earliest=09:00&duration=60&people=2")


def test_closure_between_form_and_button_is_seen_just_before_sending(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room)
    close(room)

    guest.book()

    assert guest.request.state == State.READY
    assert upstream.sent_to(MEETING_REQUEST) == []
    assert "Closed at that time: Painting." in guest.html
    assert guest.html.count('name="slot"') >= 1
    guest.press_slot().book()
    assert guest.request.state == State.BOOKED


def test_mailed_link_to_a_closed_time_offers_others(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room)
    change_place(place=room.site, values={"holidays_on": True})
    close(room, whole_site=True)

    guest.look()

    assert "Painting" in guest.html
    assert 'name="slot"' in guest.html


def test_form_for_a_closed_time_begins_nothing(room: Room, upstream: Recording) -> None:
    close(room)

    guest = Guest(KNOWN).begin(room)

    assert guest.page.status_code >= 400
    assert "Painting" in guest.html


def test_booked_meeting_of_a_hidden_and_closed_room_stays_and_its_mails_speak_for_the_site(
    room: Room, upstream: Recording
) -> None:
    site = {"address": "5 rue de Lyon\n75012 Paris", "contact_email": "bastille@example.org", "vat_wording": "included"}
    change_place(place=room.site, values={**site, "house_rules_en": "No smoking.\nBadge at the desk."})
    change_place(place=room, values={"own_name_en": "The Seine"})

    guest = Guest(KNOWN).begin(room).book()
    booked = text_of(guest.request.mails.get(kind="booked"))
    change_place(place=room, values={"is_hidden": True})
    close(room)

    guest.look()
    assert guest.page.status_code == 200
    assert guest.request.state == State.BOOKED
    assert "The Seine" in guest.html
    for said in ("Room: The Seine", "Address: 5 rue de Lyon 75012 Paris", "VAT included", "No smoking.", "bastille@ex"):
        assert said in booked, booked


@pytest.mark.parametrize("closures", [0, 1, 40])
def test_closures_cost_no_page_a_query(
    client: Client, here: Room, django_assert_num_queries: Any, closures: int
) -> None:
    change_place(place=here.site, values={"holidays_on": bool(closures)})
    for number in range(closures):
        close(here, MONDAY + dt.timedelta(days=number * 3), whole_site=number % 2 == 0)
    paths = (
        f"/rooms/{here.workways_id}/",
        f"/sites/{here.site.workways_id}/day/",
        "/search/?date=2026-01-12&start=10:00",
    )
    for path in paths:
        client.get(path)
    portal_clock.now()

    for path, queries in zip(paths, (3, 1, 4), strict=True):
        with django_assert_num_queries(queries):
            client.get(path)


def test_copy_of_closures_belongs_to_the_place_alone(here: Room) -> None:
    other = make_room(site=here.site)
    close(here)
    close(other, TUESDAY, whole_site=True)

    here.refresh_from_db()
    other.refresh_from_db()
    site = Site.objects.get(pk=here.site_id)

    assert "2026-01-12" in here.closings
    assert other.closings == ""
    assert "2026-01-13" in site.closings
    for closure in Closure.objects.all():
        reopen_place(closure=closure)
    here.refresh_from_db()
    assert here.closings == Site.objects.get(pk=here.site_id).closings == ""
