"""How often one network and one address may try things.

The counters live in the cache. When the cache fails, this process counts by itself with half the allowance: slower, but
neither open to a flood nor closed to everybody.
"""

import logging
import threading
import time
import zlib
from dataclasses import dataclass
from enum import StrEnum

from django.http import HttpRequest
from django_ratelimit.core import get_usage
from django_ratelimit.exceptions import Ratelimited
from redis.exceptions import RedisError

from bookings.links import rules

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many in how many seconds, for one network and for one address."""

    network: int
    address: int
    seconds: int


class Act(StrEnum):
    """What is counted."""

    SEND_CODE = "send_code"
    CHECK_CODE = "check_code"
    OPEN_LINK = "open_link"
    BEGIN_BOOKING = "begin_booking"
    BEGIN_REGISTRATION = "begin_registration"
    ASK_STAFF = "ask_staff"
    ASK_PRICE = "ask_price"
    SIGN_IN = "sign_in"
    SET_WATCH = "set_watch"


# A network's allowance is for a whole office of people behind one address of the internet.
ALLOWANCES: dict[Act, Allowance] = {
    Act.SEND_CODE: Allowance(network=60, address=8, seconds=3600),
    Act.CHECK_CODE: Allowance(network=200, address=30, seconds=3600),
    Act.OPEN_LINK: Allowance(network=200, address=60, seconds=3600),
    Act.BEGIN_BOOKING: Allowance(network=100, address=30, seconds=3600),
    Act.BEGIN_REGISTRATION: Allowance(network=60, address=15, seconds=3600),
    Act.ASK_STAFF: Allowance(network=60, address=15, seconds=3600),
    Act.ASK_PRICE: Allowance(network=1200, address=1200, seconds=3600),
    Act.SET_WATCH: Allowance(network=60, address=15, seconds=3600),
    Act.SIGN_IN: Allowance(network=50, address=10, seconds=900),
}


class TooOften(Ratelimited):
    """An allowance is used up; `wait_seconds` says until when. The middleware turns it into the page for that."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(f"Too many attempts; wait {wait_seconds} s.")
        self.wait_seconds = wait_seconds


def client_address(request: HttpRequest) -> str:
    """The visitor's own address.

    The forwarded header counts only when the peer is inside the operator's network, as its reverse proxy is, and then
    only its last outside entry, which that proxy wrote itself; what stands before it anybody can invent.
    """
    peer = str(request.META.get("REMOTE_ADDR") or "")
    if peer and not rules.is_nearby(peer):
        return peer
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    outside = [hop for hop in hops if rules.network_of_address(hop) and not rules.is_nearby(hop)]
    return outside[-1] if outside else peer


def network_of(request: HttpRequest) -> str:
    """The /24 or /48 that the visitor's address lies in; "unknown" when the server passes none on."""
    return rules.network_of_address(client_address(request)) or "unknown"


def wait_seconds(request: HttpRequest, act: Act, *, email: str = "") -> int:
    """Counts one try. 0 means go on; otherwise so many seconds until the allowance is whole again."""
    allowance = ALLOWANCES[act]
    waits = [_count(request, f"{act}.network", network_of(request), allowance.network, allowance.seconds)]
    if email:
        address = rules.normalized_email(email)
        waits.append(_count(request, f"{act}.address", address, allowance.address, allowance.seconds))
    return max(waits)


def enforce(request: HttpRequest, act: Act, *, email: str = "") -> None:
    """Counts one try. Raises TooOften, which becomes a page, when the allowance is used up."""
    wait = wait_seconds(request, act, email=email)
    if wait:
        raise TooOften(wait)


def enforce_sign_in(request: HttpRequest, email: str) -> None:
    """Counts one attempt to sign in; `settings.EMBEDDED_SIGN_IN_LIMIT` names this function. Raises TooOften."""
    enforce(request, Act.SIGN_IN, email=email)


def _count(request: HttpRequest, group: str, value: str, limit: int, seconds: int) -> int:
    try:
        usage = get_usage(  # type: ignore[no-untyped-call]
            request, group=group, key=lambda _group, _request: value, rate=(limit, seconds), increment=True
        )
    except (OSError, RedisError) as error:
        log.warning("The rate limits' cache failed (%s); this process counts by itself.", type(error).__name__)
        return _own_count.wait(group, value, limit, seconds)
    if usage is None:
        return 0
    # The library answers -1 when the cache could neither add nor count.
    if usage["time_left"] < 0:
        return _own_count.wait(group, value, limit, seconds)
    return max(1, int(usage["time_left"])) if usage["should_limit"] else 0


class _OwnCount:
    """Counters of this process alone, for when the shared ones can't be reached."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, int], int] = {}
        self._lock = threading.Lock()

    def wait(self, group: str, value: str, limit: int, seconds: int) -> int:
        moment = int(time.time())
        offset = zlib.crc32(value.encode()) % seconds
        window = (moment + offset) // seconds
        with self._lock:
            if len(self._counts) > 10_000:
                self._counts.clear()
            key = (group, value, window)
            self._counts[key] = self._counts.get(key, 0) + 1
            is_over = self._counts[key] > max(1, limit // 2)
        return max(1, (window + 1) * seconds - offset - moment) if is_over else 0


_own_count = _OwnCount()
