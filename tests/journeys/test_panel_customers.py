"""The panel's customers: a company is looked up on the telephone, and its contract changed, sent once, read back."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from bookings.staff.customers.keys import CustomerKey
from bookings.staff.customers.models import ContractChange
from portal.access import Role
from portal.embedded.models import Organization
from tests.bookings.staff.customers.companies import make_rate
from tests.factories.members import make_member
from tests.journeys.conftest import OpenContext
from tests.journeys.test_accessibility import assert_clean, looks, open_visitor
from tests.journeys.test_team import PASSWORD, sign_in
from tests.journeys.visitor import Visitor
from tests.support import transports
from tests.support.world import KNOWN, World


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Passwords are slow on purpose, which these tests don't need."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def world(world: World) -> World:
    """The site also offers parking, and Acme pays a rent."""
    make_rate(world.site, "parking", "Parking space", "Place de parking", is_unique=True)
    Organization.objects.filter(pk=world.acme.pk).update(rental_price="1300€")
    return world


def test_manager_looks_a_customer_up_and_changes_the_contract_by_keyboard_without_scripts(
    world: World, open_context: OpenContext
) -> None:
    make_member(username="mona", role=Role.MANAGER, password=PASSWORD)
    mona = Visitor(open_context(javascript=False, width=820).new_page())
    sign_in(mona, "mona")
    mona.follow("Customers")
    mona.page.locator("[name=about]").focus()
    mona.page.keyboard.type(KNOWN)
    mona.page.keyboard.press("Enter")
    mona.sees_title("Jean Dupont")
    assert KNOWN not in mona.page.url
    mona.follow("Open the company's page")
    mona.sees_title("Acme Corp")
    mona.follow("Change the contract")
    mona.type(rent="1500")
    mona.page.locator("[name=add_room1]").select_option(label="Bureau Opéra, Workways Paris République")
    mona.page.locator("[name=option1-option]").select_option(label="Parking space")
    mona.press("See the difference")
    expect(mona.page.get_by_text("€1,500")).to_be_visible()

    mona.press("Change the contract in Workways")

    mona.sees("Workways shows the contract as it was meant")
    change = ContractChange.objects.get()
    world.acme.refresh_from_db()
    assert (world.acme.rental_price, change.sent_by) == ("1500€", "mona")
    assert [room.name for room in world.acme.rooms.all()] == ["Bureau Opéra"]


@looks
def test_pages_of_customers_are_accessible_in_every_state(
    world: World, open_context: OpenContext, look: dict[str, Any], settings: Any
) -> None:
    make_member(username="mona", role=Role.MANAGER, password=PASSWORD)
    visitor = open_visitor(open_context, look)
    page = visitor.page
    sign_in(visitor, "mona")
    contract = reverse("staff-contract", args=[world.acme.pk])
    for path in (
        "/staff/customers/",
        reverse("staff-customer", args=[CustomerKey(KNOWN)]),
        reverse("staff-customer", args=[CustomerKey("nobody@example.org")]),
        reverse("staff-organization", args=[world.acme.pk]),
        reverse("staff-options", args=[world.site.pk]),
        contract,
    ):
        visitor.open(path)
        assert_clean(page)
    visitor.press("See the difference")
    assert_clean(page)
    visitor.type(rent="1500")
    visitor.press("See the difference")
    assert_clean(page)
    visitor.press("Change the contract in Workways")
    assert_clean(page)
    settings.WORKWAYS_TRANSPORT = transports.rejects_in_french()
    for path in (reverse("staff-customer", args=[CustomerKey(KNOWN)]), contract):
        visitor.open(path)
        assert_clean(page)
