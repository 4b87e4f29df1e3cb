"""When a calendar is read next."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bookings.feeds.schedule import next_refresh

PARIS = ZoneInfo("Europe/Paris")
WEDNESDAY = datetime(2026, 1, 7, 9, 0, tzinfo=UTC)


def wait(now: datetime, *, looked_at: datetime | None = None, failures: int = 0, chance: float = 0) -> timedelta:
    """How long until the next reading."""
    return next_refresh(now, zone=PARIS, looked_at=looked_at, failures_in_a_row=failures, chance=chance) - now


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 1, 7, 6, 0, tzinfo=UTC), timedelta(minutes=5)),
        (datetime(2026, 1, 7, 5, 59, tzinfo=UTC), timedelta(minutes=30)),
        (datetime(2026, 1, 7, 18, 59, tzinfo=UTC), timedelta(minutes=5)),
        (datetime(2026, 1, 7, 19, 0, tzinfo=UTC), timedelta(minutes=30)),
        (datetime(2026, 7, 8, 5, 0, tzinfo=UTC), timedelta(minutes=5)),
        (datetime(2026, 1, 10, 9, 0, tzinfo=UTC), timedelta(minutes=30)),
        (datetime(2026, 1, 11, 23, 30, tzinfo=UTC), timedelta(minutes=30)),
    ],
)
def test_rhythm_follows_the_sites_working_hours(now: datetime, expected: timedelta) -> None:
    assert wait(now) == expected


def test_room_that_is_looked_at_is_read_within_a_minute_by_workers_that_wake_every_15_seconds() -> None:
    looked_at = WEDNESDAY - timedelta(minutes=9, seconds=59)

    assert wait(WEDNESDAY, looked_at=looked_at) + timedelta(seconds=15) <= timedelta(seconds=60)
    assert wait(WEDNESDAY, looked_at=looked_at - timedelta(seconds=1)) == timedelta(minutes=5)


def test_back_off_doubles_up_to_half_an_hour() -> None:
    waits = [wait(WEDNESDAY, failures=failures) for failures in (1, 2, 3, 6, 7, 50, 10**9)]

    assert waits == [timedelta(seconds=seconds) for seconds in (30, 60, 120, 960, 1800, 1800, 1800)]


def test_failing_room_waits_though_people_look_at_it() -> None:
    assert wait(WEDNESDAY, looked_at=WEDNESDAY, failures=7) == timedelta(minutes=30)


def test_chance_spreads_feeds_and_never_makes_them_later() -> None:
    chances = [chance / 100 for chance in range(100)]

    ordinary = [wait(WEDNESDAY, chance=chance) for chance in chances]
    failing = [wait(WEDNESDAY, failures=3, chance=chance) for chance in chances]

    assert len(set(ordinary)) == len(set(failing)) == 100
    assert timedelta(minutes=4.5) <= min(ordinary) <= max(ordinary) == timedelta(minutes=5)
    assert timedelta(seconds=60) <= min(failing) <= max(failing) == timedelta(seconds=120)
