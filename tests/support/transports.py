"""httpx transports that play an upstream in trouble: put one into `settings.WORKWAYS_TRANSPORT`.

Each one fails only on the paths it is told, for example `fail_on="/api/meeting-request"`, and passes everything else on
to `inner`, which is the embedded API unless a test hands in another. Without `fail_on` it fails on every call.
"""

import json
from collections.abc import Callable
from typing import Any

import httpx

REGISTER = "/api/register"
MEETING_REQUEST = "/api/meeting-request"
USER_INFO = "/api/user-info"
FEED = "/api/icsfeed"


def embedded() -> httpx.BaseTransport:
    """The embedded Workways API, called in process."""
    from portal.embedded.transport import EmbeddedTransport  # deferred: its tables need the apps to be ready

    return EmbeddedTransport()


class Recording(httpx.BaseTransport):
    """Passes everything on and remembers it."""

    def __init__(self, inner: httpx.BaseTransport | None = None) -> None:
        self._inner = inner or embedded()
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._inner.handle_request(request)

    @property
    def calls(self) -> list[str]:
        """What was called, in order: "GET /api/rooms"."""
        return [f"{request.method} {request.url.path}" for request in self.requests]

    def sent_to(self, path: str) -> list[dict[str, Any]]:
        """The JSON bodies that were sent to a path, in order."""
        return [json.loads(request.content) for request in self.requests if request.url.path == path]


class Troubled(httpx.BaseTransport):
    """Meets a call with `trouble`, which answers or raises; `reaches_inner` lets the upstream do its work before that.

    `calls` counts the troubled ones. `heal()` ends the trouble.
    """

    def __init__(
        self,
        trouble: Callable[[httpx.Request], httpx.Response],
        *,
        fail_on: str | None = None,
        reaches_inner: bool = False,
        inner: httpx.BaseTransport | None = None,
    ) -> None:
        self._trouble = trouble
        self._fail_on = fail_on
        self._reaches_inner = reaches_inner
        self._inner = inner or embedded()
        self._healed = False
        self.calls = 0

    def heal(self) -> None:
        """From now on everything works."""
        self._healed = True

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._healed or self._fail_on not in (None, request.url.path):
            return self._inner.handle_request(request)
        self.calls += 1
        if self._reaches_inner:
            self._inner.handle_request(request).read()
        return self._trouble(request)


def commits_then_drops(fail_on: str | None = None, *, inner: httpx.BaseTransport | None = None) -> Troubled:
    """Does what it was asked, then the connection breaks before an answer."""

    def drop(request: httpx.Request) -> httpx.Response:
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)

    return Troubled(drop, fail_on=fail_on, reaches_inner=True, inner=inner)


def drops(fail_on: str | None = None, *, inner: httpx.BaseTransport | None = None) -> Troubled:
    """The connection breaks after the request was sent, and nothing was done."""

    def drop(request: httpx.Request) -> httpx.Response:
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)

    return Troubled(drop, fail_on=fail_on, inner=inner)


def times_out(
    fail_on: str | None = None, *, commits: bool = False, inner: httpx.BaseTransport | None = None
) -> Troubled:
    """No answer within the time allowed; with `commits` the upstream did its work all the same."""

    def wait(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("The read operation timed out", request=request)

    return Troubled(wait, fail_on=fail_on, reaches_inner=commits, inner=inner)


def refuses_connections(fail_on: str | None = None, *, inner: httpx.BaseTransport | None = None) -> Troubled:
    """Nobody is there: no connection is ever made."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[Errno 111] Connection refused", request=request)

    return Troubled(refuse, fail_on=fail_on, inner=inner)


def answers(
    status: int,
    body: dict[str, Any] | str | bytes,
    fail_on: str | None = None,
    *,
    headers: dict[str, str] | None = None,
    inner: httpx.BaseTransport | None = None,
) -> Troubled:
    """Always this answer; a dictionary travels as JSON."""

    def answer(request: httpx.Request) -> httpx.Response:
        if isinstance(body, dict):
            return httpx.Response(status, json=body, headers=headers, request=request)
        content = body.encode() if isinstance(body, str) else body
        return httpx.Response(status, content=content, headers=headers, request=request)

    return Troubled(answer, fail_on=fail_on, inner=inner)


def server_error(fail_on: str | None = None, *, inner: httpx.BaseTransport | None = None) -> Troubled:
    """The API document's own answer to trouble of the server."""
    return answers(500, {"retcode": -1, "message": "Internal server error"}, fail_on, inner=inner)


def rubbish(fail_on: str | None = None, *, inner: httpx.BaseTransport | None = None) -> Troubled:
    """A page of some proxy in between, under status 200."""
    return answers(200, "<html><h1>It works!</h1>", fail_on, headers={"Content-Type": "text/html"}, inner=inner)


def rejects(message: str, fail_on: str | None = None, *, inner: httpx.BaseTransport | None = None) -> Troubled:
    """A refusal with this message, whatever was asked."""
    return answers(400, {"retcode": -1, "message": message}, fail_on, inner=inner)


def rejects_in_french(fail_on: str | None = None, *, inner: httpx.BaseTransport | None = None) -> Troubled:
    """A refusal that no document mentions, in French."""
    return rejects("Le numéro de société n'a pas pu être vérifié", fail_on, inner=inner)


def unauthorized(fail_on: str | None = None, *, inner: httpx.BaseTransport | None = None) -> Troubled:
    """The token was switched off by an administrator (API document, authentication errors)."""
    message = "Votre token est expiré, connectez-vous à votre compte pour le renouveler"
    return answers(401, {"retcode": -1, "message": message}, fail_on, inner=inner)


def throttled(
    fail_on: str | None = None, *, wait_seconds: int = 30, inner: httpx.BaseTransport | None = None
) -> Troubled:
    """The token's quota is used up."""
    body = {"retcode": -1, "message": "API quota exceeded"}
    return answers(429, body, fail_on, headers={"Retry-After": str(wait_seconds)}, inner=inner)
