"""The panel's outbox: a refused mail is found, understood and sent again; each kind of mail can be looked at."""

from typing import Any

import pytest
from playwright.sync_api import expect

from bookings.mail.actions import note_step
from bookings.mail.messages import MailKind
from bookings.mail.models import MailState, MailStep, OutboxMail
from bookings.mail.sending import send_due
from portal import clock
from portal.access import Role
from tests.bookings.staff.world import make_mail
from tests.factories.members import make_member
from tests.journeys.conftest import OpenContext
from tests.journeys.test_accessibility import assert_clean, looks, open_visitor
from tests.journeys.test_team import PASSWORD, sign_in
from tests.journeys.visitor import Visitor
from tests.support.world import World

REFUSAL = "550 5.1.1 no such mailbox here"


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Passwords are slow on purpose, which these tests don't need."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def mail(world: World) -> OutboxMail:
    """A mail that the other side refused."""
    refused = make_mail(kind=MailKind.BOOKED, subject="Your room is booked", state=MailState.FAILED, last_error=REFUSAL)
    note_step(mail=refused, what=MailStep.FAILED, note=REFUSAL, now=clock.now())
    return refused


def test_desk_finds_a_refused_mail_sends_it_again_and_looks_at_the_kinds_without_scripts(
    mail: OutboxMail, open_context: OpenContext
) -> None:
    make_member(username="dora", role=Role.FRONT_DESK, password=PASSWORD)
    dora = Visitor(open_context(javascript=False, width=820).new_page())
    sign_in(dora, "dora")
    dora.follow("Outbox")
    dora.page.locator("[name=state]").select_option("failed")
    dora.press("Show")
    dora.follow("Your room is booked")
    expect(dora.page.locator(".staff-history")).to_contain_text(REFUSAL)

    dora.type(**{"resend-reason": "The guest mended the mailbox."})
    dora.press("Send again")
    send_due(limit=5)
    dora.page.reload()

    expect(dora.page.locator(".staff-history")).to_contain_text("The guest mended the mailbox.")
    expect(dora.page.locator(".staff-history")).to_contain_text("The mail server took it")
    dora.follow("Outbox")
    dora.follow("What each kind of mail says")
    dora.page.get_by_label("Reminder of a meeting, Français").click()
    phone, wide = (dora.page.frame_locator(f".staff-mail-frame-{size}") for size in ("phone", "wide"))
    for frame in (phone, wide):
        expect(frame.get_by_text("Jeanne Martin").first).to_be_visible()
    expect(dora.page.locator(".staff-mail-text")).to_contain_text("K7QM-2XTR")


@looks
def test_pages_of_the_outbox_are_accessible_in_every_state(
    mail: OutboxMail, open_context: OpenContext, look: dict[str, Any]
) -> None:
    waiting = make_mail(kind=MailKind.BOOKED, subject="Waiting")
    make_member(username="dora", role=Role.FRONT_DESK, password=PASSWORD)
    visitor = open_visitor(open_context, look)
    page = visitor.page
    sign_in(visitor, "dora")
    for path in ("", "?since=nonsense", f"{mail.pk}/", f"{waiting.pk}/", "templates/", "templates/booked/fr/"):
        visitor.open(f"/staff/outbox/{path}")
        assert_clean(page)
    visitor.open(f"/staff/outbox/{waiting.pk}/")
    page.locator("form[action$='/cancel/'] button").click()
    assert_clean(page)
