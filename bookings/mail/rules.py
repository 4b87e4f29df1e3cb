"""When a mail is tried again, and when it is not. Pure."""

from datetime import datetime, timedelta

# A claim outlasts any one conversation with a mail server, whose every wait is bounded by EMAIL_TIMEOUT.
LEASE = timedelta(seconds=60)
RETRY_DELAYS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
# How often a worker may die over one mail before staff must look at it.
BROKEN_OFF_LIMIT = 10


def next_attempt_at(attempts: int, *, now: datetime, jitter: float) -> datetime | None:
    """When to try again after so many failed attempts, or None when they were enough.

    `jitter`, from 0 to 1, stretches the wait by up to a fifth, so that a recovering server is not asked by all at once.
    """
    if attempts > len(RETRY_DELAYS):
        return None
    return now + RETRY_DELAYS[attempts - 1] * (1 + jitter / 5)


def may_be_tried_again(code: int) -> bool:
    """Is this SMTP reply a passing trouble (RFC 5321, 4.2.1: first digit 4)?"""
    return 400 <= code < 500
