"""Finds out what became of a request: from the room's calendar, then from the person's record, then by staff.

Nothing here ever sends a booking. Each look is claimed by one conditional update, so two workers never do the same one,
and a worker that dies over a look only delays the next.
"""

import logging
from datetime import datetime
from typing import Any, Literal

from django.db import transaction

from bookings.availability.actions import release_hold
from bookings.booking_requests import calls, notices, queries, rules
from bookings.booking_requests.actions import SYSTEM, expire_unconfirmed, expire_unsent, move
from bookings.booking_requests.errors import MovedMeanwhile
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import State, What, Why
from bookings.core.timespan import TimeSpan
from bookings.feeds.actions import mark_looked_at, read_live
from bookings.feeds.models import BusySpan
from portal.workways import Missing, User, Workways, WorkwaysError
from portal.workways.connect import workways

log = logging.getLogger(__name__)

FEED_SECONDS = 10.0
PERSON_SECONDS = 5.0
_TEMP_ROLE = "temp"


def settle_due(*, now: datetime) -> int:
    """Everything that is due for a look; says how many requests moved."""
    moved = 0
    for request in queries.stale_sending(now=now):
        moved += _tolerating_others(_give_up_sender, request, now=now)
    for request in queries.unclear_due(now=now):
        moved += _tolerating_others(settle_unclear, request, now=now)
    for request in queries.taken_while_waiting():
        moved += _tolerating_others(settle_waiting, request, now=now)
    _hurry_feeds(now=now)
    drop_needless_holds(now=now)
    return moved


def expire_due(*, now: datetime) -> int:
    """Ends what ran out; says how many requests moved."""
    moved = 0
    for request in queries.ran_out(now=now):
        moved += _tolerating_others(expire_unsent, request, now=now)
    for request in queries.never_confirmed(now=now):
        moved += _tolerating_others(expire_unconfirmed, request, now=now)
    return moved


def _tolerating_others(step: Any, request: BookingRequest, *, now: datetime) -> bool:
    """One step for one request; somebody who was faster is no error."""
    before = request.state
    try:
        step(request=request, now=now)
    except MovedMeanwhile:
        log.info("Request %s was moved by somebody else meanwhile.", request.reference)
        return False
    return bool(request.state != before)


@transaction.atomic
def _give_up_sender(*, request: BookingRequest, now: datetime) -> None:
    """A sender fell silent: what surely never left is kept, what may have left is looked up."""
    if request.sent_at is None:
        to, why, what = State.KEPT, Why.UNREACHABLE, What.NOT_SENT
        due = None
    else:
        to, why, what = State.BEING_CONFIRMED, Why.NO_ANSWER, What.WORKER_LOST
        due = now
    move(request=request, to=to, actor=SYSTEM, what=what, now=now, refusal=why, settle_due_at=due)
    notices.mail_state(request, now=now)


def settle_unclear(*, request: BookingRequest, now: datetime) -> None:
    """Looks once for a request whose answer never came: in the calendar as it is now, then in the person's record."""
    if not _claim_look(request, now=now):
        return
    with calls.serve(request):
        _look(request, now=now)


def _look(request: BookingRequest, *, now: datetime) -> None:
    client = workways()
    try:
        reading = read_live(room=request.room, client=client, now=now, timeout=FEED_SECONDS)
    except WorkwaysError as error:
        log.info("The calendar of request %s can't be read: %s", request.reference, error)
        return
    meetings = [rules.Meeting(busy.span, busy.uid) for busy in reading.busy]
    found = rules.find_ours(meetings, span=request.span, workways_id=request.workways_id, known_uids=request.known_uids)
    if found is not None:
        _confirm(request, now=now, what=What.SEEN_IN_FEED, note=found.uid)
    elif request.person_existed is False and _is_new_person(_find_person(client, request)):
        _settle(request, State.REGISTRATION_NEEDED, what=What.SEEN_AS_NEW_PERSON, now=now)


def settle_waiting(*, request: BookingRequest, now: datetime) -> None:
    """The mirror shows a meeting at the time of a request that waits for its company: ours, or somebody else's?

    Ours when its UID says so, or when the time is exactly ours and the person is registered by now. Somebody else's
    otherwise, because Workways shows a request only once its company is registered and verified.
    """
    spans = BusySpan.objects.filter(room=request.room_id, start__lt=request.end, end__gt=request.start)
    meetings = [rules.Meeting(TimeSpan(busy.start, busy.end), busy.uid) for busy in spans]
    found = rules.find_ours(meetings, span=request.span, workways_id=request.workways_id, known_uids=request.known_uids)
    if found is not None and rules.names_our_meeting(found.uid, request.workways_id):
        _confirm(request, now=now, what=What.SEEN_IN_FEED, note=found.uid)
        return
    try:
        with calls.serve(request):
            person = _find_person(workways(), request)
    except WorkwaysError as error:
        log.info("The person of request %s can't be looked up: %s", request.reference, error)
        return
    if found is not None and person is not None and person.role != _TEMP_ROLE:
        _confirm(request, now=now, what=What.SEEN_IN_FEED, note=found.uid)
    else:
        _settle(request, State.REFUSED, what=What.SLOT_LOST, now=now, refusal=Why.SLOT_TAKEN)


def staff_settle(
    *, request: BookingRequest, outcome: Literal["booked", "not_booked"], actor: str, reason: str, now: datetime
) -> BookingRequest:
    """Staff found out by themselves, and say how; the guest gets the result by mail.

    Raises ForbiddenMove for a state from which there is nothing to settle, MovedMeanwhile when it moved by itself.
    """
    to, why = (State.BOOKED, "") if outcome == "booked" else (State.REFUSED, Why.BY_STAFF)
    _settle(request, to, what=What.SETTLED_BY_STAFF, now=now, actor=actor, note=reason, refusal=why)
    return request


def drop_needless_holds(*, now: datetime) -> int:
    """Gives back holds of booked requests that the mirror shows by now, and of times that are over."""
    dropped = 0
    for request in queries.needlessly_held(now=now):
        if request.hold is not None:
            release_hold(hold=request.hold)
            dropped += 1
    return dropped


def _claim_look(request: BookingRequest, *, now: datetime) -> bool:
    """Takes this look and plans the next one, up to the meeting's end; False when another worker has it."""
    due: datetime | None = now + rules.settle_wait(request.settle_attempts + 1)
    if now >= request.end:
        due = None
    claimed = BookingRequest.objects.filter(
        pk=request.pk, state=request.state, settle_due_at=request.settle_due_at
    ).update(settle_due_at=due, settle_attempts=request.settle_attempts + 1)
    return claimed == 1


def _find_person(client: Workways, request: BookingRequest) -> User | None:
    """The person's record, None when there is none. Raises WorkwaysError."""
    try:
        return client.user_info(email=request.email, timeout=PERSON_SECONDS)
    except Missing:
        return None


def _is_new_person(person: User | None) -> bool:
    return person is not None and person.role == _TEMP_ROLE


def _confirm(request: BookingRequest, *, now: datetime, what: What, note: str = "") -> None:
    _settle(request, State.BOOKED, what=what, now=now, note=note)


@transaction.atomic
def _settle(
    request: BookingRequest,
    to: State,
    *,
    what: What,
    now: datetime,
    actor: str = SYSTEM,
    note: str = "",
    refusal: str = "",
) -> None:
    """Moves and mails the result in one transaction."""
    due = now + rules.settle_wait(0) if to in rules.LOOKED_AFTER else None
    move(request=request, to=to, actor=actor, what=what, now=now, note=note, refusal=refusal, settle_due_at=due)
    notices.mail_state(request, now=now)


def _hurry_feeds(*, now: datetime) -> None:
    """Rooms whose mirror somebody waits for are read more often: soon after a change, then less and less."""
    waiting = [request for request in queries.awaiting_feed(now=now) if _claim_look(request, now=now)]
    if waiting:
        mark_looked_at(room_ids=sorted({request.room_id for request in waiting}), now=now)
