"""What a visitor is looking for in a calendar, and the addresses that say so."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from bookings.core.money import Money
from bookings.core.timespan import TimeSpan


class Asked(NamedTuple):
    """What the visitor is looking for: how long, for how many, at which price by the catalog, and what was chosen.

    Where several rooms are shown, `room` is what the names of links begin with, and `path` the room's page.
    """

    minutes: int
    people: int
    price: Money | None
    chosen: TimeSpan | None = None
    room: str = ""
    path: str = ""


def slot_query(day: date, key: str, minutes: int, people: int) -> str:
    """The query string that names a slot of a room."""
    return f"?date={day.isoformat()}&start={quoted(key)}&duration={minutes}&people={people}"


@lru_cache(maxsize=4096)
def quoted(key: str) -> str:
    """A start as an address has it."""
    return quote(key, safe=":")


def week_query(day: date, minutes: int, people: int) -> str:
    """The query string that names a week of a room."""
    return f"?date={day.isoformat()}&duration={minutes}&people={people}"
