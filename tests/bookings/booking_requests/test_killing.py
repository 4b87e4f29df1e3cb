"""A sender that is killed with SIGKILL loses nothing and doubles nothing."""

import signal
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.db import connection

from bookings.booking_requests import actions, sending
from bookings.booking_requests.settling import settle_due
from bookings.booking_requests.states import State
from bookings.catalog.models import Room
from portal.embedded.models import Meeting
from tests.bookings.booking_requests.guests import Guest, kinds_to, title
from tests.conftest import StoppedClock
from tests.portal.embedded.world import KNOWN
from tests.support.transports import FEED, MEETING_REQUEST, Recording

pytestmark = pytest.mark.django_db(transaction=True)


def press_and_die(guest: Guest, clock: StoppedClock, path: str, moment: str) -> None:
    """Sends the guest's request in a process that is killed at that call."""
    actions.prove(request=guest.request, now=clock())
    name = str(connection.settings_dict["NAME"])
    module = "tests.bookings.booking_requests.killed_sender"
    died = subprocess.run(
        [sys.executable, "-m", module, name, clock().isoformat(), guest.reference, path, moment],
        cwd=django_settings.BASE_DIR,
        timeout=60,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL


def test_sender_killed_before_it_sent_leaves_a_request_that_staff_can_send(
    room: Room, upstream: Recording, clock: StoppedClock
) -> None:
    guest = Guest(KNOWN).begin(room)
    press_and_die(guest, clock, FEED, "before")
    assert title(guest.look()) == "Your booking is being sent"

    clock.forward(seconds=60)
    settle_due(now=clock())

    assert guest.request.state == State.KEPT
    assert not Meeting.objects.exists()
    sending.staff_send_again(request=guest.request, actor="Ada", now=clock())
    assert guest.request.state == State.BOOKED
    assert Meeting.objects.count() == 1


def test_sender_killed_after_the_upstream_booked_is_found_out(
    room: Room, upstream: Recording, clock: StoppedClock
) -> None:
    guest = Guest(KNOWN).begin(room)
    press_and_die(guest, clock, MEETING_REQUEST, "after")

    clock.forward(seconds=60)
    settle_due(now=clock())

    assert title(guest.look()) == "Your room is booked"
    assert Meeting.objects.count() == 1
    assert upstream.sent_to(MEETING_REQUEST) == []
    assert kinds_to(KNOWN) == ["prove_address", "being_confirmed", "booked"]


def test_sender_killed_while_the_upstream_did_nothing_is_never_sent_again_by_itself(
    room: Room, upstream: Recording, clock: StoppedClock
) -> None:
    guest = Guest(KNOWN).begin(room)
    press_and_die(guest, clock, MEETING_REQUEST, "before")

    for _look in range(10):
        clock.forward(minutes=10)
        settle_due(now=clock())

    assert guest.request.state == State.BEING_CONFIRMED
    assert not Meeting.objects.exists()
    assert upstream.sent_to(MEETING_REQUEST) == []
