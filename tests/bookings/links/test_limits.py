"""How often one network and one address may try."""

from typing import Any

import pytest
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.test import RequestFactory

from bookings.links.limits import ALLOWANCES, Act, TooOften, client_address, enforce, network_of, wait_seconds

pytestmark = pytest.mark.cache


def request_from(address: str, forwarded: str = "") -> Any:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return RequestFactory().post("/", REMOTE_ADDR=address, headers=headers)


def allowed_in_a_row(request_maker: Any, act: Act, email_maker: Any, tries: int) -> int:
    return sum(wait_seconds(request_maker(n), act, email=email_maker(n)) == 0 for n in range(tries))


def test_every_act_has_an_allowance() -> None:
    assert set(ALLOWANCES) == set(Act)


def test_address_is_limited_from_whichever_network() -> None:
    allowed = allowed_in_a_row(
        lambda n: request_from(f"198.51.{n}.1"), Act.SEND_CODE, lambda _n: "jeanne@example.org", 20
    )

    assert allowed == ALLOWANCES[Act.SEND_CODE].address


def test_address_counts_the_same_in_any_spelling() -> None:
    spellings = ["jeanne@example.org", "JEANNE@example.org ", " Jeanne@Example.ORG"]

    allowed = allowed_in_a_row(lambda n: request_from(f"198.51.{n}.1"), Act.SEND_CODE, lambda n: spellings[n % 3], 20)

    assert allowed == ALLOWANCES[Act.SEND_CODE].address


def test_network_is_limited_for_whichever_address() -> None:
    allowed = allowed_in_a_row(
        lambda n: request_from(f"198.51.100.{n % 250 + 1}"), Act.SEND_CODE, lambda n: f"guest{n}@example.org", 80
    )

    assert allowed == ALLOWANCES[Act.SEND_CODE].network


def test_acts_are_counted_apart() -> None:
    for n in range(20):
        wait_seconds(request_from(f"198.51.{n}.1"), Act.SEND_CODE, email="jeanne@example.org")

    assert wait_seconds(request_from("198.51.100.1"), Act.CHECK_CODE, email="jeanne@example.org") == 0


def test_wait_is_within_the_hour() -> None:
    waits = [wait_seconds(request_from(f"198.51.{n}.1"), Act.SEND_CODE, email="jeanne@example.org") for n in range(20)]

    assert 0 < waits[-1] <= 3600


def test_enforcing_raises_with_the_wait() -> None:
    request = request_from("198.51.100.1")
    for _ in range(ALLOWANCES[Act.SEND_CODE].address):
        enforce(request, Act.SEND_CODE, email="jeanne@example.org")

    with pytest.raises(TooOften) as caught:
        enforce(request, Act.SEND_CODE, email="jeanne@example.org")

    assert 0 < caught.value.wait_seconds <= 3600


class BrokenCache(BaseCache):
    """A cache whose server is away."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, *args: Any, **options: Any) -> bool:
        raise ConnectionRefusedError(111, "Connection refused")

    incr = get = set = add

    def clear(self) -> None:
        return


def test_broken_cache_neither_opens_nor_closes_the_door(settings: Any) -> None:
    settings.CACHES = settings.CACHES | {"limits": {"BACKEND": f"{__name__}.BrokenCache", "LOCATION": ""}}
    settings.RATELIMIT_USE_CACHE = "limits"
    caches.close_all()

    allowed = allowed_in_a_row(
        lambda n: request_from(f"198.51.{n}.1"), Act.SEND_CODE, lambda _n: "broken.cache@example.org", 20
    )

    assert allowed == ALLOWANCES[Act.SEND_CODE].address // 2


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("8.8.8.8", "1.1.1.1", "8.8.8.8"),
        ("10.0.0.2", "9.9.9.9, 1.1.1.1", "1.1.1.1"),
        ("10.0.0.2", "1.1.1.1, 10.0.0.3", "1.1.1.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "garbage, , 1.1.1.1", "1.1.1.1"),
        ("127.0.0.1", "garbage", "127.0.0.1"),
    ],
)
def test_forwarded_address_counts_only_behind_the_operators_own_proxy(peer: str, forwarded: str, address: str) -> None:
    assert client_address(request_from(peer, forwarded)) == address


def test_network_of_a_request_without_an_address_is_one_of_its_own() -> None:
    request = RequestFactory().post("/")
    request.META["REMOTE_ADDR"] = ""

    assert network_of(request) == "unknown"
