"""Erasing one person."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, connections

from bookings.audit.actions import SYSTEM
from bookings.audit.models import AuditRow
from bookings.audit.vocabulary import Act, Subject
from bookings.booking_requests.actions import move
from bookings.booking_requests.errors import MovedMeanwhile
from bookings.booking_requests.models import BookingRequest, GuestAsk
from bookings.booking_requests.notices import mail_state
from bookings.booking_requests.queries import to_remind_of, waits_for_staff
from bookings.booking_requests.states import Presence, State, What
from bookings.core.pseudonyms import is_pseudonym
from bookings.inviting.models import Invitation
from bookings.inviting.states import Step
from bookings.links.models import AddressProof, Link, ProvedAddress
from bookings.mail.actions import resend
from bookings.mail.models import MailState, OutboxMail
from bookings.mail.queries import open_body
from bookings.mail.sending import claim_next, send
from bookings.personal_data.actions import Erased, Reason, erase_person
from bookings.personal_data.errors import NeedsDecision, OutcomeOpen
from bookings.personal_data.queries import look_up
from bookings.registration.models import Registration
from bookings.registration.states import RegistrationState
from bookings.watching.models import SlotWatch
from bookings.watching.states import WatchState
from portal import clock as portal_clock
from tests.bookings.personal_data.people import CAMILLE, NAME, kept_of, make_person
from tests.conftest import StoppedClock
from tests.factories import make_booking_request
from tests.support.traces import places_with, rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def erase(email: str = CAMILLE, *, closes_open: bool = False) -> Erased | None:
    return erase_person(email=email, by=SYSTEM, reason=Reason.ASKED, closes_open=closes_open, now=portal_clock.now())


def test_nothing_of_the_person_stays_and_their_rows_do(clock: StoppedClock) -> None:
    request = make_person()
    figures = BookingRequest.objects.values("room", "start", "end", "state", "price_minor", "people", "created_at")
    before = list(figures)

    erased = erase()

    assert erased is not None
    for word in ("canari", "camille", "+33 6 12", "73282932000074"):
        assert places_with(word, rows()) == []
    assert list(figures) == before
    request.refresh_from_db()
    assert (request.name, request.email) == (erased.word, f"{erased.word}@erased.invalid")
    assert is_pseudonym(request.email)
    registration = Registration.objects.get()
    assert (registration.email, registration.company, registration.users) == (request.email, erased.word, 3)
    assert (AddressProof.objects.count(), ProvedAddress.objects.count()) == (0, 0)
    assert not Link.objects.filter(revoked_at=None).exists()
    assert SlotWatch.objects.get().state == WatchState.STOPPED
    invitation = Invitation.objects.get()
    assert (invitation.step, invitation.hold, invitation.email) == (Step.REVOKED, None, request.email)
    assert request.events.latest("pk").what == What.ERASED
    assert request.words.filter(word__istartswith=request.reference[:4]).exists()


def test_mails_that_left_are_emptied_and_those_that_wait_are_gone() -> None:
    make_person()

    erase()

    mails = OutboxMail.objects.all()
    assert [mail.state for mail in mails] == [MailState.SENT, MailState.SENT]
    assert {open_body(mail).text for mail in mails} == {""}
    assert all(is_pseudonym(mail.to) for mail in mails)


def test_somebody_else_is_left_alone() -> None:
    make_person()
    other = make_person("robin.rouge@example.org")
    before = BookingRequest.objects.filter(pk=other.pk).values().get()

    erase()

    assert BookingRequest.objects.filter(pk=other.pk).values().get() == before
    assert kept_of("robin.rouge@example.org")["mails"] == 2
    assert Link.objects.filter(email="robin.rouge@example.org", revoked_at=None).count() == 2


def test_address_is_found_in_any_case_and_in_what_was_written_of_others() -> None:
    make_booking_request(email="Camille.Canari@Example.org", state=State.EXPIRED)
    other = make_booking_request(email="robin@example.org", notes="Ask Camille.Canari@example.org, she knows.")

    erased = erase(" CAMILLE.canari@example.ORG ")

    assert erased is not None
    other.refresh_from_db()
    assert other.notes == f"Ask {erased.word}, she knows."
    assert places_with("camille.canari", rows()) == []


def test_second_time_finds_nothing_and_leaves_no_row() -> None:
    make_person()
    erase()
    left = AuditRow.objects.count()

    assert erase() is None
    assert AuditRow.objects.count() == left


def test_audit_keeps_that_it_happened_and_not_to_whom() -> None:
    make_person()

    erased = erase()

    row = AuditRow.objects.get()
    assert erased is not None
    assert (row.act, row.subject, row.reference) == (Act.ERASED, Subject.PERSON, erased.word)
    assert row.details == {"reason": "asked", "requests": 1, "registrations": 1, "watches": 1, "mails": 2}


@pytest.mark.parametrize("state", [State.SENDING, State.BEING_CONFIRMED])
def test_what_has_no_answer_yet_must_be_settled_first(state: State) -> None:
    request = make_person(state=state, is_over=False)

    with pytest.raises(OutcomeOpen, match=request.reference):
        erase(closes_open=True)

    assert kept_of(CAMILLE)["requests"] == 1


def test_registration_on_its_way_must_be_settled_first() -> None:
    make_person()
    Registration.objects.update(state=RegistrationState.SENDING)

    with pytest.raises(OutcomeOpen):
        erase(closes_open=True)


@pytest.mark.parametrize(
    "state", [State.AWAITING_PROOF, State.READY, State.KEPT, State.REGISTRATION_NEEDED, State.VERIFICATION_NEEDED]
)
def test_what_is_under_way_ends_by_a_decision_and_gives_its_time_back(state: State) -> None:
    request = make_person(state=state, is_over=False)

    with pytest.raises(NeedsDecision, match=request.reference):
        erase()
    untouched = kept_of(CAMILLE)["requests"]
    erase(closes_open=True)

    request.refresh_from_db()
    assert untouched == 1
    assert (request.state, request.hold, request.refusal) == (State.EXPIRED, None, "by_staff")
    assert places_with("canari", rows()) == []


def test_meeting_to_come_stays_by_a_decision_and_nobody_is_told_of_it(clock: StoppedClock) -> None:
    request = make_person(is_over=False)
    BookingRequest.objects.update(presence=Presence.SHOWN, changed_at=clock.instant)
    assert look_up(CAMILLE, now=clock.instant).coming == (request,)

    with pytest.raises(NeedsDecision):
        erase()
    erase(closes_open=True)

    request.refresh_from_db()
    assert request.state == State.BOOKED
    assert not to_remind_of(now=clock.instant, until=clock.instant + timedelta(days=9)).exists()
    assert not BookingRequest.objects.filter(waits_for_staff()).exists()
    mail_state(request, now=clock.instant)
    assert OutboxMail.objects.filter(state=MailState.QUEUED).count() == 0


def test_question_of_an_erased_guest_waits_for_nobody() -> None:
    request = make_person()
    request.asks.create(kind="question", message="And?")

    erase()

    assert not GuestAsk.objects.filter(handled_at=None).exists()


def test_worker_that_has_the_guest_in_hand_brings_nothing_back(clock: StoppedClock) -> None:
    request = make_person(state=State.REGISTRATION_NEEDED, is_over=False)
    in_hand = BookingRequest.objects.select_related("room__site", "hold").get(pk=request.pk)
    booked = make_person("robin@example.org")
    told = BookingRequest.objects.select_related("room__site").get(pk=booked.pk)

    erase(closes_open=True)
    erase("robin@example.org")

    with pytest.raises(MovedMeanwhile):
        move(request=in_hand, to=State.BOOKED, actor="system", what=What.SEEN_IN_FEED, now=clock.instant)
    mail_state(told, now=clock.instant + timedelta(hours=1))
    assert places_with("canari", rows()) == []
    assert kept_of("robin@example.org") == {}


def test_worker_that_is_sending_a_mail_meanwhile_is_not_disturbed(clock: StoppedClock) -> None:
    make_person()
    mail = claim_next(now=clock.instant)
    assert mail is not None

    erase()
    send(mail=mail)

    assert not OutboxMail.objects.filter(pk=mail.pk).exists()
    assert claim_next(now=clock.instant) is None


def test_erased_mail_is_sent_to_nobody_again(clock: StoppedClock) -> None:
    make_person()
    erase()

    is_queued = resend(mail=OutboxMail.objects.all()[0], actor="sofia", reason="Asked.", now=clock.instant)

    assert not is_queued
    assert claim_next(now=clock.instant) is None


def test_session_with_a_message_about_the_guest_ends() -> None:
    make_person()
    for text in (f"A link is on its way to {CAMILLE}.", "Nothing special."):
        session = SessionStore()
        session["_messages"] = text
        session.create()

    erase()

    assert [session.get_decoded() for session in Session.objects.all()] == [{"_messages": "Nothing special."}]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_mail_written_at_the_same_time_does_not_survive(clock: StoppedClock) -> None:
    """The worker has locked the request and writes its mail; erasing waits for it and takes the mail along."""
    request = make_person()
    is_locked, may_go_on = threading.Event(), threading.Event()
    failures: list[Any] = []

    def work() -> None:
        from django.db import transaction

        try:
            with transaction.atomic():
                found = BookingRequest.objects.select_for_update().get(pk=request.pk)
                is_locked.set()
                may_go_on.wait(10)
                mail_state(found, now=clock.instant)
        except Exception as error:  # noqa: BLE001 (told below)
            failures.append(error)
        finally:
            connections.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    assert is_locked.wait(10)
    eraser = threading.Thread(target=lambda: (erase(), connections.close_all()))
    eraser.start()
    eraser.join(0.5)
    assert eraser.is_alive()
    may_go_on.set()
    worker.join(20)
    eraser.join(20)

    assert failures == []
    assert kept_of(CAMILLE) == {}
    assert connection.vendor == "postgresql"


def test_member_of_the_team_keeps_the_account(clock: StoppedClock) -> None:
    from tests.factories.members import make_member

    member = make_member(email=CAMILLE)
    make_person()

    found = look_up(CAMILLE, now=clock.instant)
    erase()

    member.user.refresh_from_db()
    assert found.member == member
    assert member.user.email == CAMILLE
    assert NAME not in str(list(BookingRequest.objects.values()))
