"""Brings due mails to the mail server: claimed, sent, and marked, one at a time.

A worker that dies while sending loses only its claim: when the lease runs out the mail is sent again under the same
Message-ID, by which mail programs know the copy. Rather twice than never.
"""

import logging
import re
import secrets
import smtplib
from datetime import datetime
from email.mime.text import MIMEText

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F

from bookings.mail import actions, rules
from bookings.mail.calendar_file import Attachment
from bookings.mail.models import MailState, MailStep, OutboxMail
from bookings.mail.queries import due_mails, open_body
from bookings.mail.sealing import SealBroken
from portal import clock

log = logging.getLogger(__name__)


def send_due(*, limit: int) -> int:
    """Sends up to so many due mails; says how many it took on."""
    taken = 0
    while taken < limit:
        mail = claim_next(now=clock.now())
        if mail is None:
            break
        taken += 1
        send(mail=mail)
    return taken


def claim_next(*, now: datetime) -> OutboxMail | None:
    """Takes one due mail for the length of a lease, or None. Of two workers only one gets it."""
    for mail in due_mails(now=now)[:20]:
        claimed = OutboxMail.objects.filter(
            pk=mail.pk, state=mail.state, claimed_until=mail.claimed_until, attempts=mail.attempts
        ).update(state=MailState.SENDING, claimed_until=now + rules.LEASE, attempts=F("attempts") + 1)
        # A mail to somebody who is erased this moment may be gone between the two.
        mine = OutboxMail.objects.filter(pk=mail.pk).first() if claimed else None
        if mine is not None:
            return mine
    return None


def send(*, mail: OutboxMail) -> None:
    """Hands a claimed mail to the mail server and notes what came of it."""
    if mail.attempts > rules.BROKEN_OFF_LIMIT:
        actions.give_up(mail=mail, reason="The worker broke off each time it sent this mail.", now=clock.now())
        return
    try:
        _message(mail).send()
    except SealBroken:
        reason = "The SECRET_KEY that sealed this mail is gone; see SECRET_KEY_FALLBACKS."
        actions.give_up(mail=mail, reason=reason, now=clock.now())
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        _failed(mail, f"{code} {_readable(answer)}", is_final=not rules.may_be_tried_again(code))
    except (smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError) as error:
        # The server refuses us, not this mail; that is the operator's to mend, so the mail waits.
        _failed(mail, f"{error.smtp_code} {_readable(error.smtp_error)}", is_final=False)
    except smtplib.SMTPResponseException as error:
        is_final = not rules.may_be_tried_again(error.smtp_code)
        _failed(mail, f"{error.smtp_code} {_readable(error.smtp_error)}", is_final=is_final)
    except OSError as error:
        # Also smtplib's own root, for a server that hung up or lacks what we need.
        _failed(mail, f"{type(error).__name__}: {error}", is_final=False)
    else:
        now = clock.now()
        _finish(mail, MailStep.SENT, "", now=now, state=MailState.SENT, sent_at=now, last_error="")
        log.info("Sent mail %s (%s).", mail.pk, mail.kind)


@transaction.atomic
def _finish(mail: OutboxMail, what: MailStep, note: str, *, now: datetime, **fields: object) -> None:
    # Once our claim has run out the row may be somebody else's, and is left alone; what we tried is told all the same.
    mine = OutboxMail.objects.filter(pk=mail.pk, state=MailState.SENDING, claimed_until=mail.claimed_until)
    if mine.update(claimed_until=None, **fields) or OutboxMail.objects.filter(pk=mail.pk).exists():
        actions.note_step(mail=mail, what=what, note=note, now=now)


def _failed(mail: OutboxMail, reason: str, *, is_final: bool) -> None:
    now = clock.now()
    # Mail servers like to quote the address; logs are not ours to erase.
    told = re.sub(re.escape(mail.to), "<recipient>", reason, flags=re.IGNORECASE)
    jitter = secrets.randbelow(1000) / 1000
    again_at = None if is_final else rules.next_attempt_at(mail.attempts, now=now, jitter=jitter)
    if again_at is None:
        _finish(mail, MailStep.FAILED, reason, now=now, state=MailState.FAILED, last_error=reason)
        log.error("Mail %s (%s) failed for good: %s", mail.pk, mail.kind, told)
    else:
        _finish(mail, MailStep.DEFERRED, reason, now=now, state=MailState.QUEUED, last_error=reason, due_at=again_at)
        log.warning("Mail %s (%s) failed and is tried again at %s: %s", mail.pk, mail.kind, again_at, told)


def _message(mail: OutboxMail) -> EmailMultiAlternatives:
    body = open_body(mail)
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=body.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.to],
        reply_to=[body.reply_to] if body.reply_to else None,
        headers={
            "Message-ID": mail.message_id,
            # RFC 3834: nobody's holiday notice should answer this.
            "Auto-Submitted": "auto-generated",
            "Content-Language": mail.language,
        },
    )
    if body.html:
        message.attach_alternative(body.html, "text/html")
    for attachment in body.attachments:
        message.attach(_part(attachment))
    return message


def _part(attachment: Attachment) -> MIMEText:
    # A calendar's part names its method, or mail programs don't recognize it; Django's own helper drops parameters.
    kind, *parameters = (word.strip() for word in attachment.content_type.split(";"))
    part = MIMEText(attachment.content.decode(), kind.partition("/")[2], "utf-8")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name != "charset":
            part.set_param(name, value)
    part.add_header("Content-Disposition", "attachment", filename=attachment.name)
    return part


def _readable(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())[:500]
