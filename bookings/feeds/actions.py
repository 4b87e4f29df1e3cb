"""What changes the feed mirror."""

import hashlib
import random
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Least

from bookings.catalog.models import MEETING_TYPE, Room
from bookings.core.timespan import TimeSpan
from bookings.feeds import spans
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
# The past stays so long, so that the figures of a long weekend without a worker can still be counted.
_PAST_KEPT = timedelta(days=4)
LONGEST_WAIT_SECONDS = 3600.0


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


def mark_shown(*, rooms: Iterable[Room], now: datetime) -> None:
    """The same for rooms whose feeds are loaded: asks the database nothing while they were marked a minute ago."""
    feeds = (feed for room in rooms if (feed := getattr(room, "feed", None)) is not None)
    mark_seen({feed.room_id: feed.looked_at for feed in feeds}, now=now)


def mark_seen(looked_at: Mapping[int, datetime | None], *, now: datetime) -> None:
    """The same from when each room was looked at before, by the rooms' keys."""
    stale = [room for room, before in looked_at.items() if before is None or before <= now - _LOOK_RHYTHM]
    if stale:
        mark_looked_at(room_ids=stale, now=now)


def is_any_due(*, now: datetime) -> bool:
    """Is there a feed that nobody has claimed and that should be read by now?"""
    return _due(now).exists()


def claim_due(*, now: datetime, limit: int) -> list[Feed]:
    """Up to `limit` feeds that are due, the longest waiting first, for the caller alone until the lease runs out.

    Any number of workers may call this at once: rows that another one is about to claim are passed over (PostgreSQL) or
    waited for (SQLite, whose transactions write one at a time).
    """
    with transaction.atomic():
        locked = (
            _due(now).select_for_update(skip_locked=True, of=("self",)).order_by("due_at").select_related("room__site")
        )
        feeds = list(locked[:limit])
        if feeds:
            Feed.objects.filter(pk__in=[feed.pk for feed in feeds]).update(claimed_until=now + LEASE)
    return feeds


def _due(now: datetime) -> QuerySet[Feed]:
    unclaimed = Q(claimed_until=None) | Q(claimed_until__lte=now)
    return Feed.objects.filter(unclaimed, due_at__lte=now, room__vanished_at=None, room__type=MEETING_TYPE)


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
    began = time.monotonic()
    try:
        return client.room_feed(room_id, etag=etag, last_modified=last_modified, timeout=timeout)
    finally:
        feed.answer_ms = round((time.monotonic() - began) * 1000)


def store(*, feed: Feed, document: FeedDocument | NotModified, now: datetime) -> bool:
    """Stores what a fetch that began at `now` brought; False when the file is of no use."""
    if isinstance(document, NotModified) or is_unchanged(feed=feed, document=document, now=now):
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


def is_unchanged(*, feed: Feed, document: FeedDocument | NotModified, now: datetime) -> bool:
    """Does the answer say, or do its bytes, that the calendar is what it was?"""
    return isinstance(document, NotModified) or (_still_holds(feed, now) and feed.digest == _digest(document.content))


def keeps_validators(*, feed: Feed, document: FeedDocument | NotModified) -> bool:
    """Is there nothing new to ask with next time?"""
    return isinstance(document, NotModified) or (feed.etag, feed.last_modified) == _validators(document)


def stamp_unchanged(*, feeds: Sequence[Feed], now: datetime) -> None:
    """All these calendars were found unchanged, asked for at `now` or later: one statement for all of them.

    A feed that somebody read later than that keeps its own, newer stamp.
    """
    numbers = [feed.pk for feed in feeds]
    # People may have begun to look at a room while it was asked for.
    looked_at = dict(Feed.objects.filter(pk__in=numbers).values_list("pk", "looked_at"))
    due = [
        When(pk=feed.pk, then=Value(_next(feed, now, looked_at=looked_at.get(feed.pk), failures_in_a_row=0)))
        for feed in feeds
    ]
    took = [When(pk=feed.pk, then=Value(feed.answer_ms or 0, IntegerField())) for feed in feeds]
    Feed.objects.filter(pk__in=numbers, read_at__lte=now).update(
        due_at=Case(*due),
        answer_ms=Case(*took),
        read_at=now,
        attempted_at=now,
        claimed_until=None,
        failures_in_a_row=0,
        failure="",
    )


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
    """What is kept: from a few days ago on, as far as one reading may reach. In whole days: it moves once a day."""
    start = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - _PAST_KEPT
    return TimeSpan(start, start + CAPS.window)


def _still_holds(feed: Feed, now: datetime) -> bool:
    """Would the same bytes give the same spans? Not in another zone, and not when the horizon has moved on."""
    reaches_far = feed.covers_until is not None and feed.covers_until >= horizon(now).end - _HORIZON_SLACK
    return reaches_far and feed.zone_name == feed.room.site.zone_name


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _validators(document: FeedDocument) -> tuple[str, str]:
    """What to ask with next time. One that is too long to keep is no use when cut."""
    etag, last_modified = document.etag, document.last_modified
    return (etag if len(etag) <= 200 else ""), (last_modified if len(last_modified) <= 100 else "")


def _next(feed: Feed, now: datetime, *, looked_at: datetime | None, failures_in_a_row: int) -> datetime:
    return next_refresh(
        now,
        zone=feed.room.site.zone,
        looked_at=looked_at,
        failures_in_a_row=failures_in_a_row,
        chance=random.random(),  # noqa: S311 (spreads load, keeps no secret)
    )


def _finish(feed: Feed, now: datetime, *fields: str, is_read: bool = False, wait_seconds: float = 0) -> None:
    """Ends an attempt: one statement, which also gives the claim back."""
    if is_read:
        feed.read_at, feed.failures_in_a_row, feed.failure = now, 0, ""
        fields = (*fields, "read_at", "failures_in_a_row", "failure", "etag", "last_modified")
    feed.attempted_at, feed.claimed_until = now, None
    due_at = _next(feed, now, looked_at=feed.looked_at, failures_in_a_row=feed.failures_in_a_row)
    feed.due_at = max(due_at, now + timedelta(seconds=min(wait_seconds, LONGEST_WAIT_SECONDS)))
    names = ("attempted_at", "claimed_until", "due_at", "answer_ms", *fields)
    Feed.objects.filter(pk=feed.pk).update(**{name: getattr(feed, name) for name in names})


def _store_reading(feed: Feed, document: FeedDocument, reading: FeedReading, now: datetime) -> None:
    """Writes the difference between what is stored and what was read, in one transaction.

    The difference is worked out before the transaction, which on SQLite keeps all other writers waiting, and once more
    inside it when somebody has changed the spans since.
    """
    window = horizon(now)
    seen = feed.version
    difference = spans.find_difference(feed, reading, since=window.start)
    with transaction.atomic():
        had_rejected = Exists(RejectedEvent.objects.filter(feed=OuterRef("pk")))
        locked = Feed.objects.select_for_update(of=("self",)).annotate(had_rejected=had_rejected).get(pk=feed.pk)
        if locked.read_at is not None and locked.read_at > now:
            # Somebody read the calendar after we asked for it and was quicker: theirs is the newer one.
            _finish(feed, now)
            return
        if locked.version != seen:
            difference = spans.find_difference(feed, reading, since=window.start)
        spans.write(feed, difference)
        feed.version = locked.version + bool(difference)
        if reading.rejected or locked.had_rejected:
            _replace_rejected(feed, reading)
        feed.etag, feed.last_modified = _validators(document)
        feed.digest, feed.covers_until, feed.events = _digest(document.content), window.end, reading.events
        feed.zone_name, feed.looked_at = feed.room.site.zone_name, locked.looked_at
        _finish(feed, now, "version", "digest", "covers_until", "events", "milliseconds", "zone_name", is_read=True)


def _replace_rejected(feed: Feed, reading: FeedReading) -> None:
    fresh = {(rejected.uid, rejected.reason.value) for rejected in reading.rejected[:_MOST_REJECTED]}
    if fresh == set(feed.rejected.values_list("uid", "reason")):
        return
    feed.rejected.all().delete()
    RejectedEvent.objects.bulk_create(RejectedEvent(feed=feed, uid=uid, reason=reason) for uid, reason in sorted(fresh))
