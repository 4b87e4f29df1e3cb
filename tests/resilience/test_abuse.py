"""Somebody who wants more than their share: all the slots, somebody else's address, or word of who is known.

Everything here is tried the way an attacker would: a fresh browser each time, so that no cookie tells one from another.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.availability.actions import MOST_PER_ADDRESS, MOST_PER_NETWORK
from bookings.availability.models import Hold
from bookings.booking_requests.states import State
from bookings.catalog.models import Room
from bookings.links.limits import ALLOWANCES, Act
from bookings.links.models import AddressProof, ProvedAddress
from bookings.links.rules import CODE_ATTEMPTS
from bookings.registration.models import Registration
from tests.bookings.booking_requests.guests import Guest, code_to, mails_to
from tests.conftest import StoppedClock
from tests.support.transports import Recording
from tests.support.world import ARCHIVED, KNOWN, NEW, World, build_world

# Monday 12 January and the days after it, every hour from nine to five.
SLOTS = [{"date": f"2026-01-{day}", "start": f"{hour:02}:00"} for day in (12, 13, 14, 15) for hour in range(9, 17)]
VICTIM = "victim@acme.example"


@pytest.fixture
def world(clock: StoppedClock, db: None) -> World:
    """A site with rooms, a known company, somebody archived."""
    return build_world()


def knock(room: Room, slot: dict[str, str], email: str, **headers: str) -> int:
    """Begins a booking in a fresh browser; the status of the answer."""
    typed = {**slot, "duration": "60", "people": "2", "email": email, "name": "X"}
    status: int = Client(**headers).post(f"/rooms/{room.workways_id}/book/", typed).status_code
    return status


def from_one_network(number: int) -> dict[str, str]:
    """Another machine of the same /24."""
    return {"REMOTE_ADDR": f"203.0.113.{number + 1}"}


def from_one_provider(number: int) -> dict[str, str]:
    """Another address of the same /48."""
    return {"REMOTE_ADDR": f"2001:db8:77:{number:x}::{number + 1:x}"}


def with_invented_origins(number: int) -> dict[str, str]:
    """One machine on the internet that claims to speak for another each time."""
    return {"REMOTE_ADDR": "93.184.216.34", "HTTP_X_FORWARDED_FOR": f"10.0.0.{number}, 8.8.{number}.8"}


def behind_our_proxy_with_invented_origins(number: int) -> dict[str, str]:
    """The same behind the operator's proxy, which adds the true address at the end."""
    return {"REMOTE_ADDR": "10.0.0.2", "HTTP_X_FORWARDED_FOR": f"8.8.{number}.8, 93.184.216.34"}


@pytest.mark.parametrize(
    "origin",
    [from_one_network, from_one_provider, with_invented_origins, behind_our_proxy_with_invented_origins],
    ids=lambda origin: origin.__name__,
)
def test_browsers_without_cookies_of_one_network_share_its_holds(
    world: World, origin: Callable[[int], dict[str, str]]
) -> None:
    tried = [
        knock(world.mirrored, slot, f"guest{number}@else.example", **origin(number))
        for number, slot in enumerate(SLOTS[: MOST_PER_NETWORK + 5])
    ]

    assert tried == [302] * MOST_PER_NETWORK + [409] * 5
    assert Hold.objects.count() == MOST_PER_NETWORK
    assert knock(world.mirrored, SLOTS[-1], "honest@else.example", REMOTE_ADDR="192.0.2.50") == 302


def test_one_address_holds_a_few_slots_however_it_is_written(world: World) -> None:
    spellings = [VICTIM, VICTIM.upper(), f" {VICTIM} ", VICTIM.title(), VICTIM]

    tried = [
        knock(world.mirrored, slot, email, REMOTE_ADDR=f"203.0.{number}.1")
        for number, (slot, email) in enumerate(zip(SLOTS, spellings, strict=False))
    ]

    assert tried == [302] * MOST_PER_ADDRESS + [409] * (len(spellings) - MOST_PER_ADDRESS)


def test_network_that_begins_without_end_is_told_to_wait(world: World) -> None:
    allowed = min(ALLOWANCES[Act.BEGIN_BOOKING].network, ALLOWANCES[Act.SEND_CODE].network)

    # The slot is taken after the first; each further try counts all the same.
    tried = [knock(world.mirrored, SLOTS[0], f"g{number}@else.example") for number in range(2 * allowed + 1)]

    assert tried.count(302) == 1
    assert 429 in tried


def test_counter_lives_as_long_as_its_allowance() -> None:
    """Redis counts without touching a key's life; Django's own counting, as in files, writes it with the default."""
    longest = max(allowance.seconds for allowance in ALLOWANCES.values())

    assert django_settings.REDIS_URL or cache.default_timeout >= longest


def test_codes_of_one_address_run_out_before_they_can_be_guessed(world: World, clock: StoppedClock) -> None:
    guest = Guest(VICTIM).begin(world.mirrored)
    right = code_to(VICTIM)
    guesses = [f"{number:06}" for number in range(CODE_ATTEMPTS + 2) if f"{number:06}" != right][:CODE_ATTEMPTS]

    for guess in guesses:
        assert guest.book(code=guess).page.status_code == 422

    assert "This code was tried too often." in guest.html
    assert guest.book(code=right).request.state == State.AWAITING_PROOF
    assert not ProvedAddress.objects.exists()
    clock.forward(seconds=61)
    guest.post("resend")
    assert len(mails_to(VICTIM)) == 2
    assert guest.book().request.state != State.AWAITING_PROOF


def test_fresh_browsers_get_no_further_codes_and_guesses_for_one_address(world: World, clock: StoppedClock) -> None:
    mailed, guesses = ALLOWANCES[Act.SEND_CODE].address, ALLOWANCES[Act.CHECK_CODE].address

    for number in range(3 * mailed):
        browser = Client(REMOTE_ADDR=f"203.0.{number}.1")
        begun = browser.post(f"/registration/start/?room={world.office.id}", {"email": VICTIM})
        clock.forward(seconds=61)
        if begun.status_code != 302:
            continue
        for guess in range(CODE_ATTEMPTS + 1):
            browser.post(begun["Location"], {"code": f"{guess:06}"})

    # Twice as many, should an hour of the counters have ended in between.
    assert mailed <= len(mails_to(VICTIM)) <= 2 * mailed
    assert sum(AddressProof.objects.values_list("attempts", flat=True)) <= 2 * guesses
    assert not Registration.objects.exclude(proved_at=None).exists()


def test_code_of_one_browser_proves_nothing_in_another(world: World) -> None:
    mine, theirs = Guest(VICTIM).begin(world.mirrored), Guest(VICTIM).begin(world.mirrored, date="2026-01-13")
    code_of_theirs = code_to(VICTIM)

    mine.book(code=code_of_theirs)

    assert mine.page.status_code == 422
    assert theirs.book(code=code_of_theirs).request.state != State.AWAITING_PROOF


def test_reference_alone_opens_nothing(world: World) -> None:
    guest = Guest(KNOWN).begin(world.mirrored).book()
    stranger, unknown = Client(), "2222-2222"

    for step in ("", "meeting.ics"):
        seen = stranger.get(f"/booking/{guest.reference}/{step}")
        assert (seen.status_code, _plain(seen, guest.reference)) == (
            404,
            _plain(stranger.get(f"/booking/{unknown}/{step}"), unknown),
        )
    for step in ("book", "extend", "release", "slot", "resend", "ask"):
        assert (
            stranger.post(f"/booking/{guest.reference}/{step}/", {"message": "x", "kind": "cancel"}).status_code == 404
        )
    assert guest.request.state == State.BOOKED


def _plain(answer: Any, *parts: str) -> str:
    """A page without what differs from one visit to the next: tokens, references, the address itself."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    for part in parts:
        text = text.replace(part, "…")
    return text


def _traits(answer: Any, reference: str, queries: CaptureQueriesContext) -> dict[str, Any]:
    """What an answer gives away besides its words: headers, cookies, and how much work it was."""
    varying = ("Content-Length", "Expires", "X-Request-ID")
    headers = {name: value for name, value in answer.items() if name not in varying}
    return {
        "status": answer.status_code,
        "headers": {name: value.replace(reference or "…", "…") for name, value in headers.items()},
        "cookies": {name: len(morsel.value) for name, morsel in answer.cookies.items()},
        "statements": len(queries),
    }


def test_start_of_a_registration_is_the_same_for_every_address(
    world: World, settings: Any, clock: StoppedClock
) -> None:
    settings.WORKWAYS_TRANSPORT = upstream = Recording()

    # The first visit of all fills caches, so it is nobody's.
    _first, *told = [_start_registration(world, email) for email in (VICTIM, KNOWN, NEW, ARCHIVED)]

    assert told[0] == told[1] == told[2]
    assert "Code from the mail" in told[0][1][0]
    assert upstream.calls == []


def _start_registration(world: World, email: str) -> list[tuple[str, dict[str, Any]]]:
    """Each page up to the proof, with what it gives away."""
    browser, reference, told = Client(), "", []
    for step, data in (
        ("start", {"email": email}),
        ("code", None),
        ("code", {"code": "x"}),
        ("resend", {}),
        ("", None),
    ):
        path = f"/registration/{reference}/{step}/" if reference else f"/registration/start/?room={world.office.id}"
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(path.replace("//", "/")) if data is None else browser.post(path, data)
        reference = reference or answer["Location"].split("/")[2]
        told.append((_plain(answer, reference, email), _traits(answer, reference, queries)))
    return told


def test_start_of_a_booking_gives_nothing_away_by_headers_cookies_or_work(world: World, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = upstream = Recording()
    told = []
    for email, slot in zip((VICTIM, KNOWN, NEW, ARCHIVED), SLOTS, strict=False):
        guest = Guest(email)
        with CaptureQueriesContext(connection) as queries:
            guest.begin(world.mirrored, **slot)
            guest.book(code="x")
        told.append(_traits(guest.page, guest.reference, queries))

    assert told[1] == told[2] == told[3]
    assert {request.url.path for request in upstream.requests} <= {"/api/room-price"}


def test_asking_for_lost_links_is_the_same_work_for_every_address(world: World) -> None:
    Guest(KNOWN).begin(world.mirrored).book()
    told = []
    for email in (VICTIM, KNOWN, NEW, ARCHIVED):
        with CaptureQueriesContext(connection) as queries:
            answer = Client().post("/l/", {"email": email})
        told.append((_plain(answer, email), _traits(answer, "", queries)))

    assert told[1] == told[2] == told[3]
