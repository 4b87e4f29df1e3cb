"""The API's documentation and the developer's account in a browser: tried, without scripts, and by axe's rules."""

from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Page, expect

from portal import clock as portal_clock
from portal.embedded.auth import create_token, ensure_developer
from portal.embedded.models import User
from tests.journeys.conftest import OpenContext
from tests.journeys.test_accessibility import assert_clean, looks
from tests.support.world import KNOWN, World

pytestmark = pytest.mark.page

PASSWORD = "four calm words here"
DEVELOPER = "dev@integrator.example"


def make_developer() -> tuple[User, str]:
    """A developer who knows their password, and a token."""
    user = ensure_developer(email=DEVELOPER, now=portal_clock.now())
    user.password = make_password(PASSWORD)
    user.save()
    return user, create_token(user=user, name="Make.com", now=portal_clock.now())[1]


def status_of(page: Page, call: str) -> Any:
    return page.locator(f"#api-{call} [data-status]")


@looks
def test_documentation_is_accessible_with_everything_open(
    world: World, open_context: OpenContext, look: dict[str, Any]
) -> None:
    page = open_context(width=look["width"], color_scheme=look["color_scheme"]).new_page()
    page.goto("/api/docs" if look["language"] == "en" else "/fr/api/docs")
    assert_clean(page)

    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    page.locator("#api-sites form button[type=submit]").click()
    expect(status_of(page, "sites")).to_contain_text("HTTP 200")

    assert_clean(page)


def test_calls_can_be_tried_with_a_token_that_stays_in_the_page(world: World, open_context: OpenContext) -> None:
    _user, token = make_developer()
    context = open_context()
    page = context.new_page()
    page.goto("/api/docs")

    page.locator("#api-user-info form [name=email]").fill(KNOWN)
    page.locator("#api-user-info form button[type=submit]").click()
    expect(status_of(page, "user-info")).to_contain_text("HTTP 401")
    page.get_by_label("Your token").fill(token)
    page.locator("#api-user-info form button[type=submit]").click()
    expect(status_of(page, "user-info")).to_contain_text("HTTP 200")
    expect(page.locator("#api-user-info [data-content]")).to_contain_text(KNOWN)
    page.locator("#api-check-email form button[type=submit]").focus()
    page.keyboard.press("Enter")
    expect(status_of(page, "check-email")).to_contain_text("HTTP 200")

    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert token not in kept
    assert context.cookies() == []


def test_reads_without_a_token_can_be_tried_without_scripts(world: World, open_context: OpenContext) -> None:
    page = open_context(javascript=False).new_page()
    page.goto("/api/docs")
    expect(page.locator("#api-register form")).to_be_hidden()

    page.locator("#api-rooms form [name=country]").fill("Ireland")
    page.locator("#api-rooms form button[type=submit]").click()

    assert page.url.endswith("/api/rooms?country=Ireland&site=&type=")
    expect(page.locator("body")).to_contain_text('"retcode":1')


@looks
def test_developers_account_is_accessible(world: World, open_context: OpenContext, look: dict[str, Any]) -> None:
    make_developer()
    page = open_context(width=look["width"], color_scheme=look["color_scheme"]).new_page()
    language = "" if look["language"] == "en" else "/fr"
    page.goto(f"{language}/account/password/")
    assert_clean(page)
    page.goto(f"{language}/account/sign-in/")
    page.locator("main form button[type=submit]").click()
    assert_clean(page)

    page.locator("[name=email]").fill(DEVELOPER)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main h3")).to_have_text("Make.com")
    assert_clean(page)
    for place in range(2):
        page.locator(".account-tokens a").nth(place).click()
        assert_clean(page)
        page.go_back()
    page.locator("[name=name]").fill("Zapier")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("#token-text")).to_contain_text("ww_dev_")
    assert_clean(page)
