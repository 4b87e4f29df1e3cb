"""A server on this machine that answers exactly the bytes, and at exactly the pace, that a test wants."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Answer = Callable[[socket.socket], None]


@dataclass
class Loopback:
    """Where it listens, and the requests it heard; one connection may bring several."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """The base address for a client."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serving(answer: Answer, *, tls: ssl.SSLContext | None = None) -> Iterator[Loopback]:
    """Answers every request with the given function until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    server = Loopback(port=listener.getsockname()[1])
    talks: list[threading.Thread] = []

    def listen() -> None:
        while not server.stopped.is_set():
            with suppress(TimeoutError):
                connection, _ = listener.accept()
                server.connections += 1
                talks.append(threading.Thread(target=_talk, args=(server, connection, answer, tls)))
                talks[-1].start()

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        thread.join()
        for talk in talks:
            talk.join()
        listener.close()


def _talk(server: Loopback, connection: socket.socket, answer: Answer, tls: ssl.SSLContext | None) -> None:
    with suppress(OSError):
        connection.settimeout(5)
        with tls.wrap_socket(connection, server_side=True) if tls else connection as line:
            while request := _heard(server, line):
                server.requests.append(request)
                answer(line)
    connection.close()


def _heard(server: Loopback, line: socket.socket) -> bytes:
    """One request with its body; empty when the other side has left or the test is over."""
    line.settimeout(0.05)
    heard = b""
    while not server.stopped.is_set():
        head, end, body = heard.partition(b"\r\n\r\n")
        length = next(
            (int(row.split(b":")[1]) for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:")), 0
        )
        if end and len(body) >= length:
            line.settimeout(5)
            return heard
        with suppress(TimeoutError):
            piece = line.recv(65_536)
            if not piece:
                return b""
            heard += piece
    return b""


def says(body: bytes, *, status: str = "200 OK", headers: tuple[str, ...] = ()) -> Answer:
    """A whole answer of a known length."""
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers])
    return lambda line: line.sendall(head.encode() + b"\r\n\r\n" + body)


def drips(data: bytes, *, every: float = 0.05) -> Answer:
    """One byte after the other, with a pause before each."""

    def answer(line: socket.socket) -> None:
        for position in range(len(data)):
            time.sleep(every)
            line.sendall(data[position : position + 1])

    return answer


def drops(data: bytes = b"") -> Answer:
    """Says a part, then hangs up."""

    def answer(line: socket.socket) -> None:
        line.sendall(data)
        line.shutdown(socket.SHUT_RDWR)

    return answer


def refused_url() -> str:
    """An address on this machine where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    return f"http://127.0.0.1:{port}"
