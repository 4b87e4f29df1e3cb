"""Celery tasks of this feature: thin, and safe to run twice."""

from celery import shared_task

from bookings.registration import settling
from portal import clock


@shared_task(name="registration.settle")
def settle() -> None:
    """Looks after registrations whose outcome is still to come."""
    settling.settle_due(now=clock.now())
