"""Celery tasks of this feature: thin, and safe to run twice."""

from celery import shared_task

from bookings.booking_requests import settling, wishing
from portal import clock


@shared_task(name="booking_requests.settle")
def settle() -> None:
    """Looks after requests whose outcome is still to come."""
    settling.settle_due(now=clock.now())


@shared_task(name="booking_requests.expire")
def expire() -> None:
    """Ends requests whose time ran out."""
    settling.expire_due(now=clock.now())


@shared_task(name="booking_requests.fulfil_wishes")
def fulfil_wishes() -> None:
    """Mails the fresh links that were asked for."""
    wishing.fulfil_wishes(now=clock.now())
