"""Which rooms fit, and which nearly do: one statement for all rooms' busy time, the rules in Python on what is left."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from bookings.availability.hours import clock_change, instants_showing, local_day
from bookings.availability.queries import Asker, build_rules, load_situations, shown_day
from bookings.availability.rules import (
    LOOK_AHEAD_DAYS,
    Freshness,
    RoomRules,
    Situation,
    bookable_starts,
    fitting_duration,
    judge_alone,
    judge_day,
    refusal_of_request,
)
from bookings.catalog.models import MEETING_TYPE, Room, Site
from bookings.core.answers import Answer, Blocked, Bookable, Reason, Standing
from bookings.core.timespan import TimeSpan
from bookings.core.zones import country_code

# Rooms that nearly fit on another day only are worth a second look, but not hundreds of them.
_MOST_LOOKED_AHEAD = 30
# Which of a whole day's reasons tells the visitor most; a room that was taken is better known than its closing time.
_TELLING = {
    reason: place
    for place, reason in enumerate(
        (Reason.FEED_UNKNOWN, Reason.TOO_FAR_AHEAD, Reason.TOO_SOON_FOR_NEW, Reason.BUSY, Reason.HELD, Reason.PAST)
    )
}


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is looked for. "" and None stand for "any"; date and start are wall time of each site.

    `country` is a name or a two-letter code, `site` a Workways id; without `start` the day's first free slot counts.
    """

    date: date
    country: str = ""
    site: str = ""
    start: time | None = None
    duration_minutes: int = 60
    people: int = 1
    type: str = MEETING_TYPE


@dataclass(frozen=True, slots=True)
class RoomFit:
    """A room that can be had. `span` is None for rooms that are not booked by the hour."""

    room: Room
    span: TimeSpan | None
    freshness: Freshness
    needs_known_company: bool = False


@dataclass(frozen=True, slots=True)
class RoomNearly:
    """A room that fits but for one thing: `blocked` says which, `nearest` is the slot nearest to the wanted one."""

    room: Room
    blocked: Blocked
    nearest: TimeSpan | None
    freshness: Freshness
    needs_known_company: bool = False


@dataclass(frozen=True, slots=True)
class SearchResult:
    """All fitting rooms by start, then name; then the nearly fitting ones, those with the nearest slot first."""

    query: SearchQuery
    fits: list[RoomFit] = field(default_factory=list)
    nearly: list[RoomNearly] = field(default_factory=list)


def find(query: SearchQuery, *, standing: Standing, browser_key: str, now: datetime) -> SearchResult:
    """Answers a search in at most six queries, however many rooms there are."""
    query = replace(query, date=shown_day(query.date, now))
    rooms = _list_rooms(query)
    if query.type != MEETING_TYPE:
        return SearchResult(query, [RoomFit(room, None, Freshness.FRESH) for room in rooms])
    if not rooms:
        return SearchResult(query)
    return _Search(query, Asker(standing, browser_key, query.people), now).run(rooms)


def _list_rooms(query: SearchQuery) -> list[Room]:
    """Rooms of that kind and place that are large enough; a room that is too small is never nearly right."""
    code = country_code(query.country)
    sites = {
        site.pk: site
        for site in Site.objects.filter(vanished_at__isnull=True)
        if query.site in ("", site.workways_id)
        and (not query.country or site.country == query.country or (code and site.country_code == code))
    }
    rooms = Room.objects.filter(type=query.type, vanished_at__isnull=True, site__in=sites)
    large = rooms.filter(Q(max_people__isnull=True) | Q(max_people__gte=query.people))
    found = list(large.select_related("feed", "picture"))
    for room in found:
        room.site = sites[room.site_id]
    return sorted(found, key=lambda room: (room.site.name, room.public_name, room.pk))


class _Search:
    """One search under way."""

    def __init__(self, query: SearchQuery, asker: Asker, now: datetime) -> None:
        self.query = query
        self.asker = asker
        self.now = now

    def run(self, rooms: list[Room]) -> SearchResult:
        """Looks at each room on the wanted day, then further on for those that have nothing to offer that day."""
        days = [local_day(self.query.date, zone) for zone in {room.site.zone for room in rooms}]
        # A room that is open around the clock may be wanted across midnight.
        window = TimeSpan(min(day.start for day in days), max(day.end for day in days) + timedelta(days=1))
        situations = load_situations(rooms, window, asker=self.asker, now=self.now)
        found = [self._look_at(room, build_rules(room), situations[room.pk]) for room in rooms]
        fits = [one for one in found if isinstance(one, RoomFit)]
        nearly = self._look_ahead([one for one in found if isinstance(one, RoomNearly)], window)
        return SearchResult(self.query, sorted(fits, key=self._begins), sorted(nearly, key=self._distance))

    def _look_at(self, room: Room, room_rules: RoomRules, situation: Situation) -> RoomFit | RoomNearly:
        freshness = situation.feed.freshness(self.now)
        found = self._find_slot(room_rules, situation)
        if not isinstance(found, Blocked):
            span, answer = found
            return RoomFit(room, span, freshness, answer.needs_known_company)
        aim = self._aim(room_rules)
        minutes = fitting_duration(self.query.duration_minutes, room_rules)
        judged = judge_day(room_rules, self.query.date, minutes, situation)
        near = min(_bookable(judged), key=lambda pair: _gap(pair[0], aim), default=None)
        if near is None:
            return RoomNearly(room, found, None, freshness)
        span, answer = near
        if aim is not None and span.start > aim:
            found = replace(found, next_start=span.start)
        return RoomNearly(room, found, span, freshness, answer.needs_known_company)

    def _find_slot(self, room_rules: RoomRules, situation: Situation) -> tuple[TimeSpan, Bookable] | Blocked:
        """The wanted slot, or why it can't be had; without a start the day's first, or why the whole day is no good."""
        minutes = self.query.duration_minutes
        refusal = refusal_of_request(room_rules, minutes, self.query.people)
        if refusal is not None:
            return refusal
        if self.query.start is None:
            judged = list(judge_day(room_rules, self.query.date, minutes, situation))
            return next(_bookable(judged), None) or _most_telling(judged)
        wanted = self._wanted_start(room_rules)
        if wanted is None:
            return Blocked(Reason.NO_SUCH_TIME)
        span = TimeSpan.lasting(wanted, minutes)
        answer = judge_alone(room_rules, span, situation)
        return answer if isinstance(answer, Blocked) else (span, answer)

    def _wanted_start(self, room_rules: RoomRules) -> datetime | None:
        if self.query.start is None:
            return None
        minute = self.query.start.hour * 60 + self.query.start.minute
        return next(iter(instants_showing(self.query.date, minute, room_rules.zone)), None)

    def _aim(self, room_rules: RoomRules) -> datetime | None:
        """What a slot should be near to: the wanted start, or the clock change that skips it; None without one."""
        if self.query.start is None:
            return None
        return self._wanted_start(room_rules) or clock_change(self.query.date, room_rules.zone)

    def _look_ahead(self, nearly: list[RoomNearly], seen: TimeSpan) -> list[RoomNearly]:
        """Looks on the following days for rooms that have no slot on the wanted one: two queries for all of them."""
        lacking = [one.room for one in nearly if one.nearest is None][:_MOST_LOOKED_AHEAD]
        if not lacking:
            return nearly
        window = TimeSpan(seen.start, max(seen.end, self.now) + timedelta(days=LOOK_AHEAD_DAYS))
        situations = load_situations(lacking, window, asker=self.asker, now=self.now)
        return [
            self._with_later(one, situations[one.room.pk]) if one.nearest is None and one.room.pk in situations else one
            for one in nearly
        ]

    def _with_later(self, one: RoomNearly, situation: Situation) -> RoomNearly:
        room_rules = build_rules(one.room)
        minutes = fitting_duration(self.query.duration_minutes, room_rules)
        after = self._aim(room_rules) or local_day(self.query.date, room_rules.zone).start
        start = next(bookable_starts(room_rules, after, minutes, situation, days=LOOK_AHEAD_DAYS - 1), None)
        if start is None:
            return one
        span = TimeSpan.lasting(start, minutes)
        answer = judge_alone(room_rules, span, situation)
        needs_known = isinstance(answer, Bookable) and answer.needs_known_company
        blocked = replace(one.blocked, next_start=start)
        return replace(one, blocked=blocked, nearest=span, needs_known_company=needs_known)

    def _begins(self, fit: RoomFit) -> datetime:
        return fit.span.start if fit.span is not None else self.now

    def _distance(self, one: RoomNearly) -> tuple[bool, timedelta, datetime]:
        if one.nearest is None:
            return (True, timedelta(0), self.now)
        return (False, *_gap(one.nearest, self._aim(build_rules(one.room))))


def _gap(span: TimeSpan, wanted: datetime | None) -> tuple[timedelta, datetime]:
    """How far a slot is from the wanted start; without one, the earlier slot is nearer."""
    return (abs(span.start - wanted) if wanted is not None else timedelta(0), span.start)


def _bookable(judged: Iterable[tuple[TimeSpan, Answer]]) -> Iterator[tuple[TimeSpan, Bookable]]:
    return ((span, answer) for span, answer in judged if isinstance(answer, Bookable))


def _most_telling(judged: Iterable[tuple[TimeSpan, Answer]]) -> Blocked:
    blocked = (answer for _span, answer in judged if isinstance(answer, Blocked))
    return min(blocked, key=lambda answer: _TELLING.get(answer.reason, len(_TELLING)), default=Blocked(Reason.CLOSED))
