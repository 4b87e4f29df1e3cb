"""Writes the audit."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from redis.exceptions import RedisError

from bookings.audit.models import AuditRow
from bookings.audit.rules import CHANGES, LOOK_LASTS, Detail, problem_of, told_change
from bookings.audit.vocabulary import Act, Subject
from bookings.links.limits import network_of
from portal import clock
from portal.access import member_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did it, as the audit names them."""

    name: str
    user_id: int | None = None
    role: int | None = None
    network: str = ""


SYSTEM = Actor(name="system")


@dataclass(slots=True)
class Deed:
    """What is being done. `is_done` set to False leaves no row; `details` may still grow.

    `changes` are old and new values of what stands on public pages, by name, and never anything of a person.
    """

    reference: str
    details: dict[str, Detail] = field(default_factory=dict)
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    is_done: bool = True


def actor_of(request: HttpRequest) -> Actor:
    """The member of staff who sent this request. Raises ValueError when it's nobody of staff."""
    member = member_of(request)
    if member is None:
        raise ValueError("Nobody of staff is signed in.")
    return Actor(name=member.name, user_id=member.user_id, role=member.rank, network=network_of(request))


def record(
    *,
    by: Actor,
    act: Act,
    subject: Subject,
    reference: str = "",
    now: datetime,
    details: Mapping[str, Detail] | None = None,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> AuditRow:
    """Writes one row, in the transaction of what it speaks of. Raises ValueError for what could be personal.

    `changes` are as a `Deed` has them.
    """
    kept: dict[str, Any] = dict(details or {})
    problem = problem_of(reference, kept)
    if problem:
        raise ValueError(problem)
    if changes:
        kept[CHANGES] = {name: told_change(before, after) for name, (before, after) in changes.items()}
    return AuditRow.objects.create(
        at=now,
        user_id=by.user_id,
        actor=by.name[:150],
        role=by.role,
        act=act,
        subject=subject,
        reference=reference,
        details=kept,
        network=by.network,
    )


def record_act(request: HttpRequest, act: Act, subject: Subject, reference: str = "") -> None:
    """The row of what a member does now, in the transaction around it."""
    record(by=actor_of(request), act=act, subject=subject, reference=reference, now=clock.now())


@contextmanager
def acting(request: HttpRequest, act: Act, subject: Subject, reference: object = "") -> Iterator[Deed]:
    """A transaction for what a member of staff does, with its row; an exception undoes both.

    Nothing in it may wait for the outside: the transaction stands open meanwhile.
    """
    deed = Deed(str(reference))
    with transaction.atomic():
        yield deed
        if deed.is_done:
            record(
                by=actor_of(request),
                act=act,
                subject=subject,
                reference=deed.reference,
                now=clock.now(),
                details=deed.details,
                changes=deed.changes,
            )


def record_view(request: HttpRequest, subject: str, reference: str, *, is_export: bool = False) -> None:
    """Notes that a member saw something, at most once in ten minutes for the same thing, or took it away as a file.

    `settings.STAFF_VIEW_RECORDER` names this function: the marks of `portal.access` call it for each page that they say
    shows personal data. When the cache is away, each look leaves a row: more rows, never fewer.
    """
    by, now = actor_of(request), clock.now()
    if is_export:
        record(by=by, act=Act.EXPORTED, subject=Subject(subject), reference=reference, now=now)
        return
    key = f"audit:saw:{by.user_id}:{subject}:{reference}"
    if _was_just_seen(key, now):
        return
    record(by=by, act=Act.SAW, subject=Subject(subject), reference=reference, now=now)
    try:
        cache.set(key, now.timestamp(), LOOK_LASTS.total_seconds())
    except (OSError, RedisError) as error:
        log.warning("The cache failed (%s); the audit notes each look.", type(error).__name__)


def _was_just_seen(key: str, now: datetime) -> bool:
    try:
        seen_at = cache.get(key)
    except (OSError, RedisError) as error:
        log.warning("The cache failed (%s); the audit notes each look.", type(error).__name__)
        return False
    return seen_at is not None and 0 <= now.timestamp() - seen_at < LOOK_LASTS.total_seconds()
