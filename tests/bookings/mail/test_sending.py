"""Mails on their way to a real mail server: sent once, tried again, given up, and never lost with a worker."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.core import mail as django_mail
from django.db import connection

from bookings.mail.actions import enqueue
from bookings.mail.calendar_file import Attachment
from bookings.mail.models import MailState, OutboxMail
from bookings.mail.sending import claim_next, send_due
from bookings.mail.tasks import send_due as send_due_task
from tests.bookings.mail.samples import SAMPLES
from tests.support.mail_server import MailServer, free_port, running_mail_server

ICS = Attachment("meeting.ics", "text/calendar; charset=utf-8; method=PUBLISH", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """A mail server that Django is told to use."""
    with running_mail_server() as running:
        for name, value in running.settings().items():
            setattr(settings, name, value)
        yield running


def put(repeat_key: str = "key", **options: Any) -> OutboxMail:
    given: dict[str, Any] = {"to": "jeanne@example.org", "language": "fr", "context": SAMPLES[1]}
    return enqueue(repeat_key=repeat_key, **(given | options))


@pytest.mark.django_db
def test_due_mail_arrives_with_text_html_and_calendar(clock: Any, server: MailServer) -> None:
    mail = put(attachments=[ICS])

    send_due(limit=10)

    (arrived,) = server.arrived
    text, html, calendar = [part for part in arrived.walk() if not part.is_multipart()]
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.attempts) == (MailState.SENT, clock.instant, 1)
    assert arrived["To"] == "jeanne@example.org"
    assert arrived["Subject"].strip() == mail.subject
    assert arrived["Message-ID"] == mail.message_id
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["Content-Language"] == "fr"
    assert arrived["Reply-To"] == "hello@workways.example"
    assert text.get_content_type() == "text/plain"
    assert "K7QM-2XTR" in text.get_content()
    assert html.get_content_type() == "text/html"
    assert calendar.get_content_type() == "text/calendar"
    assert calendar.get_param("method") == "PUBLISH"
    assert calendar.get_filename() == "meeting.ics"
    assert calendar.get_payload(decode=True) == ICS.content


@pytest.mark.django_db
def test_sent_mail_is_not_sent_again(clock: Any, server: MailServer) -> None:
    put()
    send_due(limit=10)

    clock.forward(days=1)
    taken = send_due(limit=10)

    assert taken == 0
    assert len(server.arrived) == 1


@pytest.mark.django_db
def test_mail_waits_until_it_is_due(clock: Any, server: MailServer) -> None:
    mail = put()
    OutboxMail.objects.filter(pk=mail.pk).update(due_at=clock.instant + timedelta(minutes=1))

    assert send_due(limit=10) == 0
    clock.forward(minutes=1)
    assert send_due(limit=10) == 1

    assert len(server.arrived) == 1


@pytest.mark.django_db
def test_one_wake_up_takes_no_more_than_its_limit(clock: Any, server: MailServer) -> None:
    for number in range(3):
        put(f"key {number}")

    assert send_due(limit=2) == 2

    assert len(server.arrived) == 2
    assert OutboxMail.objects.filter(state=MailState.QUEUED).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("trouble", ["451 mailbox busy", "421 try later"])
def test_passing_trouble_is_tried_again_after_1_5_and_30_minutes_then_given_up(
    clock: Any, server: MailServer, trouble: str
) -> None:
    server.data_answer = trouble
    mail = put()
    waits = []

    for _ in range(4):
        assert send_due(limit=10) == 1
        mail.refresh_from_db()
        waits.append(round((mail.due_at - clock.instant).total_seconds() / 60))
        clock.set(max(mail.due_at, clock.instant))

    assert mail.state == MailState.FAILED
    assert mail.attempts == 4
    assert mail.last_error == trouble
    assert waits[0] == 1
    assert 5 <= waits[1] <= 6
    assert 30 <= waits[2] <= 36
    assert server.arrived == []


@pytest.mark.django_db
def test_trouble_that_passes_ends_in_a_sent_mail_with_the_same_message_id(clock: Any, server: MailServer) -> None:
    server.recipient_answer = "450 greylisted"
    mail = put()
    send_due(limit=10)
    mail.refresh_from_db()
    assert mail.state == MailState.QUEUED

    server.recipient_answer = ""
    clock.forward(minutes=2)
    send_due(limit=10)

    mail.refresh_from_db()
    assert mail.state == MailState.SENT
    assert mail.last_error == ""
    assert [arrived["Message-ID"] for arrived in server.arrived] == [mail.message_id]


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["recipient_answer", "data_answer"])
def test_refusal_for_good_is_shown_to_staff_at_once(clock: Any, server: MailServer, where: str) -> None:
    setattr(server, where, "550 no such mailbox")
    mail = put()

    send_due(limit=10)

    mail.refresh_from_db()
    assert mail.state == MailState.FAILED
    assert mail.attempts == 1
    assert mail.last_error == "550 no such mailbox"


@pytest.mark.django_db
def test_one_refused_mail_does_not_hold_up_the_next(clock: Any, server: MailServer) -> None:
    refused = put("first")
    OutboxMail.objects.filter(pk=refused.pk).update(sealed=b"sealed with a lost secret")
    put("second")

    send_due(limit=10)

    refused.refresh_from_db()
    assert refused.state == MailState.FAILED
    assert "SECRET_KEY" in refused.last_error
    assert len(server.arrived) == 1


@pytest.mark.django_db
def test_server_that_is_away_leaves_the_mail_waiting(clock: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    mail = put()

    send_due(limit=10)

    mail.refresh_from_db()
    assert mail.state == MailState.QUEUED
    assert mail.due_at > clock.instant
    assert mail.last_error.startswith("ConnectionRefusedError")


@pytest.mark.django_db
def test_slow_server_does_not_hold_the_worker(clock: Any, server: MailServer, settings: Any) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    server.stall = True
    mail = put()

    send_due(limit=10)

    mail.refresh_from_db()
    assert mail.state == MailState.QUEUED
    assert "Timeout" in mail.last_error or "timed out" in mail.last_error


@pytest.mark.django_db
def test_server_that_hangs_up_gets_the_same_mail_again_later(clock: Any, server: MailServer) -> None:
    server.hang_up = True
    mail = put()
    send_due(limit=10)

    server.hang_up = False
    clock.forward(minutes=2)
    send_due(limit=10)

    mail.refresh_from_db()
    assert mail.state == MailState.SENT
    assert [arrived["Message-ID"] for arrived in server.arrived] == [mail.message_id] * 2


@pytest.mark.django_db
def test_claimed_mail_is_left_alone_until_its_lease_runs_out(clock: Any, server: MailServer) -> None:
    put()
    claimed = claim_next(now=clock.instant)
    assert claimed is not None

    clock.forward(seconds=59)
    assert claim_next(now=clock.instant) is None
    clock.forward(seconds=1)
    again = claim_next(now=clock.instant)

    assert again == claimed
    assert again is not None
    assert again.message_id == claimed.message_id


@pytest.mark.django_db
def test_mail_that_breaks_its_worker_every_time_ends_with_staff(clock: Any, server: MailServer) -> None:
    mail = put()
    for _ in range(10):
        assert claim_next(now=clock.instant) is not None
        clock.forward(minutes=2)

    send_due(limit=1)

    mail.refresh_from_db()
    assert mail.state == MailState.FAILED
    assert "broke off" in mail.last_error
    assert server.arrived == []


@pytest.mark.django_db
def test_without_a_mail_server_a_mail_counts_as_sent_and_stays_readable(clock: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    mail = put()

    send_due(limit=10)

    mail.refresh_from_db()
    assert mail.state == MailState.SENT
    assert django_mail.outbox == []


@pytest.mark.django_db
def test_task_sends_what_is_due_and_does_no_harm_twice(clock: Any, server: MailServer) -> None:
    put()

    send_due_task()
    send_due_task()

    assert len(server.arrived) == 1


@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_each_mail_once(clock: Any, server: MailServer) -> None:
    for number in range(12):
        put(f"key {number}")
    together = threading.Barrier(8, timeout=30)

    def work() -> None:
        together.wait()
        try:
            send_due(limit=12)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    ids = [arrived["Message-ID"] for arrived in server.arrived]
    assert len(ids) == len(set(ids)) == 12
    assert set(OutboxMail.objects.values_list("state", flat=True)) == {MailState.SENT}


def _database_url() -> str:
    """The address of the database that this test uses, for a program of its own."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    who = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
    host = quote(database["HOST"], safe="")
    return f"postgres://{who}@{host}:{database['PORT']}/{database['NAME']}"


@pytest.mark.django_db(transaction=True)
def test_worker_killed_while_sending_loses_nothing(server: MailServer, settings: Any) -> None:
    mail = put()
    server.stall = True
    program = "import django; django.setup(); from bookings.mail.tasks import send_due; send_due()"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": _database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{server.port}",
    }
    worker = subprocess.Popen([sys.executable, "-c", program], cwd=django_settings.BASE_DIR, env=environment)
    assert server.reached.wait(30)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    mail.refresh_from_db()
    assert mail.state == MailState.SENDING

    server.stall = False
    settings.CLOCK = lambda: datetime.now(UTC) + timedelta(seconds=61)
    send_due(limit=10)

    mail.refresh_from_db()
    assert mail.state == MailState.SENT
    assert [arrived["Message-ID"] for arrived in server.arrived] == [mail.message_id] * 2
