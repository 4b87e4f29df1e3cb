"""What somebody with bad intentions tries at the panel, from outside and from inside."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from bookings.mail.models import OutboxMail
from bookings.mail.queries import open_body
from portal.access import Role
from portal.embedded.models import User as Account
from tests.bookings.staff.conftest import PASSWORD
from tests.conftest import StoppedClock
from tests.factories.members import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

_ACCOUNT = {"first_name": "Max", "last_name": "Muster", "phone": "", "language": "en", "organization": ""}


@pytest.fixture
def manager(db: None) -> Client:
    """The browser of a manager."""
    client = Client()
    client.force_login(make_member(username="mia", role=Role.MANAGER).user)
    return client


def full_width(name: str, letters: int) -> str:
    """The name with its first letters in full width, which Django takes for the plain ones (NFKC)."""
    return "".join(chr(ord(letter) + 0xFEE0) for letter in name[:letters]) + name[letters:]


def test_another_spelling_of_the_name_is_no_fresh_allowance(client: Client, member: User) -> None:
    spellings = [full_width("sofia", number % 6) for number in range(12)]
    spellings = [name.upper() if number % 2 else f" {name} " for number, name in enumerate(spellings)]

    answers = [client.post("/staff/login/", {"username": name, "password": "guess"}) for name in spellings]

    assert answers[0].status_code == 200
    assert [answer.status_code for answer in answers[10:]] == [429, 429]


def test_invented_forwarding_is_no_fresh_allowance(member: User) -> None:
    """The peer is in the internet, so it is no proxy of ours; or it is one, and wrote the last address itself."""
    direct, proxied = Client(REMOTE_ADDR="8.8.4.4"), Client(REMOTE_ADDR="10.0.0.2")
    last = []
    for number in range(51):
        guess = {"username": f"name{number}", "password": "guess"}
        invented = f"9.9.{number}.7"
        last = [
            direct.post("/staff/login/", guess, headers={"X-Forwarded-For": invented}).status_code,
            proxied.post("/staff/login/", guess, headers={"X-Forwarded-For": f"{invented}, 1.1.1.5"}).status_code,
        ]

    assert last == [429, 429]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/staff/account/password/", "present"),
        ("/staff/account/two-factor/codes/", "codes-password"),
        ("/staff/account/two-factor/remove/", "remove-password"),
    ],
)
def test_browser_left_signed_in_does_not_give_the_password_away(
    client: Client, member: User, path: str, field: str
) -> None:
    client.force_login(member)

    answers = [client.post(path, {field: f"guess {number}"}).status_code for number in range(12)]

    assert answers[0] == 400
    assert answers[-1] == 429


def test_session_of_before_is_worth_nothing_after_signing_in(client: Client, member: User) -> None:
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = str(planted)

    client.post("/staff/login/", {"username": "sofia", "password": PASSWORD})
    attacker = Client()
    attacker.cookies["sessionid"] = str(planted)

    assert client.get("/staff/").status_code == 200
    assert client.cookies["sessionid"].value != planted
    assert attacker.get("/staff/").status_code == 302


@pytest.mark.parametrize("header", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST"])
def test_mailed_links_lead_to_the_portal_whatever_host_was_asked(client: Client, member: User, header: str) -> None:
    User.objects.filter(pk=member.pk).update(email="sofia@portal.example")

    answer = client.post("/staff/forgotten/", {"name": "sofia"}, **{header: "evil.example"})  # type: ignore[arg-type]

    texts = [open_body(mail).text + open_body(mail).html for mail in OutboxMail.objects.all()]
    assert (answer.status_code, len(texts)) == ((400, 0) if header == "HTTP_HOST" else (302, 1))
    assert not [text for text in texts if "evil" in text]
    assert all(re.search(r"http://127\.0\.0\.1:8000/staff/password/", text) for text in texts)


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_way_back_leads_nowhere_else(client: Client, member: User, target: str) -> None:
    after_password = client.post(f"/staff/login/?next={target}", {"username": "sofia", "password": PASSWORD})
    after_code = client.get(f"/staff/code/?next={target}")

    assert (after_password["Location"], after_code["Location"]) == ("/staff/", "/staff/")


def test_nobody_raises_the_own_role(client: Client, clock: StoppedClock) -> None:
    """Not through the account's own forms, whatever they are sent, and not through the team's."""
    mia = make_member(username="mia", role=Role.MANAGER, password=PASSWORD)
    make_member(username="ada")
    client.force_login(mia.user)
    more: dict[str, Any] = {"role": "40", "is_superuser": "on", "is_staff": "on", "reach": "all"}

    client.post("/staff/account/password/", {"present": PASSWORD, "first": PASSWORD, "second": PASSWORD, **more})
    refused = [
        client.post(f"/staff/team/{mia.pk}/role/", more).status_code,
        client.post("/staff/team/rules/").status_code,
    ]

    mia.refresh_from_db()
    assert refused == [403, 403]
    assert (mia.role, mia.user.is_superuser) == (Role.MANAGER, False)


def test_admin_does_not_lower_or_raise_the_own_role(client: Client, clock: StoppedClock) -> None:
    make_member(username="otto")
    ada = make_member(username="ada")
    client.force_login(ada.user)

    client.post(f"/staff/team/{ada.pk}/role/", {"role": "10", "reach": "all"})

    ada.refresh_from_db()
    assert ada.role == Role.ADMIN


@pytest.mark.parametrize("role", ["api-developer", "app-admin"])
def test_manager_makes_no_developer_out_of_anybody(manager: Client, role: str) -> None:
    """Tokens of the API are for admins to give, so their owners are as well."""
    account = Account.objects.create(email="max@example.org", role="user")
    file = "email,first_name,last_name,role\nnew@example.org,Nia,New," + role

    new = manager.post("/staff/workways/users/new/", {**_ACCOUNT, "email": "mia@example.org", "role": role})
    present = manager.post(
        f"/staff/workways/users/{account.pk}/", {**_ACCOUNT, "email": "max@example.org", "role": role}
    )
    imported = manager.post("/staff/workways/files/check/users/", {"file": _upload(file)})

    assert (new.status_code, present.status_code) == (400, 400)
    assert "Only an admin lets somebody have tokens" in new.content.decode()
    assert "Only an admin lets somebody have tokens" in imported.content.decode()
    assert not Account.objects.filter(role=role).exists()


def test_manager_does_not_take_a_developers_account_over(manager: Client) -> None:
    """With another address, the link to choose a password would go to the manager."""
    developer = Account.objects.create(email="dev@example.org", role="api-developer")
    path = f"/staff/workways/users/{developer.pk}/"

    moved = manager.post(path, {**_ACCOUNT, "email": "mia@example.org", "role": "api-developer"})
    renamed = manager.post(path, {**_ACCOUNT, "email": "dev@example.org", "role": "api-developer"})

    developer.refresh_from_db()
    assert (moved.status_code, renamed.status_code) == (400, 302)
    assert (developer.email, developer.first_name) == ("dev@example.org", "Max")


def test_admin_makes_developers(client: Client, clock: StoppedClock) -> None:
    client.force_login(make_member(username="ada").user)

    answer = client.post(
        "/staff/workways/users/new/", {**_ACCOUNT, "email": "dev@example.org", "role": "api-developer"}
    )

    assert answer.status_code == 302
    assert Account.objects.get(email="dev@example.org").role == "api-developer"


def _upload(content: str) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("users.csv", content.encode(), content_type="text/csv")
