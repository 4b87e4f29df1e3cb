"""A look-up: what Workways knows and what the portal has, whatever state Workways is in."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bookings.audit.models import AuditRow
from bookings.audit.vocabulary import Act, Subject
from bookings.booking_requests.states import State
from bookings.catalog.models import Room
from bookings.links.models import Link
from bookings.mail.models import OutboxMail
from bookings.registration.models import Registration
from bookings.staff.customers.keys import CustomerKey
from bookings.watching.models import SlotWatch
from portal.access import Role
from tests.bookings.staff.customers.companies import JEAN, company_at, make_person
from tests.bookings.staff.world import make_mail
from tests.conftest import StoppedClock
from tests.factories import coming_slot, make_booking_request, make_registration, make_room, make_site
from tests.factories.members import make_member
from tests.support import transports
from tests.support.transports import Recording, Troubled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ORGANIZATION_INFO = "/api/organization-info"
CONTRACT_OPTIONS = "/api/contract-options"


@pytest.fixture
def room(clock: StoppedClock) -> Room:
    return make_room()


def page_of(email: str = JEAN) -> str:
    return reverse("staff-customer", args=[CustomerKey(email)])


def fill_own_side(room: Room, number: int = 1) -> None:
    """So many of each kind that belong to Jean."""
    for _ in range(number):
        request = make_booking_request(room=room, state=State.BOOKED, email=JEAN, name="Jean D.")
        make_registration(site=room.site, email=JEAN)
        watch = SlotWatch.objects.create(
            room=room,
            start=request.start,
            end=request.end,
            zone_name="Europe/Paris",
            people=2,
            email=JEAN,
            language="fr",
            browser_key=f"browser {request.pk}",
            booking_request=request,
        )
        make_mail(to=JEAN, booking_request=request, subject=f"Mail {request.pk}")
        Link.objects.create(
            token_hash=f"hash {request.pk}", purpose="watch", email=JEAN, watch=watch, expires_at=request.end
        )
        Link.objects.create(
            token_hash=f"other {request.pk}",
            purpose="booking",
            email=JEAN,
            booking_request=request,
            expires_at=request.end + timedelta(days=30),
        )


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return unescape(response.content.decode())


@pytest.mark.parametrize("typed", [JEAN, f"  {JEAN.upper()} "])
def test_typed_address_leads_to_the_page_of_the_person_with_the_contract(
    staff_client: Client, room: Room, typed: str
) -> None:
    acme = company_at(room.site)
    make_person(acme)

    page = unescape(staff_client.post("/staff/customers/find/", {"about": typed}, follow=True).content.decode())

    assert "<h1>Jean Dupont</h1>" in page
    assert "principal administrator" in page
    for told in ("Acme Corp", "€1,300", "Thursday 31 December 2026", "By 12 months", "Bureau A12", "€850", "€150"):
        assert told in page
    assert reverse("staff-organization", args=[acme.pk]) in page


def test_typed_id_leads_to_the_company(staff_client: Client, room: Room) -> None:
    acme = company_at(room.site)
    registration = make_registration(site=room.site, organization_id=acme.pk)

    page = staff_client.post("/staff/customers/find/", {"about": acme.pk}, follow=True).content.decode()

    assert "<h1>Acme Corp</h1>" in page
    assert registration.reference in page


@pytest.mark.parametrize("typed", ["", "jean", "jean@", "<script>", "a" * 300, "1" * 23, "\x00@a.fr"])
def test_what_is_neither_address_nor_id_gets_a_sentence(staff_client: Client, typed: str) -> None:
    response = staff_client.post("/staff/customers/find/", {"about": typed})

    assert response.status_code == 400
    assert "error-summary" in response.content.decode()


def test_own_side_stands_beside_and_each_thing_is_led_to(staff_client: Client, room: Room) -> None:
    fill_own_side(room)
    make_booking_request(room=room, email="somebody.else@example.org", name="Somebody Else")
    request = room.requests.get(email=JEAN)
    mail = OutboxMail.objects.get()

    page = text(staff_client, page_of())

    assert "Workways doesn't know this address." in page
    assert "<h1>Jean D.</h1>" in page
    assert f'href="/staff/requests/{request.reference}/"' in page
    assert f'href="/staff/registrations/{Registration.objects.get().reference}/"' in page
    assert f'href="/staff/outbox/{mail.pk}/"' in page
    assert f'href="/rooms/{room.workways_id}/"' in page
    assert page.count("Not used yet") == 2
    assert "Somebody Else" not in page


def test_person_without_a_company_and_archived_people_are_told(staff_client: Client, room: Room) -> None:
    make_person(None, email="marie@example.org", first_name="Marie", last_name="", role="temp")
    acme = company_at(room.site)
    type(acme).objects.update(is_archived=True)
    make_person(acme, email="paul@acme.example", is_archived=True)

    marie, paul = text(staff_client, page_of("marie@example.org")), text(staff_client, page_of("paul@acme.example"))

    assert "not registered yet" in marie
    assert "Workways knows no company of this person." in marie
    assert paul.count("Archived") == 2


def test_address_that_nobody_knows_is_said(staff_client: Client) -> None:
    response = staff_client.get(page_of("nobody@example.org"))

    assert response.status_code == 404
    assert "Neither Workways nor the portal knows this address" in response.content.decode()


TROUBLES: list[tuple[Callable[..., Troubled], str, str]] = [
    (transports.refuses_connections, "Workways can't be reached.", "Try again in a few minutes."),
    (transports.times_out, "Workways gave no usable answer in time.", "Try again in a few minutes."),
    (transports.server_error, "Workways gave no usable answer in time.", "Try again in a few minutes."),
    (transports.drops, "Workways gave no usable answer in time.", "Try again in a few minutes."),
    (transports.rubbish, "Workways answered something that the portal can't read.", "Try again;"),
    (transports.unauthorized, "Workways doesn't accept the portal's token.", "Votre token est expiré"),
    (transports.throttled, "Workways asks the portal to wait", "Try again in 30 seconds."),
    (transports.rejects_in_french, "Workways refuses to answer this.", "Le numéro de société n'a pas pu être vérifié"),
]


@pytest.mark.parametrize(("trouble", "happened", "next"), TROUBLES)
def test_trouble_of_workways_is_a_sentence_and_the_own_side_stays(
    staff_client: Client, room: Room, settings: Any, trouble: Callable[..., Troubled], happened: str, next: str
) -> None:
    fill_own_side(room)
    settings.WORKWAYS_TRANSPORT = trouble()

    page = text(staff_client, page_of())

    assert happened in page
    assert next in page
    assert room.requests.get().reference in page


@pytest.mark.parametrize(("trouble", "happened", "next"), TROUBLES)
def test_trouble_with_the_contract_alone_leaves_the_person(
    staff_client: Client, room: Room, settings: Any, trouble: Callable[..., Troubled], happened: str, next: str
) -> None:
    acme = company_at(room.site)
    make_person(acme)
    settings.WORKWAYS_TRANSPORT = trouble(ORGANIZATION_INFO)

    pages = [text(staff_client, path) for path in (page_of(), reverse("staff-organization", args=[acme.pk]))]

    assert "<h1>Jean Dupont</h1>" in pages[0]
    assert all(happened in page and next in page for page in pages)


@pytest.mark.parametrize(("trouble", "happened", "next"), TROUBLES)
def test_trouble_with_the_options_is_a_sentence(
    staff_client: Client, room: Room, settings: Any, trouble: Callable[..., Troubled], happened: str, next: str
) -> None:
    settings.WORKWAYS_TRANSPORT = trouble(CONTRACT_OPTIONS)

    page = text(staff_client, reverse("staff-options", args=[room.site.workways_id]))

    assert happened in page
    assert next in page


def test_each_question_has_its_time_and_is_asked_once(staff_client: Client, room: Room, settings: Any) -> None:
    make_person(company_at(room.site))
    upstream = settings.WORKWAYS_TRANSPORT = Recording()

    staff_client.get(page_of())

    assert upstream.calls == ["GET /api/user-info", "GET /api/organization-info"]
    assert all(0 < request.extensions["deadline"].left() <= 3 for request in upstream.requests)


def test_options_stand_with_prices_for_members_and_for_the_public(staff_client: Client, room: Room) -> None:
    company_at(room.site)
    path = reverse("staff-options", args=[room.site.workways_id])

    page, french = text(staff_client, path), text(staff_client, f"/fr{path}")

    for told in ("Parking space", "€135", "€150", "€50", "Once per company", "€27", "On request"):
        assert told in page
    assert "€135 in the first 3 months" in page
    assert "10\xa0%" in page
    assert "Place de parking" in french
    assert "135\xa0€" in french


def test_look_up_leaves_rows_without_the_address(staff_client: Client, room: Room) -> None:
    acme = company_at(room.site)
    make_person(acme)

    staff_client.post("/staff/customers/find/", {"about": JEAN}, follow=True)
    staff_client.post("/staff/customers/find/", {"about": "nobody@example.org"}, follow=True)
    staff_client.post("/staff/customers/find/", {"about": acme.pk}, follow=True)

    rows = [(row.act, row.subject, row.reference) for row in AuditRow.objects.order_by("pk")]
    jean, nobody = str(CustomerKey(JEAN)), str(CustomerKey("nobody@example.org"))
    assert rows == [
        (Act.LOOKED_UP, Subject.CUSTOMER, jean),
        (Act.SAW, Subject.CUSTOMER, jean),
        (Act.LOOKED_UP, Subject.CUSTOMER, nobody),
        (Act.LOOKED_UP, Subject.ORGANIZATION, acme.pk),
        (Act.SAW, Subject.ORGANIZATION, acme.pk),
    ]


def test_audit_finds_who_looked_an_address_up(staff_client: Client, room: Room) -> None:
    staff_client.post("/staff/customers/find/", {"about": JEAN})

    page = staff_client.get("/staff/audit/", {"about": JEAN}).content.decode()

    assert str(CustomerKey(JEAN)) in page


def test_limited_member_sees_people_and_contracts_of_own_sites_only(client: Client, room: Room) -> None:
    acme = company_at(room.site)
    make_person(acme)
    make_person(None, email="marie@example.org")
    elsewhere = make_site(name="Elsewhere")
    other = make_person(company_at(elsewhere), email="otto@other.example", first_name="Otto")
    make_booking_request(room=room, email=other.email)
    client.force_login(make_member(role=Role.FRONT_DESK, sites=[room.site.workways_id]).user)

    paths = {
        "own": page_of(),
        "of no site": page_of("marie@example.org"),
        "guest here": page_of(other.email),
        "other company": reverse("staff-organization", args=[other.organization_id]),
        "other options": reverse("staff-options", args=[elsewhere.workways_id]),
    }
    given = {name: client.get(path) for name, path in paths.items()}

    assert {name: response.status_code for name, response in given.items()} == {
        "own": 200,
        "of no site": 404,
        "guest here": 200,
        "other company": 404,
        "other options": 404,
    }
    assert "Bureau A12" in given["own"].content.decode()
    guest = given["guest here"].content.decode()
    assert "Otto" in guest
    assert "Its contract is with other sites than yours." in guest
    assert "Bureau A12" not in guest


@pytest.mark.parametrize("number", [1, 3, 30])
def test_page_asks_as_often_for_one_row_as_for_thirty(
    staff_client: Client, room: Room, settings: Any, django_assert_max_num_queries: Any, number: int
) -> None:
    fill_own_side(room, number)
    settings.WORKWAYS_TRANSPORT = transports.rejects("User not found")
    staff_client.get(page_of())

    with django_assert_max_num_queries(12) as counted:
        staff_client.get(page_of())

    assert len(counted) == 9


def test_pages_say_french_things_in_french(staff_client: Client, room: Room) -> None:
    fill_own_side(room)

    page = text(staff_client, f"/fr{page_of()}")

    assert "Workways ne connaît pas cette adresse." in page


def test_span_of_a_request_is_told_in_the_time_of_its_site(staff_client: Client, room: Room) -> None:
    make_booking_request(room=room, email=JEAN, span=coming_slot(room, hour=14))

    assert "14:00–15:00 (Paris time, UTC+1)" in text(staff_client, page_of())
