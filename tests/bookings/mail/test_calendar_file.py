"""The calendar file that travels with a booking, read back as a calendar program would."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from bookings.core.timespan import TimeSpan
from bookings.mail.calendar_file import build_attachment, build_calendar_file, meeting_uid
from bookings.mail.messages import Meeting
from tests.bookings.mail.samples import MEETING, STATUS

NOW = datetime(2026, 1, 7, 9, 0, tzinfo=UTC)


def built(meeting: Meeting = MEETING, *, sequence: int = 0, **options: Any) -> bytes:
    return build_calendar_file(meeting, sequence=sequence, status_url=STATUS, language="en", now=NOW, **options)


def event_of(content: bytes) -> Any:
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    return event


def test_file_tells_the_meeting() -> None:
    event = event_of(built())

    assert event["UID"] == "K7QM-2XTR@127.0.0.1"
    assert event["SUMMARY"] == "Aurora, Workways Bastille"
    assert event["LOCATION"] == "Aurora, Workways Bastille"
    assert event["URL"] == STATUS
    assert event["STATUS"] == "CONFIRMED"
    assert "K7QM-2XTR" in event["DESCRIPTION"]
    assert event["DTSTART"].dt.astimezone(UTC) == MEETING.span.start
    assert event["DTEND"].dt.astimezone(UTC) == MEETING.span.end


def test_file_is_published_and_not_an_invitation() -> None:
    calendar = Calendar.from_ical(built())

    assert calendar["METHOD"] == "PUBLISH"
    assert calendar["VERSION"] == "2.0"
    assert "ORGANIZER" not in event_of(built())
    assert "ATTENDEE" not in event_of(built())


@pytest.mark.parametrize("zone", ["Europe/Paris", "Europe/Brussels", "Europe/Dublin", "America/Guadeloupe"])
def test_times_stand_in_the_sites_zone_and_the_zone_is_included(zone: str) -> None:
    content = built(replace(MEETING, zone=ZoneInfo(zone)))
    local = MEETING.span.start.astimezone(ZoneInfo(zone))

    zones = Calendar.from_ical(content).walk("VTIMEZONE")

    assert [str(each["TZID"]) for each in zones] == [zone]
    assert f"DTSTART;TZID={zone}:{local:%Y%m%dT%H%M%S}".encode() in content


@pytest.mark.parametrize(
    "start",
    [datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)],
    ids=["clocks go forward", "clocks go back"],
)
def test_meeting_across_a_clock_change_keeps_its_instants(start: datetime) -> None:
    span = TimeSpan.lasting(start, 120)

    event = event_of(built(replace(MEETING, span=span)))

    assert event["DTSTART"].dt.astimezone(UTC) == span.start
    assert event["DTEND"].dt.astimezone(UTC) == span.end


def test_included_zone_knows_the_clock_change_before_and_after_the_meeting() -> None:
    (zone,) = Calendar.from_ical(built()).walk("VTIMEZONE")

    rules = zone.to_tz(lookup_tzid=False)

    assert (
        datetime(2026, 1, 13, 12, tzinfo=rules).utcoffset()
        == datetime(2026, 1, 13, 12, tzinfo=MEETING.zone).utcoffset()
    )
    assert (
        datetime(2026, 7, 13, 12, tzinfo=rules).utcoffset()
        == datetime(2026, 7, 13, 12, tzinfo=MEETING.zone).utcoffset()
    )


def test_change_keeps_the_uid_and_raises_the_sequence() -> None:
    first, second = event_of(built(sequence=0)), event_of(built(sequence=1))

    assert first["UID"] == second["UID"] == meeting_uid("K7QM-2XTR")
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (0, 1)


def test_cancellation_says_so_and_frees_the_time() -> None:
    event = event_of(built(sequence=2, is_cancelled=True))

    assert event["STATUS"] == "CANCELLED"
    assert event["TRANSP"] == "TRANSPARENT"


def test_lines_are_folded_at_75_octets_and_end_as_the_standard_wants() -> None:
    content = built(replace(MEETING, room="Salle d'été, côté jardin; " + "é" * 200))

    lines = content.split(b"\r\n")

    assert lines[-1] == b""
    assert max(len(line) for line in lines) <= 75
    assert b"\n" not in b"".join(lines)
    assert str(event_of(content)["SUMMARY"]).startswith("Salle d'été, côté jardin; é")


def test_attachment_names_its_method() -> None:
    attachment = build_attachment(MEETING, sequence=0, status_url=STATUS, language="en", now=NOW)

    assert attachment.name == "meeting.ics"
    assert attachment.content_type == "text/calendar; charset=utf-8; method=PUBLISH"
    assert attachment.content == built()
