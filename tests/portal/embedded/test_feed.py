"""GET /api/icsfeed, and the iCalendar that it writes."""

from datetime import UTC, datetime
from typing import Any

import icalendar
import pytest

from portal import clock
from portal.embedded.ics import Event, calendar
from portal.embedded.models import Meeting, MeetingState, Room
from tests.portal.embedded.conftest import Call
from tests.portal.embedded.world import World, make_meeting, utc

BAD = 'Bad request: "rooms" query parameter is missing, empty, or contains invalid IDs.'


def summaries(body: bytes) -> list[str]:
    """The titles in a feed, as a calendar program reads them."""
    return [str(event["SUMMARY"]) for event in icalendar.Calendar.from_ical(body).walk("VEVENT")]


def test_feed_is_the_documents_calendar(world: World, get: Call) -> None:
    meeting = make_meeting(world.liffey, utc(30, 14), name="Team Meeting", description="Weekly team sync")

    response = get("/api/icsfeed", trusted=False, rooms=world.liffey.pk)

    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="calendar.ics"'
    assert response.body.decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Workways//Meeting Calendar//EN",
        "CALSCALE:GREGORIAN",
        "BEGIN:VEVENT",
        f"UID:{meeting.pk}@workways.com",
        "DTSTAMP:20260107T090000Z",
        "DTSTART:20260130T140000Z",
        "DTEND:20260130T150000Z",
        "SUMMARY:Team Meeting",
        "LOCATION:Liffey view",
        "DESCRIPTION:Weekly team sync",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_feed_joins_rooms_in_order_of_time(world: World, get: Call) -> None:
    make_meeting(world.seine, utc(9, 10), name="second")
    make_meeting(world.liffey, utc(9, 9), name="first")

    response = get("/api/icsfeed", rooms=f"{world.seine.pk}, {world.liffey.pk.upper()},{world.seine.pk}")

    assert summaries(response.body) == ["first", "second"]


def test_feed_tells_confirmed_meetings_only(world: World, get: Call) -> None:
    for hour, state in enumerate(MeetingState.values, start=8):
        make_meeting(world.seine, utc(9, hour), name=state, state=state)

    assert summaries(get("/api/icsfeed", rooms=world.seine.pk).body) == ["confirmed"]


def test_private_rooms_are_empty_without_token(world: World, get: Call) -> None:
    make_meeting(world.private_office, utc(9, 9), name="secret")
    authorization = {"authorization": f"Bearer {world.token}"}

    assert summaries(get("/api/icsfeed", trusted=False, rooms=world.private_office.pk).body) == []
    assert (
        summaries(
            get(
                "/api/icsfeed", trusted=False, headers={"authorization": "Bearer x"}, rooms=world.private_office.pk
            ).body
        )
        == []
    )
    assert summaries(get("/api/icsfeed", trusted=False, headers=authorization, rooms=world.private_office.pk).body) == [
        "secret"
    ]


def test_operator_may_open_the_calendars_of_private_rooms(world: World, get: Call, settings: Any) -> None:
    make_meeting(world.private_office, utc(9, 9), name="open")
    settings.EMBEDDED_TELLS_PRIVATE_CALENDARS = True

    assert summaries(get("/api/icsfeed", trusted=False, rooms=world.private_office.pk).body) == ["open"]


def test_unknown_room_gives_an_empty_calendar(world: World, get: Call) -> None:
    response = get("/api/icsfeed", rooms="f" * 24)

    assert (response.status, summaries(response.body)) == (200, [])


@pytest.mark.parametrize("rooms", [None, "", ",", "abc", "f" * 24 + ",", "f" * 24 + ",x", "f" * 25, "\0" * 24])
def test_bad_list_of_rooms_is_refused_in_json(world: World, get: Call, rooms: str | None) -> None:
    response = get("/api/icsfeed", **({} if rooms is None else {"rooms": rooms}))

    assert (response.status, response.payload()) == (400, {"retcode": -1, "message": BAD})


def test_unchanged_feed_is_not_sent_again(world: World, get: Call, clock: Any) -> None:
    make_meeting(world.seine, utc(9, 9))
    clock.forward(seconds=5)
    first = get("/api/icsfeed", rooms=world.seine.pk)

    by_tag = get("/api/icsfeed", rooms=world.seine.pk, headers={"if-none-match": first.headers["etag"]})
    by_weak_tag = get(
        "/api/icsfeed", rooms=world.seine.pk, headers={"if-none-match": f'"x", W/{first.headers["etag"]}'}
    )
    by_date = get("/api/icsfeed", rooms=world.seine.pk, headers={"if-modified-since": first.headers["last-modified"]})

    assert [answer.status for answer in (by_tag, by_weak_tag, by_date)] == [304, 304, 304]
    assert by_tag.body == b""
    assert by_tag.headers["etag"] == first.headers["etag"]


def _add(world: World) -> None:
    make_meeting(world.seine, utc(9, 15))


def _cancel(world: World) -> None:
    Meeting.objects.update(state=MeetingState.CANCELLED, updated_at=clock.now())


@pytest.mark.parametrize("change", [_add, _cancel])
def test_changed_feed_is_sent_whichever_way_the_caller_asks(world: World, get: Call, clock: Any, change: Any) -> None:
    make_meeting(world.seine, utc(9, 9))
    clock.forward(seconds=5)
    first = get("/api/icsfeed", rooms=world.seine.pk)

    change(world)

    for name, value in (("if-none-match", "etag"), ("if-modified-since", "last-modified")):
        assert get("/api/icsfeed", rooms=world.seine.pk, headers={name: first.headers[value]}).status == 200


def test_change_in_the_very_second_of_the_first_answer_is_not_missed(world: World, get: Call) -> None:
    make_meeting(world.seine, utc(9, 9))
    first = get("/api/icsfeed", rooms=world.seine.pk)

    make_meeting(world.seine, utc(9, 15))

    again = get("/api/icsfeed", rooms=world.seine.pk, headers={"if-modified-since": first.headers["last-modified"]})
    assert again.status == 200


def test_renamed_room_changes_the_tag(world: World, get: Call) -> None:
    first = get("/api/icsfeed", rooms=world.seine.pk)

    Room.objects.filter(pk=world.seine.pk).update(public_name="New name")

    assert get("/api/icsfeed", rooms=world.seine.pk).headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize("header", ["nonsense", "", "Wed, 99 Jan 2026 09:00:00 GMT"])
def test_bad_date_header_is_ignored(world: World, get: Call, header: str) -> None:
    make_meeting(world.seine, utc(9, 9))

    assert get("/api/icsfeed", rooms=world.seine.pk, headers={"if-modified-since": header}).status == 200


def test_texts_are_escaped_folded_and_read_back(world: World) -> None:
    title = "Réunion; été, 1\\2 – " + "é" * 60 + "\U0001f600" * 20
    description = "one\r\ntwo\rthree\x07\x0b"
    moment = datetime(2026, 1, 9, 9, tzinfo=UTC)

    body = calendar([Event("u@x", moment, moment, moment.replace(hour=10), title, "Salle", description)])

    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    assert b"\n" not in body.replace(b"\r\n", b"")
    event = icalendar.Calendar.from_ical(body).walk("VEVENT")[0]
    assert str(event["SUMMARY"]) == title
    assert str(event["DESCRIPTION"]) == "one\ntwo\nthree"
    assert body.decode().replace("\r\n ", "").count("BEGIN:VEVENT") == 1
