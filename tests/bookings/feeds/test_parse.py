"""Reading a calendar: refusals, caps, privacy, names."""

import logging
import pickle
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bookings.core.timespan import TimeSpan
from bookings.feeds.parse import busy_times, read_feed
from bookings.feeds.readings import Caps, FeedReading, FeedRejected, Flaw

PARIS = ZoneInfo("Europe/Paris")
WINDOW = TimeSpan(datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 2, 2, tzinfo=UTC))
TIMES = "DTSTART:20260112T090000Z\nDTEND:20260112T100000Z"
CANARY = "Canary-4711"


def calendar(*events: str, more: str = "") -> bytes:
    """A calendar of events given by their lines."""
    parts = [f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events]
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{more}{''.join(parts)}END:VCALENDAR\n".encode()


def read(content: bytes, window: TimeSpan = WINDOW, caps: Caps | None = None) -> FeedReading:
    """The reading of a Paris room's calendar."""
    return read_feed(content, zone=PARIS, window=window, caps=caps or Caps())


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (b"", Flaw.EMPTY),
        (b" \r\n\t\n", Flaw.EMPTY),
        (b"<!DOCTYPE html><html><body>Please sign in</body></html>", Flaw.WEB_PAGE),
        (b"\n  <html><pre>\nBEGIN:VCALENDAR\nEND:VCALENDAR\n</pre></html>", Flaw.WEB_PAGE),
        (b'{"retcode": -1, "message": "Unauthorized"}', Flaw.JSON),
        (b'["BEGIN:VCALENDAR"]', Flaw.JSON),
        (b"Service temporarily unavailable", Flaw.NOT_A_CALENDAR),
        (b"\x89PNG\r\n\x1a\n\x00\x00", Flaw.NOT_A_CALENDAR),
        (calendar(TIMES).removesuffix(b"END:VCALENDAR\n"), Flaw.TRUNCATED),
        (calendar(TIMES)[:-4], Flaw.TRUNCATED),
        (calendar(TIMES)[:70], Flaw.TRUNCATED),
    ],
)
def test_file_that_is_no_whole_calendar_is_rejected(content: bytes, flaw: Flaw) -> None:
    with pytest.raises(FeedRejected) as refusal:
        read(content)

    assert refusal.value.flaw == flaw


def test_every_place_to_cut_a_calendar_is_noticed() -> None:
    whole = calendar(f"UID:a\n{TIMES}", f"UID:b\n{TIMES}")

    # Up to the last letter of END:VCALENDAR; the line end behind it may be missing.
    for length in range(len(whole) - 1):
        with pytest.raises(FeedRejected):
            read(whole[:length])
    assert len(read(whole[:-1]).busy) == 2


def test_size_is_capped() -> None:
    content = calendar(TIMES)

    with pytest.raises(FeedRejected) as refusal:
        read(content, caps=Caps(size=len(content) - 1))

    assert refusal.value.flaw == Flaw.TOO_LARGE
    assert len(read(content, caps=Caps(size=len(content))).busy) == 1


@pytest.mark.parametrize("line", [TIMES, f"{TIMES}\nSTATUS:CONFIRMED"])
def test_events_are_capped(line: str) -> None:
    content = calendar(f"UID:a\n{line}", f"UID:b\n{line}", f"UID:c\n{line}")

    with pytest.raises(FeedRejected) as refusal:
        read(content, caps=Caps(events=2))

    assert refusal.value.flaw == Flaw.TOO_MANY_EVENTS
    assert read(content, caps=Caps(events=3)).events == 3


@pytest.mark.parametrize(
    "repeats",
    [
        "RRULE:FREQ=DAILY;COUNT=11",
        "RDATE:" + ",".join(f"202601{day}T090000Z" for day in range(13, 24)),
        "RRULE:FREQ=SECONDLY",
        "RRULE:FREQ=MINUTELY;BYHOUR=9",
    ],
)
def test_occurrences_are_capped(repeats: str) -> None:
    content = calendar(f"UID:a\n{TIMES}\n{repeats}")

    with pytest.raises(FeedRejected) as refusal:
        read(content, caps=Caps(occurrences=10))

    assert refusal.value.flaw == Flaw.TOO_MANY_OCCURRENCES


def test_window_is_capped() -> None:
    window = TimeSpan(WINDOW.start, WINDOW.start + timedelta(days=401))

    with pytest.raises(FeedRejected) as refusal:
        read(calendar(TIMES), window)

    assert refusal.value.flaw == Flaw.WINDOW_TOO_LONG


def test_processor_time_is_capped() -> None:
    content = calendar(*(f"UID:{number}\n{TIMES}\nSTATUS:CONFIRMED" for number in range(10)))

    with pytest.raises(FeedRejected) as refusal:
        read(content, caps=Caps(processor_seconds=0))

    assert refusal.value.flaw == Flaw.TOO_SLOW


OLD_SECOND = "UID:a\nDTSTART:20100101T000000Z\nDTEND:20100101T000001Z"
LONG_WINDOW = TimeSpan(WINDOW.start, WINDOW.start + timedelta(days=400))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=SECONDLY;BYSECOND=0,15,30,45",
        "FREQ=SECONDLY;INTERVAL=2;WKST=SU",
        "FREQ=MINUTELY;INTERVAL=2",
        "FREQ=SECONDLY;UNTIL=20300101T000000Z",
    ],
)
def test_flood_of_occurrences_is_refused_at_once(rule: str) -> None:
    began = time.process_time()

    with pytest.raises(FeedRejected) as refusal:
        read(calendar(f"{OLD_SECOND}\nRRULE:{rule}"), LONG_WINDOW)

    assert refusal.value.flaw == Flaw.TOO_MANY_OCCURRENCES
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYSETPOS=300;BYDAY=MO",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYSETPOS=2",
        "FREQ=HOURLY;INTERVAL=2;BYHOUR=1",
        "FREQ=DAILY;INTERVAL=999999999",
    ],
)
def test_rule_that_never_comes_true_ends_at_once(rule: str) -> None:
    began = time.process_time()

    reading = read(calendar(f"{OLD_SECOND}\nRRULE:{rule}"), LONG_WINDOW)

    assert reading.busy == ()
    assert reading.status == "ok"
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY;INTERVAL=500;BYMINUTE=7", "FREQ=HOURLY;INTERVAL=2;BYHOUR=2"])
def test_rule_whose_steps_never_meet_its_hours_leaves_the_start(rule: str) -> None:
    reading = read(calendar(f"UID:a\n{TIMES}\nRRULE:{rule}"))

    assert [busy.span.start for busy in reading.busy] == [datetime(2026, 1, 12, 9, tzinfo=UTC)]
    assert reading.status == "ok"


def test_titles_and_people_never_leave_the_reader(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    people = "\n".join(
        f"{name}:{CANARY}" for name in ("SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "CONTACT", "X-WR-CALNAME")
    )
    people += f"\nORGANIZER;CN={CANARY}:mailto:{CANARY}@acme.example\nATTENDEE;CN={CANARY}:mailto:{CANARY}@acme.example"
    good = f"UID:a\n{TIMES}\n{people}"
    bad = f"UID:b\nDTSTART:{CANARY}\nDTEND:20260112T090000Z\nRRULE:{CANARY}\nDURATION:{CANARY}\n{people}"

    reading = read(calendar(good, bad))
    with pytest.raises(FeedRejected) as refusal:
        read(calendar(good, bad)[:-5])

    assert reading.status == "partial"
    assert CANARY.encode() not in pickle.dumps(reading)
    assert CANARY not in caplog.text + repr(refusal.value) + repr(refusal.value.__cause__ or refusal.value.__context__)


def test_each_file_has_its_own_zones() -> None:
    def defining(offset: str) -> bytes:
        zone = f"BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:{offset}\nTZOFFSETTO:{offset}\nEND:STANDARD"
        event = "UID:a\nDTSTART;TZID=Office:20260112T090000\nDURATION:PT1H"
        return calendar(event, more=f"BEGIN:VTIMEZONE\nTZID:Office\n{zone}\nEND:VTIMEZONE\n")

    readings = [read(defining(offset)) for offset in ("+0500", "-0300", "+0500")]

    assert [reading.busy[0].span.start.hour for reading in readings] == [4, 12, 4]


def test_each_calendar_of_a_file_has_its_own_zones() -> None:
    def defining(uid: str, offset: str) -> bytes:
        zone = f"BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:{offset}\nTZOFFSETTO:{offset}\nEND:STANDARD"
        event = f"UID:{uid}\nDTSTART;TZID=Office:20260112T090000\nDURATION:PT1H"
        return calendar(event, more=f"BEGIN:VTIMEZONE\nTZID:Office\n{zone}\nEND:VTIMEZONE\n")

    reading = read(defining("a", "+0500") + defining("b", "-0300"))

    assert {busy.uid: busy.span.start.hour for busy in reading.busy} == {"a": 4, "b": 12}


@pytest.mark.parametrize("more", ["", "\nSTATUS:CONFIRMED"])
def test_long_uids_are_cut_and_stay_apart(more: str) -> None:
    long = "x" * 400

    reading = read(calendar(f"UID:{long}1\n{TIMES}{more}", f"UID:{long}2\n{TIMES}{more}"))

    assert [len(busy.uid) for busy in reading.busy] == [255, 255]
    assert len({busy.uid for busy in reading.busy}) == 2


def test_spans_are_whole_sorted_and_each_once() -> None:
    early = "UID:a\nDTSTART:20260104T220000Z\nDTEND:20260105T010000Z"
    twice = f"UID:b\n{TIMES}"

    reading = read(calendar(twice, twice, early))

    assert [busy.uid for busy in reading.busy] == ["a", "b"]
    assert reading.busy[0].span.start == datetime(2026, 1, 4, 22, tzinfo=UTC)
    assert reading.events == 3


def test_plain_pairs_for_other_programs() -> None:
    assert busy_times(calendar(TIMES), WINDOW.start, WINDOW.end, "Europe/Paris") == [
        (datetime(2026, 1, 12, 9, tzinfo=UTC), datetime(2026, 1, 12, 10, tzinfo=UTC))
    ]
