"""What all workers share about the host of the calendars: how many may ask at once, and whether to ask at all.

Both stand in the database, so that they hold for any number of workers on any number of machines. No lock is held while
a request is under way: the rows say until when they are taken.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from bookings.feeds.models import Upstream, UpstreamConnection
from bookings.feeds.schedule import CONNECTIONS, failures_after, rest

# A trial that nobody reports on, because its worker died, is followed by another after this long.
_TRIAL = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Permission:
    """So many calendars may be asked for at once. On a trial it is one calendar, to see whether the host is back."""

    numbers: tuple[int, ...]
    until: datetime
    is_trial: bool

    def __len__(self) -> int:
        return len(self.numbers)


def get_upstream(host: str) -> Upstream:
    """The host's row and its connections; made when it is asked for the first time."""
    upstream = Upstream.objects.filter(host=host).first()
    if upstream is None:
        with transaction.atomic():
            upstream, _ = Upstream.objects.get_or_create(host=host)
            connections = [UpstreamConnection(upstream=upstream, number=number) for number in range(CONNECTIONS)]
            UpstreamConnection.objects.bulk_create(connections, ignore_conflicts=True)
    return upstream


def rests(upstream: Upstream, *, now: datetime) -> bool:
    """Is the host left alone for now?"""
    return Upstream.objects.filter(pk=upstream.pk, rests_until__gt=now).exists()


def take(upstream: Upstream, *, now: datetime, lease: timedelta) -> Permission | None:
    """The host's free connections, for as long as `lease`; None while there are none or the host rests.

    After a rest exactly one caller gets one connection, for a trial.
    """
    with transaction.atomic():
        if is_resting := Upstream.objects.filter(pk=upstream.pk, rests_until__isnull=False).exists():
            over = Upstream.objects.filter(pk=upstream.pk, rests_until__lte=now)
            if not over.update(rests_until=now + _TRIAL):
                return None
        is_free = Q(taken_until=None) | Q(taken_until__lte=now)
        free = upstream.connections.select_for_update(skip_locked=True).filter(is_free).order_by("number")
        numbers = tuple(free.values_list("pk", flat=True)[: 1 if is_resting else CONNECTIONS])
        UpstreamConnection.objects.filter(pk__in=numbers).update(taken_until=now + lease)
    return Permission(numbers, now + lease, is_resting) if numbers else None


def give_back(permission: Permission) -> None:
    """The requests are over. One that took longer than its lease may belong to somebody else by now and stays so."""
    mine = UpstreamConnection.objects.filter(pk__in=permission.numbers, taken_until=permission.until)
    mine.update(taken_until=None)


def record(upstream: Upstream, *, reached: int, missed: int, now: datetime, wait_seconds: float = 0) -> None:
    """So many requests reached the host, and so many found it away; one success is enough to end its rest.

    `wait_seconds` is what the host itself asks for.
    """
    row = Upstream.objects.filter(pk=upstream.pk)
    if reached:
        row.exclude(failures_in_a_row=0, rests_until=None).update(failures_in_a_row=0, rests_until=None)
        return
    if not missed:
        return
    with transaction.atomic():
        known = Upstream.objects.select_for_update().get(pk=upstream.pk)
        known.failures_in_a_row = failures_after(known.failures_in_a_row, missed=missed)
        chance = random.random()  # noqa: S311 (spreads load, keeps no secret)
        pause = rest(known.failures_in_a_row, chance=chance)
        asked = timedelta(seconds=wait_seconds)
        if pause is not None or asked:
            known.rests_until = now + max(pause or asked, asked)
        known.save(update_fields=["failures_in_a_row", "rests_until"])
