"""The mails that the portal wrote, as staff read them; in the demo they reach nobody in another way."""

import re

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from bookings.audit.actions import acting
from bookings.audit.vocabulary import Act, Subject
from bookings.mail.actions import resend
from bookings.mail.models import OutboxMail
from bookings.mail.queries import MailBody, open_body
from bookings.mail.sealing import SealBroken
from bookings.staff.forms import mail_list_form
from bookings.staff.limits import acting_member, visible_to
from bookings.staff.pages import page_of, panel
from bookings.staff.queries import list_mails
from portal import clock
from portal.access import Role, staff_from

# The mail is a page of its own in a frame: no script, no form, nothing loaded from elsewhere; a link that a person
# clicks opens in place of the panel.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-top-navigation-by-user-activation"
)
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)


@staff_from(Role.VIEWER, shows=Subject.MAILS)
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """All mails, the newest first."""
    form = mail_list_form(request.GET)
    mails = page_of(request, list_mails(acting_member(request), **form.narrowing()))
    return panel(request, "outbox.html", {"form": form, "page": mails})


@staff_from(Role.FRONT_DESK, shows=Subject.MAIL)
@require_safe
def mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    """One mail: to whom, what it says, whether it left."""
    found = _get(request, mail_id)
    return panel(request, "mail.html", {"mail": found, "body": _find_body(found)})


@staff_from(Role.FRONT_DESK, shows=Subject.MAIL)
@require_safe
@xframe_options_sameorigin
def mail_html(request: HttpRequest, mail_id: int) -> HttpResponse:
    """The mail's HTML by itself, for the frame in its page."""
    body = _find_body(_get(request, mail_id))
    if body is None or not body.html:
        raise Http404("This mail has no HTML.")
    base = '<base target="_top">'
    html = _HEAD.sub(lambda head: head.group() + base, body.html, count=1)
    response = HttpResponse(html if base in html else base + html)
    response["Content-Security-Policy"] = _MAIL_POLICY
    response["Cache-Control"] = "no-store"
    return response


@staff_from(Role.FRONT_DESK, shows=Subject.MAIL)
@require_safe
def attachment(request: HttpRequest, mail_id: int, number: int) -> HttpResponse:
    """One attachment, to keep; `number` counts from 1."""
    body = _find_body(_get(request, mail_id))
    if body is None or not 1 <= number <= len(body.attachments):
        raise Http404("This mail has no such attachment.")
    kept = body.attachments[number - 1]
    response = HttpResponse(kept.content, content_type=kept.content_type)
    disposition = content_disposition_header(as_attachment=True, filename=kept.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Cache-Control"] = "no-store"
    return response


@staff_from(Role.FRONT_DESK, act=Act.MAIL_RESENT)
@require_POST
def mail_resend(request: HttpRequest, mail_id: int) -> HttpResponseBase:
    """Sends the mail once more."""
    found = _get(request, mail_id)
    with acting(request, Act.MAIL_RESENT, Subject.MAIL, mail_id):
        resend(mail=found, now=clock.now())
    messages.success(request, _("The mail to %(address)s is on its way again.") % {"address": found.to})
    return redirect("staff-mail", mail_id)


def _get(request: HttpRequest, mail_id: int) -> OutboxMail:
    """The mail, as long as this member may read it. Raises Http404."""
    mails = OutboxMail.objects.select_related("booking_request", "registration")
    return get_object_or_404(visible_to(acting_member(request), mails), pk=mail_id)


def _find_body(found: OutboxMail) -> MailBody | None:
    """What the mail says, or None when the secret that sealed it is gone."""
    try:
        return open_body(found)
    except SealBroken:
        return None
