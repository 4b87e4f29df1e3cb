"""What is taken, of many rooms at once: one indexed statement, answered in plain numbers.

Made by hand, because it is the statement that each search waits for: no model, no datetime, nothing for a room that is
free. Spans of a day or less are looked for by their start alone, no further back than a day; the few longer ones have
an index of their own. Measured by `python -m tests.load.search` beside a range type with GiST, which was slower.
"""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any, NamedTuple

from django.db import connection

from bookings.availability.masks import ENDLESS, instant_of
from bookings.availability.models import Hold
from bookings.feeds.models import BusySpan, Feed

# For more rooms than this all rooms' spans of the window are read, because a list of ids costs more than it saves.
ROOMS_BY_NAME = 300
_LONGEST_USUAL = timedelta(days=1)


class Why(IntEnum):
    """What takes the time: somebody's meeting, somebody's hold, or that the calendar doesn't speak of it."""

    BUSY = 0
    HELD = 1
    UNKNOWN = 2


class Taken(NamedTuple):
    """One stretch; `room` is its number here, `start` and `end` are seconds since 1970, `why` a number of `Why`."""

    room: int
    start: int
    end: int
    why: int


class FeedRow(NamedTuple):
    """How old a room's calendar is and when somebody last looked at it."""

    read_at: datetime | None
    looked_at: datetime | None


def read_taken(
    first: int, last: int, *, browser_key: str, now: datetime, rooms: Sequence[int] | None = None
) -> list[tuple[int, int, int, int]]:
    """All that is taken between two minutes since 1970 as rows of `Taken`. One statement.

    With `rooms` only theirs is sure to be there, and few others': naming rooms pays while they are a small part of all.
    More than a few hundred count as all. The asking browser's own hold, which expires, takes nothing from it.
    """
    statement, parameters = taken_statement(
        instant_of(first), instant_of(last), browser_key=browser_key, now=now, rooms=rooms
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[int, int, int, int]] = cursor.fetchall()
    return rows


def taken_statement(
    start: datetime, end: datetime, *, browser_key: str, now: datetime, rooms: Sequence[int] | None
) -> tuple[str, list[Any]]:
    """The statement and its parameters."""
    named = rooms if rooms is not None and len(rooms) <= ROOMS_BY_NAME else None
    value = connection.ops.adapt_datetimefield_value
    since, opens, closes, present = (value(one) for one in (start - _LONGEST_USUAL, start, end, now))
    among, names = ("1 = 1", []) if named is None else among_rooms(named)
    parts: list[tuple[str, list[Any]]] = [
        (
            _span(BusySpan, Why.BUSY, f'start > %s AND start < %s AND "end" > %s AND {among}'),
            [since, closes, opens, *names],
        ),
        (_span(BusySpan, Why.BUSY, f'{_is_long()} AND start <= %s AND "end" > %s'), [since, opens]),
        (_span(Hold, Why.HELD, 'expires_at IS NULL AND start < %s AND "end" > %s'), [closes, opens]),
        (
            _span(Hold, Why.HELD, 'expires_at > %s AND browser_key <> %s AND start < %s AND "end" > %s'),
            [present, browser_key, closes, opens],
        ),
        (_feed(seconds_of("covers_until"), "covers_until < %s"), [closes]),
        (_feed("0", "read_at IS NULL"), []),
    ]
    return " UNION ALL ".join(text for text, _ in parts), [one for _, said in parts for one in said]


def read_feeds(rooms: Sequence[int]) -> dict[int, FeedRow]:
    """The calendars' ages of these rooms, by the rooms' numbers. One query, or none for no rooms."""
    if not rooms:
        return {}
    among, names = among_rooms(rooms)
    columns = ", ".join(("room_id", seconds_of("read_at"), seconds_of("looked_at")))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {Feed._meta.db_table} WHERE {among}", names)  # noqa: S608 (our own words)
        rows = cursor.fetchall()
    return {room: FeedRow(*(None if one is None else instant_of_second(one) for one in ages)) for room, *ages in rows}


def instant_of_second(second: int) -> datetime:
    """A second since 1970 as an instant (UTC)."""
    return datetime.fromtimestamp(second, UTC)


def _span(model: type[BusySpan | Hold], why: Why, where: str) -> str:
    columns = ", ".join(("room_id", seconds_of("start"), seconds_of('"end"'), f"{why:d}"))
    return f"SELECT {columns} FROM {model._meta.db_table} WHERE {where}"  # noqa: S608 (our own words)


def _feed(start: str, where: str) -> str:
    return f"SELECT room_id, {start}, {ENDLESS}, {Why.UNKNOWN:d} FROM {Feed._meta.db_table} WHERE {where}"  # noqa: S608 (our own words)


def seconds_of(column: str) -> str:
    """What gives an instant's seconds since 1970, because numbers are read many times faster than datetimes."""
    if connection.vendor == "postgresql":
        return f"extract(epoch from {column})::bigint"
    if sqlite3.sqlite_version_info >= (3, 38):
        return f"unixepoch({column})"
    return f"CAST(strftime('%%s', {column}) AS INTEGER)"


def _is_long() -> str:
    """As the index of long spans says it, word for word, because that is how a database finds the index."""
    if connection.vendor == "postgresql":
        return "\"end\" - start > interval '1 day'"
    return 'julianday("end") - julianday(start) > 1.0'


def among_rooms(rooms: Sequence[int]) -> tuple[str, list[Any]]:
    """A condition that the room is one of these, and its parameters."""
    if connection.vendor == "postgresql":
        return "room_id = ANY(%s)", [list(rooms)]
    return f"room_id IN ({', '.join(['%s'] * len(rooms))})", list(rooms)
