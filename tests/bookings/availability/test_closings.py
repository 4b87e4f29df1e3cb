"""Closures and holidays against a walk through every minute of the clock."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bookings.availability import rules
from bookings.availability.blocks import day_blocks
from bookings.availability.closings import NO_CLOSINGS, ClosedTime, Closings, closed_span
from bookings.availability.holiday_days import COUNTRIES, holidays_of
from bookings.availability.hours import WeekHours, local_day, parse_hours
from bookings.availability.masks import ANY_TIME, instant_of, offered_starts
from bookings.availability.month import DayState, free_times
from bookings.availability.rules import FeedAge, RoomRules, Situation
from bookings.core.answers import Blocked, Bookable, Reason, Standing
from bookings.core.timespan import TimeSpan

PARIS, DUBLIN, APIA = ZoneInfo("Europe/Paris"), ZoneInfo("Europe/Dublin"), ZoneInfo("Pacific/Apia")
MINUTE = timedelta(minutes=1)
# Around the days on which the clocks go back and forward, and a usual week.
MONTHS = [date(2026, 10, 23), date(2026, 3, 27), date(2026, 11, 9)]


def wall(day: date, minute: int) -> datetime:
    """What a clock shows, without a zone; 1440 is the next midnight."""
    return datetime.combine(day, time()) + timedelta(minutes=minute)


def minutes_of(span: TimeSpan) -> list[datetime]:
    return [span.start + MINUTE * count for count in range(int(span.duration / MINUTE))]


def walked(first: date, start: int, last: date, until: int, zone: ZoneInfo) -> TimeSpan | None:
    """From the first to the last minute at which the clock shows a time within, found minute by minute."""
    window = TimeSpan(local_day(first - timedelta(days=1), zone).start, local_day(last + timedelta(days=1), zone).end)
    opens, closes = wall(first, start), wall(last, until)
    inside = [at for at in minutes_of(window) if opens <= at.astimezone(zone).replace(tzinfo=None) < closes]
    return TimeSpan(inside[0], inside[-1] + MINUTE) if inside else None


@pytest.mark.parametrize("zone", [PARIS, DUBLIN])
@pytest.mark.parametrize("start", MONTHS)
def test_closure_lasts_from_its_first_to_its_last_minute_on_the_clock(zone: ZoneInfo, start: date) -> None:
    dice = random.Random(f"{zone} {start}")
    for _ in range(25):
        first = start + timedelta(days=dice.randrange(4))
        last = first + timedelta(days=dice.randrange(3))
        opens, closes = dice.choice([0, 60, 75, 90, 120, 150, 180, 540]), dice.choice([0, 60, 90, 135, 150, 720, 1440])

        found = closed_span(first, opens, last, closes, zone)

        assert found == walked(first, opens, last, closes, zone), (first, opens, last, closes)


def test_closure_without_times_lasts_whole_days_of_23_and_25_hours() -> None:
    back, forward = date(2026, 10, 25), date(2026, 3, 29)

    spans = [closed_span(day, None, day, None, PARIS) for day in (back, forward)]

    assert [span.minutes // 60 for span in spans if span] == [25, 23]
    assert spans[0] == local_day(back, PARIS)


def test_closure_that_ends_before_it_begins_or_in_a_skipped_hour_is_none() -> None:
    day = date(2026, 3, 29)

    assert closed_span(day, 125, day, 155, PARIS) is None
    assert closed_span(day, 600, day, 600, PARIS) is None
    assert closed_span(day, None, day - timedelta(days=1), None, PARIS) is None


def make_rules(dice: random.Random, zone: ZoneInfo, first: date) -> RoomRules:
    """A room with some hours, some closures, perhaps holidays."""
    texts = [dice.choice(["09:00-18:00", "00:00-24:00", "01:00-04:30", "08:15-12:00,13:30-19:00", ""]) for _ in "123"]
    times = []
    for _ in range(dice.randrange(3)):
        day = first + timedelta(days=dice.randrange(5))
        span = closed_span(day, dice.choice([None, 100, 610]), day + timedelta(days=dice.randrange(2)), 700, zone)
        times += [ClosedTime(span, "Painting", "Peinture")] if span else []
    closings = Closings(tuple(sorted(times, key=lambda one: one.span)), dice.choice(["", "FR", "IE"]))
    hours = WeekHours(*(parse_hours(text) for text in texts))
    return RoomRules(zone, hours, min_minutes=60, step_minutes=dice.choice([15, 30, 45]), closings=closings)


def is_open(at: datetime, room: RoomRules) -> bool:
    """May anybody be in the room at this minute? Asked of the clock on the wall, the closures and the holidays."""
    local = at.astimezone(room.zone)
    minute = local.hour * 60 + local.minute
    names = holidays_of(room.closings.country, local.year)
    return (
        any(one.start <= minute < one.end for one in room.hours.of(local.date()))
        and not any(one.span.start <= at < one.span.end for one in room.closings.times)
        and local.date() not in names
    )


@pytest.mark.parametrize("zone", [PARIS, DUBLIN])
@pytest.mark.parametrize("start", MONTHS)
def test_what_is_open_and_what_may_be_booked_is_what_a_walk_through_the_minutes_finds(
    zone: ZoneInfo, start: date
) -> None:
    dice = random.Random(f"walk {zone} {start}")
    now = datetime.combine(start - timedelta(days=5), time(8), UTC)
    situation = Situation(now=now, feed=FeedAge(now), standing=Standing.KNOWN)
    days = [start + timedelta(days=distance) for distance in range(5)]
    for _ in range(6):
        room = make_rules(dice, zone, start)
        whole = TimeSpan(local_day(days[0], zone).start, local_day(days[-1] + timedelta(days=1), zone).end)
        opened = {at for at in minutes_of(whole) if is_open(at, room)}

        told = {
            at
            for day in [*days, days[-1] + timedelta(days=1)]
            for span in rules.openings(day, room)
            for at in minutes_of(span)
        }
        assert told == opened

        for day in days:
            expected = [
                start_at
                for start_at in rules.list_starts(day, room)
                if all(at in opened for at in minutes_of(TimeSpan.lasting(start_at, 60)))
            ]
            judged = list(rules.judge_day(room, day, 60, situation).pairs())
            assert [span.start for span, answer in judged if isinstance(answer, Bookable)] == expected
            assert [instant_of(one) for one in offered_starts(room, day, 60, ANY_TIME)] == expected
            alone = {span: rules.judge_alone(room, span, situation) for span, _ in judged}
            assert all(alone[span] == answer for span, answer in judged)
            (month,) = free_times(room, [day], 60, situation)
            assert (month.starts, month.first) == (len(expected), expected[0] if expected else None)


def test_blocks_of_a_day_are_closed_where_a_closure_is() -> None:
    day = date(2026, 11, 10)
    span = closed_span(day, 600, day, 720, PARIS)
    assert span is not None
    room = RoomRules(PARIS, _office_hours(), closings=Closings((ClosedTime(span),)))
    now = datetime(2026, 11, 1, tzinfo=UTC)

    blocks = day_blocks(room, local_day(day, PARIS), Situation(now, FeedAge(now), Standing.KNOWN))

    assert [(str(one.kind), one.offset_minutes, one.minutes) for one in blocks] == [
        ("closed", 0, 540),
        ("free", 540, 60),
        ("closed", 600, 120),
        ("free", 720, 360),
        ("closed", 1080, 360),
    ]


def test_closed_time_says_why_and_when_it_opens_again() -> None:
    week = closed_span(date(2026, 11, 16), None, date(2026, 12, 11), None, PARIS)
    assert week is not None
    room = RoomRules(PARIS, _office_hours(), closings=Closings((ClosedTime(week, "Works", "Travaux"),), "FR"))
    now = datetime(2026, 11, 9, 8, tzinfo=UTC)
    situation = Situation(now, FeedAge(now), Standing.KNOWN)

    armistice = rules.judge(room, _hour(date(2026, 11, 11), 10), situation)
    works = rules.judge(room, _hour(date(2026, 11, 17), 10), situation)
    night = rules.judge(room, _hour(date(2026, 11, 12), 22), situation)

    assert isinstance(armistice, Blocked)
    assert armistice.reason is Reason.CLOSED
    assert armistice.cause is not None
    assert (armistice.cause.english, armistice.cause.french) == ("Armistice Day", "Armistice")
    assert armistice.cause.is_holiday
    assert armistice.next_start == _hour(date(2026, 11, 12), 9).start
    assert isinstance(works, Blocked)
    assert works.cause is not None
    assert (works.cause.english, works.cause.until, works.next_start) == ("Works", week.end, None)
    assert isinstance(night, Blocked)
    assert night.cause is None
    judged = rules.judge_starts(room, [date(2026, 11, 10), date(2026, 11, 17)], 60, situation)
    assert judged[date(2026, 11, 17)].answers[0] == works.__class__(Reason.CLOSED, None, None, works.cause)


def test_excepted_holiday_is_a_day_like_any_other() -> None:
    day = date(2026, 11, 11)
    closed = RoomRules(PARIS, _office_hours(), closings=Closings(country="FR"))
    excepted = RoomRules(PARIS, _office_hours(), closings=Closings(country="FR", open_days=frozenset({day})))

    assert rules.openings(day, closed) == ()
    assert rules.openings(day, excepted) == rules.openings(day, RoomRules(PARIS, _office_hours()))
    assert NO_CLOSINGS.answer(_hour(day, 10), PARIS) == Blocked(Reason.CLOSED)


def test_month_tells_the_holiday() -> None:
    room = RoomRules(PARIS, _office_hours(), closings=Closings(country="FR"))
    now = datetime(2026, 11, 2, tzinfo=UTC)

    found = free_times(room, [date(2026, 11, 10), date(2026, 11, 11)], 60, Situation(now, FeedAge(now)))

    assert [one.state for one in found] == [
        DayState.KNOWN_ONLY if found[0].first is None else DayState.FREE,
        DayState.CLOSED,
    ]
    assert found[1].cause is not None


def test_closed_time_of_a_window_is_merged_and_clipped() -> None:
    night = closed_span(date(2026, 11, 10), 1200, date(2026, 11, 11), 60, PARIS)
    assert night is not None
    closings = Closings((ClosedTime(night),), "FR")
    window = TimeSpan(datetime(2026, 11, 10, tzinfo=UTC), datetime(2026, 11, 11, 12, tzinfo=UTC))

    assert closings.within(window, PARIS) == [TimeSpan(night.start, window.end)]
    assert NO_CLOSINGS.within(window, PARIS) == []


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_each_holiday_has_a_name_in_both_languages(country: str) -> None:
    for year in range(2024, 2032):
        found = holidays_of(country, year)

        assert len(found) >= 9
        assert all(english and french for english, french in found.values())
        # A name of the same letters in both languages would be a hole in our own list for Ireland.
        assert not [names for names in found.values() if names[0] == names[1]]


def test_country_that_we_know_no_holidays_of_has_none() -> None:
    assert holidays_of("", 2026) == {}
    assert holidays_of("DE", 2026) == {}


@pytest.mark.parametrize(
    ("country", "day", "english", "french"),
    [
        ("FR", date(2026, 7, 14), "National Day", "Fête nationale"),
        ("BE", date(2026, 7, 21), "National Day", "Fête nationale"),
        ("IE", date(2026, 3, 17), "Saint Patrick's Day", "Saint-Patrick"),
        ("IE", date(2026, 10, 26), "October Bank Holiday", "Jour férié d’octobre"),
    ],
)
def test_holidays_of_the_three_countries(country: str, day: date, english: str, french: str) -> None:
    assert holidays_of(country, day.year)[day] == (english, french)


def _office_hours() -> WeekHours:
    return WeekHours(parse_hours("09:00-18:00"), parse_hours(""), parse_hours(""))


def _hour(day: date, hour: int) -> TimeSpan:
    return TimeSpan.lasting(datetime(day.year, day.month, day.day, hour, tzinfo=PARIS), 60)
