"""Recurrence rules in wall-clock time, walked by dateutil and never further than they can matter."""

import math
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.rrule import rrulestr
from icalendar.prop import vRecur

from bookings.feeds.readings import Caps, FeedRejected, Flaw

# dateutil walks some 300,000 steps in a second of processor time.
_STEPS = 200_000
# What it takes to get ready for the first one: a tenth of a millisecond, and more for a rule with many parts.
_STEPS_TO_BEGIN = 40
_UNITS = {
    "SECONDLY": timedelta(seconds=1),
    "MINUTELY": timedelta(minutes=1),
    "HOURLY": timedelta(hours=1),
    "DAILY": timedelta(days=1),
    "WEEKLY": timedelta(weeks=1),
}
_LONGER_UNITS = {"MONTHLY": timedelta(days=28), "YEARLY": timedelta(days=365)}
_DAY_PARTS = ("BYSETPOS", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYDAY", "BYEASTER")
# The most that a part may say, and whether it may be zero and below zero (RFC 5545 section 3.3.10).
_RANGES = {
    "BYSECOND": (60, True, False),
    "BYMINUTE": (59, True, False),
    "BYHOUR": (23, True, False),
    "BYMONTH": (12, False, False),
    "BYMONTHDAY": (31, False, True),
    "BYYEARDAY": (366, False, True),
    "BYWEEKNO": (53, False, True),
    "BYSETPOS": (366, False, True),
}


class Budget:
    """What one file may still cost. Every method raises FeedRejected when that is used up."""

    def __init__(self, caps: Caps) -> None:
        self._occurrences = caps.occurrences
        self._steps = _STEPS
        self._until = time.process_time() + caps.processor_seconds

    def spend_occurrences(self, count: int = 1) -> None:
        """So many occurrences were found, or will be."""
        self._occurrences -= count
        if self._occurrences < 0:
            raise FeedRejected(Flaw.TOO_MANY_OCCURRENCES)

    def spend_steps(self, count: int = 1) -> None:
        """A rule was walked so many steps further, or work was done that takes as long."""
        self._steps -= count
        if self._steps < 0:
            raise FeedRejected(Flaw.TOO_MANY_OCCURRENCES)

    def check_time(self) -> None:
        """Raises FeedRejected when the processor time is used up."""
        if time.process_time() > self._until:
            raise FeedRejected(Flaw.TOO_SLOW)


class _WalkedPast(Exception):
    """The rule was walked past the end of the window without finding anything there."""


class _Stride(int):
    """A rule's interval, which dateutil adds once for each step it takes.

    A rule that never comes true ("30 February") is walked by dateutil up to the year 9999, for many seconds. Counting
    the steps ends that where it stops to matter: raises _WalkedPast after `left` steps.
    """

    left: int
    budget: Budget

    def __radd__(self, other: int) -> int:
        self._step()
        return int(self) + other

    def __mul__(self, other: int) -> int:
        self._step()
        return int(self) * other

    def _step(self) -> None:
        self.budget.spend_steps()
        self.left -= 1
        if self.left < 0:
            raise _WalkedPast


def parse_rule(text: str) -> vRecur:
    """A recurrence rule with what real programs get wrong mended. Raises ValueError for one that can't be read."""
    rule: vRecur = vRecur.from_ical(text)
    frequency = str(rule.get("FREQ", [""])[0]).upper()
    if frequency not in _UNITS and frequency not in _LONGER_UNITS:
        raise ValueError("unknown frequency")
    for name, (most, zero, negative) in _RANGES.items():
        for number in rule.get(name, []):
            if not (zero or number) or abs(number) > most or (number < 0 and not negative):
                raise ValueError("out of range")
    if "BYSECOND" in rule:
        # Leap seconds exist in rules, but not in Python.
        rule["BYSECOND"] = [min(59, second) for second in rule["BYSECOND"]]
    if rule.get("INTERVAL", [1])[0] < 1:
        del rule["INTERVAL"]
    if rule.get("COUNT", [0])[0] < 0:
        del rule["COUNT"]
    return rule


class WalkedRule:
    """One rule from its start on, in naive wall-clock time.

    It takes the place of dateutil's own rule inside recurring-ical-events, which asks for `between` and `until`.
    """

    def __init__(self, rule: vRecur, start: datetime, budget: Budget) -> None:
        """`rule` comes from `parse_rule`, its UNTIL is a day or naive."""
        self.until: date | datetime | None = rule.get("UNTIL", [None])[0]
        self._start = start
        self._budget = budget
        self._frequency = str(rule["FREQ"][0]).upper()
        self._interval = int(rule.get("INTERVAL", [1])[0])
        self._is_counted = "COUNT" in rule
        self._a_day = self._instants_a_day(rule)
        # dateutil lists all times of a day at once, and there may be 86,400; it does so twice, and sorts them.
        budget.spend_steps(3 * math.prod(len(rule.get(name, "1")) for name in ("BYHOUR", "BYMINUTE", "BYSECOND")))
        try:
            self._rule: Any = rrulestr(rule.to_ical().decode(), dtstart=start)
        except ValueError:
            # dateutil refuses parts that can never come true together, such as every second hour and an odd one.
            self._rule = None

    def between(self, after: datetime, before: datetime, inc: bool = True) -> Iterator[datetime]:
        """The rule's instants from `after` to `before`, both included. Raises FeedRejected when they are too many."""
        if self._rule is None or self._is_over(after) or before < self._start:
            return
        self._refuse_flood(after, before)
        self._budget.spend_steps(_STEPS_TO_BEGIN)
        start = self._nearer_start(after)
        stride = _Stride(self._interval)
        stride.budget = self._budget
        stride.left = self._steps(start, before)
        try:
            for found, instant in enumerate(self._rule.replace(dtstart=start, interval=stride, cache=False)):
                if found % 500 == 0:
                    self._budget.check_time()
                if instant > before:
                    return
                if instant < after:
                    self._budget.spend_steps()
                    continue
                self._budget.spend_occurrences()
                yield instant
        except _WalkedPast:
            return
        except ValueError:
            # Where a rule's step never meets its hours, minutes or seconds, dateutil notices on the way.
            return

    def _is_over(self, after: datetime) -> bool:
        until = self.until
        return until is not None and (until.year, until.month, until.day) < (after.year, after.month, after.day)

    def _refuse_flood(self, after: datetime, before: datetime) -> None:
        """Stops a rule such as "every second, for ever" before the first step, where its instants can be counted."""
        if not self._is_counted and self._a_day:
            if isinstance(self.until, datetime):
                before = min(before, self.until)
            days = max(0.0, (before - max(after, self._start)).total_seconds() / 86_400)
            count = int(days * self._a_day)
            self._budget.spend_occurrences(count)
            self._budget.spend_occurrences(-count)

    def _instants_a_day(self, rule: vRecur) -> float:
        """How often it comes on each day, about; 0 when that differs from day to day."""
        if self._frequency not in ("SECONDLY", "MINUTELY", "HOURLY") or any(name in rule for name in _DAY_PARTS):
            return 0
        seconds = len(rule.get("BYSECOND", range(60))) if self._frequency == "SECONDLY" else 1
        minutes = len(rule.get("BYMINUTE", range(60))) if self._frequency != "HOURLY" else 1
        return len(rule.get("BYHOUR", range(24))) * minutes * seconds / self._interval

    def _nearer_start(self, after: datetime) -> datetime:
        """A start that gives the same instants from `after` on, without the years in between."""
        if self._is_counted or after <= self._start:
            return self._start
        if self._frequency in _UNITS:
            unit = _UNITS[self._frequency] * self._interval
            return self._start + unit * max(0, (after - self._start) // unit - 1)
        if self._frequency == "YEARLY" and (self._start.month, self._start.day) != (2, 29):
            jumps = max(0, (after.year - self._start.year) // self._interval - 1)
            return self._start.replace(year=self._start.year + jumps * self._interval)
        return self._start

    def _steps(self, start: datetime, before: datetime) -> int:
        """How many steps lead from the start past the end; each step moves on by at least one interval."""
        unit = _UNITS.get(self._frequency) or _LONGER_UNITS[self._frequency]
        return (before - start) // (unit * self._interval) + 3
