"""Finds out what became of a registration: from the person's record at Workways, then by staff.

Nothing here ever sends a registration again.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import F

from bookings.registration import calls, notices, queries, rules
from bookings.registration.actions import SYSTEM, move, record
from bookings.registration.errors import MovedMeanwhile
from bookings.registration.models import Registration
from bookings.registration.sending import Outcome, finish
from bookings.registration.states import Event, RegistrationState, Trouble
from portal.workways import Missing, User, WorkwaysError
from portal.workways.connect import workways

log = logging.getLogger(__name__)

PERSON_SECONDS = 5.0
_AT_ONCE = 50


def settle_due(*, now: datetime) -> int:
    """Everything that is due for a look; says how many registrations moved."""
    moved = 0
    for registration in queries.due_for_settling(now=now)[:_AT_ONCE]:
        before = registration.state
        try:
            if registration.state == RegistrationState.SENDING:
                _give_up_sender(registration=registration, now=now)
            else:
                _look(registration, now=now)
        except MovedMeanwhile:
            log.info("Registration %s was moved by somebody else meanwhile.", registration.reference)
        moved += registration.state != before
    return moved


@transaction.atomic
def _give_up_sender(*, registration: Registration, now: datetime) -> None:
    """A sender fell silent, so what it sent may have arrived or not."""
    move(
        registration=registration,
        to=RegistrationState.BEING_CONFIRMED,
        actor=SYSTEM,
        what=Event.WORKER_LOST,
        now=now,
        trouble=Trouble.NO_ANSWER,
        settle_due_at=now,
    )
    notices.mail_outcome(registration, now=now)


def _look(registration: Registration, *, now: datetime) -> None:
    """One look at the person's record; claimed first, so that two workers never do the same one."""
    wait = rules.settle_wait(registration.settle_attempts + 1)
    claimed = Registration.objects.filter(
        pk=registration.pk,
        state=RegistrationState.BEING_CONFIRMED,
        settle_attempts=registration.settle_attempts,
        settle_due_at=registration.settle_due_at,
    ).update(settle_attempts=F("settle_attempts") + 1, settle_due_at=now + wait if wait else None)
    if not claimed:
        return
    registration.refresh_from_db()
    try:
        with calls.serve(registration):
            person = workways().user_info(email=registration.email, timeout=PERSON_SECONDS)
    except Missing:
        person = None
    except WorkwaysError as error:
        log.info("The person of registration %s can't be looked up: %s", registration.reference, error)
        person = None
    if person is not None and person.organization_id:
        _found(registration, person, now=now)
    elif wait is None:
        # Staff see it from here on; whether it is sent again is theirs to decide.
        record(registration=registration, actor=SYSTEM, what=Event.NOT_SEEN, now=now)


def _found(registration: Registration, person: User, *, now: datetime) -> None:
    """The person has a company by now: the one that was sent, or another that was there before."""
    is_ours = rules.is_same_company(person.organization_name or "", registration.company)
    outcome = Outcome(
        RegistrationState.CREATED if is_ours else RegistrationState.USER_EXISTS,
        Event.SEEN_AT_WORKWAYS,
        {"user_id": person.id, "organization_id": person.organization_id, "trouble": ""},
    )
    finish(registration=registration, outcome=outcome, now=now)


def staff_settle(
    *, registration: Registration, to: RegistrationState, actor: str, reason: str, now: datetime
) -> Registration:
    """Staff found out by themselves and say what it is; the guest gets the result by mail.

    Raises ForbiddenMove for a move that the table doesn't have.
    """
    fields = {"upstream_message": reason} if to == RegistrationState.REFUSED else {}
    outcome = Outcome(to, Event.SETTLED_BY_STAFF, {**fields, "trouble": "", "handled_at": now}, reason)
    finish(registration=registration, outcome=outcome, now=now, actor=actor)
    return registration
