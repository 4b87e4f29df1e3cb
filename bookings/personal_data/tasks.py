"""Celery tasks of this feature: thin, and safe to run twice."""

import logging

from celery import shared_task

from bookings.personal_data import retention
from portal import clock

log = logging.getLogger(__name__)


@shared_task(name="personal_data.erase_old")
def erase_old() -> None:
    """Erases one batch of what is older than it may be."""
    now = clock.now()
    dropped = retention.drop_ended_proofs(now=now)
    erased = retention.erase_old(now=now)
    if erased or dropped:
        log.info("Erased what was too old of %d people, and dropped %d ended proofs.", erased, dropped)
