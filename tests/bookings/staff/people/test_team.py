"""The team, as admins keep it."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.audit.models import AuditRow
from bookings.audit.vocabulary import Act
from bookings.mail.models import OutboxMail
from bookings.mail.queries import open_body
from portal.access import Role
from portal.members.actions import NoAdminLeft, set_role, switch_off
from portal.members.models import Member, PanelRules
from tests.bookings.staff.second_factor import set_up
from tests.conftest import StoppedClock
from tests.factories import make_site
from tests.factories.members import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NEW = {"email": "Nia.New@Portal.example", "first_name": "Nia", "last_name": "New", "language": "fr"}


@pytest.fixture
def ada(db: None) -> Member:
    """The admin who acts."""
    return make_member(username="ada", first_name="Ada", last_name="Min")


@pytest.fixture
def browser(ada: Member) -> Client:
    client = Client()
    client.force_login(ada.user)
    return client


@pytest.fixture
def otto(db: None) -> Member:
    """A colleague at the front desk."""
    return make_member(username="otto", role=Role.FRONT_DESK, password="x", email="otto@portal.example")


def link_of(mail: OutboxMail) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(\S+)", open_body(mail).text)
    assert found is not None
    return found[1]


def test_invited_member_chooses_a_password_and_gets_in_with_the_role(browser: Client, client: Client) -> None:
    site = make_site()
    browser.post("/staff/team/invite/", {**NEW, "role": "20", "reach": "some", "sites": [site.workways_id]})

    mail = OutboxMail.objects.get()
    password = "an entirely new passphrase"
    answer = client.post(link_of(mail), {"first": password, "second": password}, follow=True)

    member = Member.objects.get(user__username="nia.new@portal.example")
    assert (mail.to, mail.language) == ("nia.new@portal.example", "fr")
    assert "Ada Min" in open_body(mail).text
    assert answer.redirect_chain[-1][0] == "/fr/staff/"
    assert (member.rank, member.sites) == (Role.FRONT_DESK, frozenset({site.workways_id}))
    assert client.get("/staff/settings/").status_code == 403
    assert client.get("/staff/requests/").status_code == 200


def test_invitation_lasts_seven_days_and_the_newest_counts(
    browser: Client, client: Client, clock: StoppedClock
) -> None:
    browser.post("/staff/team/invite/", {**NEW, "role": "10", "reach": "all"})
    member = Member.objects.get(user__first_name="Nia")
    first = link_of(OutboxMail.objects.latest("pk"))
    browser.post(f"/staff/team/{member.pk}/link/")
    second = link_of(OutboxMail.objects.latest("pk"))
    clock.forward(days=6, hours=23)
    answers = [client.get(path).status_code for path in (first, second)]
    clock.forward(hours=1)

    assert answers == [404, 200]
    assert client.get(second).status_code == 404


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"email": "no"}, "valid email"),
        ({"email": "OTTO@portal.example"}, "an account with this address already"),
        ({"email": "otto"}, "valid email"),
        ({"first_name": ""}, "Type a name"),
        ({"role": "25"}, "Select a valid choice"),
        ({"role": ""}, "Choose a role"),
        ({"reach": "some"}, "Tick at least one site"),
        ({"reach": "some", "sites": ["f" * 24]}, "Select a valid choice"),
        ({"role": "40", "reach": "some"}, "an admin is for all sites"),
        ({"language": "xx"}, "Select a valid choice"),
    ],
)
def test_invitation_that_makes_no_sense_is_asked_again(
    browser: Client, otto: Member, more: dict[str, Any], words: str
) -> None:
    answer = browser.post("/staff/team/invite/", {**NEW, "role": "20", "reach": "all", **more})

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not User.objects.filter(first_name="Nia").exists()
    assert OutboxMail.objects.count() == 0


def test_role_and_sites_hold_from_the_next_page_on(browser: Client, client: Client, otto: Member) -> None:
    site = make_site(name="Workways Lyon")
    client.force_login(otto.user)
    before = client.get("/staff/settings/").status_code

    browser.post(f"/staff/team/{otto.pk}/role/", {"role": "30", "reach": "all"})
    as_manager = client.get("/staff/settings/").status_code
    browser.post(f"/staff/team/{otto.pk}/role/", {"role": "30", "reach": "some", "sites": [site.workways_id]})
    limited = client.get("/staff/settings/").status_code

    row = AuditRow.objects.filter(act=Act.MEMBER_CHANGED).latest("pk")
    assert (before, as_manager, limited) == (403, 200, 403)
    assert row.details == {"former_role": "manager", "role": "manager", "sites": [site.workways_id]}
    assert "Workways Lyon" in browser.get(f"/staff/team/{otto.pk}/").content.decode()


def test_same_role_again_leaves_no_row(browser: Client, otto: Member) -> None:
    browser.post(f"/staff/team/{otto.pk}/role/", {"role": "20", "reach": "all"})

    assert not AuditRow.objects.filter(act=Act.MEMBER_CHANGED).exists()


def test_limit_to_a_site_that_is_gone_can_be_seen_and_kept(browser: Client, clock: StoppedClock) -> None:
    gone = make_site(name="Workways Nice", vanished_at=clock.instant)
    member = make_member(username="otto", role=Role.VIEWER, sites=[gone.workways_id])

    page = browser.get(f"/staff/team/{member.pk}/").content.decode()
    answer = browser.post(
        f"/staff/team/{member.pk}/role/", {"role": "20", "reach": "some", "sites": [gone.workways_id]}
    )

    member.refresh_from_db()
    assert "Workways Nice" in page
    assert answer.status_code == 302
    assert (member.role, member.site_ids) == (Role.FRONT_DESK, [gone.workways_id])


@pytest.mark.parametrize("act", ["role", "link", "browsers", "two-factor", "off", "on"])
def test_nobody_acts_on_the_own_account_here(browser: Client, ada: Member, act: str) -> None:
    make_member(username="second")

    page = browser.post(f"/staff/team/{ada.pk}/{act}/", {"role": "10", "reach": "all"}, follow=True)

    ada.refresh_from_db()
    ada.user.refresh_from_db()
    assert (ada.rank, ada.user.is_active) == (Role.ADMIN, True)
    assert OutboxMail.objects.count() == 0
    assert not AuditRow.objects.exclude(act=Act.SAW).exists()
    if act != "link":
        assert "This is your own account" in page.content.decode()


def test_there_is_always_an_admin_left(ada: Member) -> None:
    with pytest.raises(NoAdminLeft):
        set_role(member=ada, role=Role.VIEWER, site_ids=None)
    with pytest.raises(NoAdminLeft):
        switch_off(member=ada)

    ada.refresh_from_db()
    ada.user.refresh_from_db()
    assert (ada.role, ada.user.is_active) == (Role.ADMIN, True)


def test_forced_sign_out_ends_every_session(browser: Client, client: Client, otto: Member) -> None:
    client.force_login(otto.user)
    client.get("/staff/")

    page = browser.post(f"/staff/team/{otto.pk}/browsers/", follow=True).content.decode()

    assert "signed out everywhere" in page
    assert AuditRow.objects.get(act=Act.SESSIONS_ENDED).details == {"browsers": 1}
    assert client.get("/staff/").status_code == 302
    assert browser.get("/staff/").status_code == 200


def test_forced_sign_out_ends_a_session_that_opened_no_page_yet(browser: Client, client: Client, otto: Member) -> None:
    client.force_login(otto.user)

    browser.post(f"/staff/team/{otto.pk}/browsers/")

    assert client.get("/staff/").status_code == 302


def test_switched_off_account_opens_nothing_until_it_is_on_again(browser: Client, client: Client, otto: Member) -> None:
    client.force_login(otto.user)
    client.get("/staff/")

    browser.post(f"/staff/team/{otto.pk}/off/")
    off = client.get("/staff/").status_code
    refused = client.post("/staff/login/", {"username": "otto", "password": "x"}).status_code
    browser.post(f"/staff/team/{otto.pk}/on/")
    back = client.post("/staff/login/", {"username": "otto", "password": "x"}).status_code

    assert (off, refused, back) == (302, 200, 302)


def test_lost_telephone(browser: Client, client: Client, otto: Member) -> None:
    client.force_login(otto.user)
    set_up(otto, client)

    browser.post(f"/staff/team/{otto.pk}/two-factor/")

    otto.refresh_from_db()
    assert otto.two_factor_at is None
    assert client.get("/staff/")["Location"] == "/staff/login/?next=/staff/"
    client.force_login(otto.user)
    assert client.get("/staff/").status_code == 200


@pytest.mark.parametrize("fields", [{"email": ""}, {"is_active": False}])
def test_no_link_without_an_address_or_for_an_account_that_is_off(
    browser: Client, otto: Member, fields: dict[str, Any]
) -> None:
    User.objects.filter(pk=otto.user_id).update(**fields)

    browser.post(f"/staff/team/{otto.pk}/link/")

    assert OutboxMail.objects.count() == 0
    assert not AuditRow.objects.exclude(act=Act.SAW).exists()


def test_rules_are_kept(browser: Client) -> None:
    browser.post("/staff/team/rules/", {"two_factor_for": "everybody"})
    wrong = browser.post("/staff/team/rules/", {"two_factor_for": "somebody"})

    assert PanelRules.objects.get().two_factor_for == "everybody"
    # The rule holds for the admin too, who has no second factor yet.
    assert wrong["Location"].startswith("/staff/account/two-factor/")


def test_unknown_member_is_not_found(browser: Client) -> None:
    User.objects.create_user("olaf")

    assert browser.get("/staff/team/999999/").status_code == 404
    assert browser.post("/staff/team/999999/off/").status_code == 404


def test_team_asks_as_often_for_one_as_for_thirty(browser: Client) -> None:
    counts = []
    for more in (1, 2, 27):
        for number in range(more):
            make_member(username=f"m{more}-{number}", sites=["0" * 24])
        browser.get("/staff/team/")
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/staff/team/").status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1] == counts[2] <= 12


@pytest.mark.parametrize(
    ("kind", "readers"),
    [
        ("member_password", {Role.ADMIN}),
        ("from_workways", {Role.ADMIN}),
        ("booked", set(Role) - {Role.VIEWER}),
    ],
)
def test_mail_that_opens_an_account_is_for_few(client: Client, otto: Member, kind: str, readers: set[Role]) -> None:
    client.post("/staff/forgotten/", {"name": "otto"})
    OutboxMail.objects.update(kind=kind)
    mail = OutboxMail.objects.get()
    opened = set()

    for role in Role:
        client.force_login(make_member(username=f"reader{role}", role=role).user)
        shown = client.get("/staff/outbox/").content.decode()
        if client.get(f"/staff/outbox/{mail.pk}/").status_code == 200:
            opened.add(role)
        assert (mail.subject in shown) == (role in readers or (role == Role.VIEWER and kind == "booked"))

    assert opened == readers
