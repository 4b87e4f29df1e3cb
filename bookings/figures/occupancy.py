"""Counts how long rooms were open and busy, hour by hour, as the feed mirror knew it.

An hour is counted once it is over and the room's calendar was read since. The mirror keeps a few days of the past, so
whatever an outage left out is counted afterwards; hours that nobody knows are left out, not counted as free. Counting
again changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from bookings.availability.queries import build_rules
from bookings.availability.rules import RoomRules, openings
from bookings.catalog.models import MEETING_TYPE, Site
from bookings.core.timespan import Intervals, TimeSpan
from bookings.feeds.actions import horizon
from bookings.feeds.models import BusySpan, Feed
from bookings.figures.models import RoomDay, SiteHour
from bookings.figures.rules import Counted, count_hours, joined

# Somebody may enter a meeting that began already; so long after an hour its meetings are looked at again.
_LOOKED_AT_AGAIN = timedelta(hours=6)
_Days = dict[tuple[int, date], RoomDay]


def count_rooms(*, now: datetime) -> int:
    """Counts the hours that are over of all listed rooms; says how many days of rooms it wrote. Safe to run twice."""
    return sum(_count_site(site, now=now) for site in Site.objects.filter(vanished_at=None))


def _count_site(site: Site, *, now: datetime) -> int:
    since = horizon(now).start
    rooms = Feed.objects.filter(room__site=site, room__type=MEETING_TYPE, room__vanished_at=None)
    feeds = list(rooms.exclude(read_at=None).select_related("room__site"))
    kept = RoomDay.objects.filter(room__site=site, day__gte=since.astimezone(site.zone).date())
    days: _Days = {(row.room_id, row.day): row for row in kept}
    windows = {feed.room_id: window for feed in feeds if (window := _window(feed, days, now=now)) is not None}
    if not windows:
        return 0
    busy = _busy(windows)
    written: list[RoomDay] = []
    for feed in feeds:
        if feed.room_id in windows:
            room_rules = build_rules(feed.room)
            written += _count_room(feed.room_id, room_rules, busy[feed.room_id], windows[feed.room_id], days)
    with transaction.atomic():
        RoomDay.objects.bulk_create(
            written,
            update_conflicts=True,
            unique_fields=["room", "day"],
            update_fields=["open_minutes", "busy_minutes", "hours", "counted_until"],
        )
        _sum_up(site, sorted({row.day for row in written}))
    return len(written)


def _window(feed: Feed, days: _Days, *, now: datetime) -> TimeSpan | None:
    """What is to be counted of a room: from shortly before what was counted up to what its calendar tells; or None."""
    read_at = min(feed.read_at or now, now)
    since = horizon(read_at).start
    last = max((row.counted_until for (room, _), row in days.items() if room == feed.room_id), default=None)
    if last is not None:
        if last >= read_at:
            return None
        since = max(since, last - _LOOKED_AT_AGAIN)
    return TimeSpan(since, read_at)


def _busy(windows: Mapping[int, TimeSpan]) -> Mapping[int, Intervals]:
    first = min(window.start for window in windows.values())
    last = max(window.end for window in windows.values())
    spans = BusySpan.objects.filter(room_id__in=list(windows), start__lt=last, end__gt=first)
    pairs: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for room_id, start, end in spans.values_list("room_id", "start", "end"):
        pairs[room_id].append((start, end))
    return {room_id: Intervals(pairs[room_id]) for room_id in windows}


def _count_room(
    room_id: int, room_rules: RoomRules, busy: Intervals, window: TimeSpan, days: _Days
) -> Iterable[RoomDay]:
    zone = room_rules.zone
    day, last = window.start.astimezone(zone).date(), window.end.astimezone(zone).date()
    while day <= last:
        fresh = count_hours(day, zone=zone, openings=openings(day, room_rules), busy=busy, window=window)
        known = days.get((room_id, day))
        hours = joined(known.hours if known else (), fresh)
        yield RoomDay(
            room_id=room_id,
            day=day,
            open_minutes=sum(hour.open_minutes for hour in hours),
            busy_minutes=sum(hour.busy_minutes for hour in hours),
            hours=[list(hour) for hour in hours],
            counted_until=window.end,
        )
        day += timedelta(days=1)


def _sum_up(site: Site, days: Sequence[date]) -> None:
    """Writes what all rooms of the site come to on these days, by the hour of the wall clock."""
    sums: dict[tuple[date, int], list[int]] = defaultdict(lambda: [0, 0])
    for day, hours in RoomDay.objects.filter(room__site=site, day__in=days).values_list("day", "hours"):
        for row in hours:
            hour = Counted(*row)
            sums[day, hour.wall_hour][0] += hour.open_minutes
            sums[day, hour.wall_hour][1] += hour.busy_minutes
    SiteHour.objects.bulk_create(
        [
            SiteHour(site=site, day=day, hour=hour, open_minutes=opened, busy_minutes=taken)
            for (day, hour), (opened, taken) in sums.items()
        ],
        update_conflicts=True,
        unique_fields=["site", "day", "hour"],
        update_fields=["open_minutes", "busy_minutes"],
    )
