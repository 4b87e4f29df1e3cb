"""Meetings and closures, held to the same guard as the API's bookings."""

from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from portal.embedded.models import AuditEntry, Closure, Meeting, MeetingCell, MeetingState, Room
from tests.portal.embedded.conftest import Call
from tests.portal.embedded.world import KNOWN, World, booking, make_meeting, make_room, utc


def typed(room: Room, **more: str) -> dict[str, str]:
    """Monday 12 January 2026, 15:00 in Paris, an hour: 14:00 UTC."""
    plain = {"room": room.pk, "day": "2026-01-12", "start": "15:00", "minutes": "60", "people": "4", "name": "Board"}
    return {**plain, **more}


def closing(place: str, **more: str) -> dict[str, str]:
    plain = {"first_day": "2026-01-12", "start": "08:00", "last_day": "2026-01-13", "end": "20:00", "reason": "Paint"}
    return {"place": place, **plain, **more}


def test_a_meeting_is_booked_by_the_clock_of_the_site(operator: Client, world: World, get: Call, post: Call) -> None:
    response = operator.post(reverse("operator-meeting-new"), typed(world.seine, contact_email=KNOWN.upper()))

    meeting = Meeting.objects.get()
    feed = get("/api/icsfeed", rooms=world.seine.pk).body.decode()
    answer = post("/api/meeting-request", booking(world.seine))
    assert response["Location"] == reverse("operator-meeting", args=[meeting.pk])
    assert (meeting.start, meeting.minutes, meeting.state) == (utc(12, 14), 60, MeetingState.CONFIRMED)
    assert meeting.organization == world.acme
    assert "DTSTART:20260112T140000Z" in feed
    assert answer.status == 400


def test_two_meetings_never_overlap(operator: Client, world: World) -> None:
    first = make_meeting(world.seine, utc(12, 14), name="First come")

    response = operator.post(reverse("operator-meeting-new"), typed(world.seine, start="14:30"))

    page = response.content.decode()
    assert response.status_code == 400
    assert "The room is not free at this time." in page
    assert reverse("operator-meeting", args=[first.pk]) in page
    assert list(Meeting.objects.all()) == [first]
    assert not AuditEntry.objects.exists()


def test_a_meeting_moves_and_gives_its_old_time_back(operator: Client, world: World, post: Call) -> None:
    meeting = make_meeting(world.seine, utc(12, 14))

    operator.post(reverse("operator-meeting", args=[meeting.pk]), typed(world.seine, start="15:30"))

    meeting.refresh_from_db()
    earlier = post("/api/meeting-request", booking(world.seine, duration=30))
    assert meeting.start == utc(12, 14, 30)
    assert earlier.status == 200


def test_a_meeting_that_can_not_move_stays_where_it_is(operator: Client, world: World) -> None:
    meeting = make_meeting(world.seine, utc(12, 9))
    make_meeting(world.seine, utc(12, 14))
    cells = set(MeetingCell.objects.filter(meeting=meeting).values_list("cell", flat=True))

    response = operator.post(reverse("operator-meeting", args=[meeting.pk]), typed(world.seine))

    meeting.refresh_from_db()
    assert response.status_code == 400
    assert meeting.start == utc(12, 9)
    assert set(MeetingCell.objects.filter(meeting=meeting).values_list("cell", flat=True)) == cells


def test_a_cancelled_meeting_frees_its_time_and_stays_as_history(operator: Client, world: World, get: Call) -> None:
    meeting = make_meeting(world.seine, utc(12, 14), name="Board")
    path = reverse("operator-meeting-cancel", args=[meeting.pk])

    operator.post(path)
    again = operator.post(path)

    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CANCELLED
    assert not MeetingCell.objects.exists()
    assert "VEVENT" not in get("/api/icsfeed", rooms=world.seine.pk).body.decode()
    assert "Board" in operator.get(reverse("operator-meetings"), {"state": "cancelled"}).content.decode()
    assert again.status_code == 302
    assert AuditEntry.objects.count() == 1


def test_a_cancelled_meeting_is_not_changed_any_more(operator: Client, world: World) -> None:
    meeting = make_meeting(world.seine, utc(12, 14), state=MeetingState.CANCELLED)
    MeetingCell.objects.all().delete()

    operator.post(reverse("operator-meeting", args=[meeting.pk]), typed(world.seine, name="Again"))

    meeting.refresh_from_db()
    assert meeting.name == ""
    assert not MeetingCell.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": "0001-01-01"},
        {"day": "9999-12-31"},
        {"day": "2026-02-30"},
        {"start": "25:00"},
        {"start": "15:00+01:00"},
        {"day": "2026-03-29", "start": "02:30"},
        {"minutes": "4"},
        {"minutes": "9" * 5000},
        {"people": "0"},
        {"room": "f" * 24},
        {"room": "\x00"},
        {"contact_email": "nobody"},
        {"name": "a\x00b"},
    ],
)
def test_a_meeting_that_makes_no_sense_is_refused(operator: Client, world: World, wrong: dict[str, str]) -> None:
    response = operator.post(reverse("operator-meeting-new"), {**typed(world.seine), **wrong})

    assert response.status_code == 400
    assert not Meeting.objects.exists()


def test_meetings_are_narrowed_down(operator: Client, world: World) -> None:
    make_meeting(world.seine, utc(12, 9), name="Budget")
    make_meeting(world.liffey, utc(12, 9), name="Retrospective")
    make_meeting(world.seine, utc(2, 9), name="Long over")
    path = reverse("operator-meetings")

    everything = operator.get(path).content.decode()
    by_room = operator.get(path, {"room": world.seine.pk}).content.decode()
    by_word = operator.get(path, {"words": "retro"}).content.decode()
    older = operator.get(path, {"since": "2026-01-01"}).content.decode()

    assert ("Budget" in everything, "Retrospective" in everything, "Long over" in everything) == (True, True, False)
    assert ("Budget" in by_room, "Retrospective" in by_room) == (True, False)
    assert ("Budget" in by_word, "Retrospective" in by_word) == (False, True)
    assert "Long over" in older


def test_a_week_shows_each_day_by_the_wall_clock(operator: Client, world: World) -> None:
    make_meeting(world.seine, utc(12, 23, 30), minutes=30, name="Night shift")

    page = operator.get(reverse("operator-room-week", args=[world.seine.pk]), {"date": "2026-01-14"}).content.decode()

    tuesday = page.split("Tue 13 Jan")[1].split("Wed 14 Jan")[0]
    assert "Night shift" in tuesday
    assert "00:30–01:00" in tuesday


def test_a_closed_room_can_not_be_booked_and_is_busy_in_the_feed(
    operator: Client, world: World, get: Call, post: Call
) -> None:
    operator.post(reverse("operator-closures"), closing(f"room-{world.seine.pk}"))

    answer = post("/api/meeting-request", booking(world.seine))
    feed = get("/api/icsfeed", rooms=world.seine.pk).body.decode()
    assert answer.payload()["message"] == "Room is not available for the selected time slot"
    assert "DTSTART:20260112T070000Z" in feed
    assert "DTEND:20260113T190000Z" in feed
    assert "Paint" not in feed


def test_a_closed_site_closes_its_rooms_and_those_that_come(operator: Client, world: World) -> None:
    operator.post(reverse("operator-closures"), closing(f"site-{world.paris.pk}"))
    new = {"name": "Loire", "type": "publicMeeting", "default_state": "bookable", "actual_state": "bookable"}
    operator.post(reverse("operator-room-new"), {**new, "site": world.paris.pk, "vat_type": "standard"})

    closed = set(Meeting.objects.filter(closure__isnull=False).values_list("room__name", flat=True))
    assert closed == {"Seine", "Bureau", "Private Office 101", "Archives", "Loire"}


def test_a_closure_waits_until_nothing_is_in_its_way(operator: Client, world: World) -> None:
    other = make_room(world.paris, "Marne")
    meetings = [make_meeting(world.seine, utc(12, 14)), make_meeting(other, utc(13, 9))]

    response = operator.post(reverse("operator-closures"), closing(f"site-{world.paris.pk}"))

    page = response.content.decode()
    assert response.status_code == 400
    assert all(reverse("operator-meeting", args=[meeting.pk]) in page for meeting in meetings)
    assert not Closure.objects.exists()
    assert Meeting.objects.count() == 2


def test_a_lifted_closure_frees_the_time(operator: Client, world: World, post: Call) -> None:
    operator.post(reverse("operator-closures"), closing(f"room-{world.seine.pk}"))
    closure = Closure.objects.get()

    operator.post(reverse("operator-closure-lift", args=[closure.pk]))

    closure.refresh_from_db()
    assert closure.lifted_at is not None
    assert post("/api/meeting-request", booking(world.seine)).status == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"last_day": "2026-01-11"},
        {"last_day": "2026-03-12"},
        {"last_day": "9999-12-31"},
        {"end": "x"},
        {"place": "room-x"},
        {"place": "\x00"},
        {"first_day": "2026-03-29", "start": "02:30", "last_day": "2026-03-30"},
    ],
)
def test_a_closure_that_makes_no_sense_is_refused(operator: Client, world: World, wrong: dict[str, str]) -> None:
    response = operator.post(reverse("operator-closures"), {**closing(f"room-{world.seine.pk}"), **wrong})

    assert response.status_code == 400
    assert not Closure.objects.exists()


def test_a_closures_part_is_no_meeting_to_be_changed(operator: Client, world: World) -> None:
    operator.post(reverse("operator-closures"), closing(f"room-{world.seine.pk}"))
    part = Meeting.objects.get()

    answers = [
        operator.get(reverse("operator-meeting", args=[part.pk])),
        operator.post(reverse("operator-meeting-cancel", args=[part.pk])),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_the_database_refuses_a_closure_that_ends_before_it_starts(world: World) -> None:
    broken: dict[str, Any] = {"site": world.paris, "start": utc(12, 9), "end": utc(12, 8)}

    with pytest.raises(IntegrityError):
        Closure.objects.create(**broken)
