"""What each route of the panel leaves in the audit."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from bookings.audit.models import AuditRow
from bookings.audit.vocabulary import Act, Subject
from bookings.booking_requests.models import BookingRequest, GuestAsk
from bookings.booking_requests.states import State
from bookings.catalog.models import Room
from bookings.inviting.models import Invitation
from bookings.mail.models import MailState, OutboxMail
from bookings.staff.requests.models import SavedView
from portal.access import Role
from portal.embedded.models import AuditEntry
from portal.embedded.models import User as Account
from portal.members.models import Member
from tests.bookings.staff.conftest import PASSWORD
from tests.bookings.staff.customers.companies import contract_form
from tests.bookings.staff.routes import ROUTES, address, methods
from tests.bookings.staff.second_factor import app_code, set_up
from tests.bookings.staff.world import World, make_world
from tests.conftest import StoppedClock
from tests.factories import make_room
from tests.factories.members import make_member
from tests.factories.pictures import make_picture
from tests.portal.embedded.panel.test_access import fill
from tests.portal.embedded.world import build_world

pytestmark = pytest.mark.django_db

_NEW = {"first": "a passphrase for tests", "second": "a passphrase for tests"}
_ROLE = {"role": "20", "reach": "all"}
_LINK = {"email": "new@portal.example", "name": "Nia", "language": "fr", "life": "72", "people": "2"}


def _erase(email: str, **more: str) -> dict[str, str]:
    return {"address": email, "typed": email, "reason": "asked", **more}


def make_account() -> Account:
    """Somebody in the embedded Workways data."""
    return Account.objects.create(email="account@example.org")


def newest_view() -> int:
    return SavedView.objects.latest("pk").pk


def save_view(sofia: Member, client: Client) -> SavedView:
    return SavedView.objects.create(owner=sofia, name="Mine")


def given(world: World, form: dict[str, Any]) -> dict[str, Any]:
    """The form, in a world where the room has a name of ours and stands before another."""
    Room.objects.update(own_name_en="Ours", position=1)
    make_room(site=world.request.room.site)
    return form


# A form that each POST route takes, so that it does what it is there for.
FORMS: dict[str, Callable[[World], dict[str, Any]]] = {
    "staff-request-send": lambda world: {"send-reason": "Called them."},
    "staff-request-mail": lambda world: {"mail-reason": "Called them."},
    "staff-request-contact": lambda world: {
        "contact-name": "Jeanne Petit",
        "contact-email": "new@portal.example",
        "contact-reason": "Called them.",
    },
    "staff-request-note": lambda world: {"note-note": "Called them."},
    "staff-request-cancel": lambda world: {"cancel-message": "Called them."},
    "staff-request-settle": lambda world: {"outcome": "booked", "reason": "I looked."},
    "staff-request-handled": lambda world: {"note": "Called."},
    "staff-view-save": lambda world: {"name": "Kept", "filters": "state=kept"},
    "staff-view-change": lambda world: {
        f"view{newest_view()}-name": "Kept ones",
        f"view{newest_view()}-is_shared": "on",
    },
    "staff-view-delete": lambda world: {},
    "staff-ask": lambda world: {f"ask{world.ask.pk}-answer": "Done."},
    "staff-registration-send": lambda world: {},
    "staff-registration-settle": lambda world: {"to": "created", "reason": "I looked."},
    "staff-registration-handled": lambda world: {"note": "Called."},
    "staff-mail-resend": lambda world: {"resend-reason": "I looked."},
    "staff-mail-cancel": lambda world: {"cancel-reason": "I looked."},
    "staff-booking-link-room": lambda world: _LINK,
    "staff-booking-link-request": lambda world: _LINK,
    "staff-booking-link-search": lambda world: {**_LINK, "place": f"site:{world.request.room.site.workways_id}"},
    "staff-booking-link-change": lambda world: _LINK,
    "staff-booking-link-send": lambda world: {},
    "staff-booking-link-fresh": lambda world: {},
    "staff-booking-link-revoke": lambda world: {},
    "staff-booking-link-discard": lambda world: {},
    "staff-feed-refresh": lambda world: {},
    "staff-contract": lambda world: contract_form(world.request.room.site, renewal_months="6"),
    "staff-change-send": lambda world: {},
    "staff-change-look": lambda world: {},
    "staff-explain-person": lambda world: {"email": world.request.email, "query": "people=2"},
    "staff-catalog-read": lambda world: {},
    "staff-customer-find": lambda world: {"about": world.request.email},
    "staff-settings": lambda world: {
        "name": "Desks",
        "vat_wording": "excluded",
        "reminder_hours": "24",
        "names_shown_to": "30",
    },
    "staff-place-save": lambda world: {"own_name_en": "Ours", "own_hours_week": "10:00-12:00"},
    "staff-place-revert": lambda world: given(world, {"field": "own_name_en"}),
    "staff-place-picture": lambda world: {"picture": SimpleUploadedFile("a.jpg", make_picture())},
    "staff-place-shown": lambda world: {"shown": "no"},
    "staff-place-holidays": lambda world: {"holidays-holidays_on": "on"},
    "staff-place-move": lambda world: given(world, {"to": "down"}),
    "staff-place-close": lambda world: {"closure-first_day": "2026-02-02"},
    "staff-place-reopen": lambda world: {},
    "staff-account-password": lambda world: {"present": PASSWORD, **_NEW},
    "staff-account-browsers": lambda world: {},
    "staff-two-factor-begin": lambda world: {},
    "staff-two-factor-confirm": lambda world: {"code": app_code(Member.objects.get(user__username="sofia"))},
    "staff-two-factor-codes": lambda world: {"codes-password": PASSWORD},
    "staff-two-factor-remove": lambda world: {"remove-password": PASSWORD},
    "staff-team-rules": lambda world: {"two_factor_for": "admins"},
    "staff-invite": lambda world: {"email": "new@portal.example", "first_name": "Nia", "language": "fr", **_ROLE},
    "staff-member-role": lambda world: _ROLE,
    "staff-member-link": lambda world: {},
    "staff-member-browsers": lambda world: {},
    "staff-member-two-factor": lambda world: {},
    "staff-member-off": lambda world: {},
    "staff-member-on": lambda world: {},
    "staff-audit-export": lambda world: {},
    "staff-retention": lambda world: {"retention_months": "12"},
    "staff-person": lambda world: {"address": world.request.email},
    "staff-person-export": lambda world: {"address": world.request.email},
    "staff-person-erase": lambda world: _erase(world.request.email, closes_open="on"),
    "staff-person-erase-workways": lambda world: {
        f"workways-{name}": value for name, value in _erase(make_account().email).items()
    },
}
# What must be so before.
BEFORE: dict[str, Callable[[Member, Client], object]] = {
    "staff-mail-cancel": lambda sofia, client: OutboxMail.objects.update(state=MailState.QUEUED),
    "staff-request-cancel": lambda sofia, client: BookingRequest.objects.update(state=State.BOOKED),
    "staff-view-change": save_view,
    "staff-view-delete": save_view,
    "staff-booking-link-fresh": lambda sofia, client: send_link(client),
    "staff-booking-link-revoke": lambda sofia, client: send_link(client),
    "staff-two-factor-confirm": lambda sofia, client: client.post("/staff/account/two-factor/begin/"),
    "staff-two-factor-codes": lambda sofia, client: set_up(sofia, client),
    "staff-two-factor-remove": lambda sofia, client: set_up(sofia, client),
}


def send_link(client: Client) -> object:
    """Sends the link that the world has prepared."""
    return client.post(f"/staff/booking-links/{Invitation.objects.get().reference}/send/")


@pytest.fixture
def sofia(clock: StoppedClock) -> Member:
    """An admin; the first on the team is somebody else."""
    make_member(username="otto", role=Role.VIEWER, email="otto@portal.example")
    return make_member(password=PASSWORD)


@pytest.fixture
def browser(sofia: Member) -> Client:
    """The browser of the admin, who is known to the list of browsers already."""
    client = Client(REMOTE_ADDR="203.0.113.77")
    client.force_login(sofia.user)
    client.get("/staff/account/")
    return client


def test_each_post_of_the_portals_own_panel_says_which_act_it_is(browser: Client) -> None:
    world = make_world()
    own = [name for name in ROUTES if name.startswith("staff-")]
    posts = {name for name in own if "POST" in methods(browser, address(name, world))}

    assert {name for name in own if ROUTES[name].act} == posts
    assert set(FORMS) == posts


@pytest.mark.parametrize("name", FORMS)
def test_each_act_leaves_its_row(browser: Client, sofia: Member, clock: StoppedClock, name: str) -> None:
    world = make_world()
    if name in BEFORE:
        BEFORE[name](sofia, browser)
    browser.get("/staff/account/")
    known = set(AuditRow.objects.values_list("pk", flat=True))

    response = browser.post(address(name, world), FORMS[name](world))

    row = AuditRow.objects.exclude(pk__in=known).exclude(act=Act.SAW).get()
    assert response.status_code in (200, 302)
    assert (row.act, row.user_id, row.actor, row.role) == (ROUTES[name].act, sofia.user_id, sofia.name, Role.ADMIN)
    assert (row.at, row.network) == (clock.instant, "203.0.113.0")
    assert row.subject in Subject.values
    told = {world.request.email, world.request.name, world.registration.email, "new@portal.example", "I looked", "Call"}
    assert not [word for word in told if word in f"{row.reference}{row.details}"]


@pytest.mark.parametrize("name", ["staff-request", "staff-ask", "staff-registration", "staff-mail", "staff-member"])
def test_row_names_what_it_is_about(browser: Client, sofia: Member, name: str) -> None:
    world = make_world()
    acts = {"staff-request": "staff-request-handled", "staff-registration": "staff-registration-handled"}
    acts |= {"staff-mail": "staff-mail-resend", "staff-member": "staff-member-off", "staff-ask": "staff-ask"}

    browser.post(address(acts[name], world), FORMS[acts[name]](world))

    row = AuditRow.objects.exclude(act=Act.SAW).get()
    assert (row.subject, row.reference) == {
        "staff-request": (Subject.REQUEST, world.request.reference),
        "staff-ask": (Subject.REQUEST, world.request.reference),
        "staff-registration": (Subject.REGISTRATION, world.registration.reference),
        "staff-mail": (Subject.MAIL, str(world.mail.pk)),
        "staff-member": (Subject.MEMBER, str(Member.objects.get(user__username="otto").pk)),
    }[name]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("staff-request-settle", {"outcome": "perhaps"}),
        ("staff-request-handled", {}),
        ("staff-mail-resend", {}),
        ("staff-mail-cancel", {"cancel-reason": " "}),
        ("staff-view-save", {"name": " "}),
        ("staff-request-send", {}),
        ("staff-request-mail", {}),
        ("staff-request-contact", {"contact-email": "no"}),
        ("staff-request-note", {}),
        ("staff-request-cancel", {}),
        ("staff-registration-settle", {}),
        ("staff-account-password", {"present": "wrong", **_NEW}),
        ("staff-two-factor-confirm", {"code": "000000"}),
        ("staff-invite", {"email": "no"}),
        ("staff-settings", {"name": ""}),
        ("staff-place-save", {"own_hours_week": "in the morning"}),
        ("staff-place-picture", {}),
        ("staff-place-close", {"closure-first_day": "2025-01-01"}),
    ],
)
def test_act_that_was_not_done_leaves_no_row(browser: Client, name: str, form: dict[str, str]) -> None:
    response = browser.post(address(name, make_world()), form)

    assert response.status_code == 400
    assert not AuditRow.objects.exclude(act=Act.SAW).exists()


def test_request_that_moved_meanwhile_leaves_no_row(browser: Client) -> None:
    world = make_world()
    type(world.request).objects.update(state=State.BOOKED)
    base = f"/staff/requests/{world.request.reference}/"

    browser.post(f"{base}settle/", {"outcome": "booked", "reason": "I looked."})
    browser.post(f"{base}send/", {"send-reason": "I looked."})

    assert not AuditRow.objects.exclude(act=Act.SAW).exists()


def test_second_answer_to_a_question_leaves_no_row(browser: Client) -> None:
    world = make_world()
    path = f"/staff/requests/{world.request.reference}/asks/{world.ask.pk}/"

    browser.post(path, {f"ask{world.ask.pk}-answer": "First."})
    browser.post(path, {f"ask{world.ask.pk}-answer": "Second."})

    assert AuditRow.objects.exclude(act=Act.SAW).count() == 1


REFUSE = {
    "sqlite": ["CREATE TRIGGER full BEFORE INSERT ON bookings_auditrow BEGIN SELECT RAISE(ABORT, 'full'); END"],
    "postgresql": [
        "CREATE FUNCTION full_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'full'; END $$",
        'CREATE TRIGGER "full" BEFORE INSERT ON bookings_auditrow FOR EACH ROW EXECUTE FUNCTION full_up()',
    ],
}


@pytest.mark.parametrize(
    "name",
    [
        "staff-request-send",
        "staff-request-settle",
        "staff-request-mail",
        "staff-request-contact",
        "staff-request-note",
        "staff-request-handled",
        "staff-ask",
        "staff-registration-send",
        "staff-registration-settle",
        "staff-registration-handled",
        "staff-mail-resend",
        "staff-invite",
        "staff-member-off",
    ],
)
def test_what_can_not_be_noted_is_not_done(browser: Client, name: str) -> None:
    world = make_world()
    browser.raise_request_exception = False
    things = [world.request, world.ask, world.registration, world.mail]
    before = [type(thing).objects.filter(pk=thing.pk).values().get() for thing in things]
    users = list(User.objects.order_by("pk").values("pk", "is_active"))
    with connection.cursor() as cursor:
        for statement in REFUSE[connection.vendor]:
            cursor.execute(statement)

    response = browser.post(address(name, world), FORMS[name](world))

    assert response.status_code == 500
    assert before == [type(thing).objects.filter(pk=thing.pk).values().get() for thing in things]
    assert users == list(User.objects.order_by("pk").values("pk", "is_active"))
    assert OutboxMail.objects.count() == 1
    assert GuestAsk.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("staff-home", Subject.TO_DO),
        ("staff-requests", Subject.REQUESTS),
        ("staff-request", Subject.REQUEST),
        ("staff-registrations", Subject.REGISTRATIONS),
        ("staff-registration", Subject.REGISTRATION),
        ("staff-outbox", Subject.MAILS),
        ("staff-mail", Subject.MAIL),
        ("staff-mail-html", Subject.MAIL),
        ("staff-team", Subject.MEMBERS),
        ("staff-member", Subject.MEMBER),
        ("staff-audit", Subject.AUDIT),
    ],
)
def test_page_with_personal_data_leaves_a_look(browser: Client, sofia: Member, name: str, subject: Subject) -> None:
    world = make_world()
    path = address(name, world)

    browser.get(path)

    row = AuditRow.objects.get()
    reference = path.rstrip("/").removesuffix("/html").rpartition("/")[2] if any(map(str.isdigit, path)) else ""
    reference = reference or (path.split("/")[3] if name in ("staff-request", "staff-registration") else "")
    assert (row.act, row.subject, row.reference, row.user_id) == (Act.SAW, subject, reference, sofia.user_id)


def test_same_page_within_ten_minutes_is_one_look(browser: Client, clock: StoppedClock) -> None:
    path = address("staff-request", make_world())

    for _ in range(3):
        browser.get(path)
        clock.forward(minutes=3)
    soon = AuditRow.objects.count()
    clock.forward(minutes=2)
    browser.get(path)

    assert (soon, AuditRow.objects.count()) == (1, 2)


def test_look_of_each_member_counts(browser: Client, client: Client, clock: StoppedClock) -> None:
    path = address("staff-request", make_world())
    client.force_login(User.objects.get(username="otto"))

    browser.get(path)
    client.get(path)

    assert sorted(AuditRow.objects.values_list("actor", flat=True)) == ["otto", "sofia"]


def test_page_that_isnt_there_leaves_no_look(browser: Client, clock: StoppedClock) -> None:
    assert browser.get("/staff/requests/AAAA-AAAA/").status_code == 404

    assert AuditRow.objects.count() == 0


def test_pages_of_the_embedded_api_leave_looks_and_files_their_own(browser: Client) -> None:
    fill(build_world())
    names = [name for name, view in ROUTES.items() if name.startswith("operator-") and (view.shows or view.exports)]
    gets = [name for name in names if "GET" in methods(browser, address(name, make_world()))]

    for name in gets:
        browser.get(address(name, make_world()))

    acts = {(row.act, row.subject) for row in AuditRow.objects.all()}
    assert acts == {
        (Act.EXPORTED if ROUTES[name].exports else Act.SAW, ROUTES[name].shows or ROUTES[name].exports) for name in gets
    }
    assert len(gets) >= 11


def test_acts_on_the_embedded_api_stand_in_its_own_record(browser: Client) -> None:
    world = build_world()

    browser.post(f"/staff/workways/sites/{world.paris.pk}/archive/", {"act": "archive"})

    assert AuditEntry.objects.filter(act="archived", thing_id=world.paris.pk).exists()
