"""The start: what the environment may hold, and what is refused by name."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

SHOW = """
import json, django.conf
from portal import settings as s
print(json.dumps({
    "demo": s.IS_DEMO, "embedded": s.WORKWAYS_IS_EMBEDDED, "hosts": s.ALLOWED_HOSTS, "broker": s.CELERY_BROKER_URL,
    "engine": s.DATABASES["default"]["ENGINE"], "mail": s.HAS_MAIL_SERVER, "secure": s.SESSION_COOKIE_SECURE,
    "secret": s.SECRET_KEY,
}))
"""


def start(tmp_path: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Imports the settings in a process of their own, with nothing but this environment."""
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        env={"PATH": os.environ["PATH"], "PORTAL_DATA_DIR": str(tmp_path), **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_nothing_set_is_a_demo(tmp_path: Path) -> None:
    shown = json.loads(start(tmp_path).stdout)

    assert shown["demo"] is True
    assert shown["embedded"] is True
    assert shown["engine"] == "django.db.backends.sqlite3"
    assert shown["broker"] == "filesystem://localhost"
    assert shown["mail"] is False


def test_the_demos_secret_is_kept_and_private(tmp_path: Path) -> None:
    first = json.loads(start(tmp_path).stdout)["secret"]
    second = json.loads(start(tmp_path).stdout)["secret"]

    assert first == second
    assert len(first) >= 50
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


REAL = {
    "PORTAL_URL": "https://booking.portal.example",
    "SECRET_KEY": "x" * 60,
    "EMAIL_URL": "submission://user:secret@mail.portal.example:587",
    "DEFAULT_FROM_EMAIL": "booking@portal.example",
}


def test_a_real_installation_starts_with_its_secrets(tmp_path: Path) -> None:
    shown = json.loads(
        start(
            tmp_path,
            **REAL,
            DATABASE_URL="postgres://portal:secret@localhost/portal",
            REDIS_URL="redis://localhost/0",
            WORKWAYS_API_URL="https://api.workways.com",
            WORKWAYS_API_TOKEN="ww_dev_" + "0" * 64,
        ).stdout
    )

    assert shown["demo"] is False
    assert shown["embedded"] is False
    assert shown["hosts"] == ["booking.portal.example"]
    assert shown["engine"] == "django.db.backends.postgresql"
    assert shown["broker"] == "redis://localhost/0"
    assert shown["mail"] is True
    assert shown["secure"] is True


@pytest.mark.parametrize("name", ["SECRET_KEY", "EMAIL_URL", "DEFAULT_FROM_EMAIL"])
def test_a_real_installation_is_refused_without(tmp_path: Path, name: str) -> None:
    environment = {key: value for key, value in REAL.items() if key != name}

    result = start(tmp_path, **environment)

    assert result.returncode != 0
    assert name in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"WORKWAYS_API_URL": "https://api.workways.com"}, "WORKWAYS_API_TOKEN is missing."),
        ({"WORKWAYS_API_TOKEN": "ww_dev_1"}, "WORKWAYS_API_URL is missing."),
        (
            {"WORKWAYS_API_URL": "http://api.workways.com", "WORKWAYS_API_TOKEN": "ww_dev_1"},
            "WORKWAYS_API_URL must begin with https://",
        ),
        ({"PORTAL_URL": "booking.example"}, "PORTAL_URL must be an address"),
        ({"DEBUG": "perhaps"}, "DEBUG must be true or false"),
        ({"DATABASE_URL": "nonsense://x"}, "DATABASE_URL must be an address"),
        ({"EMAIL_URL": "carrier-pigeon://x"}, "EMAIL_URL must be an address"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT must be one of text, json"),
        ({"REDIS_URL": "localhost:6379"}, "REDIS_URL must be an address"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(tmp_path: Path, environment: dict[str, str], sentence: str) -> None:
    result = start(tmp_path, **environment)

    assert result.returncode != 0
    assert f"ImproperlyConfigured: {sentence}" in result.stderr


def test_workways_over_plain_http_is_taken_on_this_machine(tmp_path: Path) -> None:
    result = start(tmp_path, WORKWAYS_API_URL="http://127.0.0.1:9", WORKWAYS_API_TOKEN="ww_dev_1")

    assert json.loads(result.stdout)["embedded"] is False


def test_error_reports_hold_nothing_that_people_typed(tmp_path: Path) -> None:
    """A report's own place of variables, forms and cookies stays empty; what is left is scrubbed (portal.logs)."""
    show = (
        "import json, sentry_sdk; from portal import settings; told = sentry_sdk.get_client().options; "
        "print(json.dumps([told[name] for name in ('send_default_pii', 'max_request_body_size', "
        "'include_local_variables')]))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", show],
        env={"PATH": os.environ["PATH"], "PORTAL_DATA_DIR": str(tmp_path), "SENTRY_DSN": "https://key@127.0.0.1/1"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert json.loads(shown.stdout) == [False, "never", False]
