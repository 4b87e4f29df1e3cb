"""API developer settings: who gets in, and what becomes of their tokens."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from bookings.mail.models import OutboxMail
from bookings.mail.queries import open_body
from portal import clock as portal_clock
from portal.embedded.models import ApiToken, AuditEntry, User
from tests.factories.members import make_member
from tests.portal.embedded.world import DEVELOPER, KNOWN, World, build_world, make_token

PASSWORD = "four calm words here"
SETTINGS = "/account/api/"
SIGN_IN = "/account/sign-in/"


@pytest.fixture
def world(clock: Any, settings: Any, db: None) -> World:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return build_world()


@pytest.fixture
def dev(world: World) -> User:
    """A developer with a password and one token, named Test."""
    user = User.objects.get(email=DEVELOPER)
    user.password = make_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def browser(dev: User) -> Client:
    """A browser in which the developer is signed in."""
    client = Client()
    assert sign_in(client).status_code == 302
    return client


def sign_in(client: Client, email: str = DEVELOPER, password: str = PASSWORD) -> Any:
    return client.post(SIGN_IN, {"email": email, "password": password})


def shown_token(response: Any) -> str:
    found: list[str] = re.findall(r"ww_dev_[0-9a-f]{64}", response.content.decode())
    (token,) = found
    return token


def api_status(token: str) -> int:
    return Client().get("/api/user-info", {"email": KNOWN}, headers={"authorization": f"Bearer {token}"}).status_code


def acts() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("actor", "act"))


def test_sign_in_leads_to_the_tokens_and_sign_out_away(browser: Client) -> None:
    page = browser.get(SETTINGS)

    assert "API developer settings" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    browser.post("/account/sign-out/")
    assert browser.get(SETTINGS)["Location"] == SIGN_IN


@pytest.mark.parametrize("path", ["", "tokens/{token}/regenerate/", "tokens/{token}/delete/"])
def test_strangers_are_sent_to_the_sign_in_page(dev: User, client: Client, path: str) -> None:
    address = SETTINGS + path.format(token=dev.tokens.get().pk)

    for response in (client.get(address), client.post(address)):
        assert (response.status_code, response["Location"]) == (302, SIGN_IN)
    assert dev.tokens.count() == 1


@pytest.mark.parametrize(
    ("email", "password"), [(DEVELOPER, "wrong password here"), ("nobody@x.example", PASSWORD), (KNOWN, PASSWORD)]
)
def test_wrong_password_unknown_address_and_no_password_are_answered_alike(
    dev: User, client: Client, email: str, password: str
) -> None:
    response = sign_in(client, email, password)

    assert response.status_code == 400
    assert "The address or the password is wrong" in response.content.decode()
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize(
    "change",
    [{"role": "user"}, {"is_api_disabled": True}, {"is_archived": True}],
    ids=lambda change: next(iter(change)),
)
def test_account_without_access_gets_a_sentence_once_the_password_is_right(
    dev: User, client: Client, change: dict[str, Any]
) -> None:
    User.objects.filter(pk=dev.pk).update(**change)

    assert "may not use the API" in sign_in(client).content.decode()
    assert client.get(SETTINGS)["Location"] == SIGN_IN


def test_losing_access_or_changing_the_password_signs_out_at_once(browser: Client, dev: User) -> None:
    assert browser.get(SETTINGS).status_code == 200

    User.objects.filter(pk=dev.pk).update(password=make_password("another calm password"))
    assert browser.get(SETTINGS).status_code == 302
    User.objects.filter(pk=dev.pk).update(password=dev.password)
    assert browser.get(SETTINGS).status_code == 200
    User.objects.filter(pk=dev.pk).update(role="user")
    assert browser.get(SETTINGS).status_code == 302


def test_session_ends_after_half_a_day(browser: Client, clock: Any) -> None:
    clock.forward(hours=11, minutes=59)
    assert browser.get(SETTINGS).status_code == 200

    clock.forward(minutes=2)

    assert browser.get(SETTINGS).status_code == 302


def test_developer_is_nobody_to_the_staff_panel_and_staff_nobody_here(browser: Client, dev: User) -> None:
    assert browser.get("/staff/").status_code == 302
    staff = Client()
    staff.force_login(make_member().user)

    assert staff.get(SETTINGS)["Location"] == SIGN_IN
    assert sign_in(staff).status_code == 302
    staff.post("/account/sign-out/")
    assert staff.get("/staff/").status_code == 200


def test_too_many_attempts_are_paused(dev: User, client: Client) -> None:
    statuses = [sign_in(client, password="wrong password here").status_code for _ in range(12)]

    assert statuses[0] == 400
    assert statuses[-1] == 429
    assert sign_in(client).status_code == 429


def test_token_is_created_shown_once_works_and_is_recorded(browser: Client, dev: User) -> None:
    created = browser.post(f"{SETTINGS}tokens/", {"name": "Make.com"})

    token = shown_token(created)
    assert "no-store" in created["Cache-Control"]
    assert api_status(token) == 200
    page = browser.get(SETTINGS).content.decode()
    assert "Make.com" in page
    assert token not in page
    row = dev.tokens.get(name="Make.com")
    assert token not in str(list(ApiToken.objects.values()))
    assert token.startswith(row.prefix)
    assert acts() == [(f"user {dev.pk}", "token_created")]


def test_token_needs_a_name_and_there_is_a_most(browser: Client, dev: User) -> None:
    assert browser.post(f"{SETTINGS}tokens/", {"name": " "}).status_code == 400
    ApiToken.objects.bulk_create(
        ApiToken(user=dev, name=str(number), prefix="ww_dev_0", token_hash=f"{number:064}") for number in range(49)
    )

    response = browser.post(f"{SETTINGS}tokens/", {"name": "one more"})

    assert response.status_code == 400
    assert "50 tokens" in response.content.decode()
    assert dev.tokens.count() == 50


def test_regenerated_token_keeps_id_and_date_and_the_old_text_dies(browser: Client, world: World, dev: User) -> None:
    before = dev.tokens.get()
    address = f"{SETTINGS}tokens/{before.pk}/regenerate/"

    asked = browser.get(address)
    assert "Regenerate this token?" in asked.content.decode()
    assert api_status(world.token) == 200
    token = shown_token(browser.post(address))

    after = dev.tokens.get()
    assert (after.pk, after.created_at, after.name) == (before.pk, before.created_at, before.name)
    assert after.prefix != before.prefix
    assert (api_status(world.token), api_status(token)) == (401, 200)
    assert acts() == [(f"user {dev.pk}", "token_regenerated")]


def test_token_that_an_administrator_deactivated_can_be_renewed_as_the_api_says(
    browser: Client, world: World, dev: User
) -> None:
    dev.tokens.update(is_active=False)
    refused = Client().get("/api/sites", headers={"authorization": f"Bearer {world.token}"})
    assert "connectez-vous à votre compte pour le renouveler" in refused.json()["message"]
    assert "Deactivated by an administrator" in browser.get(SETTINGS).content.decode()

    token = shown_token(browser.post(f"{SETTINGS}tokens/{dev.tokens.get().pk}/regenerate/"))

    assert api_status(token) == 200


def test_deleted_token_is_gone_from_the_database(browser: Client, world: World, dev: User) -> None:
    address = f"{SETTINGS}tokens/{dev.tokens.get().pk}/delete/"
    assert "Delete this token?" in browser.get(address).content.decode()
    assert dev.tokens.count() == 1

    response = browser.post(address, follow=True)

    assert "is deleted" in response.content.decode()
    assert (dev.tokens.count(), api_status(world.token)) == (0, 401)
    assert acts() == [(f"user {dev.pk}", "token_deleted")]
    assert browser.post(address).status_code == 404


def test_tokens_of_others_are_out_of_reach(browser: Client, dev: User) -> None:
    make_token("other@integrator.example")
    other = ApiToken.objects.exclude(user=dev).get()

    for act in ("regenerate", "delete"):
        assert browser.get(f"{SETTINGS}tokens/{other.pk}/{act}/").status_code == 404
        assert browser.post(f"{SETTINGS}tokens/{other.pk}/{act}/").status_code == 404
    assert ApiToken.objects.get(pk=other.pk).token_hash == other.token_hash


def test_forms_need_the_page_they_stand_on(dev: User) -> None:
    strict = Client(enforce_csrf_checks=True)

    assert sign_in(strict).status_code == 403


def test_password_is_chosen_by_a_mailed_link(world: World, client: Client, clock: Any) -> None:
    response = client.post("/account/password/", {"email": DEVELOPER.upper()}, follow=True)

    assert "a link is on its way" in response.content.decode()
    mail = OutboxMail.objects.get()
    assert (mail.to, mail.subject) == (DEVELOPER, "Workways: choose a password")
    address = _link_in(mail)
    client.post(address, {"password": PASSWORD, "again": PASSWORD})
    assert sign_in(client).status_code == 302
    assert client.get(SETTINGS).status_code == 200


@pytest.mark.parametrize("email", ["nobody@x.example", KNOWN])
def test_link_is_promised_to_every_address_and_mailed_to_developers_alone(
    world: World, client: Client, email: str
) -> None:
    response = client.post("/account/password/", {"email": email}, follow=True)

    assert "a link is on its way" in response.content.decode()
    assert not OutboxMail.objects.exists()


def test_second_link_waits_some_minutes(world: World, client: Client, clock: Any) -> None:
    for minutes in (0, 1, 6):
        clock.forward(minutes=minutes)
        client.post("/account/password/", {"email": DEVELOPER})

    assert OutboxMail.objects.count() == 2
    assert portal_clock.now() - min(OutboxMail.objects.values_list("created_at", flat=True)) >= timedelta(minutes=7)


def test_pages_are_there_in_french(browser: Client) -> None:
    assert 'lang="fr"' in browser.get("/fr/account/api/").content.decode()
    assert 'lang="fr"' in Client().get("/fr/account/sign-in/").content.decode()


def _link_in(mail: OutboxMail) -> str:
    (path,) = re.findall(r"https?://[^/\s]+(/account/verify/[^\s]+)", open_body(mail).text)
    return str(path)
