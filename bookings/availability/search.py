"""Which rooms fit: one statement for all rooms' taken time, the rules in Python on what is left.

What a room offers is worked out once for all rooms that share their hours (`masks`); what is taken comes as plain
numbers (`taken`). So each room costs one operation on two numbers, and only the rooms of one page are ever described.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from operator import itemgetter

from bookings.availability.hours import DAY_MINUTES, clock_change, instants_showing, local_day
from bookings.availability.masks import Times, blocked_by, bounds, instant_of, lowest, mask_of, new_from, offered_starts
from bookings.availability.queries import build_rules, shown_day
from bookings.availability.rules import UNSETTLED, RoomRules
from bookings.availability.taken import read_taken
from bookings.catalog.directory import Directory, ListedRoom
from bookings.catalog.models import MEETING_TYPE
from bookings.catalog.words import folded, lacking
from bookings.core.answers import Standing
from bookings.core.timespan import TimeSpan
from bookings.core.zones import country_code

# The longest stretch of days that one search looks through.
MOST_DAYS = 31
# From a tenth of all rooms on, all rooms' time is read: looking a room up costs as much as reading ten others'.
_UNNAMED_FROM = 10
Row = tuple[int, int, int, int]
# A room and when it is free, in minutes since 1970.
Start = tuple[ListedRoom, int]


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is looked for. "", () and None stand for "any"; dates and times are the wall clock's at each site.

    `country` is a name or a two-letter code, `site` a Workways id. Any day from `date` to `until` will do, where that
    is named. With `start` the meeting begins at just that time of the day; otherwise at `earliest` or later, and it
    ends by `latest`. `words` are what the room must have.
    """

    date: date
    country: str = ""
    site: str = ""
    start: time | None = None
    duration_minutes: int = 60
    people: int = 1
    type: str = MEETING_TYPE
    until: dt.date | None = None
    earliest: time | None = None
    latest: time | None = None
    words: tuple[str, ...] = ()

    @property
    def times(self) -> Times:
        """The wanted times of the day."""
        exact, earliest, latest = (_minutes(one) for one in (self.start, self.earliest, self.latest))
        # By midnight means by the one at the end of the day.
        return Times(exact, earliest, DAY_MINUTES if latest == 0 else latest)

    def days(self) -> list[dt.date]:
        """Every day that will do, in order; past a month's worth nobody looks."""
        last = max(self.until or self.date, self.date)
        count = min((last - self.date).days + 1, MOST_DAYS)
        return [self.date + timedelta(days=distance) for distance in range(count)]


@dataclass(frozen=True, slots=True)
class Who:
    """Who looks: what is known of them, and which browser (what it holds itself doesn't block it)."""

    standing: Standing = Standing.UNKNOWN
    browser_key: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """A room and the slot that it has; no slot for a room that isn't booked by the hour.

    `needs_known_company`: too soon for a new company, and who asks is not known.
    """

    room: ListedRoom
    span: TimeSpan | None
    needs_known_company: bool = False


@dataclass(frozen=True, slots=True)
class SearchResult:
    """All fitting rooms by start, then by site and name: each with its first start, in minutes since 1970.

    `candidates` are the rooms that are right but for the time, `largest` is the most people that any room of the kind
    and place takes. The start of an office is 0.
    """

    query: SearchQuery
    fits: list[tuple[ListedRoom, int]] = field(default_factory=list)
    candidates: list[ListedRoom] = field(default_factory=list)
    largest: int = 0


def find(query: SearchQuery, *, directory: Directory, who: Who, now: datetime) -> SearchResult:
    """Answers a search in one statement, or in two when no room has the whole of it on the first day."""
    query = replace(query, date=shown_day(query.date, now))
    candidates, largest = list_candidates(query, directory)
    if query.type != MEETING_TYPE:
        return SearchResult(query, [(room, 0) for room in candidates], candidates, largest)
    fits = find_starts(candidates, query, directory=directory, who=who, now=now)
    return SearchResult(query, fits, candidates, largest)


def list_candidates(query: SearchQuery, directory: Directory) -> tuple[list[ListedRoom], int]:
    """Rooms of that kind and place that hold so many and have what is wanted; and the most people of kind and place."""
    sites = {
        site.pk
        for site in directory.sites.values()
        if query.site in ("", site.workways_id) and is_in_country(site.country, site.country_code, query.country)
    }
    everywhere = len(sites) == len(directory.sites)
    here = [room for room in directory.rooms if room.type == query.type and (everywhere or room.site.pk in sites)]
    people = query.people
    large = [room for room in here if room.max_people is None or room.max_people >= people]
    largest = max((room.max_people or 0 for room in here), default=0)
    if not query.words:
        return large, largest
    texts = equipment_of(directory)
    return [room for room in large if not lacking(query.words, texts[room.pk])], largest


def is_in_country(name: str, code: str, wanted: str) -> bool:
    """Is a country, by the upstream's name of it and our code, the wanted one, by either? "" wants any."""
    return not wanted or name == wanted or bool(code and code == country_code(wanted))


def equipment_of(directory: Directory) -> dict[int, str]:
    """What each room has, in words that can be searched, by the rooms' numbers."""
    texts: dict[int, str] | None = directory.notes.get("equipment")
    if texts is None:
        texts = {
            room.pk: folded(
                f"{room.equipment} {room.configuration} {room.public_name} {room.own_name_en} {room.own_name_fr}"
            )
            for room in directory.rooms
        }
        directory.notes["equipment"] = texts
    return texts


def rules_of(directory: Directory) -> dict[int, RoomRules]:
    """Each meeting room's rules of time by the room's number; rooms that share their rules share one value.

    How many people a room takes is not among them: `list_candidates` has looked at that.
    """
    found: dict[int, RoomRules] | None = directory.notes.get("rules")
    if found is None:
        rooms = [room for room in directory.rooms if room.is_meeting_room]
        found = directory.notes["rules"] = {room.pk: build_rules(room._replace(max_people=None)) for room in rooms}
    return found


def _kinds_of(directory: Directory) -> tuple[list[RoomRules], dict[int, int]]:
    """The different rules among the rooms, and by each room's number the place of its own."""
    found: tuple[list[RoomRules], dict[int, int]] | None = directory.notes.get("kinds")
    if found is None:
        rules = rules_of(directory)
        places = {one: place for place, one in enumerate(dict.fromkeys(rules.values()))}
        found = directory.notes["kinds"] = (list(places), {pk: places[one] for pk, one in rules.items()})
    return found


def find_starts(
    rooms: Sequence[ListedRoom], query: SearchQuery, *, directory: Directory, who: Who, now: datetime
) -> list[Start]:
    """The first free start of each room that has one, in minutes since 1970, the earliest first.

    The first day on which any room is open is looked at for all of them, and the other days then for those that had
    nothing: nearly every room has a free hour on the first day, so the other days' meetings are rarely read.
    """
    offers = _Offers(query, directory, who=who, now=now)
    kind_of = offers.kind_of
    left = [(room, kind_of[room.pk]) for room in rooms if room.has_feed]
    found: list[Start] = []
    for days in offers.stretches({kind for _, kind in left}):
        fits, left = _free_on(days, left, offers)
        found += fits
    found.sort(key=itemgetter(1))
    return found


class _Offers:
    """What each kind of rules offers on the days of a search, before anything is taken."""

    def __init__(self, query: SearchQuery, directory: Directory, *, who: Who, now: datetime) -> None:
        self.kinds, self.kind_of = _kinds_of(directory)
        self.fewest_unnamed = len(directory.rooms) // _UNNAMED_FROM
        self.minutes = query.duration_minutes
        self.who = who
        self.now = now
        self._days = query.days()
        self._times = query.times

    def starts(self, kind: int, days: Iterable[date]) -> list[int]:
        """The starts of those days, in minutes since 1970."""
        rules = self.kinds[kind]
        first, last = bounds(rules, self.minutes, standing=self.who.standing, now=self.now)
        offered = (start for day in days for start in offered_starts(rules, day, self.minutes, self._times))
        return [start for start in offered if first <= start <= last]

    def stretches(self, kinds: Iterable[int]) -> list[list[date]]:
        """The first day on which anything is offered, by itself, and all days after it; none when nothing is."""
        for place, day in enumerate(self._days):
            if any(self.starts(kind, [day]) for kind in kinds):
                return [[day], self._days[place + 1 :]] if place + 1 < len(self._days) else [[day]]
        return []


def _free_on(
    days: list[date], rooms: list[tuple[ListedRoom, int]], offers: _Offers
) -> tuple[list[Start], list[tuple[ListedRoom, int]]]:
    """The first free start of each room on these days, and the rooms without one. One statement, or none."""
    starts = {kind: some for kind in {kind for _, kind in rooms} if (some := offers.starts(kind, days))}
    if not starts:
        return [], rooms
    origin, last = min(map(min, starts.values())), max(map(max, starts.values()))
    masks = {kind: mask_of(some, origin, origin, last) for kind, some in starts.items()}
    firsts = {kind: min(some) for kind, some in starts.items()}
    names = [room.pk for room, kind in rooms if kind in masks] if len(rooms) < offers.fewest_unnamed else None
    key, now = offers.who.browser_key, offers.now
    rows = read_taken(origin, last + offers.minutes, browser_key=key, now=now, rooms=names)
    blocked_of = blocked_starts(rows, origin, last - origin + 1, offers.minutes).get
    found: list[Start] = []
    left: list[tuple[ListedRoom, int]] = []
    # The only loop over all rooms: what it does for a room is as little as can be.
    for entry in rooms:
        room, kind = entry
        if kind not in masks:
            left.append(entry)
            continue
        blocked = blocked_of(room.pk)
        if blocked is None:
            found.append((room, firsts[kind]))
        elif free := masks[kind] & ~blocked:
            found.append((room, origin + lowest(free)))
        else:
            left.append(entry)
    return found, left


def blocked_starts(rows: Iterable[Row], origin: int, length: int, minutes: int) -> dict[int, int]:
    """By the rooms' numbers the bits of the starts that something taken rules out."""
    blocked: dict[int, int] = {}
    known: dict[tuple[int, int], int] = {}
    for room, start, end, _why in rows:
        # Meetings begin and end at few different times, so most stretches were met before.
        mask = known.get((start, end))
        if mask is None:
            mask = known[start, end] = blocked_by(start, end, origin, length, minutes)
        blocked[room] = blocked.get(room, 0) | mask
    return blocked


def describe(fit: tuple[ListedRoom, int], minutes: int, *, who: Who, now: datetime) -> Fit:
    """A found room with its slot, for showing it."""
    room, start = fit
    if not room.is_meeting_room:
        return Fit(room, None)
    span = TimeSpan.lasting(instant_of(start), minutes)
    return Fit(room, span, is_for_known_only(room, span, who=who, now=now))


def is_for_known_only(room: ListedRoom, span: TimeSpan, *, who: Who, now: datetime) -> bool:
    """Is it too soon for a new company, while nobody knows who asks?"""
    if who.standing not in UNSETTLED:
        return False
    return span.start < instant_of(new_from(build_rules(room), now))


def aim_of(query: SearchQuery, rules: RoomRules) -> datetime:
    """What a slot should be near to: the wanted start, the earliest one, or the beginning of the first day."""
    whole = local_day(query.date, rules.zone)
    wanted = query.start or query.earliest
    if wanted is None:
        return whole.start
    return _instant(query.date, wanted, rules) or whole.start


def _instant(day: date, at: time, rules: RoomRules) -> datetime | None:
    shown = instants_showing(day, at.hour * 60 + at.minute, rules.zone)
    return shown[0] if shown else clock_change(day, rules.zone)


def _minutes(at: time | None) -> int | None:
    return None if at is None else at.hour * 60 + at.minute
