"""Guests and workers at once: nobody waits in a circle, nobody gets an error, nothing is left over."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count

from bookings.availability.actions import drop_expired
from bookings.availability.models import Hold, HoldCell
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.settling import expire_due, settle_due
from bookings.booking_requests.states import OPEN, State
from bookings.catalog.models import Room
from bookings.core.timespan import five_minute_cells
from bookings.feeds.actions import refresh_feed
from portal import clock as portal_clock
from portal.embedded.models import Meeting
from portal.workways.connect import workways
from tests.bookings.booking_requests.guests import Guest
from tests.conftest import StoppedClock
from tests.portal.embedded.world import KNOWN
from tests.support.transports import MEETING_REQUEST, Recording

THREADS = 6
TURNS = 4


def run_at_once(workers: list[Callable[[], None]]) -> None:
    """Runs each in a thread of its own, all starting together. Raises what any of them raised."""
    gate = threading.Barrier(len(workers))

    def run(worker: Callable[[], None]) -> None:
        gate.wait()
        try:
            worker()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(workers)) as pool:
        for result in [pool.submit(run, worker) for worker in workers]:
            result.result()


def restless_guest(number: int, room: Room) -> Callable[[], None]:
    """Begins, extends, moves, gives up and books, in an order of their own."""

    def act() -> None:
        chance = random.Random(number)
        guest = Guest(f"guest{number}@example.org" if number % 2 else KNOWN)
        for _turn in range(TURNS):
            hour = chance.choice(["09:00", "09:30", "10:00", "10:30"])
            guest.begin(room, start=hour, duration=chance.choice(["60", "90"]))
            if not guest.reference:
                continue
            for step in chance.sample(["extend", "release", "move", "book", "look"], 3):
                if step == "move":
                    guest.post("slot", slot=chance.choice(["2026-01-12T08:00:00Z/60", "2026-01-12T10:00:00Z/60"]))
                elif step == "book":
                    guest.look()
                    if "Check and book</button>" in guest.html and guest.request.state == State.AWAITING_PROOF:
                        guest.book()
                elif step == "look":
                    guest.look()
                else:
                    guest.post(step)
                assert guest.page.status_code in (200, 409, 422), guest.html

    return act


def busy_worker(room: Room) -> Callable[[], None]:
    """Does everything that the timetable wakes."""

    def act() -> None:
        for _turn in range(TURNS * 2):
            now = portal_clock.now()
            expire_due(now=now)
            settle_due(now=now)
            drop_expired(now=now)
            refresh_feed(feed=room.feed, client=workways(), now=now)

    return act


@pytest.mark.django_db(transaction=True)
def test_guests_and_workers_at_once_leave_nothing_over(
    room: Room, upstream: Recording, clock: StoppedClock, settings: Any
) -> None:
    settings.RATELIMIT_ENABLE = False

    run_at_once([*(restless_guest(number, room) for number in range(THREADS)), busy_worker(room)])

    clock.forward(minutes=25)
    expire_due(now=clock())
    drop_expired(now=clock())
    settle_due(now=clock())
    for request in BookingRequest.objects.select_related("hold"):
        assert request.state not in (State.SENDING, State.AWAITING_PROOF), request.state
        assert request.hold is None or request.state in OPEN | {State.BOOKED}
    wanted = {(hold.pk, cell) for hold in Hold.objects.filter(expires_at=None) for cell in five_minute_cells(hold.span)}
    assert set(HoldCell.objects.values_list("hold_id", "cell")) == wanted
    sent = [(body["contactEmail"], body["bookedAt"]) for body in upstream.sent_to(MEETING_REQUEST)]
    assert len(sent) == BookingRequest.objects.exclude(sent_at=None).count()
    starts = Meeting.objects.values("start").annotate(times=Count("pk"))
    assert [row for row in starts if row["times"] > 1] == []
