"""The mirror against the embedded Workways API."""

import pytest

from bookings.feeds import tasks
from bookings.feeds.models import BusySpan, Feed
from portal.workways import MeetingAccepted, MeetingRequest
from portal.workways.connect import workways
from tests.conftest import StoppedClock
from tests.factories import coming_slot
from tests.support.world import KNOWN, build_world

pytestmark = pytest.mark.django_db


def test_meeting_that_was_booked_comes_back_at_the_same_instant(clock: StoppedClock) -> None:
    room = build_world().mirrored
    slot = coming_slot(room)
    tasks.refresh_one(room.pk)
    assert not BusySpan.objects.filter(room=room).exists()

    answer = workways().request_meeting(
        MeetingRequest(
            contact_email=KNOWN,
            contact_name="Jean Dupont",
            room_id=room.workways_id,
            start=slot.start,
            duration_minutes=slot.minutes,
            people=2,
            name="Canary-4711",
            description="",
            language="en",
        )
    )
    tasks.refresh_one(room.pk)

    assert isinstance(answer, MeetingAccepted)
    span = BusySpan.objects.get(room=room)
    assert (span.start, span.end) == (slot.start, slot.end)
    assert answer.meeting_id in span.uid


def test_second_reading_is_answered_by_not_modified(clock: StoppedClock) -> None:
    room = build_world().mirrored
    tasks.refresh_one(room.pk)
    before = Feed.objects.get(room=room)
    clock.forward(minutes=5)

    tasks.refresh_one(room.pk)

    after = Feed.objects.get(room=room)
    assert before.etag == after.etag != ""
    assert (after.read_at, after.version) == (clock(), before.version)
