"""Many workers, many calendars: each is read once, and nothing is lost with a worker."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.db import connection, transaction

from bookings.catalog.models import Room
from bookings.feeds import actions, refreshing, tasks
from bookings.feeds.models import BusySpan, Feed
from bookings.feeds.schedule import BATCH, CONNECTIONS
from portal import clock
from portal.workways.connect import workways
from tests.bookings.feeds.upstream import Calendars, calendar, event
from tests.conftest import StoppedClock
from tests.factories import make_feed, make_room, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def upstream(settings: Any, clock: StoppedClock) -> Calendars:
    """Calendars behind a remote Workways account."""
    calendars = Calendars()
    settings.WORKWAYS_TRANSPORT = calendars
    settings.WORKWAYS_IS_EMBEDDED = False
    settings.WORKWAYS_API_URL = "https://workways.example"
    settings.WORKWAYS_API_TOKEN = "secret"
    return calendars


def make_due(upstream: Calendars, count: int) -> list[Feed]:
    """Feeds that are due, each with one meeting that has the room's id as its UID."""
    site = make_site()
    feeds = []
    for _ in range(count):
        feed = make_feed(room=make_room(site=site, feed=False), read_at=None, version=0, due_at=clock.now())
        upstream.content[feed.room.workways_id] = calendar(event(feed.room.workways_id, "0112T0900", "0112T1000"))
        feeds.append(feed)
    return feeds


def test_due_calendars_are_read_and_others_are_not(upstream: Calendars, clock: StoppedClock) -> None:
    due = make_due(upstream, 3)
    make_feed(due_at=clock() + timedelta(seconds=1))
    make_feed(room=make_room(feed=False, vanished_at=clock()), due_at=clock())

    assert refreshing.refresh_due(client=workways()) == 3

    assert sorted(upstream.asked_for) == sorted(feed.room.workways_id for feed in due)
    assert refreshing.refresh_due(client=workways()) == 0
    assert not Feed.objects.exclude(claimed_until=None).exists()


def test_more_than_a_batch_is_read_in_one_run(upstream: Calendars) -> None:
    make_due(upstream, 2 * BATCH + 1)

    assert refreshing.refresh_due(client=workways()) == 2 * BATCH + 1


def test_run_ends_when_its_time_is_over(upstream: Calendars) -> None:
    make_due(upstream, 3)

    assert refreshing.refresh_due(client=workways(), run_seconds=0) == 0


def test_at_most_four_calendars_are_asked_for_at_once(upstream: Calendars) -> None:
    make_due(upstream, 12)

    def slow(request: httpx.Request) -> httpx.Response:
        time.sleep(0.02)
        return httpx.Response(200, content=calendar())

    upstream.trouble = slow
    refreshing.refresh_due(client=workways())

    assert 2 <= upstream.together <= 4


def test_away_upstream_ends_the_run_after_one_batch(upstream: Calendars, clock: StoppedClock) -> None:
    make_due(upstream, 2 * BATCH)

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[Errno 111] Connection refused", request=request)

    upstream.trouble = refuse
    refreshing.refresh_due(client=workways())

    assert len(upstream.requests) == BATCH
    assert Feed.objects.filter(failures_in_a_row=1, due_at__gt=clock()).count() == BATCH


def test_one_failing_calendar_does_not_hold_up_the_others(upstream: Calendars) -> None:
    feeds = make_due(upstream, 4)
    upstream.content[feeds[0].room.workways_id] = b"<html>"

    refreshing.refresh_due(client=workways())

    assert BusySpan.objects.count() == 3
    assert Feed.objects.get(failures_in_a_row=1).pk == feeds[0].pk


def test_killed_workers_feeds_come_back_when_the_lease_runs_out(upstream: Calendars, clock: StoppedClock) -> None:
    make_due(upstream, 5)
    # A worker that claims and is never heard of again.
    assert len(actions.claim_due(now=clock(), limit=3)) == 3

    assert refreshing.refresh_due(client=workways()) == 2
    clock.forward(seconds=actions.LEASE.total_seconds() - 1)
    assert len(actions.claim_due(now=clock(), limit=10)) == 0
    clock.forward(seconds=1)

    assert refreshing.refresh_due(client=workways()) == 3
    assert set(BusySpan.objects.values_list("uid", flat=True)) == set(
        Room.objects.values_list("workways_id", flat=True)
    )
    assert set(Feed.objects.values_list("version", flat=True)) == {1}


def test_longest_waiting_feed_comes_first(clock: StoppedClock) -> None:
    later, sooner = make_feed(due_at=clock()), make_feed(due_at=clock() - timedelta(minutes=1))

    assert [feed.pk for feed in actions.claim_due(now=clock(), limit=1)] == [sooner.pk]
    assert [feed.pk for feed in actions.claim_due(now=clock(), limit=1)] == [later.pk]


def test_lease_outlasts_a_batch_that_hangs() -> None:
    rounds = -(-BATCH // CONNECTIONS)

    assert timedelta(seconds=rounds * refreshing.FETCH_SECONDS) < actions.LEASE


def test_tasks_make_missing_feeds_and_read_them(upstream: Calendars) -> None:
    room = make_room(feed=False)
    upstream.content[room.workways_id] = calendar(event("a", "0112T0900", "0112T1000"))

    tasks.refresh_due()
    assert BusySpan.objects.filter(room=room).count() == 1

    upstream.content[room.workways_id] = calendar()
    tasks.refresh_one(room.pk)
    assert BusySpan.objects.filter(room=room).count() == 0
    tasks.refresh_one(10**9)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_locked_while_calendars_are_asked_for(upstream: Calendars, clock: StoppedClock) -> None:
    feeds = make_due(upstream, 3)

    def mark(request: httpx.Request) -> httpx.Response:
        try:
            # A lock that a worker held would make this fail: at once on PostgreSQL, after a while on SQLite.
            with transaction.atomic():
                assert Feed.objects.select_for_update(nowait=True).update(events=7) == len(feeds)
        finally:
            connection.close()
        return httpx.Response(200, content=b"<html>")

    upstream.trouble = mark
    refreshing.refresh_due(client=workways())

    assert set(Feed.objects.values_list("events", "failures_in_a_row")) == {(7, 1)}


@pytest.mark.postgres
def test_mirror_does_not_wait_for_the_disk_and_leaves_the_connection_as_it_was(upstream: Calendars) -> None:
    make_due(upstream, 2)
    seen: list[str] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "bookings_feed" in sql and not sql.startswith("SELECT"):
            seen.append(_synchronous_commit())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        refreshing.refresh_due(client=workways())

    assert set(seen) == {"off"}
    assert _synchronous_commit() == "on"


def _synchronous_commit() -> str:
    setting: str = connection.connection.execute("SHOW synchronous_commit").fetchone()[0]
    return setting


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_time_read_each_calendar_once(upstream: Calendars) -> None:
    make_due(upstream, 40)
    gate = threading.Barrier(4)

    def work(_: int) -> int:
        try:
            gate.wait()
            return refreshing.refresh_due(client=workways())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        tried = sum(pool.map(work, range(4)))

    assert tried == 40
    assert len(upstream.asked_for) == len(set(upstream.asked_for)) == 40
    assert BusySpan.objects.count() == 40


@pytest.mark.django_db(transaction=True)
def test_same_calendar_stored_by_many_at_once_stands_once(upstream: Calendars) -> None:
    (feed,) = make_due(upstream, 1)
    gate = threading.Barrier(6)

    def work(number: int) -> None:
        try:
            row = Feed.objects.select_related("room__site").get(pk=feed.pk)
            gate.wait()
            actions.refresh_feed(feed=row, client=workways(), now=clock.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))

    assert BusySpan.objects.count() == 1
