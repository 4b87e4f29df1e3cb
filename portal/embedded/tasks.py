"""What the worker does for the embedded API."""

from celery import shared_task

from portal import clock
from portal.embedded.auth import sum_up_uses


@shared_task(name="embedded.sum_up_uses")
def sum_up_uses_task() -> None:
    """Sums up the calls of days that are over; what one run leaves, the next one takes."""
    sum_up_uses(now=clock.now())
