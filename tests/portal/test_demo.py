"""`manage.py demo` from an empty folder to a page, a known company's data, and a clean stop."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.conf import settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children_of(pid: int) -> set[int]:
    """The processes below one, however deep."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found: set[int] = set()
    parents = {pid}
    while parents:
        parents = {child for child, parent in pairs if parent in parents}
        found |= parents
    return found


def running(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A demo in a folder of its own, SQLite and files whatever the other tests use; its process and what it printed."""
    folder = tmp_path_factory.mktemp("demo")
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PORTAL_DATA_DIR": str(folder / "data")}
    output = folder / "output"
    with output.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", str(free_port())],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=stream,
            stderr=subprocess.STDOUT,
            text=True,
        )
    deadline = time.monotonic() + 240
    while "Ctrl-C" not in output.read_text():
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.3)
    yield process, output.read_text()
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def test_demo_prints_what_a_newcomer_needs_and_stops_without_leaving_anything(
    demo: tuple["subprocess.Popen[str]", str],
) -> None:
    process, printed = demo
    address = re.search(r"The portal\s+(\S+)/", printed)
    password = re.search(r"password (\S+)", printed)
    assert address
    assert password
    with httpx.Client(base_url=address[1], follow_redirects=True) as web:
        home = web.get("/")
        countries = web.get("/api/countries").json()["data"]
        rooms = web.get("/api/rooms").json()["data"]
        ready = web.get("/readyz")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', web.get("/staff/login/").text)
        assert token
        outbox = web.post(
            "/staff/login/",
            data={
                "csrfmiddlewaretoken": token[1],
                "username": "staff",
                "password": password[1],
                "next": "/staff/outbox/",
            },
            headers={"Referer": address[1]},
        )
    below = children_of(process.pid)

    process.send_signal(signal.SIGTERM)
    status = process.wait(30)

    assert home.status_code == 200
    assert countries == ["Belgium", "France", "Ireland"]
    assert len(rooms) >= 20
    assert ready.json()["ready"] is True
    assert (outbox.status_code, outbox.url.path) == (200, "/staff/outbox/")
    assert len(below) >= 4
    assert status == 0
    assert running(below) == set()
