"""Sends a request to Workways: once, after a last look, within eight seconds.

The claim READY -> SENDING is committed first and lets one sender through. Then the room's calendar is read as it is
now, then the request is marked as sent, which again only succeeds while the claim stands, and only then it travels. So
a killed program leaves behind either a request that surely never left or one that may have, and never a second one.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from django.db import transaction

from bookings.availability.actions import place_hold, release_hold
from bookings.availability.errors import SlotTaken, TooManyHolds
from bookings.availability.models import Hold
from bookings.booking_requests import calls, notices, rules
from bookings.booking_requests.actions import GUEST, SYSTEM, move, note_offer, record
from bookings.booking_requests.errors import ForbiddenMove, MovedMeanwhile, NotFree, NotProved
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.queries import answer_for
from bookings.booking_requests.states import NEEDS_STAFF, SENT_AGAIN_BY_STAFF, State, What, Why
from bookings.core.answers import Blocked, Standing
from bookings.feeds.actions import mark_looked_at, read_live
from bookings.feeds.readings import FeedReading
from bookings.links.actions import record_standing
from bookings.offers.queries import exact_price
from portal import clock
from portal.http.deadline import Deadline
from portal.workways import (
    AccountArchived,
    MeetingAccepted,
    MeetingAnswer,
    MeetingRequest,
    Missing,
    Refusal,
    RegistrationRequired,
    Rejected,
    Throttled,
    Unauthorized,
    UnknownAnswer,
    Unreachable,
    User,
    Workways,
    WorkwaysError,
)
from portal.workways.connect import workways

log = logging.getLogger(__name__)

# The hard stop for everything between the press of the button and the answer's page.
BUDGET_SECONDS = 8.0
FEED_SECONDS = 3.0
STANDING_SECONDS = 2.0
# With less time left than this an answer is not to be expected, so the request is kept instead of sent into the blue.
LEAST_SECONDS = 1.0
# How long an unsent request stays after its time was lost, so that its guest can choose another.
CHOICE_LASTS = timedelta(minutes=30)

_TEMP_ROLE = "temp"


class Pressed(Enum):
    """What came of the press of the button; the request's own state says the rest."""

    SENT = auto()
    OTHER_TIME = auto()
    PRICE_MOVED = auto()


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Where an answer, or the lack of one, leads to."""

    to: State
    what: What
    fields: dict[str, Any] = field(default_factory=dict)
    note: str = ""


def book(*, request: BookingRequest, now: datetime) -> Pressed:
    """Checks a proved request against what holds now, and sends it if nothing is in the way.

    First who the person is to Workways, then the rules and the mirror, then the price; each may stop it, with nothing
    sent. Must not run inside a transaction, because the claim has to be seen by everybody before anything is sent.
    """
    with calls.serve(request):
        return _book(request, now=now)


def _book(request: BookingRequest, *, now: datetime) -> Pressed:
    deadline = Deadline(BUDGET_SECONDS)
    client = workways()
    trouble = _learn_standing(request, client, deadline, now=now)
    if isinstance(answer_for(request=request, now=now), Blocked):
        return Pressed.OTHER_TIME
    try:
        if trouble is not None:
            _finish(request, _kept(trouble), actor=SYSTEM, now=now)
            return Pressed.SENT
        if _price_moved(request, now=now):
            return Pressed.PRICE_MOVED
        _claim(request, actor=GUEST, now=now)
    except SlotTaken:
        _lose_slot(request, now=now)
        return Pressed.OTHER_TIME
    except MovedMeanwhile:
        return Pressed.SENT
    _send_claimed(request, client, deadline, actor=GUEST, now=now)
    return Pressed.OTHER_TIME if request.state == State.READY else Pressed.SENT


def staff_send_again(
    *,
    request: BookingRequest,
    actor: str,
    now: datetime,
    reason: str = "",
    in_claim: Callable[[], None] | None = None,
) -> BookingRequest:
    """Staff send what was kept or refused, with the same last look; the guest gets the result by mail.

    `in_claim` is called in the transaction that claims the request, to note there who sends it. A time that Workways
    shows as taken ends as refused. Raises NotProved for a new address that nobody confirmed, NotFree when somebody else
    holds it, ForbiddenMove and MovedMeanwhile for a request that is not in a state to be sent.
    """
    if request.state not in SENT_AGAIN_BY_STAFF:
        raise ForbiddenMove(f"{request.reference}: staff don't send what is {request.state}.")
    if request.proof_is_due:
        raise NotProved(request.reference)
    try:
        with transaction.atomic():
            if request.hold is None:
                request.hold = _hold_again(request, now=now)
            _claim(request, actor=actor, now=now, note=reason)
            if in_claim is not None:
                in_claim()
    except (SlotTaken, TooManyHolds) as error:
        raise NotFree(request.reference) from error
    with calls.serve(request):
        _send_claimed(request, workways(), Deadline(BUDGET_SECONDS), actor=actor, now=now)
    return request


def _hold_again(request: BookingRequest, *, now: datetime) -> Hold:
    hold = place_hold(
        room=request.room,
        span=request.span,
        browser_key=request.browser_key,
        email=request.email,
        network="",
        now=now,
    )
    BookingRequest.objects.filter(pk=request.pk).update(hold=hold)
    return hold


def _learn_standing(request: BookingRequest, client: Workways, deadline: Deadline, *, now: datetime) -> Why | None:
    """Asks who the person is; only now, because the address is proved. A reason when sending can't work anyway."""
    person: User | None
    try:
        person = client.user_info(email=request.email, timeout=min(STANDING_SECONDS, deadline.left()))
    except Missing:
        person = None
    except (Unauthorized, Throttled, Unreachable) as error:
        return _why_not_sent(error)
    except WorkwaysError:
        # Not knowing is no obstacle: the booking's own answer says who the person is.
        return None
    standing = standing_of(person)
    BookingRequest.objects.filter(pk=request.pk).update(standing=standing, person_existed=person is not None)
    request.standing, request.person_existed = standing, person is not None
    record_standing(browser_key=request.browser_key, email=request.email, standing=standing, now=now)
    return None


def standing_of(person: User | None) -> Standing:
    """What the upstream's record of a person means: a "temp" one began a registration and counts as new."""
    if person is None or (person.role == _TEMP_ROLE and not person.is_archived):
        return Standing.NEW
    if person.is_archived or person.is_organization_archived:
        return Standing.ARCHIVED
    return Standing.KNOWN


def _price_moved(request: BookingRequest, *, now: datetime) -> bool:
    """Does it cost something else by now? An estimate never overrules a price that the upstream named."""
    offer = exact_price(request.room, request.span, request.people, now=now, fresh=True)
    if offer.fingerprint == request.price_fingerprint or (request.price_is_exact and not offer.is_exact):
        return False
    shown = request.price
    note_offer(request=request, offer=offer, now=now)
    return shown != offer.price


def _claim(request: BookingRequest, *, actor: str, now: datetime, note: str = "") -> None:
    move(
        note=note,
        request=request,
        to=State.SENDING,
        actor=actor,
        what=What.SENDING,
        now=now,
        sent_at=None,
        refusal="",
        upstream_message="",
        settle_attempts=0,
        settle_due_at=now + rules.STALE_SENDING,
        as_seen=True,
    )


@transaction.atomic
def _lose_slot(request: BookingRequest, *, now: datetime) -> None:
    """Somebody else has the time: back to choosing, with everything typed."""
    if request.hold is not None:
        release_hold(hold=request.hold)
    lost: dict[str, Any] = {"refusal": Why.SLOT_TAKEN, "hold": None, "settle_due_at": now + CHOICE_LASTS}
    if request.state == State.SENDING:
        move(request=request, to=State.READY, actor=SYSTEM, what=What.SLOT_LOST, now=now, **lost)
        return
    BookingRequest.objects.filter(pk=request.pk, state=request.state).update(**lost)
    record(request=request, actor=SYSTEM, what=What.SLOT_LOST, now=now)
    request.refresh_from_db()


def _send_claimed(request: BookingRequest, client: Workways, deadline: Deadline, *, actor: str, now: datetime) -> None:
    """From the claim to an outcome that is written down, with the time at which it was known."""
    try:
        reading = read_live(room=request.room, client=client, now=now, timeout=min(FEED_SECONDS, deadline.left()))
    except WorkwaysError as error:
        _finish(request, _kept(_why_not_sent(error), note=str(error)), actor=SYSTEM, now=clock.now())
        return
    now = clock.now()
    if any(busy.span.overlaps(request.span) for busy in reading.busy):
        _finish_lost(request, by_staff=actor != GUEST, now=now)
        return
    if deadline.left() < LEAST_SECONDS:
        _finish(request, _kept(Why.UNREACHABLE), actor=SYSTEM, now=now)
        return
    if not _mark_sent(request, reading, now=now):
        return
    outcome = _ask(request, client, deadline)
    now = clock.now()
    if outcome.fields.get("refusal") == Why.SLOT_TAKEN:
        _finish_lost(request, by_staff=actor != GUEST, now=now)
        return
    _finish(request, outcome, actor=SYSTEM, now=now)
    mark_looked_at(room_ids=[request.room_id], now=now)


def _mark_sent(request: BookingRequest, reading: FeedReading, *, now: datetime) -> bool:
    """The last thing before it travels; False when the claim is lost, as to a settling that took us for dead."""
    uids = sorted({busy.uid for busy in reading.busy if busy.span.end > now})
    marked = BookingRequest.objects.filter(pk=request.pk, state=State.SENDING, sent_at=None).update(
        sent_at=now, known_uids=uids
    )
    request.refresh_from_db()
    return marked == 1


def _ask(request: BookingRequest, client: Workways, deadline: Deadline) -> _Outcome:
    """The one POST, and what its answer means."""
    try:
        answer = client.request_meeting(
            MeetingRequest(
                contact_email=request.email,
                contact_name=request.name,
                room_id=request.room.workways_id,
                start=request.start,
                duration_minutes=request.span.minutes,
                people=request.people,
                name=request.subject,
                description=request.notes,
                language=request.language,
            ),
            timeout=deadline.left(),
        )
    except Rejected as error:
        return _rejected(error)
    except (Unauthorized, Throttled, Unreachable) as error:
        return _kept(_why_not_sent(error), note=str(error))
    except WorkwaysError as error:
        return _Outcome(State.BEING_CONFIRMED, What.OUTCOME_UNKNOWN, {"refusal": Why.NO_ANSWER}, str(error))
    return _answered(answer)


def _answered(answer: MeetingAnswer) -> _Outcome:
    said = {"upstream_message": answer.message}
    match answer:
        case MeetingAccepted():
            return _Outcome(State.BOOKED, What.ANSWERED, {**said, "workways_id": answer.meeting_id})
        case RegistrationRequired():
            return _Outcome(
                State.REGISTRATION_NEEDED, What.ANSWERED, {**said, "workways_id": answer.meeting_request_id}
            )
        case AccountArchived():
            return _Outcome(State.ARCHIVED, What.ANSWERED, said)
        case UnknownAnswer():
            fields = {**said, "refusal": Why.UNKNOWN_ANSWER}
            return _Outcome(State.BEING_CONFIRMED, What.OUTCOME_UNKNOWN, fields, answer.status)


_REFUSALS = {
    Refusal.TODAY_OR_PAST: Why.TODAY_OR_PAST,
    Refusal.TOO_SOON: Why.TOO_SOON,
    Refusal.PAST: Why.PAST,
    Refusal.NOT_PUBLIC: Why.NOT_PUBLIC,
    Refusal.ROOM_NOT_FOUND: Why.ROOM_NOT_FOUND,
    Refusal.SLOT_TAKEN: Why.SLOT_TAKEN,
}


def _rejected(error: Rejected) -> _Outcome:
    said = {"upstream_message": error.message}
    if error.refusal is Refusal.ACCOUNT_ARCHIVED:
        return _Outcome(State.ARCHIVED, What.ANSWERED, said)
    why = _REFUSALS.get(error.refusal, Why.OTHER)
    return _Outcome(State.REFUSED, What.ANSWERED, {**said, "refusal": why}, error.message)


def _kept(why: Why, *, note: str = "") -> _Outcome:
    return _Outcome(State.KEPT, What.NOT_SENT, {"refusal": why}, note)


def _why_not_sent(error: WorkwaysError) -> Why:
    match error:
        case Unauthorized():
            return Why.UNAUTHORIZED
        case Throttled():
            return Why.THROTTLED
        case Unreachable():
            return Why.UNREACHABLE
        case _:
            return Why.FEED_UNREADABLE


def _finish_lost(request: BookingRequest, *, by_staff: bool, now: datetime) -> None:
    """The time is taken: a guest at the page chooses another; whoever is not at the page is told by mail."""
    if by_staff:
        _finish(request, _Outcome(State.REFUSED, What.SLOT_LOST, {"refusal": Why.SLOT_TAKEN}), actor=SYSTEM, now=now)
    else:
        _lose_slot(request, now=now)


def _finish(request: BookingRequest, outcome: _Outcome, *, actor: str, now: datetime) -> None:
    """Writes the outcome, its history and its mail in one transaction."""
    fields = dict(outcome.fields)
    if outcome.to in NEEDS_STAFF:
        log.warning("Request %s is %s: %s", request.reference, outcome.to, outcome.note or fields.get("refusal"))
    fields["settle_due_at"] = now + rules.settle_wait(0) if outcome.to in rules.LOOKED_AFTER else None
    try:
        with transaction.atomic():
            move(request=request, to=outcome.to, actor=actor, what=outcome.what, now=now, note=outcome.note, **fields)
            _remember_standing(request, now=now)
            notices.mail_state(request, now=now)
    except MovedMeanwhile:
        # Settling took the sender for dead; what it came back with still helps whoever settles by hand.
        note = f"{outcome.to}: {outcome.note or outcome.fields.get('upstream_message', '')}"
        record(request=request, actor=SYSTEM, what=What.ANSWERED, now=now, note=note)
        request.refresh_from_db()


_TOLD_BY_ANSWER = {
    State.BOOKED: Standing.KNOWN,
    State.REGISTRATION_NEEDED: Standing.NEW,
    State.ARCHIVED: Standing.ARCHIVED,
}


def _remember_standing(request: BookingRequest, *, now: datetime) -> None:
    standing = _TOLD_BY_ANSWER.get(State(request.state))
    if standing is not None:
        record_standing(browser_key=request.browser_key, email=request.email, standing=standing, now=now)
