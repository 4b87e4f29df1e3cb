"""Two httpx transports: one over our own sockets, and one that holds any transport to its limits."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import httpcore
import httpx

from portal.http.deadline import Deadline, running
from portal.http.errors import AnswerTooLarge, AnswerUnreadable
from portal.http.network import Network

# httpcore's errors have namesakes in httpx; a base class comes after the classes that it covers.
_NAMESAKES: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.ReadTimeout, httpx.ReadTimeout),
    (httpcore.WriteTimeout, httpx.WriteTimeout),
    (httpcore.PoolTimeout, httpx.PoolTimeout),
    (httpcore.TimeoutException, httpx.TimeoutException),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.ReadError, httpx.ReadError),
    (httpcore.WriteError, httpx.WriteError),
    (httpcore.NetworkError, httpx.NetworkError),
    (httpcore.ProxyError, httpx.ProxyError),
    (httpcore.UnsupportedProtocol, httpx.UnsupportedProtocol),
    (httpcore.LocalProtocolError, httpx.LocalProtocolError),
    (httpcore.RemoteProtocolError, httpx.RemoteProtocolError),
    (httpcore.ProtocolError, httpx.ProtocolError),
)


@contextmanager
def _as_httpx_errors() -> Iterator[None]:
    try:
        yield
    except tuple(kind for kind, _ in _NAMESAKES) as error:
        namesake = next(ours for theirs, ours in _NAMESAKES if isinstance(error, theirs))
        raise namesake(str(error)) from error


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx_errors():
            yield from self._stream

    def close(self) -> None:
        with _as_httpx_errors():
            self._stream.close()


class SocketTransport(httpx.BaseTransport):
    """HTTP/1.1 over a pool of connections that `network` opens."""

    def __init__(self, network: Network, *, connections: int, idle_seconds: float) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=idle_seconds,
            network_backend=network,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Sends the request; raises httpx's errors."""
        outgoing = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _as_httpx_errors():
            answer = self._pool.handle_request(outgoing)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer.stream), extensions=answer.extensions
        )

    def close(self) -> None:
        """Closes every connection."""
        self._pool.close()


class BoundedTransport(httpx.BaseTransport):
    """Reads the whole answer of another transport, within a deadline and a size.

    A request brings its own limits as the extensions `deadline` (a Deadline) and `max_bytes`; otherwise the defaults
    hold. The size is that of the unpacked content, and unpacking stops there too. The answer comes back whole and
    unpacked. Raises AnswerTooLarge and AnswerUnreadable besides httpx's errors.
    """

    def __init__(self, inner: httpx.BaseTransport, *, total_seconds: float, max_bytes: int) -> None:
        self._inner = inner
        self._total_seconds = total_seconds
        self._max_bytes = max_bytes

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Sends the request and reads the answer to its end."""
        deadline = cast(Deadline, request.extensions.get("deadline") or Deadline(self._total_seconds))
        max_bytes = cast(int, request.extensions.get("max_bytes", self._max_bytes))
        if deadline.is_over:
            raise httpx.PoolTimeout("The time for the whole call was used up before it began.")
        left = deadline.left()
        request.extensions["timeout"] = {
            name: left if seconds is None else min(seconds, left)
            for name, seconds in request.extensions.get("timeout", {}).items()
        }
        with running(deadline):
            response = self._inner.handle_request(request)
            try:
                content = _content(response, deadline, max_bytes)
            finally:
                response.close()
        headers = [
            (name, value)
            for name, value in response.headers.raw
            if name.lower() not in (b"content-encoding", b"content-length", b"transfer-encoding")
        ]
        return httpx.Response(response.status_code, headers=headers, content=content)

    def close(self) -> None:
        """Closes the transport it holds."""
        self._inner.close()


def _content(response: httpx.Response, deadline: Deadline, max_bytes: int) -> bytes:
    if response.is_stream_consumed:
        # A transport within this process may hand over an answer that is already read and unpacked.
        if len(response.content) > max_bytes:
            raise AnswerTooLarge(limit=max_bytes)
        return response.content
    announced = response.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > max_bytes:
        raise AnswerTooLarge(limit=max_bytes)
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in ("gzip", "x-gzip"):
        return b"".join(_unpacked(_received(response, deadline, max_bytes), max_bytes))
    if encoding not in ("", "identity"):
        raise AnswerUnreadable("The answer is packed in a way that was not asked for.")
    return b"".join(_received(response, deadline, max_bytes))


def _received(response: httpx.Response, deadline: Deadline, max_bytes: int) -> Iterator[bytes]:
    size = 0
    for piece in response.iter_raw():
        size += len(piece)
        if size > max_bytes:
            raise AnswerTooLarge(limit=max_bytes)
        # Sockets watch the deadline themselves; a transport within this process doesn't.
        if deadline.is_over:
            raise httpx.ReadTimeout("The answer took too long.")
        yield piece


def _unpacked(pieces: Iterator[bytes], max_bytes: int) -> Iterator[bytes]:
    member = zlib.decompressobj(wbits=31)
    size = 0
    for piece in pieces:
        rest = piece
        while rest:
            if member.eof:
                # RFC 1952 section 2.2: a gzip file is a series of members, one after the other.
                member = zlib.decompressobj(wbits=31)
            try:
                # Unpacking a little at a time keeps a few kilobytes from becoming gigabytes before anybody counts.
                unpacked = member.decompress(rest, max_bytes - size + 1)
            except zlib.error as error:
                raise AnswerUnreadable("The answer's packing is broken.") from error
            size += len(unpacked)
            if size > max_bytes:
                raise AnswerTooLarge(limit=max_bytes)
            yield unpacked
            rest = member.unused_data if member.eof else member.unconsumed_tail
    if not member.eof:
        raise AnswerUnreadable("The answer's packing ends too early.")
