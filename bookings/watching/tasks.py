"""Celery tasks of this feature: thin, and safe to run twice."""

from celery import shared_task

from bookings.watching import offering
from portal import clock


@shared_task(name="watching.move_on")
def move_on() -> None:
    """Offers what has freed up, and passes on what was not taken."""
    offering.move_on(now=clock.now())
