"""What else could be had when too little fits, in the order in which people give way.

The same room at another time; another room of the same place that lacks some of what was wanted; another site of the
same country; the same room for less time (or for more, where it is only let for longer). A fixed number of statements
however many rooms there are, because only so many rooms are looked at as anybody would read of.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bookings.availability.hours import instants_showing, local_day
from bookings.availability.masks import (
    ANY_TIME,
    Times,
    blocked_by,
    bounds,
    instant_of,
    lowest,
    mask_of,
    minute_of,
    nearest,
    offered_starts,
)
from bookings.availability.rules import (
    LOOK_AHEAD_DAYS,
    FeedAge,
    RoomRules,
    Situation,
    fitting_duration,
    judge_alone,
    judge_day,
    list_durations,
    refusal_of_request,
)
from bookings.availability.search import (
    Row,
    SearchQuery,
    SearchResult,
    Who,
    aim_of,
    equipment_of,
    find_starts,
    is_for_known_only,
    list_candidates,
    rules_of,
)
from bookings.availability.taken import ROOMS_BY_NAME, Why, instant_of_second, read_taken
from bookings.catalog.directory import Directory, ListedRoom
from bookings.catalog.models import MEETING_TYPE
from bookings.catalog.words import lacking
from bookings.core.answers import Answer, Blocked, Reason
from bookings.core.timespan import Intervals, TimeSpan

# With so few rooms to choose from, what comes close is worth a look as well.
FEW = 4
# How many of each kind are shown; and of rooms that have nothing at all, which only say why.
MOST_SHOWN = 6
MOST_WITHOUT = 3
# Of thousands of rooms that are all closed at night only so many are looked at closely.
_MOST_LOOKED_AT = 40
# Rooms of one kind elsewhere; together not more than one statement names.
_MOST_ELSEWHERE = ROOMS_BY_NAME // 2
# How many shorter lengths are tried.
_MOST_LENGTHS = 8
# Which of a whole day's reasons tells the visitor most; a room that was taken is better known than its closing time.
_TELLING = {
    reason: place
    for place, reason in enumerate(
        (Reason.FEED_UNKNOWN, Reason.TOO_FAR_AHEAD, Reason.TOO_SOON_FOR_NEW, Reason.BUSY, Reason.HELD, Reason.PAST)
    )
}


class Kind(StrEnum):
    """In what an alternative differs; in the order in which they are shown."""

    OTHER_TIME = "other_time"
    OTHER_ROOM = "other_room"
    OTHER_SITE = "other_site"
    OTHER_LENGTH = "other_length"


@dataclass(frozen=True, slots=True)
class Alternative:
    """A slot that differs in one thing from what was asked for.

    `blocked` says why the room can't be had as asked, where it is a room that would do; `lacks` which of the wanted
    words it doesn't have. Without a span there is nothing to be had within two weeks, and `blocked` says why.
    """

    kind: Kind
    room: ListedRoom
    span: TimeSpan | None
    blocked: Blocked | None = None
    lacks: tuple[str, ...] = ()
    needs_known_company: bool = False


def find_alternatives(result: SearchResult, *, directory: Directory, who: Who, now: datetime) -> list[Alternative]:
    """What comes close, kind by kind; nothing while enough rooms fit."""
    if len(result.fits) > FEW or result.query.type != MEETING_TYPE:
        return []
    lens = _Lens(result, directory=directory, who=who, now=now)
    other_times, without = lens.other_times()
    other_rooms, other_sites = _other_places(result.query, directory, who=who, now=now)
    kinds = (other_times, other_rooms, other_sites, lens.other_lengths())
    return [one for some in kinds for one in some] + without


@dataclass(frozen=True, slots=True)
class _Room:
    """One room under the lens: what it demands, and what is taken of it as rows of `Taken`."""

    room: ListedRoom
    rules: RoomRules
    rows: list[Row] = field(default_factory=list)


class _Lens:
    """The few rooms that come nearest to what was asked for, with all that is taken of them in the next two weeks."""

    def __init__(self, result: SearchResult, *, directory: Directory, who: Who, now: datetime) -> None:
        self.query = result.query
        self._who = who
        self._now = now
        self._offered: dict[tuple[int, int, Times, int], int] = {}
        wanted = result.query.days()
        self._wanted_days = wanted
        self._all_days = wanted + [wanted[-1] + timedelta(days=distance + 1) for distance in range(LOOK_AHEAD_DAYS)]
        fitting = {room.pk for room, _ in result.fits}
        self._rooms = self._look([room for room in result.candidates if room.pk not in fitting], rules_of(directory))

    def _look(self, rooms: Sequence[ListedRoom], rules: dict[int, RoomRules]) -> list[_Room]:
        if not rooms:
            self._origin = self._length = 0
            return []
        zones = {rules[room.pk].zone for room in rooms}
        self._origin = min(minute_of(local_day(self._all_days[0], zone).start) for zone in zones)
        # A room that is open around the clock may be had across midnight.
        end = max(minute_of(local_day(self._all_days[-1], zone).end) for zone in zones) + 24 * 60
        self._length = end - self._origin
        kinds = {id(rules[room.pk]): rules[room.pk] for room in rooms}
        near = {key: self._distance(one) for key, one in kinds.items()}
        chosen = sorted(rooms, key=lambda room: near[id(rules[room.pk])])[:_MOST_LOOKED_AT]
        found = {room.pk: _Room(room, rules[room.pk]) for room in chosen}
        key = self._who.browser_key
        for row in read_taken(self._origin, end, browser_key=key, now=self._now, rooms=list(found)):
            if row[0] in found:
                found[row[0]].rows.append(row)
        return list(found.values())

    def _distance(self, rules: RoomRules) -> int:
        """How many minutes a room's nearest start is away, before anything is taken."""
        minutes = fitting_duration(self.query.duration_minutes, rules)
        aim = self._aim(rules)
        place = nearest(self._offers(rules, self._all_days, minutes, ANY_TIME), aim)
        return self._length if place is None else abs(place - aim)

    def _aim(self, rules: RoomRules) -> int:
        return minute_of(aim_of(self.query, rules)) - self._origin

    def _offers(self, rules: RoomRules, days: list[date], minutes: int, times: Times) -> int:
        """What the rules offer, as bits; worked out once for all rooms that share the rules."""
        key = (id(rules), minutes, times, len(days))
        mask = self._offered.get(key)
        if mask is None:
            first, last = bounds(rules, minutes, standing=self._who.standing, now=self._now)
            starts = (start for day in days for start in offered_starts(rules, day, minutes, times))
            mask = self._offered[key] = mask_of(starts, self._origin, first, last)
        return mask

    def _free(self, one: _Room, days: list[date], minutes: int, times: Times) -> int:
        free = self._offers(one.rules, days, minutes, times) if one.room.has_feed else 0
        for _room, start, end, _why in one.rows:
            if not free:
                break
            free &= ~blocked_by(start, end, self._origin, self._length, minutes)
        return free

    def other_times(self) -> tuple[list[Alternative], list[Alternative]]:
        """The slots nearest to the wanted time, the nearest first; and rooms that have none."""
        minutes = self.query.duration_minutes
        found: list[tuple[int, int, _Room]] = []
        without: list[_Room] = []
        for one in self._rooms:
            aim = self._aim(one.rules)
            place = nearest(self._free(one, self._all_days, minutes, ANY_TIME), aim)
            if place is not None:
                found.append((abs(place - aim), place, one))
            elif self._fitting_place(one) is None:
                without.append(one)
        found.sort(key=lambda entry: entry[:2])
        return (
            [self._alternative(Kind.OTHER_TIME, one, place, minutes) for _, place, one in found[:MOST_SHOWN]],
            [Alternative(Kind.OTHER_TIME, one.room, None, self._why(one)) for one in without[:MOST_WITHOUT]],
        )

    def other_lengths(self) -> list[Alternative]:
        """The longest shorter meeting at the wanted time; where the length isn't let, the nearest length that is."""
        wanted = self.query.duration_minutes
        found = []
        for one in self._rooms:
            offer = self._fitting_place(one) or self._shorter_place(one)
            if offer is not None:
                found.append((abs(wanted - offer[1]), offer, one))
        found.sort(key=lambda entry: entry[:2])
        return [self._alternative(Kind.OTHER_LENGTH, one, *offer) for _, offer, one in found[:MOST_SHOWN]]

    def _shorter_place(self, one: _Room) -> tuple[int, int] | None:
        shorter = [minutes for minutes in list_durations(one.rules) if minutes < self.query.duration_minutes]
        for minutes in reversed(shorter[-_MOST_LENGTHS:]):
            free = self._free(one, self._wanted_days, minutes, self.query.times)
            if free:
                return lowest(free), minutes
        return None

    def _fitting_place(self, one: _Room) -> tuple[int, int] | None:
        """Where a room that isn't let for the wanted length can be had for the nearest one, and that length."""
        if refusal_of_request(one.rules, self.query.duration_minutes, 1) is None:
            return None
        minutes = fitting_duration(self.query.duration_minutes, one.rules)
        place = nearest(self._free(one, self._all_days, minutes, ANY_TIME), self._aim(one.rules))
        return None if place is None else (place, minutes)

    def _alternative(self, kind: Kind, one: _Room, place: int, minutes: int) -> Alternative:
        span = TimeSpan.lasting(instant_of(self._origin + place), minutes)
        blocked = self._why(one)
        known_only = is_for_known_only(one.room, span, who=self._who, now=self._now)
        return Alternative(kind, one.room, span, blocked, needs_known_company=known_only)

    def _why(self, one: _Room) -> Blocked:
        """Why the room can't be had as asked; of several reasons the one that tells most."""
        situation = self._situation(one)
        answers = self._answers(one.rules, situation)
        blocked = [answer for answer in answers if isinstance(answer, Blocked)]
        closed = one.rules.closings.answer(local_day(self._wanted_days[0], one.rules.zone), one.rules.zone)
        return min(blocked, key=lambda answer: _TELLING.get(answer.reason, len(_TELLING)), default=closed)

    def _answers(self, rules: RoomRules, situation: Situation) -> Iterator[Answer]:
        minutes, times = self.query.duration_minutes, self.query.times
        refusal = refusal_of_request(rules, minutes, 1)
        if refusal is not None:
            yield refusal
            return
        for day in self._wanted_days:
            if times.exact is None:
                within = set(offered_starts(rules, day, minutes, times))
                judged = judge_day(rules, day, minutes, situation).pairs()
                yield from (answer for span, answer in judged if minute_of(span.start) in within)
                continue
            shown = instants_showing(day, times.exact, rules.zone)
            span = TimeSpan.lasting(shown[0], minutes) if shown else None
            yield judge_alone(rules, span, situation) if span else Blocked(Reason.NO_SUCH_TIME)

    def _situation(self, one: _Room) -> Situation:
        taken: dict[int, list[TimeSpan]] = {why: [] for why in Why}
        feed = FeedAge(self._now if one.room.has_feed else None)
        for _room, start, end, why in one.rows:
            if why != Why.UNKNOWN:
                taken[why].append(TimeSpan(instant_of_second(start), instant_of_second(end)))
            else:
                feed = FeedAge(self._now, instant_of_second(start)) if start else FeedAge(None)
        return Situation(
            now=self._now,
            feed=feed,
            standing=self._who.standing,
            busy=Intervals.of(taken[Why.BUSY]),
            held=Intervals.of(taken[Why.HELD]),
        )


def _other_places(
    query: SearchQuery, directory: Directory, *, who: Who, now: datetime
) -> tuple[list[Alternative], list[Alternative]]:
    """Rooms of the same place that lack some of the wanted words, and rooms of other sites of the same country."""
    lacks = _lacking_rooms(query, directory)
    missing = {room.pk: words for room, words in lacks}
    elsewhere = _rooms_elsewhere(query, directory)
    rooms = [*(room for room, _ in lacks[:_MOST_ELSEWHERE]), *elsewhere[:_MOST_ELSEWHERE]]
    fits = find_starts(rooms, query, directory=directory, who=who, now=now) if rooms else []
    found: tuple[list[Alternative], list[Alternative]] = ([], [])
    for room, start in sorted(fits, key=lambda fit: len(missing.get(fit[0].pk, ()))):
        span = TimeSpan.lasting(instant_of(start), query.duration_minutes)
        words = missing.get(room.pk, ())
        known_only = is_for_known_only(room, span, who=who, now=now)
        kind = Kind.OTHER_ROOM if words else Kind.OTHER_SITE
        one = Alternative(kind, room, span, lacks=words, needs_known_company=known_only)
        found[kind is Kind.OTHER_SITE].append(one)
    return found[0][:MOST_SHOWN], found[1][:MOST_SHOWN]


def _lacking_rooms(query: SearchQuery, directory: Directory) -> list[tuple[ListedRoom, tuple[str, ...]]]:
    """Rooms that would do but for some of the wanted words, with those words, the fewest first."""
    if not query.words:
        return []
    texts = equipment_of(directory)
    rooms, _ = list_candidates(replace(query, words=()), directory)
    found = [(room, words) for room in rooms if (words := lacking(query.words, texts[room.pk]))]
    return sorted(found, key=lambda entry: len(entry[1]))


def _rooms_elsewhere(query: SearchQuery, directory: Directory) -> list[ListedRoom]:
    """Rooms that would do at the other sites of the country of the one site that was named."""
    site = next((site for site in directory.sites.values() if site.workways_id == query.site), None)
    if site is None:
        return []
    rooms, _ = list_candidates(replace(query, site="", country=site.country), directory)
    return [room for room in rooms if room.site.pk != site.pk]
