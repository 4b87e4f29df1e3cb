"""From the events of one UID to their occurrences, by recurring-ical-events.

The library works on wall-clock times of the series' own zone here: given aware times it looks occurrences up by UTC and
by wall-clock time alike, and takes one for the other when an event comes twice a day.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

import icalendar
from icalendar.prop import vDDDLists, vDDDTypes
from recurring_ical_events import EventAdapter, Occurrence, Series

from bookings.core.timespan import TimeSpan
from bookings.feeds.recurrence import Budget, WalkedRule
from bookings.feeds.values import Event, Moment

# Wall-clock times are at most a day away from UTC.
_MARGIN = timedelta(days=2)
_DAY = timedelta(days=1)
_STEPS_AN_OVERRIDE = 20


def spans_of(events: list[Event], window: TimeSpan, budget: Budget) -> Iterator[TimeSpan]:
    """The busy time of all events of one UID that touches the window; a span may come twice.

    Of several revisions the one with the highest SEQUENCE counts; where that can't tell them apart, all of them do.
    """
    masters = _newest([event for event in events if event.replaces is None])
    by_replaced: dict[datetime, list[Event]] = {}
    for event in events:
        if event.replaces is not None:
            by_replaced.setdefault(_wall_of(event, masters), []).append(event)
    overrides = [_newest(same) for same in by_replaced.values()]
    singles = [event for same in overrides for event in (same[1:] if masters else same)]
    replacing = [same[0] for same in overrides] if masters else []
    for master in masters:
        # Each master gets its own reading of each override, which is far more work than a step.
        budget.spend_steps(_STEPS_AN_OVERRIDE * len(replacing))
        if master.repeats or replacing:
            yield from _occurrences(master, replacing, window, budget)
        else:
            singles.append(master)
    for event in singles:
        span = None if event.is_free else event.span
        if span and span.overlaps(window):
            yield span


def _newest(events: list[Event]) -> list[Event]:
    highest = max((event.sequence for event in events), default=0)
    return [event for event in events if event.sequence == highest]


def _wall_of(event: Event, masters: list[Event]) -> datetime:
    assert event.replaces is not None  # noqa: S101 (callers ask overrides only)
    return _as_datetime(_wall(event.replaces, masters[0] if masters else event))


class _Adapter(EventAdapter):
    """An event as the library wants it, and our own reading of it."""

    def __init__(self, component: icalendar.Event, event: Event, budget: Budget) -> None:
        super().__init__(component)
        self.event = event
        self.budget = budget


class _Occurrence(Occurrence):
    """An occurrence that knows its event, and whether it is the event itself rather than a repeat of it."""

    def __init__(self, adapter: _Adapter, start: Moment | None, end: Moment | None) -> None:
        super().__init__(adapter, start, end)
        self.event = adapter.event
        self.is_itself = start is None
        self.keeps_length = end is not None and start is not None and end - start == adapter.duration

    def is_in_span(self, span_start: Any, span_stop: Any) -> bool:
        """Whether it touches the window is judged where its real time is known."""
        return True

    def busy(self) -> TimeSpan | None:
        """Its time, or None when it takes none."""
        if self.event.is_free:
            return None
        if self.is_itself:
            return self.event.span
        end: Any = self.end
        return self.event.span_at(self.start, None if self.keeps_length else end)


class _Series(Series):
    """A series whose rules are walked within a budget."""

    class RecurrenceRules(Series.RecurrenceRules):
        """The library's own, with our rule instead of dateutil's."""

        def create_rule_with_start(self, rule_string: str) -> Any:
            """One of the event's rules; UNTIL already fits its start."""
            core: Any = self.core
            return WalkedRule(icalendar.vRecur.from_ical(rule_string), _as_datetime(self.start), core.budget)

    def occurrence(self, adapter: Any, start: Any = None, end: Any = None) -> _Occurrence:
        """An occurrence of our own kind."""
        return _Occurrence(adapter, start, end)


def _occurrences(master: Event, overrides: list[Event], window: TimeSpan, budget: Budget) -> Iterator[TimeSpan]:
    first, last = _wall(window.start, master), _wall(window.end, master)
    start, end = _as_datetime(first) - _MARGIN, _as_datetime(last) + _MARGIN
    adapters = [
        _Adapter(_component(event, master, (start, end), budget), event, budget) for event in (master, *overrides)
    ]
    occurrences: Iterable[Any] = _Series(adapters).between(start, end)
    for occurrence in occurrences:
        span: TimeSpan | None = occurrence.busy()
        if span and span.overlaps(window):
            yield span


def _component(event: Event, master: Event, reach: tuple[datetime, datetime], budget: Budget) -> icalendar.Event:
    """The event in wall-clock times of its series."""
    component = icalendar.Event()
    component["UID"] = event.uid
    component["SEQUENCE"] = event.sequence
    start, end = _wall(event.start, master), _wall(event.end, master)
    component["DTSTART"] = vDDDTypes(start)
    component["DTEND"] = vDDDTypes(max(start, end) if type(start) is type(end) else start)
    if event.replaces is not None:
        component["RECURRENCE-ID"] = vDDDTypes(_wall(event.replaces, master))
        if event.and_future:
            component["RECURRENCE-ID"].params["RANGE"] = "THISANDFUTURE"
        return component
    component["RRULE"] = event.rules
    excluded = [_wall(moment, master, keeps_days=True) for moment in event.excluded]
    for rule in event.excluding_rules:
        length = event.length.wall + event.length.real + _DAY
        excluded.extend(WalkedRule(rule, _as_datetime(start), budget).between(reach[0] - length, reach[1]))
    if excluded:
        component["EXDATE"] = vDDDLists(excluded)
    if event.extra:
        budget.spend_occurrences(len(event.extra))
        component["RDATE"] = vDDDLists([_extra(moment, until, master) for moment, until in event.extra])
    return component


def _extra(moment: Moment, until: Moment | timedelta | None, master: Event) -> Any:
    start = _wall(moment, master)
    if until is None:
        return start
    return (start, until if isinstance(until, timedelta) else _as_datetime(_wall(until, master)) - _as_datetime(start))


def _wall(moment: Moment, master: Event, *, keeps_days: bool = False) -> Moment:
    """A moment as the series counts: a day for one of days, else naive wall-clock time in the zone of its start.

    A day given for a series of times means that day's occurrence; `keeps_days` leaves it a day, for leaving out.
    """
    if not isinstance(master.start, datetime):
        if not isinstance(moment, datetime):
            return moment
        zone: tzinfo = master.tzids.floating
        return (moment.astimezone(zone) if moment.tzinfo is UTC else moment).date()
    if not isinstance(moment, datetime):
        return moment if keeps_days else datetime.combine(moment, master.start.time())
    if moment.tzinfo is not master.start.tzinfo:
        moment = moment.astimezone(master.start.tzinfo)
    return moment.replace(tzinfo=None, fold=0)


def _as_datetime(moment: date) -> datetime:
    return moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 (wall-clock)


def group(events: Iterable[Event]) -> dict[str, list[Event]]:
    """Events by UID; those without one stay alone."""
    groups: dict[str, list[Event]] = {}
    for number, event in enumerate(events):
        groups.setdefault(event.uid or f"\n{number}", []).append(event)
    return groups
