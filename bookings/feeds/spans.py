"""Keeps a room's stored busy spans equal to what was read, by writing the difference only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
    for pk, start, end, uid in _stored(feed):
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


def _stored(feed: Feed) -> Iterable[tuple[int, datetime, datetime, str]]:
    if connection.vendor == "sqlite":
        return BusySpan.objects.filter(room=feed.room_id).values_list("pk", "start", "end", "uid")
    from psycopg import adapters
    from psycopg.pq import Format

    # Django reads instants in Python, twenty times slower than psycopg, and in nearly all rows nothing has changed.
    compiled = adapters.get_loader(adapters.types["timestamptz"].oid, Format.TEXT)
    table, (room, *names) = _names("room_id", "id", "start", "end", "uid")
    with connection.cursor() as cursor:
        cursor.adapters.register_loader("timestamptz", compiled)
        cursor.execute(f"SELECT {', '.join(names)} FROM {table} WHERE {room} = %s", [feed.room_id])  # noqa: S608 (our own names)
        rows: list[Any] = cursor.fetchall()
    return rows


def _insert(feed: Feed, fresh: Sequence[_Key]) -> None:
    if not fresh:
        return
    table, names = _names("room_id", "start", "end", "uid")
    columns = f"{table} ({', '.join(names)})"
    # Both are several times faster than one long statement, which has to be put together and understood anew each time.
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            as_stored = connection.ops.adapt_datetimefield_value
            rows = [(feed.room_id, as_stored(start), as_stored(end), uid) for start, end, uid in fresh]
            cursor.executemany(f"INSERT INTO {columns} VALUES (%s, %s, %s, %s)", rows)  # noqa: S608 (our own names)
            return
        with cursor.copy(f"COPY {columns} FROM STDIN") as copy:
            for start, end, uid in fresh:
                copy.write_row((feed.room_id, start, end, uid))


def _names(*columns: str) -> tuple[str, list[str]]:
    quote = connection.ops.quote_name
    return quote(BusySpan._meta.db_table), [quote(column) for column in columns]
