"""Writes iCalendar (RFC 5545): CRLF line ends, lines folded at 75 octets, texts escaped."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

_HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Workways//Meeting Calendar//EN", "CALSCALE:GREGORIAN")
_FOLD_OCTETS = 75
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
# Control characters have no place in a content line (RFC 5545, section 3.1); the line feed is escaped instead.
_DROPPED = dict.fromkeys(code for code in (*range(0x20), 0x7F) if chr(code) not in "\n\t")


@dataclass(frozen=True, slots=True)
class Event:
    """One meeting as the feed tells it."""

    uid: str
    stamp: datetime
    start: datetime
    end: datetime
    summary: str
    location: str
    description: str


def calendar(events: Iterable[Event]) -> bytes:
    """The whole feed."""
    lines = [*_HEAD]
    for event in events:
        lines.extend(_event_lines(event))
    lines.append("END:VCALENDAR")
    return ("\r\n".join(_folded(line) for line in lines) + "\r\n").encode()


def _event_lines(event: Event) -> Iterator[str]:
    """The document's event, in its order, with the DTSTAMP that RFC 5545 requires (W56)."""
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{_instant(event.stamp)}"
    yield f"DTSTART:{_instant(event.start)}"
    yield f"DTEND:{_instant(event.end)}"
    yield f"SUMMARY:{_text(event.summary)}"
    yield f"LOCATION:{_text(event.location)}"
    if event.description:
        yield f"DESCRIPTION:{_text(event.description)}"
    yield "END:VEVENT"


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n").translate(_DROPPED).translate(_ESCAPES)


def _folded(line: str) -> str:
    """At most 75 octets a line, a blank in front of each further one; no character is cut in two."""
    if len(line) <= _FOLD_OCTETS and (line.isascii() or len(line.encode()) <= _FOLD_OCTETS):
        return line
    parts: list[str] = []
    part, octets = "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > _FOLD_OCTETS - (1 if parts else 0):
            parts.append(part)
            part, octets = "", 0
        part += character
        octets += size
    return "\r\n ".join([*parts, part])
