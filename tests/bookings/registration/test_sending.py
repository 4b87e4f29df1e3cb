"""One sending, and a page, a mail and a next step for each of its answers and failures."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import State
from bookings.core.answers import Standing
from bookings.links.actions import record_proof
from bookings.links.queries import standing_of_address
from bookings.registration import actions
from bookings.registration.errors import NotOpen
from bookings.registration.models import Registration
from bookings.registration.sending import send, staff_send_again
from bookings.registration.states import Event, RegistrationState, Trouble
from portal.embedded.models import Meeting, Organization, User
from portal.workways import MeetingRequest, RegistrationRequired
from portal.workways.connect import workways
from tests.bookings.registration.conftest import Browser, mail_text, mails
from tests.factories import make_booking_request, make_registration
from tests.support import transports
from tests.support.transports import REGISTER
from tests.support.world import ARCHIVED, KNOWN, NEW, World


def filled_in(world: World, **fields: Any) -> Registration:
    """A registration with every step done, for the site of the world."""
    values: dict[str, Any] = {"email": NEW, "site": world.mirrored.site, "company": "Startup Neuf"}
    return make_registration(**(values | {"phone": "+33612345678"} | fields))


def waiting_request(world: World, clock: Any) -> BookingRequest:
    """A booking request that Workways took and that waits for its company."""
    request = make_booking_request(
        room=world.mirrored, state=State.REGISTRATION_NEEDED, email=NEW, name="Nina Neuf", proved_at=clock.instant
    )
    answer = workways().request_meeting(
        MeetingRequest(
            contact_email=NEW,
            room_id=world.seine.id,
            start=request.start,
            duration_minutes=request.span.minutes,
        )
    )
    assert isinstance(answer, RegistrationRequired)
    BookingRequest.objects.filter(pk=request.pk).update(workways_id=answer.meeting_request_id)
    request.refresh_from_db()
    return request


def history(registration: Registration) -> list[str]:
    return [event.what for event in registration.events.all()]


def test_new_company_is_created(world: World, clock: Any) -> None:
    registration = filled_in(world, company_number="73282932000074")

    send(registration=registration, now=clock.instant)

    organization = Organization.objects.get(name="Startup Neuf")
    assert registration.state == RegistrationState.CREATED
    assert registration.organization_id == organization.id
    assert registration.user_id == User.objects.get(email=NEW).id
    assert registration.sent_at == clock.instant
    assert registration.identity == {
        "source": "insee_siret",
        "confidence": 100,
        "verified_name": "STARTUP NEUF",
        "verified_number": "73282932000074",
    }
    assert history(registration) == [Event.SENDING, Event.ANSWERED]
    assert mails() == ["from_workways", "registration_created"]
    assert "it belongs to STARTUP NEUF" in mail_text()


def test_known_company_is_updated(world: World, clock: Any) -> None:
    registration = filled_in(world, company="ACME corp")

    send(registration=registration, now=clock.instant)

    assert registration.state == RegistrationState.UPDATED
    assert registration.organization_id == world.acme.id
    assert mails() == ["from_workways", "registration_updated"]


def test_registered_person_is_told_so_and_counts_as_known(world: World, clock: Any) -> None:
    registration = filled_in(world, email=KNOWN)
    record_proof(browser_key=registration.browser_key, email=KNOWN, now=clock.instant)

    send(registration=registration, now=clock.instant)

    assert registration.state == RegistrationState.USER_EXISTS
    assert registration.organization_id == world.acme.id
    assert mails(KNOWN) == ["registration_exists"]
    standing = standing_of_address(browser_key=registration.browser_key, email=KNOWN, now=clock.instant)
    assert standing == Standing.KNOWN


def test_meeting_that_waits_is_linked_and_moves_on(world: World, clock: Any) -> None:
    request = waiting_request(world, clock)
    registration = actions.begin_from_request(request=request, browser_key=request.browser_key, now=clock.instant)
    actions.save_step(
        registration=registration,
        values={"phone": "+33612345678", "company": "Startup Neuf", "users": 2},
        now=clock.instant,
    )

    send(registration=registration, now=clock.instant)

    request.refresh_from_db()
    assert (registration.first_name, registration.last_name, registration.country) == ("Nina", "Neuf", "fr")
    assert registration.state == RegistrationState.CREATED
    assert registration.meetings_updated == 1
    assert Meeting.objects.get(id=request.workways_id).organization == Organization.objects.get(name="Startup Neuf")
    assert request.state == State.VERIFICATION_NEEDED
    assert "Your meeting is confirmed as soon as you have done so." in mail_text()


def test_meeting_that_waits_no_more_is_not_named_again(world: World, clock: Any, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = recording = transports.Recording()
    request = make_booking_request(
        room=world.mirrored, state=State.EXPIRED, email=NEW, proved_at=clock.instant, workways_id="d" * 24
    )
    registration = filled_in(world, booking_request=request, site=None)

    send(registration=registration, now=clock.instant)

    (sent,) = recording.sent_to(REGISTER)
    assert "meetingId" not in sent
    assert sent["siteId"] == world.site.id
    assert registration.state == RegistrationState.CREATED


def test_refusal_is_shown_as_workways_words_it_and_can_be_corrected(world: World, clock: Any, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = trouble = transports.rejects_in_french(REGISTER)
    registration = filled_in(world)

    send(registration=registration, now=clock.instant)
    refused_state = registration.state
    trouble.heal()
    clock.forward(minutes=1)
    actions.save_step(registration=registration, values={"company": "Startup Neuf SAS"}, now=clock.instant)
    send(registration=registration, now=clock.instant)

    assert refused_state == RegistrationState.REFUSED
    assert registration.state == RegistrationState.CREATED
    assert registration.upstream_message.startswith("Organization registered")
    assert "registration_refused" in mails()
    assert "Le numéro de société n'a pas pu être vérifié" in mail_text(NEW, "registration_refused")


def test_archived_person_is_refused_with_the_reason(world: World, clock: Any) -> None:
    registration = filled_in(world, email=ARCHIVED)

    send(registration=registration, now=clock.instant)

    assert registration.state == RegistrationState.REFUSED
    assert "no longer valid" in registration.upstream_message


@pytest.mark.parametrize(
    ("make", "trouble"),
    [
        (transports.unauthorized, Trouble.UNAUTHORIZED),
        (transports.throttled, Trouble.THROTTLED),
        (transports.refuses_connections, Trouble.UNREACHABLE),
    ],
)
def test_what_was_surely_not_done_is_kept_for_the_team(
    world: World, clock: Any, settings: Any, make: Callable[..., Any], trouble: Trouble
) -> None:
    settings.WORKWAYS_TRANSPORT = make(REGISTER)
    registration = filled_in(world)

    send(registration=registration, now=clock.instant)

    assert registration.state == RegistrationState.KEPT
    assert registration.trouble == trouble
    assert registration.settle_due_at is None
    assert mails() == ["registration_kept"]
    assert not User.objects.filter(email=NEW).exists()


@pytest.mark.parametrize(
    "make",
    [
        transports.commits_then_drops,
        transports.drops,
        transports.times_out,
        transports.server_error,
        transports.rubbish,
        lambda path: transports.answers(200, {"retcode": 200, "status": "PARKED", "message": "?"}, path),
        lambda path: transports.answers(200, b"", path),
        lambda path: transports.answers(502, b"Bad gateway", path),
    ],
    ids=["commits then drops", "drops", "time-out", "500", "rubbish", "unknown status", "empty", "502"],
)
def test_what_may_have_been_done_is_being_confirmed_and_sent_once(
    world: World, clock: Any, settings: Any, make: Callable[..., Any]
) -> None:
    settings.WORKWAYS_TRANSPORT = trouble = make(REGISTER)
    registration = filled_in(world)

    send(registration=registration, now=clock.instant)
    send(registration=registration, now=clock.instant)

    assert registration.state == RegistrationState.BEING_CONFIRMED
    assert registration.settle_due_at > clock.instant
    assert trouble.calls == 1
    assert mails()[-1] == "registration_being_confirmed"
    assert Organization.objects.filter(name="Startup Neuf").count() <= 1


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (transports.unauthorized, "Nothing is lost"),
        (transports.refuses_connections, "Nothing is lost"),
        (transports.commits_then_drops, "register a second time meanwhile"),
        (transports.rejects_in_french, "Le numéro de société"),
        (lambda path: None, "One thing is left: set your password"),
    ],
)
@pytest.mark.parametrize("language", ["", "fr"])
def test_every_outcome_has_its_page(
    world: World, settings: Any, make: Callable[..., Any], words: str, language: str
) -> None:
    settings.WORKWAYS_TRANSPORT = make(REGISTER)
    browser = Browser(language)
    browser.begin(f"room={world.office.id}")
    browser.prove()
    browser.fill_in()

    browser.send()
    page = browser.get()

    assert page.status_code == 200
    if not language:
        assert words in page.content.decode().replace("&#39;", "'")


def test_steps_left_open_are_not_sent(world: World, clock: Any, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = recording = transports.Recording()

    for missing in ({"proved_at": None}, {"phone": ""}, {"company": ""}, {"users": None}):
        with pytest.raises(NotOpen):
            send(registration=filled_in(world, **missing), now=clock.instant)

    assert recording.calls == []


@pytest.mark.django_db(transaction=True)
def test_eight_presses_at_once_send_once(clock: Any, settings: Any) -> None:
    from tests.support.world import build_world

    world = build_world()
    settings.WORKWAYS_TRANSPORT = recording = transports.Recording()
    registration = filled_in(world)
    together = threading.Barrier(8, timeout=30)

    def press(mine: Registration) -> None:
        together.wait()
        try:
            send(registration=mine, now=clock.instant)
        finally:
            connection.close()

    # Read here, because a thread that waits for the others with a connection in hand may keep it from them.
    tabs = [Registration.objects.get(pk=registration.pk) for _ in range(8)]
    threads = [threading.Thread(target=press, args=(tab,)) for tab in tabs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    registration.refresh_from_db()
    assert recording.calls == ["POST /api/register"]
    assert registration.state == RegistrationState.CREATED
    assert Organization.objects.filter(name="Startup Neuf").count() == 1


def test_staff_send_again_what_was_kept(world: World, clock: Any, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = trouble = transports.unauthorized(REGISTER)
    registration = filled_in(world)
    send(registration=registration, now=clock.instant)

    trouble.heal()
    clock.forward(hours=1)
    staff_send_again(registration=registration, actor="Sam", now=clock.instant)

    assert registration.state == RegistrationState.CREATED
    assert registration.trouble == ""
    assert [event.actor for event in registration.events.all()] == ["guest", "system", "Sam", "system"]
    assert mails() == ["registration_kept", "from_workways", "registration_created"]


def test_staff_cannot_send_what_is_registered_or_still_being_typed(world: World, clock: Any) -> None:
    draft, done = filled_in(world), filled_in(world, state=RegistrationState.CREATED)

    for registration in (draft, done):
        with pytest.raises(NotOpen):
            staff_send_again(registration=registration, actor="Sam", now=clock.instant)


def test_failing_mail_does_not_look_like_a_failed_registration(world: World, clock: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    registration = filled_in(world)

    send(registration=registration, now=clock.instant)

    assert registration.state == RegistrationState.CREATED
