"""From bytes to the few content lines that matter; everything else is dropped here and never looked at again.

Splitting is ours because surviving is ours: folded lines, any line ending, any encoding, missing ENDs, several
calendars in one file. What the kept values mean is icalendar's business (`values`, `expand`).
"""

import codecs
import re

from bookings.feeds.components import Calendar, Component, Line, value_of
from bookings.feeds.fast import plain_event
from bookings.feeds.readings import FeedRejected, Flaw

# Titles, descriptions, organizers and guests are not in this list, so no later step can give them away.
_KEPT = (
    "BEGIN|END|UID|DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE|EXRULE|RECURRENCE-ID|SEQUENCE|STATUS|TRANSP|"
    "X-MICROSOFT-CDO-BUSYSTATUS|FREEBUSY|METHOD|TZID|TZOFFSETFROM|TZOFFSETTO|X-LIC-LOCATION|X-WR-TIMEZONE"
)
_LINE = re.compile(rf"^({_KEPT})[ \t]*([;:][^\n]*)", re.MULTILINE | re.IGNORECASE)
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
    lines: list[Line] = _LINE.findall(text)
    if not any(name.upper() == "BEGIN" and value_of(rest).upper() == "VCALENDAR" for name, rest in lines):
        raise FeedRejected(Flaw.NOT_A_CALENDAR)
    return _Structure(lines).calendars


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

    def __init__(self, lines: list[Line]) -> None:
        self.calendars: list[Calendar] = []
        self._calendar: Calendar | None = None
        self._must_end = False
        self._open: list[Component] = []
        at, count = 0, len(lines)
        while at < count:
            name, rest = lines[at]
            if name == "BEGIN" and not self._open and (plain := plain_event(lines, at)) and self._calendar:
                self._calendar.plain.append(plain)
                at += 5
                continue
            at += 1
            name = name.upper()
            if name == "BEGIN":
                self._begin(value_of(rest).upper())
            elif name == "END":
                self._end(value_of(rest).upper())
            elif self._open:
                self._open[-1].lines.append((name, rest))
            elif self._calendar:
                self._calendar.lines.append((name, rest))
        if self._must_end:
            raise FeedRejected(Flaw.TRUNCATED)

    def _begin(self, name: str) -> None:
        if name == "VCALENDAR" or self._calendar is None:
            self._calendar = Calendar()
            self.calendars.append(self._calendar)
            self._open = []
            self._must_end = name == "VCALENDAR"
            if self._must_end:
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
