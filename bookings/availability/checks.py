"""Every rule about one slot with its own answer, so that staff can tell somebody why. Pure.

`rules.judge` stops at the first rule that forbids a slot; here each is asked, whatever the others say. That the first
"no" here is always what `judge` answers is held by a test (tests/bookings/availability/test_checks.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bookings.availability.hours import local_day
from bookings.availability.rules import (
    NEW_COMPANY_DAYS,
    UNSETTLED,
    RoomRules,
    Situation,
    first_day_for_new,
    last_end,
    list_starts,
    openings,
)
from bookings.core.answers import Answer, Blocked, Bookable, Reason, Standing
from bookings.core.timespan import TimeSpan, merged


class Rule(StrEnum):
    """What is asked of a slot, in the order in which `judge` asks."""

    LISTED = "listed"
    MEETING_ROOM = "meeting_room"
    SHORTEST = "shortest"
    LONGEST = "longest"
    LENGTH = "length"
    PEOPLE = "people"
    EXISTS = "exists"
    COMING = "coming"
    OPEN = "open"
    START = "start"
    HORIZON = "horizon"
    KNOWN = "known"
    FREE = "free"
    NOT_HELD = "not_held"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Check:
    """One rule and its answer; None where it can't be asked, because the time doesn't exist."""

    rule: Rule
    answer: Answer | None


def list_checks(rules: RoomRules, span: TimeSpan | None, minutes: int, situation: Situation) -> list[Check]:
    """Every rule with its answer for a slot; for a time that the clock skips there is no span."""
    checks = list(_of_request(rules, minutes, situation.people))
    if span is None:
        checks.append(Check(Rule.EXISTS, Blocked(Reason.NO_SUCH_TIME)))
        left = list(Rule)[list(Rule).index(Rule.EXISTS) + 1 :]
        return [*checks, *(Check(rule, None) for rule in left)]
    checks.append(Check(Rule.EXISTS, Bookable()))
    return [*checks, *_of_time(rules, span, situation)]


def verdict(checks: Sequence[Check]) -> Answer:
    """The first "no", or else the last word: yes, perhaps only for a company that is known."""
    answers = [check.answer for check in checks if check.answer is not None]
    return next((answer for answer in answers if isinstance(answer, Blocked)), answers[-1])


def new_from(rules: RoomRules, now: datetime) -> datetime:
    """The first instant that a new company may book."""
    return local_day(first_day_for_new(now, rules.zone), rules.zone).start


def _of_request(rules: RoomRules, minutes: int, people: int) -> Iterator[Check]:
    yield _check(Rule.LISTED, rules.is_listed, Reason.NO_LONGER_LISTED)
    yield _check(Rule.MEETING_ROOM, rules.is_meeting_room, Reason.NOT_A_MEETING_ROOM)
    yield _check(Rule.SHORTEST, minutes >= rules.min_minutes, Reason.TOO_SHORT, rules.min_minutes)
    longest = rules.max_minutes
    yield _check(Rule.LONGEST, longest is None or minutes <= longest, Reason.TOO_LONG, longest)
    is_on_step = (minutes - rules.min_minutes) % rules.step_minutes == 0
    yield _check(Rule.LENGTH, is_on_step, Reason.OFF_STEP, rules.step_minutes)
    most = rules.max_people
    yield _check(Rule.PEOPLE, most is None or people <= most, Reason.TOO_MANY_PEOPLE, most)


def _of_time(rules: RoomRules, span: TimeSpan, situation: Situation) -> Iterator[Check]:
    now, day = situation.now, span.start.astimezone(rules.zone).date()
    yield _check(Rule.COMING, span.start >= now, Reason.PAST)
    opened = merged((*openings(day, rules), *openings(day + timedelta(days=1), rules)))
    is_open = any(opening.contains(span) for opening in opened)
    yield Check(Rule.OPEN, Bookable() if is_open else rules.closings.answer(span, rules.zone))
    yield _check(Rule.START, span.start in list_starts(day, rules), Reason.OFF_STEP, rules.step_minutes)
    ends_by = last_end(now, situation.feed)
    yield _check(Rule.HORIZON, span.end <= ends_by, Reason.TOO_FAR_AHEAD, max((ends_by - now).days, 0))
    yield _check(Rule.KNOWN, situation.feed.read_at is not None, Reason.FEED_UNKNOWN)
    yield _check(Rule.FREE, not situation.busy.takes(span.start, span.end), Reason.BUSY)
    yield _check(Rule.NOT_HELD, not situation.held.takes(span.start, span.end), Reason.HELD)
    yield Check(Rule.NOTICE, _notice(rules, span, situation))


def _notice(rules: RoomRules, span: TimeSpan, situation: Situation) -> Answer:
    if span.start >= new_from(rules, situation.now):
        return Bookable()
    if situation.standing is Standing.NEW:
        return Blocked(Reason.TOO_SOON_FOR_NEW, limit=NEW_COMPANY_DAYS)
    return Bookable(needs_known_company=situation.standing in UNSETTLED)


def _check(rule: Rule, is_kept: bool, reason: Reason, limit: int | None = None) -> Check:
    return Check(rule, Bookable() if is_kept else Blocked(reason, limit=limit))
