"""Erases what is old enough, a batch at a time, whoever it is of."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from bookings.audit.actions import SYSTEM
from bookings.audit.actions import record as record_in_audit
from bookings.audit.rules import Detail
from bookings.audit.vocabulary import Act, Subject
from bookings.booking_requests.models import LinkWish
from bookings.booking_requests.states import Why
from bookings.catalog.models import OperatorSettings
from bookings.core.pseudonyms import new_pseudonym
from bookings.links.models import AddressProof, ProvedAddress
from bookings.personal_data import queries, rules
from bookings.personal_data.actions import close, erase, in_audit, lock, still_open
from portal.data_map import Person

# Rows of each kind that one batch looks at. A batch is one transaction, so this bounds how long others wait for it.
BATCH = 200


def retention_months() -> int:
    """How long the operator keeps what people were, counted in months. Asked of the database, not of the cache."""
    return (OperatorSettings.objects.first() or OperatorSettings()).retention_months


def erase_old(*, now: datetime, batch: int = BATCH) -> int:
    """Erases one batch of what is older than the operator keeps it, and of what was dropped; of how many people."""
    before = rules.months_before(now, retention_months())
    old = _erase_batch(queries.old_people(before=before, limit=batch), why="age", now=now)
    dropped = _erase_batch(queries.abandoned_people(now=now, limit=batch), why="abandoned", now=now)
    return old + dropped


def drop_ended_proofs(*, now: datetime) -> int:
    """Deletes codes, proofs and wishes that ended; how many."""
    ended = now - rules.ENDED_PROOF_KEPT
    gone = [
        AddressProof.objects.filter(expires_at__lt=ended).delete()[0],
        ProvedAddress.objects.filter(expires_at__lt=now).delete()[0],
        LinkWish.objects.filter(created_at__lt=ended).delete()[0],
    ]
    return sum(gone)


@transaction.atomic
def _erase_batch(people: Iterable[Person], *, why: str, now: datetime) -> int:
    """All of them in one transaction, with the row that counts them."""
    counts: dict[str, int] = {}
    erased = 0
    for person in people:
        close(still_open(person), actor=SYSTEM.name, why=Why.START_PASSED, now=now)
        lock(person)
        rows = erase(person, new_pseudonym(), actor=SYSTEM.name, now=now)
        counts = {name: counts.get(name, 0) + rows.get(name, 0) for name in {*counts, *rows}}
        erased += 1
    if erased:
        details: dict[str, Detail] = {"reason": why, "people": erased, **in_audit(counts)}
        record_in_audit(by=SYSTEM, act=Act.ERASED, subject=Subject.PERSON, now=now, details=details)
    return erased
