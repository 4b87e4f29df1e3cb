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

from bookings.core.pseudonyms import is_pseudonym, present_address
from bookings.mail.calendar_file import Attachment
from bookings.mail.messages import FROM_WORKWAYS, MailContext
from bookings.mail.models import MailEvent, MailState, MailStep, OutboxMail
from bookings.mail.rendering import Rendered, render
from bookings.mail.sealing import seal

if TYPE_CHECKING:
    from django.db.models import Model

# The portal itself, as histories name it.
SYSTEM = "system"


@transaction.atomic
def enqueue(
    *,
    to: str,
    language: str,
    context: MailContext,
    repeat_key: str,
    booking_request: "Model | None" = None,
    registration: "Model | None" = None,
    invitation: "Model | None" = None,
    attachments: Iterable[Attachment] = (),
) -> OutboxMail | None:
    """Writes a mail into the outbox, in the transaction of the fact that it speaks of.

    `repeat_key` names that fact: the same key a second time gives back the first mail and writes nothing. To somebody
    who was erased, be it while the caller had them in hand, nothing is written: None.
    """
    to = present_address(invitation, present_address(registration, present_address(booking_request, to)))
    if is_pseudonym(to):
        return None
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
            "invitation_id": invitation.pk if invitation else None,
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
def resend(*, mail: OutboxMail, actor: str, reason: str, now: datetime) -> bool:
    """Sends a mail once more because a person asked; a name of its own lets it pass filters of doubled mails.

    False, with nothing done, while a worker is just sending it, and for one to somebody who was erased.
    """
    if is_pseudonym(mail.to):
        return False
    queued = OutboxMail.objects.filter(pk=mail.pk).exclude(state=MailState.SENDING, claimed_until__gt=now)
    moved = queued.update(
        state=MailState.QUEUED,
        attempts=0,
        last_error="",
        due_at=now,
        claimed_until=None,
        message_id=_new_message_id(),
    )
    mail.refresh_from_db()
    if moved:
        note_step(mail=mail, what=MailStep.RESENT, actor=actor, note=reason, now=now)
    return moved == 1


@transaction.atomic
def cancel(*, mail: OutboxMail, actor: str, reason: str, now: datetime) -> bool:
    """Keeps a mail that waits from leaving; False when it doesn't wait any more."""
    waiting = OutboxMail.objects.filter(pk=mail.pk, state=MailState.QUEUED)
    moved = waiting.update(state=MailState.CANCELLED, claimed_until=None)
    mail.refresh_from_db()
    if moved:
        note_step(mail=mail, what=MailStep.CANCELLED, actor=actor, note=reason, now=now)
    return moved == 1


def note_step(*, mail: OutboxMail, what: MailStep, actor: str = SYSTEM, note: str = "", now: datetime) -> None:
    """Writes a line of the mail's history."""
    MailEvent.objects.create(mail=mail, what=what, actor=actor, note=note, at=now)


@transaction.atomic
def give_up(*, mail: OutboxMail, reason: str, now: datetime) -> None:
    """Marks a mail as one that will not leave any more, unless somebody resends it."""
    # No save, since the row may have gone with its person meanwhile.
    mine = OutboxMail.objects.filter(pk=mail.pk)
    given_up = mine.update(state=MailState.FAILED, last_error=reason, claimed_until=None)
    if given_up:
        note_step(mail=mail, what=MailStep.FAILED, note=reason, now=now)


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
