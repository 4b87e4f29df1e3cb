"""Counts pages of the way to a booking: in the memory of each web process, then in the cache, then in the database.

No page waits for the database. A process adds up what it shows and every few seconds lays the sum into the cache, in a
place of its own for each ten minutes; a task collects the places whose ten minutes are over. What a process counted in
the seconds before it ended is lost. Nothing is kept of who looked: a page, a site and an hour, and then a number.
"""

import logging
import os
import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from redis.exceptions import RedisError

from bookings.catalog.models import Room, Site
from bookings.figures.models import CountingState, PageCount
from bookings.figures.rules import Seen

log = logging.getLogger(__name__)

_PLACE_SECONDS = 600
_PLACES = 64
_LAID_EVERY = timedelta(seconds=10)
# A place is collected when nobody writes to it any more, however slow the cache is.
_WRITTEN_LATE = 60
# What a worker that was away for longer than this didn't collect is lost.
_KEPT = timedelta(days=3)
# So many different pages in memory mean that the cache is away; counting goes on, but with nothing new.
_MOST = 5000

# The hour as hours since 1970, the step, the kind of page, its id.
_Key = tuple[int, str, str, str]


class PageCounter:
    """What this process counted and didn't lay into the cache yet."""

    def __init__(self) -> None:
        self._counts: Counter[_Key] = Counter()
        self._laid_at: datetime | None = None
        self._lock = threading.Lock()

    def count(self, seen: Seen, *, now: datetime) -> None:
        """Counts a page; from time to time also lays all that was counted into the cache."""
        hour = int(now.timestamp()) // 3600
        kind, number = ("room", seen.room) if seen.room else ("site", seen.site)
        with self._lock:
            for step in seen.steps:
                key = (hour, step, kind, number)
                if key in self._counts or len(self._counts) < _MOST:
                    self._counts[key] += 1
            if self._laid_at is not None and timedelta(0) <= now - self._laid_at < _LAID_EVERY:
                return
            self._laid_at, counts, self._counts = now, self._counts, Counter()
        self._lay(counts, now)

    def _lay(self, counts: Counter[_Key], now: datetime) -> None:
        place = _place(int(now.timestamp()) // _PLACE_SECONDS, os.getpid() % _PLACES)
        try:
            cache.set(place, Counter(cache.get(place) or {}) + counts, _KEPT.total_seconds())
        except (OSError, RedisError) as error:
            log.warning("The cache failed (%s); pages are counted there later.", type(error).__name__)
            with self._lock:
                self._counts += counts


counter = PageCounter()


def collect_pages(*, now: datetime) -> int:
    """Adds what all web processes laid into the cache to the figures; says how many pages. Nothing is added twice."""
    present = (int(now.timestamp()) - _WRITTEN_LATE) // _PLACE_SECONDS
    state, _ = CountingState.objects.get_or_create(pk=1)
    # The very first time there is little to find: the portal has only just begun to count.
    oldest = _KEPT if state.pages_until else timedelta(hours=1)
    first = max(state.pages_until, present - int(oldest.total_seconds()) // _PLACE_SECONDS)
    found: Counter[_Key] = Counter()
    for number in range(first, present):
        for counts in cache.get_many([_place(number, one) for one in range(_PLACES)]).values():
            found += counts
    with transaction.atomic():
        # Of two workers only the one that moves the mark adds what it found.
        mine = CountingState.objects.filter(pk=1, pages_until=state.pages_until)
        if first >= present or not mine.update(pages_until=present):
            return 0
        for (day, step, site), number in _by_day(found).items():
            rows = PageCount.objects.filter(day=day, step=step, site=site)
            if not rows.update(number=F("number") + number):
                PageCount.objects.create(day=day, step=step, site=site, number=number)
    return sum(found.values())


def _by_day(found: Counter[_Key]) -> Counter[tuple[date, str, Site | None]]:
    """By the day at the site; a search that named no site has its day in UTC, and an unknown room is left out."""
    ids = {kind: {number for _, _, one, number in found if one == kind and number} for kind in ("room", "site")}
    rooms = Room.objects.filter(workways_id__in=ids["room"]).select_related("site")
    of_room = {room.workways_id: room.site for room in rooms}
    of_site = {site.workways_id: site for site in Site.objects.filter(workways_id__in=ids["site"])}
    days: Counter[tuple[date, str, Site | None]] = Counter()
    for (hour, step, kind, number), times in found.items():
        site = (of_room if kind == "room" else of_site).get(number)
        if number and site is None:
            continue
        at = datetime.fromtimestamp(hour * 3600, UTC)
        days[at.astimezone(site.zone if site else UTC).date(), step, site] += times
    return days


def _place(number: int, process: int) -> str:
    return f"figures:pages:{number}:{process}"
