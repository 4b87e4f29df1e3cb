"""A week as the page draws it: columns of cells, each with its words, its address and its height.

The template only lays out what is said here, because a week has more than a hundred cells.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, ngettext

from bookings.availability.hours import wall_clock
from bookings.availability.queries import Day, Slot, Week
from bookings.availability.rules import Block, BlockKind
from bookings.availability.sentences import Explanation, age_in_words, explain
from bookings.availability.ways import Ways
from bookings.core import formats
from bookings.core.answers import Blocked, Reason
from bookings.core.money import Money
from bookings.core.timespan import TimeSpan

# Reasons that lie in what is asked for, not in the time: they hold for every start alike and are said once.
_OF_THE_REQUEST = frozenset(
    {
        Reason.TOO_SHORT,
        Reason.TOO_LONG,
        Reason.TOO_MANY_PEOPLE,
        Reason.NOT_A_MEETING_ROOM,
        Reason.NO_LONGER_LISTED,
    }
)
_STARTS = (BlockKind.FREE, BlockKind.KNOWN_ONLY)
# Where the address of the slot has more to tell than the word: closed and past time speak for themselves.
_TOLD_MORE = (BlockKind.BUSY, BlockKind.HELD, BlockKind.TOO_SOON)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the visitor is looking for: how long, for how many, at which price by the catalog, and what was chosen.

    Where several rooms are shown, `room` is what the names of links begin with, and `path` the room's page.
    """

    minutes: int
    people: int
    price: Money | None
    chosen: TimeSpan | None = None
    room: str = ""
    path: str = ""


class Cell(NamedTuple):
    """One piece of a day's column. Without a word it is a start that can be chosen; `name` is then its full name.

    What can't be had has its reason as `word` and the way on as `way`; where it has an address, more is told there.
    A tuple, because templates take a tuple apart in a fraction of the time that they need to ask for attributes.
    """

    kind: str
    size: str
    label: str
    word: str = ""
    href: str = ""
    name: str = ""
    is_chosen: bool = False
    is_inside: bool = False
    way: str = ""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One column: the date, in short as well, how many starts are free in it, its cells in order, which fill it."""

    date: date
    short: str
    is_today: bool
    free: str
    is_closed: bool
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Calendar:
    """A week ready to be drawn. `notice` says why nothing can be chosen although there is free time.

    `telling_day` is the day of it that is worth comparing with other rooms.
    """

    days: list[CalendarDay]
    hours: list[tuple[str, str]]
    pace: str
    steps: int
    age: str
    is_stale: bool
    has_known_only: bool
    notice: Explanation | None
    first_free: Slot | None
    monday: date
    sunday: date
    telling_day: date
    starts_at: datetime
    previous: str
    following: str
    this_week: str


def slot_query(day: date, key: str, minutes: int, people: int) -> str:
    """The query string that names a slot of a room."""
    return f"?date={day.isoformat()}&start={quote(key, safe=':')}&duration={minutes}&people={people}"


def week_query(day: date, minutes: int, people: int) -> str:
    """The query string that names a week of a room."""
    return f"?date={day.isoformat()}&duration={minutes}&people={people}"


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def build_calendar(week: Week, asked: Asked, language: str) -> Calendar:
    """Puts the week into words and cells."""
    today = week.now.astimezone(week.zone).date()
    first, last = week.days[0].date, week.days[-1].date
    notice = _notice(week)
    writer = _Writer(week, asked, language, Ways(week, language, is_lasting=notice is not None))
    days = [writer.day(day) for day in week.days]
    return Calendar(
        days=days,
        hours=_hours(week.column_start, week.column_end),
        pace=_pace(week.rules.step_minutes),
        steps=-(-asked.minutes // week.rules.step_minutes),
        age=age_in_words(week.feed, zone=week.zone, now=week.now),
        is_stale=week.freshness != "fresh",
        has_known_only=any(cell.kind == "known" for day in days for cell in day.cells),
        notice=notice,
        first_free=week.first_bookable,
        monday=first,
        sunday=last,
        telling_day=week.first_bookable.date if week.first_bookable else min(max(first, today), last),
        starts_at=week.days[0].column.start,
        previous=week_query(first - timedelta(days=7), asked.minutes, asked.people) if first > today else "",
        following=week_query(first + timedelta(days=7), asked.minutes, asked.people),
        this_week="" if first <= today <= last else week_query(today, asked.minutes, asked.people),
    )


def hours_of(column: TimeSpan, zone: ZoneInfo) -> list[tuple[str, str]]:
    """The labels along one day's column: (what the wall clock shows, length); an hour may be skipped or come twice."""
    labels = []
    at = column.start
    while at < column.end:
        following = min(at + timedelta(hours=1), column.end)
        labels.append((wall_clock(at, zone), _size(int((following - at).total_seconds() // 60))))
        at = following
    return labels


def _notice(week: Week) -> Explanation | None:
    slot = next((slot for day in week.days for slot in day.slots), None)
    if slot is None or not isinstance(slot.answer, Blocked):
        return None
    is_lasting = slot.answer.reason in _OF_THE_REQUEST or (
        slot.answer.reason is Reason.OFF_STEP and slot.span.minutes != week.rules.min_minutes
    )
    return explain(slot.answer, zone=week.zone, start=slot.start) if is_lasting else None


def _pace(step_minutes: int) -> str:
    """The name of a height per minute at which a step is large enough to be pressed."""
    return next((f"pace-{step}" for step in (5, 10, 15, 20, 30, 45) if step_minutes <= step), "pace-60")


def _size(minutes: int) -> str:
    """A height as classes, because the security policy forbids style attributes: "h1 m30"."""
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"h{hours}" if hours else "", f"m{rest}" if rest else "") if part)


def _hours(start: int, end: int) -> list[tuple[str, str]]:
    """The labels at the side: (wall time, height)."""
    return [(f"{minute // 60:02}:{minute % 60:02}", _size(min(60, end - minute))) for minute in range(start, end, 60)]


class _Writer:
    """Writes days of one week; what is the same for all cells is put into words once."""

    def __init__(self, week: Week, asked: Asked, language: str, ways: Ways) -> None:
        self._week = week
        self._ways = ways
        self._asked = asked
        self._language = language
        # Names of links are read aloud one by one, so each says the whole truth.
        if asked.room and asked.price is None:
            self._name = gettext("%(room)s, %(day)s, %(start)s to %(end)s")
        elif asked.room:
            self._name = gettext("%(room)s, %(day)s, %(start)s to %(end)s, about %(price)s")
        elif asked.price is None:
            self._name = gettext("%(day)s, %(start)s to %(end)s")
        else:
            self._name = gettext("%(day)s, %(start)s to %(end)s, about %(price)s")
        self._price = "" if asked.price is None else formats.money(asked.price, language)
        self._known_only = gettext("for registered companies")
        self._words = {
            BlockKind.BUSY: gettext("Taken"),
            BlockKind.HELD: gettext("Being booked"),
            BlockKind.UNKNOWN: gettext("Not known yet"),
            BlockKind.PAST: gettext("Past"),
            BlockKind.CLOSED: gettext("Closed"),
            BlockKind.TOO_SOON: gettext("Too soon for new companies"),
        }
        self._gaps = {
            **dict.fromkeys((Reason.BUSY, Reason.HELD, Reason.CLOSED), gettext("Too short")),
            Reason.TOO_FAR_AHEAD: gettext("Not yet open"),
        }
        self._until = gettext("until %(time)s")
        self._other_gap = gettext("Does not fit")

    def day(self, day: Day) -> CalendarDay:
        """One column."""
        free = len(day.bookable_slots)
        return CalendarDay(
            date=day.date,
            short=formats.short_date(day.date, self._language).rpartition(" ")[0],
            is_today=day.is_today,
            free=ngettext("%(count)s free time", "%(count)s free times", free) % {"count": free} if free else "",
            is_closed=not day.openings,
            cells=list(self._cells(day)),
        )

    def _cells(self, day: Day) -> Iterator[Cell]:
        name_of_day = formats.long_date(day.date, self._language)
        slots = deque(day.slots)
        for block in day.blocks:
            if block.kind not in _STARTS:
                yield self._plain(block, day)
                continue
            while slots and slots[0].start < block.span.start:
                slots.popleft()
            inside = []
            while slots and slots[0].start < block.span.end:
                inside.append(slots.popleft())
            yield from self._open_cells(block.span, inside, day, name_of_day)

    def _open_cells(self, span: TimeSpan, slots: list[Slot], day: Day, name_of_day: str) -> Iterator[Cell]:
        """A free stretch: a cell for each start that can be chosen, and one for what is left around them."""
        at, reason, is_tail = span.start, Reason.BUSY, False
        for slot, following in zip_longest(slots, slots[1:]):
            if isinstance(slot.answer, Blocked):
                reason = slot.answer.reason
                continue
            if slot.start > at:
                yield self._gap(TimeSpan(at, slot.start), reason, day, is_tail=is_tail)
            at, is_tail = following.start if following else span.end, True
            yield self._start(slot, TimeSpan(slot.start, at), name_of_day)
        if at < span.end:
            yield self._gap(TimeSpan(at, span.end), reason, day, is_tail=is_tail)

    def _plain(self, block: Block, day: Day) -> Cell:
        kind, span = block.kind, block.span
        if kind in (BlockKind.PAST, BlockKind.CLOSED):
            return Cell(str(kind), _size(block.minutes), self._range(span), self._words[kind])
        href = self._why(span, day) if kind in _TOLD_MORE else ""
        way = self._ways.words(span, kind)
        return Cell(str(kind), _size(block.minutes), self._range(span), self._words[kind], href, way=way)

    def _why(self, span: TimeSpan, day: Day) -> str:
        """The address that tells why this time can't be had, and what is near; "" where no start lies in it."""
        slot, asked = self._ways.slot(span, day), self._asked
        return f"{asked.path}{slot_query(slot.date, slot.key, asked.minutes, asked.people)}#booking" if slot else ""

    def _gap(self, span: TimeSpan, reason: Reason, day: Day, *, is_tail: bool) -> Cell:
        """Free time in which nothing can begin; after the last start of a stretch it is that meeting's own time."""
        if is_tail and reason in (Reason.BUSY, Reason.HELD, Reason.CLOSED):
            return Cell("tail", _size(span.minutes), "", self._until % {"time": self._clock(span.end)})
        word = self._gaps.get(reason, self._other_gap)
        return Cell(
            "gap", _size(span.minutes), self._range(span), word, self._why(span, day), way=self._ways.words(span)
        )

    def _clock(self, instant: datetime) -> str:
        return wall_clock(instant, self._week.zone)

    def _range(self, span: TimeSpan) -> str:
        return f"{self._clock(span.start)}–{self._clock(span.end)}"

    def _start(self, slot: Slot, span: TimeSpan, name_of_day: str) -> Cell:
        asked = self._asked
        words = {
            "day": name_of_day,
            "start": self._clock(slot.start),
            "end": self._clock(slot.end),
            "price": self._price,
            "room": asked.room,
        }
        name = self._name % words
        chosen = asked.chosen
        return Cell(
            kind="known" if slot.needs_known_company else "free",
            size=_size(span.minutes),
            label=words["start"],
            href=f"{asked.path}{slot_query(slot.date, slot.key, asked.minutes, asked.people)}#booking",
            name=f"{name}, {self._known_only}" if slot.needs_known_company else name,
            is_chosen=chosen is not None and chosen.start == slot.start,
            is_inside=chosen is not None and chosen.start < slot.start < chosen.end,
        )
