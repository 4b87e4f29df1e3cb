"""Reads are tried again a little, writes never, and nothing is tried twice against the clock."""

import time
from collections.abc import Callable

import httpx
import pytest

from portal.http.factory import build_client
from portal.http.retries import RetryPlan
from portal.workways import Throttled, Unavailable, Workways, WorkwaysError
from tests.portal.workways.stand_ins import (
    BASE_URL,
    QUICKLY,
    READS,
    ROOM_ID,
    TOKEN,
    WRITES,
    Server,
    client_of,
    payload,
)

BUSY = httpx.Response(503)
GOOD = httpx.Response(200, content=payload("countries.json"))


@pytest.mark.parametrize("hindrance", [BUSY, httpx.Response(429), httpx.ConnectError("refused"), httpx.ReadError("")])
def test_read_succeeds_on_the_third_try(hindrance: httpx.Response | Exception) -> None:
    server = Server(hindrance, hindrance, GOOD)

    assert client_of(server, retries=QUICKLY).countries() == ("Belgium", "France", "Ireland")
    assert len(server.requests) == 3


def test_read_is_given_up_after_the_third_try() -> None:
    server = Server(BUSY)

    with pytest.raises(Unavailable):
        client_of(server, retries=QUICKLY).countries()

    assert len(server.requests) == 3


def test_reads_are_tried_again_unless_told_otherwise() -> None:
    server = Server(BUSY, GOOD)
    http = build_client(BASE_URL, transport=httpx.MockTransport(server))

    Workways(http, token=TOKEN).countries()

    assert len(server.requests) == 2


@pytest.mark.parametrize("outcome", [httpx.Response(500), httpx.Response(401), httpx.ReadTimeout("slow")])
def test_read_that_would_only_fail_again_is_tried_once(outcome: httpx.Response | Exception) -> None:
    server = Server(outcome)

    with pytest.raises(WorkwaysError):
        client_of(server, retries=QUICKLY).countries()

    assert len(server.requests) == 1


@pytest.mark.parametrize("outcome", [BUSY, httpx.Response(429), httpx.ConnectError("refused"), httpx.ReadError("")])
@pytest.mark.parametrize("call", [*WRITES.values(), READS["check-email"]], ids=[*WRITES, "check-email"])
def test_post_is_sent_once(call: Callable[[Workways], object], outcome: httpx.Response | Exception) -> None:
    server = Server(outcome)

    with pytest.raises(WorkwaysError):
        call(client_of(server, retries=QUICKLY))

    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda workways: workways.room_feed(ROOM_ID, timeout=5),
        lambda workways: workways.room_price(ROOM_ID, timeout=5),
        lambda workways: workways.user_info(id=ROOM_ID, timeout=5),
        lambda workways: workways.room_image("image123", timeout=5),
    ],
)
def test_read_with_a_timeout_is_sent_once(call: Callable[[Workways], object]) -> None:
    server = Server(BUSY)

    with pytest.raises(Unavailable):
        call(client_of(server, retries=QUICKLY))

    assert len(server.requests) == 1


def test_wait_that_the_server_asks_for_is_kept() -> None:
    server = Server(httpx.Response(429, headers={"Retry-After": "1"}), GOOD)
    began = time.monotonic()

    client_of(server, retries=RetryPlan(more_tries=1, first_wait=0.001)).countries()

    assert time.monotonic() - began >= 1


def test_long_wait_that_the_server_asks_for_is_left_to_the_caller() -> None:
    server = Server(httpx.Response(429, headers={"Retry-After": "120"}))

    with pytest.raises(Throttled) as raised:
        client_of(server, retries=QUICKLY).countries()

    assert (raised.value.wait_seconds, len(server.requests)) == (120.0, 1)
