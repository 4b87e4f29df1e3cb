"""The host of the calendars: four at a time by all workers together, and left alone while it is away."""

from datetime import timedelta

import httpx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.feeds import refreshing, upstreams
from bookings.feeds.models import Feed, Upstream, UpstreamConnection
from bookings.feeds.schedule import BATCH, CONNECTIONS, FAILURES_UNTIL_REST, LONGEST_REST
from portal.workways.connect import workways
from tests.bookings.feeds.test_refreshing import make_due, upstream
from tests.bookings.feeds.upstream import Calendars, calendar
from tests.conftest import StoppedClock

pytestmark = pytest.mark.django_db

__all__ = ["upstream"]
LEASE = timedelta(seconds=60)


@pytest.fixture
def host() -> Upstream:
    """A host that nobody has asked yet."""
    return upstreams.get_upstream("workways.example")


def refuse(request: httpx.Request) -> httpx.Response:
    """Nobody is there."""
    raise httpx.ConnectError("[Errno 111] Connection refused", request=request)


def fail(host: Upstream, clock: StoppedClock, times: int) -> timedelta:
    """So many failures together; how long the host rests afterwards."""
    upstreams.record(host, reached=0, missed=times, now=clock())
    host.refresh_from_db()
    return timedelta(0) if host.rests_until is None else host.rests_until - clock()


def test_host_is_known_once() -> None:
    first, second = upstreams.get_upstream("workways.example"), upstreams.get_upstream("workways.example")

    assert first.pk == second.pk
    assert UpstreamConnection.objects.count() == CONNECTIONS


def test_connections_are_given_out_once_and_come_back(host: Upstream, clock: StoppedClock) -> None:
    taken = upstreams.take(host, now=clock(), lease=LEASE)

    assert taken is not None
    assert len(taken) == CONNECTIONS
    assert upstreams.take(host, now=clock(), lease=LEASE) is None
    upstreams.give_back(taken)
    again = upstreams.take(host, now=clock(), lease=LEASE)
    assert again is not None
    assert len(again) == CONNECTIONS


def test_connections_of_a_dead_worker_come_back_after_their_lease(host: Upstream, clock: StoppedClock) -> None:
    lost = upstreams.take(host, now=clock(), lease=LEASE)
    clock.forward(seconds=59)
    assert upstreams.take(host, now=clock(), lease=LEASE) is None
    clock.forward(seconds=1)

    assert upstreams.take(host, now=clock(), lease=LEASE) is not None
    assert lost is not None
    # The one that was thought dead comes back and must not free what belongs to another by now.
    upstreams.give_back(lost)
    assert upstreams.take(host, now=clock(), lease=LEASE) is None


def test_few_failures_are_no_reason_to_rest(host: Upstream, clock: StoppedClock) -> None:
    assert fail(host, clock, FAILURES_UNTIL_REST - 1) == timedelta(0)
    upstreams.record(host, reached=1, missed=3, now=clock())
    assert fail(host, clock, 1) == timedelta(0)


def test_rest_doubles_up_to_its_limit(host: Upstream, clock: StoppedClock) -> None:
    rests = [fail(host, clock, 16) for _ in range(6)]

    assert timedelta(seconds=7) < rests[0] <= timedelta(seconds=15)
    assert all(later > timedelta(seconds=7) * 2**index for index, later in enumerate(rests[:4]))
    assert LONGEST_REST / 2 <= rests[-1] <= LONGEST_REST


def test_wait_that_the_host_asks_for_is_kept(host: Upstream, clock: StoppedClock) -> None:
    upstreams.record(host, reached=0, missed=1, now=clock(), wait_seconds=600)

    assert upstreams.rests(host, now=clock() + timedelta(seconds=599))


def test_one_trial_follows_a_rest_and_another_when_nobody_reports(host: Upstream, clock: StoppedClock) -> None:
    clock.forward(seconds=fail(host, clock, 16).total_seconds())

    trial = upstreams.take(host, now=clock(), lease=LEASE)

    assert trial is not None
    assert (len(trial), trial.is_trial) == (1, True)
    assert upstreams.take(host, now=clock(), lease=LEASE) is None
    clock.forward(seconds=30)
    second = upstreams.take(host, now=clock(), lease=LEASE)
    assert second is not None
    assert second.is_trial


def test_away_host_is_asked_for_one_calendar_after_each_rest(upstream: Calendars, clock: StoppedClock) -> None:
    make_due(upstream, 3 * BATCH)
    upstream.trouble = refuse
    refreshing.refresh_due(client=workways())
    assert len(upstream.requests) == BATCH
    refreshing.refresh_due(client=workways())
    assert len(upstream.requests) == BATCH

    clock.forward(seconds=15)
    refreshing.refresh_due(client=workways())

    assert len(upstream.requests) == BATCH + 1
    # Feeds that nobody could ask for have nothing to back off from.
    assert Feed.objects.filter(failures_in_a_row=0, due_at__lte=clock()).count() == 2 * BATCH - 1


def test_host_that_is_back_is_read_at_full_speed(upstream: Calendars, clock: StoppedClock) -> None:
    make_due(upstream, 3 * BATCH)
    upstream.trouble = refuse
    refreshing.refresh_due(client=workways())
    upstream.trouble = None
    clock.forward(seconds=30)

    assert refreshing.refresh_due(client=workways()) == 3 * BATCH

    assert not Upstream.objects.exclude(failures_in_a_row=0, rests_until=None).exists()
    assert set(Feed.objects.values_list("failures_in_a_row", flat=True)) == {0}


def test_calendar_that_is_none_is_no_failure_of_the_host(upstream: Calendars) -> None:
    make_due(upstream, BATCH)
    upstream.trouble = lambda request: httpx.Response(200, content=b"<html>")

    refreshing.refresh_due(client=workways())

    assert Upstream.objects.get().rests_until is None


def test_unchanged_calendars_cost_one_stamp_for_a_whole_batch(upstream: Calendars, clock: StoppedClock) -> None:
    make_due(upstream, BATCH)
    refreshing.refresh_due(client=workways())
    clock.forward(minutes=5)

    with CaptureQueriesContext(connection) as queries:
        assert refreshing.refresh_due(client=workways()) == BATCH

    written = [query["sql"] for query in queries.captured_queries if not query["sql"].startswith("SELECT")]
    assert not [sql for sql in written if "busyspan" in sql]
    # One claims them all, one stamps them all.
    assert len([sql for sql in written if sql.startswith("UPDATE") and "bookings_feed" in sql]) == 2
    assert set(Feed.objects.values_list("read_at", "version", "claimed_until")) == {(clock(), 1, None)}
    assert Feed.objects.values("due_at").distinct().count() == BATCH


def test_unchanged_calendars_without_validators_are_stamped_together_too(
    upstream: Calendars, clock: StoppedClock
) -> None:
    upstream.validators = False
    feeds = make_due(upstream, 3)
    refreshing.refresh_due(client=workways())
    upstream.content[feeds[0].room.workways_id] = calendar()
    clock.forward(minutes=5)

    refreshing.refresh_due(client=workways())

    assert set(Feed.objects.values_list("read_at", flat=True)) == {clock()}
    assert sorted(Feed.objects.values_list("version", flat=True)) == [1, 1, 2]
