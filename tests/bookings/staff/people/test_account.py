"""One's own account: password, browsers, second factor."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.access import Role
from portal.members.models import Member, MemberSession, PanelRules
from tests.bookings.staff.conftest import PASSWORD
from tests.bookings.staff.second_factor import app_code, set_up
from tests.conftest import StoppedClock
from tests.factories.members import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def sofia(db: None) -> Member:
    return make_member(role=Role.FRONT_DESK, password=PASSWORD)


def browse(member: Member, agent: str = FIREFOX, address: str = "203.0.113.77") -> Client:
    """A browser in which the member is signed in and has opened a page."""
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    client.force_login(member.user)
    client.get("/staff/")
    return client


def test_browsers_are_listed_by_name_network_and_time(sofia: Member, clock: StoppedClock) -> None:
    browse(sofia, IPHONE, "2001:db8:1:2::7")
    clock.forward(minutes=30)

    page = browse(sofia).get("/staff/account/").content.decode()

    assert "Firefox, Windows" in page
    assert "Safari, iPhone" in page
    assert "2001:db8:1::" in page
    assert "203.0.113.0" in page
    assert page.count("This browser") == 1
    assert "203.0.113.77" not in page


def test_list_knows_when_a_browser_was_last_seen(sofia: Member, clock: StoppedClock) -> None:
    client = browse(sofia)
    begun = clock.instant
    clock.forward(minutes=4)
    client.get("/staff/")
    soon = MemberSession.objects.get().seen_at
    clock.forward(minutes=2)
    client.get("/staff/")

    row = MemberSession.objects.get()
    assert (soon, row.begun_at, row.seen_at) == (begun, begun, clock.instant)


def test_page_within_five_minutes_writes_nothing(sofia: Member) -> None:
    client = browse(sofia)

    with CaptureQueriesContext(connection) as queries:
        client.get("/staff/")

    assert not [query for query in queries if not query["sql"].startswith("SELECT")]


def test_signing_out_elsewhere_ends_the_other_sessions_only(sofia: Member) -> None:
    here, there = browse(sofia), browse(sofia, IPHONE)
    colleague = browse(make_member(username="otto"))

    page = here.post("/staff/account/browsers/", follow=True).content.decode()

    assert "1 other browser is signed out" in page
    assert [client.get("/staff/").status_code for client in (here, there, colleague)] == [200, 302, 200]
    assert Session.objects.count() == 2


def test_signing_out_takes_the_browser_off_the_list(sofia: Member) -> None:
    browse(sofia).post("/staff/logout/")

    assert MemberSession.objects.count() == 0


def test_changing_the_password_keeps_this_browser_alone(sofia: Member) -> None:
    here, there = browse(sofia), browse(sofia, IPHONE)
    new = {"first": "an entirely new passphrase", "second": "an entirely new passphrase"}

    here.post("/staff/account/password/", {"present": PASSWORD, **new})

    sofia.user.refresh_from_db()
    assert sofia.user.check_password("an entirely new passphrase")
    assert [client.get("/staff/").status_code for client in (here, there)] == [200, 302]
    assert MemberSession.objects.count() == 1


@pytest.mark.parametrize(
    ("present", "first", "words"),
    [("wrong", "an entirely new passphrase", "not your present password"), (PASSWORD, "short", "too short")],
)
def test_password_stays_for_a_wrong_or_weak_one(sofia: Member, present: str, first: str, words: str) -> None:
    answer = browse(sofia).post("/staff/account/password/", {"present": present, "first": first, "second": first})

    sofia.user.refresh_from_db()
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert sofia.user.check_password(PASSWORD)


def test_second_factor_is_set_up_by_picture_or_secret(sofia: Member) -> None:
    client = browse(sofia)
    client.post("/staff/account/two-factor/begin/")

    page = client.get("/staff/account/two-factor/").content.decode()

    device = TOTPDevice.objects.get()
    secret = re.search(r'class="staff-secret">([A-Z2-7 ]+)<', page)
    assert not device.confirmed
    assert '<svg viewBox="0 0 ' in page
    assert "style=" not in page
    assert secret is not None
    assert f"secret={secret[1].replace(' ', '')}&" in device.config_url
    assert client.get("/staff/").status_code == 200


def test_looking_at_the_picture_makes_no_secret(sofia: Member) -> None:
    page = browse(sofia).get("/staff/account/two-factor/").content.decode()

    assert "Set it up" in page
    assert TOTPDevice.objects.count() == 0


def test_beginning_again_makes_another_secret(sofia: Member) -> None:
    client = browse(sofia)
    for _ in range(2):
        client.post("/staff/account/two-factor/begin/")
    keys = list(TOTPDevice.objects.values_list("key", flat=True))
    client.post("/staff/account/two-factor/begin/")

    assert len(keys) == 1
    assert TOTPDevice.objects.get().key != keys[0]


def test_wrong_first_code_sets_nothing_up(sofia: Member) -> None:
    client = browse(sofia)
    client.post("/staff/account/two-factor/begin/")

    answer = client.post("/staff/account/two-factor/confirm/", {"code": "000000"})

    sofia.refresh_from_db()
    assert answer.status_code == 400
    assert sofia.two_factor_at is None
    assert not TOTPDevice.objects.get().confirmed


def test_setting_it_up_shows_ten_codes_once_and_signs_other_browsers_out(sofia: Member) -> None:
    here, there = browse(sofia), browse(sofia, IPHONE)

    page = set_up(sofia, here)

    again = here.get("/staff/account/two-factor/").content.decode()
    codes = re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", page)
    assert len(set(codes)) == 10
    assert not [code for code in codes if code in again]
    assert "10 codes are left" in again
    assert [client.get("/staff/").status_code for client in (here, there)] == [200, 302]


def test_beginning_again_does_not_touch_the_one_that_is_set_up(sofia: Member) -> None:
    client = browse(sofia)
    set_up(sofia, client)
    before = list(TOTPDevice.objects.values_list("pk", "confirmed"))

    client.post("/staff/account/two-factor/begin/")

    assert list(TOTPDevice.objects.values_list("pk", "confirmed")) == before


def test_new_recovery_codes_replace_the_old_ones(sofia: Member) -> None:
    client = browse(sofia)
    old = re.findall(r"<code>([a-z0-9-]{11})</code>", set_up(sofia, client))
    page = client.post("/staff/account/two-factor/codes/", {"codes-password": PASSWORD}).content.decode()
    new = re.findall(r"<code>([a-z0-9-]{11})</code>", page)

    assert len(new) == 10
    assert not set(old) & set(new)


@pytest.mark.parametrize("act", ["codes", "remove"])
def test_codes_and_removal_ask_for_the_password(sofia: Member, act: str) -> None:
    client = browse(sofia)
    set_up(sofia, client)

    answer = client.post(f"/staff/account/two-factor/{act}/", {f"{act}-password": "wrong"})

    sofia.refresh_from_db()
    assert answer.status_code == 400
    assert "This is not your password" in answer.content.decode()
    assert sofia.two_factor_at is not None


def test_second_factor_can_be_taken_off_and_must_come_back_where_the_rules_ask(sofia: Member) -> None:
    client = browse(sofia)
    set_up(sofia, client)
    PanelRules.objects.create(two_factor_for="everybody")

    client.post("/staff/account/two-factor/remove/", {"remove-password": PASSWORD})

    sofia.refresh_from_db()
    assert sofia.two_factor_at is None
    assert TOTPDevice.objects.count() == 0
    assert client.get("/staff/")["Location"] == "/staff/account/two-factor/?next=/staff/"


def test_another_second_factor_closes_what_the_first_had_opened(sofia: Member, clock: StoppedClock) -> None:
    here, there = browse(sofia), Client()
    set_up(sofia, here)
    TOTPDevice.objects.update(last_t=-1)
    there.force_login(sofia.user)
    there.post("/staff/code/", {"code": app_code(sofia)})
    before = there.get("/staff/account/").status_code
    here.post("/staff/account/two-factor/remove/", {"remove-password": PASSWORD})
    clock.forward(minutes=1)

    set_up(sofia, here)

    assert before == 200
    assert there.get("/staff/").status_code == 302
