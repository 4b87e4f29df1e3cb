"""`manage.py doctor`: each missing piece is named."""

import io
import json
import socket
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from bookings.catalog.models import CatalogState
from portal import clock as portal_clock
from tests.conftest import StoppedClock
from tests.support.mail_server import free_port, running_mail_server
from tests.support.transports import answers, refuses_connections, unauthorized

pytestmark = pytest.mark.django_db


def healthy(clock: StoppedClock, drift: timedelta = timedelta(0)) -> httpx.MockTransport:
    """An upstream with a site, whose clock differs from ours by the drift."""

    def answer(request: httpx.Request) -> httpx.Response:
        site = {"_id": "a" * 24, "name": "Bastille", "country": "France", "publicRooms": [], "otherRooms": []}
        body = json.dumps({"retcode": 1, "message": "OK", "data": [site]})
        date = format_datetime(clock.instant + drift, usegmt=True)
        return httpx.Response(200, content=body, headers={"Date": date}, request=request)

    return httpx.MockTransport(answer)


@pytest.fixture
def remote(settings: Any, clock: StoppedClock) -> None:
    """A healthy demo with a remote account, whose worker just read the catalog."""
    settings.WORKWAYS_IS_EMBEDDED = False
    settings.WORKWAYS_API_URL = "https://workways.example"
    settings.WORKWAYS_API_TOKEN = "ww_dev_" + "0" * 64
    settings.WORKWAYS_TRANSPORT = healthy(clock)
    CatalogState.objects.create(refreshed_at=clock.instant, attempted_at=clock.instant)


def run() -> tuple[list[str], str]:
    """What it printed, and what it complained of at the end, or ""."""
    stream = io.StringIO()
    complaint = ""
    try:
        call_command("doctor", stdout=stream, no_color=True)
    except CommandError as error:
        complaint = str(error)
    return stream.getvalue().splitlines(), complaint


def line_of(part: str, lines: list[str]) -> str:
    (line,) = [line for line in lines if line[8:].startswith(part)]
    return line


@pytest.mark.usefixtures("remote")
def test_healthy_portal(settings: Any, clock: StoppedClock) -> None:
    # The database's server, where it has one, goes by the real time.
    settings.CLOCK = None
    clock.set(portal_clock.now())
    CatalogState.objects.update(attempted_at=clock.instant)

    lines, complaint = run()

    assert complaint == ""
    assert lines[-1] == "Everything is fine."
    assert len(lines) == 11
    assert "Agrees with Workways" in line_of("clock", lines)


@pytest.mark.usefixtures("remote")
@pytest.mark.parametrize(
    ("trouble", "words"),
    [(unauthorized, "token"), (refuses_connections, "no usable answer")],
    ids=["unauthorized", "refuses_connections"],
)
def test_upstream_that_doesnt_answer(settings: Any, trouble: Any, words: str) -> None:
    settings.WORKWAYS_TRANSPORT = trouble(inner=httpx.MockTransport(lambda _: httpx.Response(500)))

    lines, complaint = run()

    assert "upstream" in complaint
    assert line_of("upstream", lines).startswith("TROUBLE")
    assert words in line_of("upstream", lines)
    assert "ww_dev_" not in "".join(lines)


@pytest.mark.usefixtures("remote")
def test_upstream_without_sites(settings: Any) -> None:
    nothing = answers(200, {"retcode": 1, "message": "OK", "data": []}, inner=httpx.MockTransport(lambda _: None))  # type: ignore[arg-type]
    settings.WORKWAYS_TRANSPORT = nothing

    lines, complaint = run()

    assert "upstream" in complaint
    assert "has no site" in line_of("upstream", lines)


@pytest.mark.usefixtures("remote")
@pytest.mark.parametrize(
    ("drift", "words"), [(timedelta(minutes=5), "300 s behind"), (timedelta(minutes=-2), "120 s ahead of")]
)
def test_clock_that_drifts(settings: Any, clock: StoppedClock, drift: timedelta, words: str) -> None:
    settings.WORKWAYS_TRANSPORT = healthy(clock, drift)

    lines, complaint = run()

    assert "clock" in complaint
    assert words in line_of("clock", lines)


@pytest.mark.usefixtures("remote")
def test_trouble_is_the_exit_code(settings: Any) -> None:
    settings.DATA_DIR = Path("/nowhere")

    with pytest.raises(CommandError) as trouble:
        call_command("doctor", stdout=io.StringIO())

    assert trouble.value.returncode == 1


@pytest.mark.usefixtures("remote")
def test_worker_that_stopped(clock: StoppedClock) -> None:
    clock.forward(hours=1)

    lines, complaint = run()

    assert "worker" in complaint
    assert "60 minutes" in line_of("worker", lines)


@pytest.mark.usefixtures("remote")
def test_catalog_that_was_never_read() -> None:
    CatalogState.objects.all().delete()

    assert "Start worker and beat" in line_of("worker", run()[0])


@pytest.mark.usefixtures("remote")
def test_catalog_that_fails() -> None:
    CatalogState.objects.update(failure="GET /api/rooms: HTTP 503")

    assert "GET /api/rooms: HTTP 503" in line_of("worker", run()[0])


@pytest.mark.usefixtures("remote")
def test_real_installation_without_a_mail_server(settings: Any) -> None:
    settings.IS_DEMO = False

    lines, complaint = run()

    assert "mail" in complaint
    assert "EMAIL_URL is missing" in line_of("mail", lines)
    assert "portal.W001" in line_of("configuration", lines)


@pytest.mark.usefixtures("remote")
def test_mail_server_that_lets_us_in(settings: Any) -> None:
    with running_mail_server() as server:
        settings.HAS_MAIL_SERVER = True
        for name, value in server.settings().items():
            setattr(settings, name, value)

        lines, _ = run()

    assert line_of("mail", lines).startswith("ok")


@pytest.mark.usefixtures("remote")
def test_mail_server_that_isnt_there(settings: Any) -> None:
    settings.HAS_MAIL_SERVER = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()

    lines, complaint = run()

    assert "mail" in complaint
    assert "ConnectionRefusedError" in line_of("mail", lines)


@pytest.mark.usefixtures("remote")
def test_mail_server_that_only_stares(settings: Any) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.HAS_MAIL_SERVER = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        settings.EMAIL_TIMEOUT = 0.5

        lines, _ = run()

    assert line_of("mail", lines).startswith("TROUBLE")


@pytest.mark.usefixtures("remote")
def test_data_folder_that_isnt_there(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "nowhere"

    lines, complaint = run()

    assert "data folder" in complaint
    assert "PORTAL_DATA_DIR" in line_of("data folder", lines)


@pytest.mark.usefixtures("remote")
def test_migrations_that_wait() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'bookings'")

    lines, complaint = run()

    assert "migrations" in complaint
    assert "manage.py migrate" in line_of("migrations", lines)
    assert "Not looked at" in line_of("worker", lines)
