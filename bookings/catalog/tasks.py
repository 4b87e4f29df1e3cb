"""Celery tasks of this feature: thin, and safe to run twice."""

from celery import shared_task

from bookings.catalog import actions, pictures
from portal import clock
from portal.workways.connect import workways


@shared_task(name="catalog.refresh")
def refresh() -> None:
    """Reads the upstream's catalog, unless another worker is at it."""
    now = clock.now()
    if actions.claim_refresh(now=now):
        actions.refresh_catalog(client=workways(), now=now)


@shared_task(name="catalog.refresh_pictures")
def refresh_pictures() -> None:
    """Looks at the room pictures that are due, a few at a time, and clears away what no room shows any more."""
    now = clock.now()
    rooms = pictures.list_rooms_due(now)
    for room in rooms:
        pictures.refresh_picture(room=room, client=workways(), now=now)
    if rooms:
        pictures.drop_unused_files(now=now)
