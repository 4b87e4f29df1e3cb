"""The core of the embedded API: one function from a request to a response, whatever carries them."""

import logging
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime

from django.db import transaction

from portal.embedded import auth
from portal.embedded.answers import (
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    SERVER_ERROR,
    ApiRequest,
    ApiResponse,
    Call,
    Caller,
    Mailer,
    Refused,
)
from portal.embedded.declarations import OPERATIONS, Operation, TokenRule
from portal.embedded.entity_tags import tagged
from portal.embedded.handlers import (
    contract_changes,
    contracts,
    feed,
    meetings,
    people,
    places,
    prices,
    registration,
    room_pictures,
)
from portal.embedded.inputs import read_json

__all__ = ["OPERATIONS", "ApiRequest", "ApiResponse", "TokenRule", "handle"]

_log = logging.getLogger(__name__)

_HANDLERS: dict[str, Callable[[Call], ApiResponse]] = {
    "/api/sites": places.sites,
    "/api/rooms": places.rooms,
    "/api/countries": places.countries,
    "/api/icsfeed": feed.icsfeed,
    "/imageroom": room_pictures.imageroom,
    "/api/room-price": prices.room_price,
    "/api/user-info": people.user_info,
    "/api/organization-info": contracts.organization_info,
    "/api/contract-options": contracts.contract_options,
    "/api/merge-contract": contract_changes.merge_contract,
    "/api/check-email": people.check_email,
    "/api/meeting-request": meetings.meeting_request,
    "/api/register": registration.register,
}
_BY_PATH = {operation.path: (operation, _HANDLERS[operation.path]) for operation in OPERATIONS}
# Programs in a browser may read from anywhere (W74); writing needs a token that has no place in a browser.
_CORS = {"access-control-allow-origin": "*"}
_PREFLIGHT = {
    **_CORS,
    "access-control-allow-methods": "GET, HEAD, OPTIONS",
    "access-control-allow-headers": "Authorization, If-None-Match",
    "access-control-max-age": "86400",
}


def handle(request: ApiRequest, *, now: datetime, mailer: Mailer, trusted: bool = False) -> ApiResponse:
    """Answers one call. It never raises: what nobody foresaw is logged and answered with the document's 500.

    `trusted` is the portal in its own process, which needs no token. A handler that writes runs in one transaction, so
    a refusal leaves nothing behind; inside a transaction of the caller it is a savepoint of that.
    """
    operation, run = _BY_PATH.get(request.path.rstrip("/"), (None, None))
    try:
        if operation is None or run is None:
            raise Refused(NOT_FOUND, status=404)
        if request.method == "OPTIONS":
            return ApiResponse(204, {"allow": _allowed(operation), **(_PREFLIGHT if operation.is_read else {})}, b"")
        if ("GET" if request.method == "HEAD" else request.method) != operation.method:
            raise Refused(METHOD_NOT_ALLOWED, status=405)
        call = _checked(operation, request, now=now, mailer=mailer, trusted=trusted)
        with nullcontext() if operation.is_read else transaction.atomic():
            response = run(call)
        if operation.has_entity_tag and "etag" not in response.headers:
            response = tagged(request, response)
    except Refused as refusal:
        response = refusal.response()
        if refusal.status == 405 and operation is not None:
            response.headers["allow"] = _allowed(operation)
    except Exception:  # noqa: BLE001  the document promises this answer; the log has the rest
        _log.exception("The embedded API could not answer %s %s.", request.method, request.path)
        response = Refused(SERVER_ERROR, status=500).response()
    if operation is not None and operation.is_read:
        response.headers.update(_CORS)
    return response


def _checked(operation: Operation, request: ApiRequest, *, now: datetime, mailer: Mailer, trusted: bool) -> Call:
    """In the order of W82, after the method: token, required parameters, their forms; the rest is the handler's."""
    caller = Caller(None) if trusted else _caller(operation, request, now)
    given = dict(request.query) if operation.is_read else read_json(request.body)
    values = operation.parameters.read(given)
    return Call(request, values, caller, now, mailer, operation.parameters.read_deferred)


def _caller(operation: Operation, request: ApiRequest, now: datetime) -> Caller | None:
    """Who calls. A bad header on an optional endpoint is refused, never taken for no header (W10)."""
    header = request.headers.get("authorization")
    if operation.token is TokenRule.IGNORED and header is not None:
        return _caller_if_known(header, now)
    if operation.token is TokenRule.REQUIRED or header is not None:
        return auth.identify(header, now=now)
    return None


def _caller_if_known(header: str, now: datetime) -> Caller | None:
    """On an endpoint that asks for no token, a good one shows more (W55) and a bad one does no harm."""
    try:
        return auth.identify(header, now=now)
    except Refused:
        return None


def _allowed(operation: Operation) -> str:
    return "GET, HEAD, OPTIONS" if operation.is_read else f"{operation.method}, OPTIONS"
