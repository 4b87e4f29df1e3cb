"""A month of a room at a glance: how much of each day is free, or in words why nothing is.

Walks stretches of free time, not starts, so that a month costs little more than a week. What it calls free is exactly
the time that the starts `rules.judge` allows would cover.
"""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from django.utils.translation import gettext

from bookings.availability import rules
from bookings.availability.asked import Asked, week_query
from bookings.availability.hours import local_day
from bookings.availability.queries import Asker, Slot, build_rules, load_situations, shown_day
from bookings.availability.rules import HORIZON_DAYS, Freshness, RoomRules, Situation
from bookings.availability.sentences import Explanation, age_in_words, cause_in_words, explain
from bookings.catalog.models import Room
from bookings.core import formats
from bookings.core.answers import Cause, Standing
from bookings.core.timespan import TimeSpan, merged

# Into how many parts a day's bar is divided.
_BAR_PARTS = 10


class DayState(StrEnum):
    """What is said of a day. `KNOWN_ONLY`: free, but too soon for a new company, and who asks is unknown."""

    FREE = "free"
    KNOWN_ONLY = "known"
    FULL = "full"
    CLOSED = "closed"
    PAST = "past"
    UNKNOWN = "unknown"
    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    UNFIT = "unfit"


@dataclass(frozen=True, slots=True)
class FreeTime:
    """How much of a day can be booked: starts, minutes that these cover, minutes that the room is open, first start.

    `cause` is why a closed day is closed, where that isn't what the opening hours say.
    """

    state: DayState
    starts: int = 0
    minutes: int = 0
    open_minutes: int = 0
    first: datetime | None = None
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class MonthDay:
    """One day as it is drawn: its words, how full its bar is in tenths, and where it leads ("" where nowhere)."""

    date: date
    state: str
    words: str
    tenths: int
    href: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month ready to be drawn. `lead` is how many days of its first week lie before it.

    `notice` says why nothing can be chosen although there is free time.
    """

    first: date
    name: str
    lead: int
    weekdays: list[tuple[str, str]]
    days: list[MonthDay]
    age: str
    is_stale: bool
    has_known_only: bool
    notice: Explanation | None
    first_free: Slot | None
    starts_at: datetime
    ends_at: datetime
    previous: str
    following: str
    this_month: str


def month_query(day: date, minutes: int, people: int) -> str:
    """The query string that names a month of a room."""
    return f"{week_query(day, minutes, people)}&view=month"


def build_month(room: Room, day: date, asked: Asked, *, asker: Asker, now: datetime, language: str) -> Month:
    """The month around a day for whoever looks. Two queries when `room.feed` is loaded."""
    room_rules = build_rules(room)
    day = shown_day(day, now)
    first = day.replace(day=1)
    days = [first + timedelta(days=distance) for distance in range(monthrange(first.year, first.month)[1])]
    # A room that is open around the clock may be booked across midnight.
    whole = TimeSpan(local_day(days[0], room_rules.zone).start, local_day(days[-1], room_rules.zone).end)
    window = TimeSpan(whole.start, whole.end + timedelta(days=1))
    situation = load_situations([room], window, asker=asker, now=now)[room.pk]
    found = free_times(room_rules, days, asked.minutes, situation)
    writer = _Writer(asked, language, now.astimezone(room_rules.zone).date())
    previous, following, this_month = writer.neighbors(first)
    return Month(
        first=first,
        name=formats.month(first, language),
        lead=first.weekday(),
        weekdays=_weekdays(language),
        days=[writer.day(one, free) for one, free in zip(days, found, strict=True)],
        notice=_notice(room_rules, asked, situation),
        first_free=_first_free(room_rules, found, asked.minutes, situation),
        has_known_only=any(free.state is DayState.KNOWN_ONLY for free in found),
        starts_at=whole.start,
        ends_at=whole.end,
        age=age_in_words(situation.feed, zone=room_rules.zone, now=now, language=language),
        is_stale=situation.feed.freshness(now) is not Freshness.FRESH,
        previous=previous,
        following=following,
        this_month=this_month,
    )


def free_times(rules_: RoomRules, days: Sequence[date], minutes: int, situation: Situation) -> list[FreeTime]:
    """How much of each day can be booked for so many minutes. Pure."""
    is_unfit = rules.refusal_of_request(rules_, minutes, situation.people) is not None
    frame = _Frame(rules_, minutes, situation)
    return [frame.day(day, is_unfit=is_unfit) for day in days]


class _Frame:
    """What is the same for all days that are looked at in one go."""

    def __init__(self, room_rules: RoomRules, minutes: int, situation: Situation) -> None:
        self._rules = room_rules
        self._length = timedelta(minutes=minutes)
        self._situation = situation
        self._now = situation.now.astimezone(UTC)
        self._last_end = rules.last_end(self._now, situation.feed)
        self._new_from = local_day(rules.first_day_for_new(situation.now, room_rules.zone), room_rules.zone).start

    def day(self, day: date, *, is_unfit: bool) -> FreeTime:
        """What one day has to offer."""
        opened = rules.openings(day, self._rules)
        if not opened:
            return FreeTime(
                DayState.CLOSED, cause=self._rules.closings.cause(local_day(day, self._rules.zone), self._rules.zone)
            )
        open_minutes = sum(one.minutes for one in opened)
        starts = rules.list_starts(day, self._rules)
        if not starts or starts[-1] < self._now:
            return FreeTime(DayState.PAST, open_minutes=open_minutes)
        if is_unfit:
            return FreeTime(DayState.UNFIT, open_minutes=open_minutes)
        if self._situation.feed.read_at is None:
            return FreeTime(DayState.UNKNOWN, open_minutes=open_minutes)
        return self._count(starts, self._stretches(day, opened), opened, open_minutes)

    def _stretches(self, day: date, opened: Sequence[TimeSpan]) -> list[TimeSpan]:
        """The free time of the day's openings, and of the next day's where the room does not close in between."""
        following = rules.openings(day + timedelta(days=1), self._rules)
        if following and following[0].start == opened[-1].end:
            opened = merged((*opened, *following))
        taken = [
            span for one in opened for span in (*self._situation.busy.within(one), *self._situation.held.within(one))
        ]
        return [left for one in opened for left in one.minus(taken)]

    def _count(
        self, starts: Sequence[datetime], stretches: list[TimeSpan], opened: Sequence[TimeSpan], open_minutes: int
    ) -> FreeTime:
        is_new = self._situation.standing is Standing.NEW
        earliest = max(self._now, self._new_from) if is_new else self._now
        chosen: list[datetime] = []
        for one in stretches:
            low = bisect_left(starts, max(one.start, earliest))
            chosen += starts[low : bisect_right(starts, min(one.end, self._last_end) - self._length)]
        if not chosen:
            return FreeTime(self._why_none(starts, opened[-1].end, is_new=is_new), open_minutes=open_minutes)
        covered = sum((min(after - start, self._length) for start, after in pairwise(chosen)), self._length)
        is_unsettled = self._situation.standing in rules.UNSETTLED
        return FreeTime(
            state=DayState.KNOWN_ONLY if is_unsettled and chosen[0] < self._new_from else DayState.FREE,
            starts=len(chosen),
            minutes=int(covered.total_seconds() // 60),
            open_minutes=open_minutes,
            first=chosen[0],
        )

    def _why_none(self, starts: Sequence[datetime], closes_at: datetime, *, is_new: bool) -> DayState:
        if closes_at > self._last_end:
            return DayState.TOO_FAR
        if is_new and starts[-1] < self._new_from:
            return DayState.TOO_SOON
        return DayState.FULL


class _Writer:
    """Puts days into words; what is the same for all is put into words once."""

    def __init__(self, asked: Asked, language: str, today: date) -> None:
        self._asked = asked
        self._language = language
        self._today = today
        self._free = gettext("%(hours)s free")
        self._known_only = gettext("%(hours)s free for registered companies")
        self._words = {
            DayState.FULL: gettext("Full"),
            DayState.CLOSED: gettext("Closed"),
            DayState.PAST: gettext("Past"),
            DayState.UNKNOWN: gettext("Not known yet"),
            DayState.TOO_SOON: gettext("Too soon for new companies"),
            DayState.TOO_FAR: gettext("Not yet open"),
            DayState.UNFIT: gettext("Does not fit"),
        }

    def day(self, day: date, free: FreeTime) -> MonthDay:
        """One day of the month."""
        asked, words = self._asked, self._words.get(free.state, "")
        if free.minutes:
            said = self._known_only if free.state is DayState.KNOWN_ONLY else self._free
            words = said % {"hours": formats.duration(free.minutes, self._language)}
        elif free.cause is not None:
            words = cause_in_words(free.cause) or words
        is_shown = self._is_bookable_day(day)
        return MonthDay(
            date=day,
            state=str(free.state),
            words=words,
            tenths=_tenths(free.minutes, free.open_minutes),
            href=f"{week_query(day, asked.minutes, asked.people)}#day-{day.isoweekday()}" if is_shown else "",
            is_today=day == self._today,
        )

    def neighbors(self, first: date) -> tuple[str, str, str]:
        """The addresses of the months before and after and of today's, "" for those that can't be booked anyway."""
        before, after = first - timedelta(days=1), (first + timedelta(days=31)).replace(day=1)
        return (
            self._query(max(before.replace(day=1), self._today)) if before >= self._today else "",
            self._query(after) if self._is_bookable_day(after) else "",
            "" if first == self._today.replace(day=1) else self._query(self._today),
        )

    def _is_bookable_day(self, day: date) -> bool:
        return self._today <= day <= self._today + timedelta(days=HORIZON_DAYS)

    def _query(self, day: date) -> str:
        return month_query(day, self._asked.minutes, self._asked.people)


def _tenths(part: int, whole: int) -> int:
    """A share in tenths; what is more than nothing is never drawn as nothing, nor what is less than all as all."""
    if part <= 0 or whole <= 0:
        return 0
    if part >= whole:
        return _BAR_PARTS
    return min(max(part * _BAR_PARTS // whole, 1), _BAR_PARTS - 1)


def _weekdays(language: str) -> list[tuple[str, str]]:
    """The names above the columns: (short, whole)."""
    monday = date(2024, 1, 1)
    days = [monday + timedelta(days=distance) for distance in range(7)]
    return [(formats.short_date(day, language).split(" ")[0], formats.weekday(day, language)) for day in days]


def _notice(room_rules: RoomRules, asked: Asked, situation: Situation) -> Explanation | None:
    refusal = rules.refusal_of_request(room_rules, asked.minutes, situation.people)
    return explain(refusal, zone=room_rules.zone) if refusal is not None else None


def _first_free(room_rules: RoomRules, found: Sequence[FreeTime], minutes: int, situation: Situation) -> Slot | None:
    first = next((free.first for free in found if free.first is not None), None)
    if first is None:
        return None
    span = TimeSpan.lasting(first, minutes)
    return Slot(span, rules.judge_alone(room_rules, span, situation), room_rules.zone)
