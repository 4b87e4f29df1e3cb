"""What changes the record of calls."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Model, QuerySet, Value, When

from bookings.upstream_calls.models import CallTally, UpstreamCall
from bookings.upstream_calls.rules import Counted, Kind

# A week of tallies, and a day to look at them.
TALLIES_LAST = timedelta(days=8)
_DELETED_AT_ONCE = 5_000


@transaction.atomic
def add_up(*, counted: Mapping[Kind, Counted]) -> None:
    """Adds what one process counted to the tallies of all: three statements, however much it is."""
    # In order, so that two processes that add up the same tallies never wait for each other in a circle.
    rows = [
        CallTally(**kind._asdict(), last_at=counts.last_at, status=counts.status, message=counts.message)
        for kind, counts in sorted(counted.items())
    ]
    CallTally.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=Kind._fields, update_fields=["last_at", "status", "message"]
    )
    oldest, newest = rows[0].since, rows[-1].since
    kept = CallTally.objects.filter(since__gte=oldest, since__lte=newest)
    numbers = {Kind(*fields): number for number, *fields in kept.values_list("pk", *Kind._fields)}
    added = [When(pk=numbers[kind], then=Value(counts.calls)) for kind, counts in counted.items()]
    CallTally.objects.filter(pk__in=[numbers[kind] for kind in counted]).update(calls=F("calls") + Case(*added))


def prune(*, now: datetime) -> int:
    """Drops single calls that are older than `UPSTREAM_CALL_DAYS`, and tallies after a week; says how many rows."""
    calls = UpstreamCall.objects.filter(at__lt=now - timedelta(days=settings.UPSTREAM_CALL_DAYS))
    tallies = CallTally.objects.filter(since__lt=now - TALLIES_LAST)
    return _drop(calls) + _drop(tallies)


def _drop(rows: "QuerySet[Model]") -> int:
    """A few thousand at a time, so that nobody waits long for the database."""
    dropped = 0
    while numbers := list(rows.order_by("pk").values_list("pk", flat=True)[:_DELETED_AT_ONCE]):
        dropped += rows.model._default_manager.filter(pk__in=numbers).delete()[0]
    return dropped
