"""Prepares a change of a contract, sends it once, and reads back what came of it.

The API knows no idempotency key. So a change is claimed by one conditional update before it travels, one at a time for
each company, and a lost answer is never followed by another call: the contract is read instead, and a person decides.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from django.db import IntegrityError, transaction

from bookings.staff.customers.errors import AnotherIsBeingSent, MovedMeanwhile
from bookings.staff.customers.models import ContractChange
from bookings.staff.customers.plans import Plan, is_idle, merge_of, mismatches, result_of
from bookings.staff.customers.reading import QUESTION_SECONDS
from bookings.staff.customers.sentences import Trouble, trouble_of
from bookings.staff.customers.states import READABLE, SENDABLE, ChangeState
from bookings.staff.customers.terms import Terms, terms_of
from portal.workways import Organization, Rejected, Workways, WorkwaysError

log = logging.getLogger(__name__)

SENDING_SECONDS = 8.0
# A program that was killed while sending left its change behind; no call lasts so long.
STALE_SENDING = timedelta(minutes=1)


class Sent(Enum):
    """What came of the press of the button; the change's own state says the rest."""

    YES = auto()
    CONTRACT_CHANGED = auto()
    NOTHING_TO_DO = auto()


@dataclass(frozen=True, slots=True)
class NotRead:
    """The contract can't be read at the moment."""

    trouble: Trouble


def prepare(*, organization: Organization, plan: Plan, actor: str, now: datetime) -> ContractChange:
    """Keeps a change together with the contract that it is meant for; nothing is sent yet."""
    terms = terms_of(organization)
    return ContractChange.objects.create(
        organization_id=organization.id,
        organization_name=organization.name[:200],
        actor=actor,
        created_at=now,
        plan=plan.to_json(),
        terms=terms.to_json(),
        fingerprint=terms.fingerprint,
    )


def send(
    *, change: ContractChange, client: Workways, actor: str, now: datetime, in_claim: Callable[[], None]
) -> Sent | NotRead:
    """Sends the change if the contract is still the one whose difference was shown, and reads it back.

    A contract that changed meanwhile is kept with the change, to be shown; nothing is sent then. `in_claim` is called
    in the transaction that claims the change. Must not run inside a transaction, because the claim has to be seen by
    everybody before anything travels. Raises MovedMeanwhile, AnotherIsBeingSent, and CannotBeKept.
    """
    if change.state not in SENDABLE:
        raise MovedMeanwhile(change.reference)
    terms = _read(change, client)
    if isinstance(terms, NotRead):
        return terms
    if terms.fingerprint != change.fingerprint:
        _freeze_again(change, terms)
        return Sent.CONTRACT_CHANGED
    if is_idle(change.wanted, terms):
        return Sent.NOTHING_TO_DO
    merge = merge_of(change.wanted, terms, change.organization_id)
    _claim(change, actor=actor, now=now, in_claim=in_claim)
    try:
        client.merge_contract(merge, timeout=SENDING_SECONDS)
    except WorkwaysError as error:
        _finish(change, _state_after(error), error)
    else:
        _finish(change, ChangeState.ACCEPTED, None)
    if change.state in READABLE:
        look(change=change, client=client, now=now)
    return Sent.YES


def look(*, change: ContractChange, client: Workways, now: datetime) -> NotRead | None:
    """Reads what Workways shows by now. An unknown outcome is settled by a contract that says what was meant.

    The opposite settles nothing: what was sent may still arrive, so that is for a person to judge.
    """
    stale = ContractChange.objects.filter(pk=change.pk, state=ChangeState.SENDING, sent_at__lte=now - STALE_SENDING)
    stale.update(state=ChangeState.UNKNOWN)
    change.refresh_from_db()
    terms = _read(change, client)
    if isinstance(terms, NotRead):
        return terms
    ContractChange.objects.filter(pk=change.pk).update(seen=terms.to_json(), seen_at=now)
    meant = result_of(change.wanted, change.before)
    # A change of what Workways never tells back leaves the contract that it shows as it was, done or not.
    if mismatches(meant, change.before) and not mismatches(meant, terms):
        unknown = ContractChange.objects.filter(pk=change.pk, state=ChangeState.UNKNOWN)
        unknown.update(state=ChangeState.ACCEPTED)
    change.refresh_from_db()
    return None


def _read(change: ContractChange, client: Workways) -> Terms | NotRead:
    try:
        return terms_of(client.organization_info(change.organization_id, timeout=QUESTION_SECONDS))
    except WorkwaysError as error:
        return NotRead(trouble_of(error))


def _freeze_again(change: ContractChange, terms: Terms) -> None:
    shown = ContractChange.objects.filter(pk=change.pk, state__in=SENDABLE, fingerprint=change.fingerprint)
    shown.update(terms=terms.to_json(), fingerprint=terms.fingerprint)
    change.refresh_from_db()


def _claim(change: ContractChange, *, actor: str, now: datetime, in_claim: Callable[[], None]) -> None:
    ContractChange.objects.filter(
        organization_id=change.organization_id, state=ChangeState.SENDING, sent_at__lte=now - STALE_SENDING
    ).update(state=ChangeState.UNKNOWN)
    shown = ContractChange.objects.filter(pk=change.pk, state__in=SENDABLE, fingerprint=change.fingerprint)
    try:
        with transaction.atomic():
            if shown.update(state=ChangeState.SENDING, sent_at=now, sent_by=actor, message="") != 1:
                raise MovedMeanwhile(change.reference)
            in_claim()
    except IntegrityError as error:
        raise AnotherIsBeingSent(change.organization_id) from error
    change.refresh_from_db()


def _state_after(error: WorkwaysError) -> ChangeState:
    if error.may_have_been_done:
        return ChangeState.UNKNOWN
    return ChangeState.REFUSED if isinstance(error, Rejected) else ChangeState.UNSENT


def _finish(change: ContractChange, state: ChangeState, error: WorkwaysError | None) -> None:
    message = ""
    if error is not None:
        trouble = trouble_of(error)
        message = trouble.said or trouble.happened
        log.warning("Change %s of a contract is %s: %s", change.reference, state, type(error).__name__)
    ContractChange.objects.filter(pk=change.pk, state=ChangeState.SENDING).update(state=state, message=message)
    change.refresh_from_db()
