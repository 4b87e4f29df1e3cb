"""Worker processes that share the due calendars: none is lost, none is stored twice, also when one is killed."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connection
from django.db.models import Count

from bookings.feeds.actions import LEASE
from bookings.feeds.models import BusySpan, Feed, UpstreamConnection
from bookings.feeds.schedule import CONNECTIONS
from tests.bookings.feeds.upstream import calendar, event
from tests.conftest import StoppedClock
from tests.factories import make_feed, make_room, make_site
from tests.load.upstream import Upstream

pytestmark = pytest.mark.django_db(transaction=True)

FEEDS = 80
EVENTS = 5


@pytest.fixture
def upstream(clock: StoppedClock) -> Iterator[Upstream]:
    """Calendars on a socket, a hundredth of a second away, and as many due feeds."""
    site = make_site()
    feeds = [
        make_feed(room=make_room(site=site, feed=False), read_at=None, version=0, due_at=clock()) for _ in range(FEEDS)
    ]
    with Upstream(latency=0.01) as upstream:
        upstream.serve({feed.room.workways_id: _calendar(feed.room.workways_id) for feed in feeds}, etag="first")
        yield upstream


def _calendar(room: str) -> bytes:
    return calendar(*(event(f"{room}-{day}", f"01{day}T0900", f"01{day}T1000") for day in range(12, 12 + EVENTS)))


def _start_worker(upstream: Upstream, now: datetime) -> subprocess.Popen[str]:
    mine = {"WORKWAYS_API_URL": upstream.address, "WORKWAYS_API_TOKEN": "secret"}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bookings.feeds.worker", str(connection.settings_dict["NAME"]), now.isoformat()],
        env=os.environ | mine,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _tried(worker: subprocess.Popen[str]) -> int:
    out, _ = worker.communicate(timeout=60)
    assert worker.returncode == 0
    return int(out)


def _assert_each_is_stored_once() -> None:
    assert set(Feed.objects.values_list("version", "failures_in_a_row", "claimed_until")) == {(1, 0, None)}
    assert BusySpan.objects.count() == FEEDS * EVENTS
    assert not BusySpan.objects.values("room", "start").annotate(times=Count("pk")).filter(times__gt=1).exists()


def test_two_processes_share_the_work_and_the_connections(upstream: Upstream, clock: StoppedClock) -> None:
    workers = [_start_worker(upstream, clock()) for _ in range(2)]

    tried = [_tried(worker) for worker in workers]

    assert sum(tried) == FEEDS
    assert 2 <= upstream.most_at_once() <= CONNECTIONS
    _assert_each_is_stored_once()
    assert not UpstreamConnection.objects.exclude(taken_until=None).exists()


def test_killed_process_loses_nothing_and_doubles_nothing(upstream: Upstream, clock: StoppedClock) -> None:
    killed = _start_worker(upstream, clock())
    until = time.monotonic() + 30
    while not 0 < Feed.objects.filter(version=1).count() < FEEDS and time.monotonic() < until:
        time.sleep(0.005)
    killed.kill()
    killed.communicate(timeout=10)
    left = Feed.objects.filter(version=0).count()
    clock.forward(seconds=LEASE.total_seconds())

    tried = _tried(_start_worker(upstream, clock()))

    assert 0 < left < FEEDS
    assert tried >= left
    _assert_each_is_stored_once()
