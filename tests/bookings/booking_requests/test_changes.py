"""A booked meeting that moves in the room's calendar, leaves it or comes back: told once, and never by mistake."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from bookings.booking_requests.changes import watch_changes
from bookings.booking_requests.helping import begin_cancelling
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.queries import waits_for_staff
from bookings.booking_requests.states import Presence, State, What
from bookings.catalog.models import Room
from bookings.feeds.actions import refresh_feed
from bookings.feeds.models import BusySpan
from bookings.mail.queries import open_body
from portal import clock as portal_clock
from portal.embedded import slots
from portal.embedded.models import Meeting
from portal.workways.connect import workways
from tests.bookings.booking_requests.guests import Guest, kinds_to, link_to, mails_to, text_of, title, utc
from tests.bookings.booking_requests.test_racing import run_at_once
from tests.conftest import StoppedClock
from tests.factories import make_booking_request, make_busy_span, make_feed, make_room
from tests.portal.embedded.world import KNOWN, make_meeting
from tests.support import transports
from tests.support.transports import FEED, Recording

CHANGES = ("meeting_moved", "meeting_gone", "meeting_back")


def reread(room: Room, clock: StoppedClock, *, minutes: float = 1) -> None:
    """Some time later the room's calendar is read, and compared by two workers, one after the other."""
    clock.forward(minutes=minutes)
    feed = type(room.feed).objects.select_related("room__site").get(room=room)
    refresh_feed(feed=feed, client=workways(), now=clock())
    watch_changes(now=clock())
    watch_changes(now=clock())


def move_meeting(meeting: Meeting, start: datetime) -> None:
    """Somebody at the site moves the meeting in Workways; its id, and so its UID, stays."""
    slots.give_back([meeting])
    meeting.end, meeting.start = start + (meeting.end - meeting.start), start
    meeting.updated_at = portal_clock.now()
    meeting.save()
    slots.take(meeting, now=start)


def changes_mailed(email: str = KNOWN) -> list[str]:
    return [kind for kind in kinds_to(email) if kind in CHANGES]


def event_in(mail: Any) -> Any:
    """The event of the calendar file that came with a mail."""
    (attachment,) = open_body(mail).attachments
    (event,) = Calendar.from_ical(attachment.content).walk("VEVENT")
    return event


@pytest.fixture
def booked(room: Room, upstream: Recording, clock: StoppedClock) -> Guest:
    """A booked meeting that the room's calendar shows: Monday 12 January, 14:00 in Paris."""
    guest = Guest(KNOWN).begin(room).book()
    reread(room, clock)
    assert (guest.request.state, guest.request.presence) == (State.BOOKED, Presence.SHOWN)
    return guest


def test_meeting_that_moves_and_then_goes_is_told_once_each_with_a_growing_sequence(
    booked: Guest, room: Room, clock: StoppedClock
) -> None:
    meeting = Meeting.objects.get()
    move_meeting(meeting, utc(13, 9))
    reread(room, clock)
    reread(room, clock)
    assert changes_mailed() == ["meeting_moved"]
    assert (booked.request.start, booked.request.former_start) == (utc(13, 9), utc(12, 13))

    meeting.delete()
    reread(room, clock)
    assert changes_mailed() == ["meeting_moved"]
    reread(room, clock, minutes=20)
    reread(room, clock, minutes=20)

    assert changes_mailed() == ["meeting_moved", "meeting_gone"]
    told = [event_in(mail) for mail in mails_to(KNOWN) if mail.kind in ("booked", *CHANGES)]
    assert [event["SEQUENCE"] for event in told] == [0, 1, 2]
    assert {str(event["UID"]) for event in told} == {f"{booked.reference}@127.0.0.1"}
    assert [str(event["STATUS"]) for event in told] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [event["DTSTART"].dt for event in told] == [utc(12, 13), utc(13, 9), utc(13, 9)]
    assert [event.what for event in booked.request.events.all()][-2:] == [What.MEETING_MOVED, What.MEETING_GONE]


def test_staff_see_each_change_until_they_mark_it_as_handled(booked: Guest, room: Room, clock: StoppedClock) -> None:
    waiting = BookingRequest.objects.filter(waits_for_staff())
    meeting = Meeting.objects.get()
    assert not waiting.exists()

    move_meeting(meeting, utc(13, 9))
    reread(room, clock)
    assert [request.reference for request in waiting] == [booked.reference]
    assert booked.request.waits_for_staff
    waiting.update(handled_at=clock())
    reread(room, clock)
    assert not waiting.exists()

    meeting.delete()
    reread(room, clock)
    reread(room, clock, minutes=20)
    assert [request.change for request in waiting] == ["No longer in the room's calendar"]


def test_pages_show_the_new_time_and_then_that_the_meeting_is_gone(
    booked: Guest, room: Room, clock: StoppedClock
) -> None:
    meeting = Meeting.objects.get()
    move_meeting(meeting, utc(13, 9))
    reread(room, clock)

    moved, behind_link = booked.look().html, Client().get(link_to(KNOWN)).content.decode()
    meeting.delete()
    reread(room, clock)
    reread(room, clock, minutes=20)

    for page in (moved, behind_link):
        assert "Tuesday 13 January 2026, 10:00–11:00" in page
        assert "Monday 12 January 2026, 14:00–15:00" in page
    assert title(booked.look()) == "Your meeting is no longer in the calendar"
    gone = Client().get(link_to(KNOWN)).content.decode()
    assert "no longer in the room" in gone
    assert b"STATUS:CANCELLED" in Client().get(f"{link_to(KNOWN)}meeting.ics").content
    assert b"STATUS:CANCELLED" in booked.client.get(f"/booking/{booked.reference}/meeting.ics").content


def test_the_confirmation_sent_again_is_the_mail_with_the_file_that_is_right(
    booked: Guest, room: Room, clock: StoppedClock
) -> None:
    move_meeting(Meeting.objects.get(), utc(13, 9))
    reread(room, clock)

    booked.look().post("resend")

    queued = [mail.kind for mail in mails_to(KNOWN) if mail.due_at == clock() and mail.attempts == 0]
    assert queued == ["meeting_moved"]


def test_slot_of_a_meeting_that_is_gone_can_be_booked_again_by_the_same_guest(
    booked: Guest, room: Room, clock: StoppedClock
) -> None:
    Meeting.objects.get().delete()
    reread(room, clock)
    reread(room, clock, minutes=20)
    gone = booked.reference

    again = booked.begin(room)

    assert again.reference != gone
    assert again.request.state == State.READY


@pytest.mark.parametrize("trouble", [transports.server_error, transports.rubbish, transports.times_out])
def test_feed_that_fails_never_says_gone(
    booked: Guest, room: Room, clock: StoppedClock, settings: Any, trouble: Any
) -> None:
    Meeting.objects.get().delete()
    settings.WORKWAYS_TRANSPORT = trouble(FEED)

    for _reading in range(4):
        reread(room, clock, minutes=30)

    assert booked.request.presence == Presence.SHOWN
    assert changes_mailed() == []


def test_meeting_that_is_missing_in_one_reading_only_is_not_talked_about(
    booked: Guest, room: Room, clock: StoppedClock
) -> None:
    make_meeting(Meeting.objects.get().room, utc(14, 9))
    start = booked.request.start
    Meeting.objects.filter(start=start).update(start=utc(12, 13), state="refused")
    reread(room, clock)
    assert booked.request.presence == Presence.MISSING

    Meeting.objects.filter(start=start).update(state="confirmed")
    reread(room, clock, minutes=5)
    reread(room, clock, minutes=5)

    assert booked.request.presence == Presence.SHOWN
    assert changes_mailed() == []
    assert booked.request.calendar_sequence == 0


def test_meeting_that_the_team_cancels_leaves_without_bothering_them_again(
    booked: Guest, room: Room, clock: StoppedClock
) -> None:
    begin_cancelling(request=booked.request, actor="Ada", message="As you asked.", now=clock())
    reread(room, clock)
    assert booked.request.cancelling_at is not None
    Meeting.objects.update(state="refused")

    reread(room, clock)
    reread(room, clock, minutes=20)

    assert changes_mailed() == ["meeting_gone"]
    assert kinds_to(KNOWN).count("meeting_cancelling") == 1
    assert booked.request.is_gone
    assert booked.request.cancelling_at is None
    assert not BookingRequest.objects.filter(waits_for_staff()).exists()


def test_calendar_that_is_suddenly_empty_is_doubted_longer(booked: Guest, room: Room, clock: StoppedClock) -> None:
    Meeting.objects.all().delete()

    reread(room, clock)
    reread(room, clock, minutes=10)
    assert changes_mailed() == []
    reread(room, clock, minutes=6)

    assert changes_mailed() == ["meeting_gone"]


def test_calendar_with_other_meetings_is_believed_after_two_minutes(
    booked: Guest, room: Room, clock: StoppedClock
) -> None:
    meeting = Meeting.objects.get()
    make_meeting(meeting.room, utc(14, 9))
    meeting.delete()

    reread(room, clock)
    reread(room, clock, minutes=1)
    assert changes_mailed() == []
    reread(room, clock, minutes=1)

    assert changes_mailed() == ["meeting_gone"]


def test_meeting_that_comes_back_is_told_too(booked: Guest, room: Room, clock: StoppedClock) -> None:
    meeting = Meeting.objects.get()
    Meeting.objects.update(state="refused")
    reread(room, clock)
    reread(room, clock, minutes=20)
    Meeting.objects.filter(pk=meeting.pk).update(state="confirmed")

    reread(room, clock)
    reread(room, clock)

    assert changes_mailed() == ["meeting_gone", "meeting_back"]
    assert title(booked.look()) == "Your room is booked"
    assert event_in(mails_to(KNOWN)[-1])["SEQUENCE"] == 2
    assert str(event_in(mails_to(KNOWN)[-1])["STATUS"]) == "CONFIRMED"


def test_mails_and_history_tell_both_times(booked: Guest, room: Room, clock: StoppedClock) -> None:
    move_meeting(Meeting.objects.get(), utc(13, 9))

    reread(room, clock)

    said = text_of(mails_to(KNOWN)[-1])
    assert "It was on Monday 12 January 2026, 14:00–15:00 (Paris time, UTC+1)." in said
    assert "When: Tuesday 13 January 2026, 10:00–11:00 (Paris time, UTC+1)" in said
    noted = booked.request.events.get(what=What.MEETING_MOVED).note
    assert noted == "2026-01-12 13:00/2026-01-12 14:00 UTC -> 2026-01-13 09:00/2026-01-13 10:00 UTC"


def seen_without_id(clock: StoppedClock, **fields: Any) -> tuple[BookingRequest, BusySpan]:
    """A booked meeting of an upstream whose UIDs say nothing, in the calendar under the UID "abc"."""
    room = make_room()
    span = make_busy_span(room=room, start=utc(12, 13), uid="abc")
    make_busy_span(room=room, start=utc(14, 13), uid="other")
    request = make_booking_request(
        room=room, start=utc(12, 13), state=State.BOOKED, sent_at=clock(), workways_id="", hold=None, **fields
    )
    watch_changes(now=clock())
    request.refresh_from_db()
    return request, span


def new_version(request: BookingRequest, clock: StoppedClock, *, minutes: int = 5) -> None:
    """A good reading that changed something."""
    clock.forward(minutes=minutes)
    feed = request.room.feed
    feed.refresh_from_db()
    feed.version, feed.read_at, feed.events = feed.version + 1, clock(), 2
    feed.save()
    watch_changes(now=clock())
    request.refresh_from_db()


@pytest.mark.django_db
def test_uid_without_an_id_is_learned_from_the_exact_time_and_followed(clock: StoppedClock) -> None:
    request, span = seen_without_id(clock)
    assert (request.presence, request.meeting_uid) == (Presence.SHOWN, "abc")

    BusySpan.objects.filter(pk=span.pk).update(start=utc(13, 9), end=utc(13, 10))
    new_version(request, clock)

    assert request.start == utc(13, 9)
    assert changes_mailed(request.email) == ["meeting_moved"]


@pytest.mark.django_db
def test_new_uid_at_exactly_our_time_is_the_same_meeting(clock: StoppedClock) -> None:
    request, span = seen_without_id(clock)

    BusySpan.objects.filter(pk=span.pk).update(uid="made anew")
    new_version(request, clock)
    new_version(request, clock)

    assert (request.presence, request.meeting_uid) == (Presence.SHOWN, "made anew")
    assert changes_mailed(request.email) == []


@pytest.mark.django_db
def test_meeting_of_somebody_else_in_our_time_doesnt_hide_that_ours_is_gone(clock: StoppedClock) -> None:
    request, span = seen_without_id(clock)
    span.delete()
    new_version(request, clock)
    make_busy_span(room=request.room, start=utc(12, 13), uid="theirs")

    new_version(request, clock)

    assert changes_mailed(request.email) == ["meeting_gone"]


@pytest.mark.django_db
def test_meeting_that_the_calendar_never_showed_is_not_missed(clock: StoppedClock) -> None:
    request = make_booking_request(start=utc(12, 13), state=State.BOOKED, sent_at=clock(), hold=None)

    for _reading in range(3):
        new_version(request, clock)

    assert request.presence == Presence.UNSEEN
    assert changes_mailed(request.email) == []


@pytest.mark.django_db
def test_meeting_that_is_over_is_left_alone(clock: StoppedClock) -> None:
    request, span = seen_without_id(clock)
    clock.set(utc(12, 15))
    span.delete()

    new_version(request, clock)
    new_version(request, clock)

    assert changes_mailed(request.email) == []


@pytest.mark.django_db
def test_unchanged_calendars_cost_one_question_each_round_and_no_write(
    clock: StoppedClock, django_assert_num_queries: Any
) -> None:
    request, _span = seen_without_id(clock)
    for hour in range(3):
        make_booking_request(room=request.room, start=utc(15, 9 + hour), state=State.BOOKED, hold=None)
    watch_changes(now=clock())

    with django_assert_num_queries(2):
        watch_changes(now=clock())


@pytest.mark.django_db
def test_meetings_of_a_room_that_stand_as_they_were_cost_one_question_and_one_write(
    clock: StoppedClock, django_assert_num_queries: Any
) -> None:
    request, _span = seen_without_id(clock)
    for hour in range(6):
        make_busy_span(room=request.room, start=utc(15, 9 + hour), uid=f"meeting {hour}")
        make_booking_request(
            room=request.room,
            start=utc(15, 9 + hour),
            state=State.BOOKED,
            presence=Presence.SHOWN,
            meeting_uid=f"meeting {hour}",
            hold=None,
        )
    watch_changes(now=clock())
    feed = request.room.feed
    type(feed).objects.filter(pk=feed.pk).update(version=9, read_at=clock())

    with django_assert_num_queries(4):
        watch_changes(now=clock())

    assert not BookingRequest.objects.exclude(feed_version=9).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_a_change_once(clock: StoppedClock) -> None:
    request, span = seen_without_id(clock)
    BusySpan.objects.filter(pk=span.pk).update(start=utc(13, 9), end=utc(13, 10))
    clock.forward(minutes=5)
    make = request.room.feed
    type(make).objects.filter(pk=make.pk).update(version=9, read_at=clock(), events=2)

    run_at_once([lambda: watch_changes(now=clock()) and None for _worker in range(4)])

    request.refresh_from_db()
    assert changes_mailed(request.email) == ["meeting_moved"]
    assert request.calendar_sequence == 1


@pytest.mark.django_db
def test_room_of_a_missing_meeting_is_read_again_soon(clock: StoppedClock) -> None:
    request, span = seen_without_id(clock)
    feed = request.room.feed
    span.delete()

    new_version(request, clock)

    feed.refresh_from_db()
    assert feed.due_at <= clock() + timedelta(seconds=1)


@pytest.mark.django_db
def test_a_room_without_a_good_reading_tells_nothing(clock: StoppedClock) -> None:
    room = make_room(feed=False)
    make_feed(room=room, read_at=None)
    make_booking_request(room=room, start=utc(12, 13), state=State.BOOKED, hold=None)

    assert watch_changes(now=clock()) == 0
