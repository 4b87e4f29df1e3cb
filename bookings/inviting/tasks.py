"""Celery tasks of this feature: thin, and safe to run twice."""

from celery import shared_task

from bookings.inviting import actions
from portal import clock


@shared_task(name="inviting.drop_old_drafts")
def drop_old_drafts() -> None:
    """Forgets links that were prepared and never sent."""
    actions.drop_old_drafts(now=clock.now())
