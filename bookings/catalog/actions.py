"""Reads the upstream's catalog and brings the mirror up to date."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from bookings.catalog.models import CatalogState, Room
from bookings.catalog.sync import Changes, apply_snapshot
from portal.workways import Workways, WorkwaysError

# Two workers that wake within this time do one refresh, not two: longer than a refresh takes, shorter than its rhythm.
_CLAIM = timedelta(minutes=2)
_EMPTY = "The upstream answered without any room; the rooms known before were kept."


@dataclass(frozen=True, slots=True)
class CatalogRefresh:
    """What one reading of the catalog did; `failure` says in English, for staff, why it did nothing, or is ""."""

    changes: Changes
    failure: str = ""


@transaction.atomic
def claim_refresh(*, now: datetime) -> bool:
    """Takes the next refresh for this worker; false when another one took it a moment ago."""
    CatalogState.objects.get_or_create(pk=1)
    free = Q(attempted_at=None) | Q(attempted_at__lte=now - _CLAIM)
    return CatalogState.objects.filter(free, pk=1).update(attempted_at=now) == 1


def refresh_catalog(*, client: Workways, now: datetime) -> CatalogRefresh:
    """Reads sites and rooms and applies them as one snapshot; a failure is recorded, and the mirror stays as it was.

    Both lists are read before anything is written, so that half an answer changes nothing.
    """
    try:
        sites, rooms = client.sites(), client.rooms()
    except WorkwaysError as error:
        return CatalogRefresh(Changes(), _record_failure(reason=str(error), now=now))
    changes = apply_snapshot(sites, rooms, now)
    if changes.was_empty and Room.objects.filter(vanished_at=None).exists():
        return CatalogRefresh(changes, _record_failure(reason=_EMPTY, now=now))
    CatalogState.objects.filter(pk=1).update(refreshed_at=now, attempted_at=now, failure="", failures_in_a_row=0)
    return CatalogRefresh(changes)


@transaction.atomic
def _record_failure(*, reason: str, now: datetime) -> str:
    CatalogState.objects.get_or_create(pk=1)
    CatalogState.objects.filter(pk=1).update(
        attempted_at=now, failure=reason[:300], failures_in_a_row=F("failures_in_a_row") + 1
    )
    return reason
