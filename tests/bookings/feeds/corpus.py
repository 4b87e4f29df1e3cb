"""The project's own calendar files, each with what it means and why."""

import json
import random
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bookings.core.timespan import TimeSpan, merged
from bookings.feeds.readings import FeedReading

FOLDER = Path(__file__).parents[2] / "fixtures" / "feeds"


@dataclass(frozen=True)
class Case:
    """One file: `busy` as merged spans clipped to the window, `shuffle` when its lines may change places.

    `reason` is why the file is rejected as a whole; "" for one that is read.
    `ical_js` says why ical.js reads the file in another way; "" where it must agree.
    """

    file: str
    why: str
    zone: ZoneInfo
    window: TimeSpan
    status: str
    busy: list[TimeSpan]
    rejected: set[tuple[str, str]]
    shuffle: bool
    ical_js: str
    reason: str

    @property
    def content(self) -> bytes:
        """The file's bytes."""
        return (FOLDER / self.file).read_bytes()


def cases() -> list[Case]:
    """Every case of expected.json."""
    return [_case(entry) for entry in json.loads((FOLDER / "expected.json").read_text())]


def _case(entry: dict[str, Any]) -> Case:
    return Case(
        file=entry["file"],
        why=entry["why"],
        zone=ZoneInfo(entry["zone"]),
        window=TimeSpan(datetime.fromisoformat(entry["start"]), datetime.fromisoformat(entry["end"])),
        status=entry["status"],
        busy=[TimeSpan(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in entry["busy"]],
        rejected={(uid, reason) for uid, reason in entry["rejected"]},
        shuffle=entry["shuffle"],
        ical_js=entry.get("ical_js", ""),
        reason=entry.get("reason", ""),
    )


def seen(reading: FeedReading, window: TimeSpan) -> list[TimeSpan]:
    """The busy time of a reading as a case writes it."""
    return merged(span for busy in reading.busy if (span := busy.span.clipped(window)))


def reversed_components(content: bytes) -> bytes:
    """The same calendars with their events and zones in the opposite order."""
    return _rearranged(content, lambda items: [*_lines(items), *reversed(_components(items))])


def shuffled(content: bytes, chance: random.Random) -> bytes:
    """The same with lines and components of every component in any order."""

    def mix(items: list[list[bytes]]) -> list[list[bytes]]:
        return chance.sample(items, len(items))

    return _rearranged(content, mix)


def _lines(items: list[list[bytes]]) -> list[list[bytes]]:
    return [item for item in items if len(item) == 1]


def _components(items: list[list[bytes]]) -> list[list[bytes]]:
    return [item for item in items if len(item) > 1]


def _rearranged(content: bytes, order: Any) -> bytes:
    """Rebuilds a file whose components are whole; folded lines stay together."""
    unfolded = re.split(rb"\r?\n(?![ \t])", content.strip())
    stack: list[list[list[bytes]]] = [[]]
    for line in unfolded:
        if line.upper().startswith(b"BEGIN:"):
            stack.append([[line]])
        elif line.upper().startswith(b"END:"):
            first, *items = stack.pop()
            inside = [piece for item in order(items) for piece in item]
            stack[-1].append([*first, *inside, line])
        else:
            stack[-1].append([line])
    return b"\r\n".join(piece for item in stack[0] for piece in item) + b"\r\n"
