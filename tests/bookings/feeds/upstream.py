"""An upstream that holds calendars, for tests of the mirror."""

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import httpx

Answer = Callable[[httpx.Request], httpx.Response]


def event(uid: str, start: str, end: str, *more: str) -> str:
    """An event of 2026 by its UTC times: event("a", "0112T0900", "0112T1000")."""
    lines = [f"UID:{uid}", f"DTSTART:2026{start}00Z", f"DTEND:2026{end}00Z", "SUMMARY:Team meeting", *more]
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""])


def calendar(*events: str) -> bytes:
    """A calendar as Workways sends it."""
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Workways//Meeting Calendar//EN\r\nCALSCALE:GREGORIAN\r\n"
    return f"{head}{''.join(events)}END:VCALENDAR\r\n".encode()


def at(text: str) -> datetime:
    """An instant of 2026: at("0112T0900")."""
    return datetime.strptime(f"2026{text}", "%Y%m%dT%H%M").replace(tzinfo=UTC)


class Calendars(httpx.BaseTransport):
    """One calendar per room id. `validators` decides whether it sends an ETag and answers 304."""

    def __init__(self, *, validators: bool = True) -> None:
        self.content: dict[str, bytes] = {}
        self.trouble: Answer | None = None
        self.requests: list[httpx.Request] = []
        self.validators = validators
        self.together = 0
        self._inside = 0
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self.requests.append(request)
            self._inside += 1
            self.together = max(self.together, self._inside)
        try:
            return self.trouble(request) if self.trouble else self._answer(request)
        finally:
            with self._lock:
                self._inside -= 1

    def _answer(self, request: httpx.Request) -> httpx.Response:
        content = self.content.get(request.url.params["rooms"], calendar())
        etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        if not self.validators:
            return httpx.Response(200, content=content)
        if request.headers.get("If-None-Match") == etag:
            return httpx.Response(304)
        return httpx.Response(200, content=content, headers={"ETag": etag, "Content-Type": "text/calendar"})

    @property
    def asked_for(self) -> list[str]:
        """The room ids that were asked for, in order."""
        return [request.url.params["rooms"] for request in self.requests]
