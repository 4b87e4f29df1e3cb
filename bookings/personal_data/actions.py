"""Erases people.

Erasing puts an opaque value in the person's place and leaves the figures: rows keep room, time, state and price. What
has no meaning without its person goes: proofs, wishes, mails that have not left. One transaction for each person. What
a worker has in hand meanwhile waits for that transaction, finds the address gone, and writes to nobody
(bookings.mail.actions.enqueue).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from json import dumps

from django.contrib.sessions.models import Session
from django.db import models, transaction

from bookings.audit.actions import Actor
from bookings.audit.actions import record as record_in_audit
from bookings.audit.rules import Detail
from bookings.audit.vocabulary import Act, Subject
from bookings.booking_requests.actions import SYSTEM, move
from bookings.booking_requests.models import BookingRequest, GuestAsk, RequestEvent, write_words
from bookings.booking_requests.queries import waits_for_staff
from bookings.booking_requests.states import OPEN, State, What, Why
from bookings.core.pseudonyms import Pseudonym, new_pseudonym
from bookings.inviting.actions import end_invitations
from bookings.inviting.models import Invitation
from bookings.links.models import Link
from bookings.mail.models import OutboxMail
from bookings.personal_data import queries
from bookings.personal_data.errors import NeedsDecision, OutcomeOpen
from bookings.personal_data.queries import UNCLEAR, UNSENT_MAILS
from bookings.registration.models import Registration, RegistrationEvent
from bookings.registration.queries import waiting_for_staff
from bookings.registration.states import Event
from bookings.watching.models import SlotWatch
from bookings.watching.states import STOPPABLE, WatchState
from portal.data_map import Person, Whose, tables_of
from portal.erasing import erase_rows, scrub_mentions

# What the audit calls the rows that it counts.
_COUNTED = {
    "requests": "BookingRequest",
    "registrations": "Registration",
    "watches": "SlotWatch",
    "mails": "OutboxMail",
}


class Reason(StrEnum):
    """Why somebody is erased, as the audit keeps it."""

    ASKED = "asked"
    MISTAKE = "mistake"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Erased:
    """What was touched: the word in the person's place, and how many rows of which table."""

    word: str
    rows: dict[str, int]


@transaction.atomic
def erase_person(*, email: str, by: Actor, reason: Reason, closes_open: bool, now: datetime) -> Erased | None:
    """Erases everything that hangs on an address; None when there is nothing of it, as after a first time.

    `closes_open` is the decision about what goes on: requests under way are ended and their time given back; booked
    meetings stay in Workways, and nobody is told of them any more. Raises OutcomeOpen, and NeedsDecision without it.
    """
    found = queries.look_up(email, now=now)
    if found.is_empty:
        return None
    if found.unclear:
        raise OutcomeOpen(found.unclear)
    if found.needs_decision and not closes_open:
        raise NeedsDecision([request.reference for request in (*found.under_way, *found.coming)])
    close(found.under_way, actor=by.name, why=Why.BY_STAFF, now=now)
    lock(found.person)
    # What a worker wrote while this transaction waited for it is among these.
    person = queries.find_person(email)
    if BookingRequest.objects.filter(pk__in=person.of("requests"), state__in=UNCLEAR).exists():
        raise OutcomeOpen([])
    pseudonym = new_pseudonym()
    rows = erase(person, pseudonym, actor=by.name, now=now)
    scrub_mentions(tables_of(Whose.GUEST), person.email, word=pseudonym.word)
    _end_sessions_that_name(person.email)
    record_in_audit(
        by=by,
        act=Act.ERASED,
        subject=Subject.PERSON,
        reference=pseudonym.word,
        now=now,
        details={"reason": reason.value, **in_audit(rows)},
    )
    return Erased(pseudonym.word, rows)


def close(requests: Iterable[BookingRequest], *, actor: str, why: Why, now: datetime) -> None:
    """Ends requests that are under way, without a mail, and gives their time back."""
    for request in requests:
        move(request=request, to=State.EXPIRED, actor=actor, what=What.ERASED, now=now, refusal=why)


def lock(person: Person) -> None:
    """Waits for whoever is changing something of this person, and lets nobody else begin."""
    locked = (
        (SlotWatch, "watches"),
        (Invitation, "invitations"),
        (Registration, "registrations"),
        (BookingRequest, "requests"),
    )
    for model, kind in locked:
        rows: models.QuerySet[models.Model] = model._default_manager.filter(pk__in=person.of(kind))
        list(rows.order_by("pk").select_for_update().values_list("pk", flat=True))


def erase(person: Person, pseudonym: Pseudonym, *, actor: str, now: datetime) -> dict[str, int]:
    """Takes the person out of all that `person` names; how many rows of which table. In the caller's transaction."""
    requests, registrations = person.of("requests"), person.of("registrations")
    _end_what_waits(person, now=now)
    unsent = models.Q(booking_request__in=requests) | models.Q(registration__in=registrations)
    unsent |= models.Q(pk__in=person.of("mails")) | models.Q(invitation__in=person.of("invitations"))
    OutboxMail.objects.filter(unsent, state__in=UNSENT_MAILS).delete()
    rows = erase_rows(tables_of(Whose.GUEST), person, word=pseudonym.word, email=pseudonym.email)
    # Staff still find the request by its reference.
    write_words(BookingRequest.objects.filter(pk__in=requests))
    RequestEvent.objects.bulk_create(
        RequestEvent(request_id=pk, at=now, actor=actor, what=What.ERASED) for pk in requests
    )
    RegistrationEvent.objects.bulk_create(
        RegistrationEvent(registration_id=pk, at=now, actor=actor, what=Event.ERASED) for pk in registrations
    )
    return rows


def in_audit(rows: Mapping[str, int]) -> dict[str, Detail]:
    """The counts that the audit keeps."""
    return {name: rows.get(table, 0) for name, table in _COUNTED.items()}


def _end_what_waits(person: Person, *, now: datetime) -> None:
    """Nothing of an erased person waits for staff, for a free time, or for a click on a link."""
    requests, registrations = person.of("requests"), person.of("registrations")
    waiting = SlotWatch.objects.filter(pk__in=person.of("watches"), state__in=STOPPABLE)
    waiting.update(state=WatchState.STOPPED, ended_at=now)
    end_invitations(person.of("invitations"), now=now)
    links = models.Q(booking_request__in=requests) | models.Q(registration__in=registrations)
    links |= models.Q(watch__in=person.of("watches")) | models.Q(invitation__in=person.of("invitations"))
    Link.objects.filter(links, revoked_at=None).update(revoked_at=now)
    BookingRequest.objects.filter(waits_for_staff(), pk__in=requests).update(handled_at=now)
    # An update knows no joins, so the rows that wait are asked for first.
    registered = list(waiting_for_staff().filter(pk__in=registrations).values_list("pk", flat=True))
    Registration.objects.filter(pk__in=registered).update(handled_at=now)
    GuestAsk.objects.filter(request__in=requests, handled_at=None).update(handled_at=now, handled_by=SYSTEM)


def _end_sessions_that_name(address: str) -> None:
    """A message that waits for its page can name a guest; whoever it was for signs in again."""
    named = [session.pk for session in Session.objects.iterator() if address in dumps(session.get_decoded()).lower()]
    Session.objects.filter(pk__in=named).delete()


def still_open(person: Person) -> list[BookingRequest]:
    """Those of the person's requests that something could still come of."""
    requests = BookingRequest.objects.filter(pk__in=person.of("requests"), state__in=OPEN - UNCLEAR)
    return list(requests.select_related("room__site", "hold"))
