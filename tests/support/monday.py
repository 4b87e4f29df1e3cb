"""The Monday on which the tests of the pages book, in Paris.

The tests' clock stands at Wednesday 7 January 2026, 10:00 in Paris; a new company may book from Friday on.
"""

from datetime import UTC, date, datetime, timedelta

from bookings.catalog.models import Room
from bookings.core.timespan import TimeSpan
from tests.factories import make_busy_span

MONDAY = date(2026, 1, 12)


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    """An instant at the Paris wall clock in winter."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=1)


def busy(room: Room, start: int, end: int) -> None:
    """Somebody's meeting from hour to hour on the Monday."""
    make_busy_span(room=room, span=TimeSpan(at(start), at(end)))
