"""Sends a registration to Workways: once, and writes down what came of it.

The claim to SENDING is committed first and lets one sender through, so a double click, a second tab and a refresh send
nothing. Whatever is not a clear answer afterwards is looked up by `settling`, never sent again by itself.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from bookings.booking_requests.actions import registration_done
from bookings.booking_requests.states import State
from bookings.core.answers import Standing
from bookings.links.actions import record_standing
from bookings.registration import calls, notices, queries, rules
from bookings.registration.actions import GUEST, SYSTEM, move, record
from bookings.registration.errors import MovedMeanwhile, NotOpen
from bookings.registration.models import Registration
from bookings.registration.states import DONE, EDITABLE, SENT_AGAIN_BY_STAFF, Event, RegistrationState, Trouble
from portal import clock
from portal.workways import (
    CompanyRegistration,
    Registered,
    RegistrationAnswer,
    Rejected,
    Throttled,
    Unauthorized,
    UnknownAnswer,
    UserExists,
    WorkwaysError,
)
from portal.workways.connect import workways

# The hard stop for the one call.
BUDGET_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where an answer, or the lack of one, leads to."""

    to: RegistrationState
    what: Event
    fields: dict[str, Any] = field(default_factory=dict)
    note: str = ""


def send(*, registration: Registration, now: datetime) -> Registration:
    """The guest sends it. Somebody who is second, by a double click perhaps, gets the state as it is.

    Raises NotOpen when a step is still to be filled in. Must not run inside a transaction, because the claim has to be
    seen by everybody before anything is sent.
    """
    if queries.progress_of(registration).next_step != rules.Step.CHECK:
        raise NotOpen(registration.reference)
    if registration.state not in EDITABLE:
        return registration
    return _send(registration, actor=GUEST, now=now)


def staff_send_again(
    *, registration: Registration, actor: str, now: datetime, in_claim: Callable[[], None] | None = None
) -> Registration:
    """Staff send what was kept, refused or never confirmed, after having looked; the guest gets the result by mail.

    `in_claim` is called in the transaction that claims the registration, to note there who sends it. Raises NotOpen for
    a registration in another state.
    """
    if registration.state not in SENT_AGAIN_BY_STAFF:
        raise NotOpen(registration.reference)
    return _send(registration, actor=actor, now=now, in_claim=in_claim)


def _send(
    registration: Registration, *, actor: str, now: datetime, in_claim: Callable[[], None] | None = None
) -> Registration:
    try:
        with transaction.atomic():
            move(
                registration=registration,
                to=RegistrationState.SENDING,
                actor=actor,
                what=Event.SENDING,
                now=now,
                sent_at=now,
                upstream_message="",
                trouble="",
                settle_attempts=0,
                settle_due_at=now + rules.STALE_SENDING,
                handled_at=None,
            )
            if in_claim is not None:
                in_claim()
    except MovedMeanwhile:
        registration.refresh_from_db()
        return registration
    outcome = _ask(registration)
    finish(registration=registration, outcome=outcome, now=clock.now())
    return registration


def _ask(registration: Registration) -> Outcome:
    """The one POST, and what its answer means."""
    try:
        with calls.serve(registration):
            answer = workways().register(build_wire(registration), timeout=BUDGET_SECONDS)
    except Rejected as error:
        said = {"upstream_message": error.message}
        return Outcome(RegistrationState.REFUSED, Event.ANSWERED, said, error.message)
    except WorkwaysError as error:
        if error.may_have_been_done:
            said = {"trouble": Trouble.NO_ANSWER}
            return Outcome(RegistrationState.BEING_CONFIRMED, Event.OUTCOME_UNKNOWN, said, str(error))
        return Outcome(RegistrationState.KEPT, Event.NOT_SENT, {"trouble": _trouble(error)}, str(error))
    return _answered(answer)


def build_wire(registration: Registration) -> CompanyRegistration:
    """The registration as the API takes it; the place is the meeting's site, or the room or site of interest."""
    request = registration.booking_request
    is_awaited = request is not None and request.state == State.REGISTRATION_NEEDED
    site = queries.site_of(registration)
    return CompanyRegistration(
        name=registration.company,
        first_name=registration.first_name,
        last_name=registration.last_name,
        email=registration.email,
        phone=registration.phone,
        country=registration.country,
        max_resident_users=registration.users or 1,
        company_number=registration.company_number,
        address=registration.address,
        vat_number=registration.vat_number,
        language=registration.language,
        site_id=site.workways_id if site else "",
        room_id=registration.room.workways_id if registration.room is not None else "",
        meeting_id=request.workways_id if request is not None and is_awaited else "",
    )


def _answered(answer: RegistrationAnswer) -> Outcome:
    match answer:
        case Registered():
            is_new = answer.status == "CREATED"
            found = answer.identity_verification
            fields = {
                "user_id": answer.user_id,
                "organization_id": answer.organization_id,
                "meetings_updated": answer.meetings_updated,
                "identity": asdict(found) if found is not None else None,
                "upstream_message": answer.message,
            }
            to = RegistrationState.CREATED if is_new else RegistrationState.UPDATED
            return Outcome(to, Event.ANSWERED, fields, answer.message)
        case UserExists():
            fields = {
                "user_id": answer.user_id,
                "organization_id": answer.organization_id,
                "upstream_message": answer.message,
            }
            return Outcome(RegistrationState.USER_EXISTS, Event.ANSWERED, fields, answer.message)
        case UnknownAnswer():
            fields = {"trouble": Trouble.UNKNOWN_ANSWER, "upstream_message": answer.message}
            return Outcome(RegistrationState.BEING_CONFIRMED, Event.OUTCOME_UNKNOWN, fields, answer.status)


def _trouble(error: WorkwaysError) -> Trouble:
    match error:
        case Unauthorized():
            return Trouble.UNAUTHORIZED
        case Throttled():
            return Trouble.THROTTLED
        case _:
            return Trouble.UNREACHABLE


def finish(*, registration: Registration, outcome: Outcome, now: datetime, actor: str = SYSTEM) -> None:
    """Writes the outcome, its history, its mail, and what it means for the linked request, in one transaction.

    When somebody else moved the registration first, only a line of history is left for whoever settles it.
    """
    fields = dict(outcome.fields)
    is_unclear = outcome.to == RegistrationState.BEING_CONFIRMED
    wait = rules.settle_wait(0)
    fields["settle_due_at"] = now + wait if is_unclear and wait else None
    try:
        with transaction.atomic():
            move(
                registration=registration,
                to=outcome.to,
                actor=actor,
                what=outcome.what,
                now=now,
                note=outcome.note,
                **fields,
            )
            if outcome.to in DONE:
                _pass_on(registration, now=now)
            notices.mail_outcome(registration, now=now)
    except MovedMeanwhile:
        record(registration=registration, actor=actor, what=outcome.what, now=now, note=f"{outcome.to}: {outcome.note}")
        registration.refresh_from_db()


def _pass_on(registration: Registration, *, now: datetime) -> None:
    if registration.state == RegistrationState.USER_EXISTS:
        record_standing(
            browser_key=registration.browser_key, email=registration.email, standing=Standing.KNOWN, now=now
        )
    request = registration.booking_request
    if request is not None and request.state == State.REGISTRATION_NEEDED:
        registration_done(request=request, now=now)
