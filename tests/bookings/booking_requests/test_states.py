"""The table of moves, and the one function that makes them."""

from itertools import product

import pytest

from bookings.booking_requests.actions import SYSTEM, move
from bookings.booking_requests.errors import ForbiddenMove, MovedMeanwhile
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.pages import PAGES, words_of
from bookings.booking_requests.rules import DROPS_HOLD, KEEPS_HOLD
from bookings.booking_requests.states import FINAL, MOVES, NEEDS_STAFF, OPEN, UNSENT, State, What, Why
from tests.conftest import StoppedClock
from tests.factories import make_booking_request, make_room

# Written down once more, so that a change of the table is a decision and no slip.
EXPECTED = {
    ("awaiting_proof", "ready"),
    ("awaiting_proof", "expired"),
    ("ready", "sending"),
    ("ready", "kept"),
    ("ready", "expired"),
    ("sending", "ready"),
    ("sending", "booked"),
    ("sending", "registration_needed"),
    ("sending", "archived"),
    ("sending", "refused"),
    ("sending", "kept"),
    ("sending", "being_confirmed"),
    ("being_confirmed", "booked"),
    ("being_confirmed", "registration_needed"),
    ("being_confirmed", "refused"),
    ("being_confirmed", "kept"),
    ("kept", "sending"),
    ("kept", "booked"),
    ("kept", "refused"),
    ("kept", "expired"),
    ("registration_needed", "verification_needed"),
    ("registration_needed", "booked"),
    ("registration_needed", "refused"),
    ("registration_needed", "expired"),
    ("verification_needed", "booked"),
    ("verification_needed", "refused"),
    ("verification_needed", "expired"),
    ("refused", "sending"),
    ("refused", "booked"),
    ("archived", "sending"),
}


def test_every_state_has_its_moves_its_page_and_its_sets() -> None:
    assert set(MOVES) == set(PAGES) == set(State)
    assert set(State) == OPEN | FINAL
    assert set() == OPEN & FINAL
    assert set(State) == UNSENT | KEEPS_HOLD | DROPS_HOLD
    assert NEEDS_STAFF <= OPEN


def test_what_may_have_been_booked_is_never_sent_again() -> None:
    leads_to_sending = {state for state in State if State.SENDING in MOVES[state]}

    assert leads_to_sending == {State.READY, State.KEPT, State.REFUSED, State.ARCHIVED}


@pytest.mark.django_db
def test_moves_are_exactly_those_of_the_table(clock: StoppedClock) -> None:
    room = make_room()
    made = set()
    for number, (before, after) in enumerate(product(State, State)):
        request = make_booking_request(room=room, state=before, hold=None, reference=f"R{number:03}-TEST")
        try:
            move(request=request, to=after, actor=SYSTEM, what=What.ANSWERED, now=clock())
        except ForbiddenMove:
            assert BookingRequest.objects.get(pk=request.pk).state == before
            assert not request.events.exists()
        else:
            assert BookingRequest.objects.get(pk=request.pk).state == after
            assert [event.state for event in request.events.all()] == [after]
            made.add((str(before), str(after)))

    assert made == EXPECTED


@pytest.mark.django_db
def test_of_two_movers_one_wins(clock: StoppedClock) -> None:
    request = make_booking_request(state=State.BEING_CONFIRMED)
    first, second = (BookingRequest.objects.get(pk=request.pk) for _reader in range(2))

    move(request=first, to=State.BOOKED, actor="Ada", what=What.SETTLED_BY_STAFF, now=clock())
    with pytest.raises(MovedMeanwhile):
        move(request=second, to=State.REFUSED, actor=SYSTEM, what=What.SLOT_LOST, now=clock())

    request.refresh_from_db()
    assert request.state == State.BOOKED
    assert request.hold is not None
    assert request.events.count() == 1


@pytest.mark.django_db
def test_open_requests_keep_their_hold_and_closed_ones_give_it_back(clock: StoppedClock) -> None:
    request = make_booking_request(state=State.READY)

    move(request=request, to=State.SENDING, actor="guest", what=What.SENDING, now=clock())
    assert request.hold is not None
    assert request.hold.expires_at is None
    move(request=request, to=State.REFUSED, actor=SYSTEM, what=What.ANSWERED, now=clock())

    assert request.hold is None


@pytest.mark.django_db
@pytest.mark.parametrize("why", list(Why))
def test_every_reason_has_its_words(why: Why) -> None:
    request = make_booking_request(state=State.REFUSED, refusal=why)

    assert str(words_of(request).reason).endswith(".")
    assert str(words_of(request).way_on).endswith(".")
