"""Sockets that know the running deadline, and connect only to addresses that were looked up and permitted.

httpcore hands over a name and would look it up itself. Here the look-up comes first, its result is shown to the guard,
and the socket is connected to exactly the address that was checked: a name that answers differently a moment later
(DNS rebinding) can't slip through. TLS still checks the certificate against the name.
"""

import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Sequence
from ipaddress import ip_address
from typing import Any

import httpcore

from portal.http.deadline import shortened

LookUp = Callable[[str, int], Sequence[str]]
Permit = Callable[[str, Sequence[str]], None]
_PIECE_BYTES = 65_536


def look_up(host: str, port: int) -> list[str]:
    """The IP addresses of a name, best first. Raises OSError when it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Network(httpcore.NetworkBackend):
    """Opens connections within the deadline; `permit` sees each name with its addresses first and raises to refuse."""

    def __init__(
        self,
        *,
        permit: Permit | None = None,
        look_up: LookUp = look_up,
        sockets: httpcore.NetworkBackend | None = None,
    ) -> None:
        self._permit = permit
        self._look_up = look_up
        self._sockets = sockets or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connects to the first address that answers; addresses share the time-out fairly."""
        if not 0 < port < 65_536:
            # A socket would raise an OverflowError, which nobody above expects.
            raise httpcore.ConnectError(f"There is no port {port}.")
        addresses = self._addresses(host, port, timeout)
        if self._permit is not None:
            self._permit(host, addresses)
        failure: Exception = httpcore.ConnectError(f"{host} has no address.")
        for tried, address in enumerate(addresses):
            seconds = shortened(timeout)
            if seconds is not None:
                if seconds <= 0:
                    raise httpcore.ConnectTimeout("The time for the whole call is used up.")
                seconds /= len(addresses) - tried
            try:
                stream = self._sockets.connect_tcp(address, port, seconds, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream)
        raise failure

    def _addresses(self, host: str, port: int, timeout: float | None) -> Sequence[str]:
        try:
            ip_address(host)
        except ValueError:
            return self._looked_up(host, port, timeout)
        return [host]

    def _looked_up(self, host: str, port: int, timeout: float | None) -> Sequence[str]:
        # The system's look-up takes no time-out, so it runs beside us and is left behind when it takes too long.
        results: queue.SimpleQueue[Sequence[str] | OSError | ValueError] = queue.SimpleQueue()

        def run() -> None:
            try:
                results.put(self._look_up(host, port))
            except (OSError, ValueError) as error:
                # ValueError is what a name that can't be one raises: too long a part, a character zero.
                results.put(error)

        threading.Thread(target=run, name="look-up", daemon=True).start()
        try:
            result = results.get(timeout=shortened(timeout))
        except queue.Empty:
            raise httpcore.ConnectTimeout(f"Looking up {host} took too long.") from None
        if isinstance(result, Exception):
            raise httpcore.ConnectError(f"{host} can't be looked up.") from result
        return result


class _Stream(httpcore.NetworkStream):
    """A connection whose every operation ends with the deadline that runs when it is used."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        seconds = shortened(timeout)
        if seconds is not None and seconds <= 0:
            raise httpcore.ReadTimeout("The time for the whole call is used up.")
        return self._stream.read(max_bytes, seconds)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE_BYTES):
            seconds = shortened(timeout)
            if seconds is not None and seconds <= 0:
                raise httpcore.WriteTimeout("The time for the whole call is used up.")
            self._stream.write(buffer[start : start + _PIECE_BYTES], seconds)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        seconds = shortened(timeout)
        if seconds is not None and seconds <= 0:
            raise httpcore.ConnectTimeout("The time for the whole call is used up.")
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, seconds))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
