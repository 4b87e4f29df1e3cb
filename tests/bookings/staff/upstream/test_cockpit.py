"""The cockpit tells how the portal stands with Workways."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.audit.models import AuditRow
from bookings.catalog.models import CatalogState, Room
from bookings.feeds.models import Feed, RejectedEvent, Upstream, UpstreamConnection
from bookings.upstream_calls import recording
from portal.access import Role
from tests.bookings.upstream_calls.test_recording import report
from tests.conftest import StoppedClock
from tests.factories import make_feed, make_room, make_site
from tests.factories.members import make_member
from tests.portal.embedded.world import build_world
from tests.support import transports

pytestmark = pytest.mark.django_db
COCKPIT, CALENDARS = "/staff/upstream/", "/staff/upstream/calendars/"


def read(client: Client, path: str) -> str:
    """A page's main part as text."""
    page = client.get(path).content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def test_cockpit_tells_mode_catalog_and_calendars(staff_client: Client, clock: StoppedClock) -> None:
    CatalogState.objects.create(pk=1, refreshed_at=clock() - timedelta(minutes=7), version=42)
    make_feed(failures_in_a_row=2)
    make_feed(read_at=clock() - timedelta(hours=2))
    Feed.objects.create(room=make_room(feed=False))

    page = read(staff_client, COCKPIT)

    for told in ("Embedded: the portal's own", "Portal version", "7 min ago", "42", "Read the catalog now"):
        assert told in page
    assert "All 3 Can't be read 1 Older than 15 minutes 1 Not read yet 1" in page


def test_breaker_tells_who_rests_and_how_many_are_under_way(
    staff_client: Client, clock: StoppedClock, settings: Any
) -> None:
    settings.WORKWAYS_IS_EMBEDDED, settings.WORKWAYS_API_URL = False, "https://api.workways.example"
    host = Upstream.objects.create(
        host="api.workways.example", failures_in_a_row=9, rests_until=clock() + timedelta(minutes=1)
    )
    UpstreamConnection.objects.create(upstream=host, number=0, taken_until=clock() + timedelta(seconds=5))
    UpstreamConnection.objects.create(upstream=host, number=1, taken_until=clock() - timedelta(seconds=5))

    page = read(staff_client, COCKPIT)

    assert "Workways account at api.workways.example" in page
    assert "Rests until 10:01" in page
    assert "Failures in a row 9" in page
    assert "Under way 1 request" in page
    clock.forward(minutes=2)
    assert "Asked as usual" in read(staff_client, COCKPIT)


def test_each_endpoint_tells_its_calls_errors_and_times(staff_client: Client, clock: StoppedClock) -> None:
    recording.observe(report("/api/room-price", outcome="Unavailable", status=503, message="Maintenance en cours"))
    clock.forward(hours=5)
    for took in (30, 40, 900):
        recording.observe(report(milliseconds=took))
    recording.observe(report("/api/user-info", outcome="Missing", message="User not found"))
    recording.write_tallies()

    hour, day = read(staff_client, COCKPIT), read(staff_client, f"{COCKPIT}?span=day")

    assert "GET /api/icsfeed 3 0 0 50 ms 1,000 ms none" in hour
    assert "GET /api/user-info 1 0 1" in hour
    assert "Not found, HTTP 200 User not found" in hour
    assert "room-price" not in hour
    assert "GET /api/room-price 1 1 (100 %) 0" in day
    assert "No usable answer, HTTP 503 Maintenance en cours" in day


def test_manager_reads_the_catalog_now(client: Client, clock: StoppedClock) -> None:
    build_world()
    client.force_login(make_member(role=Role.MANAGER).user)

    page = client.post(f"{COCKPIT}catalog/", follow=True).content.decode()

    assert "The catalog was read just now" in page
    assert Room.objects.exists()
    assert AuditRow.objects.filter(act="catalog_read").count() == 1


def test_catalog_that_cannot_be_read_says_why(client: Client, clock: StoppedClock, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = transports.server_error()
    client.force_login(make_member(role=Role.MANAGER).user)

    page = client.post(f"{COCKPIT}catalog/", follow=True).content.decode()

    assert "The catalog could not be read: GET /api/sites" in page
    assert "What was known before is kept." in page
    assert "Failed 1 time in a row" in page


@pytest.mark.parametrize(
    ("state", "shown"), [("failing", "Alpha"), ("stale", "Beta"), ("unread", "Gamma"), ("rejected", "Delta")]
)
def test_calendars_are_narrowed_down(staff_client: Client, clock: StoppedClock, state: str, shown: str) -> None:
    site = make_site(name="Site of all")
    names = {name: make_room(site=site, feed=False, public_name=name) for name in ("Alpha", "Beta", "Gamma", "Delta")}
    Feed.objects.create(room=names["Alpha"], failures_in_a_row=1, failure="Workways can't be reached.", read_at=clock())
    Feed.objects.create(room=names["Beta"], read_at=clock() - timedelta(minutes=16), answer_ms=123)
    Feed.objects.create(room=names["Gamma"])
    RejectedEvent.objects.create(feed=Feed.objects.create(room=names["Delta"], read_at=clock()), reason="x")
    make_room(public_name="Elsewhere")

    page = read(staff_client, f"{CALENDARS}?state={state}")
    everything = read(staff_client, f"{CALENDARS}?site={site.workways_id}&words=a")

    assert {name for name in (*names, "Elsewhere") if f"{name} Site" in page} == {shown}
    assert {name for name in (*names, "Elsewhere") if f"{name} Site" in everything} == set(names)
    assert "123 ms" in everything


def test_calendar_tells_each_event_that_could_not_be_read(staff_client: Client, clock: StoppedClock) -> None:
    feed = make_feed(answer_ms=1234, events=17)
    RejectedEvent.objects.create(feed=feed, uid="abc@example.org", reason="It ends before it starts.")

    page = read(staff_client, f"{CALENDARS}{feed.pk}/")
    french = staff_client.get(f"/fr{CALENDARS}{feed.pk}/").content.decode()

    for told in ("1,234 ms", "17", "It ends before it starts.", "abc@example.org"):
        assert told in page
    assert "It ends before it starts." not in french


@pytest.mark.parametrize("path", [COCKPIT, CALENDARS])
def test_viewer_is_offered_nothing_to_read_anew(client: Client, clock: StoppedClock, path: str) -> None:
    make_feed()
    client.force_login(make_member(role=Role.VIEWER).user)

    assert 'method="post"' not in client.get(path).content.decode().split("<main")[1].split("</main>")[0]


def test_calendar_asks_a_fixed_number_of_times(staff_client: Client, clock: StoppedClock) -> None:
    feed, counts = make_feed(), []
    for more in (1, 3, 60):
        for number in range(more):
            RejectedEvent.objects.create(feed=feed, uid=f"{more}-{number}", reason="It has no start.")
        staff_client.get(f"{CALENDARS}{feed.pk}/")
        with CaptureQueriesContext(connection) as queries:
            staff_client.get(f"{CALENDARS}{feed.pk}/")
        counts.append(len(queries))

    assert counts[0] == counts[1] == counts[2] <= 12
