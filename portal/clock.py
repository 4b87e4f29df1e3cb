"""The one place that asks what time it is."""

from datetime import UTC, datetime

from django.conf import settings


def now() -> datetime:
    """The present instant, aware, in UTC.

    `settings.CLOCK` may hold a function that answers instead: tests stop the clock with it.
    """
    clock = settings.CLOCK
    return clock() if clock is not None else datetime.now(UTC)
