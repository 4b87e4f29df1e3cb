"""Calls are written down whatever becomes of the act around them, and in the way of nobody."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, connection, transaction

from bookings.upstream_calls import recording
from bookings.upstream_calls.actions import prune
from bookings.upstream_calls.models import CallTally, Outcome, UpstreamCall
from bookings.upstream_calls.queries import endpoint_health
from bookings.upstream_calls.tasks import prune as prune_task
from portal.workways.observing import Report
from tests.conftest import StoppedClock
from tests.factories import make_booking_request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def report(path: str = "/api/icsfeed", **fields: Any) -> Report:
    """A read of a calendar that went well within 40 ms."""
    usual: dict[str, Any] = {"method": "GET", "writes": False, "milliseconds": 40, "outcome": "ok", "status": 200}
    return Report(**{**usual, "path": path, "message": "", "sent": {}, "answered": {}, **fields})


def meeting_request(**fields: Any) -> Report:
    return report("/api/meeting-request", method="POST", writes=True, **fields)


def test_write_is_written_down_at_once(clock: StoppedClock) -> None:
    recording.observe(meeting_request(milliseconds=900, sent={"bookedRoom": "a" * 24}))

    call = UpstreamCall.objects.get()
    assert (call.path, call.writes, call.outcome, call.status) == ("/api/meeting-request", True, Outcome.OK, 200)
    assert call.at == clock() - timedelta(milliseconds=900)
    assert call.sent == {"bookedRoom": "a" * 24}


def test_write_outlives_the_transaction_that_was_undone() -> None:
    with transaction.atomic():
        recording.observe(meeting_request())
        assert not UpstreamCall.objects.exists()
        transaction.set_rollback(True)

    recording.flush()

    assert UpstreamCall.objects.count() == 1


def test_call_for_a_request_that_was_undone_is_kept_all_the_same() -> None:
    with transaction.atomic():
        request = make_booking_request()
        with recording.serving(booking_request_id=request.pk):
            recording.observe(report())
        transaction.set_rollback(True)

    recording.flush()
    connection.check_constraints()

    assert UpstreamCall.objects.get().booking_request_id == request.pk


def test_read_is_kept_by_itself_only_when_it_serves_somebody() -> None:
    request = make_booking_request(name="Jean Dupont")
    said = report("/api/user-info", outcome="Missing", message="User Jean Dupont not found")

    recording.observe(report())
    with recording.serving(booking_request_id=request.pk, names=("Jean Dupont",)):
        recording.observe(said)
    recording.flush()

    assert [(call.path, call.message) for call in request.calls.all()] == [
        ("/api/user-info", "User [hidden] not found")
    ]
    assert UpstreamCall.objects.count() == 1
    assert {tally.path for tally in CallTally.objects.all()} == {"/api/icsfeed", "/api/user-info"}


def test_ten_thousand_calendars_make_a_handful_of_rows_and_statements(django_assert_num_queries: Any) -> None:
    for number in range(10_000):
        recording.observe(report(milliseconds=20 + number % 3))

    with django_assert_num_queries(5):
        recording.flush()
    with django_assert_num_queries(0):
        recording.observe(report())
        recording.flush()

    assert list(CallTally.objects.values_list("calls", flat=True).order_by("calls")) == [3334, 6666]
    assert not UpstreamCall.objects.exists()


def test_processes_add_to_the_same_tally_and_the_last_message_stays() -> None:
    for message in ("first", "second"):
        recording.observe(report("/api/rooms", outcome="Unavailable", status=500, message=message))
        recording.write_tallies()

    tally = CallTally.objects.get()
    assert (tally.calls, tally.message, tally.status) == (2, "second", 500)


def test_what_stands_in_place_of_a_calendar_is_not_quoted() -> None:
    recording.observe(report("/api/icsfeed", outcome="Garbled", message="Lunch of Jean Dupont"))
    recording.write_tallies()

    assert CallTally.objects.get().message == ""


@pytest.mark.parametrize("kind", [DatabaseError, InterfaceError])
def test_nothing_raised_when_the_database_is_away(caplog: pytest.LogCaptureFixture, kind: type[Exception]) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise kind("The database is away.")

    with caplog.at_level(logging.WARNING), connection.execute_wrapper(away):
        recording.observe(meeting_request())
        recording.flush()
    recording.flush()

    assert "could not be written down yet" in caplog.text
    assert "could not be counted" in caplog.text
    assert UpstreamCall.objects.count() == 1


def test_page_writes_down_what_waits_after_it_has_left(client: Any) -> None:
    request = make_booking_request()
    with recording.serving(booking_request_id=request.pk):
        recording.observe(report())

    client.get("/healthz")

    assert request.calls.count() == 1
    assert CallTally.objects.count() == 1


def test_old_calls_and_tallies_are_dropped(clock: StoppedClock, settings: Any) -> None:
    settings.UPSTREAM_CALL_DAYS = 30
    recording.observe(meeting_request())
    recording.write_tallies()

    clock.forward(days=29)
    assert prune(now=clock()) == 1
    assert UpstreamCall.objects.count() == 1
    clock.forward(days=2)
    prune_task()

    assert not UpstreamCall.objects.exists()


def test_health_of_an_endpoint_over_an_hour_and_a_day(clock: StoppedClock) -> None:
    recording.observe(report("/api/rooms", outcome="Unreachable", status=None, message="no route", milliseconds=3_000))
    clock.forward(hours=3)
    for took in (8, 8, 8, 140):
        recording.observe(report("/api/rooms", milliseconds=took))
    recording.observe(report("/api/rooms", outcome="Missing", message="Room not found", milliseconds=8))
    recording.write_tallies()

    (hour,) = endpoint_health(span=timedelta(hours=1), now=clock())
    (day,) = endpoint_health(span=timedelta(days=1), now=clock())

    assert (hour.calls, hour.refused, hour.failed, hour.median_ms, hour.slow_ms) == (5, 1, 0, 10, 150)
    assert hour.trouble is not None
    assert hour.trouble.message == "Room not found"
    assert (day.calls, day.failed, day.failed_share) == (6, 1, 1 / 6)


@pytest.mark.parametrize("rooms", [1, 3])
def test_health_is_one_query(clock: StoppedClock, django_assert_num_queries: Any, rooms: int) -> None:
    for number in range(rooms):
        recording.observe(report(f"/api/{number}"))
    recording.write_tallies()

    with django_assert_num_queries(1):
        endpoint_health(span=timedelta(hours=1), now=clock())
