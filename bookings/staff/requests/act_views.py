"""What the team does for a guest on the telephone; each act with its reason, its mail and its row in the audit."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.audit.actions import acting
from bookings.audit.vocabulary import Act, Subject
from bookings.booking_requests import helping
from bookings.booking_requests.errors import MovedMeanwhile, NotOpen
from bookings.staff.pages import actor_of
from bookings.staff.requests.forms import CancelForm, ContactForm, MailAgainForm, NoteForm
from bookings.staff.requests.views import get_request, moved_meanwhile, show_story
from portal import clock
from portal.access import Role, staff_from


@staff_from(Role.FRONT_DESK, act=Act.REQUEST_MAILED)
@require_POST
def mail_again(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Sends the mail of the request's state once more, with a link that works."""
    found = get_request(request, reference)
    form = MailAgainForm(request.POST, prefix="mail")
    if not form.is_valid():
        return show_story(request, reference, mail_form=form)
    with acting(request, Act.REQUEST_MAILED, Subject.REQUEST, found.reference) as deed:
        wait = helping.mail_again(
            request=found, actor=actor_of(request), reason=form.cleaned_data["reason"], now=clock.now()
        )
        deed.is_done = not wait
    if wait:
        messages.error(request, _("That mail left less than a minute ago, so it was not sent again."))
    else:
        messages.success(request, _("A mail is on its way to %(email)s.") % {"email": found.email})
    return redirect("staff-request", reference)


@staff_from(Role.FRONT_DESK, act=Act.CONTACT_CHANGED)
@require_POST
def change_contact(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Another name or address."""
    found = get_request(request, reference)
    form = ContactForm(request.POST, prefix="contact")
    if not form.is_valid():
        return show_story(request, reference, contact_form=form)
    asked = form.cleaned_data
    try:
        with acting(request, Act.CONTACT_CHANGED, Subject.REQUEST, found.reference) as deed:
            changed = helping.change_contact(
                request=found,
                email=asked["email"],
                name=asked["name"],
                actor=actor_of(request),
                reason=asked["reason"],
                now=clock.now(),
            )
            deed.details["fields"] = list(changed)
            deed.is_done = bool(changed)
    except NotOpen:
        form.add_error(
            "email", _("Workways knows the guest by the present address and is asked by it, so it stays for now.")
        )
        return show_story(request, reference, contact_form=form)
    except MovedMeanwhile:
        moved_meanwhile(request)
        return redirect("staff-request", reference)
    if "email" in changed:
        messages.success(request, _("The contact is changed, and both addresses are told."))
    elif changed:
        messages.success(request, _("The contact is changed."))
    else:
        messages.info(request, _("The contact was like that already, so nothing changed."))
    return redirect("staff-request", reference)


@staff_from(Role.FRONT_DESK, act=Act.NOTED)
@require_POST
def note(request: HttpRequest, reference: str) -> HttpResponseBase:
    """A sentence for colleagues."""
    found = get_request(request, reference)
    form = NoteForm(request.POST, prefix="note")
    if not form.is_valid():
        return show_story(request, reference, note_form=form)
    with acting(request, Act.NOTED, Subject.REQUEST, found.reference):
        helping.note(request=found, actor=actor_of(request), text=form.cleaned_data["note"], now=clock.now())
    messages.success(request, _("The note stands in the history."))
    return redirect("staff-request", reference)


@staff_from(Role.FRONT_DESK, act=Act.CANCELLING)
@require_POST
def cancel(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Tells the guest that the team cancels the meeting, and tracks it until it has left the calendar."""
    found = get_request(request, reference)
    form = CancelForm(request.POST, prefix="cancel")
    if not form.is_valid():
        return show_story(request, reference, cancel_form=form)
    try:
        with acting(request, Act.CANCELLING, Subject.REQUEST, found.reference):
            helping.begin_cancelling(
                request=found, actor=actor_of(request), message=form.cleaned_data["message"], now=clock.now()
            )
    except NotOpen:
        moved_meanwhile(request)
    else:
        messages.success(
            request, _("The guest is told. Now cancel the meeting in Workways; the portal watches for it.")
        )
    return redirect("staff-request", reference)
