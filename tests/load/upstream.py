"""A Workways that serves calendars on a socket, in a process of its own, for measuring the mirror."""

import asyncio
import contextlib
import multiprocessing
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit


class Upstream:
    """Serves one calendar per room; all share one validator, or none when it is ""."""

    def __init__(self, *, latency: float = 0) -> None:
        """`latency` in seconds passes before each answer."""
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, latency), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        self.address = f"http://127.0.0.1:{self._ours.recv()}"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ours.send(None)
        self._process.join(timeout=10)

    def serve(self, calendars: dict[str, bytes], *, etag: str) -> None:
        """From now on these, by room id; an unknown room's is empty."""
        self._ours.send((calendars, etag))
        self._ours.recv()

    def most_at_once(self) -> int:
        """How many requests were being answered at the same time at most, since the calendars changed."""
        self._ours.send("most")
        most: int = self._ours.recv()
        return most


class _State:
    def __init__(self, latency: float) -> None:
        self.calendars: dict[str, bytes] = {}
        self.etag = ""
        self.latency = latency
        self.inside = 0
        self.most = 0
        self.writers: set[asyncio.StreamWriter] = set()

    def answer(self, head: str) -> bytes:
        line, *headers = head.split("\r\n")
        named = {name.lower(): value.strip() for name, _, value in (header.partition(":") for header in headers)}
        if self.etag and named.get("if-none-match") == f'"{self.etag}"':
            return b"HTTP/1.1 304 Not Modified\r\n\r\n"
        room = parse_qs(urlsplit(line.split(" ")[1]).query)["rooms"][0]
        content = self.calendars.get(room, b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n")
        validator = f'ETag: "{self.etag}"\r\n' if self.etag else ""
        start = f"HTTP/1.1 200 OK\r\nContent-Type: text/calendar\r\n{validator}Content-Length: {len(content)}\r\n\r\n"
        return start.encode() + content

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers one connection's requests until it is closed."""
        self.writers.add(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                self.inside += 1
                self.most = max(self.most, self.inside)
                if self.latency:
                    await asyncio.sleep(self.latency)
                writer.write(self.answer(head))
                self.inside -= 1
                await writer.drain()
        self.writers.discard(writer)
        writer.close()


def _serve(control: Connection, latency: float) -> None:
    asyncio.run(_run(control, latency))


async def _run(control: Connection, latency: float) -> None:
    state = _State(latency)
    server = await asyncio.start_server(state.converse, "127.0.0.1", 0, limit=1 << 20)
    control.send(server.sockets[0].getsockname()[1])
    over = asyncio.Event()

    def obey() -> None:
        order = control.recv()
        if order is None:
            over.set()
        elif order == "most":
            control.send(state.most)
        else:
            state.calendars, state.etag = order
            state.most = 0
            control.send(True)

    asyncio.get_running_loop().add_reader(control.fileno(), obey)
    await over.wait()
    asyncio.get_running_loop().remove_reader(control.fileno())
    server.close()
    for writer in state.writers:
        writer.close()
    # A turn of the loop lets the conversations end, which asyncio of Python 3.11 complains about otherwise.
    await asyncio.sleep(0.05)
