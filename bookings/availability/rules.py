"""May this slot be booked, and if not, why not and when else. Pure: values in, values out."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bookings.availability.closings import NO_CLOSINGS, Closings
from bookings.availability.hours import WallRange, WeekHours, clock_change, instants_showing, local_day, spans_of
from bookings.core.answers import Answer, Blocked, Bookable, Reason, Standing
from bookings.core.timespan import Intervals, TimeSpan, merged

# The API refuses shorter meetings (Workways API, meeting-request: duration, minimum 30).
SHORTEST_MINUTES = 30
# The step where the upstream gives none.
DEFAULT_STEP_MINUTES = 30
# A finer step than this would not match the cells of the holds, and offers nobody anything.
FINEST_STEP_MINUTES = 5
# How far ahead a slot may lie; feeds are read a little further.
HORIZON_DAYS = 365
# A new company's meeting is at least this many calendar days ahead (Workways API, meeting-request, business rules).
NEW_COMPANY_DAYS = 2
# How many days from the wanted one on are looked through for the nearest later start.
LOOK_AHEAD_DAYS = 14
# Who may still turn out to come with a company that Workways knows: an archived account can't book, but its owner may
# name another address.
UNSETTLED = (Standing.UNKNOWN, Standing.ARCHIVED)
# Older knowledge than this is still shown, but with its age instead of as plain fact.
STALE_AFTER = timedelta(minutes=15)
_HORIZON = timedelta(days=HORIZON_DAYS)
_MINUTE = timedelta(minutes=1)

# Answers are values, and most are the same: a page of a site holds hundreds.
_PAST = Blocked(Reason.PAST)
_FEED_UNKNOWN, _BUSY, _HELD = Blocked(Reason.FEED_UNKNOWN), Blocked(Reason.BUSY), Blocked(Reason.HELD)
_TOO_SOON = Blocked(Reason.TOO_SOON_FOR_NEW, limit=NEW_COMPANY_DAYS)
_YES, _FOR_KNOWN = Bookable(), Bookable(needs_known_company=True)
# What a start that is too soon for a new company means for whom; for anybody else nothing.
_EARLY: dict[Standing, Answer] = {Standing.NEW: _TOO_SOON, **dict.fromkeys(UNSETTLED, _FOR_KNOWN)}


@dataclass(frozen=True, slots=True)
class RoomRules:
    """What the room itself demands. Durations in minutes; None where there is no limit.

    Much is remembered by a room's rules, so they know their hash.
    """

    zone: ZoneInfo
    hours: WeekHours
    min_minutes: int = SHORTEST_MINUTES
    max_minutes: int | None = None
    step_minutes: int = DEFAULT_STEP_MINUTES
    max_people: int | None = None
    is_meeting_room: bool = True
    is_listed: bool = True
    closings: Closings = NO_CLOSINGS
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        said = (self.zone, self.hours, self.min_minutes, self.max_minutes, self.step_minutes, self.max_people)
        object.__setattr__(self, "_hash", hash((*said, self.is_meeting_room, self.is_listed, self.closings)))

    def __hash__(self) -> int:
        return self._hash


def build_limits(
    *, min_minutes: int | None, max_minutes: int | None, step_minutes: int | None
) -> tuple[int, int | None, int]:
    """Shortest, longest and step in minutes from the upstream's, sane where those are missing or at odds."""
    shortest = max(min_minutes or SHORTEST_MINUTES, SHORTEST_MINUTES)
    longest = max(max_minutes, shortest) if max_minutes else None
    step = max(step_minutes or DEFAULT_STEP_MINUTES, FINEST_STEP_MINUTES)
    return shortest, longest, step


class Freshness(StrEnum):
    """How far the known busy time can be trusted: free; "free as of 12:04"; nothing known."""

    FRESH = "fresh"
    STALE = "stale"
    UNKNOWN = "unknown"


class FeedAge(NamedTuple):
    """When the room's feed was last known to be right, and up to when it speaks; None where never, or without end."""

    read_at: datetime | None
    covers_until: datetime | None = None

    def freshness(self, now: datetime) -> Freshness:
        """The word for this age."""
        if self.read_at is None:
            return Freshness.UNKNOWN
        return Freshness.STALE if now - self.read_at > STALE_AFTER else Freshness.FRESH


_NOTHING = Intervals()


class Situation(NamedTuple):
    """Everything about the moment that matters: who asks, when, for how many, and what is taken.

    `busy` comes from the feed; `held` is what other visitors hold or asked for, never the asker's own hold.
    """

    now: datetime
    feed: FeedAge
    standing: Standing = Standing.UNKNOWN
    people: int = 1
    busy: Intervals = _NOTHING
    held: Intervals = _NOTHING


def list_durations(rules: RoomRules) -> list[int]:
    """The durations the room offers, in minutes: from the shortest by the step to the longest or a whole opening."""
    longest = rules.max_minutes if rules.max_minutes is not None else rules.hours.longest_minutes
    return list(range(rules.min_minutes, max(longest, rules.min_minutes) + 1, rules.step_minutes))


@lru_cache(maxsize=4096)
def fitting_duration(minutes: int, rules: RoomRules) -> int:
    """The offered duration nearest to the wanted one, in minutes; the longer of two as near."""
    return min(list_durations(rules), key=lambda offered: (abs(offered - minutes), -offered))


def openings(day: date, rules: RoomRules) -> tuple[TimeSpan, ...]:
    """When the room is open on a local day, as instants."""
    opened = spans_of(day, rules.hours.of(day), rules.zone)
    return opened if rules.closings is NO_CLOSINGS else rules.closings.left_of(day, opened)


def list_starts(day: date, rules: RoomRules) -> tuple[datetime, ...]:
    """Every start (UTC) on the room's step between its opening and its closing on a local day, in order.

    The step counts from the opening, on the wall clock. A skipped hour has no starts, a repeated one has them twice.
    """
    return starts_of(day, rules.hours.of(day), rules.step_minutes, rules.zone)


@lru_cache(maxsize=8192)
def starts_of(day: date, ranges: tuple[WallRange, ...], step: int, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The same for hours and a step that many rooms share."""
    marks = {minute for one in ranges for minute in range(one.start, one.end, step)}
    return tuple(sorted(instant for minute in marks for instant in instants_showing(day, minute, zone)))


class _Offer(NamedTuple):
    """The starts of a day as the spans that they begin, and those that don't fit the opening hours, with why."""

    spans: tuple[TimeSpan, ...]
    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]
    unfit: tuple[tuple[int, Answer], ...]


@lru_cache(maxsize=2048)
def _offered(day: date, rules: RoomRules, minutes: int) -> _Offer:
    """What the room offers on a day for meetings of this length.

    Remembered, because it depends on nothing that ever happens, and pages walk the same days all the time.
    """
    opened = openings_from(day, rules)
    spans = tuple(TimeSpan.lasting(start, minutes) for start in list_starts(day, rules))
    unfit = (
        (place, rules.closings.answer(span, rules.zone))
        for place, span in enumerate(spans)
        if not any(opening.contains(span) for opening in opened)
    )
    return _Offer(spans, tuple(span.start for span in spans), tuple(span.end for span in spans), tuple(unfit))


def first_day_for_new(now: datetime, zone: ZoneInfo) -> date:
    """The first local day a new company may book: today and tomorrow are too soon, by the site's calendar."""
    return now.astimezone(zone).date() + timedelta(days=NEW_COMPANY_DAYS)


def judge(rules: RoomRules, span: TimeSpan, situation: Situation) -> Answer:
    """May this slot be booked? A "no" names the first rule that forbids it, in this order:

    the room (listed, a meeting room), the length (shortest, longest, step), the people; then the time: past, closed,
    off step, too far ahead, calendar unknown, busy, held, too soon for a new company. What no other start would mend
    comes first. `next_start` is the nearest later start within two weeks for this length.
    """
    answer = judge_alone(rules, span, situation)
    if isinstance(answer, Blocked):
        return replace(answer, next_start=next_start(rules, span.start, span.minutes, situation))
    return answer


def judge_alone(rules: RoomRules, span: TimeSpan, situation: Situation) -> Answer:
    """The same, but without looking for the nearest later start."""
    refusal = refusal_of_request(rules, span.minutes, situation.people)
    return refusal if refusal is not None else _judge_time(span, _frame(rules, situation))


def judge_skipped(rules: RoomRules, day: date, minutes: int, situation: Situation) -> Blocked:
    """The answer for a time of day that the clock skips on that day."""
    refusal = refusal_of_request(rules, minutes, situation.people)
    if refusal is not None:
        return refusal
    skipped_at = clock_change(day, rules.zone) or local_day(day, rules.zone).start
    following = next_start(rules, skipped_at - timedelta(minutes=1), minutes, situation)
    return Blocked(Reason.NO_SUCH_TIME, next_start=following)


def refusal_of_request(rules: RoomRules, minutes: int, people: int) -> Blocked | None:
    """What forbids this room, this length or this many people at any time, or None."""
    if not rules.is_listed:
        return Blocked(Reason.NO_LONGER_LISTED)
    if not rules.is_meeting_room:
        return Blocked(Reason.NOT_A_MEETING_ROOM)
    if minutes < rules.min_minutes:
        return Blocked(Reason.TOO_SHORT, limit=rules.min_minutes)
    if rules.max_minutes is not None and minutes > rules.max_minutes:
        return Blocked(Reason.TOO_LONG, limit=rules.max_minutes)
    if (minutes - rules.min_minutes) % rules.step_minutes:
        return Blocked(Reason.OFF_STEP, limit=rules.step_minutes)
    if rules.max_people is not None and people > rules.max_people:
        return Blocked(Reason.TOO_MANY_PEOPLE, limit=rules.max_people)
    return None


class _Frame(NamedTuple):
    """What is the same for every start that is judged in one go."""

    rules: RoomRules
    situation: Situation
    new_from: datetime
    last_end: datetime

    @property
    def too_far_ahead(self) -> Blocked:
        """The answer for what ends after `last_end`."""
        return Blocked(Reason.TOO_FAR_AHEAD, limit=max((self.last_end - self.situation.now).days, 0))


def _frame(rules: RoomRules, situation: Situation) -> _Frame:
    ends_by = last_end(situation.now, situation.feed)
    return _Frame(rules, situation, new_from(situation.now, rules.zone), ends_by)


def last_end(now: datetime, feed: FeedAge) -> datetime:
    """Up to when a slot may end: a year ahead, or as far as the room's calendar speaks."""
    horizon = now + _HORIZON
    return horizon if feed.covers_until is None else min(horizon, feed.covers_until)


@lru_cache(maxsize=256)
def new_from(now: datetime, zone: ZoneInfo) -> datetime:
    """The first instant that a new company may book. Remembered, because each room of a page asks for the same."""
    return local_day(first_day_for_new(now, zone), zone).start


def _judge_time(span: TimeSpan, frame: _Frame) -> Answer:
    """The answer for any instant at all."""
    day = span.start.astimezone(frame.rules.zone).date()
    if span.start < frame.situation.now:
        return _PAST
    if not any(opening.contains(span) for opening in openings_from(day, frame.rules)):
        return frame.rules.closings.answer(span, frame.rules.zone)
    if span.start not in list_starts(day, frame.rules):
        return Blocked(Reason.OFF_STEP, limit=frame.rules.step_minutes)
    return _judge_taken(span, frame)


class Judged(NamedTuple):
    """The starts of one day in order: the slots that they begin, the starts alone, and the answer for each."""

    spans: tuple[TimeSpan, ...]
    starts: tuple[datetime, ...]
    answers: list[Answer]

    def pairs(self) -> Iterator[tuple[TimeSpan, Answer]]:
        """Each slot with its answer."""
        return zip(self.spans, self.answers, strict=True)


def _judge_day(day: date, minutes: int, frame: _Frame) -> Judged:
    """The answers for the starts that the room offers on a day."""
    offer = _offered(day, frame.rules, minutes)
    return Judged(offer.spans, offer.starts, _answers(offer, frame))


def _answers(offer: _Offer, frame: _Frame) -> list[Answer]:
    """What `_judge_time` says of each start, written down rule by rule: a later one overrules those before it.

    Rules forbid stretches of time, and a stretch is found quicker than each start in it is judged.
    """
    starts, ends = offer.starts, offer.ends
    situation, count = frame.situation, len(starts)
    if not count:
        return []
    answers: list[Answer] = [_YES] * count
    if starts[0] < frame.new_from and (early := _EARLY.get(situation.standing)) is not None:
        _overrule(answers, 0, bisect_left(starts, frame.new_from), early)
    for taken, answer in ((situation.held, _HELD), (situation.busy, _BUSY)):
        for place in range(bisect_right(taken.ends, starts[0]), len(taken.ends)):
            if taken.starts[place] >= ends[-1]:
                break
            first = bisect_right(ends, taken.starts[place])
            _overrule(answers, first, bisect_left(starts, taken.ends[place]), answer)
    if situation.feed.read_at is None:
        answers = [_FEED_UNKNOWN] * count
    if ends[-1] > frame.last_end:
        _overrule(answers, bisect_right(ends, frame.last_end), count, frame.too_far_ahead)
    for place, refusal in offer.unfit:
        answers[place] = refusal
    if starts[0] < situation.now:
        _overrule(answers, 0, bisect_left(starts, situation.now), _PAST)
    return answers


def _overrule(answers: list[Answer], first: int, end: int, answer: Answer) -> None:
    if first < end:
        answers[first:end] = [answer] * (end - first)


@lru_cache(maxsize=4096)
def openings_from(day: date, rules: RoomRules) -> tuple[TimeSpan, ...]:
    """Openings of a day and the next, joined: a room open around the clock doesn't close at midnight."""
    return tuple(merged((*openings(day, rules), *openings(day + timedelta(days=1), rules))))


def _judge_taken(span: TimeSpan, frame: _Frame) -> Answer:
    """The rest of the answer for a start that the room offers."""
    situation = frame.situation
    if span.end > frame.last_end:
        return frame.too_far_ahead
    if situation.feed.read_at is None:
        return _FEED_UNKNOWN
    if situation.busy.takes(span.start, span.end):
        return _BUSY
    if situation.held.takes(span.start, span.end):
        return _HELD
    return _EARLY.get(situation.standing, _YES) if span.start < frame.new_from else _YES


def judge_starts(rules: RoomRules, days: Sequence[date], minutes: int, situation: Situation) -> dict[date, Judged]:
    """Every start of some days in a row with its answer, exactly as `judge` gives it, in one walk.

    Walks backwards, so that the nearest later start is at hand; beyond the last day it is looked for only once.
    """
    refusal = refusal_of_request(rules, minutes, situation.people)
    if refusal is not None:
        return {day: _refused(day, rules, minutes, refusal) for day in days}
    frame = _frame(rules, situation)
    today = situation.now.astimezone(rules.zone).date()
    following = next_start(rules, local_day(days[-1], rules.zone).end - timedelta(minutes=1), minutes, situation)
    result: dict[date, Judged] = dict.fromkeys(days, _NEVER)
    for day in reversed(days):
        looked_until = local_day(max(day, today) + timedelta(days=LOOK_AHEAD_DAYS), rules.zone).end
        result[day] = judged = _judge_day(day, minutes, frame)
        following = _tell_following(judged, following, looked_until)
    return result


_NEVER = Judged((), (), [])


def _tell_following(judged: Judged, following: datetime | None, looked_until: datetime) -> datetime | None:
    """Writes into each refusal of a day the nearest later start, and returns the day's first start that will do.

    `following` is the nearest start after the day. Refusals in a row for one reason are one value.
    """
    answers = judged.answers
    plain: Answer | None = None
    told: Answer | None = None
    for place in range(len(answers) - 1, -1, -1):
        answer = answers[place]
        if isinstance(answer, Bookable):
            following, plain = judged.starts[place], None
        elif following is not None and following < looked_until:
            if told is None or plain is not answer:
                plain, told = answer, Blocked(answer.reason, following, answer.limit, answer.cause)
            answers[place] = told
    return following


def next_start(rules: RoomRules, after: datetime, minutes: int, situation: Situation) -> datetime | None:
    """The nearest start later than `after` that can be booked for so many minutes, within two weeks, or None."""
    return next(bookable_starts(rules, after, minutes, situation), None)


def bookable_starts(
    rules: RoomRules, after: datetime, minutes: int, situation: Situation, *, days: int = LOOK_AHEAD_DAYS
) -> Iterator[datetime]:
    """Starts later than `after` that can be booked for so many minutes, in order, within so many days.

    The situation's taken time must reach that far.
    """
    if refusal_of_request(rules, minutes, situation.people) is not None:
        return
    frame = _frame(rules, situation)
    first = max(after, situation.now).astimezone(rules.zone).date()
    for distance in range(days + 1):
        judged = _judge_day(first + timedelta(days=distance), minutes, frame)
        for start, answer in zip(judged.starts, judged.answers, strict=True):
            if start > after and isinstance(answer, Bookable):
                yield start


def judge_day(rules: RoomRules, day: date, minutes: int, situation: Situation) -> Judged:
    """Every start of one day with its answer as `judge` gives it, but without a `next_start`."""
    refusal = refusal_of_request(rules, minutes, situation.people)
    if refusal is not None:
        return _refused(day, rules, minutes, refusal)
    return _judge_day(day, minutes, _frame(rules, situation))


def _refused(day: date, rules: RoomRules, minutes: int, refusal: Answer) -> Judged:
    """The starts of a day, each refused for what is asked for."""
    starts = list_starts(day, rules)
    return Judged(tuple(TimeSpan.lasting(start, minutes) for start in starts), starts, [refusal] * len(starts))
