"""What belongs to a person, and what is old enough to go."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, Value

from bookings.availability.models import Hold
from bookings.booking_requests.models import BookingRequest, LinkWish
from bookings.booking_requests.states import OPEN, Presence, State
from bookings.core.pseudonyms import PSEUDONYM_HOST
from bookings.inviting.models import Invitation
from bookings.links.models import AddressProof, ProvedAddress
from bookings.links.rules import normalized_email
from bookings.mail.messages import MailKind
from bookings.mail.models import MailState, OutboxMail
from bookings.personal_data import rules
from bookings.registration.models import Registration
from bookings.registration.states import RegistrationState
from bookings.watching.models import SlotWatch
from bookings.watching.states import WatchState
from portal.data_map import Person, Whose, tables_of
from portal.erasing import count_rows
from portal.members.models import Member

# Sent, and nobody knows yet what became of it: what comes back must find the person it belongs to.
UNCLEAR = frozenset({State.SENDING, State.BEING_CONFIRMED})
UNCLEAR_REGISTRATIONS = frozenset({RegistrationState.SENDING, RegistrationState.BEING_CONFIRMED})
UNSENT_MAILS = frozenset({MailState.QUEUED, MailState.SENDING})
# What names somebody by an address of its own, beside mails.
_NAMING: dict[str, QuerySet[Any]] = {
    "requests": BookingRequest.objects.all(),
    "registrations": Registration.objects.all(),
    "watches": SlotWatch.objects.all(),
    "invitations": Invitation.objects.all(),
    "holds": Hold.objects.all(),
    "proofs": AddressProof.objects.all(),
    "proved": ProvedAddress.objects.all(),
    "wishes": LinkWish.objects.all(),
}
_PROOF_MAILS = (MailKind.PROVE_ADDRESS, MailKind.WATCH_PROOF)


@dataclass(frozen=True, slots=True)
class Found:
    """What the portal keeps of an address, and what of it stands in the way of erasing.

    `rows` counts the rows of each table. `unclear` are references of what was sent and not answered. `under_way` and
    `coming` are requests that need a decision: those that erasing closes, and meetings that stay in Workways.
    `member` is the account on the team with this address, which stays.
    """

    person: Person
    rows: dict[str, int]
    unclear: tuple[str, ...]
    under_way: tuple[BookingRequest, ...]
    coming: tuple[BookingRequest, ...]
    member: Member | None

    @property
    def is_empty(self) -> bool:
        """Is there nothing of this person?"""
        return not self.rows

    @property
    def needs_decision(self) -> bool:
        """Is there something that goes on beyond today?"""
        return bool(self.under_way or self.coming)


def find_person(email: str) -> Person:
    """Everything that hangs on an address, in whatever case it was written. Two queries."""
    address = normalized_email(email)
    named: list[QuerySet[Any]] = [
        _keyed("mails", OutboxMail.objects.filter(to__iexact=address)),
        *(_keyed(kind, rows.filter(email__iexact=address)) for kind, rows in _NAMING.items()),
    ]
    keys = _grouped(named)
    of_requests, of_watches = Q(booking_request__in=keys["requests"]), Q(watch__in=keys["watches"])
    more = _grouped(
        [
            _keyed("registrations", Registration.objects.filter(of_requests)),
            _keyed("holds", Hold.objects.filter(Q(request__in=keys["requests"]) | of_watches)),
        ]
    )
    return Person(address, {kind: sorted({*keys[kind], *more[kind]}) for kind in {*keys, *more}})


def look_up(email: str, *, now: datetime) -> Found:
    """What there is of an address, for somebody who decides about it. Six queries."""
    person = find_person(email)
    goes_on = Q(state__in=OPEN) | (Q(state=State.BOOKED, end__gt=now) & ~Q(presence=Presence.GONE))
    requests = BookingRequest.objects.filter(goes_on, pk__in=person.of("requests")).select_related("room__site", "hold")
    ordered = list(requests.order_by("start", "pk"))
    registrations = Registration.objects.filter(pk__in=person.of("registrations"), state__in=UNCLEAR_REGISTRATIONS)
    unclear = [request.reference for request in ordered if request.state in UNCLEAR]
    return Found(
        person=person,
        rows=count_rows(tables_of(Whose.GUEST), person),
        unclear=(*unclear, *registrations.order_by("pk").values_list("reference", flat=True)),
        under_way=tuple(request for request in ordered if request.state in OPEN - UNCLEAR),
        coming=tuple(request for request in ordered if request.state == State.BOOKED),
        member=Member.objects.select_related("user").filter(user__email__iexact=person.email).first(),
    )


def old_people(*, before: datetime, limit: int) -> list[Person]:
    """People and what of theirs lies wholly before that instant, at most so many rows of each kind.

    A request is as old as its meeting; what has no answer of Workways yet is left out.
    """
    by_age: dict[str, QuerySet[Any]] = {
        "requests": _named(BookingRequest.objects, "email")
        .filter(end__lt=before, created_at__lt=before)
        .exclude(state__in=UNCLEAR),
        "registrations": _named(Registration.objects, "email")
        .filter(Q(booking_request=None) | Q(booking_request__end__lt=before), created_at__lt=before)
        .exclude(state__in=UNCLEAR_REGISTRATIONS),
        "watches": _named(SlotWatch.objects, "email").filter(end__lt=before, created_at__lt=before),
        "invitations": _named(Invitation.objects, "email")
        .filter(created_at__lt=before)
        .filter(Q(expires_at=None) | Q(expires_at__lt=before)),
        "mails": _named(OutboxMail.objects, "to")
        .filter(created_at__lt=before)
        .filter(Q(booking_request=None) | Q(booking_request__end__lt=before)),
    }
    return _people(by_age, limit)


def abandoned_people(*, now: datetime, limit: int) -> list[Person]:
    """What was begun and dropped: with an address that nobody proved, or a registration that was never sent."""
    unproved, drafts = now - rules.UNPROVED_KEPT, now - rules.DRAFT_KEPT
    begun = _named(Registration.objects, "email").filter(state=RegistrationState.DRAFT)
    by_age: dict[str, QuerySet[Any]] = {
        "requests": _named(BookingRequest.objects, "email").filter(
            state=State.EXPIRED, proved_at=None, created_at__lt=unproved
        ),
        "registrations": begun.filter(
            Q(proved_at=None, created_at__lt=unproved) | Q(created_at__lt=drafts),
            Q(booking_request=None) | ~Q(booking_request__state__in=OPEN),
        ),
        "watches": _named(SlotWatch.objects, "email")
        .filter(waiting_since=None, created_at__lt=unproved)
        .exclude(state=WatchState.UNPROVED),
        "mails": _named(OutboxMail.objects, "to").filter(kind__in=_PROOF_MAILS, created_at__lt=unproved),
    }
    return _people(by_age, limit)


def _people(rows: dict[str, QuerySet[Any]], limit: int) -> list[Person]:
    """Groups rows by their address. One query for each kind."""
    keys: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for kind, found in rows.items():
        address = "to" if kind == "mails" else "email"
        for email, pk in found.order_by("created_at", "pk").values_list(address, "pk")[:limit]:
            keys[normalized_email(email)][kind].append(pk)
    return [Person(email, dict(kinds)) for email, kinds in sorted(keys.items())]


def _named(rows: Any, address: str) -> "QuerySet[Any]":
    """Rows that still name somebody."""
    named: QuerySet[Any] = rows.exclude(**{f"{address}__endswith": f"@{PSEUDONYM_HOST}"})
    return named


def _keyed(kind: str, rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """The rows' keys, each with what kind of thing it is of."""
    keyed: QuerySet[Any] = rows.order_by().annotate(of_kind=Value(kind)).values_list("of_kind", "pk")
    return keyed


def _grouped(keyed: "list[QuerySet[Any]]") -> dict[str, list[int]]:
    """The keys by their kind. One query for all of them."""
    keys: dict[str, list[int]] = defaultdict(list)
    for kind, pk in keyed[0].union(*keyed[1:], all=True):
        keys[kind].append(pk)
    return keys
