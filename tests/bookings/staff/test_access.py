"""Who may open what in the panel."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.bookings.staff.conftest import PASSWORD
from tests.bookings.staff.routes import address
from tests.bookings.staff.world import make_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGES = [
    "staff-home",
    "staff-requests",
    "staff-request-views",
    "staff-registrations",
    "staff-booking-links",
    "staff-booking-link-new",
    "staff-booking-link-search",
    "staff-outbox",
    "staff-templates",
    "staff-customers",
    "staff-places",
    "staff-feeds",
    "staff-calendars",
    "staff-figures",
    "staff-settings",
    "staff-team",
    "staff-invite",
    "staff-audit",
    "staff-personal-data",
    "staff-account",
    "staff-two-factor",
]
OF_A_THING = [
    "staff-request",
    "staff-registration",
    "staff-booking-link",
    "staff-booking-link-room",
    "staff-booking-link-request",
    "staff-booking-link-change",
    "staff-booking-link-mail",
    "staff-mail",
    "staff-mail-html",
    "staff-template",
    "staff-template-html",
    "staff-place",
    "staff-customer",
    "staff-organization",
    "staff-contract",
    "staff-change",
    "staff-options",
]


@pytest.mark.parametrize("name", [*PAGES, *OF_A_THING])
def test_staff_read_every_page_in_both_languages(staff_client: Client, name: str) -> None:
    path = address(name, make_world())

    answers = [staff_client.get(path), staff_client.get(f"/fr{path}")]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert all(answer["Cache-Control"] == "no-store" for answer in answers)


@pytest.mark.parametrize("name", [*PAGES, *OF_A_THING])
def test_opening_pages_changes_nothing(staff_client: Client, name: str) -> None:
    world = make_world()
    before = [type(row).objects.filter(pk=row.pk).values().get() for row in vars(world).values()]

    staff_client.get(address(name, world))

    assert before == [type(row).objects.filter(pk=row.pk).values().get() for row in vars(world).values()]


@pytest.mark.parametrize(
    "path",
    [
        "/staff/requests/AAAA-AAAA/",
        "/staff/registrations/AAAA-AAAA/",
        "/staff/booking-links/AAAA-AAAA/",
        "/staff/outbox/999999/",
        "/staff/outbox/999999/html/",
        "/staff/outbox/99999999999999999999/",
    ],
)
def test_unknown_things_are_not_found(staff_client: Client, path: str) -> None:
    assert staff_client.get(path).status_code == 404


def test_member_of_staff_signs_in_and_out(client: Client, member: User) -> None:
    signed_in = client.post("/staff/login/", {"username": "sofia", "password": PASSWORD})
    page = client.get("/staff/")
    signed_out = client.post("/staff/logout/")
    later = client.get("/staff/")

    assert signed_in["Location"] == "/staff/"
    assert "Sofia Keller" in page.content.decode()
    assert signed_out["Location"] == "/"
    assert later.status_code == 302


def test_sign_in_leads_to_the_page_that_was_asked_for_and_nowhere_else(client: Client, member: User) -> None:
    inside = client.post("/staff/login/?next=/staff/upstream/calendars/", {"username": "sofia", "password": PASSWORD})
    client.logout()
    outside = client.post("/staff/login/?next=//evil.example/", {"username": "sofia", "password": PASSWORD})

    assert inside["Location"] == "/staff/upstream/calendars/"
    assert outside["Location"] == "/staff/"


@pytest.mark.parametrize("password", ["wrong", ""])
def test_wrong_password_gets_a_sentence(client: Client, member: User, password: str) -> None:
    response = client.post("/staff/login/", {"username": "sofia", "password": password})

    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()
    assert client.get("/staff/").status_code == 302


def test_account_without_staff_rights_is_told_so(client: Client, ordinary: User) -> None:
    response = client.post("/staff/login/", {"username": "olaf", "password": PASSWORD})

    assert "may not open the staff panel" in response.content.decode()


def test_signing_out_takes_a_button(staff_client: Client) -> None:
    assert staff_client.get("/staff/logout/").status_code == 405
    assert staff_client.get("/staff/").status_code == 200


def test_guessing_passwords_is_slowed_down(client: Client, member: User) -> None:
    answers = [client.post("/staff/login/", {"username": "sofia", "password": f"guess {n}"}) for n in range(12)]
    right = client.post("/staff/login/", {"username": "sofia", "password": PASSWORD})

    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert right.status_code == 429


def test_forms_need_their_token(member: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)
    world = make_world()

    response = client.post(f"/staff/outbox/{world.mail.pk}/resend/")

    assert response.status_code == 403
