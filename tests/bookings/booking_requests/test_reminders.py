"""Reminders: once, at a civil hour, only of what is booked and still in the calendar."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.reminders import remind_due
from bookings.booking_requests.rules import CIVIL_HOURS, is_civil, reminder_at
from bookings.booking_requests.states import Presence, State, What
from bookings.catalog.models import OperatorSettings
from bookings.catalog.queries import forget_operator_settings
from tests.bookings.booking_requests.guests import kinds_to, link_to, mails_to, text_of, utc
from tests.bookings.booking_requests.test_racing import run_at_once
from tests.conftest import StoppedClock
from tests.factories import make_booking_request

PARIS = ZoneInfo("Europe/Paris")
# Monday 12 January, 14:00 in Paris.
START = utc(12, 13)


def paris(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


def coming(clock: StoppedClock, **fields: Any) -> BookingRequest:
    """A meeting that was booked now and is in its room's calendar."""
    values: dict[str, Any] = {
        "start": START,
        "state": State.BOOKED,
        "presence": Presence.SHOWN,
        "booked_at": clock(),
        "email": "nina@example.org",
        "hold": None,
    }
    return make_booking_request(**{**values, **fields})


def set_hours(hours: int) -> None:
    OperatorSettings.objects.update_or_create(pk=1, defaults={"reminder_hours": hours})
    forget_operator_settings()


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        (paris(1, 12, 14), 24, paris(1, 11, 14)),
        (paris(1, 12, 14), 48, paris(1, 10, 14)),
        (paris(1, 12, 14), 3, paris(1, 12, 11)),
        # Too early in the morning, and too late in the evening.
        (paris(1, 12, 6), 24, paris(1, 11, 8)),
        (paris(1, 12, 22), 24, paris(1, 11, 20)),
        # Eight in the morning would leave next to nothing of the notice.
        (paris(1, 12, 8), 2, paris(1, 11, 20)),
        (paris(1, 12, 9), 3, paris(1, 11, 20)),
        (paris(1, 12, 10), 3, paris(1, 12, 8)),
        # The clock goes forward on 29 March and back on 25 October: the day before is the same time of day.
        (paris(3, 29, 10), 24, paris(3, 28, 10)),
        (paris(3, 30, 1), 24, paris(3, 29, 8)),
        (paris(10, 25, 10), 24, paris(10, 24, 10)),
        (paris(10, 26, 9), 24, paris(10, 25, 9)),
    ],
)
def test_reminder_leaves_so_many_hours_before_at_a_civil_hour(start: datetime, hours: int, expected: datetime) -> None:
    assert reminder_at(start.astimezone(UTC), PARIS, hours) == expected


@given(
    minutes=st.integers(0, 365 * 24 * 60),
    hours=st.integers(1, 168),
    zone=st.sampled_from(["Europe/Paris", "Europe/Brussels", "Europe/Dublin", "America/Guadeloupe", "Indian/Reunion"]),
)
def test_reminder_is_always_civil_and_before_the_meeting(minutes: int, hours: int, zone: str) -> None:
    begins = utc(2, 0) + timedelta(minutes=minutes)

    due = reminder_at(begins, ZoneInfo(zone), hours)

    local = due.astimezone(ZoneInfo(zone))
    assert CIVIL_HOURS[0] <= local.time() <= CIVIL_HOURS[1]
    assert due < begins
    assert is_civil(due, ZoneInfo(zone))


@pytest.mark.django_db
def test_guest_is_reminded_once_the_day_before_with_the_calendar_and_the_way_to_change(clock: StoppedClock) -> None:
    request = coming(clock)
    clock.set(START - timedelta(hours=24, minutes=1))
    assert remind_due(now=clock()) == 0

    clock.forward(minutes=1)
    assert [remind_due(now=clock()) for _wake_up in range(3)] == [1, 0, 0]
    clock.forward(hours=5)
    assert remind_due(now=clock()) == 0

    (mail,) = mails_to("nina@example.org")
    said = text_of(mail)
    assert mail.kind == "meeting_reminder"
    assert "When: Monday 12 January 2026, 14:00–15:00 (Paris time, UTC+1)" in said
    assert "Change or cancel it" in said
    link = link_to("nina@example.org")
    assert Client().get(link).status_code == 200
    assert f"SUMMARY:{request.room.public_name}".encode() in Client().get(f"{link}meeting.ics").content
    assert request.events.get().what == What.REMINDED


@pytest.mark.django_db
def test_reminder_is_in_the_guests_language(clock: StoppedClock) -> None:
    coming(clock, language="fr")
    clock.set(START - timedelta(hours=24))

    remind_due(now=clock())

    (mail,) = mails_to("nina@example.org")
    assert mail.language == "fr"
    assert "lundi 12 janvier 2026" in text_of(mail)
    assert "/fr/l/" in text_of(mail)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"presence": Presence.GONE},
        {"presence": Presence.MISSING},
        {"presence": Presence.UNSEEN},
        {"state": State.REGISTRATION_NEEDED},
        {"state": State.REFUSED},
        {"state": State.EXPIRED},
    ],
    ids=str,
)
def test_nobody_is_reminded_of_what_is_not_booked_or_not_in_the_calendar(
    clock: StoppedClock, fields: dict[str, Any]
) -> None:
    coming(clock, **fields)
    clock.set(START - timedelta(hours=20))

    assert remind_due(now=clock()) == 0


@pytest.mark.django_db
def test_meeting_booked_later_than_its_reminder_would_leave_gets_none(clock: StoppedClock) -> None:
    clock.set(START - timedelta(hours=23))
    coming(clock)

    for _hour in range(22):
        assert remind_due(now=clock()) == 0
        clock.forward(hours=1)

    assert mails_to("nina@example.org") == []


@pytest.mark.django_db
def test_operator_may_switch_reminders_off_or_set_other_hours(clock: StoppedClock) -> None:
    coming(clock)
    set_hours(0)
    clock.set(START - timedelta(hours=3))
    assert remind_due(now=clock()) == 0

    set_hours(2)
    assert remind_due(now=clock()) == 0
    clock.forward(hours=1)
    assert remind_due(now=clock()) == 1


@pytest.mark.django_db
def test_reminder_that_is_late_waits_for_the_morning_and_never_comes_after_the_start(clock: StoppedClock) -> None:
    coming(clock)
    late = coming(clock, email="late@example.org", start=utc(12, 8))
    # The worker was away from the Sunday afternoon until three o'clock on Monday.
    clock.set(utc(12, 2))
    assert remind_due(now=clock()) == 0

    clock.set(utc(12, 8))
    assert remind_due(now=clock()) == 1

    assert kinds_to("nina@example.org") == ["meeting_reminder"]
    assert kinds_to(late.email) == []


@pytest.mark.django_db
def test_meeting_that_moved_is_reminded_of_at_its_new_time(clock: StoppedClock) -> None:
    request = coming(clock)
    clock.set(START - timedelta(hours=24))
    remind_due(now=clock())
    moved_to = START + timedelta(days=7)
    BookingRequest.objects.filter(pk=request.pk).update(
        start=moved_to, end=moved_to + timedelta(hours=1), changed_at=clock(), reminded_at=None
    )

    assert remind_due(now=clock()) == 0
    clock.set(moved_to - timedelta(hours=24))
    assert remind_due(now=clock()) == 1

    assert kinds_to("nina@example.org") == ["meeting_reminder"] * 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_remind_once(clock: StoppedClock) -> None:
    coming(clock)
    clock.set(START - timedelta(hours=24))

    run_at_once([lambda: remind_due(now=clock()) and None for _worker in range(4)])

    assert kinds_to("nina@example.org") == ["meeting_reminder"]
