"""What goes into the core of the embedded API and what comes out: plain values, whatever carried them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# Called with (to, subject, text, html, language); it keeps the mail in the transaction that is open.
Mailer = Callable[[str, str, str, str, str], None]

BAD_REQUEST = "Bad request"
NOT_FOUND = "Not found"
METHOD_NOT_ALLOWED = "Method not allowed"
SERVER_ERROR = "Internal server error"
_ABSENT: Any = object()


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """One call. Header names are in lower case; `base_url` is what the caller reaches us by, without a slash at its
    end.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    base_url: str = "http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """One answer, its body complete."""

    status: int
    headers: dict[str, str]
    body: bytes

    def payload(self) -> Any:
        """The JSON of the body."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls with the right to see everything: a developer by token, named by the user's id, or the portal itself
    (None).
    """

    developer: str | None

    @property
    def is_portal(self) -> bool:
        """The portal speaks to its visitors itself, so nothing is mailed in its name."""
        return self.developer is None


@dataclass(frozen=True, slots=True)
class Call:
    """A checked request on its way to its handler; `values` holds what the operation's parameters declare, None for
    absent.
    """

    request: ApiRequest
    values: Mapping[str, Any]
    caller: Caller | None
    now: datetime
    mailer: Mailer
    read_deferred: Callable[[str, Any], Any]

    def read(self, name: str, default: Any = None) -> Any:
        """The value of a parameter that was left for the handler to read. Raises Refused."""
        given = self.values[name]
        return default if given is None else self.read_deferred(name, given)


class Refused(Exception):
    """A "no" of the API: the sentence of the document (or one in its manner), the HTTP status, and `data` where it is
    sent.
    """

    def __init__(self, message: str, *, status: int = 400, data: Any = _ABSENT) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.data = data

    def response(self) -> ApiResponse:
        """As it is sent: `retcode` -1, and no `data` unless there is some (W14)."""
        payload = {"retcode": -1, "message": self.message}
        if self.data is not _ABSENT:
            payload["data"] = self.data
        return json_response(payload, self.status)


def json_response(payload: Mapping[str, Any], status: int = 200) -> ApiResponse:
    """A JSON answer; letters beyond ASCII stay as they are, in UTF-8."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return ApiResponse(status, {"content-type": "application/json; charset=utf-8"}, body)


def success(data: Any) -> ApiResponse:
    """The general success: retcode 1."""
    return json_response({"retcode": 1, "message": "OK", "data": data})


def outcome(status: str, message: str, data: Any) -> ApiResponse:
    """The success of register and meeting-request: retcode 200 and a status (W11)."""
    return json_response({"retcode": 200, "status": status, "message": message, "data": data})


def number_of(minor: int) -> int | float:
    """Minor units as the JSON number of the document: 45, or 45.5.

    Only here money becomes a float, because JSON has no other fraction; two decimals come out as they went in.
    """
    whole, cents = divmod(minor, 100)
    return minor / 100 if cents else whole
