"""A guest's calendar, in the form in which Google and Outlook write it, opens our files: one entry, always the newest.

The calendar and the files are read by ical.js, which shares no code with the library that writes them.
"""

import json
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from bookings.core.timespan import TimeSpan
from bookings.mail.calendar_file import build_calendar_file
from tests.bookings.feeds.test_second_engine import ical_js  # noqa: F401 (a fixture)
from tests.bookings.mail.samples import MEETING, STATUS

PROGRAM = Path(__file__).with_name("calendar_program.mjs")
FIXTURES = Path(__file__).parents[2] / "fixtures" / "calendars"
UID = "K7QM-2XTR@127.0.0.1"
NOW = datetime(2026, 1, 7, 9, 0, tzinfo=UTC)
MOVED = replace(MEETING, span=TimeSpan.lasting(datetime(2026, 3, 31, 7, 0, tzinfo=UTC), 90))
CALENDARS = pytest.mark.parametrize("calendar", ["google-export.ics", "outlook-export.ics"])


def file(sequence: int, **options: Any) -> str:
    """One of our files, made so many hours after the booking as its sequence says."""
    meeting = options.pop("meeting", MEETING)
    now = NOW + timedelta(hours=sequence)
    content = build_calendar_file(
        meeting, sequence=sequence, status_url=STATUS, language="en", now=now, changed_at=now, **options
    )
    return content.decode()


def shown_by_program(module: Path, calendar: str, files: list[str]) -> list[list[dict[str, Any]]]:
    """All entries that the calendar shows after each file was opened."""
    given = {"calendar": (FIXTURES / calendar).read_bytes().decode(), "files": files}
    done = subprocess.run(
        ["node", str(PROGRAM), str(module)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    states: list[list[dict[str, Any]]] = json.loads(done.stdout)
    return states


def opened(module: Path, calendar: str, *files: str) -> list[list[dict[str, Any]]]:
    """What the calendar shows of our meeting after each file was opened; other entries must stay as they were."""
    states = shown_by_program(module, calendar, list(files))
    for state in states:
        assert [entry["summary"] for entry in state if entry["uid"] != UID] == ["Call with the bank"]
    return [[entry for entry in state if entry["uid"] == UID] for state in states]


def seconds(instant: datetime) -> int:
    return int(instant.timestamp())


@pytest.mark.node
@CALENDARS
def test_moved_and_cancelled_meeting_stays_one_entry(ical_js: Path, calendar: str) -> None:  # noqa: F811
    after = opened(ical_js, calendar, file(0), file(1, meeting=MOVED), file(2, meeting=MOVED, is_cancelled=True))

    assert [len(entries) for entries in after] == [1, 1, 1]
    booked, moved, gone = (entries[0] for entries in after)
    assert (booked["start"], booked["end"]) == (seconds(MEETING.span.start), seconds(MEETING.span.end))
    assert (moved["start"], moved["end"]) == (seconds(MOVED.span.start), seconds(MOVED.span.end))
    assert [entry["status"] for entry in (booked, moved, gone)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [entry["free"] for entry in (booked, moved, gone)] == [False, False, True]
    assert gone["summary"] == "Cancelled: Aurora, Workways Bastille"


@pytest.mark.node
@CALENDARS
def test_file_of_an_older_mail_opened_last_changes_nothing(ical_js: Path, calendar: str) -> None:  # noqa: F811
    _moved, older = opened(ical_js, calendar, file(1, meeting=MOVED), file(0))

    assert [entry["start"] for entry in older] == [seconds(MOVED.span.start)]


@pytest.mark.node
@CALENDARS
def test_meeting_that_comes_back_is_busy_again(ical_js: Path, calendar: str) -> None:  # noqa: F811
    (_gone, back) = opened(ical_js, calendar, file(1, is_cancelled=True), file(2))

    assert [(entry["status"], entry["free"]) for entry in back] == [("CONFIRMED", False)]


@CALENDARS
def test_fixture_holds_our_meeting_as_the_program_wrote_it_down(calendar: str) -> None:
    events = {str(event["UID"]): event for event in Calendar.from_ical((FIXTURES / calendar).read_bytes()).events}

    ours = events[UID]
    assert len(events) == 2
    assert ours["DTSTART"].dt.astimezone(UTC) == MEETING.span.start
    assert ours["DTEND"].dt.astimezone(UTC) == MEETING.span.end
    assert ours["SEQUENCE"] == 0


def test_subscribed_calendar_is_told_to_look_every_hour() -> None:
    calendar = Calendar.from_ical(file(0))

    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    assert str(calendar["X-PUBLISHED-TTL"]) == "PT1H"
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in file(0)


def test_file_says_when_the_meeting_changed_and_when_it_was_made() -> None:
    content = build_calendar_file(
        MEETING, sequence=1, status_url=STATUS, language="en", now=NOW, changed_at=NOW - timedelta(days=2)
    )

    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert (event["DTSTAMP"].dt, event["LAST-MODIFIED"].dt) == (NOW, NOW - timedelta(days=2))
