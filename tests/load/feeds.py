"""How fast calendars are read and mirrored: `python -m tests.load.feeds [--feeds 1000]`.

Uses a database of its own in a temporary folder, or a test database where DATABASE_URL points. Time is processor time
of this process for reading, and wall-clock time for mirroring, whose upstream answers in process.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

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


def mirroring(feeds: int, events: int) -> None:
    """Claiming, fetching, comparing and storing, in one process."""
    from django.conf import settings
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bookings.feeds import actions, refreshing
    from bookings.feeds.models import BusySpan, Feed
    from portal import clock
    from portal.workways.connect import workways
    from tests.bookings.feeds.upstream import Calendars
    from tests.factories import make_room, make_site

    upstream = Calendars()
    settings.WORKWAYS_TRANSPORT = upstream
    settings.CLOCK = lambda: START
    site = make_site()
    rooms = [make_room(site=site, feed=False) for _ in range(feeds)]
    actions.ensure_feeds(now=clock.now())
    contents = [plain_calendar(events, seed=number) for number in range(feeds)]
    changed = [content.replace(b"-7@workways.com", b"-7-moved@workways.com") for content in contents]

    def run(what: str, given: list[bytes], *, validators: bool = True) -> None:
        upstream.validators = validators
        upstream.content = {room.workways_id: content for room, content in zip(rooms, given, strict=True)}
        Feed.objects.update(due_at=clock.now())
        began = time.perf_counter()
        done = 0
        while tried := refreshing.refresh_due(client=workways(), run_seconds=10):
            done += tried
        took = time.perf_counter() - began
        print(f"{what:<58}{done:>8,} feeds {took:>14,.1f} s {done / took:>12,.0f}/s")

    print(f"\n{feeds:,} feeds of {events} events, {connection.vendor}")
    run("new", contents)
    run("unchanged, 304", contents)
    run("unchanged, same bytes", contents, validators=False)
    run("one event changed", changed)
    with CaptureQueriesContext(connection) as queries:
        Feed.objects.filter(room=rooms[0]).update(due_at=clock.now())
        refreshing.refresh_due(client=workways())
    print(
        f"rows: {BusySpan.objects.count():,} spans; statements for one unchanged feed, claim included: {len(queries)}"
    )


def main() -> None:
    """Prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=1_000)
    parser.add_argument("--events", type=int, default=200)
    options = parser.parse_args()
    reading()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PORTAL_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        import django
        from django.db import connection

        django.setup()
        import logging

        logging.disable(logging.INFO)
        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0)
        try:
            mirroring(options.feeds, options.events)
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
