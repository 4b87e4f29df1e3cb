"""The outbox as a table: one row for each fact, its body sealed."""

import json
import logging
from typing import Any

import pytest
from django.db import transaction

from bookings.mail.actions import enqueue, enqueue_from_workways, give_up, resend
from bookings.mail.calendar_file import Attachment
from bookings.mail.models import MailState, OutboxMail
from bookings.mail.queries import due_mails, failed_mails, open_body
from tests.bookings.mail.samples import SAMPLES
from tests.factories import make_booking_request, make_registration

CODE_MAIL, BOOKED_MAIL = SAMPLES[0], SAMPLES[1]


def put(repeat_key: str = "key", **options: Any) -> OutboxMail:
    given: dict[str, Any] = {"to": "jeanne@example.org", "language": "en", "context": BOOKED_MAIL}
    return enqueue(repeat_key=repeat_key, **(given | options))


@pytest.mark.django_db
def test_enqueued_mail_can_be_read_as_it_was_written(clock: Any) -> None:
    file = Attachment("meeting.ics", "text/calendar; method=PUBLISH", b"BEGIN:VCALENDAR")

    mail = put(attachments=[file])

    body = open_body(OutboxMail.objects.get())
    assert mail.state == MailState.QUEUED
    assert mail.subject == "Workways – Booked: Aurora, Tue 13 Jan at 14:00"
    assert mail.due_at == clock.instant
    assert "Your room is booked." in body.text
    assert "<p>Your room is booked.</p>" in body.html
    assert body.reply_to == "hello@workways.example"
    assert body.attachments == (file,)


@pytest.mark.django_db
def test_same_fact_is_written_once(clock: Any) -> None:
    first = put("booked:K7QM-2XTR")

    second = put("booked:K7QM-2XTR", to="somebody.else@example.org")

    assert second == first
    assert OutboxMail.objects.count() == 1
    assert OutboxMail.objects.get().to == "jeanne@example.org"


@pytest.mark.django_db
def test_code_and_link_stand_in_no_readable_column(clock: Any) -> None:
    mail = put(context=CODE_MAIL)

    row = json.dumps(
        OutboxMail.objects.filter(pk=mail.pk).values().get(),
        default=lambda value: repr(bytes(value)) if isinstance(value, (bytes, memoryview)) else str(value),
    )

    assert "042917" in open_body(mail).text
    assert "042917" not in row
    assert "status-token" not in row


@pytest.mark.django_db
def test_writing_a_mail_logs_nothing_of_it(clock: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    put(context=CODE_MAIL)

    assert "042917" not in caplog.text
    assert "jeanne@example.org" not in caplog.text


@pytest.mark.django_db
def test_mail_vanishes_with_the_fact_that_was_rolled_back(clock: Any) -> None:
    def broken() -> None:
        with transaction.atomic():
            put()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()

    assert not OutboxMail.objects.exists()


@pytest.mark.django_db
def test_mail_belongs_to_its_request_or_registration(clock: Any) -> None:
    request = make_booking_request()
    registration = make_registration(booking_request=request)

    put("one", booking_request=request)
    put("two", registration=registration)

    assert [mail.repeat_key for mail in request.mails.all()] == ["one"]
    assert [mail.repeat_key for mail in registration.mails.all()] == ["two"]


@pytest.mark.django_db
def test_mails_of_workways_are_taken_as_they_are(clock: Any) -> None:
    for _ in range(2):
        enqueue_from_workways("marie@example.org", "Vérifiez\nvotre adresse", "Bonjour", "<p>Bonjour</p>", "fr")

    mails = OutboxMail.objects.all()
    assert [(mail.kind, mail.to, mail.subject, mail.language) for mail in mails] == [
        ("from_workways", "marie@example.org", "Vérifiez votre adresse", "fr")
    ] * 2
    assert open_body(mails[0]).text == "Bonjour"
    assert open_body(mails[0]).html == "<p>Bonjour</p>"


@pytest.mark.django_db
def test_mail_that_was_given_up_is_shown_to_staff_and_can_be_sent_again(clock: Any) -> None:
    mail = put()
    first_id = mail.message_id
    give_up(mail=mail, reason="550 no such mailbox", now=clock.instant)
    assert list(failed_mails()) == [mail]
    assert not due_mails(now=clock.instant).exists()

    clock.forward(minutes=5)
    resend(mail=mail, actor="Sofia", reason="The guest asked for it.", now=clock.instant)

    mail.refresh_from_db()
    assert list(due_mails(now=clock.instant)) == [mail]
    assert (mail.attempts, mail.last_error) == (0, "")
    assert mail.message_id != first_id
    assert not failed_mails().exists()
