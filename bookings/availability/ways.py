"""The way on from time that can't be had, short enough to stand on the slot itself, before anybody presses it."""

from bisect import bisect_left
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext, override

from bookings.availability.blocks import BlockKind
from bookings.availability.closings import NO_CLOSINGS
from bookings.availability.hours import local_day, wall_clock
from bookings.availability.queries import Day, Week
from bookings.availability.rules import last_end
from bookings.availability.sentences import cause_in_words
from bookings.core import formats
from bookings.core.answers import Blocked, Bookable
from bookings.core.timespan import TimeSpan


class _Words(NamedTuple):
    """What is said, in one language."""

    same_day: str
    other_day: str
    unknown: str
    too_far: str
    another_room: str
    another_day: str


@lru_cache(maxsize=8)
def _words_in(language: str) -> _Words:
    with override(language):
        return _Words(
            same_day=gettext("Free at %(time)s"),
            other_day=gettext("Free %(day)s, %(time)s"),
            unknown=gettext("Try again in a few minutes"),
            too_far=gettext("Try an earlier day"),
            another_room=gettext("Try another room"),
            another_day=gettext("Try another day"),
        )


class Ways:
    """The ways on within some days of a room. `is_lasting`: no start would do, which is said once and not here."""

    def __init__(self, week: Week, language: str, *, is_lasting: bool) -> None:
        self._zone = week.zone
        self._closings = week.rules.closings
        self._language = language
        self._is_lasting = is_lasting
        self._free = [
            start
            for day in week.days
            for start, answer in zip(day.judged.starts, day.judged.answers, strict=True)
            if isinstance(answer, Bookable)
        ]
        self._later = _after_all(week)
        self._words = _words_in(language)
        self._ends_at = last_end(week.now, week.feed)
        self._none = self._words.another_room if len(week.days) > 1 else self._words.another_day

    def words(self, start: datetime, end: datetime, day: Day, kind: BlockKind | None = None) -> str:
        """ "Free at 11:00", "Free Tue 13 Jan, 09:00", or what else to try; "" where no start would do.

        Of closed time why it is closed, where that isn't what the opening hours say.
        """
        if kind in (BlockKind.PAST, BlockKind.CLOSED):
            return self._cause(start, end) if kind is BlockKind.CLOSED else ""
        if self._is_lasting:
            return ""
        if kind is BlockKind.UNKNOWN:
            return self._words.unknown
        place = bisect_left(self._free, start)
        following = self._free[place] if place < len(self._free) else self._later
        if following is None:
            return self._words.too_far if end > self._ends_at else self._none
        time = wall_clock(following, self._zone)
        if following < local_day(day.date, self._zone).end:
            return self._words.same_day % {"time": time}
        other = following.astimezone(self._zone).date()
        return self._words.other_day % {"day": formats.short_date(other, self._language), "time": time}

    def _cause(self, start: datetime, end: datetime) -> str:
        if self._closings is NO_CLOSINGS:
            return ""
        cause = self._closings.cause(TimeSpan(start, end), self._zone)
        return "" if cause is None else cause_in_words(cause)

    def place(self, start: datetime, end: datetime, day: Day) -> int | None:
        """Which of the day's starts the stretch forbids; its address tells the whole reason and what is near.

        None where it forbids none.
        """
        if self._is_lasting:
            return None
        spans, starts, answers = day.judged
        place = bisect_left(starts, start)
        if place == len(starts) or starts[place] >= end:
            # A meeting shorter than the step, between two starts: the start before it runs into it.
            place -= 1
            if place < 0 or spans[place].end <= start:
                return None
        return place if isinstance(answers[place], Blocked) else None


def _after_all(week: Week) -> datetime | None:
    """The nearest free start after all days shown, as far as the answers tell it."""
    for day in reversed(week.days):
        for answer in reversed(day.judged.answers):
            if isinstance(answer, Blocked):
                return answer.next_start
    return None
