"""Who comes, by site and hour of its wall clock."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.booking_requests.states import Presence, State
from bookings.mail.models import MailState
from bookings.staff.today.queries import MOST_ARRIVALS, Arrivals, list_arrivals
from portal.access import Role
from tests.bookings.staff.world import make_mail, make_world
from tests.conftest import StoppedClock
from tests.factories import make_booking_request, make_room, make_site
from tests.factories.members import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def booked(start: datetime, *, site: Any = None, **fields: Any) -> Any:
    room = make_room(site=site or make_site())
    return make_booking_request(room=room, start=start, state=State.BOOKED, **fields)


def told(arrivals: Arrivals) -> list[tuple[str, str, str, list[str]]]:
    return [
        (at.site.name, at.day.isoformat(), f"{hour.begins:%H:%M}", [request.name for request in hour.meetings])
        for at in arrivals.sites
        for hour in at.hours
    ]


def test_arrivals_stand_by_site_and_hour_of_its_own_clock() -> None:
    paris, dublin = make_site(name="B Paris"), make_site(name="A Dublin", country="Ireland")
    booked(datetime(2026, 1, 7, 9, 30, tzinfo=UTC), site=paris, name="Late")
    booked(datetime(2026, 1, 7, 9, 0, tzinfo=UTC), site=paris, name="Early")
    booked(datetime(2026, 1, 7, 14, 0, tzinfo=UTC), site=paris, name="Afternoon")
    booked(datetime(2026, 1, 7, 9, 30, tzinfo=UTC), site=dublin, name="Irish")
    now = datetime(2026, 1, 7, 8, tzinfo=UTC)

    arrivals = list_arrivals(make_member(), day=None, site="", now=now)

    assert told(arrivals) == [
        ("A Dublin", "2026-01-07", "09:00", ["Irish"]),
        ("B Paris", "2026-01-07", "10:00", ["Early", "Late"]),
        ("B Paris", "2026-01-07", "15:00", ["Afternoon"]),
    ]


def test_today_is_the_sites_own_date() -> None:
    far = make_site(name="Réunion", zone_override="Indian/Reunion")
    booked(datetime(2026, 1, 7, 21, tzinfo=UTC), site=far, name="Tomorrow there")
    booked(datetime(2026, 1, 7, 21, tzinfo=UTC), site=make_site(name="Paris"), name="Today here")
    evening = datetime(2026, 1, 7, 20, 30, tzinfo=UTC)

    today = told(list_arrivals(make_member(), day=None, site="", now=evening))
    asked = told(list_arrivals(make_member(username="b"), day=date(2026, 1, 7), site="", now=evening))

    assert sorted((day, names) for _site, day, _hour, names in today) == [
        ("2026-01-07", ["Today here"]),
        ("2026-01-08", ["Tomorrow there"]),
    ]
    assert [names for *_, names in asked] == [["Today here"]]


def test_only_who_really_comes_is_told() -> None:
    start = datetime(2026, 1, 7, 9, tzinfo=UTC)
    booked(start, name="Comes")
    booked(start, name="Gone", presence=Presence.GONE)
    booked(datetime(2026, 1, 8, 9, tzinfo=UTC), name="Another day")
    make_booking_request(state=State.REFUSED, start=start, name="Refused")

    assert [names for *_, names in told(list_arrivals(make_member(), day=None, site="", now=start))] == [["Comes"]]


def test_member_of_one_site_sees_its_arrivals_only(client: Client) -> None:
    mine = booked(datetime(2026, 1, 7, 9, tzinfo=UTC), name="Mine")
    other = booked(datetime(2026, 1, 7, 9, tzinfo=UTC), name="Other")
    client.force_login(make_member(role=Role.VIEWER, sites=[mine.room.site.workways_id]).user)

    page = client.get("/staff/").content.decode()
    elsewhere = client.get(f"/staff/?site={other.room.site.workways_id}").content.decode()

    assert "Mine" in page
    assert other.reference not in page + elsewhere


def test_page_leads_to_other_days_and_to_one_site(staff_client: Client) -> None:
    one = booked(datetime(2026, 1, 9, 9, tzinfo=UTC), name="Friday's guest")
    booked(datetime(2026, 1, 9, 9, tzinfo=UTC), name="Other guest")

    today = staff_client.get("/staff/").content.decode()
    friday = staff_client.get(f"/staff/?day=2026-01-09&site={one.room.site.workways_id}").content.decode()

    assert "?day=2026-01-08#arrivals" in today
    assert "Nobody has booked for this day." in today
    assert "Friday&#x27;s guest" in friday or "Friday&#39;s guest" in friday
    assert "Other guest" not in friday
    assert "Paris time, UTC+1" in friday


@pytest.mark.parametrize("query", ["day=x", "day=0001-01-01", "day=9999-12-31", "site=%00", "site=" + "x" * 99])
def test_day_that_makes_no_sense_is_today(staff_client: Client, query: str) -> None:
    assert staff_client.get(f"/staff/?{query}").status_code == 200


def test_crowded_day_leads_to_the_list(staff_client: Client) -> None:
    start = datetime(2026, 1, 7, 9, tzinfo=UTC)
    first = booked(start)
    fields = {"room": first.room, "start": start, "end": first.end, "zone_name": first.zone_name, "people": 2}
    type(first).objects.bulk_create(
        type(first)(email="x@example.org", name="Guest", state=State.BOOKED, language="en", **fields)
        for _ in range(MOST_ARRIVALS)
    )

    page = staff_client.get("/staff/").content.decode()

    assert "There are more than 200" in page
    assert page.count("Guest</a>") <= MOST_ARRIVALS


def test_each_line_has_one_next_act(staff_client: Client, clock: StoppedClock) -> None:
    world = make_world()
    confirming = make_booking_request(state=State.BEING_CONFIRMED)
    refused = make_booking_request(state=State.REFUSED)
    past = make_booking_request(state=State.REFUSED, start=datetime(2025, 12, 1, 9, tzinfo=UTC))
    cancelling = make_booking_request(state=State.BOOKED, cancelling_at=clock.instant)
    make_mail(state=MailState.FAILED)

    page = staff_client.get("/staff/").content.decode()

    lines = page.split('<li class="panel">')[1:]
    acts = [line.split("</li>")[0].count("<a class=") + line.split("</li>")[0].count("<button") for line in lines]
    assert acts == [1] * len(lines)
    assert len(lines) == 9
    for reference in (world.request.reference, confirming.reference, refused.reference, cancelling.reference):
        assert f'href="/staff/requests/{reference}/#act"' in page
    assert past.reference not in page


def test_page_asks_as_often_for_a_crowd_as_for_one(staff_client: Client) -> None:
    counts = []
    for more in (1, 2, 27):
        for _ in range(more):
            make_world()
            booked(datetime(2026, 1, 7, 9, tzinfo=UTC))
            make_booking_request(state=State.REFUSED)
        staff_client.get("/staff/")
        with CaptureQueriesContext(connection) as queries:
            staff_client.get("/staff/")
        counts.append(len(queries))

    assert counts[0] == counts[1] == counts[2] <= 12
