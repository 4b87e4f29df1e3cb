"""How fast calendars are read, fetched and mirrored: `python -m tests.load.feeds [--postgres] [--feeds 1000]`.

Uses a database of its own in a temporary folder, SQLite or with `--postgres` a PostgreSQL server of its own. Time is
processor time of this process for reading, and wall-clock time for the rest: the upstream is a server in a process of
its own (tests/load/upstream.py) that answers on a socket, after `--latency` milliseconds, and each worker is a process.
"""

import argparse
import asyncio
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.load.pages import postgres
from tests.load.upstream import Upstream

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


def plain_calendar(events: int, *, seed: int = 0) -> bytes:
    """A calendar as Workways sends it: `events` meetings of an hour, UTC, with title, place and description."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Workways//Meeting Calendar//EN", "CALSCALE:GREGORIAN"]
    for number in range(events):
        start = START + timedelta(minutes=number * 9)
        lines += ["BEGIN:VEVENT", f"UID:meeting{seed}-{number}@workways.com", f"DTSTART:{start:%Y%m%dT%H%M%SZ}"]
        lines += [f"DTEND:{start + timedelta(minutes=60):%Y%m%dT%H%M%SZ}", "SUMMARY:Team Meeting"]
        lines += ["LOCATION:Meeting Room A", "DESCRIPTION:Weekly team sync", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def weekly_calendar(series: int) -> bytes:
    """`series` weekly meetings since 2024 with an exception each."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for number in range(series):
        start = datetime(2024, 1, 1, 8, tzinfo=UTC) + timedelta(minutes=number * 15)
        lines += ["BEGIN:VEVENT", f"UID:series{number}", f"DTSTART;TZID=Europe/Paris:{start:%Y%m%dT%H%M%S}"]
        lines += ["DURATION:PT1H", "RRULE:FREQ=WEEKLY", f"EXDATE;TZID=Europe/Paris:{start:%Y%m%dT%H%M%S}", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def split_only(content: bytes) -> int:
    """The floor: splits lines and counts events, and understands nothing."""
    return sum(1 for line in content.decode().split("\r\n") if line.partition(":")[2] == "VEVENT") // 2


def seconds(work: Callable[[], Any], *, times: int = 5) -> float:
    """The best of some runs, in processor time."""
    best = float("inf")
    for _ in range(times):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def reading() -> None:
    """Reading alone, next to the libraries."""
    import icalendar
    import recurring_ical_events

    from bookings.core.timespan import TimeSpan
    from bookings.feeds.parse import read_feed

    window = TimeSpan(START - timedelta(days=2), START + timedelta(days=398))

    def row(what: str, count: int, unit: str, took: float) -> None:
        print(f"{what:<58}{count:>8,} {unit:<12}{took * 1000:>9,.0f} ms{count / took:>12,.0f}/s")

    plain = plain_calendar(50_000)
    few = plain_calendar(2_000)
    row("plain events, portal", 50_000, "events", seconds(lambda: read_feed(plain, zone=PARIS, window=window)))
    row("plain events, lines split and nothing more", 50_000, "events", seconds(lambda: split_only(plain)))
    row("plain events, icalendar alone", 2_000, "events", seconds(lambda: icalendar.Calendar.from_ical(few), times=1))
    confirmed = few.replace(b"SUMMARY:", b"STATUS:CONFIRMED\r\nSUMMARY:")
    took = seconds(lambda: read_feed(confirmed, zone=PARIS, window=window))
    row("events with a status, portal (the full way)", 2_000, "events", took)
    weekly = weekly_calendar(200)
    count = len(read_feed(weekly, zone=PARIS, window=window).busy)
    row(
        "weekly series since 2024, portal",
        count,
        "occurrences",
        seconds(lambda: read_feed(weekly, zone=PARIS, window=window)),
    )
    library = seconds(
        lambda: recurring_ical_events.of(icalendar.Calendar.from_ical(weekly)).between(window.start, window.end),
        times=1,
    )
    row("weekly series since 2024, recurring-ical-events", count, "occurrences", library)
    _memory(plain, few, lambda content: read_feed(content, zone=PARIS, window=window), icalendar.Calendar.from_ical)


def _memory(plain: bytes, few: bytes, portal: Callable[[bytes], Any], library: Callable[[bytes], Any]) -> None:
    """The most that is held at once while a calendar is read, what comes of it included."""
    import tracemalloc

    for what, read, content, events in (
        ("memory for plain events, portal", portal, plain, 50_000),
        ("memory for plain events, icalendar alone", library, few, 2_000),
    ):
        tracemalloc.start()
        kept = read(content)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        del kept
        print(f"{what:<58}{events:>8,} events      {most / 1e6:>9,.1f} MB{most / events:>12,.0f} bytes an event")


def fetching(upstream: Upstream, feeds: int) -> None:
    """Fetching alone: the client and its threads as the workers use them, next to httpx's asynchronous client."""
    import httpx

    from bookings.feeds.schedule import CONNECTIONS
    from portal.workways.connect import workways

    rooms = [room_id(number) for number in range(feeds)]
    etag = '"new"'

    def by_threads() -> None:
        client = workways()
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            list(pool.map(lambda room: client.room_feed(room, etag=etag, timeout=15), rooms))

    async def by_tasks() -> None:
        limits = httpx.Limits(max_connections=CONNECTIONS)
        async with httpx.AsyncClient(base_url=upstream.address, limits=limits, trust_env=False) as client:

            async def fetch(own: list[str]) -> None:
                for room in own:
                    await client.get("/api/icsfeed", params={"rooms": room}, headers={"If-None-Match": etag})

            await asyncio.gather(*(fetch(rooms[at::CONNECTIONS]) for at in range(CONNECTIONS)))

    print(f"\nfetching {feeds:,} calendars that haven't changed, {CONNECTIONS} connections, one process")
    for what, work in (
        ("the portal's client, threads", by_threads),
        ("bare httpx, asyncio", lambda: asyncio.run(by_tasks())),
    ):
        began, processor = time.perf_counter(), time.process_time()
        work()
        took, busy = time.perf_counter() - began, time.process_time() - processor
        print(f"{what:<58}{feeds:>8,} feeds {took:>14,.1f} s {feeds / took:>12,.0f}/s {busy:>8,.1f} s processor")


def room_id(number: int) -> str:
    """The upstream's id of a room."""
    return f"{number:024x}"


def _start_django(address: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    os.environ["WORKWAYS_API_URL"] = address
    os.environ["WORKWAYS_API_TOKEN"] = "load"
    import logging

    import django
    from django.conf import settings

    django.setup()
    logging.disable(logging.INFO)
    settings.CLOCK = lambda: START


def _worker(address: str, database: str, orders: Any, results: Any) -> None:
    """One worker process: for each order, reads what is due until nothing is."""
    _start_django(address)
    from django.conf import settings
    from django.db import connection

    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = database
    from bookings.feeds import refreshing
    from portal.workways.connect import workways

    connection.ensure_connection()
    results.put(None)
    while orders.get():
        processor, done = time.process_time(), 0
        while tried := refreshing.refresh_due(client=workways(), run_seconds=10):
            done += tried
        results.put((done, time.process_time() - processor))


def mirroring(upstream: Upstream, feeds: int, events: int, workers: int) -> None:
    """Claiming, fetching, comparing and storing, by processes that share the work."""
    from django.conf import settings
    from django.db import connection, connections

    from bookings.feeds import actions
    from bookings.feeds.models import BusySpan, Feed
    from tests.factories import make_room, make_site

    site = make_site()
    for number in range(feeds):
        make_room(site=site, workways_id=room_id(number), feed=False)
    actions.ensure_feeds(now=START)
    contents = {room_id(number): plain_calendar(events, seed=number) for number in range(feeds)}
    changed = {
        room: content.replace(b"-7@workways.com", b"-7-moved@workways.com") for room, content in contents.items()
    }

    context = multiprocessing.get_context("spawn")
    orders, results = context.Queue(), context.Queue()
    database = str(connection.settings_dict["NAME"])
    settings.DATABASES["default"]["NAME"] = database
    processes = [
        context.Process(target=_worker, args=(upstream.address, database, orders, results)) for _ in range(workers)
    ]
    for process in processes:
        process.start()
    for _ in processes:
        results.get(timeout=60)

    def run(what: str, given: dict[str, bytes], *, etag: str) -> None:
        upstream.serve(given, etag=etag)
        Feed.objects.update(due_at=START)
        before = set(BusySpan.objects.values_list("pk", flat=True))
        connections.close_all()
        began = time.perf_counter()
        for _ in processes:
            orders.put(True)
        answers = [results.get(timeout=600) for _ in processes]
        took = time.perf_counter() - began
        done, processor = sum(done for done, _ in answers), sum(seconds for _, seconds in answers)
        after = set(BusySpan.objects.values_list("pk", flat=True))
        print(
            f"{what:<42}{done:>6,}{took:>9,.1f} s{done / took:>8,.0f}/s{processor:>9,.1f} s"
            f"{len(after - before):>10,}{len(before - after):>10,}{upstream.most_at_once():>9}"
        )

    print(f"\n{feeds:,} feeds of {events} events, {workers} workers, {connection.vendor}")
    print(f"{'':<42}{'feeds':>6}{'took':>11}{'':>10}{'processor':>11}{'spans +':>10}{'spans -':>10}{'at once':>9}")
    run("new", contents, etag="new")
    run("unchanged, 304", contents, etag="new")
    run("unchanged, same bytes without validators", contents, etag="")
    run("one event changed", changed, etag="changed")
    run(
        "every event another",
        {room: contents[other] for room, other in zip(contents, reversed(contents), strict=True)},
        etag="other",
    )
    for _ in processes:
        orders.put(False)
    for process in processes:
        process.join(timeout=30)
    print(f"rows: {BusySpan.objects.count():,} spans of {Feed.objects.count():,} feeds")


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own instead of SQLite")
    parser.add_argument("--feeds", type=int, default=1_000)
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--latency", type=float, default=0, help="milliseconds that the upstream takes to answer")
    parser.add_argument("--mirror-only", action="store_true")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-load-")))
        upstream = stack.enter_context(Upstream(latency=options.latency / 1000))
        os.environ["PORTAL_DATA_DIR"] = str(folder)
        os.environ.pop("DATABASE_URL", None)
        if options.postgres:
            os.environ["DATABASE_URL"] = stack.enter_context(postgres(folder))
        _start_django(upstream.address)
        if not options.mirror_only:
            reading()
            upstream.serve({}, etag="new")
            fetching(upstream, options.feeds)
        from django.db import connection

        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, serialize=False)
        try:
            mirroring(upstream, options.feeds, options.events, options.workers)
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
