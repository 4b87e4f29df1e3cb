"""How fast the pages are: `python -m tests.load.pages [--postgres] [--sites 10] [--rooms 10] [--spans 20000]`.

Starts a server of its own (granian, WSGI, two workers) on a database of its own in a temporary folder, fills the mirror
with 10 sites of 10 rooms and 20,000 busy spans over 90 days, and asks with wrk (Debian's package) over 1 and 16
connections. "uncached" is a server that keeps no page and nothing of what is taken, free or known of a visitor between
requests: only opening hours, words, addresses of routes and drawings, which depend on nothing that anybody does. "warm"
is the server as it runs for visitors, the page asked for just before. Processor time is that of the server's
processes, for 16 connections. At the end Chromium (with Debian's `chromium`) loads each page as a first-time visitor.
"""

import argparse
import gzip
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

CONNECTIONS = (1, 16)
ROOMS_OF_A_SITE = 10
_TICKS = os.sysconf("SC_CLK_TCK")
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of wrk saw; times in milliseconds, `cpu` per request in the server's processes."""

    rate: float
    p50: float
    p99: float
    cpu: float


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def fill(sites: int, spans: int, rooms_of_a_site: int = ROOMS_OF_A_SITE) -> None:
    """Writes the peers' data shape: meetings of 30 to 120 minutes between 07:00 and 19:00, 45 days back and ahead."""
    from bookings.catalog.models import MEETING_TYPE, CatalogState, Room, Site
    from bookings.feeds.models import BusySpan, Feed
    from portal import clock

    chance = random.Random(7)
    now = clock.now()
    Site.objects.bulk_create(
        Site(workways_id=f"{number + 1:024x}", name=f"Site {number:04}", country="France") for number in range(sites)
    )
    Room.objects.bulk_create(
        Room(
            workways_id=f"{number + 1:024x}",
            site=site,
            name=f"Room {number}",
            public_name=f"Room {number:05}",
            type=MEETING_TYPE,
            description="A quiet room with daylight.",
            surface=20,
            min_people=2,
            max_people=8,
            seats=8,
            configuration="meeting",
            equipment="Screen, whiteboard",
            min_minutes=60,
            max_minutes=480,
            step_minutes=30,
            hours_week="07:00-19:00",
            hours_saturday="09:00-13:00",
            hour_minor=2000,
            half_day_minor=7000,
            day_minor=12000,
        )
        for site in Site.objects.all()
        for number in range((site.pk - 1) * rooms_of_a_site, site.pk * rooms_of_a_site)
    )
    rooms = list(Room.objects.order_by("pk").values_list("pk", flat=True))
    Feed.objects.bulk_create(
        Feed(room_id=room, version=1, read_at=now, attempted_at=now, covers_until=now + timedelta(days=400))
        for room in rooms
    )
    CatalogState.objects.create(refreshed_at=now)
    BusySpan.objects.bulk_create(
        (
            BusySpan(room_id=room, start=start, end=start + timedelta(minutes=minutes), uid=f"{place}-{room}")
            for place, (room, start, minutes) in enumerate(_meetings(chance, rooms, spans, now.date()))
        ),
        batch_size=5_000,
    )


def _meetings(chance: random.Random, rooms: list[int], spans: int, today: date) -> Iterator[tuple[int, datetime, int]]:
    """Meetings that don't overlap, each on a half hour."""
    taken: set[tuple[int, datetime]] = set()
    made = 0
    while made < spans:
        room = chance.choice(rooms)
        day = datetime(today.year, today.month, today.day, 6, tzinfo=UTC) + timedelta(days=chance.randrange(-45, 45))
        halves = chance.randint(1, 4)
        first = chance.randrange(0, 24 - halves + 1)
        cells = {(room, day + timedelta(minutes=30 * half)) for half in range(first, first + halves)}
        if cells.isdisjoint(taken):
            taken |= cells
            made += 1
            yield room, day + timedelta(minutes=30 * first), 30 * halves


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL cluster of our own until the end of the block; gives its address. Needs Debian's `postgresql`."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        raise SystemExit("PostgreSQL is missing: apt-get install postgresql, or leave out --postgres.")
    data, port = folder / "postgres", free_port()
    data.mkdir()
    # PostgreSQL refuses to run as root.
    as_whom: dict[str, Any] = {"user": "postgres"} if os.geteuid() == 0 else {}
    if as_whom:
        shutil.chown(data, "postgres")
        folder.chmod(0o755)
    run: dict[str, Any] = {"cwd": data, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **as_whom}
    make = [programs[-1], "-D", data, "-U", "portal", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]
    subprocess.run(make, check=True, **run)
    serve = [programs[-1].parent / "postgres", "-D", data, "-p", str(port)]
    serve += ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={data}"]
    server = subprocess.Popen(serve, **run)
    try:
        _wait_for(port, server)
        yield f"postgres://portal@127.0.0.1:{port}/postgres"
    finally:
        _stop(server, signal.SIGINT)


@contextmanager
def portal(port: int, threads: int = 2, /, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    """The portal's web server until the end of the block."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--log-level", "warning"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "2", "--blocking-threads", str(threads)]
    server = subprocess.Popen([*command, "portal.wsgi:application"], env={**os.environ, **environment})
    try:
        _wait_for(port, server)
        yield server
    finally:
        _stop(server, signal.SIGTERM)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"{server.args!r} did not start.")


def _stop(server: "subprocess.Popen[bytes]", how: signal.Signals) -> None:
    server.send_signal(how)
    try:
        server.wait(15)
    except subprocess.TimeoutExpired:
        for pid in (*_children(server.pid), server.pid):
            os.kill(pid, signal.SIGKILL)
        server.wait()


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def processor_seconds(pid: int) -> float:
    """What a process and its children have used so far."""
    total = 0.0
    for one in (pid, *_children(pid)):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / _TICKS
    return total


def drive(server: "subprocess.Popen[bytes]", address: str, connections: int, seconds: int) -> Run:
    """One run of wrk. Raises SystemExit when anything but 200 came back."""
    command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--latency", "--timeout", "20s"]
    before = processor_seconds(server.pid)
    said = subprocess.run(
        [*command, "-H", "Accept-Encoding: gzip", address], check=True, capture_output=True, text=True
    ).stdout
    used = processor_seconds(server.pid) - before
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(f"{address} failed under load:\n{said}")
    requests = int(_found(r"(\d+) requests in", said)[0])
    return Run(
        rate=float(_found(r"Requests/sec:\s+([\d.]+)", said)[0]),
        p50=_milliseconds(said, "50"),
        p99=_milliseconds(said, "99"),
        cpu=used * 1000 / max(requests, 1),
    )


def _milliseconds(said: str, percent: str) -> float:
    amount, unit = _found(rf"{percent}%\s+([\d.]+)(us|ms|s)", said)
    return float(amount) * _UNITS[unit]


def _found(pattern: str, text: str) -> tuple[str, ...]:
    match = re.search(pattern, text)
    if match is None:
        raise SystemExit(f"wrk said nothing like {pattern}:\n{text}")
    return match.groups()


def size_of(address: str) -> tuple[int, int]:
    """Bytes of the page as it travels, and unpacked."""
    with urlopen(Request(address, headers={"Accept-Encoding": "gzip"})) as response:  # noqa: S310  Our own server.
        body = response.read()
        packed = response.headers.get("Content-Encoding") == "gzip"
    return len(body), len(gzip.decompress(body) if packed else body)


def list_pages(today: date, rooms_of_a_site: int = ROOMS_OF_A_SITE) -> list[tuple[str, str]]:
    """What is measured: (name, path)."""
    day = today + timedelta(days=3)
    while day.weekday() > 4:
        day += timedelta(days=1)
    first = f"{1:024x}"
    return [
        ("a constant", "/plain/constant/"),
        ("one indexed query", f"/plain/one-query/{first}/"),
        ("week of a room", f"/rooms/{first}/?date={day}"),
        (f"day of a site, {rooms_of_a_site} rooms", f"/sites/{first}/day/?date={day}"),
        ("search, all rooms", f"/search/?date={day}&start=09:00&duration=60&people=2"),
        ("site", f"/sites/{first}/"),
        ("home", "/"),
    ]


def count_queries(paths: list[str]) -> dict[str, int]:
    """How many statements each page asks, on a server that keeps nothing."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(HTTP_HOST="127.0.0.1")
    counts = {}
    for path in paths:
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counts[path] = len(queries)
    return counts


def measure(port: int, pages: list[tuple[str, str]], seconds: int, row: Callable[[str, str, list[Run]], None]) -> None:
    """Drives one server through all pages twice: keeping nothing, then as it runs."""
    for state, environment in (("uncached", {"LOAD_KEEPS_NOTHING": "1"}), ("warm", {})):
        with portal(port, **environment) as server:
            for name, path in pages:
                address = f"http://127.0.0.1:{port}{path}"
                # Both workers have loaded their code and compiled the page's templates by then.
                for _ in range(20):
                    size_of(address)
                drive(server, address, 4, 1)
                row(name, state, [drive(server, address, connections, seconds) for connections in CONNECTIONS])


def print_loads(port: int, pages: list[tuple[str, str]], times: int) -> None:
    """First views by a browser, next to what DESIGN allows them."""
    from tests.load.browser import load_pages

    print(f"\nfirst view in Chromium, medians of {times}, no cache, server warm")
    print(f"{'page':<26}{'text ms':>9}{'paint ms':>9}{'load ms':>9}{'requests':>10}{'bytes':>9}{'scripts':>9}")
    with portal(port):
        addresses = {name: f"http://127.0.0.1:{port}{path}" for name, path in pages}
        loads = load_pages(addresses.values(), times=times)
    for name, address in addresses.items():
        one = loads[address]
        times_seen = f"{one.answered:>9.0f}{one.painted:>9.0f}{one.loaded:>9.0f}"
        print(f"{name:<26}{times_seen}{one.requests:>10}{one.transferred:>9,}{one.scripts:>9,}")
    print(f"{'at most':<26}{'':>9}{'':>9}{200:>9}{6:>10}{50_000:>9,}{20_000:>9,}")


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own instead of SQLite")
    parser.add_argument("--sites", type=int, default=10)
    parser.add_argument("--rooms", type=int, default=ROOMS_OF_A_SITE, help="rooms of each site")
    parser.add_argument("--spans", type=int, default=20_000)
    parser.add_argument("--loads", type=int, default=7, help="loads of each page by a browser; 0 for none")
    parser.add_argument("--seconds", type=int, default=4, help="length of each run")
    parser.add_argument("--only", default="", help="only pages whose name holds this word")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing: apt-get install wrk.")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-load-")))
        os.environ.update(PORTAL_DATA_DIR=str(folder), DJANGO_SETTINGS_MODULE="tests.load.settings")
        for name in ("DATABASE_URL", "REDIS_URL", "PORTAL_URL", "WORKWAYS_API_URL", "WORKWAYS_API_TOKEN"):
            os.environ.pop(name, None)
        if options.postgres:
            os.environ["DATABASE_URL"] = stack.enter_context(postgres(folder))
        run(options)


def run(options: argparse.Namespace) -> None:
    """Everything after the environment stands."""
    import django
    from django.core.management import call_command

    os.environ["LOAD_KEEPS_NOTHING"] = "1"
    django.setup()
    import logging

    from django.db import connections

    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    fill(options.sites, options.spans, options.rooms)
    pages = [one for one in list_pages(datetime.now(UTC).date(), options.rooms) if options.only in one[0]]
    queries = count_queries([path for _name, path in pages])
    connections.close_all()
    del os.environ["LOAD_KEEPS_NOTHING"]
    port = free_port()
    with portal(port):
        sizes = {name: size_of(f"http://127.0.0.1:{port}{path}") for name, path in pages}
    database = "PostgreSQL" if options.postgres else "SQLite"
    rooms = options.sites * options.rooms
    print(f"\n{rooms:,} rooms, {options.spans:,} busy spans in 90 days, {database}, granian WSGI, 2 workers")
    print(f"load of this machine before the runs: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    print(f"{'':<26}{'':<10}{'1 connection':^26}{'16 connections':^34}{'':>9}{'':>9}")
    head = f"{'req/s':>8}{'p50 ms':>9}{'p99 ms':>9}"
    print(f"{'page':<26}{'kept':<10}{head}{head}{'CPU ms':>8}{'packed':>9}{'bytes':>9}{'SQL':>5}")

    def row(name: str, state: str, runs: list[Run]) -> None:
        cells = "".join(f"{run.rate:>8,.0f}{run.p50:>9.1f}{run.p99:>9.1f}" for run in runs)
        packed, unpacked = sizes[name]
        asked = queries[dict(pages)[name]] if state == "uncached" else ""
        print(f"{name:<26}{state:<10}{cells}{runs[-1].cpu:>8.2f}{packed:>9,}{unpacked:>9,}{asked:>5}", flush=True)

    measure(port, pages, options.seconds, row)
    if options.loads:
        print_loads(port, pages, options.loads)
    print(json.dumps({"load after": os.getloadavg()[0]}))


if __name__ == "__main__":
    main()
