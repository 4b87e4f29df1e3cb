"""Celery tasks of this feature: thin, and safe to run twice."""

from celery import shared_task

from bookings.offers import slot_prices
from portal import clock


@shared_task(name="offers.fill_prices")
def fill_prices() -> None:
    """Asks the upstream the prices of the slots that searches have shown."""
    slot_prices.fill_prices(now=clock.now())
