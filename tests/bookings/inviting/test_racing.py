"""Several browsers at one link in the same moment: one uses it, the others are told."""

from functools import partial

import pytest

from bookings.availability.models import Hold
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import State
from bookings.catalog.models import Room
from bookings.inviting import actions, rules
from bookings.inviting.errors import InvitationError, MovedMeanwhile
from bookings.inviting.models import Invitation
from portal import clock
from tests.bookings.booking_requests.test_racing import run_at_once
from tests.bookings.inviting.recipients import MEMBER, MONDAY_SPAN, Recipient, prepare, send
from tests.factories import make_room
from tests.portal.embedded.world import KNOWN
from tests.support.transports import MEETING_REQUEST, Recording

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_limits")]


@pytest.mark.parametrize("wants_hold", [True, False], ids=["kept", "not kept"])
def test_one_of_those_who_press_at_once_books(room: Room, upstream: Recording, wants_hold: bool) -> None:
    send(room, wants_hold=wants_hold)
    people = [Recipient().open() for _number in range(4)]

    run_at_once([partial(_press, one) for one in people])

    assert [(booking.state, booking.email) for booking in BookingRequest.objects.all()] == [(State.BOOKED, KNOWN)]
    assert len(upstream.sent_to(MEETING_REQUEST)) == 1
    assert [one.title for one in people].count("Your room is booked") == 1


def _press(one: Recipient) -> None:
    one.press()


def test_one_of_two_who_send_at_once_sends(room: Room) -> None:
    draft = prepare(room, wants_hold=True)
    refused: list[str] = []

    def send_it() -> None:
        try:
            actions.send(invitation=draft, member_id=MEMBER, now=clock.now())
        except MovedMeanwhile as error:
            refused.append(str(error))

    run_at_once([send_it] * 4)

    assert refused == [draft.reference] * 3
    assert Invitation.objects.get().sendings == 1
    assert Hold.objects.count() == 1


def test_links_sent_at_once_keep_no_more_than_a_member_may(room: Room) -> None:
    rooms = [make_room(site=room.site) for _number in range(rules.MOST_HELD_PER_MEMBER + 3)]
    drafts = [
        prepare(one, span=MONDAY_SPAN, wants_hold=True, email=f"guest{number}@example.org")
        for number, one in enumerate(rooms)
    ]

    def send_it(draft: Invitation) -> None:
        try:
            actions.send(invitation=draft, member_id=MEMBER, now=clock.now())
        except InvitationError:
            return

    run_at_once([partial(send_it, draft) for draft in drafts])

    assert Hold.objects.count() == rules.MOST_HELD_PER_MEMBER
