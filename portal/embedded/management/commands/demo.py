"""`manage.py demo`: the whole portal on this machine, with data, in one command."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portal import clock
from portal.embedded.seed import seed
from portal.members.models import Member
from portal.members.roles import Role

_STARTUP_SECONDS = 60
_STOP_SECONDS = 15


class Command(BaseCommand):
    """Migrates, seeds, and runs web server, worker and timetable under one parent until it is told to stop."""

    help = "Runs the whole portal on this machine with demo data."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--port and --fresh."""
        parser.add_argument("--port", type=int, default=8000, help="port on this machine (default: 8000)")
        parser.add_argument("--fresh", action="store_true", help="throw away what an earlier demo left")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when this isn't a demo or a part doesn't start."""
        if not settings.IS_DEMO:
            raise CommandError(
                f"PORTAL_URL is a public address ({settings.PORTAL_URL}). The demo only runs on this machine: unset it."
            )
        port = options["port"]
        if options["fresh"]:
            _throw_away()
        os.environ["PORTAL_URL"] = f"http://127.0.0.1:{port}"
        self._say("Preparing the database …")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        if settings.WORKWAYS_IS_EMBEDDED:
            self._say("Filling the embedded Workways API with sites, rooms and meetings …")
            seed(clock.now())
        self._say("Reading the catalog, the pictures and the calendars …")
        call_command("refresh", verbosity=0, stdout=self.stderr)
        call_command("demo_places", verbosity=0)
        password = _staff_password()
        self._run(port, password)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _run(self, port: int, password: str) -> None:
        # Signals are caught before the first child exists, so that none can be left behind.
        stopping = _Stopping()
        children = {name: subprocess.Popen(command, start_new_session=True) for name, command in _commands(port)}  # noqa: S603  The commands are our own.
        try:
            _wait_for_web(port, children["web server"], stopping)
            if not stopping.asked:
                self._say(_greeting(port, password))
            while not stopping.asked:
                for name, child in children.items():
                    if child.poll() is not None:
                        raise CommandError(
                            f"The {name} stopped by itself (exit code {child.returncode}); see the lines above."
                        )
                time.sleep(0.3)
        finally:
            _stop(list(children.values()))
            self._say("The demo has stopped.")


class _Stopping:
    """Remembers that SIGINT or SIGTERM came."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGINT, self._ask)
        signal.signal(signal.SIGTERM, self._ask)

    def _ask(self, signal_number: int, frame: FrameType | None) -> None:
        self.asked = True


def _commands(port: int) -> list[tuple[str, list[str]]]:
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "portal"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    schedule = str(settings.DATA_DIR / "beat-schedule")
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--log-level", "warning"]
    granian += ["--host", "127.0.0.1", "--port", str(port)]
    return [
        ("web server", [*granian, "--workers", "2", "--blocking-threads", "2", "portal.wsgi:application"]),
        ("worker", [*celery, "worker", "--loglevel", "WARNING", "--concurrency", "2", *quiet]),
        ("timetable", [*celery, "beat", "--loglevel", "WARNING", "--pidfile", "", "--schedule", schedule]),
    ]


def _wait_for_web(port: int, web: "subprocess.Popen[bytes]", stopping: _Stopping) -> None:
    deadline = time.monotonic() + _STARTUP_SECONDS
    while not stopping.asked:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except (URLError, ConnectionError, TimeoutError) as error:
            if web.poll() is not None or time.monotonic() > deadline:
                raise CommandError(
                    f"The web server doesn't answer on port {port}. Is the port in use? Try --port with another number."
                ) from error
            time.sleep(0.2)


def _stop(children: "list[subprocess.Popen[bytes]]") -> None:
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _throw_away() -> None:
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        database = Path(settings.DATABASES["default"]["NAME"])
        for suffix in ("", "-wal", "-shm"):
            database.with_name(database.name + suffix).unlink(missing_ok=True)
    else:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("flush", verbosity=0, interactive=False)
    for folder in ("cache", "pictures"):
        shutil.rmtree(settings.DATA_DIR / folder, ignore_errors=True)
    for message in (settings.DATA_DIR / "broker" / "queue").glob("*"):
        message.unlink(missing_ok=True)
    (settings.DATA_DIR / "beat-schedule").unlink(missing_ok=True)


# Who can be tried in the demo, beside the admin; the sign-in page lists them.
_COLLEAGUES = (
    ("manager", "Mira", Role.MANAGER),
    ("frontdesk", "Finn", Role.FRONT_DESK),
    ("viewer", "Vera", Role.VIEWER),
)


def _staff_password() -> str:
    """The demo's accounts of staff, with one password of this machine's own that stays the same."""
    file = settings.DATA_DIR / "staff-password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(9))
    password = file.read_text()
    users = get_user_model()
    member, created = users.objects.get_or_create(
        username="staff", defaults={"is_staff": True, "is_superuser": True, "first_name": "Demo", "last_name": "Admin"}
    )
    if created or not member.check_password(password):
        member.set_password(password)
        member.is_staff = member.is_superuser = True
        member.save()
    Member.objects.get_or_create(user=member, defaults={"role": Role.ADMIN})
    for username, first_name, role in _COLLEAGUES:
        names = {"is_staff": True, "first_name": first_name, "last_name": "Demo"}
        colleague, _made = users.objects.get_or_create(username=username, defaults=names)
        if not colleague.check_password(password):
            colleague.set_password(password)
            colleague.save(update_fields=["password"])
        Member.objects.get_or_create(user=colleague, defaults={"role": role})
    return password


def _greeting(port: int, password: str) -> str:
    address = f"http://127.0.0.1:{port}"
    return "\n".join(
        (
            "",
            f"  The portal      {address}/   (French: {address}/fr/)",
            f"  Staff panel     {address}/staff/   user staff, password {password}",
            f"  Mails           {address}/staff/outbox/",
            f"  Workways API    {address}/api/sites" if settings.WORKWAYS_IS_EMBEDDED else "",
            "",
            "  Try jean.dupont@acme.example (a known company), any other address (a new one),",
            "  or paul.archive@acme.example (archived). Stop with Ctrl-C.",
            "",
        )
    )
