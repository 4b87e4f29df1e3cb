"""Reads a calendar: bytes in, busy time out. Pure; titles, descriptions and people never leave it.

What counts as busy: every occurrence of a VEVENT that has length, except cancelled ones (STATUS or METHOD), transparent
ones and those that Outlook marks free; and the periods of a VFREEBUSY that are not free. A day is the local day of the
room's zone; times without a zone are the room's. `text` splits, `fast` and `values` read, `expand` repeats.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bookings.core.timespan import TimeSpan
from bookings.feeds import fast
from bookings.feeds.components import Calendar, Component
from bookings.feeds.expand import group, spans_of
from bookings.feeds.readings import CAPS, Busy, Caps, FeedReading, FeedRejected, Flaw, Rejected
from bookings.feeds.recurrence import Budget
from bookings.feeds.text import split
from bookings.feeds.tzids import Tzids
from bookings.feeds.values import Event, Unreadable, is_free_time, kept_uid, parameters, periods, read_event, uid_of

# Longer UIDs may have to be cut, which is the full way's business.
_PLAIN_UID = 200
# What the libraries raise for input that nobody thought of; it costs one event, not the whole calendar.
_SURPRISES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def read_feed(content: bytes, *, zone: ZoneInfo, window: TimeSpan, caps: Caps = CAPS) -> FeedReading:
    """The busy time of a calendar that touches the window. `zone` is the zone of the room's wall clock.

    Raises FeedRejected when the file as a whole is of no use: no calendar, cut off, or beyond a cap.
    """
    if len(content) > caps.size:
        raise FeedRejected(Flaw.TOO_LARGE)
    if window.duration > caps.window:
        raise FeedRejected(Flaw.WINDOW_TOO_LONG)
    return _Reader(zone, window, caps).read(split(content))


class _Reader:
    """One reading of one file."""

    def __init__(self, zone: ZoneInfo, window: TimeSpan, caps: Caps) -> None:
        # An object of its own, so that a floating time can be told from one that names the same zone.
        self._zone = ZoneInfo.no_cache(zone.key)
        self._window = window
        self._caps = caps
        self._budget = Budget(caps)
        self._rejected: list[Rejected] = []

    def read(self, calendars: list[Calendar]) -> FeedReading:
        """Everything the calendars say of the window."""
        count = sum(len(calendar.plain) + len(calendar.components) for calendar in calendars)
        if count > self._caps.events:
            raise FeedRejected(Flaw.TOO_MANY_EVENTS)
        # Each plain event has a UID of its own, so that only the others can say the same twice.
        busy = [*self._plain(calendars), *set(self._full(calendars))]
        busy.sort(key=_order)
        return FeedReading(tuple(busy), tuple(self._rejected), count)

    def _plain(self, calendars: list[Calendar]) -> Iterator[Busy]:
        """The plain events; those that turn out to be more are put back among the others."""
        seen = Counter(uid for calendar in calendars for uid, _, _ in calendar.plain)
        seen.update(uid_of(component) for calendar in calendars for component in calendar.components)
        for calendar in calendars:
            cancelled = _is_cancelling(calendar)
            for uid, start, end in calendar.plain:
                if seen[uid] > 1 or cancelled or len(uid) > _PLAIN_UID:
                    calendar.components.append(fast.component(uid, start, end))
                    continue
                try:
                    busy = fast.busy(uid, start, end, self._window)
                except ValueError:
                    calendar.components.append(fast.component(uid, start, end))
                    continue
                if busy:
                    yield busy

    def _full(self, calendars: list[Calendar]) -> Iterator[Busy]:
        definitions = [c for calendar in calendars for c in calendar.components if c.name == "VTIMEZONE"]
        events: list[Event] = []
        for calendar in calendars:
            own = [component for component in calendar.components if component.name == "VTIMEZONE"]
            tzids = Tzids([*own, *definitions], self._zone, self._budget)
            for component in calendar.components:
                if component.name == "VEVENT":
                    events.extend(self._event(component, tzids, _is_cancelling(calendar)))
                elif component.name == "VFREEBUSY":
                    yield from self._free_busy(component, tzids)
        for same in group(events).values():
            yield from self._spans(same)

    def _event(self, component: Component, tzids: Tzids, cancelled: bool) -> Iterable[Event]:
        self._budget.check_time()
        try:
            event = read_event(component, tzids, cancelled=cancelled)
        except Unreadable as error:
            if not cancelled and not is_free_time(dict(component.lines)):
                self._reject(uid_of(component), error.flaw)
        except _SURPRISES:
            self._reject(uid_of(component), Flaw.UNREADABLE)
        else:
            for flaw in event.flaws:
                self._reject(event.uid, flaw)
            return [event]
        return []

    def _spans(self, events: list[Event]) -> Iterator[Busy]:
        uid = kept_uid(events[0].uid)
        try:
            for span in spans_of(events, self._window, self._budget):
                yield Busy(uid, span)
        except _SURPRISES:
            self._reject(uid, Flaw.UNREADABLE)

    def _free_busy(self, component: Component, tzids: Tzids) -> Iterator[Busy]:
        uid = kept_uid(uid_of(component))
        for name, rest in component.lines:
            if name != "FREEBUSY" or parameters(rest)[0].get("FBTYPE", "").upper() == "FREE":
                continue
            try:
                spans = [TimeSpan(start, end) for start, end in periods(rest, tzids) if start < end]
            except (Unreadable, *_SURPRISES):
                self._reject(uid, Flaw.BAD_PERIOD)
                continue
            self._budget.spend_occurrences(len(spans))
            yield from (Busy(uid, span) for span in spans if span.overlaps(self._window))

    def _reject(self, uid: str, flaw: Flaw) -> None:
        self._rejected.append(Rejected(kept_uid(uid), flaw))


def _is_cancelling(calendar: Calendar) -> bool:
    return any(name == "METHOD" and parameters(rest)[1].upper() == "CANCEL" for name, rest in calendar.lines)


def _order(busy: Busy) -> tuple[datetime, datetime, str]:
    return busy.span.start, busy.span.end, busy.uid


def busy_times(feed: bytes, start: datetime, end: datetime, zone_name: str) -> list[tuple[datetime, datetime]]:
    """The busy time of a calendar as plain pairs, for measuring against other programs; any length of window."""
    window = TimeSpan(start, end)
    reading = read_feed(feed, zone=ZoneInfo(zone_name), window=window, caps=Caps(window=window.duration))
    return [(busy.span.start, busy.span.end) for busy in reading.busy]
