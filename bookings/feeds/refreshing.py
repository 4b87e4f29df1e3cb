"""Reads many calendars: a batch is fetched at once, then stored."""

import logging
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from bookings.feeds import actions, upstreams
from bookings.feeds.models import Feed, Upstream
from bookings.feeds.schedule import BATCH, CONNECTIONS
from portal import clock
from portal.workways import FeedDocument, NotModified, Throttled, Unavailable, Unreachable, Workways, WorkwaysError

FETCH_SECONDS = 15.0
RUN_SECONDS = 45.0
_PER_CONNECTION = BATCH // CONNECTIONS
_CONNECTION_LEASE = timedelta(seconds=_PER_CONNECTION * FETCH_SECONDS + 5)
# How long to wait, in seconds, while other workers have all connections.
_PATIENCE = 0.05
_AWAY = (Unreachable, Unavailable, Throttled)

_log = logging.getLogger(__name__)


class _Answer(NamedTuple):
    """A feed, when it was asked for, and what came."""

    feed: Feed
    asked_at: datetime
    content: FeedDocument | NotModified | WorkwaysError


def refresh_due(*, client: Workways, run_seconds: float = RUN_SECONDS) -> int:
    """Reads due calendars until none is due or the time is over; how many were tried.

    Stops after a batch in which nothing could be had: the upstream is away, and each feed now waits by itself.
    """
    tried = 0
    until = time.monotonic() + run_seconds
    # The embedded API answers from our own database, which needs no sparing.
    upstream = None if settings.WORKWAYS_IS_EMBEDDED else upstreams.get_upstream(_host())
    with _not_waiting_for_the_disk():
        while time.monotonic() < until and actions.is_any_due(now=clock.now()):
            answers = _fetch_directly(client) if upstream is None else _fetch_sharing(upstream, client)
            if answers is None:
                time.sleep(_PATIENCE * (0.5 + random.random()))  # noqa: S311 (spreads load, keeps no secret)
                continue
            tried += len(answers)
            if not _store_all(answers):
                break
    return tried


@contextmanager
def _not_waiting_for_the_disk() -> Iterator[None]:
    """PostgreSQL confirms what is written meanwhile before it is on disk; SQLite always does, as it is set up.

    The mirror is a copy: should the server's machine fail, the last half second is read again. Each transaction stays
    whole, so that a calendar's validators never come back without its busy time.
    """
    if connection.vendor == "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")


def _host() -> str:
    return urlsplit(settings.WORKWAYS_API_URL).netloc


def _fetch_directly(client: Workways) -> list[_Answer]:
    # Threads would only add connections to the database.
    return [_fetch(feed, client) for feed in actions.claim_due(now=clock.now(), limit=BATCH)]


def _fetch_sharing(upstream: Upstream, client: Workways) -> list[_Answer] | None:
    """A batch, by as many connections as are free; none while the upstream rests, None when no connection is free."""
    now = clock.now()
    permission = upstreams.take(upstream, now=now, lease=_CONNECTION_LEASE)
    if permission is None:
        return [] if upstreams.rests(upstream, now=now) else None
    try:
        feeds = actions.claim_due(now=now, limit=1 if permission.is_trial else len(permission) * _PER_CONNECTION)
        with ThreadPoolExecutor(len(permission), thread_name_prefix="feeds") as pool:
            answers = list(pool.map(lambda feed: _fetch(feed, client), feeds))
    finally:
        upstreams.give_back(permission)
    missed = [answer.content for answer in answers if isinstance(answer.content, _AWAY)]
    waits = [error.wait_seconds or 0 for error in missed if isinstance(error, Throttled)]
    upstreams.record(
        upstream,
        reached=len(answers) - len(missed),
        missed=len(missed),
        now=now,
        wait_seconds=min(max(waits, default=0), actions.LONGEST_WAIT_SECONDS),
    )
    return answers


def _fetch(feed: Feed, client: Workways) -> _Answer:
    asked_at = clock.now()
    try:
        content = actions.fetch(feed=feed, client=client, now=asked_at, timeout=FETCH_SECONDS)
    except WorkwaysError as error:
        return _Answer(feed, asked_at, error)
    return _Answer(feed, asked_at, content)


def _store_all(answers: Sequence[_Answer]) -> bool:
    """Was any calendar had? Those that didn't change are stamped together."""
    unchanged = [answer for answer in answers if _is_unchanged(answer)]
    if unchanged:
        asked_at = min(answer.asked_at for answer in unchanged)
        actions.stamp_unchanged(feeds=[answer.feed for answer in unchanged], now=asked_at)
    stamped = {answer.feed.pk for answer in unchanged}
    stored = [_store(answer) for answer in answers if answer.feed.pk not in stamped]
    return bool(unchanged) or any(stored)


def _is_unchanged(answer: _Answer) -> bool:
    feed, asked_at, content = answer
    return (
        not isinstance(content, WorkwaysError)
        and actions.is_unchanged(feed=feed, document=content, now=asked_at)
        and actions.keeps_validators(feed=feed, document=content)
    )


def _store(answer: _Answer) -> bool:
    """Was the calendar had? One that can't be stored costs the others nothing."""
    feed, asked_at, content = answer
    try:
        if isinstance(content, WorkwaysError):
            actions.record_error(feed=feed, error=content, now=asked_at)
            return False
        actions.store(feed=feed, document=content, now=asked_at)
    except Exception:  # noqa: BLE001 (a fault in storing one feed must not hold up all those behind it; it is logged)
        _log.exception("The feed of room %s could not be stored.", feed.room.workways_id)
    return True
