"""Finding out what became of a request, without ever sending it again."""

from datetime import timedelta
from typing import Any

import pytest

from bookings.booking_requests import actions, settling
from bookings.booking_requests.errors import ForbiddenMove
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.rules import STALE_SENDING
from bookings.booking_requests.states import State, What, Why
from bookings.catalog.models import Room
from bookings.core.answers import Standing
from bookings.feeds.actions import refresh_feed
from portal.embedded.models import Meeting, MeetingState, User
from portal.workways.connect import workways
from tests.bookings.booking_requests.guests import MONDAY_START, Guest, kinds_to, title
from tests.conftest import StoppedClock
from tests.factories import make_booking_request
from tests.portal.embedded.world import KNOWN, NEW, TEMPORARY, World, make_meeting
from tests.support import transports
from tests.support.transports import MEETING_REQUEST, Recording


def test_booking_that_was_done_but_not_answered_is_found(room: Room, settings: Any, clock: StoppedClock) -> None:
    settings.WORKWAYS_TRANSPORT = Recording(transports.commits_then_drops(MEETING_REQUEST))
    guest = Guest(KNOWN).begin(room).book()
    assert guest.request.state == State.BEING_CONFIRMED

    clock.forward(seconds=20)
    settling.settle_due(now=clock())
    settling.settle_due(now=clock())

    assert title(guest.look()) == "Your room is booked"
    assert Meeting.objects.count() == 1
    assert len(settings.WORKWAYS_TRANSPORT.sent_to(MEETING_REQUEST)) == 1
    assert kinds_to(KNOWN) == ["prove_address", "being_confirmed", "booked"]
    assert guest.request.events.last().what == What.SEEN_IN_FEED


def test_new_company_whose_request_was_taken_but_not_answered_is_led_to_its_registration(
    room: Room, settings: Any, clock: StoppedClock
) -> None:
    settings.WORKWAYS_TRANSPORT = transports.commits_then_drops(MEETING_REQUEST)
    guest = Guest(NEW).begin(room).book()

    clock.forward(seconds=20)
    settling.settle_due(now=clock())

    assert title(guest.look()) == "One step left: register your company"
    assert Meeting.objects.count() == 1
    assert kinds_to(NEW) == ["prove_address", "being_confirmed", "registration_needed"]


def test_person_who_was_unfinished_before_proves_nothing(room: Room, settings: Any, clock: StoppedClock) -> None:
    settings.WORKWAYS_TRANSPORT = transports.drops(MEETING_REQUEST)
    guest = Guest(TEMPORARY).begin(room).book()

    clock.forward(seconds=20)
    settling.settle_due(now=clock())

    assert guest.request.state == State.BEING_CONFIRMED


def test_looks_grow_rarer_and_end_with_the_meeting(room: Room, settings: Any, clock: StoppedClock) -> None:
    settings.WORKWAYS_TRANSPORT = transports.drops(MEETING_REQUEST)
    guest = Guest(KNOWN).begin(room).book()
    waits = []
    for _look in range(8):
        due = guest.request.settle_due_at
        waits.append((due - clock()).total_seconds())
        clock.set(due)
        settling.settle_due(now=clock())
    clock.set(guest.request.end + timedelta(hours=2))
    settling.settle_due(now=clock())

    assert waits == [20, 40, 60, 120, 300, 600, 1800, 3600]
    assert (guest.request.state, guest.request.settle_due_at) == (State.BEING_CONFIRMED, None)
    assert kinds_to(KNOWN) == ["prove_address", "being_confirmed"]


def test_unreadable_calendar_only_puts_the_look_off(room: Room, settings: Any, clock: StoppedClock) -> None:
    settings.WORKWAYS_TRANSPORT = transports.commits_then_drops(MEETING_REQUEST)
    guest = Guest(KNOWN).begin(room).book()
    settings.WORKWAYS_TRANSPORT = transports.server_error()
    clock.forward(seconds=20)

    settling.settle_due(now=clock())
    assert (guest.request.state, guest.request.settle_attempts) == (State.BEING_CONFIRMED, 1)

    settings.WORKWAYS_TRANSPORT = None
    clock.forward(seconds=40)
    settling.settle_due(now=clock())
    assert guest.request.state == State.BOOKED


def test_meeting_of_the_same_time_that_was_there_before_is_not_ours(
    world: World, room: Room, clock: StoppedClock
) -> None:
    moved = make_meeting(world.seine, MONDAY_START)
    request = make_booking_request(
        room=room,
        start=MONDAY_START,
        state=State.BEING_CONFIRMED,
        sent_at=clock(),
        settle_due_at=clock(),
        known_uids=[f"{moved.pk}@workways.com"],
    )
    clock.forward(seconds=1)

    settling.settle_due(now=clock())

    request.refresh_from_db()
    assert request.state == State.BEING_CONFIRMED


def test_worker_killed_before_sending_leaves_a_kept_request(room: Room, clock: StoppedClock) -> None:
    request = make_booking_request(
        room=room, state=State.SENDING, sent_at=None, settle_due_at=clock() + STALE_SENDING, email=KNOWN
    )
    settling.settle_due(now=clock())
    request.refresh_from_db()
    assert request.state == State.SENDING

    clock.forward(seconds=60)
    settling.settle_due(now=clock())

    request.refresh_from_db()
    assert request.state == State.KEPT
    assert kinds_to(KNOWN) == ["kept"]


def test_worker_killed_while_sending_is_settled_from_the_calendar(
    world: World, room: Room, upstream: Recording, clock: StoppedClock
) -> None:
    request = make_booking_request(
        room=room,
        start=MONDAY_START,
        state=State.SENDING,
        sent_at=clock(),
        settle_due_at=clock() + STALE_SENDING,
        email=KNOWN,
    )
    make_meeting(world.seine, MONDAY_START)
    clock.forward(seconds=60)

    settling.settle_due(now=clock())

    request.refresh_from_db()
    assert request.state == State.BOOKED
    assert kinds_to(KNOWN) == ["being_confirmed", "booked"]
    assert upstream.sent_to(MEETING_REQUEST) == []


def registered(guest: Guest, clock: StoppedClock) -> None:
    """The company registers and activates its account, so Workways confirms the meeting."""
    actions.registration_done(request=guest.request, now=clock())
    User.objects.filter(email=guest.email).update(role="principal-admin", verified_at=clock())
    Meeting.objects.filter(pk=guest.request.workways_id).update(state=MeetingState.CONFIRMED, updated_at=clock())


def test_meeting_of_a_new_company_is_booked_once_the_calendar_shows_it(
    room: Room, upstream: Recording, clock: StoppedClock
) -> None:
    guest = Guest(NEW).begin(room).book()
    clock.forward(minutes=1)
    registered(guest, clock)
    assert title(guest.look()) == "One step left: activate your account"

    refresh_feed(feed=room.feed, client=workways(), now=clock())
    settling.settle_due(now=clock())

    assert title(guest.look()) == "Your room is booked"
    assert kinds_to(NEW)[-1] == "booked"
    assert guest.request.hold is None


def test_room_is_read_sooner_while_a_company_is_awaited(room: Room, upstream: Recording, clock: StoppedClock) -> None:
    guest = Guest(NEW).begin(room).book()
    clock.forward(minutes=5)
    refresh_feed(feed=room.feed, client=workways(), now=clock())
    actions.registration_done(request=guest.request, now=clock())
    clock.forward(seconds=90)

    settling.settle_due(now=clock())

    room.feed.refresh_from_db()
    assert room.feed.due_at == clock()


def test_time_that_went_to_somebody_else_meanwhile_is_told(
    world: World, room: Room, upstream: Recording, clock: StoppedClock
) -> None:
    guest = Guest(NEW).begin(room).book()
    Meeting.objects.update(state=MeetingState.LAPSED)
    Meeting.objects.get().cells.all().delete()
    make_meeting(world.seine, MONDAY_START)
    clock.forward(minutes=1)
    refresh_feed(feed=room.feed, client=workways(), now=clock())

    settling.settle_due(now=clock())

    assert (guest.request.state, guest.request.refusal) == (State.REFUSED, Why.SLOT_TAKEN)
    assert kinds_to(NEW)[-1] == "refused"


def test_request_whose_company_never_registered_ends_with_its_time(
    room: Room, upstream: Recording, clock: StoppedClock
) -> None:
    guest = Guest(NEW).begin(room).book()
    clock.set(MONDAY_START)

    settling.expire_due(now=clock())
    settling.expire_due(now=clock())

    assert (guest.request.state, guest.request.refusal) == (State.EXPIRED, Why.START_PASSED)
    assert guest.request.hold is None
    assert kinds_to(NEW)[-1] == "request_expired"


@pytest.mark.parametrize(
    ("outcome", "state", "kind"), [("booked", State.BOOKED, "booked"), ("not_booked", State.REFUSED, "refused")]
)
def test_staff_settle_what_nobody_else_can(
    room: Room, clock: StoppedClock, outcome: Any, state: State, kind: str
) -> None:
    request = make_booking_request(room=room, state=State.BEING_CONFIRMED, email=KNOWN)

    settling.staff_settle(request=request, outcome=outcome, actor="Ada", reason="Called Workways.", now=clock())

    request.refresh_from_db()
    assert request.state == state
    assert kinds_to(KNOWN) == [kind]
    told = request.events.get()
    assert (told.actor, told.what, told.note) == ("Ada", What.SETTLED_BY_STAFF, "Called Workways.")


def test_staff_cannot_settle_what_is_over(room: Room, clock: StoppedClock) -> None:
    booked = make_booking_request(room=room, state=State.BOOKED)

    with pytest.raises(ForbiddenMove):
        settling.staff_settle(request=booked, outcome="not_booked", actor="Ada", reason="", now=clock())


def test_registration_that_is_told_twice_moves_once(room: Room, clock: StoppedClock) -> None:
    request = make_booking_request(room=room, state=State.REGISTRATION_NEEDED, standing=Standing.NEW)

    for _time in range(2):
        actions.registration_done(request=request, now=clock())

    assert BookingRequest.objects.get().state == State.VERIFICATION_NEEDED
    assert request.events.count() == 1


def test_time_that_is_over_is_held_no_longer(room: Room, settings: Any, clock: StoppedClock) -> None:
    settings.WORKWAYS_TRANSPORT = transports.unauthorized(MEETING_REQUEST)
    guest = Guest(KNOWN).begin(room).book()
    assert guest.request.hold is not None
    clock.set(guest.request.end)

    settling.settle_due(now=clock())

    assert (guest.request.state, guest.request.hold) == (State.KEPT, None)


def test_company_that_never_activated_its_account_is_told_when_the_time_is_over(
    room: Room, upstream: Recording, clock: StoppedClock
) -> None:
    guest = Guest(NEW).begin(room).book()
    actions.registration_done(request=guest.request, now=clock())
    clock.set(guest.request.end)

    settling.expire_due(now=clock())

    assert (guest.request.state, guest.request.refusal) == (State.EXPIRED, Why.START_PASSED)
    assert kinds_to(NEW)[-1] == "request_expired"


def test_waiting_page_asks_by_itself_and_loads_anew_when_the_state_moved(
    room: Room, settings: Any, clock: StoppedClock
) -> None:
    settings.WORKWAYS_TRANSPORT = transports.commits_then_drops(MEETING_REQUEST)
    guest = Guest(KNOWN).begin(room).book()
    address = f"/booking/{guest.reference}/?was=being_confirmed"
    assert f'hx-get="{address}"' in guest.html

    before = guest.client.get(address, headers={"HX-Request": "true"})
    clock.forward(seconds=20)
    settling.settle_due(now=clock())
    after = guest.client.get(address, headers={"HX-Request": "true"})

    assert "HX-Refresh" not in before
    assert after["HX-Refresh"] == "true"
