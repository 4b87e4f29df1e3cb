"""What staff can do, and what comes of it."""

from typing import Any

import httpx
import pytest
from django.test import Client
from django.utils.html import escape

from bookings.booking_requests.states import State
from bookings.catalog.models import OperatorSettings
from bookings.catalog.queries import operator_settings
from bookings.feeds.models import Feed
from bookings.mail.models import MailState, OutboxMail
from bookings.mail.queries import open_body
from bookings.registration.states import RegistrationState
from tests.bookings.staff.world import make_mail, make_world
from tests.conftest import StoppedClock
from tests.factories import make_booking_request, make_hold, make_registration, make_room
from tests.factories.members import make_member
from tests.support.transports import answers

pytestmark = pytest.mark.django_db

EMPTY_CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nEND:VCALENDAR\r\n"


def shown(client: Client, path: str, data: dict[str, Any]) -> str:
    """The page that a press of a button leads to."""
    return client.post(path, data, follow=True).content.decode()


def test_answer_goes_to_the_guest_and_the_question_is_done(staff_client: Client, clock: StoppedClock) -> None:
    request = make_booking_request(state=State.BOOKED)
    ask = request.asks.create(kind="cancel", message="Please cancel.")

    page = shown(
        staff_client,
        f"/staff/requests/{request.reference}/asks/{ask.pk}/",
        {f"ask{ask.pk}-answer": "Canceled, no fee."},
    )

    ask.refresh_from_db()
    mail = OutboxMail.objects.get()
    assert (ask.answer, ask.handled_by, ask.handled_at) == ("Canceled, no fee.", "Sofia Keller", clock.instant)
    assert mail.to == request.email
    assert "Canceled, no fee." in open_body(mail).text
    assert "on its way to the guest" in page


def test_second_answer_is_not_sent(staff_client: Client, clock: StoppedClock) -> None:
    request = make_booking_request(state=State.BOOKED)
    ask = request.asks.create(kind="cancel")
    path = f"/staff/requests/{request.reference}/asks/{ask.pk}/"
    staff_client.post(path, {f"ask{ask.pk}-answer": "First."})

    page = shown(staff_client, path, {f"ask{ask.pk}-answer": "Second."})

    ask.refresh_from_db()
    assert ask.answer == "First."
    assert OutboxMail.objects.count() == 1
    assert "your answer was not sent" in page


def test_question_of_another_request_is_not_found(staff_client: Client, clock: StoppedClock) -> None:
    mine, other = make_booking_request(state=State.BOOKED), make_booking_request(state=State.BOOKED)
    ask = other.asks.create(kind="cancel")

    response = staff_client.post(f"/staff/requests/{mine.reference}/asks/{ask.pk}/", {f"ask{ask.pk}-answer": "No."})

    assert response.status_code == 404


@pytest.mark.parametrize(("outcome", "state"), [("booked", State.BOOKED), ("not_booked", State.REFUSED)])
def test_outcome_is_noted_with_its_reason_and_told(
    staff_client: Client, clock: StoppedClock, outcome: str, state: State
) -> None:
    request = make_booking_request(state=State.BEING_CONFIRMED)

    page = shown(
        staff_client,
        f"/staff/requests/{request.reference}/settle/",
        {"outcome": outcome, "reason": "I looked into Workways."},
    )

    request.refresh_from_db()
    event = request.events.latest("pk")
    assert request.state == state
    assert (event.actor, event.note) == ("Sofia Keller", "I looked into Workways.")
    assert OutboxMail.objects.get().to == request.email
    assert "the guest is told" in page


@pytest.mark.parametrize(
    "data", [{}, {"outcome": "booked"}, {"outcome": "perhaps", "reason": "x"}, {"outcome": "booked", "reason": " "}]
)
def test_outcome_without_choice_or_reason_is_asked_again(
    staff_client: Client, clock: StoppedClock, data: dict[str, str]
) -> None:
    request = make_booking_request(state=State.KEPT)

    response = staff_client.post(f"/staff/requests/{request.reference}/settle/", data)

    request.refresh_from_db()
    assert response.status_code == 400
    assert 'role="alert"' in response.content.decode()
    assert request.state == State.KEPT


def test_outcome_of_a_settled_request_changes_nothing(staff_client: Client, clock: StoppedClock) -> None:
    request = make_booking_request(state=State.BOOKED)

    page = shown(
        staff_client, f"/staff/requests/{request.reference}/settle/", {"outcome": "not_booked", "reason": "Mistake"}
    )

    request.refresh_from_db()
    assert request.state == State.BOOKED
    assert OutboxMail.objects.count() == 0
    assert "nothing was done" in page


def test_sending_again_what_moved_meanwhile_changes_nothing(staff_client: Client, clock: StoppedClock) -> None:
    request = make_booking_request(state=State.BOOKED)

    page = shown(staff_client, f"/staff/requests/{request.reference}/send/", {"send-reason": "They called."})

    request.refresh_from_db()
    assert request.state == State.BOOKED
    assert "nothing was done" in page


def test_sending_again_what_somebody_else_holds_is_refused(staff_client: Client, clock: StoppedClock) -> None:
    request = make_booking_request(state=State.REFUSED)
    make_hold(room=request.room, span=request.span)

    page = shown(staff_client, f"/staff/requests/{request.reference}/send/", {"send-reason": "They called."})

    request.refresh_from_db()
    assert (request.state, request.hold, request.sent_at) == (State.REFUSED, None, None)
    assert "nothing was sent" in page


def test_handled_request_leaves_the_list_with_a_note(staff_client: Client, clock: StoppedClock) -> None:
    request = make_booking_request(state=State.KEPT)

    shown(staff_client, f"/staff/requests/{request.reference}/handled/", {"note": "Called the guest."})

    request.refresh_from_db()
    assert (request.state, request.handled_at) == (State.KEPT, clock.instant)
    assert request.events.latest("pk").note == "Called the guest."
    assert request.reference not in staff_client.get("/staff/").content.decode()


def test_registration_is_settled_and_handled(staff_client: Client, clock: StoppedClock) -> None:
    kept, refused = (make_registration(state=RegistrationState.KEPT) for _ in range(2))

    shown(
        staff_client,
        f"/staff/registrations/{kept.reference}/settle/",
        {"to": "created", "reason": "Entered it by hand."},
    )
    shown(staff_client, f"/staff/registrations/{refused.reference}/handled/", {"note": "Called them."})

    kept.refresh_from_db()
    refused.refresh_from_db()
    assert kept.state == RegistrationState.CREATED
    assert kept.events.latest("pk").actor == "Sofia Keller"
    assert (refused.state, refused.handled_at) == (RegistrationState.KEPT, clock.instant)


@pytest.mark.parametrize("act", ["settle", "handled"])
def test_registration_form_left_empty_is_asked_again(staff_client: Client, clock: StoppedClock, act: str) -> None:
    registration = make_registration(state=RegistrationState.KEPT)

    response = staff_client.post(f"/staff/registrations/{registration.reference}/{act}/", {})

    assert response.status_code == 400
    assert 'role="alert"' in response.content.decode()


def test_registration_that_moved_meanwhile_is_left_alone(staff_client: Client, clock: StoppedClock) -> None:
    registration = make_registration(state=RegistrationState.CREATED)
    path = f"/staff/registrations/{registration.reference}"

    pages = [
        shown(staff_client, f"{path}/settle/", {"to": "refused", "reason": "x"}),
        shown(staff_client, f"{path}/send/", {}),
    ]

    registration.refresh_from_db()
    assert registration.state == RegistrationState.CREATED
    assert all("nothing was done" in page for page in pages)


def test_failed_mail_is_sent_again(staff_client: Client, clock: StoppedClock) -> None:
    mail = make_mail(state=MailState.FAILED, attempts=4, last_error="550")

    page = shown(staff_client, f"/staff/outbox/{mail.pk}/resend/", {"resend-reason": "The guest asked."})

    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.last_error) == (MailState.QUEUED, 0, "")
    assert "on its way again" in page


def test_attachment_is_handed_out_as_a_file(staff_client: Client, clock: StoppedClock) -> None:
    request = make_booking_request(state=State.BEING_CONFIRMED)
    staff_client.post(f"/staff/requests/{request.reference}/settle/", {"outcome": "booked", "reason": "Seen."})
    mail = OutboxMail.objects.get()

    response = staff_client.get(f"/staff/outbox/{mail.pk}/attachments/1/")
    beyond = staff_client.get(f"/staff/outbox/{mail.pk}/attachments/2/")

    assert response["Content-Type"].startswith("text/calendar")
    assert response["Content-Disposition"] == 'attachment; filename="meeting.ics"'
    assert response.content.startswith(b"BEGIN:VCALENDAR")
    assert beyond.status_code == 404


def test_calendar_is_read_now(staff_client: Client, clock: StoppedClock, settings: Any) -> None:
    feed = Feed.objects.create(room=make_room(feed=False), failures_in_a_row=3, failure="HTTP 500")
    settings.WORKWAYS_TRANSPORT = answers(
        200,
        EMPTY_CALENDAR,
        inner=httpx.MockTransport(lambda _: httpx.Response(500)),
        headers={"Content-Type": "text/calendar"},
    )

    page = shown(staff_client, f"/staff/upstream/calendars/{feed.pk}/refresh/", {})

    feed.refresh_from_db()
    assert (feed.read_at, feed.failures_in_a_row) == (clock.instant, 0)
    assert "was read just now" in page


def test_calendar_that_fails_again_says_why(staff_client: Client, clock: StoppedClock, settings: Any) -> None:
    feed = Feed.objects.create(room=make_room(feed=False))
    settings.WORKWAYS_TRANSPORT = httpx.MockTransport(lambda _: httpx.Response(404, text="gone"))

    page = shown(staff_client, f"/staff/upstream/calendars/{feed.pk}/refresh/", {})

    feed.refresh_from_db()
    assert feed.failure
    assert escape(feed.failure) in page
    assert "could not be read" in page


def test_settings_are_saved_and_seen_at_once(staff_client: Client, clock: StoppedClock) -> None:
    before = operator_settings().name
    data = {
        "name": "Lindenhof",
        "contact_email": "hello@lindenhof.example",
        "contact_phone": "",
        "vat_wording": "included",
        "reminder_hours": "48",
        "names_shown_to": "30",
    }

    page = shown(staff_client, "/staff/settings/", data)
    again = shown(staff_client, "/staff/settings/", {**data, "name": "Lindenhof Zwei"})

    assert before == "Workways"
    assert "Lindenhof" in page
    assert "Lindenhof Zwei" in again
    assert OperatorSettings.objects.get().vat_wording == "included"
    assert OperatorSettings.objects.get().reminder_hours == 48
    assert OperatorSettings.objects.get().names_shown_to == 30
    assert operator_settings().name == "Lindenhof Zwei"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"name": "x", "vat_wording": "maybe"},
        {"reminder_hours": "169"},
        {"name": "x" * 101},
        {"name": "a\x00b"},
        {"contact_email": "no"},
    ],
)
def test_wrong_settings_are_asked_again(staff_client: Client, clock: StoppedClock, data: dict[str, str]) -> None:
    response = staff_client.post("/staff/settings/", data)

    assert response.status_code == 400
    assert 'role="alert"' in response.content.decode()
    assert not OperatorSettings.objects.exists()


@pytest.mark.parametrize("act", ["send", "settle", "handled"])
def test_act_on_an_unknown_reference_is_not_found(staff_client: Client, clock: StoppedClock, act: str) -> None:
    assert staff_client.post(f"/staff/requests/AAAA-AAAA/{act}/").status_code == 404
    assert staff_client.post(f"/staff/registrations/AAAA-AAAA/{act}/").status_code == 404


def test_acts_take_a_button(staff_client: Client, clock: StoppedClock) -> None:
    world = make_world()
    base = f"/staff/requests/{world.request.reference}/"

    answers = [staff_client.get(f"{base}{act}/") for act in ("send", "settle", "handled", f"asks/{world.ask.pk}")]

    assert [answer.status_code for answer in answers] == [405] * 4


def test_member_without_a_name_acts_under_the_user_name(client: Client, clock: StoppedClock) -> None:
    client.force_login(make_member(username="nameless").user)
    request = make_booking_request(state=State.KEPT)

    client.post(f"/staff/requests/{request.reference}/handled/", {"note": "Done."})

    assert request.events.latest("pk").actor == "nameless"
