"""The pages behind the mailed links of registrations."""

from typing import Any

import pytest
from django.test import Client

from bookings.links.models import Purpose
from bookings.links.tokens import issue
from tests.bookings.registration.conftest import PERSON, Browser, mailed_link, mails
from tests.factories import make_booking_request
from tests.support.world import World


def test_way_back_is_mailed_once_and_works_on_another_device(world: World, browser: Browser) -> None:
    browser.begin(f"room={world.office.id}")
    browser.prove()
    browser.post("person", PERSON)
    browser.post("person", PERSON)
    assert mails() == ["prove_address", "registration_resume"]
    link = mailed_link()
    phone = Browser()
    phone.reference = browser.reference

    looked = phone.client.get(link)
    taken = phone.client.post(f"{link}continue/")
    page = phone.get("company")

    assert "Continue the registration" in looked.content.decode()
    assert taken["Location"] == phone.address("company")
    assert page.status_code == 200
    assert browser.get("company").status_code == 404


def test_link_in_the_codes_mail_proves_the_address_too(world: World, browser: Browser) -> None:
    browser.begin(f"room={world.office.id}")

    taken = browser.client.post(f"{mailed_link()}continue/")

    assert taken["Location"] == browser.address("person")
    assert browser.registration.proved_at is not None


@pytest.mark.parametrize("suffix", ["continue/", "fresh/"])
def test_opening_a_buttons_address_only_shows_the_link(world: World, browser: Browser, suffix: str) -> None:
    browser.begin(f"room={world.office.id}")
    link = mailed_link()

    assert browser.client.get(f"{link}{suffix}")["Location"] == link


def test_expired_link_says_why_and_sends_a_fresh_one_to_the_same_address(
    world: World, browser: Browser, clock: Any
) -> None:
    browser.begin(f"room={world.office.id}")
    link = mailed_link()
    clock.forward(days=31)
    stranger = Client()

    over = stranger.get(link)
    refused = stranger.post(f"{link}continue/")
    asked = stranger.post(f"{link}fresh/")

    assert over.status_code == 410
    assert "30 days, and those have passed" in over.content.decode()
    assert refused["Location"] == link
    assert asked["Location"] == link
    assert mails() == ["prove_address", "registration_resume"]
    assert stranger.get(mailed_link()).status_code == 200


def test_replaced_link_says_so(world: World, browser: Browser, clock: Any) -> None:
    browser.begin(f"room={world.office.id}")
    old = mailed_link()
    clock.forward(minutes=2)
    browser.post("resend")

    over = Client().get(old)

    assert over.status_code == 410
    assert "newer link" in over.content.decode()
    assert Client().get(mailed_link()).status_code == 200


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "é", "a" * 3000])
def test_invented_link_is_no_page(world: World, token: str) -> None:
    response = Client().get(f"/r/{token}/")

    assert response.status_code == 404
    assert Client().post(f"/r/{token}/continue/").status_code == 302


def test_token_of_a_booking_opens_no_registration(world: World, clock: Any) -> None:
    booking = make_booking_request()
    token = issue(purpose=Purpose.BOOKING, email=booking.email, now=clock.instant, booking_request=booking)

    assert Client().get(f"/r/{token}/").status_code == 404
