"""The team's story: an invitation becomes a colleague, who sets up a second factor and does what the role allows."""

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from bookings.mail.models import OutboxMail
from bookings.mail.queries import open_body
from portal.access import Role
from portal.members.models import Member, PanelRules
from tests.bookings.staff.second_factor import app_code
from tests.bookings.staff.test_roles import NAVIGATION, least
from tests.bookings.staff.world import make_world
from tests.factories.members import make_member
from tests.journeys.conftest import OpenContext
from tests.journeys.test_accessibility import assert_clean, looks, open_visitor
from tests.journeys.visitor import Visitor
from tests.support.world import World

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Passwords are slow on purpose, which these tests don't need."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def sign_in(visitor: Visitor, username: str) -> None:
    """Types user name and password."""
    visitor.open("/staff/login/")
    visitor.type(username=username, password=PASSWORD)
    visitor.page.locator("main button[type=submit]").click()


def submit(page: Page, action: str) -> None:
    """Presses the button of the form that leads there."""
    page.locator(f"main form[action$='{action}'] button").click()


def mailed_link() -> str:
    """The path of the newest mail's link."""
    found = re.search(r"http://127\.0\.0\.1:8000(\S+)", open_body(OutboxMail.objects.latest("pk")).text)
    assert found is not None
    return found[1]


def test_invited_colleague_gets_in_with_a_second_factor_by_keyboard_without_scripts(
    world: World, open_context: OpenContext
) -> None:
    make_member(username="ada", password=PASSWORD, first_name="Ada")
    PanelRules.objects.create(two_factor_for="nobody")
    ada = Visitor(open_context(javascript=False).new_page())
    sign_in(ada, "ada")
    ada.follow("Team")
    ada.follow("Invite somebody")
    ada.type(email="nia@portal.example", first_name="Nia")
    ada.page.get_by_label("Only those ticked below").check()
    ada.page.get_by_label(world.site.name).check()
    ada.press("Send the invitation")
    ada.sees_title("Nia")
    PanelRules.objects.update(two_factor_for="everybody")

    page = open_context(javascript=False, width=820).new_page()
    page.goto(mailed_link())
    page.locator("[name=first]").focus()
    page.keyboard.type("an entirely new passphrase")
    page.keyboard.press("Tab")
    page.keyboard.type("an entirely new passphrase")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Two-factor sign-in")
    page.get_by_role("button", name="Set it up").focus()
    page.keyboard.press("Enter")
    page.locator("[name=code]").focus()
    page.keyboard.type(app_code(Member.objects.get(user__first_name="Nia")))
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("Recovery codes")
    expect(page.locator(".staff-codes li")).to_have_count(10)
    page.goto("/staff/requests/")
    expect(page.locator("h1")).to_have_text("Requests")


@pytest.mark.parametrize("role", Role)
def test_everything_on_the_way_opens_for_its_role(world: World, open_context: OpenContext, role: Role) -> None:
    make_world()
    make_member(username="rita", role=role, password=PASSWORD)
    visitor = Visitor(open_context(width=820).new_page())
    sign_in(visitor, "rita")
    page = visitor.page
    links = [str(link.get_attribute("href")) for link in page.locator(".site-links a:not([hreflang])").all()]

    for link in links:
        answer = page.goto(link)
        assert answer is not None
        assert answer.status == 200, link
    closed = page.goto(reverse("staff-audit"))

    # The data of the embedded API is for managers.
    offered = [name for name in NAVIGATION if least(f"staff-{name}") <= role]
    assert len(links) == len(offered) + (role >= Role.MANAGER)
    assert closed is not None
    assert closed.status == (200 if role == Role.ADMIN else 403)


@looks
def test_team_pages_are_accessible_in_every_state(
    world: World, open_context: OpenContext, look: dict[str, Any]
) -> None:
    panel = make_world()
    ada = make_member(username="ada", password=PASSWORD, first_name="Ada", email="ada@portal.example")
    otto = make_member(
        username="otto", role=Role.VIEWER, password=PASSWORD, sites=[panel.request.room.site.workways_id]
    )
    visitor = open_visitor(open_context, look)
    page = visitor.page
    visitor.open("/staff/forgotten/")
    assert_clean(page)
    visitor.type(name="ada")
    page.locator("main form button").click()
    assert_clean(page)
    page.goto(mailed_link())
    assert_clean(page)
    visitor.open("/staff/invitation/no-such-token-at-all/")
    assert_clean(page)
    sign_in(visitor, "ada")
    for path in (
        "account/",
        "team/",
        "team/invite/",
        f"team/{otto.pk}/",
        f"team/{ada.pk}/",
        "audit/?about=x",
        "audit/",
    ):
        visitor.open(f"/staff/{path}")
        assert_clean(page)
    visitor.open("/staff/team/invite/")
    page.locator("main form button").click()
    assert_clean(page)
    visitor.open("/staff/account/two-factor/")
    submit(page, "/begin/")
    assert_clean(page)
    visitor.type(code="12")
    submit(page, "/confirm/")
    assert_clean(page)
    # The library takes no code for a second after a wrong one.
    page.wait_for_timeout(1100)
    visitor.type(code=app_code(ada))
    submit(page, "/confirm/")
    expect(page.locator(".staff-codes")).to_be_visible()
    assert_clean(page)
    visitor.open("/staff/account/two-factor/")
    assert_clean(page)
    page.context.clear_cookies()
    sign_in(visitor, "ada")
    assert_clean(page)
    visitor.type(code="wrong")
    page.locator("main form button").click()
    assert_clean(page)
    page.context.clear_cookies()
    sign_in(visitor, "otto")
    for path in ("", "team/", f"requests/{panel.request.reference}/", f"registrations/{panel.registration.reference}/"):
        visitor.open(f"/staff/{path}")
        assert_clean(page)
