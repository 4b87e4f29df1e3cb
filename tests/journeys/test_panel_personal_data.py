"""Personal data: an admin looks somebody up, sees what would go, slips once, takes it along, erases; others may not."""

import zipfile
from typing import Any

import pytest
from playwright.sync_api import expect

from bookings.booking_requests.models import BookingRequest
from portal.access import Role
from tests.bookings.personal_data.people import CAMILLE, make_person
from tests.factories.members import make_member
from tests.journeys.conftest import OpenContext
from tests.journeys.test_accessibility import assert_clean, looks, open_visitor
from tests.journeys.test_team import PASSWORD, sign_in
from tests.journeys.visitor import Visitor
from tests.support.world import World


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Passwords are slow on purpose, which these tests don't need."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def test_admin_exports_and_erases_somebody_without_scripts(world: World, open_context: OpenContext) -> None:
    make_member(username="ada", password=PASSWORD, first_name="Ada")
    coming = make_person(is_over=False)
    ada = Visitor(open_context(javascript=False, width=820, accept_downloads=True).new_page())
    page = ada.page
    sign_in(ada, "ada")
    ada.follow("Personal data")

    ada.type(address=CAMILLE)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(CAMILLE)
    expect(page.locator("section[aria-labelledby=decide]")).to_contain_text(coming.reference)
    with page.expect_download() as taken:
        ada.press("Export")
    with zipfile.ZipFile(taken.value.path()) as archive:
        assert f"meetings/{coming.reference}.ics" in archive.namelist()

    form = page.locator("form[action$='/person/erase/']")
    form.locator("[name=typed]").fill("camille@example.org")
    form.locator("[name=reason][value=asked]").check()
    ada.press("Erase for good")
    expect(page.get_by_role("alert")).to_contain_text("This is another address")
    assert BookingRequest.objects.filter(email=CAMILLE).exists()

    form.locator("[name=typed]").fill(CAMILLE)
    form.locator("[name=closes_open]").check()
    ada.press("Erase for good")
    expect(page.locator("h1")).to_have_text("Personal data")
    expect(page.locator("main")).to_contain_text("Erased. In the person's place stands erased-")
    assert not BookingRequest.objects.filter(email=CAMILLE).exists()
    page.goto(f"/staff/requests/{coming.reference}/")
    expect(page.locator("main")).to_contain_text("Personal data erased")


def test_manager_is_refused(world: World, open_context: OpenContext) -> None:
    make_member(username="mia", role=Role.MANAGER, password=PASSWORD)
    mia = Visitor(open_context().new_page())
    sign_in(mia, "mia")

    answer = mia.page.goto("/staff/personal-data/")

    assert answer is not None
    assert answer.status == 403
    expect(mia.page.get_by_role("link", name="Personal data")).to_have_count(0)


@looks
def test_personal_data_is_accessible_in_every_state(
    world: World, open_context: OpenContext, look: dict[str, Any]
) -> None:
    make_member(username="ada", password=PASSWORD, first_name="Ada")
    make_person(is_over=False)
    visitor = open_visitor(open_context, look)
    page = visitor.page
    sign_in(visitor, "ada")
    visitor.open("/staff/personal-data/")
    for details in page.locator("main details summary").all():
        details.click()
    assert_clean(page)
    visitor.type(address="nobody")
    page.locator("form[action$='/person/'] button").click()
    assert_clean(page)
    visitor.type(address=CAMILLE)
    page.locator("form[action$='/person/'] button").click()
    expect(page.locator("h1")).to_have_text(CAMILLE)
    assert_clean(page)
    page.locator("form[action$='/person/erase/'] button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_clean(page)
