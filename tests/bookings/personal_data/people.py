"""Somebody of whom the portal keeps one of everything."""

from datetime import timedelta
from typing import Any

from bookings.availability.models import Hold
from bookings.booking_requests.models import BookingRequest, LinkWish
from bookings.booking_requests.states import State
from bookings.inviting.models import Invitation
from bookings.inviting.states import Step
from bookings.links.actions import record_proof, start_proof
from bookings.links.models import Link, Purpose
from bookings.links.tokens import issue
from bookings.mail.models import MailState, OutboxMail
from bookings.registration.models import Registration
from bookings.registration.states import RegistrationState
from bookings.watching.models import SlotWatch
from bookings.watching.states import WatchState
from portal import clock
from tests.bookings.staff.world import make_mail
from tests.factories import make_booking_request, make_hold, make_invitation, make_registration, make_room

CAMILLE = "camille.canari@example.org"
NAME = "Camille Canari"


def make_person(email: str = CAMILLE, *, state: State = State.BOOKED, is_over: bool = True) -> BookingRequest:
    """A request with a history, a question, mails and links; a registration; a watch; codes and proofs."""
    now, room = clock.now(), make_room()
    start = now + timedelta(days=-3 if is_over else 3)
    request = make_booking_request(
        room=room,
        start=start,
        state=state,
        email=email,
        name=NAME,
        subject="Canari's plans",
        notes="Canari likes tea",
        upstream_message=f"Booked for {NAME}",
        workways_id="c" * 24,
        meeting_uid=f"{'c' * 24}@workways.example",
        proved_at=now,
    )
    request.events.create(actor="sofia", what="handled", note=f"Called {NAME}", at=now)
    request.asks.create(kind="change", message=f"I am {NAME}", answer=f"Dear {NAME}", handled_at=now, created_at=now)
    issue(purpose=Purpose.BOOKING, email=email, now=now, booking_request=request)
    make_registration(
        booking_request=request,
        state=RegistrationState.CREATED,
        first_name="Camille",
        last_name="Canari",
        phone="+33 6 12 34 56 78",
        company="Canari SARL",
        company_number="73282932000074",
        address="1 rue du Canari",
        identity={"verified_name": "CANARI SARL"},
    )
    watch = SlotWatch.objects.create(
        room=room,
        start=start + timedelta(days=1),
        end=start + timedelta(days=1, hours=1),
        zone_name="Europe/Paris",
        people=2,
        email=email,
        language="en",
        browser_key="browser-of-camille",
        network="192.0.2.0",
        state=WatchState.WAITING,
        waiting_since=now,
    )
    issue(purpose=Purpose.WATCH, email=email, now=now, watch=watch)
    make_invitation(
        room=room,
        email=email,
        name=NAME,
        note=f"Dear {NAME}",
        step=Step.SENT,
        sent_at=now,
        expires_at=now + timedelta(days=1),
        hold=make_hold(room=room, start=start + timedelta(days=2), email=email),
    )
    make_invitation(room=room, email=email, name=NAME)
    make_mail(to=email, subject=f"Hello {NAME}", state=MailState.SENT, booking_request=request)
    make_mail(to="desk@portal.example", subject=f"{NAME} asked", state=MailState.SENT, booking_request=request)
    make_mail(to=email, subject="Waits", state=MailState.QUEUED)
    start_proof(browser_key="browser-of-camille", email=email, now=now)
    record_proof(browser_key="browser-of-camille", email=email, now=now)
    LinkWish.objects.create(email=email)
    return request


def kept_of(email: str) -> dict[str, int]:
    """How many rows still name the address."""
    counted: dict[str, Any] = {
        "requests": BookingRequest.objects.filter(email__iexact=email),
        "registrations": Registration.objects.filter(email__iexact=email),
        "watches": SlotWatch.objects.filter(email__iexact=email),
        "invitations": Invitation.objects.filter(email__iexact=email),
        "mails": OutboxMail.objects.filter(to__iexact=email),
        "links": Link.objects.filter(email__iexact=email),
        "holds": Hold.objects.filter(email__iexact=email),
        "wishes": LinkWish.objects.filter(email__iexact=email),
    }
    return {name: rows.count() for name, rows in counted.items() if rows.exists()}
