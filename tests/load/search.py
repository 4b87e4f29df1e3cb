"""How fast a search is: `python -m tests.load.search [--postgres] [--rooms 100,1000,10000] [--requests 300]`.

Fills a database of its own, asks it the bare statement, then the search itself in this process, then whole pages of a
web server of its own (granian, WSGI, two workers) that keeps nothing of pages. 100 rooms have 200 meetings each within
90 days, as the measured peers; more rooms have 1,000 each within 400 days, as far as calendars are read: 1,000 rooms
1,000,000 and 10,000 rooms 10,000,000, which takes some minutes to write. Each question is about another day and hour.

The statement looks at each span by its start and no further back than a day. It is printed beside the same without that
bound and, on PostgreSQL, a range type with GiST: with 1,000,000 spans the three took 2.6, 38 and 7.9 ms there, and on
SQLite the first two 1.0 and 446 ms, on a machine busy with other work; hence the first is used, and no range type.
"""

import argparse
import http.client
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

from tests.load.pages import _children, free_port, portal, postgres, processor_seconds

_ROOMS_OF_A_SITE = 10
_PEERS_ROOMS = 100
# Meetings lie in blocks of three hours, begin in the first half of one and last two hours at most: none overlap.
_BLOCKS = (7, 10, 13, 16)
_HOURS = (("07:00-19:00", "09:00-13:00"), ("08:00-20:00", ""), ("09:00-18:00", ""), ("00:00-24:00", "00:00-24:00"))
_EQUIPMENT = ("Screen, whiteboard", "Écran, visio", "Projector", "Whiteboard, coffee", "")


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run took, in milliseconds: the middle, all but the slowest twentieth, and processor time of one."""

    p50: float
    p95: float
    cpu: float
    said: str


def measured(work: Callable[[int], str], times: int) -> Figures:
    """Does it so many times, with another number each time, after some that don't count."""
    said = [work(number) for number in range(5)]
    walls = []
    began = time.process_time()
    for number in range(times):
        start = time.perf_counter()
        said.append(work(number))
        walls.append((time.perf_counter() - start) * 1000)
    cpu = (time.process_time() - began) * 1000 / times
    return Figures(statistics.median(walls), statistics.quantiles(walls, n=20)[-1], cpu, said[-1])


def fill_catalog(count: int) -> None:
    """Sites of ten rooms in three countries; rooms of different sizes, hours, prices and equipment; every feed read."""
    from bookings.catalog.models import MEETING_TYPE, CatalogState, Room, Site
    from bookings.feeds.models import Feed
    from portal import clock

    now = clock.now()
    sites = [
        Site(
            workways_id=f"{number + 1:024x}",
            name=f"Site {number:04}",
            country=("France", "Belgium", "Ireland")[number % 3],
        )
        for number in range(max(count // _ROOMS_OF_A_SITE, 1))
    ]
    Site.objects.bulk_create(sites)
    keys = list(Site.objects.order_by("pk").values_list("pk", flat=True))
    Room.objects.bulk_create(
        Room(
            workways_id=f"{number + 1:024x}",
            site_id=keys[number // _ROOMS_OF_A_SITE],
            name=f"Room {number}",
            public_name=f"Room {number:05}",
            type=MEETING_TYPE,
            surface=15 + number % 40,
            min_people=1,
            max_people=4 + number * 7 % 17,
            configuration="meeting",
            equipment=_EQUIPMENT[number % 5],
            min_minutes=(30, 60)[number % 2],
            max_minutes=(480, None)[number % 2],
            step_minutes=30,
            hours_week=_HOURS[number % 4][0],
            hours_saturday=_HOURS[number % 4][1],
            hour_minor=1500 + number % 30 * 100,
            half_day_minor=7000,
            day_minor=12000,
        )
        for number in range(count)
    )
    far = now + timedelta(days=400)
    Feed.objects.bulk_create(
        Feed(room_id=room, version=1, read_at=now, looked_at=now, covers_until=far)
        for room in Room.objects.order_by("pk").values_list("pk", flat=True).iterator()
    )
    CatalogState.objects.create(refreshed_at=now)


def list_meetings(rooms: Iterable[int], each: int, first: date, days: int) -> Iterator[tuple[int, str, str, str]]:
    """(room, start, end, uid) as a database reads them, in UTC; every twentieth room has one meeting of three days."""
    chance = random.Random(7)
    dates = [(first + timedelta(days=distance)).isoformat() for distance in range(days)]
    spans = [
        [
            (f"{hour + half // 2:02}:{half % 2 * 30:02}:00", f"{hour + end // 2:02}:{end % 2 * 30:02}:00")
            for half in range(3)
            for end in range(half + 1, half + 5)
            if end <= 6
        ]
        for hour in _BLOCKS
    ]
    blocks = range(days * len(_BLOCKS))
    for room in rooms:
        for number, block in enumerate(chance.sample(blocks, each)):
            day = dates[block // len(_BLOCKS)]
            start, end = chance.choice(spans[block % len(_BLOCKS)])
            yield room, f"{day} {start}", f"{day} {end}", f"{number}-{room}"
        if room % 20 == 0:
            place = chance.randrange(days - 3)
            yield room, f"{dates[place]} 00:00:00", f"{dates[place + 3]} 00:00:00", f"long-{room}"


def fill_spans(count: int) -> tuple[int, float]:
    """Writes the meetings the quickest way that each database has; how many, and in how many seconds."""
    from django.db import connection

    from bookings.catalog.models import Room
    from bookings.feeds.models import BusySpan

    each, days = (200, 90) if count <= _PEERS_ROOMS else (1000, 400)
    today = datetime.now(UTC).date()
    first = today - timedelta(days=45 if count <= _PEERS_ROOMS else 1)
    rooms = list(Room.objects.order_by("pk").values_list("pk", flat=True))
    meetings = list_meetings(rooms, each, first, days)
    began = time.perf_counter()
    table = BusySpan._meta.db_table
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            with cursor.copy(f'COPY {table} (room_id, start, "end", uid) FROM STDIN') as copy:
                for meeting in meetings:
                    copy.write_row(meeting)
            cursor.execute("VACUUM ANALYZE")
    else:
        name = connection.settings_dict["NAME"]
        connection.close()
        with sqlite3.connect(name) as raw:
            raw.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-800000;")
            listed = "SELECT name, sql FROM sqlite_master WHERE tbl_name = ? AND sql LIKE 'CREATE INDEX%'"
            listed = "SELECT name, sql FROM sqlite_master WHERE tbl_name = ? AND sql LIKE 'CREATE INDEX%'"
            indexes = raw.execute(listed, [table]).fetchall()
            for index, _ in indexes:
                raw.execute(f'DROP INDEX "{index}"')
            insert = f'INSERT INTO {table} (room_id, start, "end", uid) VALUES (?, ?, ?, ?)'  # noqa: S608 (our own words)
            raw.executemany(insert, meetings)
            for _, made_by in indexes:
                raw.execute(made_by)
        raw.close()
    return BusySpan.objects.count(), time.perf_counter() - began


def a_day(number: int, count: int) -> date:
    """Another working day for each number, within what was filled."""
    day = datetime.now(UTC).date() + timedelta(days=3 + number * 7 % (35 if count <= _PEERS_ROOMS else 330))
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def bare_statements(count: int) -> dict[str, Callable[[int], str]]:
    """The statement as the search asks it, and the ways that were not taken."""
    from django.db import connection

    from bookings.availability.taken import taken_statement
    from bookings.feeds.models import BusySpan
    from portal import clock

    table = BusySpan._meta.db_table
    value = connection.ops.adapt_datetimefield_value

    def window(number: int, hours: int) -> tuple[datetime, datetime]:
        day = a_day(number, count)
        start = datetime(day.year, day.month, day.day, 6 if hours > 1 else 8 + number % 9, tzinfo=UTC)
        return start, start + timedelta(hours=hours)

    def fetched(statement: str, parameters: list[Any]) -> str:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return f"{len(cursor.fetchall()):,} rows"

    def used(hours: int) -> Callable[[int], str]:
        def ask(number: int) -> str:
            start, end = window(number, hours)
            return fetched(*taken_statement(start, end, browser_key="", now=clock.now(), rooms=None))

        return ask

    def unbounded(number: int) -> str:
        start, end = window(number, 1)
        statement = f'SELECT room_id FROM {table} WHERE start < %s AND "end" > %s'  # noqa: S608 (our own words)
        return fetched(statement, [value(end), value(start)])

    def by_range(number: int) -> str:
        overlap = 'tstzrange(start, "end") && tstzrange(%s, %s)'
        statement = f"SELECT room_id FROM {table} WHERE {overlap}"  # noqa: S608 (our own words)
        return fetched(statement, list(window(number, 1)))

    asked: dict[str, Callable[[int], str]] = {
        "statement, one hour": used(1),
        "statement, a whole day": used(13),
        "  one hour, start's index without bound": unbounded,
    }
    if connection.vendor == "postgresql" and count <= 1000:
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE INDEX by_range ON {table} USING gist (tstzrange(start, "end"))')
            cursor.execute(f"ANALYZE {table}")
        asked["  one hour, range type with GiST"] = by_range
    return asked


def searches(count: int) -> dict[str, Callable[[int], str]]:
    """The search itself: directory, statement and rules, up to the list of what fits."""
    from bookings.availability.alternatives import find_alternatives
    from bookings.availability.search import SearchQuery, Who, find
    from bookings.catalog.directory import current_directory
    from portal import clock

    def asking(**fields: Any) -> Callable[[int], str]:
        def ask(number: int) -> str:
            day = a_day(number, count)
            said = dict(fields)
            if "until" in said:
                said["until"] = day + timedelta(days=said["until"])
            if "start" in said:
                said["start"] = clock_time(said["start"] or 8 + number % 9)
            directory = current_directory()
            query = SearchQuery(date=day, **said)
            result = find(query, directory=directory, who=Who(), now=clock.now())
            near = find_alternatives(result, directory=directory, who=Who(), now=clock.now())
            return f"{len(result.fits):,} fit" + (f", {len(near)} come close" if near else "")

        return ask

    return {
        "search, an hour of a day": asking(start=None, people=2),
        "search, any time of a day": asking(people=2),
        "search, 2 h of 5 days, 12 people, screen": asking(until=4, duration_minutes=120, people=12, words=("screen",)),
        "search, when all are closed": asking(start=23, people=2, duration_minutes=240),
    }


def list_pages(count: int) -> dict[str, Callable[[int], str]]:
    """What is asked of the web server: name and path by number."""
    first = f"{1:024x}"

    def search(number: int, rest: str) -> str:
        return f"/search/?date={a_day(number, count)}&{rest}"

    return {
        "page: a constant": lambda number: "/plain/constant/",
        "page: one indexed query": lambda number: f"/plain/one-query/{first}/",
        "page: an hour of a day": lambda n: search(n, f"start={8 + n % 9:02}:00&duration=60&people=2"),
        "page: any time of a day, by price": lambda n: search(n, "start=&duration=60&people=2&sort=price"),
        "page: 2 h of 5 days, 12 people, screen": lambda n: search(
            n, f"until={a_day(n, count) + timedelta(days=4)}&start=&duration=120&people=12&words=screen&sort=price"
        ),
        "page: when all are closed": lambda n: search(n, "start=23:00&duration=240&people=2"),
        "page: home": lambda n: "/",
    }


def drive(port: int, pid: int, path: Callable[[int], str], times: int) -> Figures:
    """Asks one page after the other over one connection. Raises SystemExit when anything but 200 comes back."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    size = 0

    def ask(number: int) -> None:
        nonlocal size
        connection.request("GET", path(number), headers={"Accept-Encoding": "gzip", "Host": f"127.0.0.1:{port}"})
        response = connection.getresponse()
        size = len(response.read())
        if response.status != 200:
            raise SystemExit(f"{path(number)} was answered with {response.status}.")

    for number in range(8):
        ask(number)
    before, walls = processor_seconds(pid), []
    for number in range(times):
        start = time.perf_counter()
        ask(number)
        walls.append((time.perf_counter() - start) * 1000)
    cpu = (processor_seconds(pid) - before) * 1000 / times
    connection.close()
    return Figures(statistics.median(walls), statistics.quantiles(walls, n=20)[-1], cpu, f"{size:,} bytes packed")


def count_queries(path: str) -> int:
    """How many statements a page asks."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(HTTP_HOST="127.0.0.1")
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries)


def megabytes(pid: int) -> int:
    """The memory that a process keeps for itself and shares."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))


def row(name: str, figures: Figures, rest: str = "") -> None:
    """One line of the table."""
    times = f"{figures.p50:>9.2f}{figures.p95:>9.2f}{figures.cpu:>9.2f}"
    print(f"{name:<44}{times}  {figures.said}{rest}", flush=True)


def measure(count: int, requests: int) -> None:
    """One size: fills, asks, prints. The environment stands already."""
    import django
    from django.core.management import call_command

    django.setup()
    import logging

    from django.db import connection, connections

    from bookings.catalog import directory

    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    fill_catalog(count)
    spans, seconds = fill_spans(count)
    print(f"\n{count:,} rooms, {spans:,} meetings, {connection.vendor}; written in {seconds:.0f} s")
    print(f"load of this machine before the runs: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'milliseconds':<44}{'p50':>9}{'p95':>9}{'CPU':>9}")
    for name, work in bare_statements(count).items():
        row(name, measured(work, max(requests // 3, 20)))
    before = megabytes(os.getpid())
    started = time.perf_counter()
    directory.current_directory()
    took = (time.perf_counter() - started) * 1000
    print(f"{'directory, read anew after a change':<44}{took:>9.1f}{'':>18}  +{megabytes(os.getpid()) - before} MB")
    for name, work in searches(count).items():
        row(name, measured(work, max(requests // 3, 20)))
    queries = {name: count_queries(path(1)) for name, path in list_pages(count).items()}
    connections.close_all()
    port = free_port()
    with portal(port) as server:
        for name, path in list_pages(count).items():
            row(name, drive(port, server.pid, path, requests), f", {queries[name]} SQL")
        memory = ", ".join(f"{megabytes(pid)} MB" for pid in _children(server.pid))
    print(f"memory of the web server's processes afterwards: {memory}", flush=True)


def main() -> None:
    """Measures each size in a process and on a database of its own, and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own instead of SQLite")
    parser.add_argument("--rooms", default="100,1000", help="how many rooms, separated by commas")
    parser.add_argument("--requests", type=int, default=300, help="how often each page is asked for")
    options = parser.parse_args()
    for count in (int(word) for word in options.rooms.split(",")):
        child = os.fork()
        if child == 0:
            os._exit(_measure_apart(count, options))
        if os.waitpid(child, 0)[1]:
            sys.exit(1)


def _measure_apart(count: int, options: argparse.Namespace) -> int:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-load-")))
        os.environ.update(
            PORTAL_DATA_DIR=str(folder), DJANGO_SETTINGS_MODULE="tests.load.settings", LOAD_KEEPS_NOTHING="1"
        )
        for name in ("DATABASE_URL", "REDIS_URL", "PORTAL_URL", "WORKWAYS_API_URL", "WORKWAYS_API_TOKEN"):
            os.environ.pop(name, None)
        if options.postgres:
            os.environ["DATABASE_URL"] = stack.enter_context(postgres(folder))
        measure(count, options.requests)
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    main()
