"""What pages and requests ask: a room's week, one slot's answer, the next free time. A fixed number of queries each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from bookings.availability import rules
from bookings.availability.blocks import Block, day_blocks
from bookings.availability.closings import Closings
from bookings.availability.hours import WallRange, WeekHours, find_start, local_day, parse_hours, spans_of, start_key
from bookings.availability.models import Hold
from bookings.availability.places import closings_of, hours_of
from bookings.availability.rows import Moment, Moments, Taken, find_room, read_moments, read_taken
from bookings.availability.rules import FeedAge, Freshness, Judged, RoomRules, Situation
from bookings.availability.sentences import Explanation, explain
from bookings.catalog.directory import ListedRoom
from bookings.catalog.models import Room
from bookings.core.answers import Answer, Bookable, Standing
from bookings.core.identifiers import is_workways_id
from bookings.core.timespan import Intervals, TimeSpan
from bookings.core.zones import zone
from bookings.feeds.models import BusySpan, Feed

# The column of a week in which the room never opens still has a height.
_USUAL_COLUMN = WallRange(9 * 60, 18 * 60)
# Dates beyond these are moved to the nearest shown; busy time is kept for less.
_PAST_SHOWN = timedelta(days=400)
_FUTURE_SHOWN = timedelta(days=800)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who looks: what is known of them, which browser (its own hold doesn't block it), for how many people."""

    standing: Standing = Standing.UNKNOWN
    browser_key: str = ""
    people: int = 1


class Slot(NamedTuple):
    """One start with its answer."""

    span: TimeSpan
    answer: Answer
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """When it begins (UTC)."""
        return self.span.start

    @property
    def end(self) -> datetime:
        """When it ends (UTC)."""
        return self.span.end

    @property
    def date(self) -> date:
        """The local day it begins on."""
        return self.span.start.astimezone(self.zone).date()

    @property
    def key(self) -> str:
        """What the address says of its start; goes with the date."""
        return start_key(self.span.start, self.zone)

    @property
    def is_bookable(self) -> bool:
        """May somebody book it? With `needs_known_company`, only a company that Workways knows."""
        return isinstance(self.answer, Bookable)

    @property
    def needs_known_company(self) -> bool:
        """Is it free, but too soon for a new company?"""
        return isinstance(self.answer, Bookable) and self.answer.needs_known_company

    @property
    def explanation(self) -> Explanation:
        """The reason and the way on, in the page's language."""
        return explain(self.answer, zone=self.zone, start=self.span.start)


class Day(NamedTuple):
    """One local day of a room: its openings, its column as blocks, its starts with their answers."""

    date: date
    is_today: bool
    openings: tuple[TimeSpan, ...]
    column: TimeSpan
    blocks: list[Block]
    judged: Judged
    zone: ZoneInfo

    @property
    def slots(self) -> list[Slot]:
        """The starts with their answers, each as a slot; made anew whenever asked for, because drawings need none."""
        return [Slot(span, answer, self.zone) for span, answer in self.judged.pairs()]

    @property
    def bookable_slots(self) -> list[Slot]:
        """The starts that can be booked."""
        return [slot for slot in self.slots if isinstance(slot.answer, Bookable)]


class Week(NamedTuple):
    """Some days of a room in a row, seven as a rule; durations in minutes, the column's ends in minutes of wall time.

    `duration_minutes` is what the slots are judged for: the wanted duration, or the room's shortest if none was named.
    """

    room: Room | ListedRoom
    rules: RoomRules
    feed: FeedAge
    freshness: Freshness
    now: datetime
    duration_minutes: int
    column_start: int
    column_end: int
    days: list[Day]

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the wall clock at the site."""
        return self.rules.zone

    @property
    def first_bookable(self) -> Slot | None:
        """The first start shown that can be booked."""
        for day in self.days:
            for span, answer in day.judged.pairs():
                if isinstance(answer, Bookable):
                    return Slot(span, answer, day.zone)
        return None


def find_listed_room(workways_id: str) -> Room | None:
    """The room with its site and feed, or None when it isn't there, or not any more. One query."""
    if not is_workways_id(workways_id):
        return None
    return find_room(workways_id)


def build_rules(room: Room | ListedRoom) -> RoomRules:
    """The room's own rules from its mirrored row, whose site is read too, or from the directory."""
    return _rules(
        room.site.zone_name,
        hours_of(room),
        (room.min_minutes, room.max_minutes, room.step_minutes, room.max_people),
        closings_of(room),
        is_meeting_room=room.is_meeting_room,
        is_listed=room.is_listed,
    )


@lru_cache(maxsize=4096)
def _rules(
    zone_name: str,
    hours: tuple[str, str, str],
    limits: tuple[int | None, int | None, int | None, int | None],
    closings: Closings,
    *,
    is_meeting_room: bool,
    is_listed: bool,
) -> RoomRules:
    """Many rooms share their rules, and a search asks for those of every room."""
    min_minutes, max_minutes, step_minutes, max_people = limits
    shortest, longest, step = rules.build_limits(
        min_minutes=min_minutes, max_minutes=max_minutes, step_minutes=step_minutes
    )
    return RoomRules(
        zone=zone(zone_name),
        hours=WeekHours(*(parse_hours(text) for text in hours)),
        min_minutes=shortest,
        max_minutes=longest,
        step_minutes=step,
        max_people=max_people,
        is_meeting_room=is_meeting_room,
        is_listed=is_listed,
        closings=closings,
    )


def room_week(room: Room, monday: date, *, asker: Asker, now: datetime, duration_minutes: int | None = None) -> Week:
    """A room's week for whoever looks. Two queries, or one when `room.feed` is loaded."""
    return room_days(room, monday, 7, asker=asker, now=now, duration_minutes=duration_minutes)


def room_day(room: Room, day: date, *, asker: Asker, now: datetime, duration_minutes: int | None = None) -> Week:
    """The same for a single day: a week of one."""
    return room_days(room, day, 1, asker=asker, now=now, duration_minutes=duration_minutes)


def room_days(
    room: Room, first: date, count: int, *, asker: Asker, now: datetime, duration_minutes: int | None = None
) -> Week:
    """The same for so many days from the first one on. Days beyond all calendars are moved to where there are some."""
    room_rules = build_rules(room)
    first = shown_day(first, now)
    dates = [first + timedelta(days=distance) for distance in range(count)]
    window = TimeSpan(local_day(dates[0], room_rules.zone).start, local_day(dates[-1], room_rules.zone).end)
    situation = load_situation(room, window, asker=asker, now=now)
    minutes = duration_minutes or room_rules.min_minutes
    judged = rules.judge_starts(room_rules, dates, minutes, situation)
    column = _column({one for day in dates for one in room_rules.hours.of(day)})
    return _build_week(room_rules, judged, situation, minutes, room, column=column)


def site_moments(rooms: Sequence[Room | ListedRoom], day: date, *, asker: Asker, now: datetime) -> Moments:
    """What is taken of a site's rooms on one day, and how old that knowledge is. One query, or none for no rooms."""
    if not rooms:
        return Moments({}, None)
    whole = local_day(day, rooms[0].site.zone)
    # A room that is open around the clock may be booked across midnight.
    window = TimeSpan(whole.start, whole.end + timedelta(days=1))
    return read_moments([room.pk for room in rooms], window, browser_key=asker.browser_key, now=now)


def site_day(
    rooms: Sequence[Room | ListedRoom],
    day: date,
    moments: Mapping[int, Moment],
    *,
    asker: Asker,
    now: datetime,
    duration_minutes: int,
) -> list[Week]:
    """One day of a site's rooms, all with the same column; each judged for the duration nearest to the wanted one.

    The moments are those of `site_moments`. The answers don't tell the nearest later start.
    """
    all_rules = [build_rules(room) for room in rooms]
    column = _column({one for room_rules in set(all_rules) for one in room_rules.hours.of(day)})
    weeks = []
    for room, room_rules in zip(rooms, all_rules, strict=True):
        moment = moments[room.pk]
        situation = Situation(
            now=now,
            feed=FeedAge(moment.read_at, moment.covers_until),
            standing=asker.standing,
            people=asker.people,
            busy=Intervals(moment.busy),
            held=Intervals(moment.held),
        )
        minutes = rules.fitting_duration(duration_minutes, room_rules)
        judged = {day: rules.judge_day(room_rules, day, minutes, situation)}
        weeks.append(_build_week(room_rules, judged, situation, minutes, room, column=column))
    return weeks


def slot_answer(room: Room, span: TimeSpan, *, asker: Asker, now: datetime) -> Answer:
    """May whoever asks book this slot? Two queries, or one when `room.feed` is loaded."""
    return rules.judge(build_rules(room), span, load_situation(room, span, asker=asker, now=now))


def chosen_slot(
    room: Room, day: date, start: str, duration_minutes: int, *, asker: Asker, now: datetime
) -> tuple[TimeSpan | None, Answer]:
    """The slot that an address names (`date`, `start` as `Slot.key` writes it, `duration`), and its answer.

    No span when the clock skips that time. Raises ValueError when `start` is no time of day.
    """
    room_rules = build_rules(room)
    day = shown_day(day, now)
    instant = find_start(day, start, room_rules.zone)
    if instant is None:
        situation = load_situation(room, local_day(day, room_rules.zone), asker=asker, now=now)
        return None, rules.judge_skipped(room_rules, day, duration_minutes, situation)
    span = TimeSpan.lasting(instant, duration_minutes)
    return span, rules.judge(room_rules, span, load_situation(room, span, asker=asker, now=now))


def next_free(
    room: Room, *, asker: Asker, now: datetime, duration_minutes: int | None = None, after: datetime | None = None
) -> Slot | None:
    """The first slot from now (or `after`) on that whoever asks can book, within two weeks."""
    room_rules = build_rules(room)
    minutes = duration_minutes or room_rules.min_minutes
    first = TimeSpan.lasting(max(after or now, now), minutes)
    situation = load_situation(room, first, asker=asker, now=now)
    just_before = first.start - timedelta(minutes=1)
    starts = rules.bookable_starts(room_rules, just_before, minutes, situation)
    return next((_slot(start, minutes, room_rules, situation) for start in starts), None)


def nearby_slots(room: Room, span: TimeSpan, *, asker: Asker, now: datetime, count: int = 3) -> list[Slot]:
    """Other slots of the same room, nearest in time first, within a week of the wanted one.

    They last as long as the wanted one, or as near to that as the room allows.
    """
    room_rules = build_rules(room)
    window = TimeSpan(span.start - timedelta(days=7), span.end + timedelta(days=7))
    situation = load_situation(room, window, asker=asker, now=now)
    minutes = rules.fitting_duration(span.minutes, room_rules)
    starts = rules.bookable_starts(room_rules, window.start, minutes, situation)
    others = [start for start in starts if start < window.end and TimeSpan.lasting(start, minutes) != span]
    others.sort(key=lambda start: (abs(start - span.start), start))
    return [_slot(start, minutes, room_rules, situation) for start in others[:count]]


def busy_between(room: Room, window: TimeSpan, *, now: datetime) -> list[TimeSpan]:
    """What anybody may know: when the room is busy, held or closed, merged and clipped to the window. Two queries.

    Closed by a closure or a holiday, that is: nights and weekends are no secret, and make no event.
    """
    busy = BusySpan.objects.filter(room=room, start__lt=window.end, end__gt=window.start)
    held = _live_holds(now).filter(room=room, start__lt=window.end, end__gt=window.start)
    pairs = [*busy.values_list("start", "end"), *held.values_list("start", "end")]
    closed = closings_of(room).within(window, room.site.zone)
    return Intervals([*pairs, *((span.start, span.end) for span in closed)]).within(window)


def feed_age(room: Room) -> FeedAge:
    """How old the knowledge of the room's calendar is. One query unless `room.feed` is loaded."""
    try:
        feed = room.feed
    except Feed.DoesNotExist:
        return FeedAge(None)
    return FeedAge(feed.read_at, feed.covers_until)


def load_situation(room: Room, window: TimeSpan, *, asker: Asker, now: datetime) -> Situation:
    """What is taken in the window and for as long after it as the nearest later start is looked for."""
    end = max(window.end, now) + timedelta(days=rules.LOOK_AHEAD_DAYS + 1)
    return load_situations([room], TimeSpan(window.start, end), asker=asker, now=now)[room.pk]


def load_situations(rooms: Sequence[Room], window: TimeSpan, *, asker: Asker, now: datetime) -> dict[int, Situation]:
    """What is taken in the window, by the rooms' keys: one query however many rooms, when their feeds are loaded."""
    taken = read_taken([room.pk for room in rooms], window, browser_key=asker.browser_key, now=now)
    nothing = Taken([], [])
    return {
        room.pk: Situation(
            now=now,
            feed=feed_age(room),
            standing=asker.standing,
            people=asker.people,
            busy=Intervals(taken.get(room.pk, nothing).busy),
            held=Intervals(taken.get(room.pk, nothing).held),
        )
        for room in rooms
    }


def _live_holds(now: datetime) -> QuerySet[Hold]:
    return Hold.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))


def shown_day(day: date, now: datetime) -> date:
    """The day itself, or the nearest one that any calendar could tell of, so that year 1 and 9999 are no trouble."""
    today = now.date()
    return min(max(day, today - _PAST_SHOWN), today + _FUTURE_SHOWN)


def _slot(start: datetime, minutes: int, room_rules: RoomRules, situation: Situation) -> Slot:
    span = TimeSpan.lasting(start, minutes)
    return Slot(span, rules.judge(room_rules, span, situation), room_rules.zone)


def _build_week(
    room_rules: RoomRules,
    judged: dict[date, Judged],
    situation: Situation,
    minutes: int,
    room: Room | ListedRoom,
    *,
    column: WallRange,
) -> Week:
    zone = room_rules.zone
    today = situation.now.astimezone(zone).date()
    days = []
    for day, answers in judged.items():
        whole = _column_span(day, column, zone)
        days.append(
            Day(
                date=day,
                is_today=day == today,
                openings=rules.openings(day, room_rules),
                column=whole,
                blocks=day_blocks(room_rules, whole, situation),
                judged=answers,
                zone=zone,
            )
        )
    return Week(
        room=room,
        rules=room_rules,
        feed=situation.feed,
        freshness=situation.feed.freshness(situation.now),
        now=situation.now,
        duration_minutes=minutes,
        column_start=column.start,
        column_end=column.end,
        days=days,
    )


def _column(ranges: set[WallRange]) -> WallRange:
    """From the first opening to the last closing, in whole hours of wall time: the length of the grid."""
    if not ranges:
        return _USUAL_COLUMN
    return WallRange(min(one.start for one in ranges) // 60 * 60, -(-max(one.end for one in ranges) // 60) * 60)


def _column_span(day: date, column: WallRange, zone: ZoneInfo) -> TimeSpan:
    parts = spans_of(day, (column,), zone)
    # All of a column can be skipped by the clock, if the room opens for that hour only.
    return TimeSpan(parts[0].start, parts[-1].end) if parts else local_day(day, zone)
