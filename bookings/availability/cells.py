"""The cells of a calendar's columns, each with its words, its address and its height.

They are joined here, not by the template: a page has more than a hundred, and a template engine would need longer for
them than for everything else together.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, override
from markupsafe import Markup, escape

from bookings.availability.asked import Asked, quoted
from bookings.availability.blocks import Block, BlockKind
from bookings.availability.hours import start_key, wall_clock
from bookings.availability.queries import Day, Week
from bookings.availability.ways import Ways
from bookings.core import formats
from bookings.core.answers import Blocked, Reason
from bookings.core.money import Money
from bookings.core.timespan import TimeSpan

_STARTS = (BlockKind.FREE, BlockKind.KNOWN_ONLY)
_MINUTE = timedelta(minutes=1)
# What stands for the times of a slot in the name of its link, until they are put in; and, in cells that all rooms with
# the same hours share, for the room's name and the path of its page.
_START, _END = "\x01", "\x02"
_ROOM, _PATH = "\x03", "\x04"
# Where the address of the slot has more to tell than the word: closed and past time speak for themselves.
_TOLD_MORE = (BlockKind.BUSY, BlockKind.HELD, BlockKind.TOO_SOON)


@lru_cache(maxsize=2048)
def size_of(minutes: int) -> str:
    """A length as classes, because the security policy forbids style attributes: "h1 m30"."""
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"h{hours}" if hours else "", f"m{rest}" if rest else "") if part)


@dataclass(frozen=True, slots=True)
class _Words:
    """What is written in cells, ready for HTML. The names of links hold `_START` and `_END` in place of the times."""

    plain: dict[BlockKind, str]
    gaps: dict[Reason, str]
    other_gap: str
    until: str
    known_only: str
    name: str
    priced_name: str
    name_with_room: str
    priced_name_with_room: str


@lru_cache(maxsize=8)
def _words_in(language: str) -> _Words:
    with override(language):
        return _Words(
            plain={
                BlockKind.BUSY: _escaped(gettext("Taken")),
                BlockKind.HELD: _escaped(gettext("Being booked")),
                BlockKind.UNKNOWN: _escaped(gettext("Not known yet")),
                BlockKind.PAST: _escaped(gettext("Past")),
                BlockKind.CLOSED: _escaped(gettext("Closed")),
                BlockKind.TOO_SOON: _escaped(gettext("Too soon for new companies")),
            },
            gaps={
                **dict.fromkeys((Reason.BUSY, Reason.HELD, Reason.CLOSED), _escaped(gettext("Too short"))),
                Reason.TOO_FAR_AHEAD: _escaped(gettext("Not yet open")),
            },
            other_gap=_escaped(gettext("Does not fit")),
            until=gettext("until %(time)s"),
            known_only=gettext("for registered companies"),
            # Names of links are read aloud one by one, so each says the whole truth.
            name=gettext("%(day)s, %(start)s to %(end)s"),
            priced_name=gettext("%(day)s, %(start)s to %(end)s, about %(price)s"),
            name_with_room=gettext("%(room)s, %(day)s, %(start)s to %(end)s"),
            priced_name_with_room=gettext("%(room)s, %(day)s, %(start)s to %(end)s, about %(price)s"),
        )


class Writer:
    """Writes the columns of some days of one room."""

    def __init__(self, week: Week, asked: Asked, language: str, ways: Ways) -> None:
        self.zone = week.zone
        self.ways = ways
        self.asked = asked
        self.language = language
        self.words = _words_in(language)


class _Frame(NamedTuple):
    """What the cells of a day share, ready for HTML: the ends of their addresses, and the names of their links."""

    before: str
    after: str
    name: str
    name_for_known: str


@lru_cache(maxsize=1024)
def _frame(day: date, minutes: int, people: int, price: Money | None, has_room: bool, language: str) -> _Frame:
    words = _words_in(language)
    if price is None:
        name = words.name_with_room if has_room else words.name
    else:
        name = words.priced_name_with_room if has_room else words.priced_name
    name %= {
        "room": _ROOM,
        "day": formats.long_date(day, language),
        "price": "" if price is None else formats.money(price, language),
        "start": _START,
        "end": _END,
    }
    return _Frame(
        # An address is these two with the start between them.
        before=_escaped(f"{_PATH}?date={day.isoformat()}&start="),
        after=_escaped(f"&duration={minutes}&people={people}#booking"),
        name=_escaped(name),
        name_for_known=_escaped(f"{name}, {words.known_only}"),
    )


@lru_cache(maxsize=512)
def _start_cells(
    frame: _Frame, starts: tuple[datetime, ...], minutes: int, zone: ZoneInfo
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """For each start but the last a cell that reaches to the next: all for anybody, and all for known companies only.

    Remembered, because it says nothing of what is taken, and rooms with the same hours and price share it.
    """

    def cells(*, is_known: bool) -> Iterator[str]:
        for start, following in pairwise(starts):
            span = TimeSpan.lasting(start, minutes)
            yield _start_cell(frame, span, (following - start) // _MINUTE, zone, is_known=is_known)

    return tuple(cells(is_known=False)), tuple(cells(is_known=True))


def _start_cell(
    frame: _Frame,
    span: TimeSpan,
    minutes: int,
    zone: ZoneInfo,
    *,
    is_known: bool = False,
    marks: tuple[str, str] = ("", ""),
) -> str:
    """A start that can be chosen. `marks` are what its class and its link say of a slot that was chosen."""
    start, end, key = _marks(span.start, span.end, zone)
    inside, current = marks
    name = frame.name_for_known if is_known else frame.name
    return (
        f'<li class="cell {"known" if is_known else "free"} {size_of(minutes)}{inside}">'
        f'<a href="{frame.before}{key}{frame.after}"'
        f' aria-label="{name.replace(_START, start).replace(_END, end)}"{current}'
        f' rel="nofollow">{start}</a></li>'
    )


class Column:
    """The cells of one day, as HTML in order. What is the same for all of them is written once."""

    def __init__(self, writer: Writer, day: Day) -> None:
        asked = writer.asked
        self._day = day
        self._judged = day.judged
        self._zone = writer.zone
        self._ways = writer.ways
        self._words = writer.words
        self._chosen = asked.chosen
        self._room, self._path = _escaped(asked.room), _escaped(asked.path)
        self._frame = frame = _frame(
            day.date, asked.minutes, asked.people, asked.price, bool(asked.room), writer.language
        )
        self._ready = _start_cells(frame, self._judged.starts, asked.minutes, writer.zone)

    def drawn(self) -> Markup:
        """The whole column."""
        cells = "".join(self._cells()).replace(_PATH, self._path).replace(_ROOM, self._room)
        return Markup(cells)  # noqa: S704  Each cell escapes its words.

    def _cells(self) -> list[str]:
        starts = self._judged.starts
        cells: list[str] = []
        place = 0
        for block in self._day.blocks:
            if block.kind in _STARTS:
                first = bisect_left(starts, block.start, place)
                place = bisect_left(starts, block.end, first)
                self._add_open(cells, block, first, place)
            else:
                cells.append(self._plain(block))
        return cells

    def _add_open(self, cells: list[str], stretch: Block, first: int, end: int) -> None:
        """A free stretch: a cell for each start that can be chosen, and one for what is left around them.

        The starts in it are those from the place `first` up to but without `end`.
        """
        _spans, starts, answers = self._judged
        at, reason, is_tail = stretch.start, Reason.BUSY, False
        place = first
        while place < end:
            answer = answers[place]
            if isinstance(answer, Blocked):
                # The last starts of a day never fit; that is not why a day far ahead can't be booked.
                reason = reason if reason is Reason.TOO_FAR_AHEAD else answer.reason
                place += 1
                continue
            if starts[place] > at:
                cells.append(self._gap(at, starts[place], reason, is_tail=is_tail))
            is_tail = True
            until = place + 1
            while until < end and answers[until] is answer:
                until += 1
            at = starts[until] if until < end else stretch.end
            self._add_starts(cells, place, until, at, is_known=answer.needs_known_company)
            place = until
        if at < stretch.end:
            cells.append(self._gap(at, stretch.end, reason, is_tail=is_tail))

    def _add_starts(self, cells: list[str], first: int, end: int, closes: datetime, *, is_known: bool) -> None:
        """The cells of starts in a row that all can be chosen: from the place `first` up to but without `end`.

        The last of them reaches to `closes`.
        """
        spans, starts, _answers = self._judged
        if self._chosen is not None:
            ready = first
        else:
            # The cells at hand reach to the next start, and that of the last start of all isn't there.
            ready = end if end < len(starts) and closes == starts[end] else end - 1
            cells += self._ready[is_known][first:ready]
        for place in range(ready, end):
            following = starts[place + 1] if place + 1 < end else closes
            cells.append(self._start(spans[place], (following - starts[place]) // _MINUTE, is_known=is_known))

    def _start(self, span: TimeSpan, minutes: int, *, is_known: bool) -> str:
        """A start that can be chosen, and how it lies to the slot that was chosen."""
        chosen = self._chosen
        inside = " inside" if chosen is not None and chosen.start < span.start < chosen.end else ""
        current = ' aria-current="true"' if chosen is not None and chosen.start == span.start else ""
        return _start_cell(self._frame, span, minutes, self._zone, is_known=is_known, marks=(inside, current))

    def _plain(self, block: Block) -> str:
        kind, start, end, _offset, minutes = block
        why = self._why(start, end) if kind in _TOLD_MORE else ""
        way = self._ways.words(start, end, self._day, kind)
        return _cell(kind, minutes, self._range(start, end), self._words.plain[kind], way, why)

    def _gap(self, start: datetime, end: datetime, reason: Reason, *, is_tail: bool) -> str:
        """Free time in which nothing can begin; after the last start of a stretch it is that meeting's own time."""
        minutes = (end - start) // _MINUTE
        if is_tail and reason in (Reason.BUSY, Reason.HELD, Reason.CLOSED):
            until = _escaped(self._words.until % {"time": wall_clock(end, self._zone)})
            return _cell("tail", minutes, "", until)
        words = self._words.gaps.get(reason, self._words.other_gap)
        way = self._ways.words(start, end, self._day)
        return _cell("gap", minutes, self._range(start, end), words, way, self._why(start, end))

    def _why(self, start: datetime, end: datetime) -> str:
        """The address that tells why this time can't be had, and what is near; "" where no start lies in it."""
        place = self._ways.place(start, end, self._day)
        return "" if place is None else self._address(self._judged.starts[place])

    def _address(self, start: datetime) -> str:
        return f"{self._frame.before}{quoted(start_key(start, self._zone))}{self._frame.after}"

    def _range(self, start: datetime, end: datetime) -> str:
        return f"{wall_clock(start, self._zone)}–{wall_clock(end, self._zone)}"


@lru_cache(maxsize=32_768)
def _marks(start: datetime, end: datetime, zone: ZoneInfo) -> tuple[str, str, str]:
    """What tells a slot from the others of its day: when it begins, when it ends, its start as an address has it."""
    return wall_clock(start, zone), wall_clock(end, zone), quoted(start_key(start, zone))


@lru_cache(maxsize=4096)
def _escaped(text: str) -> str:
    # As a plain string, because putting one of `Markup` together escapes each piece once more.
    return str(escape(text))


def _cell(kind: str, minutes: int, times: str, words: str, way: str = "", why: str = "") -> str:
    """A piece that can't be chosen; with an address, `why`, more is told there."""
    said = f'<span class="cell-word">{words}</span> <span class="cell-time">{times}</span>'
    if way or why:
        said += f' <span class="cell-way">{_escaped(way)}</span>'
    if why:
        said = f'<a class="why" href="{why}" rel="nofollow">{said}</a>'
    return f'<li class="cell {kind} {size_of(minutes)}">{said}</li>'
