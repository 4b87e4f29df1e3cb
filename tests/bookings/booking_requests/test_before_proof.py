"""Until the proof nobody can tell a known, a new and an archived address apart, and nothing is asked upstream."""

import re

import pytest

from bookings.booking_requests.states import State
from bookings.catalog.models import Room
from bookings.links.models import ProvedAddress
from portal.embedded.models import Meeting
from tests.bookings.booking_requests.guests import Guest, code_to, kinds_to
from tests.conftest import StoppedClock
from tests.portal.embedded.world import ARCHIVED, KNOWN, NEW
from tests.support.transports import Recording

# The day after tomorrow is too soon for nobody; tomorrow is for new companies.
DAYS = ("2026-01-12", "2026-01-08")


def without_tokens(html: str, guest: Guest) -> str:
    """The page without what differs from one request to the next: tokens, the reference, the address itself."""
    html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)
    return html.replace(guest.reference, "REFERENCE").replace(guest.email, "ADDRESS")


@pytest.mark.parametrize("day", DAYS)
def test_pages_before_the_proof_are_the_same_for_every_address(room: Room, upstream: Recording, day: str) -> None:
    seen = []
    for email in (KNOWN, NEW, ARCHIVED):
        guest = Guest(email).begin(room, date=day)
        pages = [without_tokens(guest.html, guest)]
        pages.append(without_tokens(guest.book(code="000000" if code_to(email) != "000000" else "111111").html, guest))
        pages.append(without_tokens(guest.post("resend").html, guest))
        pages.append(without_tokens(guest.post("extend").html, guest))
        seen.append(pages)
        guest.post("release")

    assert seen[0] == seen[1] == seen[2]
    assert "Check and book" in seen[0][0]
    assert "This is not the code." in seen[0][1]


def test_nothing_about_the_person_reaches_the_upstream_before_the_proof(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room)
    guest.book(code="12")
    guest.post("resend")
    guest.post("extend")
    guest.look("?day=2026-01-13")
    guest.press_slot()

    assert {request.url.path for request in upstream.requests} <= {"/api/room-price", "/api/icsfeed"}
    assert not any(KNOWN in str(request.url) for request in upstream.requests)
    guest.book()
    assert [call for call in upstream.calls if "price" not in call] == [
        "GET /api/user-info",
        "GET /api/icsfeed",
        "POST /api/meeting-request",
    ]


def test_wrong_codes_run_out_and_a_new_one_helps(room: Room, upstream: Recording, clock: StoppedClock) -> None:
    guest = Guest(KNOWN).begin(room)
    wrong = "000000" if code_to(KNOWN) != "000000" else "111111"
    for _attempt in range(5):
        assert guest.book(code=wrong).page.status_code == 422

    assert "This code was tried too often." in guest.html
    assert guest.book(code=code_to(KNOWN)).request.state == State.AWAITING_PROOF
    clock.forward(seconds=61)
    guest.post("resend")
    assert kinds_to(KNOWN) == ["prove_address", "prove_address"]
    assert guest.book().request.state == State.BOOKED


def test_code_expires_and_the_page_says_so(room: Room, upstream: Recording, clock: StoppedClock) -> None:
    guest = Guest(KNOWN).begin(room)
    guest.post("extend")
    clock.forward(minutes=16)

    guest.book()

    assert "This code has expired." in guest.html
    assert not ProvedAddress.objects.exists()
    assert not Meeting.objects.exists()


def test_second_code_within_a_minute_is_refused_with_the_wait(
    room: Room, upstream: Recording, clock: StoppedClock
) -> None:
    guest = Guest(KNOWN).begin(room)
    clock.forward(seconds=20)

    guest.post("resend")

    assert "You can have another in 40 seconds." in guest.html
    assert kinds_to(KNOWN) == ["prove_address"]


def test_code_may_be_pasted_with_blanks(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room)
    code = code_to(KNOWN)

    assert guest.book(code=f" {code[:3]} {code[3:]} ").request.state == State.BOOKED


def test_code_field_suits_telephones_and_password_managers(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room)

    field = re.findall(r'<input[^>]*name="code"[^>]*>', guest.html)[0]

    assert 'inputmode="numeric"' in field
    assert 'autocomplete="one-time-code"' in field
