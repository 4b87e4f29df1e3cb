"""When calls that wait are written down: after a page has left, and after a task of the worker."""

from typing import Any

from celery.signals import task_postrun
from django.core.signals import request_finished

from bookings.upstream_calls import recording


def connect() -> None:
    """Called once, when the app is ready."""
    request_finished.connect(_flush, dispatch_uid="upstream_calls")
    task_postrun.connect(_flush, dispatch_uid="upstream_calls", weak=False)


def _flush(**_: Any) -> None:
    recording.flush()
