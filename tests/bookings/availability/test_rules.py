from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.availability.blocks import Block, BlockKind, day_blocks
from bookings.availability.hours import WeekHours, local_day, parse_hours
from bookings.availability.rules import (
    FeedAge,
    Freshness,
    RoomRules,
    Situation,
    bookable_starts,
    build_limits,
    first_day_for_new,
    fitting_duration,
    judge,
    judge_day,
    judge_skipped,
    judge_starts,
    list_durations,
    list_starts,
    next_start,
)
from bookings.core.answers import Answer, Blocked, Bookable, Reason, Standing
from bookings.core.timespan import Intervals, TimeSpan

PARIS, DUBLIN = ZoneInfo("Europe/Paris"), ZoneInfo("Europe/Dublin")
NOW = datetime(2026, 1, 7, 9, tzinfo=UTC)  # Wednesday, 10:00 in Paris
WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, MONDAY = (date(2026, 1, day) for day in (7, 8, 9, 10, 12))
FORWARD, BACK = date(2026, 3, 29), date(2026, 10, 25)


def week(weekdays: str = "09:00-18:00", saturday: str = "", sunday: str = "") -> WeekHours:
    return WeekHours(parse_hours(weekdays), parse_hours(saturday), parse_hours(sunday))


ALWAYS = week("00:00-24:00", "00:00-24:00", "00:00-24:00")
ROOM = RoomRules(zone=PARIS, hours=week(), min_minutes=60, max_minutes=480, step_minutes=30, max_people=8)


def slot(day: date, start: str, minutes: int = 60, zone: ZoneInfo = PARIS) -> TimeSpan:
    return TimeSpan.lasting(datetime.combine(day, time.fromisoformat(start), zone), minutes)


def situation(
    *,
    busy: Iterable[TimeSpan] = (),
    held: Iterable[TimeSpan] = (),
    standing: Standing = Standing.KNOWN,
    people: int = 2,
    now: datetime = NOW,
    feed: FeedAge | None = None,
) -> Situation:
    return Situation(
        now=now,
        feed=feed or FeedAge(now),
        standing=standing,
        people=people,
        busy=Intervals.of(busy),
        held=Intervals.of(held),
    )


def local(instant: datetime | None, zone: ZoneInfo = PARIS) -> str:
    return "" if instant is None else f"{instant.astimezone(zone):%d %H:%M}"


@pytest.mark.parametrize(
    ("given_limits", "expected"),
    [
        ((60, 480, 30), (60, 480, 30)),
        ((None, None, None), (30, None, 30)),
        ((0, 0, 0), (30, None, 30)),
        ((15, 480, 15), (30, 480, 15)),
        ((60, 30, 30), (60, 60, 30)),
        ((60, 480, 1), (60, 480, 5)),
    ],
)
def test_limits_are_sane_whatever_the_upstream_gives(
    given_limits: tuple[int | None, int | None, int | None], expected: tuple[int, int | None, int]
) -> None:
    shortest, longest, step = given_limits

    assert build_limits(min_minutes=shortest, max_minutes=longest, step_minutes=step) == expected


def test_durations_go_from_the_shortest_by_the_step_to_the_longest() -> None:
    assert list_durations(replace(ROOM, max_minutes=180)) == [60, 90, 120, 150, 180]
    assert list_durations(replace(ROOM, max_minutes=None, hours=week("09:00-11:00"))) == [60, 90, 120]
    assert list_durations(replace(ROOM, max_minutes=None, hours=week(""))) == [60]


@pytest.mark.parametrize(("wanted", "fitting"), [(60, 60), (45, 60), (10, 60), (75, 90), (100, 90), (5000, 480)])
def test_fitting_duration_is_the_nearest_offered(wanted: int, fitting: int) -> None:
    assert fitting_duration(wanted, ROOM) == fitting


def test_starts_go_by_the_step_from_each_opening() -> None:
    rules = replace(ROOM, hours=week("09:15-11:00,14:00-15:00"))

    assert [local(start) for start in list_starts(FRIDAY, rules)] == [
        "09 09:15",
        "09 09:45",
        "09 10:15",
        "09 10:45",
        "09 14:00",
        "09 14:30",
    ]
    assert list_starts(SATURDAY, rules) == ()


@pytest.mark.parametrize(
    ("zone", "day", "count", "around_the_change"),
    [
        (PARIS, FORWARD, 46, ["01:30+01:00", "03:00+02:00"]),
        (PARIS, BACK, 50, ["02:00+02:00", "02:30+02:00", "02:00+01:00", "02:30+01:00"]),
        (DUBLIN, FORWARD, 46, ["00:30+00:00", "02:00+01:00"]),
        (DUBLIN, BACK, 50, ["01:00+01:00", "01:30+01:00", "01:00+00:00", "01:30+00:00"]),
        (PARIS, FRIDAY, 48, ["02:00+01:00", "02:30+01:00"]),
    ],
)
def test_starts_on_days_when_the_clocks_change(
    zone: ZoneInfo, day: date, count: int, around_the_change: list[str]
) -> None:
    starts = list_starts(day, replace(ROOM, zone=zone, hours=ALWAYS))

    written = [start.astimezone(zone).isoformat()[11:16] + start.astimezone(zone).isoformat()[-6:] for start in starts]
    assert len(written) == count == len(set(written))
    place = written.index(around_the_change[0])
    assert written[place : place + len(around_the_change)] == around_the_change


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["Europe/Paris", "Europe/Dublin", "Australia/Lord_Howe", "America/St_Johns"]),
    st.sampled_from(
        [FORWARD, BACK, FRIDAY, date(2027, 3, 28), date(2027, 10, 31), date(2028, 3, 26), date(2026, 4, 5)]
    ),
    st.sampled_from(
        ["00:00-24:00", "01:00-04:00", "00:00-02:30,03:15-05:00", "09:00-18:00", "02:00-03:00", "23:00-24:00"]
    ),
    st.sampled_from([15, 30, 45, 60, 90]),
)
def test_starts_equal_a_walk_minute_by_minute(zone_name: str, day: date, text: str, step: int) -> None:
    zone = ZoneInfo(zone_name)
    rules = replace(ROOM, zone=zone, hours=week(text, text, text), step_minutes=step)
    walked = []
    instant = datetime.combine(day, time(), UTC) - timedelta(hours=15)
    for _ in range(54 * 60):
        shown = instant.astimezone(zone)
        minute = shown.hour * 60 + shown.minute
        ranges = parse_hours(text).ranges
        if shown.date() == day and any(
            one.start <= minute < one.end and (minute - one.start) % step == 0 for one in ranges
        ):
            walked.append(instant)
        instant += timedelta(minutes=1)

    assert list(list_starts(day, rules)) == walked


CASES: list[tuple[str, RoomRules, TimeSpan, Situation, Answer]] = [
    ("free", ROOM, slot(FRIDAY, "10:00"), situation(), Bookable()),
    ("the last hour", ROOM, slot(FRIDAY, "17:00"), situation(), Bookable()),
    ("this very minute", ROOM, slot(WEDNESDAY, "10:00"), situation(), Bookable()),
    (
        "past",
        ROOM,
        slot(WEDNESDAY, "09:30"),
        situation(),
        Blocked(Reason.PAST, slot(WEDNESDAY, "10:00").start),
    ),
    (
        "before opening",
        ROOM,
        slot(FRIDAY, "08:00"),
        situation(),
        Blocked(Reason.CLOSED, slot(FRIDAY, "09:00").start),
    ),
    (
        "beyond closing",
        ROOM,
        slot(FRIDAY, "17:30"),
        situation(),
        Blocked(Reason.CLOSED, slot(MONDAY, "09:00").start),
    ),
    (
        "on a closed day",
        ROOM,
        slot(SATURDAY, "10:00"),
        situation(),
        Blocked(Reason.CLOSED, slot(MONDAY, "09:00").start),
    ),
    (
        "over a break",
        replace(ROOM, hours=week("09:00-12:00,13:00-18:00")),
        slot(FRIDAY, "11:30"),
        situation(),
        Blocked(Reason.CLOSED, slot(FRIDAY, "13:00").start),
    ),
    (
        "busy",
        ROOM,
        slot(FRIDAY, "10:00"),
        situation(busy=[slot(FRIDAY, "10:30", 30)]),
        Blocked(Reason.BUSY, slot(FRIDAY, "11:00").start),
    ),
    (
        "between two meetings that touch it",
        ROOM,
        slot(FRIDAY, "10:00"),
        situation(busy=[slot(FRIDAY, "09:00"), slot(FRIDAY, "11:00")]),
        Bookable(),
    ),
    (
        "held",
        ROOM,
        slot(FRIDAY, "10:00"),
        situation(held=[slot(FRIDAY, "10:00", 90)]),
        Blocked(Reason.HELD, slot(FRIDAY, "11:30").start),
    ),
    (
        "today, new company",
        ROOM,
        slot(WEDNESDAY, "14:00"),
        situation(standing=Standing.NEW),
        Blocked(Reason.TOO_SOON_FOR_NEW, slot(FRIDAY, "09:00").start, 2),
    ),
    (
        "tomorrow, new company",
        ROOM,
        slot(THURSDAY, "17:00"),
        situation(standing=Standing.NEW),
        Blocked(Reason.TOO_SOON_FOR_NEW, slot(FRIDAY, "09:00").start, 2),
    ),
    ("the day after tomorrow, new company", ROOM, slot(FRIDAY, "09:00"), situation(standing=Standing.NEW), Bookable()),
    (
        "tomorrow, nobody knows who",
        ROOM,
        slot(THURSDAY, "17:00"),
        situation(standing=Standing.UNKNOWN),
        Bookable(needs_known_company=True),
    ),
    (
        "the day after tomorrow, nobody knows who",
        ROOM,
        slot(FRIDAY, "09:00"),
        situation(standing=Standing.UNKNOWN),
        Bookable(),
    ),
    (
        "tomorrow, archived",
        ROOM,
        slot(THURSDAY, "17:00"),
        situation(standing=Standing.ARCHIVED),
        Bookable(needs_known_company=True),
    ),
    ("too short", ROOM, slot(FRIDAY, "10:00", 30), situation(), Blocked(Reason.TOO_SHORT, limit=60)),
    ("too long", ROOM, slot(FRIDAY, "09:00", 510), situation(), Blocked(Reason.TOO_LONG, limit=480)),
    ("a length between two steps", ROOM, slot(FRIDAY, "10:00", 75), situation(), Blocked(Reason.OFF_STEP, limit=30)),
    (
        "a start between two steps",
        ROOM,
        slot(FRIDAY, "10:10"),
        situation(),
        Blocked(Reason.OFF_STEP, slot(FRIDAY, "10:30").start, 30),
    ),
    ("too many people", ROOM, slot(FRIDAY, "10:00"), situation(people=9), Blocked(Reason.TOO_MANY_PEOPLE, limit=8)),
    ("no limit of people", replace(ROOM, max_people=None), slot(FRIDAY, "10:00"), situation(people=99), Bookable()),
    ("no longest time", replace(ROOM, max_minutes=None), slot(FRIDAY, "09:00", 540), situation(), Bookable()),
    ("too far ahead", ROOM, slot(date(2027, 1, 8), "10:00"), situation(), Blocked(Reason.TOO_FAR_AHEAD, limit=365)),
    (
        "further than the calendar was read",
        ROOM,
        slot(MONDAY, "10:00"),
        situation(feed=FeedAge(NOW, NOW + timedelta(days=4))),
        Blocked(Reason.TOO_FAR_AHEAD, limit=4),
    ),
    ("calendar never read", ROOM, slot(FRIDAY, "10:00"), situation(feed=FeedAge(None)), Blocked(Reason.FEED_UNKNOWN)),
    ("calendar stale", ROOM, slot(FRIDAY, "10:00"), situation(feed=FeedAge(NOW - timedelta(days=3))), Bookable()),
    (
        "an office",
        replace(ROOM, is_meeting_room=False),
        slot(FRIDAY, "10:00"),
        situation(),
        Blocked(Reason.NOT_A_MEETING_ROOM),
    ),
    ("vanished", replace(ROOM, is_listed=False), slot(FRIDAY, "10:00"), situation(), Blocked(Reason.NO_LONGER_LISTED)),
]


@pytest.mark.parametrize(
    ("rules", "span", "moment", "answer"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_judge_answers_with_the_reason_and_the_nearest_later_start(
    rules: RoomRules, span: TimeSpan, moment: Situation, answer: Answer
) -> None:
    assert judge(rules, span, moment) == answer


def test_every_reason_is_judged() -> None:
    given_reasons = {case[4].reason for case in CASES if isinstance(case[4], Blocked)}

    assert given_reasons | {Reason.NO_SUCH_TIME} == set(Reason)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"listed", "office", "short", "people", "past"}, Reason.NO_LONGER_LISTED),
        ({"office", "short", "people", "past"}, Reason.NOT_A_MEETING_ROOM),
        ({"short", "people", "past", "unknown"}, Reason.TOO_SHORT),
        ({"people", "past", "unknown"}, Reason.TOO_MANY_PEOPLE),
        ({"past", "unknown", "busy"}, Reason.PAST),
        ({"unknown", "busy", "held", "new"}, Reason.FEED_UNKNOWN),
        ({"busy", "held", "new"}, Reason.BUSY),
        ({"held", "new"}, Reason.HELD),
        ({"new"}, Reason.TOO_SOON_FOR_NEW),
    ],
)
def test_the_first_broken_rule_is_named(broken: set[str], reason: Reason) -> None:
    span = slot(THURSDAY, "10:00", 30 if "short" in broken else 60)
    rules = replace(ROOM, is_listed="listed" not in broken, is_meeting_room="office" not in broken)
    moment = situation(
        busy=[span] if "busy" in broken else [],
        held=[span] if "held" in broken else [],
        standing=Standing.NEW if "new" in broken else Standing.KNOWN,
        people=9 if "people" in broken else 2,
        now=span.start + timedelta(hours=1) if "past" in broken else NOW,
        feed=FeedAge(None) if "unknown" in broken else FeedAge(NOW),
    )

    answer = judge(rules, span, moment)

    assert isinstance(answer, Blocked)
    assert answer.reason is reason


@pytest.mark.parametrize(
    ("now", "zone", "first"),
    [
        (datetime(2026, 1, 7, 22, 59, tzinfo=UTC), PARIS, date(2026, 1, 9)),
        (datetime(2026, 1, 7, 23, 0, tzinfo=UTC), PARIS, date(2026, 1, 10)),
        (datetime(2026, 1, 7, 23, 30, tzinfo=UTC), DUBLIN, date(2026, 1, 9)),
        (datetime(2026, 3, 27, 22, 59, tzinfo=UTC), PARIS, FORWARD),
        (datetime(2026, 10, 23, 22, 0, tzinfo=UTC), PARIS, date(2026, 10, 26)),
    ],
)
def test_two_days_are_counted_by_the_calendar_of_the_site(now: datetime, zone: ZoneInfo, first: date) -> None:
    rules = replace(ROOM, zone=zone, hours=ALWAYS)
    moment = situation(now=now, standing=Standing.NEW)
    midnight = local_day(first, zone).start

    assert first_day_for_new(now, zone) == first
    assert judge(rules, TimeSpan.lasting(midnight, 60), moment) == Bookable()
    too_soon = judge(rules, TimeSpan.lasting(midnight - timedelta(minutes=30), 60), moment)
    assert too_soon == Blocked(Reason.TOO_SOON_FOR_NEW, midnight, 2)


def test_a_room_open_around_the_clock_does_not_close_at_midnight() -> None:
    rules = replace(ROOM, hours=ALWAYS)

    assert judge(rules, slot(FRIDAY, "23:30"), situation()) == Bookable()


@pytest.mark.parametrize("start", ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"])
def test_both_passes_of_a_repeated_hour_are_slots_of_their_own(start: str) -> None:
    rules = replace(ROOM, hours=ALWAYS)
    span = TimeSpan.lasting(datetime.fromisoformat(start), 60)
    first_pass = TimeSpan.lasting(datetime.fromisoformat("2026-10-25T02:30:00+02:00"), 30)

    answer = judge(rules, span, situation(now=datetime(2026, 10, 1, tzinfo=UTC), busy=[first_pass]))

    assert isinstance(answer, Blocked) is (start[-6:] == "+02:00")


def test_a_skipped_time_of_day_says_so_and_names_the_next_start() -> None:
    rules = replace(ROOM, hours=ALWAYS)
    moment = situation(now=datetime(2026, 3, 1, tzinfo=UTC))

    answer = judge_skipped(rules, FORWARD, 60, moment)

    assert answer == Blocked(Reason.NO_SUCH_TIME, datetime(2026, 3, 29, 1, tzinfo=UTC))


def test_next_start_is_looked_for_two_weeks_and_no_further() -> None:
    far = TimeSpan(NOW, slot(date(2026, 1, 21), "09:00").start)

    assert local(next_start(ROOM, NOW, 60, situation(busy=[far]))) == "21 09:00"
    assert next_start(ROOM, NOW, 60, situation(busy=[TimeSpan(NOW, far.end + timedelta(days=2))])) is None


def test_bookable_starts_come_in_order_and_keep_to_the_length() -> None:
    moment = situation(busy=[slot(FRIDAY, "10:00", 360)])

    found = list(bookable_starts(ROOM, slot(FRIDAY, "08:00").start, 120, moment, days=0))

    assert [local(start) for start in found] == ["09 16:00"]


busy_spans = st.lists(
    st.tuples(st.integers(0, 10 * 24 * 12), st.integers(1, 60)).map(
        lambda pair: TimeSpan.lasting(NOW + timedelta(minutes=5 * pair[0]), 5 * pair[1])
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(busy_spans, busy_spans, st.sampled_from(list(Standing)), st.sampled_from([60, 90, 45]), st.sampled_from([2, 9]))
def test_a_walk_over_a_week_answers_like_judging_each_start(
    busy: list[TimeSpan], held: list[TimeSpan], standing: Standing, minutes: int, people: int
) -> None:
    rules = replace(ROOM, hours=week("09:00-12:00,13:00-18:00", "10:00-12:00"))
    moment = situation(busy=busy, held=held, standing=standing, people=people)
    days = [date(2026, 1, 5) + timedelta(days=distance) for distance in range(7)]

    walked = judge_starts(rules, days, minutes, moment)

    assert list(walked) == days
    for day in days:
        assert [span.start for span in walked[day].spans] == list(list_starts(day, rules))
        assert walked[day].answers == [judge(rules, span, moment) for span in walked[day].spans]


@settings(max_examples=40, deadline=None)
@given(busy_spans, st.sampled_from(list(Standing)))
def test_a_bookable_slot_touches_nothing_taken(busy: list[TimeSpan], standing: Standing) -> None:
    moment = situation(busy=busy, standing=standing)

    for day in (WEDNESDAY, THURSDAY, FRIDAY, MONDAY):
        for span, answer in judge_day(ROOM, day, 60, moment).pairs():
            is_clear = span.start >= NOW and not any(span.overlaps(one) for one in busy)
            may = standing is not Standing.NEW or day >= FRIDAY
            fits = span.end <= slot(day, "18:00").start
            assert isinstance(answer, Bookable) is (is_clear and may and fits)


def blocks_as_text(blocks: list[Block]) -> list[str]:
    return [f"{block.kind} {local(block.span.start)[3:]}-{local(block.span.end)[3:]}" for block in blocks]


def test_blocks_of_a_day_in_few_words() -> None:
    window = TimeSpan(slot(WEDNESDAY, "08:00").start, slot(WEDNESDAY, "20:00").start)
    moment = situation(
        now=slot(WEDNESDAY, "10:20").start,
        busy=[slot(WEDNESDAY, "09:30", 90), slot(WEDNESDAY, "17:30", 120)],
        held=[slot(WEDNESDAY, "10:30"), slot(WEDNESDAY, "13:00")],
    )

    blocks = day_blocks(ROOM, window, moment)

    assert blocks_as_text(blocks) == [
        "closed 08:00-09:00",
        "past 09:00-10:20",
        "busy 10:20-11:00",
        "held 11:00-11:30",
        "free 11:30-13:00",
        "held 13:00-14:00",
        "free 14:00-17:30",
        "busy 17:30-18:00",
        "closed 18:00-20:00",
    ]
    assert [(block.offset_minutes, block.minutes) for block in blocks[:3]] == [(0, 60), (60, 80), (140, 40)]


@pytest.mark.parametrize(
    ("standing", "tomorrow", "after"),
    [
        (Standing.UNKNOWN, "known_only", "free"),
        (Standing.NEW, "too_soon", "free"),
        (Standing.KNOWN, "free", "free"),
        (Standing.ARCHIVED, "known_only", "free"),
    ],
)
def test_blocks_show_each_person_their_own_two_days(standing: Standing, tomorrow: str, after: str) -> None:
    kinds = [
        [
            str(block.kind)
            for block in day_blocks(ROOM, TimeSpan.lasting(slot(day, "09:00").start, 540), situation(standing=standing))
        ]
        for day in (THURSDAY, FRIDAY)
    ]

    assert kinds == [[tomorrow], [after]]


def test_blocks_of_a_room_whose_calendar_was_never_read_are_unknown() -> None:
    window = TimeSpan(slot(FRIDAY, "08:00").start, slot(FRIDAY, "19:00").start)

    blocks = day_blocks(ROOM, window, situation(feed=FeedAge(None)))

    assert blocks_as_text(blocks) == ["closed 08:00-09:00", "unknown 09:00-18:00", "closed 18:00-19:00"]


@settings(max_examples=60, deadline=None)
@given(busy_spans, busy_spans, st.sampled_from([WEDNESDAY, THURSDAY, FRIDAY, SATURDAY]))
def test_blocks_fill_the_column_and_agree_with_the_busy_time(
    busy: list[TimeSpan], held: list[TimeSpan], day: date
) -> None:
    window = TimeSpan.lasting(slot(day, "08:00").start, 660)

    blocks = day_blocks(ROOM, window, situation(busy=busy, held=held))

    assert [block.span.start for block in blocks] == [window.start, *(block.span.end for block in blocks[:-1])]
    assert blocks[-1].span.end == window.end
    assert all(first.kind is not second.kind for first, second in pairwise(blocks))
    for block in blocks:
        if block.kind is BlockKind.FREE:
            assert not any(block.span.overlaps(one) for one in (*busy, *held))


@pytest.mark.parametrize(
    ("read_at", "freshness"),
    [
        (None, Freshness.UNKNOWN),
        (NOW, Freshness.FRESH),
        (NOW - timedelta(minutes=15), Freshness.FRESH),
        (NOW - timedelta(minutes=15, seconds=1), Freshness.STALE),
        (NOW - timedelta(days=9), Freshness.STALE),
    ],
)
def test_knowledge_grows_stale_after_a_quarter_of_an_hour(read_at: datetime | None, freshness: Freshness) -> None:
    assert FeedAge(read_at).freshness(NOW) is freshness
