"""Which answer becomes which error, and what the caller may do then."""

import inspect
import pickle
from collections.abc import Callable

import httpx
import pytest

import portal.workways
from portal.http.errors import AddressRefused, AnswerTooLarge, AnswerUnreadable, OutboundError
from portal.workways import (
    Garbled,
    Missing,
    OutcomeUnknown,
    Refusal,
    Rejected,
    Throttled,
    TooLarge,
    Unauthorized,
    Unavailable,
    Unreachable,
    Workways,
    WorkwaysError,
    errors,
)
from tests.portal.workways.stand_ins import READS, WRITES, Server, answered, client_of, payload

SUCCESS = b'{"retcode": 1, "message": "OK", "data": []}'
REFUSED = b'{"retcode": -1, "message": "Ce cr\xc3\xa9neau ne convient pas"}'
NOT_FOUND = b'{"retcode": -1, "message": "User not found"}'
UNAUTHORIZED = (
    b'{"retcode": -1, "message": "Unauthorized: Authorization header is required. Use: Authorization: Bearer "}'
)
INTERNAL = b'{"retcode": -1, "message": "Internal server error"}'
HTML = b"<!doctype html><title>502 Bad Gateway</title>"

# status, body -> the error of a read, the error of a write
TABLE: list[tuple[int, bytes, type[WorkwaysError], type[WorkwaysError]]] = [
    (400, REFUSED, Rejected, Rejected),
    (200, REFUSED, Rejected, Rejected),
    (422, REFUSED, Rejected, Rejected),
    (409, REFUSED, Rejected, Rejected),
    (400, NOT_FOUND, Missing, Missing),
    (404, NOT_FOUND, Missing, Missing),
    (404, REFUSED, Missing, Missing),
    (401, UNAUTHORIZED, Unauthorized, Unauthorized),
    (400, UNAUTHORIZED, Unauthorized, Unauthorized),
    (401, HTML, Unauthorized, Unauthorized),
    (401, b"", Unauthorized, Unauthorized),
    (403, REFUSED, Unauthorized, Unauthorized),
    (429, REFUSED, Throttled, Throttled),
    (429, HTML, Throttled, Throttled),
    (500, INTERNAL, Unavailable, OutcomeUnknown),
    (200, INTERNAL, Unavailable, OutcomeUnknown),
    (400, INTERNAL, Unavailable, OutcomeUnknown),
    (500, SUCCESS, Unavailable, OutcomeUnknown),
    (500, HTML, Unavailable, OutcomeUnknown),
    (502, HTML, Unavailable, OutcomeUnknown),
    (503, b"", Unavailable, OutcomeUnknown),
    (504, HTML, Unavailable, OutcomeUnknown),
    (301, b"", Unavailable, OutcomeUnknown),
    (304, b"", Unavailable, OutcomeUnknown),
    (404, HTML, Unavailable, OutcomeUnknown),
    (408, b"", Unavailable, OutcomeUnknown),
    (400, SUCCESS, Garbled, OutcomeUnknown),
    (200, HTML, Garbled, OutcomeUnknown),
    (200, b"", Garbled, OutcomeUnknown),
    (204, b"", Garbled, OutcomeUnknown),
    (200, b"null", Garbled, OutcomeUnknown),
    (200, b"[]", Garbled, OutcomeUnknown),
    (200, b"{}", Garbled, OutcomeUnknown),
    (200, SUCCESS[:-1], Garbled, OutcomeUnknown),
    (200, b'{"retcode": true, "data": []}', Garbled, OutcomeUnknown),
    (200, b'{"retcode": 7, "data": []}', Garbled, OutcomeUnknown),
    (200, b'{"retcode": 1, "message": "\xff", "data": []}', Garbled, OutcomeUnknown),
    (200, b'{"retcode": 1, "data": NaN}', Garbled, OutcomeUnknown),
    (200, b'{"retcode": ' + b"9" * 5000 + b"}", Garbled, OutcomeUnknown),
    (200, b'{"retcode": 1e999999999999999999999}', Garbled, OutcomeUnknown),
    (200, b"[" * 100_000, Garbled, OutcomeUnknown),
]

# what the transport raised -> the error of a read, the error of a write
FAILURES: list[tuple[Exception, type[WorkwaysError], type[WorkwaysError]]] = [
    (httpx.ConnectError("refused"), Unreachable, Unreachable),
    (httpx.ConnectTimeout("slow"), Unreachable, Unreachable),
    (httpx.PoolTimeout("busy"), Unreachable, Unreachable),
    (httpx.UnsupportedProtocol("gopher"), Unreachable, Unreachable),
    (AddressRefused("private"), Unreachable, Unreachable),
    (httpx.ReadTimeout("slow"), Unavailable, OutcomeUnknown),
    (httpx.WriteTimeout("slow"), Unavailable, OutcomeUnknown),
    (httpx.ReadError("reset"), Unavailable, OutcomeUnknown),
    (httpx.WriteError("reset"), Unavailable, OutcomeUnknown),
    (httpx.RemoteProtocolError("nonsense"), Unavailable, OutcomeUnknown),
    (httpx.LocalProtocolError("ours"), Unavailable, OutcomeUnknown),
    (httpx.DecodingError("packing"), Garbled, OutcomeUnknown),
    (AnswerUnreadable("packing"), Garbled, OutcomeUnknown),
    (AnswerTooLarge(limit=10), TooLarge, OutcomeUnknown),
]


def error_of(call: Callable[[Workways], object], workways: Workways) -> WorkwaysError:
    with pytest.raises(WorkwaysError) as raised:
        call(workways)
    return raised.value


@pytest.mark.parametrize(("status", "body", "expected"), [row[:3] for row in TABLE])
@pytest.mark.parametrize("call", ["rooms", "room-price", "user-info", "check-email"])
def test_answer_to_a_read(call: str, status: int, body: bytes, expected: type[WorkwaysError]) -> None:
    error = error_of(READS[call], answered(body, status))

    assert type(error) is expected
    assert error.status == status
    assert error.path == f"/api/{call}"
    assert not error.may_have_been_done


@pytest.mark.parametrize(("status", "body", "expected"), [(row[0], row[1], row[3]) for row in TABLE])
@pytest.mark.parametrize("call", sorted(WRITES))
def test_answer_to_a_write(call: str, status: int, body: bytes, expected: type[WorkwaysError]) -> None:
    error = error_of(WRITES[call], answered(body, status))

    assert type(error) is expected
    assert (error.method, error.path, error.status) == ("POST", f"/api/{call}", status)
    assert error.may_have_been_done is (expected is OutcomeUnknown)
    assert not (error.may_have_been_done and error.retry_is_safe)


@pytest.mark.parametrize(("failure", "read", "write"), FAILURES, ids=lambda value: getattr(value, "__name__", ""))
def test_failure_of_the_transport(failure: Exception, read: type[WorkwaysError], write: type[WorkwaysError]) -> None:
    of_read = error_of(READS["rooms"], client_of(Server(failure)))
    of_write = error_of(WRITES["meeting-request"], client_of(Server(failure)))

    assert (type(of_read), type(of_write)) == (read, write)
    assert (of_read.status, of_write.status) == (None, None)
    assert of_write.may_have_been_done is (write is OutcomeUnknown)
    assert of_write.__cause__ is failure


@pytest.mark.parametrize(
    ("kind", "retry_is_safe", "may_have_been_done"),
    [
        (Unreachable, True, False),
        (Unavailable, True, False),
        (OutcomeUnknown, False, True),
        (Unauthorized, False, False),
        (Throttled, True, False),
        (Rejected, False, False),
        (Missing, False, False),
        (Garbled, True, False),
        (TooLarge, False, False),
    ],
)
def test_error_tells_what_the_caller_may_do(
    kind: type[WorkwaysError], retry_is_safe: bool, may_have_been_done: bool
) -> None:
    assert (kind.retry_is_safe, kind.may_have_been_done) == (retry_is_safe, may_have_been_done)


def test_all_errors_share_one_root_and_are_exported() -> None:
    family = {
        value
        for value in vars(errors).values()
        if inspect.isclass(value) and issubclass(value, Exception) and value.__module__ == errors.__name__
    }

    assert family == {
        WorkwaysError,
        Unreachable,
        Unavailable,
        OutcomeUnknown,
        Unauthorized,
        Throttled,
        Rejected,
        Missing,
        Garbled,
        TooLarge,
    }
    assert all(issubclass(kind, WorkwaysError) and issubclass(kind, OutboundError) for kind in family)
    assert {kind.__name__ for kind in family} <= set(portal.workways.__all__)


@pytest.mark.parametrize(
    "error",
    [
        Rejected("no", refusal=Refusal.PAST, method="POST", path="/api/x", status=400),
        Missing("User not found", refusal=Refusal.USER_NOT_FOUND),
        Throttled("slow down", wait_seconds=3.0),
        Garbled("room", "name", method="GET", path="/api/rooms", status=200),
        TooLarge(limit=5),
        OutcomeUnknown("time-out"),
    ],
)
def test_error_survives_the_way_to_another_process(error: WorkwaysError) -> None:
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - we wrote these bytes a moment ago

    assert (type(copy), copy.__dict__, str(copy)) == (type(error), error.__dict__, str(error))


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"Retry-After": "3"}, 3.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "99999999999999999999"}, 86_400.0),
        ({"Retry-After": "-3"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "Wed, 07 Jan 2026 09:01:00 GMT"}, None),
        ({"Retry-After": "Wed, 07 Jan 2026 09:01:00 GMT", "Date": "Wed, 07 Jan 2026 09:00:00 GMT"}, 60.0),
        ({"Retry-After": "Wed, 07 Jan 2026 09:01:00 GMT", "Date": "Wed, 07 Jan 2026 10:00:00 GMT"}, 0.0),
        ({"Retry-After": "Wed, 07 Jan 2026 09:01:00 GMT", "Date": "Wed, 07 Jan 2026 09:00:00 -0000"}, None),
    ],
)
def test_wait_is_what_the_server_asked_for(headers: dict[str, str], expected: float | None) -> None:
    with pytest.raises(Throttled) as raised:
        client_of(Server(httpx.Response(429, headers=headers))).rooms()

    assert raised.value.wait_seconds == expected


@pytest.mark.parametrize(
    ("message", "refusal"),
    [
        ("Cannot book meetings for today or past dates", Refusal.TODAY_OR_PAST),
        ("cannot book  meetings for past dates.", Refusal.PAST),
        ("Room is not available for the selected time slot", Refusal.SLOT_TAKEN),
        ("Your account is no longer valid. Please contact an administrator to restore it.", Refusal.ACCOUNT_ARCHIVED),
        ("Meeting request not found", Refusal.MEETING_NOT_FOUND),
        ("Invalid duration: must be at least 30 minutes", Refusal.INVALID_PARAMETER),
        ("La salle est déjà réservée", Refusal.OTHER),
        ("", Refusal.OTHER),
    ],
)
def test_refusal_is_known_by_its_message(message: str, refusal: Refusal) -> None:
    workways = answered(f'{{"retcode": -1, "message": "{message}"}}'.encode(), 400)

    error = error_of(WRITES["meeting-request"], workways)

    assert isinstance(error, Rejected)
    assert (error.refusal, error.message) == (refusal, message)


@pytest.mark.parametrize(
    ("call", "body", "entity", "key"),
    [
        ("rooms", b'{"retcode": 1, "data": [{"_id": "1", "name": "A", "type": "x"}]}', "room", "siteId"),
        ("rooms", b'{"retcode": 1, "data": {}}', "answer", "data"),
        ("rooms", b'{"retcode": 1}', "answer", "data"),
        ("rooms", b'{"retcode": 1, "data": [7]}', "room", "object"),
        ("sites", b'{"retcode": 1, "data": [{"_id": "1", "country": "x"}]}', "site", "name"),
        ("sites", b'{"retcode": 1, "data": [{"_id": "1", "name": "A", "country": "x", "otherRooms": 1}]}', "site",
         "otherRooms"),
        ("countries", b'{"retcode": 1, "data": [1]}', "answer", "data"),
        ("room-price", b'{"retcode": 1, "data": {"roomId": "1"}}', "price", "price"),
        ("room-price", b'{"retcode": 1, "data": {"price": "cheap"}}', "price", "price"),
        ("room-price", b'{"retcode": 1, "data": {"price": 1e13}}', "price", "price"),
        ("room-price", b'{"retcode": 1, "data": {"price": 1e-99}}', "price", "price"),
        ("user-info", b'{"retcode": 1, "data": {"_id": "1", "email": "a@b"}}', "user", "isUserArchived"),
        ("user-info", b'{"retcode": 1, "data": null}', "user", "object"),
        ("check-email", b'{"retcode": 1, "data": {}}', "e-mail standing", "exists"),
        ("icsfeed", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "feed", "END:VCALENDAR"),
        ("icsfeed", HTML, "feed", "BEGIN:VCALENDAR"),
        ("icsfeed", b"", "feed", "BEGIN:VCALENDAR"),
        ("icsfeed", SUCCESS, "feed", "BEGIN:VCALENDAR"),
    ],
)  # fmt: skip
def test_garbled_answer_names_the_entity_and_the_key(call: str, body: bytes, entity: str, key: str) -> None:
    error = error_of(READS[call], answered(body))

    assert isinstance(error, Garbled)
    assert (error.entity, error.key) == (entity, key)
    assert error.path == f"/api/{call}"


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("meeting-request", b'{"retcode": 200, "status": "ACCEPTED", "data": {}}'),
        ("meeting-request", b'{"retcode": 200, "status": "REQUEST_ACCEPTED", "data": null}'),
        ("register", b'{"retcode": 200, "status": "CREATED", "data": {"userId": "1"}}'),
        ("merge-contract", b'{"retcode": 1, "data": {}}'),
    ],
)
def test_garbled_answer_to_a_write_leaves_its_outcome_unknown(call: str, body: bytes) -> None:
    error = error_of(WRITES[call], answered(body))

    assert isinstance(error, OutcomeUnknown)
    assert "missing or unreadable" in error.message


def test_refusal_instead_of_a_feed_is_a_refusal_even_with_status_200() -> None:
    error = error_of(READS["icsfeed"], answered(payload("icsfeed.refused.invalid-rooms.json")))

    assert isinstance(error, Rejected)


def test_message_of_a_stranger_is_kept_short_and_storable() -> None:
    body = b'{"retcode": -1, "message": "\\ud800\\u0000' + b"x" * 10_000 + b'"}'

    error = error_of(READS["rooms"], answered(body, 400))

    assert len(error.message) == 500
    assert error.message.startswith("\ufffd\ufffdx")


def test_error_shows_no_address_that_the_message_repeats() -> None:
    error = error_of(READS["user-info"], answered(b'{"retcode": -1, "message": "jean@acme.example is unknown"}', 400))

    assert str(error) == "GET /api/user-info: HTTP 400: [hidden] is unknown"
