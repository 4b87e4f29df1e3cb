"""Celery tasks of this feature: thin, and safe to run twice."""

from celery import shared_task

from bookings.finding import fulfilling
from portal import clock


@shared_task(name="finding.fulfil_wishes")
def fulfil_wishes() -> None:
    """Mails the links that were asked for."""
    fulfilling.fulfil_wishes(now=clock.now())
