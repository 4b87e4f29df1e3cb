"""Celery tasks of this feature: thin, and safe to run twice."""

import logging

from celery import shared_task

from bookings.upstream_calls import actions
from portal import clock

log = logging.getLogger(__name__)


@shared_task(name="upstream_calls.prune")
def prune() -> None:
    """Drops what is older than it is kept."""
    dropped = actions.prune(now=clock.now())
    if dropped:
        log.info("Dropped %d rows of old calls to Workways.", dropped)
