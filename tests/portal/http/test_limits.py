"""Nobody can hold us up or flood us: answers over real sockets."""

import gzip
import time

import httpx
import pytest

from portal.http.deadline import Deadline
from portal.http.errors import AnswerTooLarge, AnswerUnreadable
from portal.http.factory import build_client
from portal.http.network import Network
from portal.http.transport import SocketTransport
from tests.portal.http.loopback import Answer, drips, drops, refused_url, says, serving

HEAD = b"HTTP/1.1 200 OK\r\n"
GZIPPED = ("Content-Encoding: gzip",)


def chunked(*pieces: bytes) -> Answer:
    body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return lambda line: line.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + body + b"0\r\n\r\n")


@pytest.mark.parametrize(
    "answer",
    [
        says(b"hello"),
        chunked(b"hel", b"lo"),
        says(gzip.compress(b"hello"), headers=GZIPPED),
        says(gzip.compress(b"hel") + gzip.compress(b"lo"), headers=GZIPPED),
        drops(HEAD + b"\r\nhello"),
    ],
    ids=["plain", "chunked", "gzip", "gzip of two members", "ended by hanging up"],
)
def test_answer_comes_whole_and_unpacked(answer: Answer) -> None:
    with serving(answer) as server, build_client(server.url) as client:
        response = client.get("/")

    assert response.content == b"hello"
    assert "content-encoding" not in response.headers


def test_answer_as_large_as_the_limit_passes() -> None:
    with serving(says(b"x" * 1000)) as server, build_client(server.url, max_bytes=1000) as client:
        assert len(client.get("/").content) == 1000


@pytest.mark.parametrize(
    "answer",
    [
        says(b"x" * 1001),
        chunked(*[b"x" * 100] * 11),
        drops(HEAD + b"\r\n" + b"x" * 1001),
        says(gzip.compress(b"x" * 1001), headers=GZIPPED),
        says(gzip.compress(b"x" * 50_000_000), headers=GZIPPED),
        says(gzip.compress(b"") * 60, headers=GZIPPED),
    ],
    ids=["announced", "chunked", "ended by hanging up", "packed", "bomb", "packed nothing, often"],
)
def test_answer_larger_than_its_limit_is_refused(answer: Answer) -> None:
    with (
        serving(answer) as server,
        build_client(server.url, max_bytes=1000) as client,
        pytest.raises(AnswerTooLarge) as refusal,
    ):
        client.get("/")

    assert refusal.value.limit == 1000


def test_request_brings_its_own_limit() -> None:
    with (
        serving(says(b"x" * 11)) as server,
        build_client(server.url) as client,
        pytest.raises(AnswerTooLarge),
    ):
        client.get("/", extensions={"max_bytes": 10})


def test_answer_handed_over_whole_is_held_to_its_size_too() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=b"x" * 11))

    with (
        build_client("http://there.invalid", transport=transport, max_bytes=10) as client,
        pytest.raises(AnswerTooLarge),
    ):
        client.get("/")


@pytest.mark.parametrize(
    "answer",
    [
        says(b"\x8b\x01", headers=("Content-Encoding: br",)),
        says(b"not gzip", headers=GZIPPED),
        says(gzip.compress(b"hello")[:-9], headers=GZIPPED),
        says(b"", headers=GZIPPED),
    ],
    ids=["not asked for", "broken", "cut off", "nothing"],
)
def test_unreadable_packing_is_told(answer: Answer) -> None:
    with serving(answer) as server, build_client(server.url) as client, pytest.raises(AnswerUnreadable):
        client.get("/")


@pytest.mark.parametrize(
    "answer",
    [
        drips(HEAD + b"X-Long: " + b"x" * 500),
        lambda line: (line.sendall(HEAD + b"Content-Length: 500\r\n\r\n"), drips(b"x" * 500)(line))[0],
        lambda line: time.sleep(1),
    ],
    ids=["headers", "body", "silence"],
)
def test_trickling_answer_ends_with_the_deadline(answer: Answer) -> None:
    with serving(answer) as server, build_client(server.url) as client:
        began = time.monotonic()

        with pytest.raises(httpx.ReadTimeout):
            client.get("/", extensions={"deadline": Deadline(0.3)})

        # The whole answer would take half a minute; a busy machine may be late by a second or two.
        assert 0.25 < time.monotonic() - began < 5


def test_trickling_stream_of_a_transport_in_this_process_ends_with_the_deadline() -> None:
    def trickle() -> object:
        while True:
            time.sleep(0.02)
            yield b"x"

    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=trickle()))

    with (
        build_client("http://there.invalid", transport=transport, total_seconds=0.2) as client,
        pytest.raises(httpx.ReadTimeout),
    ):
        client.get("/")


def test_slow_look_up_ends_with_the_deadline() -> None:
    def slow(host: str, port: int) -> list[str]:
        time.sleep(4)
        return ["127.0.0.1"]

    transport = SocketTransport(Network(look_up=slow), connections=1, idle_seconds=1)

    with build_client("http://slow.example", transport=transport) as client:
        began = time.monotonic()

        with pytest.raises(httpx.ConnectTimeout):
            client.get("/", extensions={"deadline": Deadline(0.2)})

        assert time.monotonic() - began < 3


def test_deadline_that_is_over_sends_nothing() -> None:
    with serving(says(b"")) as server, build_client(server.url) as client:
        with pytest.raises(httpx.PoolTimeout):
            client.get("/", extensions={"deadline": Deadline(0)})

        assert server.connections == 0


def test_next_address_is_tried_when_one_does_not_answer() -> None:
    with serving(says(b"hello")) as server:
        network = Network(look_up=lambda host, port: ["::1", "127.0.0.1"])
        transport = SocketTransport(network, connections=1, idle_seconds=1)
        with build_client(f"http://two.example:{server.port}", transport=transport) as client:
            assert client.get("/").content == b"hello"


def test_name_without_address_is_a_failed_connection() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    transport = SocketTransport(Network(look_up=unknown), connections=1, idle_seconds=1)

    with build_client("http://unknown.example", transport=transport) as client, pytest.raises(httpx.ConnectError):
        client.get("/")


@pytest.mark.parametrize("address", ["http://127.0.0.1:99999/", "http://" + "x" * 64 + ".example/", "http://a..b/"])
def test_address_that_can_not_be_one_is_a_failed_connection(address: str) -> None:
    with build_client() as client, pytest.raises(httpx.ConnectError):
        client.get(address)


def test_refused_connection_is_a_failed_connection() -> None:
    with build_client(refused_url()) as client, pytest.raises(httpx.ConnectError):
        client.get("/")


@pytest.mark.parametrize("said", [b"", HEAD, HEAD + b"Content-Length: 10\r\n\r\nhel", b"nonsense\r\n\r\n"])
def test_dropped_answer_is_told(said: bytes) -> None:
    with serving(drops(said)) as server, build_client(server.url) as client, pytest.raises(httpx.TransportError):
        client.get("/")


def test_connection_is_used_again() -> None:
    with serving(says(b"hello")) as server, build_client(server.url) as client:
        for _ in range(3):
            client.get("/")

        assert (server.connections, len(server.requests)) == (1, 3)


def test_client_works_on_after_a_refused_answer() -> None:
    answers = iter([says(b"x" * 11), says(b"hello")])
    with serving(lambda line: next(answers)(line)) as server, build_client(server.url, max_bytes=10) as client:
        with pytest.raises(AnswerTooLarge):
            client.get("/")

        assert client.get("/").content == b"hello"


def test_redirect_is_not_followed() -> None:
    with serving(says(b"", status="302 Found", headers=("Location: /elsewhere",))) as server:
        with build_client(server.url) as client:
            status = client.get("/").status_code

        assert (status, len(server.requests)) == (302, 1)


def test_cookies_are_not_kept() -> None:
    with serving(says(b"", headers=("Set-Cookie: a=b",))) as server:
        with build_client(server.url) as client:
            client.get("/")
            client.get("/")

        assert not any(b"cookie" in request.lower() for request in server.requests)


def test_proxies_and_passwords_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", refused_url())

    with serving(says(b"hello")) as server, build_client(server.url) as client:
        assert client.get("/").content == b"hello"


def test_request_says_who_asks_and_what_packing_it_reads() -> None:
    with serving(says(b"")) as server:
        with build_client(server.url) as client:
            client.get("/")

        heard = server.requests[0].lower()
        assert b"user-agent: workways-booking-portal\r\n" in heard
        assert b"accept-encoding: gzip\r\n" in heard
