"""From bytes to the few content lines that matter; everything else is dropped here and never looked at again.

Splitting is ours because surviving is ours: folded lines, any line ending, any encoding, missing ENDs, several
calendars in one file. What the kept values mean is icalendar's business (`values`, `expand`).
"""

import codecs
import re

from bookings.feeds.components import KEPT, Calendar, Component, Line, PlainEvent, value_of
from bookings.feeds.fast import plain_event
from bookings.feeds.readings import FeedRejected, Flaw

_LINE = re.compile(rf"^({KEPT})[ \t]*([;:][^\n]*)", re.MULTILINE | re.IGNORECASE)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WHOLE = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE", "VAVAILABILITY"})
_WANTED = frozenset({"VEVENT", "VFREEBUSY", "VTIMEZONE"})
# No real component is nested deeper; more would only cost time.
_DEPTH = 8
_NO_CALENDAR = {"": Flaw.EMPTY, "<": Flaw.WEB_PAGE, "{": Flaw.JSON, "[": Flaw.JSON}


def split(content: bytes) -> list[Calendar]:
    """The calendars of a file, in order.

    Raises FeedRejected for what is no calendar, or is one whose end is missing: what was cut off can't be known.
    """
    text = _decoded(content)
    if text[:1] in _NO_CALENDAR:
        raise FeedRejected(_NO_CALENDAR[text[:1]])
    first, *events = text.split("\nBEGIN:VEVENT\n")
    structure = _Structure()
    structure.read(_LINE.findall(first))
    for event in events:
        if not structure.take(plain_event(event)):
            structure.read([("BEGIN", ":VEVENT"), *_LINE.findall(event)])
    return structure.ended()


def _decoded(content: bytes) -> str:
    """The file as text with one line per content line (RFC 5545 section 3.1)."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            content = content[len(mark) :]
            if encoding != "utf-8":
                content = content.decode(encoding, "replace").encode()
            break
    else:
        if content[1:2] == b"\x00":
            content = content.decode("utf-16-le", "replace").encode()
    content = content.replace(b"\x00", b"").lstrip()
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    # Unfolded as bytes, because a fold may stand in the middle of a character.
    content = content.replace(b"\n ", b"").replace(b"\n\t", b"")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


class _Structure:
    """Puts lines into components, forgiving what real programs do to them.

    A component of the calendar closes whatever is still open, an END closes down to its BEGIN, an END without BEGIN is
    passed over, and events outside of any calendar count as one more calendar.
    """

    def __init__(self) -> None:
        self._calendars: list[Calendar] = []
        self._calendar: Calendar | None = None
        self._is_one = False
        self._must_end = False
        self._open: list[Component] = []

    def ended(self) -> list[Calendar]:
        """What was put together. Raises FeedRejected when that is no calendar, or not a whole one."""
        if not self._is_one:
            raise FeedRejected(Flaw.NOT_A_CALENDAR)
        if self._must_end:
            raise FeedRejected(Flaw.TRUNCATED)
        return self._calendars

    def take(self, event: PlainEvent | None) -> bool:
        """Takes a plain event at once; False for None and where something is still open, or nothing."""
        if event is None or self._open or self._calendar is None:
            return False
        self._calendar.plain.append(event)
        return True

    def read(self, lines: list[Line]) -> None:
        """The next lines, in order."""
        for written, rest in lines:
            name = written.upper()
            if name == "BEGIN":
                self._begin(value_of(rest).upper())
            elif name == "END":
                self._end(value_of(rest).upper())
            elif self._open:
                self._open[-1].lines.append((name, rest))
            elif self._calendar:
                self._calendar.lines.append((name, rest))

    def _begin(self, name: str) -> None:
        if name == "VCALENDAR" or self._calendar is None:
            self._calendar = Calendar()
            self._calendars.append(self._calendar)
            self._open = []
            self._must_end = name == "VCALENDAR"
            if self._must_end:
                self._is_one = True
                return
        component = Component(name)
        if name in _WHOLE:
            self._open = [component]
            if name in _WANTED:
                self._calendar.components.append(component)
        elif len(self._open) < _DEPTH:
            if self._open:
                self._open[-1].parts.append(component)
            self._open.append(component)

    def _end(self, name: str) -> None:
        if name == "VCALENDAR":
            self._calendar = None
            self._must_end = False
            self._open = []
            return
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index].name == name:
                del self._open[index:]
                return
