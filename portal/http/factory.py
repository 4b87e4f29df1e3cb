"""Builds the httpx clients of every adapter; no adapter builds its own."""

from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from portal.http.guard import GuardedTransport, permit_public
from portal.http.network import Network
from portal.http.transport import BoundedTransport, SocketTransport

USER_AGENT = "workways-booking-portal"
TOTAL_SECONDS = 30.0
MAX_BYTES = 10_000_000
TIMEOUT = httpx.Timeout(connect=5.0, read=15.0, write=10.0, pool=5.0)
CONNECTIONS = 16
# Shorter than the five seconds after which common servers close an idle connection: a request that meets the closing
# is lost, and a lost write can't be told from a done one.
_IDLE_SECONDS = 4.0
_MAX_REDIRECTS = 3


def build_client(
    base_url: str = "",
    *,
    transport: httpx.BaseTransport | None = None,
    total_seconds: float = TOTAL_SECONDS,
    max_bytes: int = MAX_BYTES,
) -> httpx.Client:
    """A client for a service that the operator named: follows no redirect, keeps no cookie, uses no proxy or .netrc.

    Every answer is read whole within `total_seconds` and up to `max_bytes` of unpacked content; a request may bring
    other limits (see BoundedTransport). `transport` takes the place of the sockets.
    """
    inner = transport or SocketTransport(Network(), connections=CONNECTIONS, idle_seconds=_IDLE_SECONDS)
    return _client(BoundedTransport(inner, total_seconds=total_seconds, max_bytes=max_bytes), base_url=base_url)


def build_guarded_client(
    *,
    transport: httpx.BaseTransport | None = None,
    total_seconds: float = TOTAL_SECONDS,
    max_bytes: int = MAX_BYTES,
) -> httpx.Client:
    """A client for addresses that come from data: like `build_client`, behind the address guard.

    Follows up to three redirects, each of which is guarded as well. Raises AddressRefused.
    """
    network = Network(permit=permit_public)
    inner = transport or SocketTransport(network, connections=CONNECTIONS, idle_seconds=_IDLE_SECONDS)
    bounded = BoundedTransport(GuardedTransport(inner), total_seconds=total_seconds, max_bytes=max_bytes)
    return _client(bounded, redirects=_MAX_REDIRECTS)


def _client(transport: httpx.BaseTransport, *, base_url: str = "", redirects: int = 0) -> httpx.Client:
    return httpx.Client(
        base_url=base_url,
        transport=transport,
        timeout=TIMEOUT,
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"},
        follow_redirects=redirects > 0,
        max_redirects=redirects,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        trust_env=False,
    )
