"""How fast the API's lists are: `python -m tests.load.api_lists [--rooms 1000] [--postgres] [--requests 60]`.

Starts a server of its own (granian, WSGI, two workers) on a database of its own in a temporary folder with 50 sites,
and asks one list after the other over one connection kept open. "first byte" is from sending the request to the first
byte of the answer, as the caller sees it. "plain" rows are the same rooms by models and JsonResponse, without the API.
"""

import argparse
import gzip
import http.client
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.load.pages import free_port, portal, postgres

SITES = 50
DESCRIPTION = "A quiet room with daylight and a view over the river, for teams who want to think."


@dataclass(frozen=True, slots=True)
class Run:
    """Times in milliseconds; bytes as they travel, and unpacked."""

    status: int
    first_byte: list[float]
    travelled: int
    unpacked: int
    etag: str


def fill(rooms: int) -> str:
    """Rooms that anybody may see, in 50 sites, and a token; gives the token."""
    from portal import clock
    from portal.embedded.auth import create_token, ensure_developer
    from portal.embedded.models import Room, Site

    sites = [
        Site(name=f"Site {number:02}", country=("FR", "BE", "IE")[number % 3], zone_name="Europe/Paris")
        for number in range(SITES)
    ]
    Site.objects.bulk_create(sites)
    Room.objects.bulk_create(
        Room(
            site=sites[number % SITES],
            name=f"Room {number}",
            type="publicMeeting" if number % 3 else "publicOffice",
            default_state="bookable",
            actual_state="bookable",
            surface=25,
            description=DESCRIPTION,
            min_person=2,
            max_person=8,
            nb_seat=8,
            configuration="boardroom",
            other_configuration="Video conferencing, whiteboard",
            min_minutes=60,
            max_minutes=480,
            step_minutes=30,
            slot_week="09:00-18:00",
            hour_minor=4550,
            half_day_minor=15000,
            day_minor=27000,
            price_per_month="500",
            image_id=f"{number:024x}",
        )
        for number in range(rooms)
    )
    now = clock.now()
    return create_token(user=ensure_developer(email="load@portal.example", now=now), name="Load", now=now)[1]


def count_queries(path: str, token: str) -> int:
    """How many statements one call asks."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    headers = {"authorization": f"Bearer {token}"} if token else {}
    with CaptureQueriesContext(connection) as queries:
        Client(HTTP_HOST="127.0.0.1").get(path, headers=headers)
    return len(queries)


def ask(port: int, path: str, headers: dict[str, str], requests: int) -> Run:
    """Asks so often, one after the other; the first few, which warm the workers up, don't count."""
    times: list[float] = []
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for number in range(requests + 6):
        began = time.perf_counter()
        connection.request("GET", path, headers={"Accept-Encoding": "gzip", **headers})
        answer = connection.getresponse()
        first = answer.read(1)
        if number >= 6:
            times.append((time.perf_counter() - began) * 1000)
        body = first + answer.read()
    connection.close()
    packed = answer.getheader("Content-Encoding") == "gzip"
    return Run(
        answer.status, times, len(body), len(gzip.decompress(body) if packed else body), answer.getheader("ETag") or ""
    )


def list_runs(port: int, token: str, requests: int) -> Iterator[tuple[str, str, str, Run]]:
    """Name, path, token and figures of each run."""
    for path in ("/plain/rooms/", "/plain/sites/"):
        yield f"plain Django {path}", path, "", ask(port, path, {}, requests)
    for path in ("/api/rooms", "/api/sites", "/api/countries"):
        for whose in ("", token):
            headers = {"Authorization": f"Bearer {whose}"} if whose else {}
            run = ask(port, path, headers, requests)
            yield f"{path}{' with a token' if whose else ''}", path, whose, run
            again = ask(port, path, {**headers, "If-None-Match": run.etag}, requests)
            yield f"{path}{' with a token' if whose else ''}, unchanged", path, whose, again


def run(options: argparse.Namespace) -> None:
    """Everything after the environment stands."""
    import django
    from django.core.management import call_command

    django.setup()
    import logging

    from django.db import connections

    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0, interactive=False)
    token = fill(options.rooms)
    database = "PostgreSQL" if options.postgres else "SQLite"
    print(f"\n{options.rooms:,} rooms in {SITES} sites, {database}, granian WSGI, 2 workers, 1 connection")
    print(f"load of this machine before the runs: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    print(f"{'':<38}{'first byte ms':^27}\n{'call':<38}{'p50':>9}{'p95':>9}{'best':>9}", end="")
    print(f"{'status':>9}{'gzip':>9}{'bytes':>10}{'SQL':>5}")
    port = free_port()
    with portal(port):
        for name, path, whose, seen in list_runs(port, token, options.requests):
            queries = count_queries(path, whose)
            p50, p95 = statistics.median(seen.first_byte), statistics.quantiles(seen.first_byte, n=20)[-1]
            print(f"{name:<38}{p50:>9.1f}{p95:>9.1f}{min(seen.first_byte):>9.1f}", end="")
            print(f"{seen.status:>9}{seen.travelled:>9,}{seen.unpacked:>10,}{queries:>5}", flush=True)
    connections.close_all()


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", type=int, default=1_000)
    parser.add_argument("--requests", type=int, default=60, help="of each kind")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own instead of SQLite")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-load-")))
        os.environ.update(PORTAL_DATA_DIR=str(folder), DJANGO_SETTINGS_MODULE="tests.load.api_settings")
        for name in ("DATABASE_URL", "REDIS_URL", "PORTAL_URL", "WORKWAYS_API_URL", "WORKWAYS_API_TOKEN"):
            os.environ.pop(name, None)
        if options.postgres:
            os.environ["DATABASE_URL"] = stack.enter_context(postgres(folder))
        run(options)


if __name__ == "__main__":
    main()
