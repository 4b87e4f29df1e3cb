"""One request shows its whole story in order."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from bookings.audit.models import AuditRow
from bookings.booking_requests.actions import GUEST
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import State, What
from bookings.catalog.models import Room
from bookings.links.models import Link
from bookings.mail.models import MailState, MailStep, OutboxMail
from bookings.staff.moments import Teller, with_steps
from bookings.staff.requests.story import list_moments
from bookings.upstream_calls.models import UpstreamCall
from bookings.watching.models import SlotWatch
from tests.bookings.booking_requests.guests import Guest
from tests.conftest import StoppedClock
from tests.factories import make_booking_request
from tests.portal.embedded.world import KNOWN
from tests.support import transports
from tests.support.transports import MEETING_REQUEST, Recording

pytestmark = pytest.mark.django_db


def told(request: BookingRequest, clock: StoppedClock) -> list[str]:
    """The titles of the story, in order."""
    return [moment.title for moment in moments(request, clock)]


def moments(request: BookingRequest, clock: StoppedClock) -> list[Any]:
    tell = Teller(request.zone, clock(), "en")
    mails, registrations = with_steps(request.mails.all()), request.registrations.all()
    return list_moments(request, events=request.events.all(), mails=mails, registrations=registrations, tell=tell)


def make_watch(request: BookingRequest, **fields: Any) -> SlotWatch:
    """A watch that led to the request."""
    usual = {"room": request.room, "start": request.start, "end": request.end, "zone_name": request.zone_name}
    usual |= {"people": 1, "email": request.email, "language": "en", "browser_key": "b", "network": "n"}
    return SlotWatch.objects.create(**{**usual, "state": "taken", "booking_request": request, **fields})


def shown(client: Client, request: BookingRequest) -> str:
    """The story on the page, as text."""
    page = client.get(f"/staff/requests/{request.reference}/").content.decode()
    story = page.split('id="history"', 1)[1].split("</section>", 1)[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", story)))


class Slow(Recording):
    """Each call takes a minute of the stopped clock."""

    def __init__(self, clock: StoppedClock) -> None:
        super().__init__()
        self.clock = clock

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.clock.forward(minutes=1)
        return super().handle_request(request)


def test_booking_tells_what_was_seen_what_it_cost_and_what_was_asked(
    room: Room, settings: Any, staff_client: Client, clock: StoppedClock
) -> None:
    guest = Guest(KNOWN).begin(room)
    clock.forward(minutes=2)
    settings.WORKWAYS_TRANSPORT = Slow(clock)
    guest.book()

    page = shown(staff_client, guest.request)

    assert room.public_name in page
    assert "Monday 12 January 2026, 14:00–15:00 (Paris time, UTC+1)" in page
    assert "€45, named by Workways for this time" in page
    assert guest.request.price_fingerprint[:12] in page
    assert "nothing is known yet" in page
    titles = told(guest.request, clock)
    assert [title for title in titles if not title.startswith(("Mail", "Link"))] == [
        "Begun",
        "Address confirmed",
        "Sending to Workways",
        "Asked who the person is",
        "Asked for the price",
        "Read the room's calendar as it was then",
        "Sent the booking",
        "Workways answered",
    ]
    assert "GET /api/user-info HTTP 200" in page
    assert "POST /api/meeting-request HTTP 200" in page
    assert f"id of the meeting: {guest.request.workways_id}" in page
    assert "[hidden]" in page


def test_price_that_moved_and_time_that_changed_tell_both_offers(room: Room, upstream: Recording, clock: Any) -> None:
    guest = Guest(KNOWN).begin(room)
    clock.forward(minutes=1)
    guest.post("slot", slot="2026-01-13T09:00:00Z/60")

    begun, changed = [dict(m.facts or m.closer) for m in moments(guest.request, clock) if m.who == GUEST][:2]

    assert begun["Meeting"].startswith("Monday 12 January 2026, 14:00")
    assert changed["Meeting"].startswith("Tuesday 13 January 2026, 10:00")
    assert begun["Fingerprint of the offer"] != changed["Fingerprint of the offer"]


def test_call_that_got_no_answer_stands_between_sending_and_its_outcome(
    room: Room, settings: Any, clock: StoppedClock
) -> None:
    guest = Guest(KNOWN).begin(room)
    settings.WORKWAYS_TRANSPORT = transports.times_out(MEETING_REQUEST)
    clock.forward(minutes=1)

    guest.book()

    (call,) = [moment for moment in moments(guest.request, clock) if moment.title == "Sent the booking"]
    assert (call.word, call.mood) == ("Sent, without a usable answer", "bad")


def test_mails_tell_their_delivery(clock: StoppedClock) -> None:
    request = make_booking_request(state=State.BOOKED)
    now = clock()
    usual = {"to": "g@example.org", "language": "en", "sealed": b"", "message_id": "x", "booking_request": request}
    sent = OutboxMail.objects.create(
        **usual, kind="booked", subject="Booked", repeat_key="1", state=MailState.SENT, attempts=2
    )
    sent.events.create(at=now + timedelta(minutes=1), actor="system", what=MailStep.DEFERRED, note="451 come back")
    sent.events.create(at=now + timedelta(minutes=3), actor="system", what=MailStep.SENT)
    refused = OutboxMail.objects.create(
        **usual, kind="kept", subject="Kept", repeat_key="2", state=MailState.FAILED, attempts=1
    )
    refused.events.create(at=now + timedelta(minutes=2), actor="system", what=MailStep.FAILED, note="550 no such user")
    OutboxMail.objects.create(**usual, kind="kept", subject="Soon", repeat_key="3")

    told_of = [(m.title[6:-1], m.word, m.mood, m.note) for m in moments(request, clock) if m.icon == "mail"]

    assert told_of == [
        ("Booked", "Sent", "good", ""),
        ("Kept", "Failed", "bad", ""),
        ("Soon", "Waiting", "neutral", ""),
        ("Booked", "Not sent, tried again later", "warn", "451 come back"),
        ("Kept", "Given up", "bad", "550 no such user"),
        ("Booked", "The mail server took it", "good", ""),
    ]


def test_links_tell_what_became_of_them(clock: StoppedClock) -> None:
    request = make_booking_request(state=State.BOOKED)
    now = clock()
    fields = {"purpose": "booking", "email": request.email, "booking_request": request}
    day = timedelta(days=1)
    Link.objects.create(**fields, token_hash="1", created_at=now - 9 * day, expires_at=now - day)
    Link.objects.create(**fields, token_hash="2", created_at=now - 8 * day, expires_at=now + day, revoked_at=now - day)
    Link.objects.create(**fields, token_hash="3", created_at=now - 7 * day, expires_at=now + day, used_at=now)

    links = [moment for moment in moments(request, clock) if moment.icon == "arrow-right"]

    assert [(moment.title, moment.word) for moment in links] == [
        ("Link made, for a mail", "Ran out"),
        ("Link made, for a mail", "Ended"),
        ("Link made, for a mail", "Good"),
        ("The mailed link was used", ""),
    ]


def test_waiting_line_and_acts_of_staff_are_told_once(clock: StoppedClock) -> None:
    request = make_booking_request(state=State.KEPT)
    now = clock()
    make_watch(request, waiting_since=now, offered_at=now + timedelta(minutes=1))
    request.events.create(at=now + timedelta(minutes=5), actor="Sofia Keller", what=What.HANDLED)
    audit = {"subject": "request", "reference": request.reference, "actor": "Sofia Keller"}
    AuditRow.objects.create(**audit, act="handled", at=now + timedelta(minutes=5))
    AuditRow.objects.create(**audit, act="saw", at=now + timedelta(minutes=6))
    AuditRow.objects.create(**audit, act="answered", at=now + timedelta(minutes=7))

    assert told(request, clock) == [
        "Asked to be told when the time is free",
        "Took a place in the line",
        "The time was free and was offered",
        "Marked as handled",
        "Answered",
    ]


def test_story_in_french_has_no_english_word_of_ours(
    room: Room, upstream: Recording, staff_client: Client, clock: StoppedClock
) -> None:
    guest = Guest(KNOWN).begin(room).book()

    with translation.override("fr"):
        page = staff_client.get(f"/fr/staff/requests/{guest.request.reference}/").content.decode()

    for english in ("Asked who", "Sent the booking", "Price shown", "Details</summary>", "Took</dt>"):
        assert english not in page


@pytest.mark.parametrize("more", [1, 3, 30])
def test_story_asks_a_fixed_number_of_times(staff_client: Client, clock: StoppedClock, more: int) -> None:
    request = make_booking_request(state=State.KEPT)
    for number in range(more):
        UpstreamCall.objects.create(
            method="GET", path="/api/icsfeed", milliseconds=number, outcome="ok", booking_request=request
        )
        Link.objects.create(
            purpose="booking",
            email="g@example.org",
            booking_request=request,
            token_hash=str(number),
            expires_at=clock(),
        )
        make_watch(request)
        AuditRow.objects.create(subject="request", reference=request.reference, actor="Ada", act="answered")
    staff_client.get(f"/staff/requests/{request.reference}/")

    with CaptureQueriesContext(connection) as queries:
        assert staff_client.get(f"/staff/requests/{request.reference}/").status_code == 200

    assert len(queries) == 12
