"""Processes of the portal as an operator starts them, which a test can kill at a chosen moment.

They share the test's database, data folder and broker. Upstream and mail server are servers of this process that halt a
call for as long as the test wants.
"""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import quote

import httpx
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connection, connections

from portal.celery import app
from portal.embedded.transport import EmbeddedTransport
from tests.support.mail_server import free_port

PATIENCE_SECONDS = 40.0


def eventually(holds: Callable[[], bool], what: str) -> None:
    """Waits until something holds. Raises AssertionError when it takes too long."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < until, f"It never came about that {what}."
        time.sleep(0.05)


class Halt:
    """One place at which a call is held up until it is let go."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._let_go = threading.Event()

    def wait(self) -> None:
        """Holds up the caller."""
        self.reached.set()
        self._let_go.wait(PATIENCE_SECONDS)

    def let_go(self) -> None:
        """Whoever waits goes on."""
        self._let_go.set()


class SlowApi:
    """The embedded API over real HTTP, as a remote account would be."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.calls: list[str] = []
        self._halts: list[tuple[str, str, Halt]] = []

    def halt(self, target: str, *, moment: Literal["before", "after"]) -> Halt:
        """Holds up calls whose address holds `target`, before or after the API did its work."""
        made = Halt()
        self._halts.append((target, moment, made))
        return made

    def let_go(self) -> None:
        """Nothing is held up any more."""
        for _target, _moment, made in self._halts:
            made.let_go()
        self._halts.clear()

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Does what the API does, and waits where the test wants."""
        target = request.url.raw_path.decode()
        self._wait(target, "before")
        self.calls.append(f"{request.method} {request.url.path}")
        answer = EmbeddedTransport().handle_request(request)
        self._wait(target, "after")
        return answer

    def _wait(self, target: str, moment: str) -> None:
        for wanted, when, made in list(self._halts):
            if wanted in target and when == moment:
                made.wait()


@contextmanager
def running_api() -> Iterator[SlowApi]:
    """The API on a free port; at the end nothing of it is left."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # noqa: N802 RUF100 (http.server names its hooks so)
            try:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answer = api.answer(httpx.Request(self.command, api.url + self.path, content=body))
                # Whoever asked may be dead by now.
                with suppress(OSError):
                    self.send_response(answer.status_code)
                    for name, value in answer.headers.items():
                        self.send_header(name, value)
                    if "content-length" not in answer.headers:
                        self.send_header("Content-Length", str(len(answer.content)))
                    self.end_headers()
                    self.wfile.write(answer.content)
            finally:
                connections.close_all()

        do_POST = do_GET  # noqa: N815 RUF100 (as above)

        def log_message(self, *args: Any) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        # The end waits for every call that is still under way.
        daemon_threads = False
        block_on_close = True

    server = Server(("127.0.0.1", 0), Handler)
    api = SlowApi(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield api
    finally:
        api.let_go()
        server.shutdown()
        thread.join()
        server.server_close()


class Mailbox:
    """A mail server's side: which mails it was handed, and for which of them it took the responsibility."""

    def __init__(self) -> None:
        self.port = free_port()
        self.begun: list[str] = []
        self.accepted: list[str] = []
        self.reached = threading.Event()
        # Has the whole mail, and doesn't say yet whether it takes it; whoever hangs up now has it not taken.
        self.hesitates = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 RUF100 (aiosmtpd)
        lines = (envelope.content or b"").splitlines()  # type: ignore[union-attr]
        name = next(line for line in lines if line.lower().startswith(b"message-id:")).decode()
        self.begun.append(name)
        self.reached.set()
        if self.hesitates:
            await asyncio.sleep(PATIENCE_SECONDS)
        self.accepted.append(name)
        return "250 OK"


@contextmanager
def running_mailbox() -> Iterator[Mailbox]:
    """A mail server on a free port."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


class Running:
    """A process of the portal, with all its children."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def kill(self) -> None:
        """SIGKILL, as when the machine runs out of memory or loses its power: nobody gets to say goodbye."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)


@contextmanager
def running(*command: str, **environment: str) -> Iterator[Running]:
    """A command of Python's -m, on this test's database; killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=settings.BASE_DIR,
        env={**_environment(), **environment},
        start_new_session=True,
    )
    made = Running(process)
    try:
        yield made
    finally:
        made.kill()


def _environment() -> dict[str, str]:
    own = {"PATH": os.environ["PATH"], "PORTAL_DATA_DIR": str(settings.DATA_DIR), "DATABASE_URL": _database_url()}
    return {**own, "REDIS_URL": settings.REDIS_URL, "DJANGO_SETTINGS_MODULE": "portal.settings"}


def _database_url() -> str:
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    user = f"{quote(known['USER'])}:{quote(known['PASSWORD'])}" if known["PASSWORD"] else quote(known["USER"])
    return f"postgres://{user}@{known['HOST']}:{known['PORT']}/{known['NAME']}"


@contextmanager
def running_worker(task: str, **environment: str) -> Iterator[Running]:
    """A Celery worker that is woken for this task once, by a message that waits for it in a queue of its own."""
    queue = f"resilience-{uuid.uuid4().hex}"
    with app.connection_for_write() as broker:
        app.send_task(task, queue=queue, connection=broker)
    options = ("--queues", queue, "--hostname", f"{queue}@%h", "--concurrency", "1", "--loglevel", "INFO")
    quick = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    with running("celery", "-A", "portal", "worker", *options, *quick, **environment) as worker:
        yield worker


@contextmanager
def running_web(**environment: str) -> Iterator[tuple[Running, str]]:
    """The web server of the README, answering; and its address."""
    port = str(free_port())
    url = f"http://127.0.0.1:{port}"
    command = ("granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port, "portal.wsgi:application")
    with running(*command, PORTAL_URL=url, **environment) as web:
        eventually(lambda: _is_alive(url), "the web server answers")
        yield web, url


def _is_alive(url: str) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"{url}/healthz", timeout=5).status_code == 200
    return False
