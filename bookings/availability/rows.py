"""What the calendars read: a room with all that belongs to it, and what is taken, each in one ready statement.

Written by hand, because composing such a statement anew takes ten times as long as answering it, and every page of a
calendar waits for both. What a room is made of is kept for as long as the catalog's stamp says that nothing changed:
planning the join of its tables took PostgreSQL longer than the rest of the page.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, models

from bookings.availability.models import Hold
from bookings.availability.taken import instant_of_second, seconds_of
from bookings.catalog.models import CatalogStamp, Room, RoomPicture, Site
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


class Moments(NamedTuple):
    """A moment for each room by the rooms' keys, and the catalog's stamp at that moment, None where there is none."""

    of_rooms: dict[int, Moment]
    stamp: int | None


def find_room(workways_id: str) -> Room | None:
    """The listed room of this Workways id with its site, picture and feed.

    One query, and a second one when something in the catalog changed since this process last saw the room.
    """
    with connection.cursor() as cursor:
        cursor.execute(_moment_statement(), [workways_id])
        found = cursor.fetchone()
    if found is None:
        return None
    stamp, seen_at, *feed = found
    known = _known_room(workways_id, stamp)
    return None if known is None else known.room(_instant(seen_at), feed)


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


def read_moments(rooms: Sequence[int], window: TimeSpan, *, browser_key: str, now: datetime) -> Moments:
    """The same together with how old the knowledge of each room's calendar is, for each of these rooms. One query."""
    stamp: int | None = None
    statement = f"{_taken_statement(len(rooms), ', 0')} UNION ALL {_ages_statement(len(rooms))}"
    taken = {room: Taken([], []) for room in rooms}
    ages: dict[int, list[datetime | None]] = {room: [] for room in rooms}
    for room_id, kind, first, second, third in _asked(statement, rooms, window, browser_key, now, *rooms):
        if kind < _AGES:
            taken[room_id][kind].append((instant_of_second(first), instant_of_second(second)))
        elif kind == _AGES:
            ages[room_id] = [None if one is None else instant_of_second(one) for one in (first, second, third)]
        else:
            stamp = first
    return Moments({room: Moment(*taken[room], *ages[room]) for room in rooms}, stamp)


def _asked(
    statement: str, rooms: Sequence[int], window: TimeSpan, browser_key: str, now: datetime, *more: int
) -> list[tuple[Any, ...]]:
    start, end, present = (connection.ops.adapt_datetimefield_value(one) for one in (window.start, window.end, now))
    within = [*rooms, end, start]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*within, *within, present, browser_key, *more])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


# Kinds of rows beside those of what is taken: how old a calendar is, and the catalog's stamp.
_AGES, _STAMP = 2, 3


@cache
def _ages_statement(rooms: int) -> str:
    """When a feed was read, how far it speaks, when people looked at it; and the stamp."""
    ages = ", ".join(seconds_of(name) for name in ("read_at", "covers_until", "looked_at"))
    among = f"room_id IN ({', '.join(['%s'] * rooms)})"
    return (
        f"SELECT room_id, {_AGES}, {ages} FROM {Feed._meta.db_table} WHERE {among}"  # noqa: S608  Our own words.
        f" UNION ALL SELECT 0, {_STAMP}, stamp, 0, 0 FROM {CatalogStamp._meta.db_table}"
    )


@cache
def _taken_statement(rooms: int, more: str = "") -> str:
    """For so many rooms, or for all when there are none; with these columns more."""
    among = f"room_id IN ({', '.join(['%s'] * rooms)}) AND " if rooms else ""
    within = f'{among}start < %s AND "end" > %s'
    span = ", ".join(seconds_of(column) for column in ("start", '"end"'))
    alive = "(expires_at IS NULL OR (expires_at > %s AND browser_key <> %s))"
    return (
        f"SELECT room_id, 0, {span}{more} FROM {BusySpan._meta.db_table} WHERE {within}"  # noqa: S608  Our own words.
        f" UNION ALL SELECT room_id, 1, {span}{more} FROM {Hold._meta.db_table} WHERE {within} AND {alive}"
    )


class _Part(NamedTuple):
    """A model's columns within a row, and which of them hold instants."""

    model: type[models.Model]
    names: list[str]
    instants: list[int]

    def values(self, row: Sequence[Any]) -> list[Any] | None:
        """What the model is made of, or None where the join found nothing. The first column is the key."""
        if row[0] is None:
            return None
        values = list(row)
        for place in self.instants:
            if values[place] is not None:
                values[place] = _instant(values[place])
        return values

    def made(self, values: list[Any] | None) -> Any:
        """The model's instance, or None."""
        return None if values is None else self.model.from_db(DEFAULT_DB_ALIAS, self.names, values)


def _part(model: type[models.Model], *left_out: str) -> _Part:
    fields = [field for field in model._meta.concrete_fields if field.attname not in left_out]
    instants = [place for place, field in enumerate(fields) if isinstance(field, models.DateTimeField)]
    return _Part(model, [field.attname for field in fields], instants)


@cache
def kept_parts() -> tuple[_Part, ...]:
    """What is kept of a room: columns of the room, its site and its picture.

    Each of them is watched by the triggers that draw the catalog's stamp, but for when the room was last seen, which
    is read each time. What changes with every refresh and is on no page is left out.
    """
    return (
        _part(Room),
        _part(Site, "seen_at"),
        _part(RoomPicture, "source_url", "etag", "checked_at", "failure"),
    )


@cache
def _feed_part() -> _Part:
    return _part(Feed)


class _Known(NamedTuple):
    """A listed room as it stands at one stamp of the catalog: the values of each part, and all of them in a row."""

    values: list[list[Any] | None]
    row: tuple[object, ...]

    def room(self, seen_at: datetime, feed: list[Any]) -> Room:
        """An instance of its own for whoever asks."""
        room_part, site_part, picture_part = kept_parts()
        of_room, of_site, of_picture = self.values
        room: Room = room_part.made(of_room)
        room.seen_at = seen_at
        room.site = site_part.made(of_site)
        room.row = self.row
        Room.picture.related.set_cached_value(room, picture_part.made(of_picture))
        Room.feed.related.set_cached_value(room, _feed_part().made(_feed_part().values(feed)))
        return room


# A room has some kilobytes of texts at most, so this bounds the memory to a few megabytes for each process.
_MOST_KNOWN = 2_000
_known: tuple[int | None, dict[str, _Known | None]] = (None, {})


def _known_room(workways_id: str, stamp: int | None) -> _Known | None:
    """The room as it stands at this stamp, None where it isn't listed: read once for each process."""
    global _known
    of_stamp, rooms = _known
    if stamp is None or of_stamp != stamp or (workways_id not in rooms and len(rooms) >= _MOST_KNOWN):
        _, rooms = _known = stamp, {}
    if workways_id not in rooms:
        # Read after the stamp: what changes in between shows by the next stamp.
        rooms[workways_id] = _read_room(workways_id)
    return rooms[workways_id]


def _read_room(workways_id: str) -> _Known | None:
    with connection.cursor() as cursor:
        cursor.execute(_room_statement(), [workways_id])
        row = cursor.fetchone()
    if row is None:
        return None
    values, first = [], 0
    for part in kept_parts():
        values.append(part.values(row[first : first + len(part.names)]))
        first += len(part.names)
    seen_at = kept_parts()[0].names.index("seen_at")
    return _Known(values, (*row[:seen_at], *row[seen_at + 1 :]))


def _columns(*parts: _Part) -> str:
    return ", ".join(f'{part.model._meta.db_table}."{name}"' for part in parts for name in part.names)


@cache
def _room_statement() -> str:
    return (
        f"SELECT {_columns(*kept_parts())} FROM bookings_room"  # noqa: S608  Our own words.
        " JOIN bookings_site ON bookings_site.id = bookings_room.site_id"
        " LEFT JOIN bookings_roompicture ON bookings_roompicture.room_id = bookings_room.id"
        " WHERE bookings_room.vanished_at IS NULL AND bookings_site.vanished_at IS NULL"
        " AND NOT bookings_room.is_hidden AND NOT bookings_site.is_hidden AND bookings_room.workways_id = %s"
    )


@cache
def _moment_statement() -> str:
    """The catalog's stamp, when the room was last seen, and its feed; a join of more costs many times as much."""
    stamp = f"(SELECT stamp FROM {CatalogStamp._meta.db_table})"  # noqa: S608  Our own words.
    return (
        f"SELECT {stamp}, bookings_room.seen_at, {_columns(_feed_part())} FROM bookings_room"  # noqa: S608  Our own words.
        " LEFT JOIN bookings_feed ON bookings_feed.room_id = bookings_room.id WHERE bookings_room.workways_id = %s"
    )


def _instant(value: datetime) -> datetime:
    """SQLite keeps instants in UTC and gives them without saying so."""
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
