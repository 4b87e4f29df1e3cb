"""Whatever a server answers, the caller gets a value or one of our errors, and soon."""

import json
from collections.abc import Callable
from contextlib import suppress

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.http.factory import build_guarded_client
from portal.http.guard import is_public, permit_public
from portal.http.network import Network
from portal.http.transport import SocketTransport
from portal.workways import OutcomeUnknown, Rejected, Throttled, Unauthorized, Workways, WorkwaysError
from tests.portal.http.test_guard import PUBLIC, RecordedSockets
from tests.portal.workways.stand_ins import IMAGE, PAYLOADS, READS, WRITES, Server, client_of

CALLS = READS | IMAGE | WRITES
STATUSES = st.sampled_from([200, 200, 200, 201, 204, 301, 304, 400, 401, 404, 429, 500, 503])
RECORDED = [path.read_bytes() for path in sorted(PAYLOADS.iterdir()) if path.suffix in (".json", ".ics")]
KEYS = sorted({key for raw in RECORDED if raw[:1] == b"{" for key in json.loads(raw)} | {
    key
    for raw in RECORDED
    if raw[:1] == b"{"
    for row in [json.loads(raw).get("data") or {}]
    for key in (row if isinstance(row, dict) else row[0] if row and isinstance(row[0], dict) else {})
})  # fmt: skip

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["ACCEPTED", "CREATED", "OK", -1, 1, 200, 10**400, 1e300])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner),
    max_leaves=25,
)
ENVELOPES = st.fixed_dictionaries(
    {"retcode": st.sampled_from([1, 200, -1]) | JSON},
    optional={"status": st.sampled_from(["ACCEPTED", "REQUEST_ACCEPTED", "CREATED", "USER_EXISTS"]) | JSON,
              "message": JSON, "data": JSON},
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A recorded answer that was cut, or got some bytes changed on the way."""
    content = bytearray(draw(st.sampled_from(RECORDED)))
    for _ in range(draw(st.integers(0, 4))):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    return bytes(content[: draw(st.integers(0, len(content)))])


BODIES = st.binary(max_size=300) | damaged() | ENVELOPES.map(lambda value: json.dumps(value).encode())
HEADERS = st.dictionaries(
    st.sampled_from(["ETag", "Last-Modified", "Content-Type", "Retry-After", "Date", "Location", "Content-Length"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40),
)


@pytest.mark.parametrize("name", sorted(CALLS))
@settings(max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@given(body=BODIES, status=STATUSES, headers=HEADERS)
def test_any_answer_is_a_value_or_one_of_our_errors(
    name: str, body: bytes, status: int, headers: dict[str, str]
) -> None:
    raw = [(key.encode(), value.encode("latin-1")) for key, value in headers.items()]
    call: Callable[[Workways], object] = CALLS[name]
    workways = client_of(lambda request: httpx.Response(status, headers=raw, content=body))

    with suppress(WorkwaysError):
        value = call(workways)
        # What comes out can be stored: no half characters, no zero.
        assert value is not None
        if name != "icsfeed":
            repr(value).encode("utf-8")


@pytest.mark.parametrize("name", sorted(WRITES))
@settings(max_examples=100, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@given(body=BODIES, status=STATUSES)
def test_write_is_sent_once_and_its_outcome_is_a_fact_or_unknown(name: str, body: bytes, status: int) -> None:
    server = Server(httpx.Response(status, content=body))

    # Unavailable and Garbled, which say nothing of the outcome, would get out of here.
    with suppress(OutcomeUnknown, Rejected, Unauthorized, Throttled):
        WRITES[name](client_of(server))

    assert len(server.requests) == 1


ADDRESSES = (
    st.text(max_size=60)
    | st.text(max_size=40).map(lambda text: f"https://{text}")
    | st.text("a.-[]:@/?#%0123456789é ", max_size=40).map(lambda text: f"https://{text}")
)


def test_any_picture_address_is_a_picture_or_one_of_our_errors() -> None:
    answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n\xff\xd8"
    here, sockets = Server(httpx.Response(200, content=b"\xff\xd8")), RecordedSockets(answer)
    network = Network(permit=permit_public, look_up=lambda host, port: [PUBLIC], sockets=sockets)

    @settings(max_examples=300, deadline=2000)
    @given(address=ADDRESSES)
    def ask(address: str) -> None:
        with suppress(WorkwaysError):
            workways.room_image(address)

    with build_guarded_client(transport=SocketTransport(network, connections=1, idle_seconds=1)) as images:
        workways = client_of(here, images=images)
        ask()

    assert all(request.url.host == "api.workways.example" for request in here.requests)
    assert sockets.connected
    assert all(is_public(address) for address in sockets.connected)
