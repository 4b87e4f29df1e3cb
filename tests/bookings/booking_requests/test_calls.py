"""Which calls to Workways a request keeps, and what of them."""

from typing import Any

from bookings.booking_requests import settling
from bookings.booking_requests.states import State
from bookings.catalog.models import Room
from bookings.upstream_calls.models import Outcome
from portal import clock as portal_clock
from tests.bookings.booking_requests.guests import Guest
from tests.conftest import StoppedClock
from tests.portal.embedded.world import KNOWN
from tests.support import transports
from tests.support.transports import MEETING_REQUEST, Recording


def test_booking_keeps_its_calls_in_order(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room, subject="Quarterly Review").book()

    calls = list(guest.request.calls.order_by("pk"))

    assert [call.path for call in calls] == [
        "/api/user-info",
        "/api/room-price",
        "/api/icsfeed",
        "/api/meeting-request",
    ]
    sent = calls[-1]
    assert (sent.writes, sent.outcome, sent.status) == (True, Outcome.OK, 200)
    assert sent.sent["bookedRoom"] == room.workways_id
    assert sent.answered == {"status": "ACCEPTED", "meetingId": guest.request.workways_id}
    kept = repr([vars(call) for call in calls]).lower()
    assert not [word for word in ("jean", "dupont", "quarterly", "acme") if word in kept]


def test_call_without_an_answer_is_kept_as_such_and_so_is_each_look_for_it(
    room: Room, clock: StoppedClock, settings: Any
) -> None:
    guest = Guest(KNOWN).begin(room)
    settings.WORKWAYS_TRANSPORT = transports.times_out(MEETING_REQUEST)
    guest.book()
    assert guest.request.state == State.BEING_CONFIRMED
    assert guest.request.calls.get(writes=True).outcome == Outcome.OUTCOME_UNKNOWN
    clock.forward(minutes=1)

    settling.settle_due(now=portal_clock.now())
    guest.look()

    assert guest.request.calls.filter(path="/api/icsfeed").count() == 2
