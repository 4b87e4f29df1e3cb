"""Two weeks of a room as plain text: for screen readers, small screens and paper. The same facts as the week's grid."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext, ngettext

from bookings.availability.asked import Asked, slot_query, week_query
from bookings.availability.blocks import Block, BlockKind
from bookings.availability.calendar import has_known_only, lasting_notice
from bookings.availability.hours import wall_clock
from bookings.availability.queries import Day, Slot, Week
from bookings.availability.rules import HORIZON_DAYS
from bookings.availability.sentences import Explanation, age_in_words
from bookings.availability.ways import Ways
from bookings.core import formats
from bookings.core.answers import Blocked, Bookable, Reason

LIST_DAYS = 14
_OPEN = (BlockKind.FREE, BlockKind.KNOWN_ONLY)
# A meeting that can't begin for these reasons runs into what follows.
_TAKEN_AROUND = {Reason.BUSY, Reason.HELD, Reason.CLOSED}
# Where the address of the slot has no more to tell than the words.
_PLAIN = (BlockKind.PAST, BlockKind.CLOSED, BlockKind.UNKNOWN)


class Start(NamedTuple):
    """A start that can be chosen: the time, its address, its full name, and whether it is the chosen one."""

    label: str
    href: str
    name: str
    is_chosen: bool


class Stretch(NamedTuple):
    """A stretch of a day in words: "Taken 10:00–11:00", the way on, where more is told, the starts that lie in it."""

    kind: str
    words: str
    way: str
    href: str
    starts: list[Start]


@dataclass(frozen=True, slots=True)
class ListedDay:
    """One day: its stretches in order; `words` says how many starts are free, or why none is."""

    date: date
    is_today: bool
    words: str
    stretches: list[Stretch]


@dataclass(frozen=True, slots=True)
class Listing:
    """Some days ready to be written down. `notice` says why nothing can be chosen although there is free time."""

    days: list[ListedDay]
    first: date
    last: date
    age: str
    is_stale: bool
    has_known_only: bool
    notice: Explanation | None
    first_free: Slot | None
    starts_at: datetime
    ends_at: datetime
    previous: str
    following: str
    today: str


def list_query(day: date, minutes: int, people: int) -> str:
    """The query string that names two weeks of a room as a list."""
    return f"{week_query(day, minutes, people)}&view=list"


def build_listing(week: Week, asked: Asked, language: str) -> Listing:
    """Puts the days into words."""
    today = week.now.astimezone(week.zone).date()
    first, last = week.days[0].date, week.days[-1].date
    notice = lasting_notice(week)
    writer = _Writer(week, asked, language, is_lasting=notice is not None)

    def query(day: date) -> str:
        return list_query(day, asked.minutes, asked.people)

    following = first + timedelta(days=len(week.days))
    return Listing(
        days=[writer.day(day) for day in week.days],
        first=first,
        last=last,
        age=age_in_words(week.feed, zone=week.zone, now=week.now, language=language),
        is_stale=week.freshness != "fresh",
        has_known_only=any(has_known_only(day) for day in week.days),
        notice=notice,
        first_free=week.first_bookable,
        starts_at=week.days[0].column.start,
        ends_at=week.days[-1].column.end,
        previous=query(max(first - timedelta(days=len(week.days)), today)) if first > today else "",
        following=query(following) if following <= today + timedelta(days=HORIZON_DAYS) else "",
        today="" if first <= today <= last else query(today),
    )


class _Writer:
    """Writes days of one room; what is the same for all is put into words once."""

    def __init__(self, week: Week, asked: Asked, language: str, *, is_lasting: bool) -> None:
        self._zone = week.zone
        self._asked = asked
        self._language = language
        self._ways = Ways(week, language, is_lasting=is_lasting)
        self._price = "" if asked.price is None else formats.money(asked.price, language)
        if asked.price is None:
            self._name = gettext("%(day)s, %(start)s to %(end)s")
        else:
            self._name = gettext("%(day)s, %(start)s to %(end)s, about %(price)s")
        self._known_only = gettext("for registered companies")
        self._words = {
            BlockKind.FREE: gettext("Free %(hours)s"),
            BlockKind.KNOWN_ONLY: gettext("Free for registered companies %(hours)s"),
            BlockKind.BUSY: gettext("Taken %(hours)s"),
            BlockKind.HELD: gettext("Being booked %(hours)s"),
            BlockKind.UNKNOWN: gettext("Not known yet %(hours)s"),
            BlockKind.PAST: gettext("Past %(hours)s"),
            BlockKind.CLOSED: gettext("Closed %(hours)s"),
            BlockKind.TOO_SOON: gettext("Too soon for new companies %(hours)s"),
        }
        self._too_short = gettext("Free, but too short %(hours)s")
        self._not_yet = gettext("Not yet open %(hours)s")
        self._unfit = gettext("Does not fit %(hours)s")

    def day(self, day: Day) -> ListedDay:
        """One day in words."""
        free = sum(isinstance(answer, Bookable) for answer in day.judged.answers)
        if free:
            words = ngettext("%(count)s free time", "%(count)s free times", free) % {"count": free}
        else:
            words = gettext("Nothing free") if day.openings else self._closed(day)
        stretches = list(self._stretches(day)) if day.openings else []
        return ListedDay(day.date, day.is_today, words, stretches)

    def _closed(self, day: Day) -> str:
        cause = self._ways.words(day.column.start, day.column.end, day, BlockKind.CLOSED)
        return gettext("Closed: %(reason)s") % {"reason": cause} if cause else gettext("Closed")

    def _stretches(self, day: Day) -> Iterator[Stretch]:
        name_of_day = formats.long_date(day.date, self._language)
        slots, starts = day.slots, day.judged.starts
        for block in day.blocks:
            hours = {"hours": f"{wall_clock(block.start, self._zone)}–{wall_clock(block.end, self._zone)}"}
            if block.kind not in _OPEN:
                way = self._ways.words(block.start, block.end, day, block.kind)
                href = "" if block.kind in _PLAIN else self._why(block, day, slots)
                yield Stretch(str(block.kind), self._words[block.kind] % hours, way, href, [])
                continue
            inside = slots[bisect_left(starts, block.start) : bisect_left(starts, block.end)]
            offered = [self._start(slot, name_of_day) for slot in inside if slot.is_bookable]
            if offered:
                yield Stretch(str(block.kind), self._words[block.kind] % hours, "", "", offered)
            else:
                words = self._why_no_start(inside) % hours
                way = self._ways.words(block.start, block.end, day)
                yield Stretch("gap", words, way, self._why(block, day, slots), [])

    def _why_no_start(self, slots: list[Slot]) -> str:
        """What is said of free time in which no meeting can begin."""
        reasons = {slot.answer.reason for slot in slots if isinstance(slot.answer, Blocked)}
        if Reason.TOO_FAR_AHEAD in reasons:
            return self._not_yet
        return self._too_short if reasons <= _TAKEN_AROUND else self._unfit

    def _why(self, block: Block, day: Day, slots: list[Slot]) -> str:
        place = self._ways.place(block.start, block.end, day)
        return "" if place is None else self._address(slots[place])

    def _start(self, slot: Slot, name_of_day: str) -> Start:
        clock = wall_clock(slot.start, self._zone)
        words = {"day": name_of_day, "start": clock, "end": wall_clock(slot.end, self._zone), "price": self._price}
        name = self._name % words
        chosen = self._asked.chosen
        return Start(
            label=clock,
            href=self._address(slot),
            name=f"{name}, {self._known_only}" if slot.needs_known_company else name,
            is_chosen=chosen is not None and chosen.start == slot.start,
        )

    def _address(self, slot: Slot) -> str:
        asked = self._asked
        return f"{slot_query(slot.date, slot.key, asked.minutes, asked.people)}&view=list#booking"
