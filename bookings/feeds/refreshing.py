"""Reads many calendars: fetches at once, stores one by one."""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime

from django.conf import settings

from bookings.feeds import actions
from bookings.feeds.models import Feed
from portal import clock
from portal.workways import FeedDocument, NotModified, Workways, WorkwaysError

# Workways asks to be called with respect: never more than four calendars at a time from one worker.
CONNECTIONS = 4
# Claimed together. Even when each takes the whole time-out they are done within the lease.
BATCH = 16
FETCH_SECONDS = 15.0
RUN_SECONDS = 45.0

_log = logging.getLogger(__name__)

_Answer = FeedDocument | NotModified | WorkwaysError


def refresh_due(*, client: Workways, run_seconds: float = RUN_SECONDS) -> int:
    """Reads due calendars until none is due or the time is over; how many were tried.

    Stops after a batch in which nothing could be had: the upstream is away, and each feed now waits by itself.
    """
    tried = 0
    until = time.monotonic() + run_seconds
    while time.monotonic() < until:
        feeds = actions.claim_due(now=clock.now(), limit=BATCH)
        done = [_store(feed, answer, asked_at) for feed, answer, asked_at in _fetch_all(feeds, client)]
        tried += len(done)
        if not any(done):
            break
    return tried


def _fetch_all(feeds: list[Feed], client: Workways) -> Iterator[tuple[Feed, _Answer, datetime]]:
    """Each feed with what came and when it was asked for, in the order of the answers."""
    # The embedded API answers from our own database; threads would only add connections to it.
    if settings.WORKWAYS_IS_EMBEDDED:
        for feed in feeds:
            yield _fetch(feed, client)
        return
    with ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="feeds") as pool:
        for future in as_completed([pool.submit(_fetch, feed, client) for feed in feeds]):
            yield future.result()


def _fetch(feed: Feed, client: Workways) -> tuple[Feed, _Answer, datetime]:
    asked_at = clock.now()
    try:
        return feed, actions.fetch(feed=feed, client=client, now=asked_at, timeout=FETCH_SECONDS), asked_at
    except WorkwaysError as error:
        return feed, error, asked_at


def _store(feed: Feed, answer: _Answer, asked_at: datetime) -> bool:
    """Was the calendar had? One that can't be stored costs the others nothing."""
    try:
        if isinstance(answer, WorkwaysError):
            actions.record_error(feed=feed, error=answer, now=asked_at)
            return False
        actions.store(feed=feed, document=answer, now=asked_at)
    except Exception:  # noqa: BLE001 (a fault in storing one feed must not hold up all those behind it; it is logged)
        _log.exception("The feed of room %s could not be stored.", feed.room.workways_id)
    return True
