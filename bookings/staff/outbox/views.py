"""The mails that the portal wrote, as staff read them; in the demo they reach nobody in another way."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from bookings.audit.actions import acting
from bookings.audit.vocabulary import Act, Subject
from bookings.mail.actions import cancel, resend
from bookings.mail.models import MailState, OutboxMail
from bookings.mail.names import KIND_NAMES
from bookings.mail.queries import MailBody, open_body
from bookings.mail.sealing import SealBroken
from bookings.staff.limits import acting_member, visible_to
from bookings.staff.outbox.forms import CANCEL, RESEND, OutboxForm, ReasonForm
from bookings.staff.outbox.frames import framed
from bookings.staff.pages import ACTORS, actor_of, page_of, panel
from bookings.staff.queries import list_mails, panel_zone
from portal import clock
from portal.access import Role, staff_from


@staff_from(Role.VIEWER, shows=Subject.MAILS)
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """All mails, the newest first."""
    form = OutboxForm(request.GET)
    mails = page_of(request, list_mails(acting_member(request), **form.narrowing(panel_zone())))
    return panel(request, "outbox/list.html", {"form": form, "page": mails, "kinds": KIND_NAMES})


@staff_from(Role.FRONT_DESK, shows=Subject.MAIL)
@require_safe
def mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    """One mail: to whom, what it says, whether it left."""
    return _page(request, _get(request, mail_id))


@staff_from(Role.FRONT_DESK, shows=Subject.MAIL)
@require_safe
@xframe_options_sameorigin
def mail_html(request: HttpRequest, mail_id: int) -> HttpResponse:
    """The mail's HTML by itself, for the frame in its page."""
    body = _find_body(_get(request, mail_id))
    if body is None or not body.html:
        raise Http404("This mail has no HTML.")
    return framed(body.html)


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
    """Sends the mail once more, for a reason that colleagues can read."""
    found = _get(request, mail_id)
    form = ReasonForm(request.POST, prefix=RESEND)
    if not form.is_valid():
        return _page(request, found, resend_form=form)
    with acting(request, Act.MAIL_RESENT, Subject.MAIL, mail_id) as deed:
        reason = form.cleaned_data["reason"]
        deed.is_done = resend(mail=found, actor=actor_of(request), reason=reason, now=clock.now())
    if deed.is_done:
        messages.success(request, _("The mail to %(address)s is on its way again.") % {"address": found.to})
    else:
        messages.error(request, _("The mail is just being sent, so nothing was done. Look again in a minute."))
    return redirect("staff-mail", mail_id)


@staff_from(Role.FRONT_DESK, act=Act.MAIL_CANCELLED)
@require_POST
def mail_cancel(request: HttpRequest, mail_id: int) -> HttpResponseBase:
    """Keeps a mail that waits from leaving, for a reason that colleagues can read."""
    found = _get(request, mail_id)
    form = ReasonForm(request.POST, prefix=CANCEL)
    if not form.is_valid():
        return _page(request, found, cancel_form=form)
    with acting(request, Act.MAIL_CANCELLED, Subject.MAIL, mail_id) as deed:
        reason = form.cleaned_data["reason"]
        deed.is_done = cancel(mail=found, actor=actor_of(request), reason=reason, now=clock.now())
    if deed.is_done:
        messages.success(request, _("The mail to %(address)s will not be sent.") % {"address": found.to})
    else:
        messages.error(
            request, _("The mail doesn't wait any more, so it can't be canceled. Its state below is the newest.")
        )
    return redirect("staff-mail", mail_id)


def _page(
    request: HttpRequest,
    found: OutboxMail,
    *,
    resend_form: ReasonForm | None = None,
    cancel_form: ReasonForm | None = None,
) -> HttpResponse:
    """The page of a mail, with the form that was sent and needs another look."""
    context = {
        "mail": found,
        "kind": KIND_NAMES.get(found.kind, found.kind),
        "body": _find_body(found),
        "events": list(found.events.all()),
        "actors": ACTORS,
        "may_cancel": found.state == MailState.QUEUED,
        "resend_form": resend_form or ReasonForm(prefix=RESEND),
        "cancel_form": cancel_form or ReasonForm(prefix=CANCEL),
    }
    return panel(request, "outbox/mail.html", context, status=400 if resend_form or cancel_form else 200)


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
