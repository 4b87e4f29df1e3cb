"""Celery tasks of this feature: thin, and safe to run twice."""

from celery import shared_task

from bookings.catalog.actions import refresh_catalog
from bookings.catalog.pictures import list_rooms_due, refresh_picture
from bookings.feeds import actions, refreshing
from bookings.feeds.models import Feed
from portal import clock
from portal.workways.connect import workways


@shared_task(name="feeds.refresh_due")
def refresh_due() -> None:
    """Reads the calendars that are due, together with any other worker that does the same."""
    actions.ensure_feeds(now=clock.now())
    refreshing.refresh_due(client=workways())


@shared_task(name="feeds.refresh_one")
def refresh_one(room_id: int) -> None:
    """Reads one room's calendar now, due or not; `room_id` is our own number of the room."""
    now = clock.now()
    actions.ensure_feeds(now=now)
    feed = Feed.objects.select_related("room__site").filter(room_id=room_id).first()
    if feed is not None:
        actions.refresh_feed(feed=feed, client=workways(), now=now)


@shared_task(name="portal.refresh_now")
def refresh_now() -> None:
    """Reads the catalog, the pictures that changed and every calendar now, because somebody asked for it."""
    now = clock.now()
    refresh_catalog(client=workways(), now=now)
    for room in list_rooms_due(now):
        refresh_picture(room=room, client=workways(), now=now)
    actions.ensure_feeds(now=now)
    Feed.objects.filter(room__vanished_at=None).update(due_at=now)
    refreshing.refresh_due(client=workways())
