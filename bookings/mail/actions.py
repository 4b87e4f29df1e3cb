"""Writes mails into the outbox and moves them on; nothing here talks to a mail server."""

import base64
import json
import uuid
from collections.abc import Iterable
from datetime import datetime
from email.utils import make_msgid
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from bookings.mail.calendar_file import Attachment
from bookings.mail.messages import FROM_WORKWAYS, MailContext
from bookings.mail.models import MailState, OutboxMail
from bookings.mail.rendering import Rendered, render
from bookings.mail.sealing import seal

if TYPE_CHECKING:
    from django.db.models import Model


@transaction.atomic
def enqueue(
    *,
    to: str,
    language: str,
    context: MailContext,
    repeat_key: str,
    booking_request: "Model | None" = None,
    registration: "Model | None" = None,
    attachments: Iterable[Attachment] = (),
) -> OutboxMail:
    """Writes a mail into the outbox, in the transaction of the fact that it speaks of.

    `repeat_key` names that fact: the same key a second time gives back the first mail and writes nothing.
    """
    kept = OutboxMail.objects.filter(repeat_key=repeat_key).first()
    if kept is not None:
        return kept
    mail, _created = OutboxMail.objects.get_or_create(
        repeat_key=repeat_key,
        defaults={
            "kind": context.kind,
            "to": to,
            "language": language,
            "booking_request_id": booking_request.pk if booking_request else None,
            "registration_id": registration.pk if registration else None,
            **_content(render(context, language), reply_to=context.operator.contact_email, attachments=attachments),
        },
    )
    return mail


def enqueue_from_workways(to: str, subject: str, text: str, html: str, language: str) -> None:
    """Takes a mail of the embedded Workways API, in one statement; `settings.EMBEDDED_MAILER` names this function."""
    rendered = Rendered(" ".join(subject.split())[:200], text, html)
    OutboxMail.objects.create(
        kind=FROM_WORKWAYS,
        to=to,
        language=language[:2],
        repeat_key=f"{FROM_WORKWAYS}:{uuid.uuid4().hex}",
        **_content(rendered, reply_to="", attachments=()),
    )


@transaction.atomic
def resend(*, mail: OutboxMail, now: datetime) -> OutboxMail:
    """Sends a mail once more because a person asked; a name of its own lets it pass filters of doubled mails."""
    mail.state = MailState.QUEUED
    mail.attempts = 0
    mail.last_error = ""
    mail.due_at = now
    mail.claimed_until = None
    mail.message_id = _new_message_id()
    mail.save(update_fields=["state", "attempts", "last_error", "due_at", "claimed_until", "message_id"])
    return mail


@transaction.atomic
def give_up(*, mail: OutboxMail, reason: str) -> None:
    """Marks a mail as one that will not leave any more, unless somebody resends it."""
    mail.state = MailState.FAILED
    mail.last_error = reason
    mail.claimed_until = None
    mail.save(update_fields=["state", "last_error", "claimed_until"])


def _content(rendered: Rendered, *, reply_to: str, attachments: Iterable[Attachment]) -> dict[str, object]:
    body = {
        "text": rendered.text,
        "html": rendered.html,
        "reply_to": reply_to,
        "attachments": [
            {
                "name": attachment.name,
                "content_type": attachment.content_type,
                "content": base64.b64encode(attachment.content).decode(),
            }
            for attachment in attachments
        ],
    }
    return {
        "subject": rendered.subject,
        "sealed": seal(json.dumps(body).encode()),
        "message_id": _new_message_id(),
    }


def _new_message_id() -> str:
    return make_msgid(domain=urlsplit(settings.PORTAL_URL).hostname)
