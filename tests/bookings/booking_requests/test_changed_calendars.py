"""The calendar files of a meeting that moves, goes and comes back, as they really left, in a guest's own calendar.

The calendar is one that Google or Outlook wrote, and a program reads it that shares no code with ours (ical.js).
"""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from bookings.booking_requests.states import State
from bookings.catalog.models import Room
from bookings.mail.models import OutboxMail
from bookings.mail.queries import open_body
from portal.embedded.models import Meeting
from tests.bookings.booking_requests.guests import Guest, link_to, mails_to, utc
from tests.bookings.booking_requests.test_changes import CHANGES, changes_mailed, move_meeting, reread
from tests.bookings.feeds.test_second_engine import ical_js  # noqa: F401 (a fixture)
from tests.bookings.mail.test_other_programs import CALENDARS, seconds, shown_by_program
from tests.conftest import StoppedClock
from tests.portal.embedded.world import KNOWN, make_meeting

pytestmark = [pytest.mark.django_db, pytest.mark.node]


def mailed_files() -> list[str]:
    """The calendar files of all mails about the meeting, in the order in which they left."""
    told = [mail for mail in mails_to(KNOWN) if mail.kind in ("booked", *CHANGES)]
    return [attachment.content.decode() for mail in told for attachment in open_body(mail).attachments]


@CALENDARS
def test_mailed_files_keep_one_entry_that_is_always_right(
    room: Room,
    upstream: Any,
    clock: StoppedClock,
    ical_js: Path,  # noqa: F811
    calendar: str,
) -> None:
    guest = Guest(KNOWN).begin(room).book()
    assert guest.request.state == State.BOOKED
    reread(room, clock)
    meeting = Meeting.objects.get()
    move_meeting(meeting, utc(13, 9))
    reread(room, clock)
    meeting.delete()
    # Another meeting keeps the calendar from being empty, which would be doubted for longer.
    make_meeting(meeting.room, utc(14, 9))
    for _reading in range(3):
        reread(room, clock)

    uid = f"{guest.reference}@127.0.0.1"
    entries = [
        [entry for entry in state if entry["uid"] == uid]
        for state in shown_by_program(ical_js, calendar, mailed_files())
    ]

    assert changes_mailed() == ["meeting_moved", "meeting_gone"]
    assert [len(state) for state in entries] == [1, 1, 1]
    booked, moved, gone = (state[0] for state in entries)
    assert [entry["sequence"] for entry in (booked, moved, gone)] == [0, 1, 2]
    assert (booked["start"], moved["start"]) == (seconds(utc(12, 13)), seconds(utc(13, 9)))
    assert [(entry["status"], entry["free"]) for entry in (booked, moved, gone)] == [
        ("CONFIRMED", False),
        ("CONFIRMED", False),
        ("CANCELLED", True),
    ]


def test_address_of_the_file_gives_what_the_newest_mail_gave(
    room: Room,
    upstream: Any,
    clock: StoppedClock,
    ical_js: Path,  # noqa: F811
) -> None:
    Guest(KNOWN).begin(room).book()
    reread(room, clock)
    address = f"{link_to(KNOWN)}meeting.ics"
    files = [Client().get(address).content.decode()]
    move_meeting(Meeting.objects.get(), utc(13, 9))
    reread(room, clock)
    files.append(Client().get(address).content.decode())

    states = shown_by_program(ical_js, "google-export.ics", files)

    uid = f"{OutboxMail.objects.filter(kind='booked').get().booking_request.reference}@127.0.0.1"
    starts = [[entry["start"] for entry in state if entry["uid"] == uid] for state in states]
    assert starts == [[seconds(utc(12, 13))], [seconds(utc(13, 9))]]
