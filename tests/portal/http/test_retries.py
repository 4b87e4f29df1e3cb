"""Only reads, only failures that pass, with growing waits, never past the end."""

import httpx
import pytest

from portal.http.retries import NEVER, RetryPlan, may_retry


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (429, True),
        (503, True),
        (200, False),
        (400, False),
        (401, False),
        (500, False),
        (502, False),
        (httpx.ConnectError(""), True),
        (httpx.ConnectTimeout(""), True),
        (httpx.ReadError(""), True),
        (httpx.RemoteProtocolError(""), True),
        (httpx.ReadTimeout(""), False),
        (httpx.PoolTimeout(""), False),
        (ValueError(""), False),
    ],
)
def test_reads_are_tried_again_only_after_failures_that_pass(outcome: Exception | int, expected: bool) -> None:
    assert may_retry("GET", outcome) is expected


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("outcome", [429, 503, httpx.ConnectError("")])
def test_writes_are_never_tried_again(method: str, outcome: Exception | int) -> None:
    assert not may_retry(method, outcome)


def test_waits_grow_with_jitter_up_to_the_longest() -> None:
    plan = RetryPlan(more_tries=10, first_wait=1.0, longest_wait=4.0)

    drawn = [{plan.wait(tries, asked=None, left=100) for _ in range(50)} for tries in (1, 2, 3, 4, 10)]

    for waits, longest in zip(drawn, (1.0, 2.0, 4.0, 4.0, 4.0), strict=True):
        assert all(wait is not None and longest / 2 <= wait <= longest for wait in waits)
        assert len(waits) > 5


def test_last_try_is_the_last() -> None:
    plan = RetryPlan(more_tries=2)

    assert [plan.wait(tries, asked=None, left=100) is None for tries in (1, 2, 3)] == [False, False, True]
    assert NEVER.wait(1, asked=None, left=100) is None


def test_no_wait_goes_past_the_end_of_the_call() -> None:
    assert RetryPlan(more_tries=2, first_wait=1.0).wait(1, asked=None, left=0.4) is None


def test_server_that_asks_for_more_time_gets_it_within_reason() -> None:
    plan = RetryPlan(more_tries=2, first_wait=0.1, longest_wait=8.0)

    assert plan.wait(1, asked=3.0, left=30) == 3.0
    assert plan.wait(1, asked=60.0, left=300) is None
