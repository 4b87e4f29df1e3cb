from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.availability.hours import (
    DayHours,
    Days,
    HoursLine,
    WallRange,
    WeekHours,
    find_start,
    instants_showing,
    list_lines,
    local_day,
    parse_hours,
    spans_of,
    start_key,
)
from bookings.core.timespan import TimeSpan

PARIS, DUBLIN = ZoneInfo("Europe/Paris"), ZoneInfo("Europe/Dublin")
FORWARD, BACK = date(2026, 3, 29), date(2026, 10, 25)
ALL_DAY = (WallRange(0, 1440),)


def hours(*ranges: tuple[str, str]) -> DayHours:
    """Ranges from "09:00" to "18:00"."""
    return DayHours(tuple(WallRange(_minutes(start), _minutes(end)) for start, end in ranges))


def _minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("09:00-18:00", hours(("09:00", "18:00"))),
        ("  09:00 - 18:00 ", hours(("09:00", "18:00"))),
        ("9:00-18:00", hours(("09:00", "18:00"))),
        ("9-18", hours(("09:00", "18:00"))),
        ("9h-18h", hours(("09:00", "18:00"))),
        ("9H30 – 18H", hours(("09:30", "18:00"))),
        ("09.30-18.00", hours(("09:30", "18:00"))),
        ("09:00:00-18:00:00", hours(("09:00", "18:00"))),
        ("9:00 to 18:00", hours(("09:00", "18:00"))),
        ("9h à 18h", hours(("09:00", "18:00"))),
        ("00:00-24:00", hours(("00:00", "24:00"))),
        ("20:00-00:00", hours(("20:00", "24:00"))),
        ("09:00-12:00,14:00-18:00", hours(("09:00", "12:00"), ("14:00", "18:00"))),
        ("09:00-12:00; 14:00-18:00", hours(("09:00", "12:00"), ("14:00", "18:00"))),
        ("09:00-12:00/14:00-18:00", hours(("09:00", "12:00"), ("14:00", "18:00"))),
        ("09:00-12:00 14:00-18:00", hours(("09:00", "12:00"), ("14:00", "18:00"))),
        ("9h-12h et 14h-18h", hours(("09:00", "12:00"), ("14:00", "18:00"))),
        ("14:00-18:00,09:00-12:00", hours(("09:00", "12:00"), ("14:00", "18:00"))),
        ("09:00-12:00,12:00-18:00", hours(("09:00", "18:00"))),
        ("09:00-13:00,12:00-18:00", hours(("09:00", "18:00"))),
        ("", DayHours()),
        ("   ", DayHours()),
        ("closed", DayHours()),
        ("Fermé", DayHours()),
    ],
)
def test_hours_are_read_in_every_usual_form(text: str, expected: DayHours) -> None:
    assert parse_hours(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "on request",
        "18:00-09:00",
        "09:00-09:00",
        "25:00-26:00",
        "09:60-18:00",
        "09:00",
        "09:00-24:30",
        "-18:00",
        "!",
        "9" * 90,
    ],
)
def test_hours_that_make_no_sense_are_closed_and_flagged(text: str) -> None:
    assert parse_hours(text) == DayHours((), understood=False)


@pytest.mark.parametrize("text", ["09:00-18:00 on request", "Mon-Fri 09:00-18:00", "09:00-18:00, 22:00-06:00"])
def test_hours_keep_the_part_that_makes_sense(text: str) -> None:
    assert parse_hours(text) == DayHours(hours(("09:00", "18:00")).ranges, understood=False)


@given(st.text(alphabet="0123456789:h-,;/ .az\u2013", max_size=40))
def test_hours_of_any_text_are_in_order_and_apart(text: str) -> None:
    ranges = parse_hours(text).ranges

    ends = [0, *(one.end for one in ranges)]
    assert all(0 <= one.start < one.end <= 1440 for one in ranges)
    assert all(one.start > end or (one.start == end == 0) for one, end in zip(ranges, ends, strict=False))


@pytest.mark.parametrize(
    ("zone", "day", "hour_count"),
    [(PARIS, FORWARD, 23), (PARIS, BACK, 25), (DUBLIN, FORWARD, 23), (DUBLIN, BACK, 25), (PARIS, date(2026, 7, 1), 24)],
)
def test_local_day_is_as_long_as_the_clock_makes_it(zone: ZoneInfo, day: date, hour_count: int) -> None:
    whole = local_day(day, zone)

    assert whole.duration == timedelta(hours=hour_count)
    assert whole.start.astimezone(zone) == datetime.combine(day, time(), zone)


@pytest.mark.parametrize(
    ("zone", "day", "opens", "closes"),
    [
        (PARIS, date(2026, 3, 28), 8, 17),
        (PARIS, FORWARD, 7, 16),
        (PARIS, date(2026, 10, 24), 7, 16),
        (PARIS, BACK, 8, 17),
        (DUBLIN, FORWARD, 8, 17),
        (DUBLIN, BACK, 9, 18),
    ],
)
def test_openings_follow_the_wall_clock_on_the_days_it_changes(
    zone: ZoneInfo, day: date, opens: int, closes: int
) -> None:
    found = spans_of(day, hours(("09:00", "18:00")).ranges, zone)

    midnight = datetime.combine(day, time(), UTC)
    assert found == (TimeSpan(midnight + timedelta(hours=opens), midnight + timedelta(hours=closes)),)


@pytest.mark.parametrize(
    ("day", "ranges", "local"),
    [
        (FORWARD, (("01:00", "02:30"),), ["01:00+01:00/03:00+02:00"]),
        (FORWARD, (("02:00", "03:00"),), []),
        (FORWARD, (("02:30", "04:00"),), ["03:00+02:00/04:00+02:00"]),
        (BACK, (("00:00", "02:30"),), ["00:00+02:00/02:30+02:00", "02:00+01:00/02:30+01:00"]),
        (BACK, (("02:00", "03:00"),), ["02:00+02:00/03:00+01:00"]),
        (BACK, (("02:30", "04:00"),), ["02:30+02:00/02:00+01:00", "02:30+01:00/04:00+01:00"]),
    ],
)
def test_openings_inside_the_odd_hours(day: date, ranges: tuple[tuple[str, str], ...], local: list[str]) -> None:
    found = spans_of(day, hours(*ranges).ranges, PARIS)

    assert [f"{_local(one.start)}/{_local(one.end)}" for one in found] == local


def _local(instant: datetime) -> str:
    return instant.astimezone(PARIS).isoformat()[11:16] + instant.astimezone(PARIS).isoformat()[-6:]


ZONES = [
    "Europe/Paris",
    "Europe/Brussels",
    "Europe/Dublin",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Beirut",
]
DAYS = st.one_of(
    st.sampled_from(
        [FORWARD, BACK, date(2027, 3, 28), date(2028, 10, 29), date(2026, 4, 5), date(2026, 10, 4), date(2026, 3, 8)]
    ),
    st.dates(date(2024, 1, 1), date(2032, 12, 31)),
)
RANGES = st.lists(
    st.tuples(st.integers(0, 95), st.integers(1, 60)).map(
        lambda pair: (pair[0] * 15, min(pair[0] * 15 + pair[1] * 15, 1440))
    ),
    min_size=1,
    max_size=3,
).map(lambda pairs: parse_hours(",".join(f"{a // 60}:{a % 60:02}-{b // 60}:{b % 60:02}" for a, b in pairs)).ranges)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), DAYS, RANGES)
def test_openings_equal_a_walk_minute_by_minute(zone_name: str, day: date, ranges: tuple[WallRange, ...]) -> None:
    zone = ZoneInfo(zone_name)
    first = datetime.combine(day, time(), UTC) - timedelta(hours=15)
    walked = set()
    for minute in range(54 * 60):
        instant = first + timedelta(minutes=minute)
        local = instant.astimezone(zone)
        if local.date() == day and any(one.start <= local.hour * 60 + local.minute < one.end for one in ranges):
            walked.add(instant)

    found = spans_of(day, ranges, zone)

    assert {span.start + timedelta(minutes=step) for span in found for step in range(span.minutes)} == walked


@pytest.mark.parametrize(
    ("day", "minute", "expected"),
    [
        (FORWARD, 150, []),
        (FORWARD, 180, ["01:00"]),
        (FORWARD, 119, ["00:59"]),
        (BACK, 150, ["00:30", "01:30"]),
        (BACK, 180, ["02:00"]),
        (date(2026, 7, 1), 150, ["00:30"]),
    ],
)
def test_a_wall_time_is_shown_never_once_or_twice(day: date, minute: int, expected: list[str]) -> None:
    assert [f"{instant:%H:%M}" for instant in instants_showing(day, minute, PARIS)] == expected


@pytest.mark.parametrize(
    ("day", "key", "utc"),
    [
        (date(2026, 7, 1), "14:00", "12:00"),
        (date(2026, 7, 1), "9:05", "07:05"),
        (BACK, "02:30", "00:30"),
        (BACK, "02:30+02:00", "00:30"),
        (BACK, "02:30+01:00", "01:30"),
        (BACK, "02:30 01:00", "01:30"),
    ],
)
def test_start_of_an_address_is_found(day: date, key: str, utc: str) -> None:
    found = find_start(day, key, PARIS)

    assert found is not None
    assert f"{found:%H:%M}" == utc


@pytest.mark.parametrize("key", ["02:30", "02:30+01:00", "02:30+02:00"])
def test_start_that_the_clock_skips_is_not_found(key: str) -> None:
    assert find_start(FORWARD, key, PARIS) is None


def test_start_with_an_offset_that_the_zone_never_has_is_not_found() -> None:
    assert find_start(BACK, "02:30+05:00", PARIS) is None


@pytest.mark.parametrize(
    "key",
    ["", "noon", "24:00", "12:60", "1400", "14:00:00", "14:00+1", "-1:00", "14:00\n14:00", "\u0661:\u0660\u0660x"],
)
def test_start_that_is_no_time_of_day_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="no time of day"):
        find_start(BACK, key, PARIS)


@given(st.sampled_from([FORWARD, BACK, date(2026, 7, 1)]), st.integers(0, 25 * 60 - 1))
def test_start_key_leads_back_to_its_start(day: date, minute: int) -> None:
    instant = local_day(day, PARIS).start + timedelta(minutes=minute)

    assert find_start(instant.astimezone(PARIS).date(), start_key(instant, PARIS), PARIS) == instant


@pytest.mark.parametrize(
    ("week", "saturday", "sunday", "lines"),
    [
        ("9-18", "", "", [(Days.MONDAY_TO_FRIDAY, "9-18"), (Days.WEEKEND, "")]),
        ("9-18", "9-12", "", [(Days.MONDAY_TO_FRIDAY, "9-18"), (Days.SATURDAY, "9-12"), (Days.SUNDAY, "")]),
        ("9-18", "9-18", "", [(Days.MONDAY_TO_SATURDAY, "9-18"), (Days.SUNDAY, "")]),
        ("9-18", "9-18", "9-18", [(Days.EVERY_DAY, "9-18")]),
        ("9-18", "10-16", "10-16", [(Days.MONDAY_TO_FRIDAY, "9-18"), (Days.WEEKEND, "10-16")]),
        ("", "", "", [(Days.EVERY_DAY, "")]),
    ],
)
def test_week_is_told_in_as_few_lines_as_it_takes(
    week: str, saturday: str, sunday: str, lines: list[tuple[Days, str]]
) -> None:
    told = list_lines(WeekHours(parse_hours(week), parse_hours(saturday), parse_hours(sunday)))

    assert told == [HoursLine(days, parse_hours(text)) for days, text in lines]


def test_wall_range_is_written_with_24_hours() -> None:
    assert str(WallRange(540, 1440)) == "09:00–24:00"


def test_week_knows_whether_it_was_understood_and_its_longest_opening() -> None:
    week = WeekHours(parse_hours("09:00-12:00,13:00-18:00"), parse_hours("what?"), parse_hours(""))

    assert not week.understood
    assert week.longest_minutes == 300
    assert week.of(date(2026, 1, 9)) == week.weekdays.ranges
    assert week.of(date(2026, 1, 10)) == week.of(date(2026, 1, 11)) == ()
