"""The last look before sending, and that nothing is ever sent twice."""

import threading
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.db import connection

from bookings.availability.models import HoldCell
from bookings.booking_requests import sending
from bookings.booking_requests.errors import ForbiddenMove, NotFree
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import State, What, Why
from bookings.catalog.models import Room
from bookings.feeds.actions import refresh_feed
from portal.embedded import models as upstream_rows
from portal.workways.connect import workways
from tests.bookings.booking_requests.guests import MONDAY_START, Guest, code_to, kinds_to, title, utc
from tests.conftest import StoppedClock
from tests.factories import make_booking_request, make_hold
from tests.portal.embedded.world import KNOWN, World, make_meeting
from tests.support import transports
from tests.support.transports import MEETING_REQUEST, Recording


def test_slot_that_the_live_calendar_shows_as_taken_is_not_sent(world: World, room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room, subject="Quarterly Review")
    make_meeting(world.seine, MONDAY_START)

    guest.book()

    assert title(guest) == "This time has just been taken"
    assert "everything you typed comes along" in guest.html
    assert "€45" in guest.html
    assert guest.html.count('name="slot"') >= 1
    assert upstream.sent_to(MEETING_REQUEST) == []
    assert (guest.request.state, guest.request.hold) == (State.READY, None)
    assert not HoldCell.objects.exists()
    guest.press_slot().book()
    assert (guest.request.state, guest.request.subject) == (State.BOOKED, "Quarterly Review")
    assert [mail for mail in kinds_to(KNOWN) if mail == "prove_address"] == ["prove_address"]


def test_uids_of_the_calendar_are_noted_before_sending(world: World, room: Room, upstream: Recording) -> None:
    make_meeting(world.seine, MONDAY_START + timedelta(hours=2))

    guest = Guest(KNOWN).begin(room).book()

    assert len(guest.request.known_uids) == 1
    assert guest.request.known_uids[0].endswith("@workways.com")


def test_price_that_moved_is_shown_before_anything_is_sent(world: World, room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room)
    upstream_rows.Room.objects.filter(pk=world.seine.pk).update(hour_minor=5000)

    guest.book()

    assert guest.page.status_code == 409
    assert "It was €45 and is now €50." in guest.html
    assert upstream.sent_to(MEETING_REQUEST) == []
    assert guest.request.state == State.READY
    assert [event.note for event in guest.request.events.filter(what=What.PRICE_MOVED)] == ["45 EUR -> 50 EUR"]
    guest.book()
    assert (guest.request.state, guest.request.price_minor) == (State.BOOKED, 5000)


def test_estimate_never_overrules_the_price_that_was_named(room: Room, settings: Any) -> None:
    guest = Guest(KNOWN).begin(room)
    Room.objects.update(hour_minor=9900)
    settings.WORKWAYS_TRANSPORT = transports.server_error("/api/room-price")

    guest.book()

    assert (guest.request.state, guest.request.price_minor) == (State.BOOKED, 4500)


def test_page_of_another_tab_books_nothing_that_it_did_not_show(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room)
    shown_first = guest.request.price_fingerprint
    guest.post("slot", slot="2026-01-13T09:00:00Z/60")

    guest.book(seen=shown_first)

    assert "This request was changed in another window" in guest.html
    assert upstream.sent_to(MEETING_REQUEST) == []
    assert guest.book().request.state == State.BOOKED
    assert upstream.sent_to(MEETING_REQUEST)[0]["bookedAt"] == "2026-01-13T09:00:00Z"


def test_slot_changed_in_another_tab_while_it_is_checked_is_not_sent(room: Room, settings: Any) -> None:
    guest = Guest(KNOWN).begin(room)
    other_tab = Guest(KNOWN, client=guest.client, reference=guest.reference)

    def change(request: httpx.Request) -> httpx.Response:
        settings.WORKWAYS_TRANSPORT = None
        other_tab.post("slot", slot="2026-01-13T09:00:00Z/60")
        return transports.embedded().handle_request(request)

    settings.WORKWAYS_TRANSPORT = transports.Troubled(change, fail_on="/api/user-info")

    guest.book()

    assert title(guest) == "Check and book"
    assert "Tuesday 13 January 2026, 10:00–11:00" in guest.html
    assert (guest.request.state, guest.request.start) == (State.READY, utc(13, 9))
    assert not upstream_rows.Meeting.objects.exists()


def test_refresh_and_second_press_send_nothing_more(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room)
    seen = guest.request.price_fingerprint
    code = code_to(KNOWN)

    for _press in range(3):
        guest.book(code=code, seen=seen)

    assert len(upstream.sent_to(MEETING_REQUEST)) == 1
    assert title(guest) == "Your room is booked"


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_send_once(room: Room, settings: Any) -> None:
    guest = Guest(KNOWN).begin(room)
    arrived = threading.Event()
    go_on = threading.Event()

    class Slow(Recording):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path == MEETING_REQUEST:
                arrived.set()
                go_on.wait(10)
            return super().handle_request(request)

    settings.WORKWAYS_TRANSPORT = Slow()
    seen = guest.request.price_fingerprint
    code = code_to(KNOWN)
    pages: list[str] = []

    def press() -> None:
        again = Guest(KNOWN, client=guest.client, reference=guest.reference)
        again.book(code=code, seen=seen)
        pages.append(title(again))
        connection.close()

    first = threading.Thread(target=press)
    first.start()
    assert arrived.wait(10)
    second = threading.Thread(target=press)
    second.start()
    second.join()
    go_on.set()
    first.join()

    assert pages == ["Your booking is being sent", "Your room is booked"]
    assert len(settings.WORKWAYS_TRANSPORT.sent_to(MEETING_REQUEST)) == 1
    assert upstream_rows.Meeting.objects.count() == 1


def test_sender_that_lost_its_claim_sends_nothing(room: Room, settings: Any, clock: StoppedClock) -> None:
    """Between the claim and the POST the program stood still for minutes, and settling took it for dead."""

    def settled_meanwhile(request: httpx.Request) -> httpx.Response:
        BookingRequest.objects.update(state=State.KEPT)
        return transports.embedded().handle_request(request)

    recording = Recording(transports.Troubled(settled_meanwhile, fail_on="/api/icsfeed"))
    settings.WORKWAYS_TRANSPORT = recording

    guest = Guest(KNOWN).begin(room).book()

    assert recording.sent_to(MEETING_REQUEST) == []
    assert guest.request.state == State.KEPT


def test_staff_send_a_kept_request(room: Room, settings: Any, clock: StoppedClock) -> None:
    settings.WORKWAYS_TRANSPORT = transports.unauthorized(MEETING_REQUEST)
    guest = Guest(KNOWN).begin(room).book()
    settings.WORKWAYS_TRANSPORT = None
    clock.forward(hours=1)

    sending.staff_send_again(request=guest.request, actor="Ada", now=clock())

    assert (guest.request.state, guest.request.refusal) == (State.BOOKED, "")
    assert kinds_to(KNOWN) == ["prove_address", "kept", "booked"]
    assert [(event.actor, event.state) for event in guest.request.events.all()][-2:] == [
        ("Ada", State.SENDING),
        ("system", State.BOOKED),
    ]


def test_staff_sending_an_archived_request_take_its_time_again(room: Room, upstream: Recording) -> None:
    guest = Guest("paul.archive@acme.example").begin(room).book()
    upstream_rows.User.objects.filter(email=guest.email).update(is_archived=False)

    sending.staff_send_again(request=guest.request, actor="Ada", now=guest.request.created_at)

    assert guest.request.state == State.BOOKED


def test_staff_send_nothing_when_the_time_is_taken(
    world: World, room: Room, settings: Any, clock: StoppedClock
) -> None:
    settings.WORKWAYS_TRANSPORT = transports.unauthorized(MEETING_REQUEST)
    guest = Guest(KNOWN).begin(room).book()
    settings.WORKWAYS_TRANSPORT = recording = Recording()
    make_meeting(world.seine, MONDAY_START)
    clock.forward(minutes=1)

    sending.staff_send_again(request=guest.request, actor="Ada", now=clock())

    assert (guest.request.state, guest.request.refusal) == (State.REFUSED, Why.SLOT_TAKEN)
    assert kinds_to(KNOWN) == ["prove_address", "kept", "refused"]
    assert recording.sent_to(MEETING_REQUEST) == []


def test_staff_are_told_when_somebody_else_holds_the_time(room: Room, clock: StoppedClock) -> None:
    refused = make_booking_request(room=room, start=MONDAY_START, state=State.REFUSED)
    make_hold(room=room, start=MONDAY_START)

    with pytest.raises(NotFree):
        sending.staff_send_again(request=refused, actor="Ada", now=clock())
    refused.refresh_from_db()
    assert refused.state == State.REFUSED


@pytest.mark.parametrize("state", sorted(set(State) - {State.KEPT, State.REFUSED, State.ARCHIVED}))
def test_staff_never_send_what_may_have_been_booked(room: Room, clock: StoppedClock, state: State) -> None:
    unclear = make_booking_request(room=room, start=MONDAY_START, state=state)

    with pytest.raises(ForbiddenMove):
        sending.staff_send_again(request=unclear, actor="Ada", now=clock())


def test_mirror_shows_a_booking_right_after_it(room: Room, upstream: Recording, clock: StoppedClock) -> None:
    Guest(KNOWN).begin(room).book()
    room.feed.refresh_from_db()
    assert room.feed.due_at <= clock()

    clock.forward(minutes=1)
    refresh_feed(feed=room.feed, client=workways(), now=clock())

    assert room.busy_spans.count() == 1
