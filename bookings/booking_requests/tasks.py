"""Celery tasks of this feature: thin, and safe to run twice."""

from celery import shared_task

from bookings.booking_requests import changes, reminders, settling
from portal import clock


@shared_task(name="booking_requests.settle")
def settle() -> None:
    """Looks after requests whose outcome is still to come."""
    settling.settle_due(now=clock.now())


@shared_task(name="booking_requests.expire")
def expire() -> None:
    """Ends requests whose time ran out."""
    settling.expire_due(now=clock.now())


@shared_task(name="booking_requests.watch_changes")
def watch_changes() -> None:
    """Tells of booked meetings that moved in the room's calendar, left it or came back."""
    changes.watch_changes(now=clock.now())


@shared_task(name="booking_requests.remind")
def remind() -> None:
    """Reminds of the meetings of the next day."""
    reminders.remind_due(now=clock.now())
