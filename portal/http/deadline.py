"""A moment by which a whole call must be over, however its seconds are spent.

httpx's own time-outs start anew with every chunk, so a server that sends a byte a second could hold a worker for days.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Deadline:
    """Begins when made. It measures spans, so it asks the monotonic clock and not what time it is."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds until the end, never below zero."""
        return max(0.0, self._end - time.monotonic())

    @property
    def is_over(self) -> bool:
        """Has the end been reached?"""
        return self.left() <= 0


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def running(deadline: Deadline) -> Iterator[None]:
    """Makes this the deadline of every socket operation that the current thread does meanwhile."""
    token = _current.set(deadline)
    try:
        yield
    finally:
        _current.reset(token)


def shortened(timeout: float | None) -> float | None:
    """The time-out of one socket operation, cut to what the running deadline leaves; zero when it is over."""
    deadline = _current.get()
    if deadline is None:
        return timeout
    left = deadline.left()
    return left if timeout is None else min(timeout, left)
