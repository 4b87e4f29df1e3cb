"""What holds for any input: the fast way is the full way, rules are dateutil's, and nothing breaks the reader."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.core.timespan import TimeSpan
from bookings.feeds.parse import read_feed
from bookings.feeds.readings import FeedReading, FeedRejected

PARIS = ZoneInfo("Europe/Paris")
START = datetime(2026, 1, 5, tzinfo=UTC)
WINDOW = TimeSpan(START, START + timedelta(days=60))
ZONES = ["Europe/Paris", "Europe/Dublin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]

minutes = st.integers(min_value=-3 * 1440, max_value=63 * 1440)
uids = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


def _time(minute: int) -> str:
    return (START + timedelta(minutes=minute)).strftime("%Y%m%dT%H%M%SZ")


@st.composite
def plain_events(draw: st.DrawFn) -> list[str]:
    """The lines of an event such as Workways sends, its three properties in any order; sometimes reversed in time."""
    start, length = draw(minutes), draw(st.integers(min_value=-60, max_value=3000))
    lines = [f"UID:{draw(uids)}", f"DTSTART:{_time(start)}", f"DTEND:{_time(start + length)}"]
    return draw(st.permutations(lines))


def _calendar(events: list[list[str]], *, more: list[str], head: list[str]) -> bytes:
    lines = ["BEGIN:VCALENDAR", *head]
    for event in events:
        lines += ["BEGIN:VEVENT", *event, *more, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


@settings(deadline=None)
@given(
    events=st.lists(plain_events(), max_size=12),
    again=st.lists(st.integers(min_value=0, max_value=11), max_size=3),
    head=st.sampled_from([[], ["METHOD:PUBLISH"], ["METHOD:CANCEL"]]),
)
def test_fast_way_gives_what_the_full_way_gives(events: list[list[str]], again: list[int], head: list[str]) -> None:
    events = [*events, *(events[index] for index in again if index < len(events))]

    fast = read_feed(_calendar(events, more=["SUMMARY:x"], head=head), zone=PARIS, window=WINDOW)
    # A word that changes nothing makes an event anything but plain.
    full = read_feed(_calendar(events, more=["STATUS:CONFIRMED"], head=head), zone=PARIS, window=WINDOW)

    assert fast.busy == full.busy
    assert sorted(fast.rejected) == sorted(full.rejected)
    assert fast.events == full.events == len(events)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A valid rule of days, weeks, months or years."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(min_value=1, max_value=5))}"]
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(min_value=1, max_value=200))}")
    days = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=4, unique=True)
    if draw(st.booleans()):
        parts.append(f"BYDAY={','.join(draw(days))}")
    if draw(st.booleans()):
        parts.append(f"BYMONTH={','.join(map(str, draw(st.lists(st.integers(1, 12), min_size=1, max_size=6))))}")
    if frequency in ("MONTHLY", "YEARLY") and draw(st.booleans()):
        parts.append(f"BYMONTHDAY={','.join(map(str, draw(st.lists(st.sampled_from([1, 13, 31, -1]), min_size=1))))}")
    if frequency == "WEEKLY":
        parts.append(f"WKST={draw(st.sampled_from(['MO', 'SU']))}")
    if "BYDAY" in parts[-1] and frequency == "MONTHLY":
        parts.append(f"BYSETPOS={draw(st.sampled_from([1, 2, -1]))}")
    return ";".join(parts)


@settings(max_examples=200, deadline=None)
@given(rule=rules(), zone=st.sampled_from(ZONES), day=st.integers(0, 4000), minute=st.integers(0, 1439))
def test_occurrences_are_dateutils(rule: str, zone: str, day: int, minute: int) -> None:
    wall = datetime(2016, 1, 1) + timedelta(days=day, minutes=minute)  # noqa: DTZ001 (wall-clock)
    content = _calendar(
        [["UID:a", f"DTSTART;TZID={zone}:{wall:%Y%m%dT%H%M%S}", "DURATION:PT30M", f"RRULE:{rule}"]], more=[], head=[]
    )

    reading = read_feed(content, zone=PARIS, window=WINDOW)

    edge = (WINDOW.end + timedelta(days=3)).replace(tzinfo=None)
    walls = {wall, *rrulestr(rule, dtstart=wall).between(wall, edge, inc=True)}
    starts = {instant.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for instant in walls}
    expected = [TimeSpan.lasting(start, 30) for start in starts]
    assert {busy.span for busy in reading.busy} == {span for span in expected if span.overlaps(WINDOW)}


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


@settings(deadline=None)
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


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(lines=st.lists(st.tuples(names, parameters, values), max_size=60))
def test_any_lines_end_in_an_answer_or_a_refusal(lines: list[tuple[str, str, str]]) -> None:
    body = "\n".join(f"{name}{parameter}:{value}" for name, parameter, value in lines)

    _ends_well(
        f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART;TZID=Own:20260112T090000\n{body}\nEND:VCALENDAR\n".encode()
    )
