"""What changes the feed mirror."""

import hashlib
import random
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Least

from bookings.catalog.models import MEETING_TYPE, Room
from bookings.core.timespan import TimeSpan
from bookings.feeds.models import BusySpan, Feed, RejectedEvent
from bookings.feeds.parse import read_feed
from bookings.feeds.readings import CAPS, Busy, FeedReading, FeedRejected
from bookings.feeds.schedule import next_refresh
from bookings.feeds.sentences import sentence_of
from portal.workways import FeedDocument, Garbled, NotModified, Throttled, Workways, WorkwaysError

# A worker that dies gives its feeds back after this long.
LEASE = timedelta(minutes=2)
# How far the stored horizon may shrink before an unchanged calendar is expanded anew.
_HORIZON_SLACK = timedelta(days=30)
_LOOK_RHYTHM = timedelta(seconds=60)
_MOST_REJECTED = 200
_LONGEST_WAIT_SECONDS = 3600.0


def ensure_feeds(*, now: datetime) -> int:
    """Gives every listed meeting room a feed, due now; how many were made."""
    rooms = Room.objects.filter(type=MEETING_TYPE, vanished_at=None, feed=None)
    feeds = [Feed(room=room, due_at=now) for room in rooms]
    if feeds:
        Feed.objects.bulk_create(feeds, ignore_conflicts=True)
    return len(feeds)


def mark_looked_at(*, room_ids: Iterable[int], now: datetime) -> None:
    """Remembers that people look at these rooms, so that they are read sooner.

    One reading statement as a rule; it writes at most once a minute and room. A failing feed keeps its back-off.
    """
    long_ago = Q(looked_at=None) | Q(looked_at__lte=now - _LOOK_RHYTHM)
    stale = list(Feed.objects.filter(long_ago, room_id__in=list(room_ids)).values_list("pk", flat=True))
    if not stale:
        return
    feeds = Feed.objects.filter(pk__in=stale)
    feeds.filter(failures_in_a_row=0).update(looked_at=now, due_at=Least(F("due_at"), now))
    feeds.exclude(failures_in_a_row=0).update(looked_at=now)


def claim_due(*, now: datetime, limit: int) -> list[Feed]:
    """Up to `limit` feeds that are due, the longest waiting first, for the caller alone until the lease runs out.

    Any number of workers may call this at once: rows that another one is about to claim are passed over (PostgreSQL) or
    waited for (SQLite, whose transactions write one at a time).
    """
    unclaimed = Q(claimed_until=None) | Q(claimed_until__lte=now)
    due = Feed.objects.filter(unclaimed, due_at__lte=now, room__vanished_at=None, room__type=MEETING_TYPE)
    with transaction.atomic():
        locked = due.select_for_update(skip_locked=True, of=("self",)).order_by("due_at").select_related("room__site")
        feeds = list(locked[:limit])
        if feeds:
            Feed.objects.filter(pk__in=[feed.pk for feed in feeds]).update(claimed_until=now + LEASE)
    return feeds


def refresh_feed(*, feed: Feed, client: Workways, now: datetime) -> bool:
    """Reads one room's calendar and stores what changed.

    False when it could not be read: then what was known stays, and the feed says why and when it is tried again.
    """
    try:
        document = fetch(feed=feed, client=client, now=now)
    except WorkwaysError as error:
        record_error(feed=feed, error=error, now=now)
        return False
    return store(feed=feed, document=document, now=now)


def fetch(*, feed: Feed, client: Workways, now: datetime, timeout: float | None = None) -> FeedDocument | NotModified:
    """The room's calendar from Workways, or word that it hasn't changed; touches no table. Raises WorkwaysError."""
    etag, last_modified = (feed.etag, feed.last_modified) if _still_holds(feed, now) else ("", "")
    room_id = feed.room.workways_id
    return client.room_feed(room_id, etag=etag, last_modified=last_modified, timeout=timeout)


def store(*, feed: Feed, document: FeedDocument | NotModified, now: datetime) -> bool:
    """Stores what a fetch that began at `now` brought; False when the file is of no use."""
    if isinstance(document, NotModified) or _is_same(feed, document, now):
        if isinstance(document, FeedDocument):
            feed.etag, feed.last_modified = _validators(document)
        _finish(feed, now, is_read=True)
        return True
    began = time.monotonic()
    try:
        reading = read_feed(document.content, zone=feed.room.site.zone, window=horizon(now))
    except FeedRejected as refusal:
        record_failure(feed=feed, reason=refusal.flaw.value, now=now)
        return False
    feed.milliseconds = int((time.monotonic() - began) * 1000)
    _store_reading(feed, document, reading, now)
    return True


def read_live(*, room: Room, client: Workways, now: datetime, timeout: float) -> FeedReading:
    """The room's calendar as it is at this moment, also stored; `timeout` in seconds.

    Raises WorkwaysError when it can't be had, Garbled when what comes is no calendar.
    """
    feed, _ = Feed.objects.select_related("room__site").get_or_create(room=room, defaults={"due_at": now})
    document = fetch(feed=feed, client=client, now=now, timeout=timeout)
    if not store(feed=feed, document=document, now=now):
        raise Garbled("calendar", "VCALENDAR", method="GET", path="/api/icsfeed")
    rows = BusySpan.objects.filter(room=room).order_by("start", "end").values_list("uid", "start", "end")
    return FeedReading(tuple(Busy(uid, TimeSpan(start, end)) for uid, start, end in rows), events=feed.events)


def record_failure(*, feed: Feed, reason: str, now: datetime, wait_seconds: float = 0) -> None:
    """The feed could not be read; `reason` is a sentence without a word of what was read.

    `wait_seconds` is what the upstream asks for, on top of which the feed backs off by itself.
    """
    feed.failures_in_a_row += 1
    feed.failure = reason
    _finish(feed, now, "failures_in_a_row", "failure", wait_seconds=wait_seconds)


def record_error(*, feed: Feed, error: WorkwaysError, now: datetime) -> None:
    """Workways did not give the calendar."""
    wait_seconds = error.wait_seconds if isinstance(error, Throttled) else None
    record_failure(feed=feed, reason=sentence_of(error), now=now, wait_seconds=wait_seconds or 0)


def horizon(now: datetime) -> TimeSpan:
    """What is kept: from yesterday on, as far as one reading may reach. Whole days, so that it moves once a day."""
    start = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    return TimeSpan(start, start + CAPS.window)


def _still_holds(feed: Feed, now: datetime) -> bool:
    """Would the same bytes give the same spans? Not in another zone, and not when the horizon has moved on."""
    reaches_far = feed.covers_until is not None and feed.covers_until >= horizon(now).end - _HORIZON_SLACK
    return reaches_far and feed.zone_name == feed.room.site.zone_name


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _is_same(feed: Feed, document: FeedDocument, now: datetime) -> bool:
    return _still_holds(feed, now) and feed.digest == _digest(document.content)


def _validators(document: FeedDocument) -> tuple[str, str]:
    """What to ask with next time. One that is too long to keep is no use when cut."""
    etag, last_modified = document.etag, document.last_modified
    return (etag if len(etag) <= 200 else ""), (last_modified if len(last_modified) <= 100 else "")


def _finish(feed: Feed, now: datetime, *fields: str, is_read: bool = False, wait_seconds: float = 0) -> None:
    """Ends an attempt: one statement, which also gives the claim back."""
    if is_read:
        feed.read_at, feed.failures_in_a_row, feed.failure = now, 0, ""
        fields = (*fields, "read_at", "failures_in_a_row", "failure", "etag", "last_modified")
    feed.attempted_at, feed.claimed_until = now, None
    due_at = next_refresh(
        now,
        zone=feed.room.site.zone,
        looked_at=feed.looked_at,
        failures_in_a_row=feed.failures_in_a_row,
        chance=random.random(),  # noqa: S311 (spreads load, keeps no secret)
    )
    feed.due_at = max(due_at, now + timedelta(seconds=min(wait_seconds, _LONGEST_WAIT_SECONDS)))
    names = ("attempted_at", "claimed_until", "due_at", *fields)
    Feed.objects.filter(pk=feed.pk).update(**{name: getattr(feed, name) for name in names})


def _store_reading(feed: Feed, document: FeedDocument, reading: FeedReading, now: datetime) -> None:
    """Writes the difference between what is stored and what was read, in one transaction."""
    window = horizon(now)
    with transaction.atomic():
        locked = Feed.objects.select_for_update().get(pk=feed.pk)
        if locked.read_at is not None and locked.read_at > now:
            # Somebody read the calendar after we asked for it and was quicker: theirs is the newer one.
            _finish(feed, now)
            return
        feed.version = locked.version + _replace_spans(feed, reading, since=window.start)
        _replace_rejected(feed, reading)
        feed.etag, feed.last_modified = _validators(document)
        feed.digest, feed.covers_until, feed.events = _digest(document.content), window.end, reading.events
        feed.zone_name, feed.looked_at = feed.room.site.zone_name, locked.looked_at
        _finish(feed, now, "version", "digest", "covers_until", "events", "milliseconds", "zone_name", is_read=True)


def _replace_spans(feed: Feed, reading: FeedReading, *, since: datetime) -> bool:
    """Deletes spans that are gone and inserts new ones; was there any?

    The spans of an event that could be read before and can't be any more stay: doubt never frees time.
    """
    fresh = {(busy.span.start, busy.span.end, busy.uid) for busy in reading.busy}
    doubtful = {rejected.uid for rejected in reading.rejected if rejected.uid} - {busy.uid for busy in reading.busy}
    gone = []
    for pk, start, end, uid in BusySpan.objects.filter(room=feed.room).values_list("pk", "start", "end", "uid"):
        if (start, end, uid) in fresh:
            fresh.discard((start, end, uid))
        elif uid not in doubtful or end <= since:
            gone.append(pk)
    for at in range(0, len(gone), 500):
        BusySpan.objects.filter(pk__in=gone[at : at + 500]).delete()
    spans = [BusySpan(room=feed.room, start=start, end=end, uid=uid) for start, end, uid in sorted(fresh)]
    BusySpan.objects.bulk_create(spans, batch_size=1000)
    return bool(gone or spans)


def _replace_rejected(feed: Feed, reading: FeedReading) -> None:
    fresh = {(rejected.uid, rejected.reason.value) for rejected in reading.rejected[:_MOST_REJECTED]}
    if fresh == set(feed.rejected.values_list("uid", "reason")):
        return
    feed.rejected.all().delete()
    RejectedEvent.objects.bulk_create(RejectedEvent(feed=feed, uid=uid, reason=reason) for uid, reason in sorted(fresh))
