"""What the team does for a guest on the telephone."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bookings.audit.models import AuditRow
from bookings.audit.vocabulary import Act
from bookings.booking_requests import helping
from bookings.booking_requests.errors import NotProved
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.sending import staff_send_again
from bookings.booking_requests.states import Presence, State, What
from bookings.links import tokens
from bookings.links.models import Purpose
from bookings.mail.models import OutboxMail
from bookings.mail.queries import open_body
from bookings.staff.requests.queries import Narrowing, list_requests
from tests.conftest import StoppedClock
from tests.factories import make_booking_request
from tests.factories.members import make_member

pytestmark = pytest.mark.django_db

CHANGED = {"contact-name": "Nora Neuf", "contact-email": "Nora@New.example", "contact-reason": "She called us."}


def shown(client: Client, request: BookingRequest, act: str, data: dict[str, Any]) -> str:
    """The page that a press of a button leads to."""
    return client.post(f"/staff/requests/{request.reference}/{act}/", data, follow=True).content.decode()


def mails() -> list[tuple[str, str]]:
    return list(OutboxMail.objects.order_by("pk").values_list("kind", "to"))


def link_of(request: BookingRequest, now: Any) -> str:
    return tokens.issue(purpose=Purpose.BOOKING, email=request.email, now=now, booking_request=request)


def test_note_stands_in_the_history_and_nobody_is_mailed(staff_client: Client, clock: StoppedClock) -> None:
    request = make_booking_request(state=State.BOOKED)

    page = shown(staff_client, request, "note", {"note-note": "Wants the window open."})

    assert "Wants the window open." in page
    assert (request.events.get().what, request.events.get().actor) == (What.NOTED, "Sofia Keller")
    assert mails() == []


def test_mail_of_the_state_is_sent_again_once_a_minute(staff_client: Client, clock: StoppedClock) -> None:
    request = make_booking_request(state=State.BOOKED)

    first = shown(staff_client, request, "mail", {"mail-reason": "Lost it."})
    second = shown(staff_client, request, "mail", {"mail-reason": "Lost it."})

    assert f"on its way to {request.email}" in first
    assert "less than a minute ago" in second
    assert mails() == [("booking_link", request.email)]
    assert AuditRow.objects.filter(act=Act.REQUEST_MAILED).count() == 1
    assert request.events.get().note == "Lost it."


def test_unproved_guest_gets_the_code_again(staff_client: Client, clock: StoppedClock) -> None:
    request = make_booking_request()

    shown(staff_client, request, "mail", {"mail-reason": "In the spam."})

    assert mails() == [("prove_address", request.email)]
    assert request.events.get().what == What.CODE_SENT


def test_changed_address_kills_links_tells_both_and_needs_proof(staff_client: Client, clock: StoppedClock) -> None:
    request = make_booking_request(state=State.KEPT, proved_at=clock.instant, email="old@example.org")
    old_link, browser = link_of(request, clock.instant), request.browser_key

    page = shown(staff_client, request, "contact", CHANGED)

    request.refresh_from_db()
    assert (request.name, request.email, request.proved_at) == ("Nora Neuf", "nora@new.example", None)
    assert request.browser_key != browser
    assert isinstance(tokens.read(old_link, Purpose.BOOKING, now=clock.instant), tokens.Revoked)
    assert mails() == [("contact_changed", "old@example.org"), ("booking_link", "nora@new.example")]
    told = open_body(OutboxMail.objects.get(kind="contact_changed"))
    assert "nora" not in f"{told.text}{told.html}".lower()
    assert "/l/" not in f"{told.text}{told.html}"
    assert "The new address isn" in page
    row = AuditRow.objects.get(act=Act.CONTACT_CHANGED)
    assert row.details == {"fields": ["email", "name"]}
    with pytest.raises(NotProved):
        staff_send_again(request=request, actor="Ada", now=clock.instant)
    sent = shown(staff_client, request, "send", {"send-reason": "Again."})
    assert "has not confirmed the new address" in sent


def test_new_address_is_proved_by_the_button_in_its_mail(
    staff_client: Client, client: Client, clock: StoppedClock
) -> None:
    request = make_booking_request(state=State.KEPT, email="old@example.org")
    shown(staff_client, request, "contact", CHANGED)
    body = open_body(OutboxMail.objects.get(to="nora@new.example")).text
    path = "/l/" + body.partition("/l/")[2].split()[0]

    opened = client.get(path)
    request.refresh_from_db()
    before = request.proof_is_due
    form = opened.content.decode()
    client.post(path.rstrip("/") + "/continue/" if "/continue/" in form else path)

    request.refresh_from_db()
    assert (before, request.proof_is_due) == (True, False)
    assert request.proved_at == clock.instant


def test_mail_sent_again_goes_to_the_new_address_only(staff_client: Client, clock: StoppedClock) -> None:
    request = make_booking_request(state=State.BOOKED, email="old@example.org")
    shown(staff_client, request, "mail", {"mail-reason": "Lost it."})
    shown(staff_client, request, "contact", CHANGED)
    clock.forward(minutes=5)

    shown(staff_client, request, "mail", {"mail-reason": "Lost it again."})

    queued = OutboxMail.objects.filter(message_id__gt="").order_by("pk")
    assert [mail.to for mail in queued] == ["old@example.org", "old@example.org", "nora@new.example"]
    assert OutboxMail.objects.get(to="nora@new.example").events.exists()


def test_mistyped_address_gets_a_code_while_the_guest_waits(staff_client: Client, clock: StoppedClock) -> None:
    request = make_booking_request(email="typo@example.org")
    browser = request.browser_key

    shown(staff_client, request, "contact", CHANGED)

    request.refresh_from_db()
    assert (request.state, request.browser_key, request.proof_is_due) == (State.AWAITING_PROOF, browser, False)
    assert mails() == [("contact_changed", "typo@example.org"), ("prove_address", "nora@new.example")]


@pytest.mark.parametrize(
    "state",
    [State.READY, State.SENDING, State.BEING_CONFIRMED, State.REGISTRATION_NEEDED, State.VERIFICATION_NEEDED],
)
def test_address_that_workways_is_asked_by_stays(staff_client: Client, clock: StoppedClock, state: State) -> None:
    request = make_booking_request(state=state, email="old@example.org")

    answer = staff_client.post(f"/staff/requests/{request.reference}/contact/", CHANGED)
    name_only = shown(staff_client, request, "contact", {**CHANGED, "contact-email": "old@example.org"})

    request.refresh_from_db()
    assert answer.status_code == 400
    assert "so it stays for now" in answer.content.decode()
    assert (request.email, request.name) == ("old@example.org", "Nora Neuf")
    assert "The contact is changed." in name_only
    assert mails() == []


def test_contact_that_is_as_it_was_changes_nothing(staff_client: Client, clock: StoppedClock) -> None:
    request = make_booking_request(state=State.BOOKED)

    same = {"contact-name": request.name, "contact-email": request.email.upper(), "contact-reason": "?"}
    page = shown(staff_client, request, "contact", same)

    assert "nothing changed" in page
    assert not AuditRow.objects.filter(act=Act.CONTACT_CHANGED).exists()
    assert not request.events.exists()


def test_request_is_found_by_the_new_contact_only(clock: StoppedClock) -> None:
    request = make_booking_request(state=State.BOOKED, name="Old Guest", email="old@example.org")

    helping.change_contact(
        request=request, email="nora@new.example", name="Nora", actor="Ada", reason="?", now=clock.instant
    )

    admin = make_member(username="finder")
    found = [bool(list_requests(admin, Narrowing(words=words))) for words in ("nora", "old", "old@")]
    assert found == [True, False, False]


def test_cancellation_is_told_and_tracked_and_answers_the_wish(staff_client: Client, clock: StoppedClock) -> None:
    request = make_booking_request(state=State.BOOKED, presence=Presence.SHOWN)
    ask = request.asks.create(kind="cancel", message="Please cancel.")

    page = shown(staff_client, request, "cancel", {"cancel-message": "Done, no fee."})
    again = shown(staff_client, request, "cancel", {"cancel-message": "Twice."})

    request.refresh_from_db()
    ask.refresh_from_db()
    assert request.cancelling_at == clock.instant
    assert (ask.answer, ask.handled_by) == ("Done, no fee.", "Sofia Keller")
    assert mails() == [("meeting_cancelling", request.email)]
    assert "Done, no fee." in open_body(OutboxMail.objects.get()).text
    assert "cancel the meeting in Workways" in page
    assert "nothing was done" in again
    assert AuditRow.objects.filter(act=Act.CANCELLING).count() == 1
    assert request.reference in staff_client.get("/staff/").content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"state": State.KEPT},
        {"state": State.BOOKED, "presence": Presence.GONE},
        {"state": State.BOOKED, "past": True},
    ],
)
def test_what_is_no_coming_meeting_can_not_be_cancelled(
    staff_client: Client, clock: StoppedClock, fields: dict[str, Any]
) -> None:
    start = {"start": clock.instant - timedelta(days=2)} if fields.pop("past", False) else {}
    request = make_booking_request(**fields, **start)

    page = shown(staff_client, request, "cancel", {"cancel-message": "x"})

    request.refresh_from_db()
    assert "nothing was done" in page
    assert request.cancelling_at is None
    assert mails() == []


@pytest.mark.parametrize(
    ("act", "field"),
    [("note", "note-note"), ("mail", "mail-reason"), ("contact", "contact-reason"), ("cancel", "cancel-message")],
)
def test_act_without_its_reason_is_asked_again_with_its_form_open(
    staff_client: Client, clock: StoppedClock, act: str, field: str
) -> None:
    request = make_booking_request(state=State.BOOKED)

    response = staff_client.post(f"/staff/requests/{request.reference}/{act}/", {field: " "})

    page = response.content.decode()
    assert response.status_code == 400
    assert 'role="alert"' in page
    assert page.count('<details class="more" open>') == 1
