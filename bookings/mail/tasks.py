"""Celery tasks of this feature: thin, and safe to run twice."""

from celery import shared_task

from bookings.mail import sending

_AT_ONCE = 50


@shared_task(name="mail.send_due")
def send_due() -> None:
    """Sends what is due; the next wake-up goes on where this one stops."""
    sending.send_due(limit=_AT_ONCE)
