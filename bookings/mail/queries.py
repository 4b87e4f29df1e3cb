"""Reads the outbox."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from bookings.mail.calendar_file import Attachment
from bookings.mail.models import MailState, OutboxMail
from bookings.mail.sealing import unseal


@dataclass(frozen=True, slots=True)
class MailBody:
    """What a row keeps sealed."""

    text: str
    html: str
    reply_to: str
    attachments: tuple[Attachment, ...]


def open_body(mail: OutboxMail) -> MailBody:
    """The mail's text, HTML and attachments. Raises SealBroken when the secret that sealed them is gone."""
    kept = json.loads(unseal(bytes(mail.sealed)))
    attachments = tuple(
        Attachment(entry["name"], entry["content_type"], base64.b64decode(entry["content"]))
        for entry in kept["attachments"]
    )
    return MailBody(kept["text"], kept["html"], kept["reply_to"], attachments)


def due_mails(*, now: datetime) -> QuerySet[OutboxMail]:
    """What should leave now: queued mails whose time has come, and those whose worker fell silent while sending."""
    return OutboxMail.objects.filter(
        Q(state=MailState.QUEUED, due_at__lte=now) | Q(state=MailState.SENDING, claimed_until__lte=now)
    ).order_by("due_at", "pk")


def failed_mails() -> QuerySet[OutboxMail]:
    """What staff have to look at."""
    return OutboxMail.objects.filter(state=MailState.FAILED).order_by("-created_at")
