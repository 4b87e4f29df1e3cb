"""A token of the API is nowhere but with who has it: not in the database, not in files, not in a log."""

import hashlib
import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings as portal_settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client

from bookings.catalog.models import CatalogState
from bookings.mail.models import OutboxMail
from bookings.mail.queries import open_body
from portal.embedded.models import ApiToken, User
from tests.factories.members import make_member
from tests.portal.embedded.world import DEVELOPER, make_token, whole_database
from tests.resilience.processes import eventually, running_web, running_worker
from tests.support.world import KNOWN, build_world, work

PASSWORD = "four calm words here"
TALKATIVE = {
    "DJANGO_SETTINGS_MODULE": "tests.support.talkative_settings",
    "GRANIAN_LOG_LEVEL": "debug",
    "GRANIAN_LOG_ACCESS_ENABLED": "true",
}


@pytest.fixture
def quick_passwords(settings: Any) -> None:
    """Passwords are slow on purpose, which this test doesn't need."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def shown_in(page: str) -> str:
    found: list[str] = re.findall(r"ww_dev_[0-9a-f]{64}", page)
    (token,) = found
    return token


def tokens_of_all_makers() -> dict[str, str]:
    """One token from each place that makes one, by the name of its row."""
    owner = User.objects.get(email=DEVELOPER)
    User.objects.filter(pk=owner.pk).update(password=make_password(PASSWORD))
    panel, own = Client(), Client()
    panel.force_login(make_member(first_name="Sofia").user)
    own.post("/account/sign-in/", {"email": DEVELOPER, "password": PASSWORD})
    out = StringIO()
    call_command("create_api_token", email=DEVELOPER, name="shell", stdout=out, stderr=StringIO())
    root = "/staff/workways/tokens/"
    made = {
        "Test": "",
        "shell": out.getvalue().strip(),
        "panel": shown_in(panel.post(f"{root}developers/{owner.pk}/tokens/", {"name": "panel"}).content.decode()),
        "own": shown_in(own.post("/account/api/tokens/", {"name": "own"}).content.decode()),
    }
    ids = dict(ApiToken.objects.values_list("name", "pk"))
    made["Test"] = shown_in(panel.post(f"{root}{ids['Test']}/regenerate/").content.decode())
    made["own"] = shown_in(own.post(f"/account/api/tokens/{ids['own']}/regenerate/").content.decode())
    return made


def everything_kept() -> str:
    """Each value of each table, what is packed or sealed in them opened, and each file of the data folder."""
    told = [str(rows) for rows in whole_database().values()]
    told += [json.dumps(session.get_decoded()) for session in Session.objects.all()]
    told += [f"{body.text}{body.html}" for body in map(open_body, OutboxMail.objects.all())]
    files = [file for file in Path(portal_settings.DATA_DIR).rglob("*") if file.is_file()]
    told += [file.read_bytes().decode("latin-1") for file in files]
    return "\n".join(told)


def test_leaked_database_leaks_no_token(db: None, clock: Any, quick_passwords: None) -> None:
    build_world()
    first = make_token()
    made = tokens_of_all_makers()
    call = {"contactEmail": KNOWN, "bookedRoom": "0" * 24, "bookedAt": "2026-01-12T14:00:00Z", "duration": 60}
    for token in (*made.values(), first):
        header = {"authorization": f"Bearer {token}"}
        Client().get("/api/rooms", headers=header)
        Client().post("/api/meeting-request", call, "application/json", headers=header)
    work()
    cache.set("something", "is kept")

    kept = everything_kept()

    assert DEVELOPER in kept
    for name, token in made.items():
        row = ApiToken.objects.get(name=name, prefix=token[:11])
        assert row.last_used_at is not None
        assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
        # The first four digits tell tokens apart; of the other sixty not even a dozen in a row are kept.
        secret = token.removeprefix(row.prefix)
        assert not any(secret[start : start + 12] in kept for start in range(len(secret) - 11))


@pytest.mark.django_db(transaction=True)
def test_log_at_its_most_talkative_holds_no_token(capfd: pytest.CaptureFixture[str]) -> None:
    build_world()
    token, dead = make_token(), make_token()
    ApiToken.objects.filter(prefix=dead[:11]).update(is_active=False)
    CatalogState.objects.all().delete()

    with running_web(**TALKATIVE) as (_web, url):
        for text in (token, dead, token[:-1] + "x", token.removeprefix("ww_dev_")):
            headers = {"Authorization": f"Bearer {text}"}
            for path in ("sites", "rooms", "user-info?email=" + KNOWN, "countries", "nothing"):
                httpx.get(f"{url}/api/{path}", headers=headers)
            for path in ("meeting-request", "register", "check-email", "merge-contract"):
                httpx.post(f"{url}/api/{path}", json={"email": KNOWN}, headers=headers)
        httpx.get(f"{url}/api/rooms", headers={"Authorization": token})
        remote = {"WORKWAYS_API_URL": url, "WORKWAYS_API_TOKEN": token}
        with running_worker("catalog.refresh", **TALKATIVE, **remote):
            eventually(CatalogState.objects.filter(refreshed_at__isnull=False).exists, "the catalog is read")

    told = "".join(capfd.readouterr())
    # Each part spoke up, so its silence about tokens means something.
    for part in (
        "DEBUG httpcore",
        "INFO httpx",
        "INFO portal.workways",
        "DEBUG django.db.backends",
        "celery",
        '"GET /api',
    ):
        assert part in told
    if connection.vendor == "postgresql":
        assert "psycopg" in told
    assert hashlib.sha256(token.encode()).hexdigest() in told
    for text in (token, dead):
        secret = text[11:]
        assert not any(secret[start : start + 12] in told for start in range(len(secret) - 11))
