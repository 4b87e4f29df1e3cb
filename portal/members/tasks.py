"""Celery tasks of the members: thin, and safe to run twice."""

import logging

from celery import shared_task

from portal import clock
from portal.members import sessions

log = logging.getLogger(__name__)


@shared_task(name="members.drop_ended_sessions")
def drop_ended_sessions() -> None:
    """Forgets the sessions whose time is over."""
    dropped = sessions.drop_ended(now=clock.now())
    if dropped:
        log.info("Dropped %d ended sessions.", dropped)
