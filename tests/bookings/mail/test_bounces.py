"""A mail that the other side refuses is on the staff's list within a minute, with the server's own words."""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from bookings.mail.actions import enqueue
from bookings.mail.models import MailState, OutboxMail
from bookings.mail.sending import send_due
from portal.celery import TIMETABLE, app
from tests.bookings.mail.samples import SAMPLES
from tests.factories.members import make_member
from tests.support.mail_server import MailServer, running_mail_server


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """A mail server that Django is told to use."""
    with running_mail_server() as running:
        for name, value in running.settings().items():
            setattr(settings, name, value)
        yield running


@pytest.fixture
def panel(db: None, settings: Any) -> Client:
    """The browser of somebody who may see the list."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    client = Client()
    client.force_login(make_member(password="x").user)
    return client


def wake_up() -> None:
    """What the timetable does within a minute."""
    app.loader.import_default_modules()
    app.tasks["mail.send_due"]()


@pytest.mark.parametrize("where", ["recipient_answer", "data_answer"])
@pytest.mark.parametrize("answer", ["550 5.1.1 <jeanne@example.org>: no such mailbox here", "552 5.2.2 Mailbox full"])
def test_refusal_for_good_is_on_the_list_at_the_first_attempt(
    clock: Any, server: MailServer, panel: Client, where: str, answer: str
) -> None:
    setattr(server, where, answer)
    enqueue(to="jeanne@example.org", language="en", context=SAMPLES[1], repeat_key="key")
    before = panel.get("/staff/").content.decode()

    wake_up()

    after = unescape(panel.get("/staff/").content.decode())
    mail = OutboxMail.objects.get()
    assert TIMETABLE["mail.send_due"] < timedelta(minutes=1)
    assert (mail.state, mail.attempts, mail.last_error) == (MailState.FAILED, 1, answer)
    assert "jeanne@example.org" not in before
    assert "jeanne@example.org" in after
    assert answer in after
    assert answer in unescape(panel.get(f"/staff/outbox/{mail.pk}/").content.decode())


@pytest.mark.django_db
@pytest.mark.parametrize("code", [550, 450])
def test_log_does_not_quote_the_address_as_the_server_does(
    clock: Any, server: MailServer, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    server.recipient_answer = f"{code} 5.1.1 <Jeanne@example.org>: no such mailbox here"
    enqueue(to="jeanne@example.org", language="en", context=SAMPLES[1], repeat_key="key")

    send_due(limit=1)

    (said,) = [record.getMessage() for record in caplog.records if record.name == "bookings.mail.sending"]
    assert "<<recipient>>: no such mailbox here" in said


@pytest.mark.parametrize("answer", ["451 4.3.0 try again later", "452 4.2.2 mailbox full for now"])
def test_passing_refusal_is_tried_again_and_not_on_the_list_yet(
    clock: Any, server: MailServer, panel: Client, answer: str
) -> None:
    server.recipient_answer = answer
    enqueue(to="jeanne@example.org", language="en", context=SAMPLES[1], repeat_key="key")
    wake_up()
    while_waiting = panel.get("/staff/").content.decode()
    server.recipient_answer = ""

    clock.forward(minutes=2)
    wake_up()

    assert "jeanne@example.org" not in while_waiting
    assert OutboxMail.objects.get().state == MailState.SENT
    assert len(server.arrived) == 1


def test_refused_mail_can_be_sent_once_more_from_the_list(clock: Any, server: MailServer, panel: Client) -> None:
    server.recipient_answer = "550 no such mailbox"
    mail = enqueue(to="jeanne@example.org", language="en", context=SAMPLES[1], repeat_key="key")
    wake_up()
    server.recipient_answer = ""

    panel.post(f"/staff/outbox/{mail.pk}/resend/", {"resend-reason": "The guest mended it."}, follow=True)
    wake_up()

    assert "jeanne@example.org" not in panel.get("/staff/").content.decode()
    assert [arrived["To"] for arrived in server.arrived] == ["jeanne@example.org"]
