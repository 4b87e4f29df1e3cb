"""Remote or embedded: the only place that decides, by configuration, once, and never as a fallback."""

import os
import threading
from typing import cast

import httpx
from django.conf import settings
from django.utils.module_loading import import_string

from portal.http.factory import build_client, build_guarded_client
from portal.workways.client import Workways
from portal.workways.observing import Observer

# Never looked up: calls to it end in this process.
EMBEDDED_URL = "http://embedded.workways.invalid"

_Key = tuple[object, ...]
_kept: tuple[_Key, Workways] | None = None
_images: httpx.Client | None = None
_lock = threading.Lock()


def workways() -> Workways:
    """The client that the settings call for. It is kept, so that its connections are used again; asking is cheap.

    A process that was forked gets its own: two processes that share a connection would read each other's answers.
    """
    global _kept
    key: _Key = (
        os.getpid(),
        settings.WORKWAYS_TRANSPORT,
        settings.WORKWAYS_IS_EMBEDDED,
        settings.WORKWAYS_API_URL,
        settings.WORKWAYS_OBSERVER,
        # An error report shows local variables, so the token itself is not among them.
        hash(settings.WORKWAYS_API_TOKEN),
    )
    kept = _kept
    if kept is not None and kept[0] == key:
        return kept[1]
    with _lock:
        if _kept is None or _kept[0] != key:
            _kept = key, _build()
        return _kept[1]


def _build() -> Workways:
    handed_in = cast("httpx.BaseTransport | None", settings.WORKWAYS_TRANSPORT)
    images = _guarded()
    observer: Observer = import_string(settings.WORKWAYS_OBSERVER)
    if not settings.WORKWAYS_IS_EMBEDDED:
        http = build_client(settings.WORKWAYS_API_URL, transport=handed_in)
        return Workways(http, token=settings.WORKWAYS_API_TOKEN, images=images, observer=observer)
    if handed_in is None:
        # Imported here, because an installation with a remote account has no use for it.
        from portal.embedded.transport import EmbeddedTransport

        handed_in = EmbeddedTransport()
    return Workways(build_client(EMBEDDED_URL, transport=handed_in), token=None, images=images, observer=observer)


def _guarded() -> httpx.Client:
    # It depends on no setting, and reading the trusted certificates takes longer than a whole test.
    global _images
    if _images is None:
        _images = build_guarded_client()
    return _images


def _forget() -> None:
    global _kept, _images, _lock
    # Another thread may have held the lock when the process was forked, and it doesn't live on in the child.
    _lock = threading.Lock()
    _kept = _images = None


os.register_at_fork(after_in_child=_forget)
