"""Sends one call: within its time, with a line in the log, again where that is allowed, and with our errors only."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from portal.http.deadline import Deadline
from portal.http.errors import OutboundError
from portal.http.retries import RetryPlan, may_retry
from portal.workways import verdicts
from portal.workways.fields import cleaned
from portal.workways.verdicts import Call

TOTAL_SECONDS = 30.0
JSON_BYTES = 10_000_000

_log = logging.getLogger("portal.workways")
_Outcome = httpx.Response | httpx.HTTPError | httpx.InvalidURL | httpx.StreamError | OutboundError


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A call with everything that is sent. `address` is a path under the client's base address, or a whole address."""

    call: Call
    address: httpx.URL | str
    query: Mapping[str, str | int | None] = field(default_factory=dict)
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    auth: httpx.Auth | None = None
    max_bytes: int = JSON_BYTES


def send(http: httpx.Client, outgoing: Outgoing, *, deadline: Deadline, retries: RetryPlan) -> httpx.Response:
    """The whole answer, whatever its status. Raises Unreachable, Unavailable, OutcomeUnknown, Garbled or TooLarge."""
    call = outgoing.call
    tries = 0
    while True:
        tries += 1
        outcome = _exchange(http, outgoing, deadline)
        wait = None
        if may_retry(call.method, outcome.status_code if isinstance(outcome, httpx.Response) else outcome):
            asked = verdicts.wait_seconds(outcome) if isinstance(outcome, httpx.Response) else None
            wait = retries.wait(tries, asked=asked, left=deadline.left())
        if wait is not None:
            time.sleep(wait)
        elif isinstance(outcome, httpx.Response):
            return outcome
        else:
            raise verdicts.failure(call, outcome) from outcome


def _exchange(http: httpx.Client, outgoing: Outgoing, deadline: Deadline) -> _Outcome:
    began = time.monotonic()
    outcome: _Outcome
    try:
        outcome = http.send(_request(http, outgoing, deadline), auth=outgoing.auth)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OutboundError) as error:
        outcome = error
    milliseconds = round((time.monotonic() - began) * 1000)
    word = outcome.status_code if isinstance(outcome, httpx.Response) else type(outcome).__name__
    # Neither the query nor a body is written down: both may hold an e-mail address.
    _log.info("%s %s %s %d ms", outgoing.call.method, outgoing.call.path, word, milliseconds)
    return outcome


def _request(http: httpx.Client, outgoing: Outgoing, deadline: Deadline) -> httpx.Request:
    query = {
        key: cleaned(value) if isinstance(value, str) else value
        for key, value in outgoing.query.items()
        if value is not None
    }
    headers = dict(outgoing.headers)
    if outgoing.content is not None:
        headers["Content-Type"] = "application/json"
    return http.build_request(
        outgoing.call.method,
        outgoing.address,
        # An empty query would wipe the one that a whole address brings.
        params=query or None,
        content=outgoing.content,
        headers=headers,
        extensions={"deadline": deadline, "max_bytes": outgoing.max_bytes},
    )
