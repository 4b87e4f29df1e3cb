"""Beginning, handing over and saving a registration."""

from typing import Any

import pytest
from django.test import Client

from bookings.booking_requests.states import State
from bookings.catalog.models import Room
from bookings.links.browser import COOKIE
from bookings.registration import actions
from bookings.registration.errors import MovedMeanwhile, NotOpen
from bookings.registration.models import Registration
from bookings.registration.pages import identity_in_words
from bookings.registration.queries import find_own, waiting_for_staff
from bookings.registration.states import Event, RegistrationState
from tests.bookings.registration.conftest import Browser, mails
from tests.bookings.registration.test_sending import filled_in
from tests.factories import make_booking_request, make_registration
from tests.support.world import NEW, World


def test_registration_of_a_request_is_prefilled_and_there_is_only_one(world: World, clock: Any) -> None:
    request = make_booking_request(
        room=world.mirrored,
        state=State.REGISTRATION_NEEDED,
        email=NEW,
        name="Nina  Neuf Martin",
        language="fr",
        proved_at=clock.instant,
    )

    first = actions.begin_from_request(request=request, browser_key=request.browser_key, now=clock.instant)
    second = actions.begin_from_request(request=request, browser_key=request.browser_key, now=clock.instant)

    assert first == second
    assert (first.first_name, first.last_name) == ("Nina", "Neuf Martin")
    assert (first.email, first.language, first.country) == (NEW, "fr", "fr")
    assert first.proved_at == clock.instant
    assert Registration.objects.count() == 1


def test_registration_of_a_request_goes_with_the_browser_that_has_the_request(world: World, clock: Any) -> None:
    request = make_booking_request(room=world.mirrored, state=State.REGISTRATION_NEEDED, proved_at=clock.instant)
    begun = actions.begin_from_request(request=request, browser_key="desktop", now=clock.instant)

    taken = actions.begin_from_request(request=request, browser_key="phone", now=clock.instant)

    assert taken == begun
    assert taken.browser_key == "phone"
    assert taken.events.last().what == Event.ADOPTED


def test_request_whose_address_is_not_proved_has_no_registration(world: World, clock: Any) -> None:
    request = make_booking_request(room=world.mirrored, state=State.REGISTRATION_NEEDED, proved_at=None)

    with pytest.raises(NotOpen):
        actions.begin_from_request(request=request, browser_key="browser", now=clock.instant)

    assert not Registration.objects.exists()


def test_button_of_the_booking_page_leads_to_the_first_open_step(world: World, clock: Any, browser: Browser) -> None:
    browser.begin(f"room={world.office.id}")
    key = browser.registration.browser_key
    request = make_booking_request(
        room=world.mirrored,
        state=State.REGISTRATION_NEEDED,
        email=NEW,
        name="Nina Neuf",
        browser_key=key,
        proved_at=clock.instant,
    )
    address = f"/registration/from-booking/{request.reference}/"

    looked = browser.client.get(address)
    pressed = browser.client.post(address)
    foreign = Client().post(address)

    assert looked["Location"] == f"/booking/{request.reference}/"
    assert pressed["Location"].endswith("/person/")
    page = browser.client.get(pressed["Location"]).content.decode()
    assert 'value="Nina"' in page
    assert "Salle Seine, Workways Paris République" in page
    assert foreign.status_code == 404


@pytest.mark.parametrize("state", [State.BOOKED, State.EXPIRED, State.REFUSED, State.KEPT])
def test_request_that_waits_for_nothing_leads_back_to_itself(
    world: World, clock: Any, browser: Browser, state: State
) -> None:
    browser.begin(f"room={world.office.id}")
    request = make_booking_request(
        room=world.mirrored, state=state, browser_key=browser.registration.browser_key, proved_at=clock.instant
    )

    pressed = browser.client.post(f"/registration/from-booking/{request.reference}/")

    assert pressed["Location"] == f"/booking/{request.reference}/"
    assert Registration.objects.count() == 1


def test_saving_after_sending_changes_nothing(world: World, clock: Any) -> None:
    registration = filled_in(world, state=RegistrationState.SENDING)

    with pytest.raises(NotOpen):
        actions.save_step(registration=registration, values={"company": "Other"}, now=clock.instant)

    registration.refresh_from_db()
    assert registration.company == "Startup Neuf"


def test_loser_of_two_moves_is_told(world: World, clock: Any) -> None:
    registration = filled_in(world)
    stale = Registration.objects.get(pk=registration.pk)
    actions.move(
        registration=registration,
        to=RegistrationState.SENDING,
        actor="guest",
        what=Event.SENDING,
        now=clock.instant,
    )

    with pytest.raises(MovedMeanwhile):
        actions.move(
            registration=stale, to=RegistrationState.SENDING, actor="guest", what=Event.SENDING, now=clock.instant
        )


def test_fresh_links_are_mailed_once_a_minute(world: World, clock: Any) -> None:
    registration = filled_in(world)

    for _ in range(3):
        actions.send_fresh_link(registration=registration, now=clock.instant)

    assert mails() == ["registration_resume"]


def test_handled_registration_keeps_the_note(world: World, clock: Any) -> None:
    registration = filled_in(world, state=RegistrationState.KEPT)

    actions.mark_handled(registration=registration, actor="Sam", note="Called them.", now=clock.instant)

    event = registration.events.get()
    assert registration.handled_at == clock.instant
    assert (event.actor, event.what, event.note) == ("Sam", Event.HANDLED, "Called them.")


@pytest.mark.parametrize(
    ("identity", "words"),
    [
        (None, "could not check your company number"),
        (
            {"source": "insee_siret", "confidence": 100, "verified_name": "ACME", "verified_number": "1"},
            "Your company number 1 was checked with the French register of companies (INSEE): it belongs to ACME.",
        ),
        (
            {"source": "new_source", "confidence": 100, "verified_name": "ACME", "verified_number": ""},
            "Your company number 73282932000074 was checked with a public register: it belongs to ACME.",
        ),
        (
            {"source": "bce_kbo", "confidence": 60, "verified_name": "ACME", "verified_number": "1"},
            "which names ACME, but without being sure",
        ),
        (
            {"source": "bce_kbo", "confidence": None, "verified_name": "ACME", "verified_number": "1"},
            "which names ACME, but without being sure",
        ),
    ],
)
def test_check_of_the_company_number_is_told_in_words(
    world: World, identity: dict[str, Any] | None, words: str
) -> None:
    registration = filled_in(world, company_number="73282932000074", identity=identity)

    assert words in identity_in_words(registration)


def test_company_without_a_number_has_nothing_to_tell(world: World) -> None:
    assert identity_in_words(filled_in(world)) == ""


def test_cookie_of_a_browser_is_set_by_the_first_post(world: World, browser: Browser) -> None:
    browser.client.get(f"/registration/start/?room={world.office.id}")
    assert COOKIE not in browser.client.cookies

    browser.begin(f"room={world.office.id}")

    assert COOKIE in browser.client.cookies


def test_unknown_browser_key_owns_nothing(world: World) -> None:
    registration = make_registration(browser_key="")

    assert find_own(reference=registration.reference, browser_key="") is None


def test_enquiry_of_a_registered_person_waits_for_staff(world: World, clock: Any) -> None:
    office = Room.objects.get(workways_id=world.office.id)
    enquiry = filled_in(world, state=RegistrationState.USER_EXISTS, site=None, room=office)
    kept = filled_in(world, state=RegistrationState.KEPT)
    filled_in(world, state=RegistrationState.USER_EXISTS)
    filled_in(world, state=RegistrationState.KEPT, handled_at=clock.instant)

    assert set(waiting_for_staff()) == {enquiry, kept}
