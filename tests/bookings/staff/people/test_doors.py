"""The ways in: password, second factor, invitation, forgotten password."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from bookings.audit.models import AuditRow
from bookings.audit.vocabulary import Act
from bookings.mail.models import OutboxMail
from bookings.mail.queries import open_body
from portal.access import Role
from portal.members.models import Member, PanelRules
from tests.bookings.staff.conftest import PASSWORD
from tests.bookings.staff.second_factor import app_code, set_up
from tests.conftest import StoppedClock
from tests.factories.members import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

FRESH = "an entirely new passphrase"


@pytest.fixture
def sofia(db: None) -> Member:
    """An admin with an address."""
    return make_member(password=PASSWORD, email="sofia@portal.example")


@pytest.fixture
def codes(sofia: Member) -> list[str]:
    """Sofia has a second factor; her recovery codes. Codes of the app may be used at once."""
    browser = Client()
    browser.force_login(sofia.user)
    page = set_up(sofia, browser)
    TOTPDevice.objects.update(last_t=-1)
    return re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", page)


def give_password(client: Client, password: str = PASSWORD, **data: str) -> Any:
    return client.post("/staff/login/", {"username": "sofia", "password": password, **data})


def mailed_path() -> str:
    """Where the newest mail's link leads."""
    found = re.search(r"http://127\.0\.0\.1:8000(\S+)", open_body(OutboxMail.objects.latest("pk")).text)
    assert found is not None
    return found[1]


def acts() -> list[str]:
    return list(AuditRow.objects.exclude(act=Act.SAW).order_by("pk").values_list("act", flat=True))


def choose(client: Client, path: str, password: str = FRESH, again: str | None = None) -> Any:
    return client.post(path, {"first": password, "second": password if again is None else again})


def test_password_alone_opens_only_the_page_for_the_code(client: Client, sofia: Member, codes: list[str]) -> None:
    give_password(client)

    for path in ("/staff/", "/staff/account/", "/staff/account/two-factor/", "/staff/team/", "/staff/workways/"):
        assert client.get(path)["Location"] == f"/staff/code/?next={path}"
    assert client.post("/staff/account/two-factor/remove/", {"remove-password": PASSWORD}).status_code == 302
    assert TOTPDevice.objects.filter(confirmed=True).count() == 1
    assert Act.SIGNED_IN not in acts()
    assert "site-links" in client.get("/staff/code/").content.decode()
    assert 'href="/staff/team/"' not in client.get("/staff/code/").content.decode()


def test_app_code_opens_the_page_that_was_asked_for(client: Client, sofia: Member, codes: list[str]) -> None:
    give_password(client)

    answer = client.post("/staff/code/", {"code": app_code(sofia), "next": "/staff/upstream/calendars/"})

    assert answer["Location"] == "/staff/upstream/calendars/"
    assert client.get("/staff/upstream/calendars/").status_code == 200
    assert acts()[-1] == Act.SIGNED_IN


@pytest.mark.parametrize("wanted", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "2", "staff/"])
def test_code_leads_nowhere_else(client: Client, sofia: Member, codes: list[str], wanted: str) -> None:
    give_password(client)

    assert client.post("/staff/code/", {"code": app_code(sofia), "next": wanted})["Location"] == "/staff/"


def test_same_app_code_works_once(client: Client, sofia: Member, codes: list[str]) -> None:
    other = Client()
    give_password(client)
    give_password(other)
    code = app_code(sofia)

    first = client.post("/staff/code/", {"code": code})
    second = other.post("/staff/code/", {"code": code})

    assert (first.status_code, second.status_code) == (302, 400)
    assert other.get("/staff/").status_code == 302


def test_recovery_code_works_once_in_any_writing(client: Client, sofia: Member, codes: list[str]) -> None:
    other = Client()
    give_password(client)
    give_password(other)

    first = client.post("/staff/code/", {"code": f" {codes[3].upper().replace('-', ' ')} "}, follow=True)
    second = other.post("/staff/code/", {"code": codes[3]})

    assert "9 are left" in first.content.decode()
    assert second.status_code == 400
    assert acts()[-2:] == [Act.SIGNED_IN, Act.RECOVERY_CODE_USED]


def test_recovery_codes_are_kept_as_hashes(sofia: Member, codes: list[str]) -> None:
    kept = " ".join(StaticToken.objects.values_list("token", flat=True)).lower()

    assert len(set(codes)) == len(kept.split()) == 10
    assert not [code for code in codes if code.replace("-", "")[:8] in kept]


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_wrong_code_makes_the_next_wait(client: Client, sofia: Member, codes: list[str], kind: str) -> None:
    wrong, right = ("000000", app_code(sofia)) if kind == "app" else ("aaaaa-aaaaa", codes[0])
    give_password(client)

    first = client.post("/staff/code/", {"code": wrong})
    devices = TOTPDevice if kind == "app" else StaticDevice
    devices.objects.update(throttling_failure_count=6)
    early = client.post("/staff/code/", {"code": right})
    devices.objects.update(throttling_failure_timestamp="2026-01-01T00:00Z")
    late = client.post("/staff/code/", {"code": right})

    assert "This code is wrong" in first.content.decode()
    assert re.search(r"Wait (3[0-2]|2\d) seconds", early.content.decode())
    assert late.status_code == 302


def test_guessing_codes_is_slowed_down_as_guessing_passwords_is(
    client: Client, sofia: Member, codes: list[str]
) -> None:
    give_password(client)

    answers = [client.post("/staff/code/", {"code": f"{n:06d}"}).status_code for n in range(12)]

    assert answers[0] == 400
    assert answers[-1] == 429


@pytest.mark.parametrize("typed", ["", "²²²²²²", "٤٥٦٧٨٩", "x" * 500, "0" * 40, "\x00", "12345"])
def test_code_that_is_none_gets_a_sentence(client: Client, sofia: Member, codes: list[str], typed: str) -> None:
    give_password(client)

    answer = client.post("/staff/code/", {"code": typed})

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


def test_page_for_the_code_is_for_whoever_needs_it(client: Client, sofia: Member) -> None:
    stranger = client.get("/staff/code/")
    client.force_login(sofia.user)
    inside = client.get("/staff/code/?next=/staff/upstream/calendars/")

    assert stranger["Location"] == "/staff/login/?next=/staff/"
    assert inside["Location"] == "/staff/upstream/calendars/"


def test_signing_in_is_noted(client: Client, sofia: Member) -> None:
    give_password(client, "wrong")
    give_password(client)

    assert acts() == [Act.SIGNED_IN]


@pytest.mark.parametrize("name", ["sofia", "SOFIA@portal.example", " sofia@portal.example "])
def test_forgotten_password_is_chosen_anew_by_a_mailed_link(client: Client, sofia: Member, name: str) -> None:
    elsewhere = Client()
    elsewhere.force_login(sofia.user)
    elsewhere.get("/staff/")

    client.post("/staff/forgotten/", {"name": name})
    path = mailed_path()
    shown = client.get(path)
    answer = choose(client, path)

    sofia.user.refresh_from_db()
    assert path.startswith("/staff/password/")
    assert shown["Cache-Control"].startswith("max-age=0")
    assert answer["Location"] == "/staff/"
    assert sofia.user.check_password(FRESH)
    assert client.get("/staff/").status_code == 200
    assert elsewhere.get("/staff/").status_code == 302
    assert acts() == [Act.PASSWORD_LINK_ASKED, Act.PASSWORD_SET, Act.SIGNED_IN]


def test_new_password_does_not_replace_the_second_factor(client: Client, sofia: Member, codes: list[str]) -> None:
    client.post("/staff/forgotten/", {"name": "sofia"})

    choose(client, mailed_path())

    assert client.get("/staff/")["Location"] == "/staff/code/?next=/staff/"


@pytest.mark.parametrize("name", ["nobody@portal.example", "olaf", "idle", "bare", "\x00"])
def test_answer_is_the_same_for_names_without_an_account(client: Client, sofia: Member, name: str) -> None:
    User.objects.create_user("olaf", email="olaf@portal.example")
    make_member(username="idle", email="idle@portal.example", is_active=False)
    make_member(username="bare")

    answers = [client.post("/staff/forgotten/", {"name": each}, follow=True) for each in ("sofia", name)]

    pages = [re.sub(r'value="\w{64}"', "", answer.content.decode()) for answer in answers]
    assert OutboxMail.objects.count() == 1
    if name != "\x00":
        assert pages[0] == pages[1]


def test_opening_the_link_fifty_times_changes_nothing(client: Client, sofia: Member) -> None:
    client.post("/staff/forgotten/", {"name": "sofia"})
    path = mailed_path()
    before = list(User.objects.values()) + list(Member.objects.values())

    for _ in range(25):
        client.get(path)
        client.head(path)

    assert before == list(User.objects.values()) + list(Member.objects.values())
    assert choose(client, path).status_code == 302


@pytest.mark.parametrize("how", ["used", "replaced", "late", "altered", "other purpose", "switched off", "no role"])
def test_link_that_is_over_says_so_and_changes_nothing(
    client: Client, sofia: Member, clock: StoppedClock, how: str
) -> None:
    client.post("/staff/forgotten/", {"name": "sofia"})
    path = mailed_path()
    if how == "used":
        choose(Client(), path)
    elif how == "replaced":
        client.post("/staff/forgotten/", {"name": "sofia"})
    elif how == "late":
        clock.forward(minutes=61)
    elif how == "altered":
        path = path[:-5] + ("AAAA/" if not path.endswith("AAAA/") else "BBBB/")
    elif how == "other purpose":
        path = path.replace("/password/", "/invitation/")
    elif how == "switched off":
        User.objects.update(is_active=False)
    else:
        User.objects.update(is_staff=False)
    before = User.objects.get().password

    answers = [client.get(path), choose(client, path, "yet another passphrase")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert "This link no longer works" in answers[0].content.decode()
    assert User.objects.get().password == before


def test_link_lasts_until_its_last_minute(client: Client, sofia: Member, clock: StoppedClock) -> None:
    client.post("/staff/forgotten/", {"name": "sofia"})
    clock.forward(minutes=59)

    assert choose(client, mailed_path()).status_code == 302


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("short", "short", "too short"),
        ("password1234", "password1234", "too common"),
        ("sofia@portal.example", "sofia@portal.example", "too similar"),
        (FRESH, "something else", "not the same"),
        ("", "", "Type a new password"),
    ],
)
def test_weak_password_gets_a_sentence(client: Client, sofia: Member, first: str, second: str, words: str) -> None:
    client.post("/staff/forgotten/", {"name": "sofia"})
    path = mailed_path()

    answer = choose(client, path, first, second)

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert choose(client, path).status_code == 302


def test_asking_for_links_is_slowed_down(client: Client, sofia: Member) -> None:
    answers = [client.post("/staff/forgotten/", {"name": "sofia"}).status_code for _ in range(12)]

    assert answers[0] == 302
    assert answers[-1] == 429
    assert OutboxMail.objects.count() <= 10


def test_link_to_choose_a_password_stays_out_of_logs(
    client: Client, sofia: Member, caplog: pytest.LogCaptureFixture
) -> None:
    client.post("/staff/forgotten/", {"name": "sofia"})
    path = mailed_path()
    choose(client, path)

    client.get(path)

    assert path.rstrip("/").rpartition("/")[2] not in caplog.text


@pytest.mark.parametrize(
    ("rule", "role", "is_sent"),
    [
        ("nobody", Role.ADMIN, False),
        ("admins", Role.ADMIN, True),
        ("admins", Role.MANAGER, False),
        ("everybody", Role.VIEWER, True),
    ],
)
def test_whoever_must_have_a_second_factor_is_led_to_setting_it_up(
    client: Client, rule: str, role: Role, is_sent: bool
) -> None:
    member = make_member(username="nia", role=role)
    PanelRules.objects.create(two_factor_for=rule)
    client.force_login(member.user)

    answers = {path: client.get(path) for path in ("/staff/", "/staff/account/")}
    page = client.get("/staff/account/two-factor/")

    sent = {
        path for path, answer in answers.items() if answer.headers.get("Location", "").startswith("/staff/account/t")
    }
    assert sent == (set(answers) if is_sent else set())
    assert page.status_code == 200
    assert ("ask for two-factor sign-in" in page.content.decode()) == is_sent


def test_setting_it_up_opens_what_was_closed(client: Client) -> None:
    member = make_member(username="nia", role=Role.VIEWER)
    PanelRules.objects.create(two_factor_for="everybody")
    client.force_login(member.user)

    page = set_up(member, client)

    assert "Recovery codes" in page
    assert client.get("/staff/").status_code == 200


def test_demo_lists_who_can_be_tried(client: Client, settings: Any) -> None:
    make_member(username="vera", role=Role.VIEWER)
    settings.IS_DEMO = True
    shown = client.get("/staff/login/").content.decode()
    settings.IS_DEMO = False
    hidden = client.get("/staff/login/").content.decode()

    assert "<code>vera</code>: Viewer" in shown
    assert "vera" not in hidden
