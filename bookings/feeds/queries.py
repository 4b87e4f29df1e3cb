"""What others read of the feed mirror; each function is one statement, whatever the number of rooms."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bookings.catalog.models import Room
from bookings.core.timespan import TimeSpan
from bookings.feeds.models import BusySpan, Feed


@dataclass(frozen=True, slots=True)
class FeedAge:
    """How well a room's busy time is known.

    `read_at` is when it was last known to be right, None for never; `covers_until` how far ahead it goes; `version`
    grows whenever the busy time changes; `failing` is True while the latest attempts failed.
    """

    room_id: int
    read_at: datetime | None
    covers_until: datetime | None
    version: int
    failing: bool

    @property
    def is_known(self) -> bool:
        """Has the calendar ever been read?"""
        return self.read_at is not None

    def is_fresh(self, now: datetime, within: timedelta = timedelta(minutes=45)) -> bool:
        """Is the knowledge young enough to be shown without its age? The slowest rhythm is half an hour."""
        return self.read_at is not None and now - self.read_at <= within

    def covers(self, span: TimeSpan) -> bool:
        """Does the knowledge reach to the span's end?"""
        return self.covers_until is not None and span.end <= self.covers_until


def busy_spans(room_ids: Iterable[int], window: TimeSpan) -> dict[int, list[TimeSpan]]:
    """Each room's busy time that touches the window, by start; a room without any has an empty list. One statement."""
    spans: dict[int, list[TimeSpan]] = {room_id: [] for room_id in room_ids}
    rows = BusySpan.objects.filter(room_id__in=list(spans), start__lt=window.end, end__gt=window.start)
    for room_id, start, end in rows.order_by("start", "end").values_list("room_id", "start", "end"):
        spans[room_id].append(TimeSpan(start, end))
    return spans


def feed_ages(room_ids: Iterable[int]) -> dict[int, FeedAge]:
    """How well each room's busy time is known; rooms without a feed, such as offices, are left out. One statement."""
    rows = Feed.objects.filter(room_id__in=list(room_ids))
    fields = rows.values_list("room_id", "read_at", "covers_until", "version", "failures_in_a_row")
    return {
        room_id: FeedAge(room_id, read, covers, version, failures > 0)
        for room_id, read, covers, version, failures in fields
    }


def uids_at(room: Room, span: TimeSpan) -> set[str]:
    """The UIDs of the room's events of exactly this time: how settling tells a new meeting from an older one."""
    return set(BusySpan.objects.filter(room=room, start=span.start, end=span.end).values_list("uid", flat=True))


def uids_overlapping(room: Room, span: TimeSpan) -> set[str]:
    """The UIDs of the room's events that share any of this time."""
    rows = BusySpan.objects.filter(room=room, start__lt=span.end, end__gt=span.start)
    return set(rows.values_list("uid", flat=True))
