"""Moves a request along. `move` is the only place that sets a state, and every move writes the request's history.

What a move means for the hold follows from the state alone: kept without end while something is still to come, given
back at a "no". Where both are locked, the hold always comes before the request's own row, so nobody waits in a circle.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from bookings.availability.actions import extend_hold as extend_the_hold
from bookings.availability.actions import hand_over_hold, keep_hold, move_hold, place_hold, release_hold
from bookings.availability.errors import SlotTaken, TooManyHolds
from bookings.availability.models import Hold
from bookings.availability.queries import slot_answer
from bookings.booking_requests import notices, rules
from bookings.booking_requests.errors import ForbiddenMove, MovedMeanwhile, NotOpen
from bookings.booking_requests.models import BookingRequest, RequestEvent
from bookings.booking_requests.queries import answer_for, asker_of, find_same, list_unsent
from bookings.booking_requests.states import MOVES, NEEDS_STAFF, SHOWS_AN_OFFER, UNSENT, State, What, Why
from bookings.catalog.models import Room
from bookings.core.answers import Blocked, Reason, Standing
from bookings.core.timespan import TimeSpan
from bookings.links.actions import NewCode, record_proof, start_proof
from bookings.links.queries import is_proved
from bookings.links.rules import normalized_email
from bookings.mail.actions import resend
from bookings.mail.messages import MailKind
from bookings.offers.rules import Offer

GUEST = "guest"
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose browser it is and from which network it comes."""

    browser_key: str
    network: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What the person typed, checked; `language` is the page's."""

    email: str
    name: str
    people: int
    language: str
    subject: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """There is a request for this slot; whether it was made now or by an earlier click makes no difference."""

    request: BookingRequest


@dataclass(frozen=True, slots=True)
class Denied:
    """The slot can't be had, for this reason."""

    answer: Blocked


@dataclass(frozen=True, slots=True)
class AtLimit:
    """The slot is free, but this browser, address or network holds as many as it may."""

    error: TooManyHolds


@transaction.atomic
def move(
    *,
    request: BookingRequest,
    to: State,
    actor: str,
    what: What,
    now: datetime,
    note: str = "",
    as_seen: bool = False,
    **fields: Any,
) -> BookingRequest:
    """Moves the request, with further `fields` in the same statement; of two movers one wins.

    `as_seen` demands besides that slot and price are still those of the `request` in hand, which somebody agreed to.

    Raises ForbiddenMove for a move that the table doesn't have, MovedMeanwhile for the loser, and SlotTaken when the
    hold ran out and its time has gone to somebody else; then nothing was changed.
    """
    come_from = State(request.state)
    if to not in MOVES[come_from]:
        raise ForbiddenMove(f"{request.reference}: {come_from} doesn't lead to {to}.")
    if to in rules.KEEPS_HOLD and request.hold is not None and request.hold.expires_at is not None:
        keep_hold(hold=request.hold, now=now)
    if to in rules.DROPS_HOLD and request.hold is not None:
        release_hold(hold=request.hold)
        fields["hold"] = None
    if to in NEEDS_STAFF:
        fields["handled_at"] = None
    if to == State.BOOKED:
        fields["booked_at"] = now
    mine = _as_seen(request) if as_seen else BookingRequest.objects.filter(pk=request.pk, state=come_from)
    # Whoever was erased meanwhile has another address; what this mover has in hand must not come back.
    mine = mine.filter(email=request.email)
    moved = mine.update(state=to, **fields)
    if moved != 1:
        raise MovedMeanwhile(request.reference)
    record(request=request, actor=actor, what=what, now=now, note=note, state=to)
    request.refresh_from_db()
    return request


def _as_seen(request: BookingRequest) -> QuerySet[BookingRequest]:
    """The request's row as long as nobody changed its state, slot or price."""
    return BookingRequest.objects.filter(
        pk=request.pk,
        state=request.state,
        start=request.start,
        end=request.end,
        people=request.people,
        price_fingerprint=request.price_fingerprint,
    )


def record(
    *,
    request: BookingRequest,
    actor: str,
    what: What,
    now: datetime,
    note: str = "",
    state: State | None = None,
    standing: Standing | None = None,
) -> RequestEvent:
    """Writes a line of history; one that tells of no move carries no state.

    `standing` is what the page took the guest for, where that isn't what the request says by now.
    """
    return RequestEvent.objects.create(
        request=request,
        at=now,
        actor=actor,
        what=what,
        state=state or "",
        note=note[:2000],
        shown=shown_to(request, standing) if what in SHOWS_AN_OFFER else None,
    )


def shown_to(request: BookingRequest, standing: Standing | None = None) -> dict[str, Any]:
    """What the guest sees of the request as it stands: time, people, price with its fingerprint, and as whom."""
    return {
        "start": request.start.isoformat(),
        "end": request.end.isoformat(),
        "people": request.people,
        "price_minor": request.price_minor,
        "is_exact": request.price_is_exact,
        "fingerprint": request.price_fingerprint,
        "standing": str(standing or request.standing),
    }


@transaction.atomic
def begin(
    *, room: Room, span: TimeSpan, details: Details, offer: Offer, visitor: Visitor, now: datetime
) -> Begun | Denied | AtLimit:
    """Holds the slot and makes the request: a code on its way, or ready at once if this browser proved the address.

    The same browser beginning again for the same slot and address gets the request it has. Another slot takes the place
    of what it had not sent yet.
    """
    email = normalized_email(details.email)
    same = find_same(room=room, span=span, email=email, browser_key=visitor.browser_key, now=now)
    if same is not None:
        return Begun(_with_details(same, details, offer, now=now))
    asker = asker_of(browser_key=visitor.browser_key, email=email, people=details.people, now=now)
    answer = slot_answer(room, span, asker=asker, now=now)
    if isinstance(answer, Blocked):
        return Denied(answer)
    former = list_unsent(browser_key=visitor.browser_key)
    try:
        hold = place_hold(
            room=room,
            span=span,
            browser_key=visitor.browser_key,
            email=email,
            network=visitor.network,
            now=now,
            replaces=former[0].hold if former else None,
        )
    except TooManyHolds as error:
        return AtLimit(error)
    except SlotTaken:
        return Denied(Blocked(Reason.HELD))
    # A double click may have made the request while this one waited for the room's lock.
    same = find_same(room=room, span=span, email=email, browser_key=visitor.browser_key, now=now)
    if same is not None:
        return Begun(same)
    for other in former:
        move(request=other, to=State.EXPIRED, actor=GUEST, what=What.REPLACED, now=now, refusal=Why.REPLACED)
    return Begun(_create(room, hold, details, offer, visitor, standing=asker.standing, now=now))


def _create(
    room: Room, hold: Hold, details: Details, offer: Offer, visitor: Visitor, *, standing: Standing, now: datetime
) -> BookingRequest:
    email = normalized_email(details.email)
    request = BookingRequest.objects.create(
        room=room,
        start=hold.start,
        end=hold.end,
        zone_name=room.site.zone_name,
        people=details.people,
        email=email,
        name=details.name,
        subject=details.subject,
        notes=details.notes,
        language=details.language,
        browser_key=visitor.browser_key,
        hold=hold,
        created_at=now,
        **_frozen(offer),
    )
    begun = State.AWAITING_PROOF
    record(request=request, actor=GUEST, what=What.BEGUN, now=now, state=begun, standing=standing)
    if is_proved(browser_key=visitor.browser_key, email=email, now=now):
        return prove(request=request, now=now)
    send_code(request=request, now=now)
    return request


def _frozen(offer: Offer) -> dict[str, Any]:
    """An offer's fields on a request."""
    return {
        "price_minor": None if offer.price is None else offer.price.minor,
        "price_is_exact": offer.is_exact,
        "price_fingerprint": offer.fingerprint,
    }


def _with_details(request: BookingRequest, details: Details, offer: Offer, *, now: datetime) -> BookingRequest:
    """The request with what was typed now, as long as it is unsent."""
    fresh = {
        "name": details.name,
        "people": details.people,
        "subject": details.subject,
        "notes": details.notes,
        "language": details.language,
    }
    if request.state not in UNSENT or all(getattr(request, name) == value for name, value in fresh.items()):
        return request
    changed = BookingRequest.objects.filter(pk=request.pk, state=request.state).update(**fresh, **_frozen(offer))
    if changed:
        request.refresh_from_db()
        record(request=request, actor=GUEST, what=What.DETAILS_CHANGED, now=now)
    return request


@transaction.atomic
def send_code(*, request: BookingRequest, now: datetime) -> int:
    """Mails a code, unless one left less than a minute ago: then the seconds until another can be had, else 0."""
    made = start_proof(browser_key=request.browser_key, email=request.email, now=now)
    if not isinstance(made, NewCode):
        return made.wait_seconds
    notices.mail_code(request, made, now=now)
    return 0


@transaction.atomic
def resend_code(*, request: BookingRequest, now: datetime) -> int:
    """The same because the guest asked, which the history notes."""
    wait = send_code(request=request, now=now)
    if not wait:
        record(request=request, actor=GUEST, what=What.CODE_SENT, now=now)
    return wait


@transaction.atomic
def resend_mail(*, request: BookingRequest, now: datetime, actor: str = GUEST, reason: str = "") -> int:
    """Sends the latest mail of the request's state once more; the seconds to wait when that was done a moment ago.

    Never one that went to a former address of the guest.
    """
    again = request.events.filter(what=What.MAILED_AGAIN).order_by("-at").first()
    if again is not None and now - again.at < rules.MAIL_COOL_DOWN:
        return max(1, int((rules.MAIL_COOL_DOWN - (now - again.at)).total_seconds()))
    # A fresh link ends the older ones, so a mail from before it would bring a dead one; and after a change of the
    # meeting the mail that told of it has the calendar file that is right.
    useful = request.mails.filter(
        kind__in=[request.state, MailKind.BOOKING_LINK, *notices.OF_CHANGES], to=request.email
    )
    latest = useful.order_by("-created_at", "-pk").first()
    if latest is None:
        notices.mail_fresh_link(request, now=now)
    else:
        resend(mail=latest, actor=actor, reason=reason, now=now)
    record(request=request, actor=actor, what=What.MAILED_AGAIN, now=now, note=reason)
    return 0


@transaction.atomic
def prove(*, request: BookingRequest, now: datetime) -> BookingRequest:
    """The address is proved for this browser; the request may be sent."""
    return move(request=request, to=State.READY, actor=GUEST, what=What.PROVED, now=now, proved_at=now)


@transaction.atomic
def adopt(*, request: BookingRequest, browser_key: str, now: datetime) -> BookingRequest:
    """Somebody pressed the button behind the mailed link: this browser goes on with the request, its address proved.

    The browser that had it before has it no more.
    """
    record_proof(browser_key=browser_key, email=request.email, now=now)
    if request.browser_key != browser_key:
        if request.hold is not None:
            hand_over_hold(hold=request.hold, browser_key=browser_key)
        BookingRequest.objects.filter(pk=request.pk).update(browser_key=browser_key)
        record(request=request, actor=GUEST, what=What.ADOPTED, now=now)
        request.refresh_from_db()
    if request.proof_is_due:
        BookingRequest.objects.filter(pk=request.pk).update(proof_is_due=False, proved_at=now)
        record(request=request, actor=GUEST, what=What.PROVED, now=now)
        request.refresh_from_db()
    if request.state == State.AWAITING_PROOF:
        return prove(request=request, now=now)
    return request


@transaction.atomic
def extend_hold(*, request: BookingRequest, now: datetime) -> None:
    """Keeps the slot ten minutes longer, once. Raises NotOpen, AlreadyExtended, SlotTaken."""
    if request.state not in UNSENT or request.hold is None:
        raise NotOpen(request.reference)
    extend_the_hold(hold=request.hold, now=now)
    record(request=request, actor=GUEST, what=What.HOLD_EXTENDED, now=now)


@transaction.atomic
def give_up(*, request: BookingRequest, now: datetime) -> BookingRequest:
    """The guest gives the slot back. Raises NotOpen once it was sent."""
    if request.state not in UNSENT:
        raise NotOpen(request.reference)
    return move(request=request, to=State.EXPIRED, actor=GUEST, what=What.GIVEN_UP, now=now, refusal=Why.GIVEN_UP)


@transaction.atomic
def change_slot(
    *, request: BookingRequest, span: TimeSpan, offer: Offer, visitor: Visitor, now: datetime
) -> Begun | Denied | AtLimit:
    """Another time for an unsent request; everything typed stays. When it can't be had the request keeps what it has.

    Raises NotOpen once it was sent, MovedMeanwhile when that happens this moment.
    """
    if request.state not in UNSENT:
        raise NotOpen(request.reference)
    answer = answer_for(request=request, span=span, now=now)
    if isinstance(answer, Blocked):
        return Denied(answer)
    try:
        hold = _hold_other(request, span, visitor, now=now)
    except TooManyHolds as error:
        return AtLimit(error)
    except SlotTaken:
        return Denied(Blocked(Reason.HELD))
    changed = BookingRequest.objects.filter(pk=request.pk, state=request.state).update(
        start=span.start, end=span.end, hold=hold, refusal="", settle_due_at=None, **_frozen(offer)
    )
    if changed != 1:
        raise MovedMeanwhile(request.reference)
    request.refresh_from_db()
    record(request=request, actor=GUEST, what=What.SLOT_CHANGED, now=now, note=f"{span.start:%Y-%m-%d %H:%M} UTC")
    return Begun(request)


def _hold_other(request: BookingRequest, span: TimeSpan, visitor: Visitor, *, now: datetime) -> Hold:
    if request.hold is not None:
        return move_hold(hold=request.hold, room=request.room, span=span, now=now)
    return place_hold(
        room=request.room,
        span=span,
        browser_key=request.browser_key,
        email=request.email,
        network=visitor.network,
        now=now,
    )


@transaction.atomic
def note_offer(*, request: BookingRequest, offer: Offer, now: datetime) -> None:
    """The price moved: the request carries the new one, to be shown before anything is sent. Raises MovedMeanwhile."""
    old, new = request.price, offer.price
    if _as_seen(request).update(**_frozen(offer)) != 1:
        raise MovedMeanwhile(request.reference)
    told = [("on request" if price is None else f"{price.amount} {price.currency}") for price in (old, new)]
    request.refresh_from_db()
    record(request=request, actor=SYSTEM, what=What.PRICE_MOVED, now=now, note=" -> ".join(told))


@transaction.atomic
def expire_unsent(*, request: BookingRequest, now: datetime) -> BookingRequest:
    """The hold of an unsent request ran out."""
    return move(
        request=request, to=State.EXPIRED, actor=SYSTEM, what=What.HOLD_RAN_OUT, now=now, refusal=Why.HOLD_RAN_OUT
    )


@transaction.atomic
def expire_unconfirmed(*, request: BookingRequest, now: datetime) -> BookingRequest:
    """The meeting's time came before it was confirmed."""
    moved = move(
        request=request, to=State.EXPIRED, actor=SYSTEM, what=What.START_PASSED, now=now, refusal=Why.START_PASSED
    )
    notices.mail_state(moved, now=now)
    return moved


@transaction.atomic
def registration_done(*, request: BookingRequest, now: datetime) -> BookingRequest:
    """The company is registered; Workways waits for the person to open its mail. Once more does no harm."""
    if request.state != State.REGISTRATION_NEEDED:
        return request
    return move(
        request=request,
        to=State.VERIFICATION_NEEDED,
        actor=SYSTEM,
        what=What.REGISTERED,
        now=now,
        settle_due_at=now + rules.settle_wait(0),
        settle_attempts=0,
    )


@transaction.atomic
def send_fresh_link(*, request: BookingRequest, now: datetime) -> None:
    """Mails a new link to the request's own address, whoever asked; older links end."""
    notices.mail_fresh_link(request, now=now)
