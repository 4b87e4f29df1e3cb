"""What the panel shows, and that it asks the database as often for one row as for thirty."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.booking_requests.states import State
from bookings.catalog.models import CatalogState, Site
from bookings.feeds.models import Feed
from bookings.mail.models import MailState
from bookings.registration.states import RegistrationState
from tests.bookings.staff.world import make_mail, make_world
from tests.conftest import StoppedClock
from tests.factories import make_booking_request, make_registration, make_room, make_site

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def read(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_first_page_shows_everything_that_waits(staff_client: Client) -> None:
    world = make_world()

    page = read(staff_client, "/staff/")

    assert world.request.reference in page
    assert "Please cancel, I am ill." in page
    assert "550 no such user" in page
    assert world.registration.reference in page
    assert "GET /api/icsfeed: HTTP 500" in page


def test_first_page_says_when_nothing_waits(staff_client: Client, clock: StoppedClock) -> None:
    booked = make_booking_request(state=State.BOOKED)
    make_mail(state=MailState.SENT)
    CatalogState.objects.create(refreshed_at=clock.instant, attempted_at=clock.instant)

    page = read(staff_client, "/staff/")

    assert "Nothing waits for you" in page
    assert booked.reference not in page


def test_what_was_handled_waits_no_more(staff_client: Client, clock: StoppedClock) -> None:
    world = make_world()
    type(world.request).objects.update(handled_at=clock.instant)
    type(world.ask).objects.update(handled_at=clock.instant)
    type(world.registration).objects.update(handled_at=clock.instant)

    page = read(staff_client, "/staff/")

    assert "Requests that need a person" not in page
    assert "Guests who wait for an answer" not in page
    assert "Registrations that need a person" not in page


def test_first_page_names_the_upstream_and_its_trouble(staff_client: Client, settings: Any) -> None:
    settings.WORKWAYS_API_URL = "https://api.workways.example"
    CatalogState.objects.create(failure="GET /api/rooms: HTTP 503", failures_in_a_row=3)

    page = read(staff_client, "/staff/")

    assert "api.workways.example" in page
    assert "It failed 3 times in a row" in page
    assert "GET /api/rooms: HTTP 503" in page


def test_feed_that_was_never_read_is_told(staff_client: Client) -> None:
    Feed.objects.create(room=make_room(feed=False, name="Room Nine"))

    page = read(staff_client, "/staff/")

    assert "Room Nine" in page
    assert "Never read" in page


def test_times_are_of_the_zone_of_most_sites(staff_client: Client) -> None:
    for _ in range(2):
        make_site(country="Ireland")
    make_site(country="France")
    make_mail()

    page = read(staff_client, "/staff/outbox/")

    assert "Dublin time, UTC" in page
    assert ">09:00<" in page


def test_meeting_is_told_in_the_wall_time_of_its_site(staff_client: Client) -> None:
    make_booking_request(room=make_room(site=make_site(country="Ireland")))

    assert "10:00–11:00 (Dublin time, UTC)" in read(staff_client, "/staff/requests/")


@pytest.mark.parametrize(
    "words", ["{reference}", "martin", "Jeanne Martin", "guest@example.net", "Salle", "GUEST@EXAMPLE.NET salle"]
)
def test_request_is_found_by_any_of_its_words(staff_client: Client, words: str) -> None:
    found = make_booking_request(room=make_room(name="Salle Verte"), email="guest@example.net")
    other = make_booking_request(room=make_room(name="Attic"), name="Nobody", email="other@example.org")

    page = read(staff_client, f"/staff/requests/?words={words.format(reference=found.reference)}")

    assert found.reference in page
    assert other.reference not in page


def test_requests_are_narrowed_by_state(staff_client: Client) -> None:
    kept, booked = make_booking_request(state=State.KEPT), make_booking_request(state=State.BOOKED)
    asked = make_booking_request(state=State.BOOKED)
    asked.asks.create(kind="question", message="Is there a projector?")

    by_state = read(staff_client, "/staff/requests/?state=booked")
    needing = read(staff_client, "/staff/requests/?state=needs_staff")

    assert kept.reference not in by_state
    assert booked.reference in by_state
    assert asked.reference in by_state
    assert booked.reference not in needing
    assert kept.reference in needing
    assert asked.reference in needing


@pytest.mark.parametrize(
    "query",
    [
        "state=nonsense",
        "page=-1",
        "page=x",
        "page=99999999999999999999",
        "words=%00",
        "words=%25_%27",
        "words=" + "x" * 500,
    ],
)
@pytest.mark.parametrize(
    "path",
    ["/staff/requests/", "/staff/outbox/", "/staff/registrations/", "/staff/upstream/", "/staff/upstream/calendars/"],
)
def test_list_survives_any_question(staff_client: Client, path: str, query: str) -> None:
    make_world()

    assert staff_client.get(f"{path}?{query}").status_code == 200


def test_pages_keep_what_narrows_the_list(staff_client: Client) -> None:
    room = make_room()
    for _ in range(51):
        make_booking_request(room=room, state=State.EXPIRED, name="Zoé & Co", hold=None)

    first = read(staff_client, "/staff/requests/?words=Zo%C3%A9+%26&state=expired")
    second = read(staff_client, "/staff/requests/?words=Zo%C3%A9+%26&state=expired&page=2")

    assert 'href="?words=Zo%C3%A9+%26&amp;state=expired&amp;page=2"' in first
    assert second.count("Zoé &amp; Co") == 1


def test_story_tells_everything(staff_client: Client) -> None:
    world = make_world()

    page = read(staff_client, f"/staff/requests/{world.request.reference.lower()}/")

    for told in (
        "Workways can&#39;t be reached",
        "Désolé",
        "Begun",
        "the guest",
        "Please cancel, I am ill.",
        "Welcome",
        world.registration.reference,
        "GET /api/icsfeed: HTTP 500",
        "Send to Workways",
    ):
        assert told in page


@pytest.mark.parametrize(
    ("state", "acts"),
    [
        (State.AWAITING_PROOF, set()),
        (State.READY, set()),
        (State.SENDING, set()),
        (State.BEING_CONFIRMED, {"settle", "handled"}),
        (State.KEPT, {"send", "settle", "handled"}),
        (State.REGISTRATION_NEEDED, {"settle"}),
        (State.VERIFICATION_NEEDED, {"settle"}),
        (State.BOOKED, set()),
        # A refusal whose time is still to come waits for a person, who may find that nothing is left to do.
        (State.REFUSED, {"send", "settle", "handled"}),
        (State.ARCHIVED, {"send", "handled"}),
        (State.EXPIRED, set()),
    ],
)
def test_story_offers_what_the_state_allows(staff_client: Client, state: State, acts: set[str]) -> None:
    request = make_booking_request(state=state)

    page = read(staff_client, f"/staff/requests/{request.reference}/")

    base = f"/staff/requests/{request.reference}/"
    assert {act for act in ("send", "settle", "handled") if f'action="{base}{act}/"' in page} == acts


@pytest.mark.parametrize(
    ("state", "acts"),
    [
        (RegistrationState.DRAFT, set()),
        (RegistrationState.SENDING, set()),
        (RegistrationState.BEING_CONFIRMED, {"send", "settle", "handled"}),
        (RegistrationState.KEPT, {"send", "settle", "handled"}),
        (RegistrationState.REFUSED, {"send", "settle"}),
        (RegistrationState.CREATED, set()),
        (RegistrationState.USER_EXISTS, set()),
    ],
)
def test_registration_offers_what_its_state_allows(
    staff_client: Client, state: RegistrationState, acts: set[str]
) -> None:
    registration = make_registration(state=state)

    page = read(staff_client, f"/staff/registrations/{registration.reference}/")

    base = f"/staff/registrations/{registration.reference}/"
    assert {act for act in ("send", "settle", "handled") if f'action="{base}{act}/"' in page} == acts


def test_mail_is_readable_with_its_links(staff_client: Client) -> None:
    mail = make_mail()

    page = staff_client.get(f"/staff/outbox/{mail.pk}/")
    frame = staff_client.get(f"/staff/outbox/{mail.pk}/html/")

    assert '<a href="http://127.0.0.1:8000/l/abc/"' in page.content.decode()
    assert f'src="/staff/outbox/{mail.pk}/html/"' in page.content.decode()
    assert '<head><base target="_top">' in frame.content.decode()
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    policy = frame["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert "allow-scripts" not in policy


def test_mail_whose_secret_is_gone_says_so(staff_client: Client, settings: Any) -> None:
    mail = make_mail()
    type(mail).objects.update(sealed=b"nonsense")

    page = staff_client.get(f"/staff/outbox/{mail.pk}/")
    frame = staff_client.get(f"/staff/outbox/{mail.pk}/html/")

    assert "This mail can't be opened" in page.content.decode()
    assert frame.status_code == 404


def one_more(number: int) -> None:
    world = make_world()
    Site.objects.filter(pk=world.request.room.site_id).update(name=f"Site {number}")


PAGES: dict[str, Callable[[], str]] = {
    "home": lambda: "/staff/",
    "requests": lambda: "/staff/requests/?words=m&state=needs_staff",
    "registrations": lambda: "/staff/registrations/",
    "outbox": lambda: "/staff/outbox/",
    "upstream": lambda: "/staff/upstream/",
    "feeds": lambda: "/staff/upstream/calendars/",
    "settings": lambda: "/staff/settings/",
    "places": lambda: "/staff/places/?words=room",
    "site": lambda: f"/staff/places/sites/{Site.objects.order_by('pk').values_list('workways_id', flat=True)[0]}/",
}


@pytest.mark.parametrize("name", PAGES)
def test_page_asks_as_often_for_one_row_as_for_thirty(staff_client: Client, name: str) -> None:
    counts = []
    for more in (1, 2, 27):
        for number in range(more):
            one_more(number)
        staff_client.get(PAGES[name]())
        with CaptureQueriesContext(connection) as queries:
            assert staff_client.get(PAGES[name]()).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1] == counts[2] <= 12


def test_story_asks_as_often_for_one_line_as_for_thirty(staff_client: Client, clock: StoppedClock) -> None:
    world = make_world()
    counts = []
    for more in (0, 2, 27):
        for number in range(more):
            world.request.events.create(actor="system", what="answered", at=clock.instant + timedelta(minutes=number))
            world.request.asks.create(kind="question", message=f"Question {number}")
            make_mail(booking_request=world.request)
        staff_client.get(f"/staff/requests/{world.request.reference}/")
        with CaptureQueriesContext(connection) as queries:
            staff_client.get(f"/staff/requests/{world.request.reference}/")
        counts.append(len(queries))

    assert counts[0] == counts[1] == counts[2] <= 12
