"""The verification mail and the pages behind its link."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client
from django.utils.translation import override

from portal.embedded import accounts
from portal.embedded.models import (
    Meeting,
    MeetingCell,
    MeetingState,
    Organization,
    User,
    Verification,
)
from tests.portal.embedded.conftest import Call, Mailbox
from tests.portal.embedded.world import KNOWN, NEW, World, booking, enrolment

PASSWORD = "four calm words here"
POSTED: list[tuple[str, ...]] = []


def keep_post(*mail: str) -> None:
    """Stands for the outbox where a page mails something."""
    POSTED.append(mail)


@pytest.fixture(autouse=True)
def _outbox(settings: Any) -> None:
    POSTED.clear()
    # Slow on purpose in real life; a quick one leaves these tests their time.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMBEDDED_MAILER = "tests.portal.embedded.test_accounts.keep_post"


@pytest.fixture
def register(world: World, post: Call, mailbox: Mailbox) -> Callable[..., str]:
    """Books as somebody new, registers, and gives the path of the mailed link."""

    def run(**more: Any) -> str:
        answer = post("/api/meeting-request", booking(world.seine, contactEmail=NEW, **more)).payload()
        post("/api/register", enrolment(meetingId=answer["data"]["meetingRequestId"]))
        return link_in(mailbox.mails[-1]["text"])

    return run


def link_in(text: str) -> str:
    """The path of the link in a mail."""
    found = re.search(r"https?://[^/\s]+(/\S*account/verify/\S+)", text)
    assert found
    return found[1]


def choose(client: Client, link: str, password: str = PASSWORD, again: str | None = None) -> Any:
    return client.post(link, {"password": password, "again": password if again is None else again})


def everything() -> list[Any]:
    """All rows of the embedded tables that these pages may touch, to compare."""
    models = (User, Organization, Meeting, MeetingCell, Verification)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_mail_is_in_the_persons_language_and_says_what_waits(register: Callable[..., str], mailbox: Mailbox) -> None:
    link = register(name="A <b>title</b> typed by a stranger")

    mail = mailbox.mails[0]
    assert (mail["to"], mail["language"]) == (NEW, "fr")
    assert link.startswith("/fr/account/verify/")
    assert link in mail["html"]
    assert "Seine, Workways Paris" in mail["text"]
    assert "15:00–16:00" in mail["text"]
    assert "typed by a stranger" not in mail["text"] + mail["html"]
    assert "Startup" not in mail["text"] + mail["html"]


def test_only_the_hash_of_the_link_is_kept(register: Callable[..., str]) -> None:
    token = register().rstrip("/").rsplit("/", 1)[1]

    assert token not in repr(everything())
    assert accounts.find_verification(token) is not None


def test_opening_the_link_fifty_times_changes_nothing(register: Callable[..., str], client: Client) -> None:
    link = register()
    before = everything()

    statuses = {client.get(link).status_code for _ in range(25)} | {client.head(link).status_code for _ in range(25)}

    assert statuses == {200}
    assert everything() == before


def test_page_has_a_form_for_a_new_password(register: Callable[..., str], client: Client) -> None:
    page = client.get(register()).content.decode()

    assert page.count('autocomplete="new-password"') == 2
    assert NEW in page
    assert "Seine, Workways Paris" in page
    assert 'name="csrfmiddlewaretoken"' in page


def test_choosing_a_password_activates_everything_and_confirms_the_meeting(
    register: Callable[..., str], client: Client, clock: Any, get: Call, world: World
) -> None:
    link = register()

    response = choose(client, link)

    assert (response.status_code, response["Location"]) == (302, link)
    user = User.objects.get(email=NEW)
    assert check_password(PASSWORD, user.password)
    assert (user.verified_at, user.is_known) == (clock(), True)
    assert Organization.objects.get(name="Startup SAS").activated_at == clock()
    meeting = Meeting.objects.get()
    assert (meeting.state, meeting.lapses_at) == (MeetingState.CONFIRMED, None)
    assert meeting.pk in get("/api/icsfeed", rooms=world.seine.pk).body.decode()
    page = client.get(link).content.decode()
    assert "Seine, Workways Paris" in page
    assert "new-password" not in page


def test_link_works_once(register: Callable[..., str], client: Client) -> None:
    link = register()
    choose(client, link)

    choose(client, link, "another four calm words")

    assert check_password(PASSWORD, User.objects.get(email=NEW).password)


def test_second_of_two_simultaneous_clicks_changes_nothing(register: Callable[..., str], clock: Any) -> None:
    token = register().rstrip("/").rsplit("/", 1)[1]
    verification = accounts.find_verification(token)
    assert verification is not None
    accounts.verify(verification=verification, password=PASSWORD, now=clock())

    with pytest.raises(accounts.LinkNotUsable):
        accounts.verify(verification=verification, password="another", now=clock())

    assert check_password(PASSWORD, User.objects.get(email=NEW).password)


@pytest.mark.parametrize(
    ("password", "again"),
    [
        ("short", "short"),
        ("password1234", "password1234"),
        (PASSWORD, PASSWORD + "x"),
        ("", ""),
        (PASSWORD, ""),
        ("a\x00" + PASSWORD, "a\x00" + PASSWORD),
        ("x" * 201, "x" * 201),
    ],
)
def test_bad_password_is_explained_and_changes_nothing(
    register: Callable[..., str], client: Client, password: str, again: str
) -> None:
    link = register()
    before = everything()

    response = choose(client, link, password, again)

    assert response.status_code == 422
    assert 'id="error-summary"' in response.content.decode()
    assert everything() == before


def test_slot_that_somebody_else_took_is_told_kindly(
    register: Callable[..., str], client: Client, post: Call, world: World, clock: Any
) -> None:
    link = register(bookedAt="2026-01-20T14:00:00Z")
    clock.forward(days=3)
    taken = post("/api/meeting-request", booking(world.seine, contactEmail=KNOWN, bookedAt="2026-01-20T14:30:00Z"))
    assert taken.payload()["status"] == "ACCEPTED"

    choose(client, link)

    assert Meeting.objects.get(contact_email=NEW).state == MeetingState.LAPSED
    assert User.objects.get(email=NEW).is_known
    with override("fr"):
        page = client.get(link).content.decode()
    assert "alert-warning" in page
    assert "alert-success" not in page


def test_slot_that_nobody_took_is_confirmed_after_it_lapsed(
    register: Callable[..., str], client: Client, clock: Any
) -> None:
    link = register(bookedAt="2026-01-20T14:00:00Z")
    clock.forward(days=3)

    choose(client, link)

    assert Meeting.objects.get().state == MeetingState.CONFIRMED
    assert MeetingCell.objects.count() == 12


def test_slot_that_became_free_again_is_taken_back(
    register: Callable[..., str], client: Client, post: Call, world: World, clock: Any
) -> None:
    link = register(bookedAt="2026-01-20T14:00:00Z")
    clock.forward(days=3)
    post("/api/meeting-request", booking(world.seine, contactEmail=KNOWN, bookedAt="2026-01-20T14:30:00Z"))
    Meeting.objects.filter(contact_email=KNOWN).delete()

    choose(client, link)

    assert Meeting.objects.get().state == MeetingState.CONFIRMED
    assert MeetingCell.objects.count() == 12


def test_meeting_that_has_begun_is_not_confirmed(register: Callable[..., str], client: Client, clock: Any) -> None:
    link = register()
    clock.forward(days=5, hours=6)

    choose(client, link)

    assert Meeting.objects.get().state == MeetingState.LAPSED
    assert MeetingCell.objects.count() == 0


def test_expired_link_offers_a_fresh_one(register: Callable[..., str], client: Client, clock: Any) -> None:
    link = register()
    clock.forward(days=8)

    page = client.get(link)
    assert page.status_code == 410
    assert f'action="{link}fresh/"' in page.content.decode()
    assert choose(client, link).status_code == 410
    assert User.objects.get(email=NEW).verified_at is None

    client.post(f"{link}fresh/")
    (mail,) = POSTED
    assert mail[0] == NEW
    assert choose(client, link_in(mail[2])).status_code == 302
    assert User.objects.get(email=NEW).is_known


def test_fresh_link_kills_the_older_and_is_limited_by_time(
    register: Callable[..., str], client: Client, clock: Any
) -> None:
    link = register()

    client.post(f"{link}fresh/")
    assert POSTED == []
    assert client.get(link).status_code == 200

    clock.forward(minutes=6)
    for _ in range(5):
        client.post(f"{link}fresh/")
    assert len(POSTED) == 1
    assert client.get(link).status_code == 410


def test_fresh_link_needs_a_post(register: Callable[..., str], client: Client, clock: Any) -> None:
    link = register()
    clock.forward(minutes=6)

    assert client.get(f"{link}fresh/").status_code == 405
    assert POSTED == []


@pytest.mark.parametrize("token", ["nonsense", "x" * 500, "%00", "%ED%A0%80", "é"])
def test_unknown_link_is_explained(world: World, client: Client, token: str) -> None:
    for path in (f"/account/verify/{token}/", f"/fr/account/verify/{token}/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"password": PASSWORD, "again": PASSWORD}).status_code == 404
        assert client.post(f"{path}fresh/").status_code == 404
    assert POSTED == []


def test_archived_persons_link_is_closed(register: Callable[..., str], client: Client, clock: Any) -> None:
    link = register()
    User.objects.filter(email=NEW).update(is_archived=True)
    clock.forward(minutes=6)

    assert client.get(link).status_code == 403
    assert choose(client, link).status_code == 403
    assert client.post(f"{link}fresh/").status_code == 403
    assert POSTED == []
    assert User.objects.get(email=NEW).verified_at is None


def test_forms_are_guarded_against_forgery(register: Callable[..., str]) -> None:
    link = register()
    strict = Client(enforce_csrf_checks=True)

    assert choose(strict, link).status_code == 403
    assert strict.post(f"{link}fresh/").status_code == 403


def test_pages_are_never_cached(register: Callable[..., str], client: Client) -> None:
    assert "no-store" in client.get(register())["Cache-Control"]
