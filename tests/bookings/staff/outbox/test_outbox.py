"""The outbox: found by what one knows of a mail, with every try told, sent again or kept back for a reason."""

from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from bookings.audit.models import AuditRow
from bookings.audit.vocabulary import Act
from bookings.mail.actions import cancel, resend
from bookings.mail.messages import FROM_WORKWAYS, MailKind
from bookings.mail.models import MailEvent, MailState, MailStep, OutboxMail
from bookings.mail.sending import claim_next, send_due
from tests.bookings.staff.world import make_mail
from tests.conftest import StoppedClock
from tests.factories import make_booking_request

pytestmark = pytest.mark.django_db


def subjects(client: Client, **asked: str) -> list[str]:
    """The subjects that the list shows, of mails called "Mail" and a word."""
    page = client.get("/staff/outbox/", asked).content.decode()
    return sorted(word for word in ("Alpha", "Beta", "Gamma") if f"Mail {word}<" in page)


@pytest.fixture
def mails(clock: StoppedClock) -> list[OutboxMail]:
    """Three mails of three days: sent, failed, canceled."""
    return [
        make_mail(
            subject="Mail Alpha", kind=MailKind.BOOKED, state=MailState.SENT, to="ann@example.org", created_at=day(5)
        ),
        make_mail(
            subject="Mail Beta", kind=MailKind.REFUSED, state=MailState.FAILED, to="ben@example.net", created_at=day(6)
        ),
        make_mail(subject="Mail Gamma", state=MailState.CANCELLED, to="cleo@example.org", created_at=day(7)),
    ]


def day(number: int) -> datetime:
    """Half past eleven in the evening in Paris."""
    return datetime(2026, 1, number, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Alpha", "Beta", "Gamma"]),
        ({"kind": "booked"}, ["Alpha"]),
        ({"kind": FROM_WORKWAYS}, ["Gamma"]),
        ({"state": "failed"}, ["Beta"]),
        ({"state": "cancelled"}, ["Gamma"]),
        ({"to": "example.ORG"}, ["Alpha", "Gamma"]),
        ({"words": "mail ben"}, ["Beta"]),
        ({"words": "mail cleo@EXAMPLE"}, ["Gamma"]),
        ({"since": "2026-01-06"}, ["Beta", "Gamma"]),
        ({"until": "2026-01-06"}, ["Alpha", "Beta"]),
        ({"since": "2026-01-06", "until": "2026-01-06"}, ["Beta"]),
        ({"since": "2026-01-08"}, []),
        ({"kind": "nonsense", "state": "x", "since": "y", "until": "9999-12-31"}, ["Alpha", "Beta", "Gamma"]),
    ],
)
def test_mails_are_found_by_what_is_known_of_them(
    staff_client: Client, mails: list[OutboxMail], asked: dict[str, str], found: list[str]
) -> None:
    assert subjects(staff_client, **asked) == found


def test_mail_is_found_by_the_reference_of_its_request(staff_client: Client, mails: list[OutboxMail]) -> None:
    request = make_booking_request()
    OutboxMail.objects.filter(pk=mails[0].pk).update(booking_request=request)

    assert subjects(staff_client, words=request.reference) == ["Alpha"]


def test_every_try_is_told_with_the_words_of_the_mail_server(
    staff_client: Client, clock: StoppedClock, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "tests.bookings.staff.outbox.refusing.Refusing"
    mail = make_mail()

    send_due(limit=1)
    waiting = unescape(staff_client.get(f"/staff/outbox/{mail.pk}/").content.decode())
    clock.forward(minutes=2)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    send_due(limit=1)

    page = unescape(staff_client.get(f"/staff/outbox/{mail.pk}/").content.decode())
    assert "Next try" in waiting
    assert "451 4.3.0 come back later" in waiting
    assert "The mail server took it" not in waiting
    assert "451 4.3.0 come back later" in page
    assert "The mail server took it" in page
    events = [(event.what, event.at) for event in mail.events.all()]
    assert events == [(MailStep.DEFERRED, clock() - timedelta(minutes=2)), (MailStep.SENT, clock())]


def test_reason_of_sending_again_is_kept_in_the_history(
    staff_client: Client, clock: StoppedClock, mails: list[OutboxMail]
) -> None:
    page = staff_client.post(
        f"/staff/outbox/{mails[1].pk}/resend/", {"resend-reason": "Ben mended his mailbox."}, follow=True
    ).content.decode()

    mails[1].refresh_from_db()
    event = MailEvent.objects.get()
    assert mails[1].state == MailState.QUEUED
    assert (event.what, event.actor, event.note) == (MailStep.RESENT, "Sofia Keller", "Ben mended his mailbox.")
    assert "Ben mended his mailbox." in page


@pytest.mark.parametrize("act", ["resend", "cancel"])
def test_without_a_reason_nothing_is_done(staff_client: Client, clock: StoppedClock, act: str) -> None:
    mail = make_mail()

    response = staff_client.post(f"/staff/outbox/{mail.pk}/{act}/", {f"{act}-reason": " "})

    assert response.status_code == 400
    assert "so that colleagues understand why" in response.content.decode()
    assert not MailEvent.objects.exists()


def test_mail_that_waits_can_be_kept_from_leaving(staff_client: Client, clock: StoppedClock) -> None:
    mail = make_mail()

    staff_client.post(f"/staff/outbox/{mail.pk}/cancel/", {"cancel-reason": "Wrong address."})
    taken = send_due(limit=5)

    page = staff_client.get(f"/staff/outbox/{mail.pk}/").content.decode()
    mail.refresh_from_db()
    assert (mail.state, taken) == (MailState.CANCELLED, 0)
    assert "Wrong address." in page
    assert AuditRow.objects.filter(act=Act.MAIL_CANCELLED, reference=str(mail.pk)).count() == 1
    assert f'action="/staff/outbox/{mail.pk}/cancel/"' not in page


@pytest.mark.parametrize("state", [MailState.SENT, MailState.SENDING, MailState.FAILED])
def test_mail_that_does_not_wait_is_not_canceled(staff_client: Client, clock: StoppedClock, state: MailState) -> None:
    mail = make_mail(state=state, claimed_until=clock() + timedelta(minutes=1))

    page = staff_client.post(f"/staff/outbox/{mail.pk}/cancel/", {"cancel-reason": "No."}, follow=True)

    mail.refresh_from_db()
    assert mail.state == state
    assert unescape("doesn&#39;t wait any more") in unescape(page.content.decode())
    assert not AuditRow.objects.filter(act=Act.MAIL_CANCELLED).exists()


def test_mail_that_is_just_being_sent_is_not_sent_twice(staff_client: Client, clock: StoppedClock) -> None:
    mail = make_mail()
    claim_next(now=clock())

    staff_client.post(f"/staff/outbox/{mail.pk}/resend/", {"resend-reason": "Quick."})
    clock.forward(minutes=2)
    after_the_claim = resend(mail=mail, actor="Sofia", reason="The worker died.", now=clock())

    assert after_the_claim
    assert [event.note for event in mail.events.all()] == ["The worker died."]
    assert AuditRow.objects.filter(act=Act.MAIL_RESENT).count() == 0


def test_canceled_mail_can_be_sent_after_all(clock: StoppedClock) -> None:
    mail = make_mail()
    cancel(mail=mail, actor="Sofia", reason="Not yet.", now=clock())

    resend(mail=mail, actor="Sofia", reason="Now.", now=clock())
    send_due(limit=5)

    mail.refresh_from_db()
    assert mail.state == MailState.SENT
    assert list(mail.events.values_list("what", flat=True)) == [MailStep.CANCELLED, MailStep.RESENT, MailStep.SENT]


@pytest.mark.parametrize("number", [1, 3, 300])
def test_list_asks_as_often_for_one_mail_as_for_many(
    staff_client: Client, clock: StoppedClock, django_assert_max_num_queries: Any, number: int
) -> None:
    mail = make_mail()
    rows = [copy_of(mail, index) for index in range(number - 1)]
    OutboxMail.objects.bulk_create(rows)
    staff_client.get("/staff/outbox/")

    with django_assert_max_num_queries(12) as counted:
        staff_client.get("/staff/outbox/")

    assert len(counted) == 6


def copy_of(mail: OutboxMail, index: int) -> OutboxMail:
    """The same mail to somebody else."""
    return OutboxMail(
        kind=mail.kind,
        to=f"guest{index}@example.org",
        language="en",
        subject=f"Welcome {index}",
        sealed=mail.sealed,
        repeat_key=f"key {index}",
        message_id=f"<{index}@example.org>",
        created_at=datetime.combine(date(2026, 1, 1), datetime.min.time(), UTC) + timedelta(minutes=index),
    )
