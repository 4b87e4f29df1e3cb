"""How minutes and pages are counted, and how a distribution is summed up. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from bookings.availability.hours import local_day
from bookings.core.timespan import Intervals, TimeSpan

# A program that says what it is. Those that pretend to be a person's browser are counted like one.
_PROGRAM = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|scan|monitor|uptime|headless|lighthouse|curl|wget|python|java/|go-http|"
    r"http[-_ ]?client|okhttp|axios|node-fetch|ruby|perl|libwww|facebookexternalhit|feed",
    re.IGNORECASE,
)
# The addresses of DESIGN, section 4; the language stands before them.
_PAGE = re.compile(r"(?:/[a-z]{2})?/(?:(search)|sites/([0-9a-f]{24})/day|rooms/([0-9a-f]{24}))/")
_SITE = re.compile(r"[0-9a-f]{24}")


class HourPart(NamedTuple):
    """One hour of a local day: its number since midnight, what the wall clock shows, when it is."""

    number: int
    wall_hour: int
    span: TimeSpan


class Counted(NamedTuple):
    """Open and busy minutes of one such hour."""

    number: int
    wall_hour: int
    open_minutes: int
    busy_minutes: int


@lru_cache(maxsize=512)
def hours_of_day(day: date, zone: ZoneInfo) -> tuple[HourPart, ...]:
    """The hours of a local day: 24 of them, or 23 or 25 when the clocks change."""
    return tuple(_hours(local_day(day, zone), zone))


def _hours(day: TimeSpan, zone: ZoneInfo) -> Iterator[HourPart]:
    at, number = day.start, 0
    while at < day.end:
        wall = at.astimezone(zone)
        following = min(at + timedelta(minutes=60 - wall.minute), day.end)
        yield HourPart(number, wall.hour, TimeSpan(at, following))
        at, number = following, number + 1


def count_hours(
    day: date, *, zone: ZoneInfo, openings: Sequence[TimeSpan], busy: Intervals, window: TimeSpan
) -> list[Counted]:
    """Each hour of the day that lies wholly in the window and in which the room opens."""
    opened = Intervals.of(openings)
    found = []
    for number, wall_hour, span in hours_of_day(day, zone):
        if not window.contains(span):
            continue
        open_parts = opened.within(span)
        open_minutes = sum(part.minutes for part in open_parts)
        if open_minutes:
            taken = sum((one.duration for part in open_parts for one in busy.within(part)), timedelta())
            found.append(Counted(number, wall_hour, open_minutes, taken // timedelta(minutes=1)))
    return found


def joined(known: Iterable[Sequence[int]], fresh: Iterable[Counted]) -> list[Counted]:
    """What was known of a day's hours together with what was counted now.

    An hour that is over keeps the most that was seen: calendars add a meeting late, and some drop those that are over.
    """
    hours = {row[0]: Counted(*row) for row in known}
    for one in fresh:
        before = hours.get(one.number)
        if before is not None and before.busy_minutes > one.busy_minutes:
            one = one._replace(busy_minutes=min(before.busy_minutes, one.open_minutes))
        hours[one.number] = one
    return [hours[number] for number in sorted(hours)]


def percentile(counts: Mapping[int, int], share: float) -> int | None:
    """The smallest value that at least this share of all don't exceed (nearest rank); None when there is none.

    `counts` tells how often each value occurs.
    """
    total = sum(counts.values())
    passed = 0
    for value in sorted(counts):
        passed += counts[value]
        if passed >= share * total:
            return value
    return None


def lead_minutes(begun_at: datetime, start: datetime) -> int:
    """From the request to the meeting; 0 when it began already."""
    return max(0, (start - begun_at) // timedelta(minutes=1))


@lru_cache(maxsize=1024)
def is_program(agent: str) -> bool:
    """Does this User-Agent belong to a program rather than to a person's browser?"""
    return not agent or _PROGRAM.search(agent) is not None


class Seen(NamedTuple):
    """A page of the way to a booking: the steps it stands for, of which site or room, by Workways' ids."""

    steps: tuple[str, ...]
    site: str = ""
    room: str = ""


def page_seen(path: str, query: str, part: str = "") -> Seen | None:
    """What an address means, or None for one that is no step. `part` is what a page asks for by itself, if it does.

    A further page of a search is the same search. A room's page that opens with its time chosen is both.
    """
    found = _PAGE.fullmatch(path)
    if found is None or (part and not (found[3] and part.endswith(("choose", "booking")))):
        return None
    said = parse_qs(query) if query else {}
    if found[1]:
        site = said.get("site", [""])[0]
        is_same = any(name in said for name in ("page", "tries", "sort"))
        return None if is_same else Seen(("looked",), site=site if _SITE.fullmatch(site) else "")
    if found[2]:
        return Seen(("looked",), site=found[2])
    is_chosen = "start" in said and "date" in said
    if part:
        return Seen(("time",), room=found[3]) if is_chosen else None
    return Seen(("room", "time") if is_chosen else ("room",), room=found[3])
