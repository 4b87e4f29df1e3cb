"""Celery tasks of this feature: thin, and safe to run twice."""

import logging

from celery import shared_task

from bookings.availability import actions
from portal import clock

log = logging.getLogger(__name__)


@shared_task(name="availability.drop_expired_holds")
def drop_expired_holds() -> None:
    """Forgets the holds that ran out."""
    dropped = actions.drop_expired(now=clock.now())
    if dropped:
        log.info("Dropped %d expired holds.", dropped)
