"""Which rooms have a feed, and what looking at them does."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.catalog.models import OFFICE_TYPE
from bookings.feeds import actions
from bookings.feeds.models import Feed
from tests.conftest import StoppedClock
from tests.factories import make_feed, make_room

pytestmark = pytest.mark.django_db


def test_meeting_rooms_get_feeds_and_others_none(clock: StoppedClock) -> None:
    new = make_room(feed=False)
    make_room(feed=False, type=OFFICE_TYPE)
    make_room(feed=False, vanished_at=clock())
    old = make_feed()

    assert actions.ensure_feeds(now=clock()) == 1
    assert actions.ensure_feeds(now=clock()) == 0

    assert set(Feed.objects.values_list("room_id", flat=True)) == {new.pk, old.room_id}


def test_looking_at_a_room_brings_its_next_reading_nearer(clock: StoppedClock) -> None:
    feed = make_feed(due_at=clock() + timedelta(minutes=5))

    actions.mark_looked_at(room_ids=[feed.room_id], now=clock())

    feed.refresh_from_db()
    assert (feed.looked_at, feed.due_at) == (clock(), clock())


def test_looking_again_within_a_minute_writes_nothing(clock: StoppedClock) -> None:
    feeds = [make_feed() for _ in range(3)]
    rooms = [feed.room_id for feed in feeds]
    actions.mark_looked_at(room_ids=rooms, now=clock())
    clock.forward(seconds=59)

    with CaptureQueriesContext(connection) as queries:
        actions.mark_looked_at(room_ids=rooms, now=clock())

    assert [query["sql"][:6] for query in queries.captured_queries] == ["SELECT"]
    clock.forward(seconds=1)
    actions.mark_looked_at(room_ids=rooms, now=clock())
    assert set(Feed.objects.values_list("looked_at", flat=True)) == {clock()}


def test_looking_at_a_failing_room_leaves_its_back_off(clock: StoppedClock) -> None:
    due_at = clock() + timedelta(minutes=20)
    feed = make_feed(failures_in_a_row=6, failure="Workways can't be reached.", due_at=due_at)

    actions.mark_looked_at(room_ids=[feed.room_id], now=clock())

    feed.refresh_from_db()
    assert (feed.looked_at, feed.due_at) == (clock(), due_at)
