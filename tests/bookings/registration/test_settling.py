"""Registrations whose answer never came: looked up, never sent again, and staff in the end."""

import itertools
from typing import Any

import pytest

from bookings.registration.actions import move
from bookings.registration.errors import ForbiddenMove
from bookings.registration.models import Registration
from bookings.registration.sending import send
from bookings.registration.settling import settle_due, staff_settle
from bookings.registration.states import MOVES, Event, RegistrationState
from bookings.registration.tasks import settle
from portal.embedded.models import Organization, User
from tests.bookings.registration.conftest import mail_text, mails
from tests.bookings.registration.test_sending import filled_in, history, waiting_request
from tests.factories import make_registration
from tests.support import transports
from tests.support.transports import REGISTER, USER_INFO, Recording
from tests.support.world import KNOWN, NEW, World


def unclear(world: World, clock: Any, settings: Any, *, commits: bool, **fields: Any) -> Registration:
    """A registration that was sent and got no answer."""
    make = transports.commits_then_drops if commits else transports.drops
    settings.WORKWAYS_TRANSPORT = make(REGISTER)
    registration = filled_in(world, **fields)
    send(registration=registration, now=clock.instant)
    settings.WORKWAYS_TRANSPORT = Recording()
    return registration


def test_registration_that_was_done_is_found_within_one_cycle(world: World, clock: Any, settings: Any) -> None:
    registration = unclear(world, clock, settings, commits=True)

    clock.forward(seconds=30)
    moved = settle_due(now=clock.instant)

    registration.refresh_from_db()
    assert moved == 1
    assert registration.state == RegistrationState.CREATED
    assert registration.organization_id == Organization.objects.get(name="Startup Neuf").id
    assert settings.WORKWAYS_TRANSPORT.calls == ["GET /api/user-info"]
    assert history(registration) == [Event.SENDING, Event.OUTCOME_UNKNOWN, Event.SEEN_AT_WORKWAYS]
    assert mails() == ["from_workways", "registration_being_confirmed", "registration_created"]


def test_linked_meeting_moves_on_when_the_registration_is_found(world: World, clock: Any, settings: Any) -> None:
    request = waiting_request(world, clock)
    unclear(world, clock, settings, commits=True, booking_request=request, site=None)

    clock.forward(seconds=30)
    settle_due(now=clock.instant)

    request.refresh_from_db()
    assert request.state == "verification_needed"


def test_company_of_another_name_means_the_person_was_registered_before(
    world: World, clock: Any, settings: Any
) -> None:
    registration = unclear(world, clock, settings, commits=False, email=KNOWN)

    clock.forward(seconds=30)
    settle_due(now=clock.instant)

    registration.refresh_from_db()
    assert registration.state == RegistrationState.USER_EXISTS
    assert registration.organization_id == world.acme.id


def test_registration_that_was_not_done_ends_with_staff_and_is_never_sent_again(
    world: World, clock: Any, settings: Any
) -> None:
    registration = unclear(world, clock, settings, commits=False)

    for _ in range(60):
        clock.forward(minutes=5)
        settle_due(now=clock.instant)

    registration.refresh_from_db()
    assert registration.state == RegistrationState.BEING_CONFIRMED
    assert registration.settle_due_at is None
    assert history(registration)[-1] == Event.NOT_SEEN
    assert settings.WORKWAYS_TRANSPORT.calls == ["GET /api/user-info"] * 7
    assert not User.objects.filter(email=NEW).exists()


def test_person_without_a_company_is_no_answer_yet(world: World, clock: Any, settings: Any) -> None:
    registration = unclear(world, clock, settings, commits=False)
    User.objects.create(email=NEW, role="temp")

    clock.forward(seconds=30)
    settle_due(now=clock.instant)

    registration.refresh_from_db()
    assert registration.state == RegistrationState.BEING_CONFIRMED
    assert registration.settle_due_at > clock.instant


@pytest.mark.parametrize(
    "make", [transports.server_error, transports.refuses_connections, transports.rubbish, transports.unauthorized]
)
def test_look_that_fails_is_made_again_later(world: World, clock: Any, settings: Any, make: Any) -> None:
    registration = unclear(world, clock, settings, commits=True)
    settings.WORKWAYS_TRANSPORT = make(USER_INFO)

    clock.forward(seconds=30)
    settle_due(now=clock.instant)
    registration.refresh_from_db()
    state_meanwhile = registration.state
    settings.WORKWAYS_TRANSPORT = None
    clock.forward(minutes=2)
    settle_due(now=clock.instant)

    registration.refresh_from_db()
    assert state_meanwhile == RegistrationState.BEING_CONFIRMED
    assert registration.state == RegistrationState.CREATED


def test_sender_that_died_is_given_up_after_a_minute_and_looked_up(world: World, clock: Any, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = Recording()
    registration = filled_in(world)
    Registration.objects.filter(pk=registration.pk).update(
        state=RegistrationState.SENDING, sent_at=clock.instant, settle_due_at=clock.instant.replace(minute=1)
    )

    clock.forward(seconds=59)
    settle_due(now=clock.instant)
    registration.refresh_from_db()
    state_before = registration.state
    clock.forward(seconds=1)
    settle_due(now=clock.instant)
    settle_due(now=clock.instant)

    registration.refresh_from_db()
    assert state_before == RegistrationState.SENDING
    assert registration.state == RegistrationState.BEING_CONFIRMED
    assert history(registration) == [Event.WORKER_LOST]
    assert mails() == ["registration_being_confirmed"]
    assert settings.WORKWAYS_TRANSPORT.calls == ["GET /api/user-info"]


def test_answer_that_comes_after_the_sender_was_given_up_leaves_a_line_for_staff(
    world: World, clock: Any, settings: Any
) -> None:
    registration = filled_in(world)

    class SettlesMeanwhile(Recording):
        """The upstream takes so long that settling comes first."""

        def handle_request(self, request: Any) -> Any:
            if request.url.path == REGISTER:
                clock.forward(minutes=2)
                settle_due(now=clock.instant)
            return super().handle_request(request)

    settings.WORKWAYS_TRANSPORT = SettlesMeanwhile()
    send(registration=registration, now=clock.instant)

    assert registration.state == RegistrationState.BEING_CONFIRMED
    last = registration.events.order_by("pk").last()
    assert last is not None
    assert last.what == Event.ANSWERED
    assert last.note.startswith("created: Organization registered")
    clock.forward(minutes=1)
    settle_due(now=clock.instant)
    registration.refresh_from_db()
    assert registration.state == RegistrationState.CREATED


def test_task_settles_and_does_no_harm_twice(world: World, clock: Any, settings: Any) -> None:
    registration = unclear(world, clock, settings, commits=True)

    clock.forward(seconds=30)
    settle()
    settle()

    registration.refresh_from_db()
    assert registration.state == RegistrationState.CREATED
    assert mails().count("registration_created") == 1


@pytest.mark.parametrize("to", [RegistrationState.CREATED, RegistrationState.USER_EXISTS, RegistrationState.REFUSED])
def test_staff_settle_with_a_reason_and_the_guest_is_told(
    world: World, clock: Any, settings: Any, to: RegistrationState
) -> None:
    registration = unclear(world, clock, settings, commits=False)

    staff_settle(registration=registration, to=to, actor="Sam", reason="Asked Workways by phone.", now=clock.instant)

    event = registration.events.last()
    assert event is not None
    assert registration.state == to
    assert registration.handled_at == clock.instant
    assert (event.actor, event.what, event.note) == ("Sam", Event.SETTLED_BY_STAFF, "Asked Workways by phone.")
    assert mails()[-1] == f"registration_{'exists' if to == RegistrationState.USER_EXISTS else to}"
    if to == RegistrationState.REFUSED:
        assert "Asked Workways by phone." in mail_text()


def test_staff_cannot_settle_what_is_done(world: World, clock: Any) -> None:
    registration = filled_in(world, state=RegistrationState.CREATED)

    with pytest.raises(ForbiddenMove):
        staff_settle(
            registration=registration, to=RegistrationState.REFUSED, actor="Sam", reason="No.", now=clock.instant
        )


@pytest.mark.django_db
def test_exactly_the_moves_of_the_table_are_possible(clock: Any) -> None:
    possible = set()

    for come_from, to in itertools.product(RegistrationState, RegistrationState):
        registration = make_registration(state=come_from)
        try:
            move(registration=registration, to=to, actor="Sam", what=Event.SETTLED_BY_STAFF, now=clock.instant)
        except ForbiddenMove:
            assert registration.events.count() == 0
        else:
            assert (registration.state, registration.events.count()) == (to, 1)
            possible.add((come_from, to))

    assert possible == {(come_from, to) for come_from, targets in MOVES.items() for to in targets}
