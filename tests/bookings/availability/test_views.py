import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import icalendar
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings.availability.actions import place_hold
from bookings.catalog.models import Room
from bookings.core.timespan import TimeSpan
from bookings.feeds.models import Feed
from tests.conftest import StoppedClock
from tests.factories import make_busy_span, make_feed, make_hold, make_room, make_site

pytestmark = pytest.mark.django_db

CANARY = "canary-of-a-private-meeting"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of January 2026, UTC."""
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


def ask(client: Client, room: Room, start: str = "2026-01-09T00:00:00Z", end: str = "2026-01-10T00:00:00Z") -> Any:
    query = urlencode({"start": start, "end": end})
    return client.get(f"/rooms/{room.workways_id}/availability.json?{query}")


def read_calendar(response: Any) -> list[tuple[datetime, datetime]]:
    """What a calendar program understands: the events' times."""
    calendar = icalendar.Calendar.from_ical(response.content)
    return [(event["dtstart"].dt, event["dtend"].dt) for event in calendar.walk("VEVENT")]


def test_availability_tells_busy_time_merged_clipped_and_in_utc(client: Client, clock: StoppedClock) -> None:
    room = make_room()
    make_busy_span(room=room, start=at(8, 23), minutes=120)
    make_busy_span(room=room, start=at(9, 9), minutes=60)
    make_busy_span(room=room, start=at(9, 9, 30), minutes=60)
    make_busy_span(room=room, start=at(10, 9))

    response = ask(client, room, "2026-01-09T01:00:00+01:00", "2026-01-10T00:00:00Z")

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert response.json() == {
        "room": room.workways_id,
        "timezone": "Europe/Paris",
        "start": "2026-01-09T00:00:00Z",
        "end": "2026-01-10T00:00:00Z",
        "busy": [
            {"start": "2026-01-09T00:00:00Z", "end": "2026-01-09T01:00:00Z"},
            {"start": "2026-01-09T09:00:00Z", "end": "2026-01-09T10:30:00Z"},
        ],
        "fetched_at": "2026-01-07T09:00:00Z",
        "stale": False,
    }


def test_availability_counts_holds_until_they_run_out(client: Client, clock: StoppedClock) -> None:
    room = make_room()
    span = TimeSpan(at(9, 13), at(9, 14))
    place_hold(room=room, span=span, browser_key="a", email="a@example.org", network="192.0.2.0", now=clock())

    held = ask(client, room).json()["busy"]
    clock.forward(minutes=10)
    after = ask(client, room).json()["busy"]

    assert (held, after) == ([{"start": "2026-01-09T13:00:00Z", "end": "2026-01-09T14:00:00Z"}], [])


@pytest.mark.parametrize(
    ("age", "fetched_at", "stale"),
    [
        (timedelta(minutes=15), "2026-01-07T08:45:00Z", False),
        (timedelta(minutes=16), "2026-01-07T08:44:00Z", True),
        (None, None, True),
    ],
)
def test_availability_says_how_old_it_is(
    client: Client, clock: StoppedClock, age: timedelta | None, fetched_at: str | None, stale: bool
) -> None:
    room = make_room(feed=False)
    make_feed(room=room, read_at=None if age is None else clock() - age)

    answer = ask(client, room).json()

    assert (answer["fetched_at"], answer["stale"]) == (fetched_at, stale)


def test_availability_of_a_room_without_a_feed_is_stale(client: Client, clock: StoppedClock) -> None:
    answer = ask(client, make_room(feed=False, site=make_site(country="Ireland"))).json()

    assert (answer["busy"], answer["fetched_at"], answer["stale"], answer["timezone"]) == (
        [],
        None,
        True,
        "Europe/Dublin",
    )


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-01-01T00:00:00Z", "2026-03-04T00:00:00Z"),
        ("2026-01-09T09:00:00+01:00", "2026-01-09T10:00:00+01:00"),
        ("2026-01-09T09:00Z", "2026-01-09T10:00Z"),
        ("20260109T090000Z", "20260109T100000Z"),
        ("2026-01-09 09:00:00+00:00", "2026-01-09T09:00:00.5+00:00"),
    ],
)
def test_availability_reads_every_iso_instant(client: Client, clock: StoppedClock, start: str, end: str) -> None:
    assert ask(client, make_room(), start, end).status_code == 200


def test_availability_forgives_a_plus_sign_that_was_not_encoded(client: Client, clock: StoppedClock) -> None:
    room = make_room()

    response = client.get(
        f"/rooms/{room.workways_id}/availability.json?start=2026-01-09T09:00:00+01:00&end=2026-01-09T10:00:00+01:00"
    )

    assert response.json()["start"] == "2026-01-09T08:00:00Z"


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        ("", "2026-01-10T00:00:00Z", "start is missing"),
        ("2026-01-09T00:00:00Z", "", "end is missing"),
        ("tomorrow", "2026-01-10T00:00:00Z", "start can't be read"),
        ("2026-13-01T00:00:00Z", "2026-01-10T00:00:00Z", "start can't be read"),
        ("1767945600", "2026-01-10T00:00:00Z", "start can't be read"),
        ("x" * 5000, "2026-01-10T00:00:00Z", "start can't be read"),
        ("\x00", "2026-01-10T00:00:00Z", "start can't be read"),
        ("2026-01-09T00:00:00", "2026-01-10T00:00:00Z", "start has no UTC offset"),
        ("2026-01-09T00:00:00Z", "2026-01-10", "end has no UTC offset"),
        ("2026-01-10T00:00:00Z", "2026-01-09T00:00:00Z", "The window is empty"),
        ("2026-01-09T00:00:00Z", "2026-01-09T00:00:00Z", "The window is empty"),
        ("2026-01-09T09:00:00+01:00", "2026-01-09T08:00:00Z", "The window is empty"),
        ("2026-01-01T00:00:00Z", "2026-03-04T00:00:01Z", "The window is too long"),
        ("0001-01-01T00:00:00+14:00", "2026-01-10T00:00:00Z", "start is beyond all calendars"),
        ("2026-01-09T00:00:00Z", "9999-12-31T23:59:59-12:00", "end is beyond all calendars"),
    ],
)
def test_availability_refuses_a_bad_window_with_a_sentence(
    client: Client, clock: StoppedClock, start: str, end: str, sentence: str
) -> None:
    response = ask(client, make_room(), start, end)

    assert response.status_code == 400
    assert list(response.json()) == ["error"]
    assert response.json()["error"].startswith(sentence)
    assert response.json()["error"].endswith(".")


@pytest.mark.parametrize("room_id", ["f" * 24, "F" * 24, "nonsense", "1", "%00", quote("é" * 24)])
@pytest.mark.parametrize("file", ["availability.json", "busy.ics"])
def test_unknown_room_is_not_found(client: Client, clock: StoppedClock, room_id: str, file: str) -> None:
    response: HttpResponse = client.get(f"/rooms/{room_id}/{file}?start=2026-01-09T00:00:00Z&end=2026-01-10T00:00:00Z")

    assert response.status_code == 404
    assert b"There is no room with this id." in response.content


def test_unknown_room_is_not_found_in_json(client: Client, clock: StoppedClock) -> None:
    assert list(client.get(f"/rooms/{'f' * 24}/availability.json").json()) == ["error"]


@pytest.mark.parametrize("file", ["availability.json", "busy.ics"])
def test_only_reading_is_allowed(client: Client, clock: StoppedClock, file: str) -> None:
    assert client.post(f"/rooms/{make_room().workways_id}/{file}").status_code == 405


def test_addresses_have_no_language_and_are_named(client: Client, clock: StoppedClock) -> None:
    room_id = make_room().workways_id

    assert reverse("room-availability", args=[room_id]) == f"/rooms/{room_id}/availability.json"
    assert reverse("room-busy", args=[room_id]) == f"/rooms/{room_id}/busy.ics"
    assert client.get(f"/fr/rooms/{room_id}/busy.ics").status_code == 404


@pytest.mark.parametrize("file", ["availability.json?start=2026-01-09T00:00:00Z&end=2026-01-10T00:00:00Z", "busy.ics"])
def test_looking_marks_the_feed_at_most_once_a_minute(client: Client, clock: StoppedClock, file: str) -> None:
    room = make_room()
    first = clock()

    client.get(f"/rooms/{room.workways_id}/{file}")
    clock.forward(seconds=30)
    client.get(f"/rooms/{room.workways_id}/{file}")

    assert Feed.objects.get(room=room).looked_at == first


@pytest.mark.parametrize("number", [1, 30])
def test_availability_costs_the_same_queries_whatever_is_in_it(
    client: Client, clock: StoppedClock, number: int
) -> None:
    room = make_room(feed=False)
    make_feed(room=room, looked_at=clock())
    for place in range(number):
        make_busy_span(room=room, start=at(9, 0) + timedelta(minutes=30 * place), minutes=15)
    # What the room is made of is read once for each process.
    ask(client, room)

    with CaptureQueriesContext(connection) as captured:
        response = ask(client, room)

    assert len(response.json()["busy"]) == number
    assert len(captured) == 4


def test_calendar_file_reads_back_as_the_busy_time(client: Client, clock: StoppedClock) -> None:
    room = make_room(name="Salle Voltaire; étage 2, à côté de l'escalier, avec une très longue désignation pour voir")
    make_busy_span(room=room, start=at(9, 9))
    make_busy_span(room=room, start=at(9, 9, 30))
    make_hold(room=room, span=TimeSpan(at(9, 13), at(9, 14)))

    response = client.get(f"/rooms/{room.workways_id}/busy.ics")

    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert read_calendar(response) == [(at(9, 9), at(9, 10, 30)), (at(9, 13), at(9, 14))]
    calendar = icalendar.Calendar.from_ical(response.content)
    assert calendar["x-wr-calname"] == room.public_name
    assert {event["dtstamp"].dt for event in calendar.walk("VEVENT")} == {clock()}


def test_calendar_file_is_written_as_the_standard_wants(client: Client, clock: StoppedClock) -> None:
    room = make_room(name="é" * 100)
    make_busy_span(room=room, start=at(9, 9))

    content = client.get(f"/rooms/{room.workways_id}/busy.ics").content

    lines = content.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in lines) <= 75
    assert {b"VERSION:2.0", b"DTSTART:20260109T090000Z", b"DTEND:20260109T100000Z", b"SUMMARY:Busy"} <= set(lines)


def test_calendar_file_of_a_free_room_is_a_calendar_all_the_same(client: Client, clock: StoppedClock) -> None:
    response = client.get(f"/rooms/{make_room().workways_id}/busy.ics")

    assert (response.status_code, read_calendar(response)) == (200, [])


def test_calendar_file_gives_no_title_and_no_upstream_uid_away(client: Client, clock: StoppedClock) -> None:
    room = make_room()
    make_busy_span(room=room, start=at(9, 9), uid=CANARY)
    make_hold(room=room, span=TimeSpan(at(9, 13), at(9, 14)), email=f"{CANARY}@example.org", browser_key=CANARY)

    for response in (client.get(f"/rooms/{room.workways_id}/busy.ics"), ask(client, room)):
        assert CANARY.encode() not in response.content.replace(b"\r\n ", b"")


def test_event_keeps_its_uid_and_rooms_do_not_share_one(client: Client, clock: StoppedClock) -> None:
    rooms = [make_room(), make_room()]
    for room in rooms:
        make_busy_span(room=room, start=at(9, 9))

    def uids(room: Room) -> list[str]:
        content = client.get(f"/rooms/{room.workways_id}/busy.ics").content
        return [str(event["uid"]) for event in icalendar.Calendar.from_ical(content).walk("VEVENT")]

    before = [uids(room) for room in rooms]
    make_busy_span(room=rooms[0], start=at(9, 15))
    clock.forward(hours=3)

    assert uids(rooms[0])[0] == before[0][0]
    assert before[0][0] != before[1][0]
    assert before[0][0].endswith("@127.0.0.1")


def test_calendar_file_that_did_not_change_is_not_sent_again(client: Client, clock: StoppedClock) -> None:
    room = make_room()
    make_busy_span(room=room, start=at(9, 9))
    address = f"/rooms/{room.workways_id}/busy.ics"
    etag = client.get(address).headers["ETag"]
    clock.forward(minutes=30)
    Feed.objects.update(read_at=clock())

    again = client.get(address, headers={"If-None-Match": etag})
    make_busy_span(room=room, start=at(9, 15))
    changed = client.get(address, headers={"If-None-Match": etag})

    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert (changed.status_code, len(read_calendar(changed))) == (200, 2)
    assert changed.headers["ETag"] != etag


def test_head_of_the_calendar_file_has_its_tag_and_no_body(client: Client, clock: StoppedClock) -> None:
    address = f"/rooms/{make_room().workways_id}/busy.ics"

    head = client.head(address)

    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", client.get(address).headers["ETag"])


def test_both_answers_may_be_kept_for_a_moment_by_anybody(client: Client, clock: StoppedClock) -> None:
    room = make_room()

    for response in (ask(client, room), client.get(f"/rooms/{room.workways_id}/busy.ics")):
        assert response.headers["Cache-Control"] == "public, max-age=15"
        assert "Set-Cookie" not in response.headers
    assert "Cache-Control" not in ask(client, room, "", "").headers


def test_json_is_the_same_text_for_every_visitor(clock: StoppedClock) -> None:
    room = make_room()
    make_busy_span(room=room, start=at(9, 9))

    english, french = (ask(Client(headers={"Accept-Language": language}), room) for language in ("en", "fr"))

    assert json.loads(english.content) == json.loads(french.content)
