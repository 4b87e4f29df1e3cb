"""What holds for any input: the fast way is the full way, rules are dateutil's, and nothing breaks the reader.

`PORTAL_TESTS_EXAMPLES=10000 python -m pytest tests/bookings/feeds/test_parse_properties.py` tries that many of each.
"""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.core.timespan import TimeSpan
from bookings.feeds.parse import read_feed
from bookings.feeds.readings import FeedReading, FeedRejected
from tests.bookings.feeds.corpus import FOLDER

MANY = int(os.environ.get("PORTAL_TESTS_EXAMPLES", "0"))
PARIS = ZoneInfo("Europe/Paris")
START = datetime(2026, 1, 5, tzinfo=UTC)
WINDOW = TimeSpan(START, START + timedelta(days=60))
ZONES = sorted(
    name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix", "right"))
)
FILES = sorted(FOLDER.glob("*.ics"))

minutes = st.integers(min_value=-3 * 1440, max_value=63 * 1440)
uids = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)
# Lines between those that matter; the last ones make an event anything but plain.
others = st.lists(
    st.sampled_from(
        [
            *(
                "SUMMARY:x",
                "DTSTAMP:20260101T000000Z",
                "X-UID:other",
                "DTSTARTS:1",
                "DESCRIPTION;LANGUAGE=fr:STATUS:CANCELLED",
            ),
            *(
                "",
                " folded",
                "summary:y",
                "junk",
                "\u00e9t\u00e9:x",
                "UID :a",
                "status:cancelled",
                "Transp:TRANSPARENT",
            ),
            *("SEQUENCE:1", "BEGIN:VALARM", "END:VALARM", "END:VEVENT", "DTSTART:20260112T090000Z", "UID:again"),
        ]
    ),
    max_size=2,
)


def _example(default: int) -> settings:
    return settings(max_examples=MANY or default, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _time(minute: int) -> str:
    return (START + timedelta(minutes=minute)).strftime("%Y%m%dT%H%M%SZ")


@st.composite
def plain_events(draw: st.DrawFn) -> list[str]:
    """The lines of an event such as Workways sends, its three properties in any order; sometimes reversed in time."""
    start, length = draw(minutes), draw(st.integers(min_value=-60, max_value=3000))
    lines = [f"UID:{draw(uids)}", f"DTSTART:{_time(start)}", f"DTEND:{_time(start + length)}"]
    return [one for line in draw(st.permutations(lines)) for one in (*draw(others), line)] + draw(others)


def _calendar(events: list[list[str]], *, more: list[str], head: list[str]) -> bytes:
    lines = ["BEGIN:VCALENDAR", *head]
    for event in events:
        lines += ["BEGIN:VEVENT", *more, *event, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


@_example(100)
@given(
    events=st.lists(plain_events(), max_size=12),
    again=st.lists(st.integers(min_value=0, max_value=11), max_size=3),
    head=st.sampled_from([[], ["METHOD:PUBLISH"], ["METHOD:CANCEL"]]),
)
def test_fast_way_gives_what_the_full_way_gives(events: list[list[str]], again: list[int], head: list[str]) -> None:
    events = [*events, *(events[index] for index in again if index < len(events))]

    fast = read_feed(_calendar(events, more=["SUMMARY:x"], head=head), zone=PARIS, window=WINDOW)
    # A word that changes nothing makes an event anything but plain.
    full = read_feed(_calendar(events, more=["CLASS:x", "x-class:x"], head=head), zone=PARIS, window=WINDOW)

    assert fast.busy == full.busy
    assert sorted(fast.rejected) == sorted(full.rejected)
    assert fast.events == full.events


def _numbers(name: str, *choices: int, most: int = 4) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(choices), min_size=1, max_size=most, unique=True).map(
        lambda found: f"{name}={','.join(map(str, found))}"
    )


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A valid rule of any frequency with any parts that RFC 5545 section 3.3.10 allows it, without COUNT and UNTIL."""
    frequency = draw(st.sampled_from(["SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    least = {"SECONDLY": 500, "MINUTELY": 20}.get(frequency, 1)
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(min_value=least, max_value=least + 4))}"]
    weekday: st.SearchStrategy[str] = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
    by_week = frequency == "YEARLY" and draw(st.sampled_from([True, False]))
    if frequency in ("MONTHLY", "YEARLY") and not by_week:
        weekday = st.tuples(st.sampled_from(["", "1", "-1", "2"]), weekday).map("".join)
    possible: dict[str, st.SearchStrategy[str]] = {
        "BYMONTH": _numbers("BYMONTH", *range(1, 13), most=6),
        "BYDAY": st.lists(weekday, min_size=1, max_size=4, unique=True).map(lambda days: f"BYDAY={','.join(days)}"),
        "BYHOUR": _numbers("BYHOUR", 0, 2, 3, 9, 17, 23),
        "BYMINUTE": _numbers("BYMINUTE", 0, 15, 30, 59),
        "BYSECOND": _numbers("BYSECOND", 0, 59),
    }
    # What never comes true together costs dateutil years, so rules of short steps get only what always does.
    is_long = frequency in ("MONTHLY", "YEARLY")
    if is_long:
        possible["BYMONTHDAY"] = _numbers("BYMONTHDAY", 1, 13, 29, 30, 31, -1)
    elif frequency != "WEEKLY":
        possible["BYMONTHDAY"] = _numbers("BYMONTHDAY", 1, 13, 28, -1)
    if by_week:
        possible["BYWEEKNO"] = _numbers("BYWEEKNO", 1, 3, 10, 52, 53, -1)
    if frequency in ("SECONDLY", "MINUTELY", "HOURLY", "YEARLY") and draw(st.booleans()):
        possible = {"BYYEARDAY": _numbers("BYYEARDAY", 1, 20, 60, 365, -1, -330), "BYHOUR": possible["BYHOUR"]}
    chosen = draw(st.lists(st.sampled_from(sorted(possible)), max_size=3, unique=True))
    parts += [draw(possible[name]) for name in chosen]
    if draw(st.booleans()) and chosen:
        parts.append(draw(_numbers("BYSETPOS", 1, 2, -1)) if is_long else "BYSETPOS=1,2")
    if draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(['MO', 'SU', 'WE']))}")
    return ";".join(parts)


@st.composite
def series(draw: st.DrawFn) -> tuple[bytes, set[datetime], str]:
    """A calendar with one series, the wall-clock starts that dateutil gives it, and its zone."""
    rule, zone = draw(rules()), draw(st.sampled_from(ZONES))
    is_fine = rule.startswith(("FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=HOURLY"))
    first = datetime(2025, 12, 20) if is_fine else datetime(2016, 1, 1)  # noqa: DTZ001 (wall-clock)
    wall = first + timedelta(days=draw(st.integers(0, 30 if is_fine else 3700)), minutes=draw(st.integers(0, 1439)))
    written = counted = rule
    match draw(st.sampled_from(["for ever", "COUNT", "UNTIL", "UNTIL"])):
        case "COUNT":
            written = counted = f"{rule};COUNT={draw(st.integers(1, 200))}"
        case "UNTIL":
            until = (wall + timedelta(minutes=draw(st.integers(0, 5_000_000)))).replace(tzinfo=ZoneInfo(zone))
            instant = until.astimezone(UTC)
            written = f"{rule};UNTIL={instant:%Y%m%dT%H%M%SZ}"
            counted = f"{rule};UNTIL={instant.astimezone(ZoneInfo(zone)):%Y%m%dT%H%M%S}"
    edge = (WINDOW.end + timedelta(days=3)).replace(tzinfo=None)
    try:
        found = rrulestr(counted, dtstart=wall).between(wall, edge, inc=True)
    except ValueError:
        # dateutil refuses parts that can never come true together, and then there is nothing but the start.
        found = []
    excluded = draw(st.lists(st.sampled_from([wall, *found[-50:]]), max_size=3, unique=True))
    extra = draw(st.lists(minutes.map(lambda at: START.replace(tzinfo=None) + timedelta(minutes=at)), max_size=2))
    lines = ["UID:a", f"DTSTART;TZID={zone}:{wall:%Y%m%dT%H%M%S}", "DURATION:PT30M", f"RRULE:{written}"]
    lines += [f"EXDATE;TZID={zone}:{at:%Y%m%dT%H%M%S}" for at in excluded]
    lines += [f"RDATE;TZID={zone}:{at:%Y%m%dT%H%M%S}" for at in extra]
    return _calendar([lines], more=[], head=[]), {wall, *found, *extra} - set(excluded), zone


@_example(80)
@given(series=series())
def test_occurrences_are_dateutils(series: tuple[bytes, set[datetime], str]) -> None:
    content, walls, zone = series

    reading = read_feed(content, zone=PARIS, window=WINDOW)

    starts = {wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for wall in walls}
    expected = [TimeSpan.lasting(start, 30) for start in starts]
    assert {busy.span for busy in reading.busy} == {span for span in expected if span.overlaps(WINDOW)}
    assert reading.rejected == ()


def _read(content: bytes) -> FeedReading | FeedRejected:
    try:
        return read_feed(content, zone=PARIS, window=WINDOW)
    except FeedRejected as refusal:
        return refusal


def _ends_well(content: bytes) -> None:
    began = time.process_time()

    answer = _read(content)

    assert isinstance(answer, FeedReading | FeedRejected)
    assert time.process_time() - began < 2


@_example(100)
@given(content=st.binary(max_size=100_000))
def test_any_bytes_end_in_an_answer_or_a_refusal(content: bytes) -> None:
    _ends_well(content)
    _ends_well(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + content + b"\nEND:VEVENT\nEND:VCALENDAR\n")


names = st.sampled_from(
    [
        "BEGIN",
        "END",
        "UID",
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "RDATE",
        "EXDATE",
        "EXRULE",
        "RECURRENCE-ID",
        "SEQUENCE",
        "STATUS",
        "TRANSP",
        "FREEBUSY",
        "METHOD",
        "TZID",
        "TZOFFSETFROM",
        "TZOFFSETTO",
        "X-LIC-LOCATION",
    ]
)
values = st.one_of(
    st.sampled_from(
        [
            "VEVENT",
            "VCALENDAR",
            "VTIMEZONE",
            "STANDARD",
            "DAYLIGHT",
            "VFREEBUSY",
            "VALARM",
            "20260112T090000Z",
            "20260112",
            "20260112T090000",
            "00010101",
            "99991231T235959Z",
            "PT1H",
            "P1D",
            "-P1W",
            "1",
            "99999999999",
            "-1",
            "CANCELLED",
            "CANCEL",
            "+0100",
            "-9999",
            "+2500",
            "Europe/Paris",
            "Own",
            "FREQ=DAILY",
            "FREQ=SECONDLY",
            "FREQ=YEARLY;BYDAY=53MO",
            "FREQ=MONTHLY;BYSETPOS=-400",
            "FREQ=DAILY;UNTIL=00010101T000000Z",
            "FREQ=HOURLY;INTERVAL=999999999",
            "FREQ=WEEKLY;COUNT=0",
            "20260112T090000Z/PT1H,20260113/20260112",
        ]
    ),
    st.text(max_size=30),
)
parameters = st.sampled_from(
    ["", ";TZID=Own", ";VALUE=DATE", ";RANGE=THISANDFUTURE", ";FBTYPE=FREE", ';X="a:b', ";TZID="]
)


@_example(300)
@given(lines=st.lists(st.tuples(names, parameters, values), max_size=60))
def test_any_lines_end_in_an_answer_or_a_refusal(lines: list[tuple[str, str, str]]) -> None:
    body = "\n".join(f"{name}{parameter}:{value}" for name, parameter, value in lines)

    _ends_well(
        f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART;TZID=Own:20260112T090000\n{body}\nEND:VCALENDAR\n".encode()
    )


@_example(150)
@given(
    file=st.sampled_from(FILES),
    size=st.integers(1_000, 100_000),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 20), st.binary(max_size=20)), max_size=8),
)
def test_damaged_calendars_end_in_an_answer_or_a_refusal(
    file: Path, size: int, changes: list[tuple[float, int, bytes]]
) -> None:
    whole = file.read_bytes() or b"\n"
    content = (whole * (size // len(whole) + 1))[:size] if len(whole) < size else whole
    for place, length, replacement in changes:
        at = int(place * len(content))
        content = content[:at] + replacement + content[at + length :]

    _ends_well(content)
    _ends_well(content + b"\r\nEND:VCALENDAR\r\n")


def _filled(*lines: str, head: str = "") -> bytes:
    """A calendar of 100 KB with the same event again and again; "#" in it is its number."""
    event = "\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""])
    parts = [f"BEGIN:VCALENDAR\n{head}"]
    left = 100_000 - len(parts[0]) - 20
    while (left := left - len(part := event.replace("#", str(len(parts))))) > 0:
        parts.append(part)
    return "".join([*parts, "END:VCALENDAR\n"]).encode()


MONDAY = "DTSTART:20260112T090000Z"
ALL_HOURS, ALL_SIXTY = ",".join(map(str, range(24))), ",".join(map(str, range(60)))
OBSERVANCE = "BEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY\nEND:STANDARD\n"
COSTLY = {
    "a rule that never comes true": _filled(
        "UID:#", MONDAY, "DURATION:PT1H", "RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"
    ),
    "every second of the day": _filled(
        "UID:#",
        MONDAY,
        "DURATION:PT1H",
        f"RRULE:FREQ=YEARLY;BYHOUR={ALL_HOURS};BYMINUTE={ALL_SIXTY};BYSECOND={ALL_SIXTY}",
    ),
    "every second up to a day": _filled("UID:#", MONDAY, "DURATION:PT1S", "RRULE:FREQ=SECONDLY;UNTIL=20300101T000000Z"),
    "rules of two thousand years": _filled(
        "UID:#", "DTSTART:00020112T090000Z", "DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYDAY=MO"
    ),
    "a name of many parts": f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID={'/a' * 49_000}:20260112T090000\nEND:VEVENT\n"
    "END:VCALENDAR\n".encode(),
    "a zone of many parts": _filled(
        "UID:#",
        "DTSTART;TZID=Z:2#0112T090000",
        "DURATION:PT1H",
        head=f"BEGIN:VTIMEZONE\nTZID:Z\n{OBSERVANCE * 600}END:VTIMEZONE\n",
    ),
    "as many masters as overrides": _filled(
        *("UID:same", MONDAY, "RRULE:FREQ=DAILY", "END:VEVENT"),
        *("BEGIN:VEVENT", "UID:same", MONDAY, "RECURRENCE-ID:2#0113T090000Z"),
    ),
    "nothing but folds": b"BEGIN:VCALENDAR\n" + b"\n " * 49_000 + b"\nEND:VCALENDAR\n",
    "nothing but beginnings": b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\n" * 7_000,
    "a name and blanks": b"BEGIN:VCALENDAR\n" + (b"UID" + b" " * 9_000 + b"\n") * 10,
    "many parameters": b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART"
    + b';a="b' * 19_000
    + b":1\nEND:VEVENT\nEND:VCALENDAR\n",
}


@pytest.mark.parametrize("content", COSTLY.values(), ids=COSTLY.keys())
def test_costly_calendars_end_in_time(content: bytes) -> None:
    assert 50_000 < len(content) <= 100_100

    _ends_well(content)
