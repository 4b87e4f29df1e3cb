"""Beginning a request: the hold, one request per click, other times when it can't be had."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from bookings.availability.models import Hold, HoldCell
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.settling import expire_due
from bookings.booking_requests.states import State, Why
from bookings.catalog.models import Room
from bookings.feeds.actions import refresh_feed
from portal.workways.connect import workways
from tests.bookings.booking_requests.guests import MONDAY, MONDAY_START, Guest, kinds_to, title
from tests.conftest import StoppedClock
from tests.portal.embedded.world import KNOWN, NEW, World, make_meeting
from tests.support.transports import Recording


def test_slot_is_held_for_ten_minutes_and_the_page_says_so(room: Room, upstream: Recording) -> None:
    guest = Guest(NEW).begin(room)

    assert title(guest) == "Check and book"
    assert "We keep this time for you until 10:10 (Paris time, UTC+1)." in guest.html
    assert "€45" in guest.html
    assert "14:00–15:00 (Paris time, UTC+1)" in guest.html
    assert (guest.request.price_minor, guest.request.price_is_exact) == (4500, True)


def test_same_browser_beginning_again_gets_the_same_request(room: Room, upstream: Recording) -> None:
    guest = Guest(NEW).begin(room)
    first = guest.reference

    guest.begin(room)

    assert guest.reference == first
    assert BookingRequest.objects.count() == Hold.objects.count() == 1
    assert kinds_to(NEW) == ["prove_address"]


def test_beginning_again_with_other_details_corrects_the_request(room: Room, upstream: Recording) -> None:
    guest = Guest(NEW).begin(room)

    guest.begin(room, name="Nina Neuve", people="6", subject="Board")

    assert (guest.request.name, guest.request.people, guest.request.subject) == ("Nina Neuve", 6, "Board")
    assert BookingRequest.objects.count() == 1


def test_other_address_for_the_same_slot_takes_the_place_of_the_mistyped_one(room: Room, upstream: Recording) -> None:
    guest = Guest("nina.neuf@startup.exampel").begin(room)
    mistyped = guest.reference
    guest.email = NEW

    guest.begin(room)

    assert guest.reference != mistyped
    assert (BookingRequest.objects.get(reference=mistyped).state, guest.request.email) == (State.EXPIRED, NEW)
    assert kinds_to(NEW) == ["prove_address"]


def test_other_slot_gives_the_former_one_back(room: Room, upstream: Recording) -> None:
    guest = Guest(NEW).begin(room)
    former = guest.reference

    guest.begin(room, start="16:00")

    replaced = BookingRequest.objects.get(reference=former)
    assert (replaced.state, replaced.refusal, replaced.hold) == (State.EXPIRED, Why.REPLACED, None)
    assert Hold.objects.count() == 1
    assert Guest(KNOWN).begin(room).page.status_code == 200


def test_form_sent_after_booking_leads_to_the_booking(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room).book()
    booked = guest.reference

    guest.begin(room)

    assert (guest.reference, guest.request.state) == (booked, State.BOOKED)
    assert BookingRequest.objects.count() == 1


def test_slot_held_by_somebody_else_is_refused_with_other_times(room: Room, upstream: Recording) -> None:
    Guest(KNOWN).begin(room)

    second = Guest(NEW).begin(room, subject="Quarterly Review")

    assert second.page.status_code == 409
    assert "Somebody else is booking this time right now." in second.html
    assert 'value="2026-01-12T14:00:00Z/60"' in second.html
    assert "€45" in second.html
    for typed in (NEW, "Nina Neuf", "Quarterly Review"):
        assert f'value="{typed}"' in second.html


def test_other_time_from_the_refusal_needs_nothing_typed_again(room: Room, upstream: Recording) -> None:
    Guest(KNOWN).begin(room)
    second = Guest(NEW)

    second.begin(room, slot="2026-01-12T14:00:00Z/60")

    assert title(second) == "Check and book"
    assert second.request.start == MONDAY_START.replace(hour=14)


def test_busy_slot_is_refused_with_other_times(
    world: World, room: Room, upstream: Recording, clock: StoppedClock
) -> None:
    make_meeting(world.seine, MONDAY_START)
    clock.forward(minutes=1)
    refresh_feed(feed=room.feed, client=workways(), now=clock())

    guest = Guest(NEW).begin(room)

    assert guest.page.status_code == 409
    assert "The room is taken at that time." in guest.html
    assert not BookingRequest.objects.exists()


def test_one_address_cannot_empty_a_calendar(room: Room, upstream: Recording) -> None:
    for start in ("09:00", "10:00", "11:00"):
        assert Guest(NEW).begin(room, start=start).reference

    fourth = Guest(NEW).begin(room, start="12:00")

    assert fourth.page.status_code == 409
    assert "3 slots are already held for this e-mail address." in fourth.html


def test_hold_can_be_extended_once(room: Room, upstream: Recording, clock: StoppedClock) -> None:
    guest = Guest(NEW).begin(room)
    clock.forward(minutes=5)

    guest.post("extend")
    assert "We keep this time for you until 10:20 (Paris time, UTC+1)." in guest.html
    assert "Keep it ten minutes longer" not in guest.html
    guest.post("extend")

    assert "that is as long as it goes" in guest.html
    assert "until 10:20" in guest.html


def test_given_up_slot_is_free_at_once(room: Room, upstream: Recording) -> None:
    guest = Guest(NEW).begin(room)

    guest.post("release")

    assert title(guest) == "This request has ended"
    assert "You gave this time back." in guest.html
    assert not HoldCell.objects.exists()
    assert Guest(KNOWN).begin(room).reference


def test_request_ends_when_its_hold_runs_out(room: Room, upstream: Recording, clock: StoppedClock) -> None:
    guest = Guest(NEW).begin(room)
    clock.forward(minutes=10)

    assert expire_due(now=clock()) == 1
    assert expire_due(now=clock()) == 0
    guest.look()

    assert (guest.request.state, guest.request.refusal) == (State.EXPIRED, Why.HOLD_RAN_OUT)
    assert "The time that we kept for you has run out." in guest.html
    ended = guest.reference
    guest.press_slot()
    assert (guest.request.state, guest.request.start) == (State.AWAITING_PROOF, MONDAY_START)
    assert (guest.reference != ended, guest.request.name) == (True, "Nina Neuf")


def test_late_guest_still_books_what_nobody_took(room: Room, upstream: Recording, clock: StoppedClock) -> None:
    guest = Guest(KNOWN).begin(room)
    clock.forward(minutes=11)
    guest.look()

    assert "We don't keep this time for you any more, but it is still free." in guest.html
    assert guest.book().request.state == State.BOOKED


def test_late_guest_whose_time_went_to_another_chooses_again(
    room: Room, upstream: Recording, clock: StoppedClock
) -> None:
    guest = Guest(KNOWN).begin(room)
    clock.forward(minutes=11)
    assert Guest(NEW).begin(room).reference

    guest.book()

    assert title(guest) == "This time has just been taken"
    assert guest.press_slot().book().request.state == State.BOOKED


def test_request_whose_time_was_lost_ends_after_half_an_hour(
    room: Room, upstream: Recording, clock: StoppedClock
) -> None:
    guest = Guest(KNOWN).begin(room)
    BookingRequest.objects.update(hold=None, refusal=Why.SLOT_TAKEN, settle_due_at=clock())
    clock.forward(seconds=1)

    expire_due(now=clock())

    assert guest.request.state == State.EXPIRED


@pytest.mark.django_db(transaction=True)
def test_double_click_of_a_new_visitor_makes_one_request(room: Room, upstream: Recording) -> None:
    data = {**MONDAY, "email": NEW, "name": "Nina", "people": "4"}
    pages: list[Any] = []
    gate = threading.Barrier(2)

    def click() -> None:
        client = Client()
        client.cookies["csrftoken"] = "a" * 32
        gate.wait()
        pages.append(client.post(f"/rooms/{room.workways_id}/book/", data))
        connection.close()

    threads = [threading.Thread(target=click) for _click in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [page.status_code for page in pages] == [302, 302]
    assert len({page.url for page in pages}) == 1
    assert BookingRequest.objects.count() == Hold.objects.count() == 1
    assert kinds_to(NEW) == ["prove_address"]


@pytest.mark.django_db(transaction=True)
def test_two_visitors_race_for_one_slot(room: Room, upstream: Recording) -> None:
    pages: list[Any] = []
    gate = threading.Barrier(4)

    def click(number: int) -> None:
        gate.wait()
        pages.append(Guest(f"guest{number}@example.org").begin(room).page.status_code)
        connection.close()

    threads = [threading.Thread(target=click, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(pages) == [200, 409, 409, 409]
    assert BookingRequest.objects.count() == Hold.objects.count() == 1
