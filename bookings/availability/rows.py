"""What the calendars read: rooms with all that belongs to them, and what is taken, each in one ready statement.

Written by hand, because composing such a statement anew takes ten times as long as answering it, and every page of a
calendar waits for both.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, models

from bookings.availability.models import Hold
from bookings.availability.taken import instant_of_second, seconds_of
from bookings.catalog.models import Room, RoomPicture, Site
from bookings.core.timespan import TimeSpan
from bookings.feeds.models import BusySpan, Feed

# For more rooms than this all rooms' spans of the window are read, because a list of ids costs more than it saves.
_ROOMS_BY_NAME = 200


class Taken(NamedTuple):
    """What is taken of one room, as pairs of instants in no order: by its calendar, and by others' holds."""

    busy: list[tuple[datetime, datetime]]
    held: list[tuple[datetime, datetime]]


class Moment(NamedTuple):
    """What is taken of one room, when its calendar was last right, up to when it speaks, when people last looked."""

    busy: list[tuple[datetime, datetime]]
    held: list[tuple[datetime, datetime]]
    read_at: datetime | None = None
    covers_until: datetime | None = None
    looked_at: datetime | None = None


def find_room(workways_id: str) -> Room | None:
    """The listed room of this Workways id with its site, picture and feed. One query."""
    return next(_rooms("bookings_room.workways_id = %s", [workways_id]), None)


def read_taken(rooms: Sequence[int], window: TimeSpan, *, browser_key: str, now: datetime) -> dict[int, Taken]:
    """What is taken within the window, by the rooms' keys; a room that is free all the time is not there. One query.

    The browser's own hold, which expires, takes nothing from it.
    """
    named = list(rooms) if len(rooms) <= _ROOMS_BY_NAME else []
    found: dict[int, Taken] = {}
    for room_id, is_held, begins, ends in _asked(_taken_statement(len(named)), named, window, browser_key, now):
        taken = found.get(room_id)
        if taken is None:
            taken = found[room_id] = Taken([], [])
        taken[is_held].append((instant_of_second(begins), instant_of_second(ends)))
    return found


def read_moments(rooms: Sequence[int], window: TimeSpan, *, browser_key: str, now: datetime) -> dict[int, Moment]:
    """The same together with how old the knowledge of each room's calendar is, for each of these rooms. One query."""
    statement = f"{_taken_statement(len(rooms))} UNION ALL {_ages_statement(len(rooms))}"
    taken = {room: Taken([], []) for room in rooms}
    ages: dict[int, list[datetime | None]] = {room: [None, None, None] for room in rooms}
    for room_id, kind, first, second in _asked(statement, rooms, window, browser_key, now, *rooms, *rooms):
        if kind < _READ:
            taken[room_id][kind].append((instant_of_second(first), instant_of_second(second)))
        elif kind == _READ:
            ages[room_id][:2] = [None if one is None else instant_of_second(one) for one in (first, second)]
        else:
            ages[room_id][2] = None if first is None else instant_of_second(first)
    return {room: Moment(*taken[room], *ages[room]) for room in rooms}


def _asked(
    statement: str, rooms: Sequence[int], window: TimeSpan, browser_key: str, now: datetime, *more: int
) -> list[tuple[Any, ...]]:
    start, end, present = (connection.ops.adapt_datetimefield_value(one) for one in (window.start, window.end, now))
    within = [*rooms, end, start]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*within, *within, present, browser_key, *more])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


# Kinds of rows beside those of what is taken: a feed's reading with how far it speaks, and when people looked at it.
_READ, _LOOKED = 2, 3


@cache
def _ages_statement(rooms: int) -> str:
    among = f"FROM {Feed._meta.db_table} WHERE room_id IN ({', '.join(['%s'] * rooms)})"
    read_at, covers_until, looked_at = (seconds_of(name) for name in ("read_at", "covers_until", "looked_at"))
    return (
        f"SELECT room_id, {_READ}, {read_at}, {covers_until} {among}"
        f" UNION ALL SELECT room_id, {_LOOKED}, {looked_at}, {looked_at} {among}"
    )


@cache
def _taken_statement(rooms: int) -> str:
    """For so many rooms, or for all when there are none."""
    among = f"room_id IN ({', '.join(['%s'] * rooms)}) AND " if rooms else ""
    within = f'{among}start < %s AND "end" > %s'
    span = ", ".join(seconds_of(column) for column in ("start", '"end"'))
    alive = "(expires_at IS NULL OR (expires_at > %s AND browser_key <> %s))"
    return (
        f"SELECT room_id, 0, {span} FROM {BusySpan._meta.db_table} WHERE {within}"  # noqa: S608  Our own words.
        f" UNION ALL SELECT room_id, 1, {span} FROM {Hold._meta.db_table} WHERE {within} AND {alive}"
    )


class _Part(NamedTuple):
    """A model's columns within a row, and which of them hold instants."""

    model: type[models.Model]
    names: list[str]
    first: int
    instants: list[int]

    def read(self, row: Sequence[Any]) -> Any:
        """The model's instance, or None where the join found none."""
        if row[self.first] is None:
            return None
        values = list(row[self.first : self.first + len(self.names)])
        for place in self.instants:
            if values[place] is not None:
                values[place] = _instant(values[place])
        return self.model.from_db(DEFAULT_DB_ALIAS, self.names, values)


@cache
def _parts() -> list[_Part]:
    parts, first = [], 0
    for model in (Room, Site, RoomPicture, Feed):
        fields = model._meta.concrete_fields
        instants = [place for place, field in enumerate(fields) if isinstance(field, models.DateTimeField)]
        parts.append(_Part(model, [field.attname for field in fields], first, instants))
        first += len(fields)
    return parts


@cache
def _rooms_statement(where: str) -> str:
    columns: Iterable[str] = (
        f'{part.model._meta.db_table}."{field.column}"'
        for part in _parts()
        for field in part.model._meta.concrete_fields
    )
    return (
        f"SELECT {', '.join(columns)} FROM bookings_room"  # noqa: S608  Our own words.
        " JOIN bookings_site ON bookings_site.id = bookings_room.site_id"
        " LEFT JOIN bookings_roompicture ON bookings_roompicture.room_id = bookings_room.id"
        " LEFT JOIN bookings_feed ON bookings_feed.room_id = bookings_room.id"
        " WHERE bookings_room.vanished_at IS NULL AND bookings_site.vanished_at IS NULL"
        " AND NOT bookings_room.is_hidden AND NOT bookings_site.is_hidden"
        f" AND {where} ORDER BY bookings_room.position IS NULL, bookings_room.position,"
        " bookings_room.public_name, bookings_room.workways_id"
    )


def _rooms(where: str, parameters: list[str]) -> Iterator[Room]:
    with connection.cursor() as cursor:
        cursor.execute(_rooms_statement(where), parameters)
        rows = cursor.fetchall()
    for row in rows:
        room, site, picture, feed = (part.read(row) for part in _parts())
        room.site = site
        room.row = tuple(row[: _parts()[-1].first])
        Room.picture.related.set_cached_value(room, picture)
        Room.feed.related.set_cached_value(room, feed)
        yield room


def _instant(value: datetime) -> datetime:
    """SQLite keeps instants in UTC and gives them without saying so."""
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
