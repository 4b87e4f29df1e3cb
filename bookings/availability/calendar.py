"""A week, or one day of one room among others, as the page draws it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import ngettext, override
from markupsafe import Markup

from bookings.availability.asked import Asked, week_query
from bookings.availability.blocks import BlockKind
from bookings.availability.cells import Column, Writer, size_of
from bookings.availability.hours import wall_clock
from bookings.availability.queries import Day, Slot, Week
from bookings.availability.sentences import Explanation, age_in_words, explain
from bookings.availability.ways import Ways
from bookings.core import formats
from bookings.core.answers import Blocked, Bookable, Reason
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


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One column: the date, in short as well, how many starts are free in it, and its cells as list items."""

    date: date
    short: str
    is_today: bool
    free: str
    is_closed: bool
    cells: Markup


class Lane(NamedTuple):
    """One day of one room among others, ready to be drawn. `notice` and `age` as in a whole calendar."""

    cells: Markup
    age: str
    is_stale: bool
    notice: Explanation | None


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


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def build_calendar(week: Week, asked: Asked, language: str) -> Calendar:
    """Puts the week into words and cells."""
    today = week.now.astimezone(week.zone).date()
    first, last = week.days[0].date, week.days[-1].date
    notice = lasting_notice(week)
    writer = Writer(week, asked, language, Ways(week, language, is_lasting=notice is not None))
    days = [_day(writer, day) for day in week.days]
    return Calendar(
        days=days,
        hours=_hours(week.column_start, week.column_end),
        pace=_pace(week.rules.step_minutes),
        steps=-(-asked.minutes // week.rules.step_minutes),
        age=age_in_words(week.feed, zone=week.zone, now=week.now, language=language),
        is_stale=week.freshness != "fresh",
        has_known_only=_has_known_only(week),
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


def build_lane(week: Week, asked: Asked, language: str) -> Lane:
    """Puts the only day of a week into words and cells."""
    notice = lasting_notice(week)
    writer = Writer(week, asked, language, Ways(week, language, is_lasting=notice is not None))
    return Lane(
        cells=Markup("") if notice else Column(writer, week.days[0]).drawn(),
        age=age_in_words(week.feed, zone=week.zone, now=week.now, language=language),
        is_stale=week.freshness != "fresh",
        notice=notice,
    )


@lru_cache(maxsize=512)
def hours_of(column: TimeSpan, zone: ZoneInfo) -> tuple[tuple[str, str], ...]:
    """The labels along one day's column: (what the wall clock shows, length); an hour may be skipped or come twice."""
    labels = []
    at = column.start
    while at < column.end:
        following = min(at + timedelta(hours=1), column.end)
        labels.append((wall_clock(at, zone), size_of(int((following - at).total_seconds() // 60))))
        at = following
    return tuple(labels)


def lasting_notice(week: Week) -> Explanation | None:
    """Why no start at all would do, or None."""
    judged = next((day.judged for day in week.days if day.judged.answers), None)
    if judged is None or not isinstance(judged.answers[0], Blocked):
        return None
    answer, span = judged.answers[0], judged.spans[0]
    is_lasting = answer.reason in _OF_THE_REQUEST or (
        answer.reason is Reason.OFF_STEP and span.minutes != week.rules.min_minutes
    )
    return explain(answer, zone=week.zone, start=span.start) if is_lasting else None


def _has_known_only(week: Week) -> bool:
    """Is a start shown that only companies can have that Workways knows?"""
    return any(
        has_known_only(day) for day in week.days if any(block.kind is BlockKind.KNOWN_ONLY for block in day.blocks)
    )


def has_known_only(day: Day) -> bool:
    """Does the day have a start that only companies can have that Workways knows?"""
    return any(isinstance(answer, Bookable) and answer.needs_known_company for answer in day.judged.answers)


def _pace(step_minutes: int) -> str:
    """The name of a height per minute at which a step is large enough to be pressed."""
    return next((f"pace-{step}" for step in (5, 10, 15, 20, 30, 45) if step_minutes <= step), "pace-60")


def _hours(start: int, end: int) -> list[tuple[str, str]]:
    """The labels at the side: (wall time, height)."""
    return [(f"{minute // 60:02}:{minute % 60:02}", size_of(min(60, end - minute))) for minute in range(start, end, 60)]


def _day(writer: Writer, day: Day) -> CalendarDay:
    free = sum(1 for answer in day.judged.answers if isinstance(answer, Bookable))
    return CalendarDay(
        date=day.date,
        short=formats.short_date(day.date, writer.language).rpartition(" ")[0],
        is_today=day.is_today,
        free=_free_times(free, writer.language),
        is_closed=not day.openings,
        cells=Column(writer, day).drawn(),
    )


@lru_cache(maxsize=512)
def _free_times(count: int, language: str) -> str:
    """ "3 free times", or "" for none."""
    with override(language):
        return ngettext("%(count)s free time", "%(count)s free times", count) % {"count": count} if count else ""
