"""The whole way, against the embedded API."""

from bookings.booking_requests.settling import settle_due
from bookings.booking_requests.states import State, What
from bookings.catalog.models import Room
from bookings.core.answers import Standing
from bookings.feeds.actions import refresh_feed
from bookings.links.models import ProvedAddress
from portal.embedded.models import Meeting, MeetingState
from portal.workways.connect import workways
from tests.bookings.booking_requests.guests import MONDAY_START, Guest, kinds_to, mails_to, text_of, title, utc
from tests.conftest import StoppedClock
from tests.portal.embedded.world import ARCHIVED, KNOWN, NEW, OF_ARCHIVED_COMPANY, TEMPORARY
from tests.support.transports import MEETING_REQUEST, Recording


def test_known_company_books(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room, subject="Quarterly Review", notes="Water, please").book()

    assert title(guest) == "Your room is booked"
    assert guest.request.state == State.BOOKED
    assert upstream.sent_to(MEETING_REQUEST) == [
        {
            "contactEmail": KNOWN,
            "contactName": "Nina Neuf",
            "bookedRoom": room.workways_id,
            "bookedAt": "2026-01-12T13:00:00Z",
            "duration": 60,
            "bookedUser": 4,
            "name": "Quarterly Review",
            "description": "Water, please",
            "language": "en",
        }
    ]
    meeting = Meeting.objects.get()
    assert (meeting.state, meeting.start) == (MeetingState.CONFIRMED, MONDAY_START)
    assert guest.request.workways_id == meeting.pk
    assert kinds_to(KNOWN) == ["prove_address", "booked"]
    assert ProvedAddress.objects.get().standing == Standing.KNOWN


def test_new_company_is_led_to_its_registration(room: Room, upstream: Recording) -> None:
    guest = Guest(NEW).begin(room).book()

    assert title(guest) == "One step left: register your company"
    assert f'action="/registration/from-booking/{guest.reference}/"' in guest.html
    pending = Meeting.objects.get()
    assert (guest.request.state, guest.request.workways_id) == (State.REGISTRATION_NEEDED, pending.pk)
    assert guest.request.hold is not None
    assert guest.request.hold.expires_at is None
    assert kinds_to(NEW) == ["prove_address", "registration_needed"]
    assert ProvedAddress.objects.get().standing == Standing.NEW


def test_person_with_an_unfinished_registration_counts_as_new(room: Room, upstream: Recording) -> None:
    guest = Guest(TEMPORARY).begin(room).book()

    assert guest.request.state == State.REGISTRATION_NEEDED
    assert guest.request.person_existed is True
    assert ProvedAddress.objects.get().standing == Standing.NEW


def test_archived_person_is_told_and_gives_the_time_back(room: Room, upstream: Recording) -> None:
    guest = Guest(ARCHIVED).begin(room).book()

    assert title(guest) == "This account is archived"
    assert "Your account is no longer valid" in guest.html
    assert (guest.request.state, guest.request.hold) == (State.ARCHIVED, None)
    assert kinds_to(ARCHIVED) == ["prove_address", "archived"]
    assert not Meeting.objects.exists()


def test_person_of_an_archived_company_is_told_so(room: Room, upstream: Recording) -> None:
    guest = Guest(OF_ARCHIVED_COMPANY).begin(room).book()

    assert guest.request.state == State.ARCHIVED


def test_french_guest_gets_french_pages_and_mails(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN)
    guest.page = guest.client.post(
        f"/fr/rooms/{room.workways_id}/book/",
        {"date": "2026-01-12", "start": "14:00", "duration": "60", "email": KNOWN, "name": "Jean", "people": "4"},
    )
    guest.reference = guest.page.url.strip("/").split("/")[-1]

    assert guest.page.url == f"/fr/booking/{guest.reference}/"
    assert guest.request.language == "fr"
    assert "/fr/l/" in text_of(mails_to(KNOWN)[0])


def test_address_once_proved_needs_no_code_in_this_browser(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room).book()

    guest.begin(room, date="2026-01-13")

    assert 'name="code"' not in guest.html
    assert guest.book().request.state == State.BOOKED
    assert kinds_to(KNOWN) == ["prove_address", "booked", "booked"]


def test_address_proved_in_one_browser_is_not_in_another(room: Room, upstream: Recording) -> None:
    Guest(KNOWN).begin(room).book()

    other = Guest(KNOWN).begin(room, date="2026-01-13")

    assert 'name="code"' in other.html


def test_known_company_books_for_the_same_day(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room, date="2026-01-07", start="15:00")

    assert "only companies that already have a Workways account" in guest.html
    assert guest.book().request.state == State.BOOKED


def test_new_company_too_soon_is_offered_the_first_possible_days(room: Room, upstream: Recording) -> None:
    guest = Guest(NEW).begin(room, date="2026-01-08", start="15:00").book()

    assert title(guest) == "This time is too soon for a new company"
    assert "Friday 9 January 2026" in guest.html
    assert upstream.sent_to(MEETING_REQUEST) == []
    assert guest.request.state == State.READY
    assert guest.press_slot().book().request.state == State.REGISTRATION_NEEDED
    assert guest.request.start >= utc(9, 8)
    assert guest.request.name == "Nina Neuf"


def test_booked_meeting_keeps_its_hold_until_the_calendar_shows_it(
    room: Room, upstream: Recording, clock: StoppedClock
) -> None:
    guest = Guest(KNOWN).begin(room).book()
    assert guest.request.hold is not None

    clock.forward(minutes=1)
    refresh_feed(feed=room.feed, client=workways(), now=clock())
    settle_due(now=clock())

    assert guest.request.hold is None
    assert guest.request.state == State.BOOKED


def test_calendar_file_is_only_there_for_a_booking(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room)
    before = guest.client.get(f"/booking/{guest.reference}/meeting.ics")

    guest.book()
    after = guest.client.get(f"/booking/{guest.reference}/meeting.ics")

    assert before.status_code == 404
    assert after["Content-Type"].startswith("text/calendar")
    assert f"UID:{guest.reference}@" in after.content.decode()
    assert "DTSTART;TZID=Europe/Paris:20260112T140000" in after.content.decode()


def test_confirmation_can_be_had_once_more_but_not_at_once_again(
    room: Room, upstream: Recording, clock: StoppedClock
) -> None:
    guest = Guest(KNOWN).begin(room).book()

    first = guest.post("resend").html
    second = guest.post("resend").html

    assert f"A mail is on its way to {KNOWN}." in first
    assert "You can have another in 60 seconds." in second
    assert kinds_to(KNOWN) == ["prove_address", "booked"]
    assert [event.what for event in guest.request.events.all()].count(What.MAILED_AGAIN) == 1


def test_guest_asks_the_team_and_gets_a_receipt(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room).book()

    guest.post("ask", kind="cancel", message="We can't come.")
    guest.post("ask", kind="cancel", message="We can't come.")

    assert "We can't come." in guest.html
    assert guest.request.asks.count() == 1
    assert kinds_to(KNOWN) == ["prove_address", "booked", "ask_received"]


def test_history_tells_every_step(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room).book()

    told = [(event.actor, event.what, event.state) for event in guest.request.events.all()]

    assert told == [
        ("guest", What.BEGUN, State.AWAITING_PROOF),
        ("guest", What.PROVED, State.READY),
        ("guest", What.SENDING, State.SENDING),
        ("system", What.ANSWERED, State.BOOKED),
    ]
