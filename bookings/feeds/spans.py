"""Keeps a room's stored busy spans equal to what was read, by writing the difference only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from bookings.feeds.models import BusySpan, Feed
from bookings.feeds.readings import FeedReading

_Key = tuple[datetime, datetime, str]
_DELETED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """What has to be written: the numbers of spans that are gone, and the new ones."""

    gone: Sequence[int]
    fresh: Sequence[_Key]

    def __bool__(self) -> bool:
        return bool(self.gone or self.fresh)


def find_difference(feed: Feed, reading: FeedReading, *, since: datetime) -> Difference:
    """Compares what is stored with what was read; writes nothing.

    The spans of an event that could be read before and can't be any more stay: doubt never frees time.
    """
    fresh = {(busy.span.start, busy.span.end, busy.uid) for busy in reading.busy}
    doubtful = {rejected.uid for rejected in reading.rejected if rejected.uid} - {busy.uid for busy in reading.busy}
    gone = []
    for pk, start, end, uid in BusySpan.objects.filter(room=feed.room_id).values_list("pk", "start", "end", "uid"):
        if (start, end, uid) in fresh:
            fresh.discard((start, end, uid))
        elif uid not in doubtful or end <= since:
            gone.append(pk)
    return Difference(gone, sorted(fresh))


def write(feed: Feed, difference: Difference) -> None:
    """Writes it; the caller holds the feed's row."""
    gone = difference.gone
    for at in range(0, len(gone), _DELETED_AT_ONCE):
        # Nothing points at a span, so there is nothing to look for before they go.
        spans = BusySpan.objects.filter(pk__in=gone[at : at + _DELETED_AT_ONCE])
        spans._raw_delete(spans.db)
    _insert(feed, difference.fresh)


def _insert(feed: Feed, fresh: Sequence[_Key]) -> None:
    if not fresh:
        return
    if connection.vendor != "sqlite":
        spans = [BusySpan(room_id=feed.room_id, start=start, end=end, uid=uid) for start, end, uid in fresh]
        BusySpan.objects.bulk_create(spans)
        return
    # SQLite takes some 250 rows in one statement and works them out anew each time; one prepared statement for all of
    # them is several times faster.
    quote, as_stored = connection.ops.quote_name, connection.ops.adapt_datetimefield_value
    names = ", ".join(quote(name) for name in ("room_id", "start", "end", "uid"))
    rows = [(feed.room_id, as_stored(start), as_stored(end), uid) for start, end, uid in fresh]
    with connection.cursor() as cursor:
        table = quote(BusySpan._meta.db_table)
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES (%s, %s, %s, %s)", rows)  # noqa: S608 (our own names)
