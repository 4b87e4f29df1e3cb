"""What the client tells of its calls: kept in memory for a moment, then written down, in the way of nobody.

A call that changed something is written down at once, unless a transaction is open: that one may be undone, the call
can't be. Everything else waits for the end of the page or task, after its answer has left (signals). Whatever goes
wrong here is logged; a booking never hears of it.
"""

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import Error, transaction

from bookings.upstream_calls import actions
from bookings.upstream_calls.models import Outcome, UpstreamCall
from bookings.upstream_calls.rules import Counted, Kind, bound_of, slot_of, without_names
from portal import clock
from portal.workways.observing import Report

log = logging.getLogger(__name__)

# Tallies are written this often by each process, so that thousands of calls cost a handful of statements.
TALLY_SECONDS = 10.0
# Of what can't be written down, only so many calls wait for better times.
_MOST_WAITING = 1_000
_MOST_TALLIES = 500


@dataclass(frozen=True, slots=True)
class _Served:
    """What the calls are for, and the words that nobody may read in them."""

    booking_request_id: int | None
    registration_id: int | None
    names: tuple[str, ...]
    texts: tuple[str, ...]


_served: ContextVar[_Served | None] = ContextVar("served", default=None)
# Whatever answers in place of a calendar may quote what stands in it, so none of its words are kept.
_CALENDAR = "/api/icsfeed"
_lock = threading.Lock()
_calls: "deque[UpstreamCall]" = deque(maxlen=_MOST_WAITING)
_tallies: dict[Kind, Counted] = {}
_tallied_at: float | None = None


@contextmanager
def serving(
    *,
    booking_request_id: int | None = None,
    registration_id: int | None = None,
    names: tuple[str, ...] = (),
    texts: tuple[str, ...] = (),
) -> Iterator[None]:
    """Calls in here serve this request or registration.

    Of what its person typed, no word of `names` is kept, and none of `texts` as a whole.
    """
    token = _served.set(_Served(booking_request_id, registration_id, names, texts))
    try:
        yield
    finally:
        _served.reset(token)


def observe(report: Report) -> None:
    """Takes down a call that is over. `settings.WORKWAYS_OBSERVER` names this function."""
    at = clock.now() - timedelta(milliseconds=report.milliseconds)
    served = _served.get()
    outcome = report.outcome if report.outcome in Outcome.values else Outcome.BROKEN_OFF.value
    message = report.message if served is None else without_names(report.message, served.names, served.texts)
    message = "" if report.path == _CALENDAR else message[:500]
    with _lock:
        _count(report, outcome, at, message)
        if served is not None or report.writes:
            _calls.append(_call(report, outcome, at, message, served))
    if report.writes:
        _write_calls(at_once=True)


def flush() -> None:
    """Writes down what waits: each call at once, the tallies every ten seconds. Never raises what the database says."""
    _write_calls()
    if not _tallies or (_tallied_at is not None and time.monotonic() - _tallied_at < TALLY_SECONDS):
        return
    write_tallies()


def write_tallies() -> None:
    """Writes the tallies down now, as at the end of a command."""
    global _tallied_at
    with _lock:
        counted = dict(_tallies)
        _tallies.clear()
        _tallied_at = time.monotonic()
    if not counted:
        return
    try:
        actions.add_up(counted=counted)
    except Error:
        log.warning("%d calls to Workways could not be counted.", sum(one.calls for one in counted.values()))


def forget() -> None:
    """Lets go of what waits; for a process that was forked, whose parent writes it down, and for tests."""
    global _lock, _tallied_at
    _lock = threading.Lock()
    _calls.clear()
    _tallies.clear()
    _tallied_at = None


def _count(report: Report, outcome: str, at: datetime, message: str) -> None:
    kind = Kind(slot_of(at), report.method, report.path[:60], outcome, bound_of(report.milliseconds))
    known = _tallies.get(kind)
    if known is None and len(_tallies) >= _MOST_TALLIES:
        return
    said = "" if outcome == Outcome.OK else message
    latest = Counted(1, at, report.status, said)
    _tallies[kind] = latest if known is None else replace(latest, calls=known.calls + 1)


def _call(report: Report, outcome: str, at: datetime, message: str, served: _Served | None) -> UpstreamCall:
    return UpstreamCall(
        at=at,
        method=report.method,
        path=report.path[:60],
        writes=report.writes,
        milliseconds=report.milliseconds,
        outcome=outcome,
        status=report.status,
        message=message,
        sent=dict(report.sent),
        answered=dict(report.answered),
        booking_request_id=served.booking_request_id if served else None,
        registration_id=served.registration_id if served else None,
    )


def _write_calls(*, at_once: bool = False) -> None:
    """Writes the calls that wait; `at_once` leaves them where a transaction is open, which may yet be undone."""
    with _lock:
        waiting = list(_calls)
        _calls.clear()
    if not waiting:
        return
    try:
        with transaction.atomic(durable=at_once):
            UpstreamCall.objects.bulk_create(waiting)
    except (Error, RuntimeError) as error:
        # A durable transaction within another one is a RuntimeError.
        if not (at_once and isinstance(error, RuntimeError)):
            log.warning("%d calls to Workways could not be written down yet.", len(waiting), exc_info=True)
        with _lock:
            _calls.extendleft(reversed(waiting))


os.register_at_fork(after_in_child=forget)
