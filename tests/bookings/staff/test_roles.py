"""Every route of the panel, of both apps, tried by everybody: strangers, accounts of no team, each role."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import reverse

from bookings.booking_requests.states import State
from bookings.mail.models import MailState
from bookings.registration.states import RegistrationState
from bookings.staff.customers.keys import CustomerKey
from bookings.staff.limits import PATHS
from portal.access import Role
from tests.bookings.staff.routes import ARGUMENTS, ROUTES, address
from tests.bookings.staff.world import World, make_mail, make_world
from tests.conftest import StoppedClock
from tests.factories import make_booking_request, make_registration, make_room, make_site
from tests.factories.members import make_member
from tests.portal.embedded.panel.test_access import fill
from tests.portal.embedded.world import build_world

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# By hand, so that a changed mark fails here. Routes of the embedded API are for managers, unless they stand here.
LEAST: dict[str, Role] = {
    "staff-home": Role.VIEWER,
    "staff-requests": Role.VIEWER,
    "staff-request": Role.VIEWER,
    "staff-request-views": Role.VIEWER,
    "staff-view-save": Role.VIEWER,
    "staff-view-change": Role.VIEWER,
    "staff-view-delete": Role.VIEWER,
    "staff-registrations": Role.VIEWER,
    "staff-registration": Role.VIEWER,
    "staff-outbox": Role.VIEWER,
    "staff-upstream": Role.VIEWER,
    "staff-explain": Role.VIEWER,
    "staff-feeds": Role.VIEWER,
    "staff-calendars": Role.VIEWER,
    "staff-calendar-site": Role.VIEWER,
    "staff-calendar-room": Role.VIEWER,
    "staff-figures": Role.VIEWER,
    "staff-figures-file": Role.VIEWER,
    "staff-feed": Role.VIEWER,
    "staff-account": Role.VIEWER,
    "staff-account-password": Role.VIEWER,
    "staff-account-browsers": Role.VIEWER,
    "staff-two-factor": Role.VIEWER,
    "staff-two-factor-begin": Role.VIEWER,
    "staff-two-factor-confirm": Role.VIEWER,
    "staff-two-factor-codes": Role.VIEWER,
    "staff-two-factor-remove": Role.VIEWER,
    "staff-requests-ics": Role.FRONT_DESK,
    "staff-request-send": Role.FRONT_DESK,
    "staff-request-settle": Role.FRONT_DESK,
    "staff-request-mail": Role.FRONT_DESK,
    "staff-request-contact": Role.FRONT_DESK,
    "staff-request-note": Role.FRONT_DESK,
    "staff-request-cancel": Role.FRONT_DESK,
    "staff-request-handled": Role.FRONT_DESK,
    "staff-ask": Role.FRONT_DESK,
    "staff-registration-send": Role.FRONT_DESK,
    "staff-registration-settle": Role.FRONT_DESK,
    "staff-registration-handled": Role.FRONT_DESK,
    "staff-booking-links": Role.FRONT_DESK,
    "staff-booking-link": Role.FRONT_DESK,
    "staff-booking-link-new": Role.FRONT_DESK,
    "staff-booking-link-room": Role.FRONT_DESK,
    "staff-booking-link-search": Role.FRONT_DESK,
    "staff-booking-link-request": Role.FRONT_DESK,
    "staff-booking-link-change": Role.FRONT_DESK,
    "staff-booking-link-mail": Role.FRONT_DESK,
    "staff-booking-link-send": Role.FRONT_DESK,
    "staff-booking-link-fresh": Role.FRONT_DESK,
    "staff-booking-link-revoke": Role.FRONT_DESK,
    "staff-booking-link-discard": Role.FRONT_DESK,
    "staff-mail": Role.FRONT_DESK,
    "staff-mail-html": Role.FRONT_DESK,
    "staff-attachment": Role.FRONT_DESK,
    "staff-mail-resend": Role.FRONT_DESK,
    "staff-mail-cancel": Role.FRONT_DESK,
    "staff-templates": Role.VIEWER,
    "staff-template": Role.VIEWER,
    "staff-template-html": Role.VIEWER,
    "staff-feed-refresh": Role.FRONT_DESK,
    "staff-explain-person": Role.FRONT_DESK,
    "staff-customers": Role.FRONT_DESK,
    "staff-customer-find": Role.FRONT_DESK,
    "staff-customer": Role.FRONT_DESK,
    "staff-organization": Role.FRONT_DESK,
    "staff-options": Role.FRONT_DESK,
    "staff-requests-csv": Role.MANAGER,
    "staff-contract": Role.MANAGER,
    "staff-change": Role.MANAGER,
    "staff-change-send": Role.MANAGER,
    "staff-change-look": Role.MANAGER,
    "staff-catalog-read": Role.MANAGER,
    "staff-settings": Role.MANAGER,
    "staff-places": Role.VIEWER,
    "staff-place": Role.VIEWER,
    "staff-place-preview": Role.VIEWER,
    "staff-place-save": Role.MANAGER,
    "staff-place-revert": Role.MANAGER,
    "staff-place-picture": Role.MANAGER,
    "staff-place-shown": Role.MANAGER,
    "staff-place-holidays": Role.MANAGER,
    "staff-place-move": Role.MANAGER,
    "staff-place-close": Role.MANAGER,
    "staff-place-reopen": Role.MANAGER,
    "staff-team": Role.ADMIN,
    "staff-team-rules": Role.ADMIN,
    "staff-invite": Role.ADMIN,
    "staff-member": Role.ADMIN,
    "staff-member-role": Role.ADMIN,
    "staff-member-link": Role.ADMIN,
    "staff-member-browsers": Role.ADMIN,
    "staff-member-two-factor": Role.ADMIN,
    "staff-member-off": Role.ADMIN,
    "staff-member-on": Role.ADMIN,
    "staff-audit": Role.ADMIN,
    "staff-audit-export": Role.ADMIN,
    "staff-personal-data": Role.ADMIN,
    "staff-retention": Role.ADMIN,
    "staff-person": Role.ADMIN,
    "staff-person-export": Role.ADMIN,
    "staff-person-erase": Role.ADMIN,
    "staff-person-erase-workways": Role.ADMIN,
    "operator-tokens": Role.ADMIN,
    "operator-token-deactivate": Role.ADMIN,
    "operator-token-regenerate": Role.ADMIN,
    "operator-developer": Role.ADMIN,
    "operator-token-new": Role.ADMIN,
    "operator-quotas": Role.ADMIN,
}
# What concerns all sites at once; all other routes show a limited member what belongs to the member's sites.
ALL_SITES = {
    "staff-catalog-read",
    "staff-settings",
    "staff-contract",
    "staff-change",
    "staff-change-send",
    "staff-change-look",
}
# The header's links.
NAVIGATION = [
    "home",
    "requests",
    "registrations",
    "booking-links",
    "outbox",
    "customers",
    "places",
    "calendars",
    "upstream",
    "figures",
    "settings",
    "team",
    "audit",
    "personal-data",
]
# Routes about one thing, which is another site's or one's own; and those about what is every site's.
OF_NO_SITE = {"staff-template", "staff-template-html"}
OF_A_THING = sorted(set(ARGUMENTS) - ALL_SITES - OF_NO_SITE)


def least(name: str) -> Role:
    return LEAST.get(name, Role.MANAGER)


def concerns_all_sites(name: str) -> bool:
    return name in ALL_SITES or (name.startswith("operator-") and least(name) < Role.ADMIN)


@pytest.fixture
def paths(clock: StoppedClock) -> dict[str, str]:
    """Where every route leads, in a world that has one of everything."""
    fill(build_world())
    world = make_world()
    make_member(username="somebody", role=Role.VIEWER)
    return {name: address(name, world) for name in ROUTES}


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done in here never was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def answers(client: Client, paths: dict[str, str]) -> dict[str, tuple[int, str]]:
    """What each route answers to a POST, and to a GET where it knows no POST; each in a world as it was."""
    given = {}
    for name, path in paths.items():
        with undone():
            response = client.post(path)
            if response.status_code == 405:
                response = client.get(path)
            given[name] = (response.status_code, response.headers.get("Location", ""))
    return given


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_each_route_stands_in_the_table_with_its_least_role() -> None:
    marked = {name: (view.least, view.all_sites) for name, view in ROUTES.items()}

    assert marked == {name: (least(name), concerns_all_sites(name)) for name in marked}
    assert set(LEAST) <= set(marked)


def test_stranger_is_sent_to_sign_in_from_everywhere(paths: dict[str, str]) -> None:
    given = answers(Client(), paths)

    assert given == {name: (302, f"/staff/login/?next={path}") for name, path in paths.items()}


@pytest.mark.parametrize("fields", [{}, {"is_staff": True}, {"is_staff": True, "is_active": False}])
def test_account_without_a_role_gets_nowhere(paths: dict[str, str], fields: dict[str, bool]) -> None:
    given = answers(signed_in(User.objects.create_user("olaf", **fields)), paths)

    # An account that is switched off is nobody.
    expected = 302 if "is_active" in fields else 403
    assert {status for status, _ in given.values()} == {expected}


@pytest.mark.parametrize("role", Role)
def test_each_role_gets_as_far_as_the_table_says(paths: dict[str, str], role: Role) -> None:
    given = answers(signed_in(make_member(role=role).user), paths)

    refused = {name for name, (status, _) in given.items() if status == 403}
    assert refused == {name for name in paths if least(name) > role}
    assert not [name for name, (_, to) in given.items() if "/login/" in to]


def test_superuser_gets_everywhere(paths: dict[str, str]) -> None:
    given = answers(signed_in(User.objects.create_superuser("root")), paths)

    assert 403 not in {status for status, _ in given.values()}


def test_limited_manager_is_refused_what_concerns_all_sites(paths: dict[str, str]) -> None:
    given = answers(signed_in(make_member(role=Role.MANAGER, sites=["0" * 24]).user), paths)

    refused = {name for name, (status, _) in given.items() if status == 403}
    assert refused == {name for name in paths if least(name) > Role.MANAGER or concerns_all_sites(name)}


@pytest.mark.parametrize("name", OF_A_THING)
def test_another_sites_thing_is_like_none(client: Client, clock: StoppedClock, name: str) -> None:
    mine, other = make_world(), make_world()
    make_attachment(mine)
    make_attachment(other)
    own_site = mine.request.room.site.workways_id
    client.force_login(make_member(role=Role.MANAGER, sites=[own_site]).user)

    ask = client.get if client.post(address(name, other)).status_code == 405 else client.post
    unseen = [ask(path) for path in (address(name, other), unknown(name))]
    seen = ask(address(name, mine)).status_code

    assert seen in (200, 302, 400)
    assert [answer.status_code for answer in unseen] == [404, 404]
    assert without_token(unseen[0].content) == without_token(unseen[1].content)


@pytest.mark.parametrize(
    "name",
    ["staff-home", "staff-requests", "staff-registrations", "staff-booking-links", "staff-outbox", "staff-feeds"],
)
def test_lists_show_a_limited_member_own_sites_only(client: Client, clock: StoppedClock, name: str) -> None:
    mine, other = make_world(), make_world()
    told_mine, told_other = signs(mine), signs(other)
    make_mail(state=MailState.FAILED, subject="To nobody's site")
    client.force_login(make_member(role=Role.MANAGER, sites=[mine.request.room.site.workways_id]).user)

    page = client.get(reverse(name)).content.decode()

    assert [sign for sign in told_mine if sign in page]
    assert not [sign for sign in told_other if sign in page]
    assert "To nobody" not in page


def test_member_without_a_site_sees_nothing(client: Client, clock: StoppedClock) -> None:
    world = make_world()
    client.force_login(make_member(role=Role.MANAGER, sites=[]).user)

    pages = [client.get(path).content.decode() for path in ("/staff/", "/staff/requests/", "/staff/outbox/")]

    assert not [sign for sign in signs(world) for page in pages if sign in page]


def test_registration_is_of_the_site_of_its_room_or_its_request(client: Client, clock: StoppedClock) -> None:
    site = make_site()
    room = make_room(site=site)
    own = [
        make_registration(site=site),
        make_registration(site=None, room=room),
        make_registration(booking_request=make_booking_request(room=room, state=State.REGISTRATION_NEEDED)),
    ]
    elsewhere = make_registration(state=RegistrationState.KEPT)
    client.force_login(make_member(role=Role.VIEWER, sites=[site.workways_id]).user)

    page = client.get("/staff/registrations/").content.decode()

    assert all(registration.reference in page for registration in own)
    assert elsewhere.reference not in page


def test_every_model_of_the_panel_says_how_it_leads_to_a_site() -> None:
    for model, ways in PATHS.items():
        for way in ways:
            lookup = f"{way}__workways_id" if way else "workways_id"
            assert list(model._default_manager.filter(**{lookup: "0" * 24})) == []


def test_refused_member_reads_which_role_it_takes_and_whom_to_ask(client: Client, clock: StoppedClock) -> None:
    make_member(username="ada", role=Role.ADMIN, first_name="Ada", last_name="Min", email="ada@portal.example")
    client.force_login(make_member(role=Role.VIEWER).user)

    page = client.get("/staff/settings/").content.decode()

    assert "“Manager”" in page
    assert "“Viewer”" in page
    assert "Ada Min" in page
    assert "mailto:ada@portal.example" in page


def test_refused_outsider_learns_no_names(client: Client, clock: StoppedClock) -> None:
    make_member(username="ada", role=Role.ADMIN, first_name="Ada", email="ada@portal.example")
    client.force_login(User.objects.create_user("olaf"))

    page = client.get("/staff/").content.decode()

    assert "no part in the team" in page
    assert "ada" not in page.lower().replace("adapt", "")


@pytest.mark.parametrize("role", Role)
def test_navigation_offers_what_may_be_opened(client: Client, clock: StoppedClock, role: Role) -> None:
    client.force_login(make_member(role=role).user)

    page = client.get("/staff/account/").content.decode()

    navigation = page[page.index("site-links") : page.index("</nav>")]
    offered = {name for name in NAVIGATION if f'href="{reverse(f"staff-{name}")}"' in navigation}
    assert offered == {name for name in NAVIGATION if least(f"staff-{name}") <= role}


def test_viewer_is_offered_no_act(client: Client, clock: StoppedClock) -> None:
    world = make_world()
    client.force_login(make_member(role=Role.VIEWER).user)
    paths = ["/staff/", "/staff/upstream/calendars/", "/staff/outbox/", f"/staff/requests/{world.request.reference}/"]
    paths.append(f"/staff/registrations/{world.registration.reference}/")

    for path in paths:
        main = client.get(path).content.decode().split("<main", 1)[1].split("</main>")[0]

        assert 'method="post"' not in main, path
        assert f'href="/staff/outbox/{world.mail.pk}/"' not in main, path


def signs(world: World) -> list[str]:
    """What gives this world away on a list: references, and what its room and its site are called."""
    room = world.request.room
    site = f"Site of {room.pk}"
    type(room.site).objects.filter(pk=room.site_id).update(name=site)
    type(world.mail).objects.filter(pk=world.mail.pk).update(subject=f"Mail of {room.pk}.")
    return [world.request.reference, world.registration.reference, room.public_name, site, f"Mail of {room.pk}."]


def make_attachment(world: World) -> None:
    """Gives the world's mail one attachment."""
    mail = make_mail(has_attachment=True)
    type(mail).objects.filter(pk=world.mail.pk).update(sealed=mail.sealed)


def unknown(name: str) -> str:
    """The address of a thing of this kind that doesn't exist."""
    values: list[Any] = {"staff-ask": ["AAAA-AAAA", 10**9], "staff-attachment": [10**9, 1]}.get(name, [])
    if name == "staff-booking-link-room":
        values = ["f" * 24]
    elif name == "staff-customer":
        values = [CustomerKey("nobody@example.org")]
    elif name in ("staff-organization", "staff-options", "staff-calendar-site", "staff-calendar-room"):
        values = ["f" * 24]
    elif name.startswith("staff-place"):
        values = ["sites" if name == "staff-place-holidays" else "rooms", "f" * 24]
        values += [10**9] if name == "staff-place-reopen" else []
    if not values:
        by_reference = ("request", "registration", "booking-link")
        values = ["AAAA-AAAA"] if any(word in name for word in by_reference) else [10**9]
    return reverse(name, args=values)


def without_token(content: bytes) -> str:
    """A page without what differs between requests: the form's token, and the address of the other language."""
    lines = content.decode().splitlines()
    return "\n".join(line for line in lines if "csrfmiddlewaretoken" not in line and "hreflang" not in line)
