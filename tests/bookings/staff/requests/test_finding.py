"""Which requests the list finds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.booking_requests.models import BookingRequest, RequestWord
from bookings.booking_requests.states import State
from bookings.registration.models import Registration
from bookings.staff.requests.queries import COMMON, MOST_SHOWN, Narrowing, list_requests
from portal.access import Member, Role
from tests.conftest import StoppedClock
from tests.factories import make_booking_request, make_registration, make_room, make_site
from tests.factories.members import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def found(*, common: int = COMMON, **wanted: Any) -> set[str]:
    """The names of the guests whose requests an admin finds."""
    admin = make_member(username=f"admin{Member.objects.count()}")
    return set(list_requests(admin, Narrowing(**wanted), common=common).values_list("name", flat=True))


@pytest.fixture
def requests() -> dict[str, BookingRequest]:
    """Three people in two sites."""
    bastille, dublin = make_site(name="Workways Bastille"), make_site(name="Dublin Docks", country="Ireland")
    rooms = [make_room(site=bastille, name="Salle Été"), make_room(site=dublin, name="Liffey")]
    made = [
        make_booking_request(
            room=rooms[0], name="Hélène Le-Goff", email="helene.legoff@acme.example", state=State.BOOKED
        ),
        make_booking_request(room=rooms[0], name="Jean Dupont", email="jean@dupont.example", state=State.BOOKED),
        make_booking_request(room=rooms[1], name="Sean O'Neill", email="sean_100%@acme.example", state=State.BOOKED),
    ]
    return {request.name: request for request in made}


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("helene", {"Hélène Le-Goff"}),
        ("HÉL", {"Hélène Le-Goff"}),
        ("le-goff", {"Hélène Le-Goff"}),
        ("goff helene", {"Hélène Le-Goff"}),
        ("goff jean", set()),
        ("neill", {"Sean O'Neill"}),
        ("acme", {"Hélène Le-Goff", "Sean O'Neill"}),
        ("acme dublin", {"Sean O'Neill"}),
        ("été", {"Hélène Le-Goff", "Jean Dupont"}),
        ("salle dupont", {"Jean Dupont"}),
        ("liffey", {"Sean O'Neill"}),
        ("bastille acme", {"Hélène Le-Goff"}),
        ("jean@dupont.example", {"Jean Dupont"}),
        ("Jean@Du", {"Jean Dupont"}),
        ("jean@ acme", set()),
        ("sean_100%@", {"Sean O'Neill"}),
        ("%", {"Hélène Le-Goff", "Jean Dupont", "Sean O'Neill"}),
        ("upont", set()),
        ("zzz", set()),
        ("je' OR 1=1 --", set()),
        ("\u0130 \ufdfa", set()),
    ],
)
def test_each_word_is_the_beginning_of_one(requests: dict[str, BookingRequest], words: str, names: set[str]) -> None:
    assert found(words=words) == names


def test_reference_is_found_whole_or_by_its_beginning(requests: dict[str, BookingRequest]) -> None:
    one = requests["Jean Dupont"]

    assert found(words=one.reference) == {"Jean Dupont"}
    assert found(words=one.reference.lower()) == {"Jean Dupont"}
    assert "Jean Dupont" in found(words=one.reference[:4])
    assert found(words=f"{one.reference} helene") == set()


def test_common_words_are_found_as_rare_ones_are(requests: dict[str, BookingRequest]) -> None:
    searches = ["acme", "acme dublin", "salle dupont", "helene goff", "salle", "zzz", "acme liffey"]
    rare = [found(words=words) for words in searches]

    assert [found(words=words, common=0) for words in searches] == rare


def test_company_of_the_registration_finds_the_request() -> None:
    request = make_booking_request(state=State.REGISTRATION_NEEDED, name="Ana Lima")
    registration = make_registration(booking_request=request, company="Ateliers Réunis")
    before = found(words="reunis")

    Registration.objects.filter(pk=registration.pk).update(company="Nouvelle Vague")

    assert before == {"Ana Lima"}
    assert found(words="reunis") == set()
    assert found(words="vague") == {"Ana Lima"}


def test_words_follow_name_and_address_however_they_change() -> None:
    request = make_booking_request(name="Old Name", email="old@example.org")

    BookingRequest.objects.filter(name="Old Name").update(name="New Person", email="fresh@example.com")

    assert found(words="old") == set()
    assert found(words="fresh person") == {"New Person"}
    request.refresh_from_db()
    request.name = "Third"
    request.save(update_fields=["name"])
    assert found(words="person") == set()
    assert found(words="third") == {"Third"}
    request.state = State.EXPIRED
    with CaptureQueriesContext(connection) as queries:
        request.save(update_fields=["state"])
    assert not [query for query in queries if "requestword" in query["sql"]]
    BookingRequest.objects.all().delete()
    assert not RequestWord.objects.exists()


def test_list_is_narrowed_by_state_site_room_and_days(requests: dict[str, BookingRequest], clock: StoppedClock) -> None:
    helene, jean, sean = requests["Hélène Le-Goff"], requests["Jean Dupont"], requests["Sean O'Neill"]
    BookingRequest.objects.filter(pk=jean.pk).update(state=State.KEPT, start=helene.start + timedelta(days=1))
    BookingRequest.objects.filter(pk=sean.pk).update(created_at=datetime(2020, 5, 1, tzinfo=UTC))
    sean.asks.create(kind="question", message="?")
    day = helene.start.replace(hour=0)

    assert found(state=State.KEPT) == {"Jean Dupont"}
    assert found(needs_staff=True) == {"Jean Dupont", "Sean O'Neill"}
    assert found(site=sean.room.site.workways_id) == {"Sean O'Neill"}
    assert found(room=helene.room.workways_id) == {"Hélène Le-Goff", "Jean Dupont"}
    assert found(meeting=(day, day + timedelta(days=1))) == {"Hélène Le-Goff", "Sean O'Neill"}
    assert found(created=(None, datetime(2021, 1, 1, tzinfo=UTC))) == {"Sean O'Neill"}


@pytest.mark.parametrize(
    ("order", "names"),
    [("-created", ["b", "a"]), ("created", ["a", "b"]), ("start", ["b", "a"]), ("-start", ["a", "b"])],
)
def test_list_has_the_order_that_was_chosen(
    staff_client: Client, clock: StoppedClock, order: str, names: list[str]
) -> None:
    late = clock.instant + timedelta(days=9)
    make_booking_request(name="Guest a", start=late)
    clock.forward(minutes=1)
    make_booking_request(name="Guest b", start=late - timedelta(days=1))

    page = staff_client.get(f"/staff/requests/?order={order}").content.decode()

    assert sorted(names, key=lambda name: page.index(f"Guest {name}")) == names


def test_member_of_one_site_finds_only_what_is_there(requests: dict[str, BookingRequest]) -> None:
    own = requests["Sean O'Neill"].room.site.workways_id
    limited = make_member(username="otto", role=Role.VIEWER, sites=[own])

    for words in ("", "acme", "helene", "salle", requests["Jean Dupont"].reference, "jean@"):
        rows = list_requests(limited, Narrowing(words=words))
        assert not {row.room.site.workways_id for row in rows} - {own}, words


WRONG = [
    "state=nonsense",
    "site=nowhere",
    "room=nowhere",
    "meeting_since=yesterday",
    "meeting_until=9999-12-31",
    "created_since=0001-01-01",
    "order=--",
    "page=no",
    "words=" + "x" * 200,
    "words=%00",
]


@pytest.mark.parametrize("query", WRONG)
def test_what_makes_no_sense_is_answered_with_a_list(staff_client: Client, query: str) -> None:
    make_booking_request()

    response = staff_client.get(f"/staff/requests/?{query}")

    assert response.status_code == 200


def test_wrong_day_is_named(staff_client: Client) -> None:
    page = staff_client.get("/staff/requests/?meeting_since=yesterday").content.decode()

    assert 'href="#id_meeting_since"' in page


def test_rooms_are_offered_of_the_chosen_site_and_those_of_a_former_one_are_forgotten(
    staff_client: Client, requests: dict[str, BookingRequest]
) -> None:
    helene, sean = requests["Hélène Le-Goff"].room, requests["Sean O'Neill"].room

    without = staff_client.get("/staff/requests/").content.decode()
    with_site = staff_client.get(f"/staff/requests/?site={sean.site.workways_id}").content.decode()
    stale = staff_client.get(
        f"/staff/requests/?site={sean.site.workways_id}&room={helene.workways_id}"
    ).content.decode()

    assert 'name="room"' not in without
    assert f'value="{sean.workways_id}"' in with_site
    assert f'value="{helene.workways_id}"' not in with_site
    assert "Sean" in stale
    assert "error-summary" not in stale


def test_only_so_many_are_counted_and_shown(staff_client: Client) -> None:
    one = make_booking_request(state=State.BOOKED)
    fields = {"room": one.room, "start": one.start, "end": one.end, "zone_name": one.zone_name, "people": 2}
    BookingRequest.objects.bulk_create(
        BookingRequest(email="x@example.org", name=f"Guest {number}", state=State.BOOKED, language="en", **fields)
        for number in range(MOST_SHOWN)
    )

    page, last = (staff_client.get(f"/staff/requests/?page={number}").content.decode() for number in (1, 999))

    assert "More than 1,000 requests" in page
    assert "Page 20 of 20" in last
    assert last.count('<td class="staff-when"><a href="/staff/requests/') == 50


SEARCHES: dict[str, Callable[[BookingRequest], str]] = {
    "all": lambda one: "",
    "words": lambda one: "words=jeanne+martin",
    "many words": lambda one: "words=jeanne+martin+room+example+org+guest",
    "a room's and a site's": lambda one: "words=room+bastille",
    "reference": lambda one: f"words={one.reference}",
    "address": lambda one: "words=guest@",
    "everything": lambda one: (
        f"words=martin&state=needs_staff&site={one.room.site.workways_id}&room={one.room.workways_id}"
        "&meeting_since=2020-01-01&meeting_until=2100-01-01&created_since=2020-01-01&order=start"
    ),
}


@pytest.mark.parametrize("name", SEARCHES)
def test_list_asks_as_often_for_one_as_for_many(staff_client: Client, name: str) -> None:
    room = make_room()
    counts = []
    for more in (1, 2, 27):
        for _ in range(more):
            request = make_booking_request(room=room, hold=None, state=State.KEPT, email="guest@example.org")
            request.asks.create(kind="question")
            make_registration(booking_request=request)
        path = f"/staff/requests/?{SEARCHES[name](request)}"
        staff_client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert request.reference in staff_client.get(path).content.decode()
        counts.append(len(queries))

    assert counts[0] == counts[1] == counts[2] <= 12
