"""The core of the embedded API: one function from a request to a response, whatever carries them."""

import logging
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import transaction

from portal.embedded import auth
from portal.embedded.answers import ApiRequest, ApiResponse, Call, Caller, Mailer, Refused
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
from portal.embedded.inputs import Parameter, read_json, read_parameters

__all__ = ["ENDPOINTS", "ApiRequest", "ApiResponse", "Endpoint", "TokenRule", "handle"]

_log = logging.getLogger(__name__)


class TokenRule(Enum):
    """What a token is to an endpoint: the document's table, which wins over its prose (W1)."""

    IGNORED = "no"
    OPTIONAL = "optional"
    REQUIRED = "yes"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One line of the document: its parameters are checked from here, before the handler runs.

    `check` sees what came before the parameters are read, for a rule over several of them.
    """

    method: str
    path: str
    token: TokenRule
    run: Callable[[Call], ApiResponse]
    parameters: tuple[Parameter, ...] = ()
    check: Callable[[dict[str, Any]], None] | None = None


ENDPOINTS = (
    Endpoint("GET", "/api/sites", TokenRule.OPTIONAL, places.sites, places.SITES_PARAMETERS),
    Endpoint("GET", "/api/rooms", TokenRule.OPTIONAL, places.rooms, places.ROOMS_PARAMETERS),
    Endpoint("GET", "/api/countries", TokenRule.IGNORED, places.countries),
    Endpoint("GET", "/api/icsfeed", TokenRule.IGNORED, feed.icsfeed, feed.PARAMETERS),
    Endpoint("GET", "/imageroom", TokenRule.IGNORED, room_pictures.imageroom, room_pictures.PARAMETERS),
    Endpoint("GET", "/api/room-price", TokenRule.REQUIRED, prices.room_price, prices.PARAMETERS),
    Endpoint("GET", "/api/user-info", TokenRule.REQUIRED, people.user_info, people.USER_INFO_PARAMETERS),
    Endpoint(
        "GET",
        "/api/contract-options",
        TokenRule.REQUIRED,
        contracts.contract_options,
        contracts.CONTRACT_OPTIONS_PARAMETERS,
    ),
    Endpoint(
        "GET",
        "/api/organization-info",
        TokenRule.REQUIRED,
        contracts.organization_info,
        contracts.ORGANIZATION_INFO_PARAMETERS,
    ),
    Endpoint(
        "POST",
        "/api/merge-contract",
        TokenRule.REQUIRED,
        contract_changes.merge_contract,
        contract_changes.PARAMETERS,
    ),
    Endpoint("POST", "/api/check-email", TokenRule.REQUIRED, people.check_email, people.CHECK_EMAIL_PARAMETERS),
    Endpoint("POST", "/api/meeting-request", TokenRule.REQUIRED, meetings.meeting_request, meetings.PARAMETERS),
    Endpoint(
        "POST",
        "/api/register",
        TokenRule.REQUIRED,
        registration.register,
        registration.PARAMETERS,
        registration.check_place,
    ),
)
_BY_PATH = {endpoint.path: endpoint for endpoint in ENDPOINTS}
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
    endpoint = _BY_PATH.get(request.path.rstrip("/"))
    try:
        if endpoint is None:
            raise Refused("Not found", status=404)
        if request.method == "OPTIONS":
            return ApiResponse(
                204, {"allow": _allowed(endpoint), **(_PREFLIGHT if endpoint.method == "GET" else {})}, b""
            )
        response = _answer(endpoint, request, now=now, mailer=mailer, trusted=trusted)
    except Refused as refusal:
        response = refusal.response()
        if refusal.status == 405 and endpoint is not None:
            response.headers["allow"] = _allowed(endpoint)
    except Exception:  # noqa: BLE001  the document promises this answer; the log has the rest
        _log.exception("The embedded API could not answer %s %s.", request.method, request.path)
        response = Refused("Internal server error", status=500).response()
    if endpoint is not None and endpoint.method == "GET":
        response.headers.update(_CORS)
    return response


def _answer(endpoint: Endpoint, request: ApiRequest, *, now: datetime, mailer: Mailer, trusted: bool) -> ApiResponse:
    """In the order of W82: method, token, required parameters, their forms; the rest is the handler's."""
    is_read = endpoint.method == "GET"
    if ("GET" if request.method == "HEAD" else request.method) != endpoint.method:
        raise Refused("Method not allowed", status=405)
    caller = Caller(None) if trusted else _caller(endpoint, request, now)
    given = dict(request.query) if is_read else read_json(request.body)
    values = read_parameters(endpoint.parameters, given, endpoint.check)
    with nullcontext() if is_read else transaction.atomic():
        return endpoint.run(Call(request, values, caller, now, mailer))


def _caller(endpoint: Endpoint, request: ApiRequest, now: datetime) -> Caller | None:
    """Who calls. A bad header on an optional endpoint is refused, never taken for no header (W10)."""
    header = request.headers.get("authorization")
    if endpoint.token is TokenRule.IGNORED and header is not None:
        return _caller_if_known(header, now)
    if endpoint.token is TokenRule.REQUIRED or header is not None:
        return auth.identify(header, now=now)
    return None


def _caller_if_known(header: str, now: datetime) -> Caller | None:
    """On an endpoint that asks for no token, a good one shows more (W55) and a bad one does no harm."""
    try:
        return auth.identify(header, now=now)
    except Refused:
        return None


def _allowed(endpoint: Endpoint) -> str:
    return "GET, HEAD, OPTIONS" if endpoint.method == "GET" else f"{endpoint.method}, OPTIONS"
