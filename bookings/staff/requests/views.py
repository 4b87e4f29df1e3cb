"""The whole story of one request, and what a person can do about it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.audit.actions import acting, record_act
from bookings.audit.vocabulary import Act, Subject
from bookings.booking_requests import asking, sending, settling
from bookings.booking_requests.errors import NotFree, NotProved, RequestError
from bookings.booking_requests.models import BookingRequest, GuestAsk
from bookings.booking_requests.pages import PAGES
from bookings.booking_requests.rules import ADDRESS_MAY_CHANGE, may_be_cancelled
from bookings.booking_requests.states import MOVES, State, Why
from bookings.core.answers import Standing
from bookings.staff.customers.keys import key_of
from bookings.staff.forms import AnswerForm, HandledForm, SettleForm
from bookings.staff.limits import acting_member, visible_to
from bookings.staff.moments import Teller
from bookings.staff.pages import ACTORS, actor_of, panel
from bookings.staff.queries import Story, find_story
from bookings.staff.requests.forms import CancelForm, ContactForm, MailAgainForm, NoteForm, SendForm
from bookings.staff.requests.story import list_moments
from portal import clock
from portal.access import Role, staff_from

_STANDINGS = {
    Standing.UNKNOWN: gettext_lazy("not asked yet"),
    Standing.NEW: gettext_lazy("no, it is new"),
    Standing.KNOWN: gettext_lazy("yes"),
    Standing.ARCHIVED: gettext_lazy("yes, but the account is archived"),
}


@staff_from(Role.VIEWER, shows=Subject.REQUEST)
@require_safe
def story(request: HttpRequest, reference: str) -> HttpResponse:
    """One request from beginning to end."""
    return show_story(request, reference)


@staff_from(Role.FRONT_DESK, act=Act.SENT_AGAIN)
@require_POST
def send_again(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Sends the request to Workways now; only for one that surely was not booked."""
    found = get_request(request, reference)
    form = SendForm(request.POST, prefix="send")
    if not form.is_valid():
        return show_story(request, reference, send_form=form)
    try:
        sending.staff_send_again(
            request=found,
            actor=actor_of(request),
            now=clock.now(),
            reason=form.cleaned_data["reason"],
            in_claim=lambda: record_act(request, Act.SENT_AGAIN, Subject.REQUEST, found.reference),
        )
    except NotProved:
        messages.error(
            request,
            _(
                "The guest has not confirmed the new address yet, so nothing was sent. "
                "The button is in the mail they got."
            ),
        )
    except NotFree:
        messages.error(request, _("Somebody else holds this time by now, so nothing was sent."))
    except RequestError:
        moved_meanwhile(request)
    else:
        messages.info(request, _("The request was sent. Its state below is the answer."))
    return redirect("staff-request", reference)


@staff_from(Role.FRONT_DESK, act=Act.SETTLED)
@require_POST
def settle(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Notes what a person found out: booked, or not."""
    found = get_request(request, reference)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return show_story(request, reference, settle_form=form)
    try:
        with acting(request, Act.SETTLED, Subject.REQUEST, found.reference) as deed:
            deed.details["outcome"] = form.cleaned_data["outcome"]
            settling.staff_settle(
                request=found,
                outcome=form.cleaned_data["outcome"],
                actor=actor_of(request),
                reason=form.cleaned_data["reason"],
                now=clock.now(),
            )
    except RequestError:
        moved_meanwhile(request)
    else:
        messages.success(request, _("The outcome is noted, and the guest is told."))
    return redirect("staff-request", reference)


@staff_from(Role.FRONT_DESK, act=Act.HANDLED)
@require_POST
def handled(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Takes the request off the list of what needs a person; nothing else changes."""
    found = get_request(request, reference)
    form = HandledForm(request.POST)
    if not form.is_valid():
        return show_story(request, reference, handled_form=form)
    with acting(request, Act.HANDLED, Subject.REQUEST, found.reference):
        asking.mark_handled(request=found, actor=actor_of(request), note=form.cleaned_data["note"], now=clock.now())
    messages.success(request, _("The request is marked as handled."))
    return redirect("staff-request", reference)


@staff_from(Role.FRONT_DESK, act=Act.ANSWERED)
@require_POST
def answer(request: HttpRequest, reference: str, ask_id: int) -> HttpResponseBase:
    """Answers what the guest asked, by mail."""
    asks = visible_to(acting_member(request), GuestAsk.objects.select_related("request"))
    ask = get_object_or_404(asks, pk=ask_id, request__reference=reference.upper())
    form = AnswerForm(request.POST, prefix=f"ask{ask_id}")
    if not form.is_valid():
        return show_story(request, reference, answer_form=form)
    sent = form.cleaned_data["answer"]
    with acting(request, Act.ANSWERED, Subject.REQUEST, ask.request.reference) as deed:
        deed.details["ask"] = ask.kind
        kept = asking.handle_ask(ask=ask, actor=actor_of(request), answer=sent, now=clock.now())
        deed.is_done = kept.answer == sent and kept.handled_by == actor_of(request)
    if deed.is_done:
        messages.success(request, _("The answer is on its way to the guest."))
    else:
        messages.error(request, _("A colleague answered this a moment ago; your answer was not sent."))
    return redirect("staff-request", reference)


def get_request(request: HttpRequest, reference: str) -> BookingRequest:
    """The request, as long as this member may see it. Raises Http404."""
    return get_object_or_404(visible_to(acting_member(request), BookingRequest.objects.all()), reference=reference)


def moved_meanwhile(request: HttpRequest) -> None:
    """Says that somebody, or the portal, was faster."""
    messages.error(
        request, _("The request moved on in the meantime, so nothing was done. Its state below is the newest.")
    )


def _teller(told: Story) -> Teller:
    """The story is told by the clock of the site, as it was when the request was made."""
    return Teller(told.request.zone, clock.now(), get_language() or "en")


def _is_refused_still(request: BookingRequest) -> bool:
    """Was it refused, nobody has seen to it, and its time is still to come? Then the first page lists it."""
    is_refused = request.state in (State.REFUSED, State.ARCHIVED)
    return is_refused and request.handled_at is None and request.start > clock.now()


def show_story(
    request: HttpRequest,
    reference: str,
    *,
    settle_form: SettleForm | None = None,
    handled_form: HandledForm | None = None,
    answer_form: AnswerForm | None = None,
    send_form: SendForm | None = None,
    mail_form: MailAgainForm | None = None,
    contact_form: ContactForm | None = None,
    note_form: NoteForm | None = None,
    cancel_form: CancelForm | None = None,
) -> HttpResponse:
    """The page of a request, with the form that was sent and needs another look."""
    told = find_story(acting_member(request), reference)
    if told is None:
        raise Http404("No such request.")
    state = State(told.request.state)
    answer_forms = {ask.pk: AnswerForm(prefix=f"ask{ask.pk}") for ask in told.asks if ask.handled_at is None}
    if answer_form is not None:
        answer_forms[int(str(answer_form.prefix).removeprefix("ask"))] = answer_form
    context = {
        "story": told,
        "booking": told.request,
        "customer": key_of(told.request.email),
        "page": PAGES[state],
        "feed": getattr(told.request.room, "feed", None),
        "why": Why(told.request.refusal).label if told.request.refusal in Why.values else "",
        "standings": _STANDINGS,
        "actors": ACTORS,
        "story_zone": told.request.zone,
        "moments": list_moments(
            told.request, events=told.events, mails=told.mails, registrations=told.registrations, tell=_teller(told)
        ),
        "may_send_again": State.SENDING in MOVES[state] and state != State.READY,
        "may_settle": State.BOOKED in MOVES[state] and state != State.SENDING,
        "may_be_handled": told.request.waits_for_staff or _is_refused_still(told.request),
        "may_be_cancelled": may_be_cancelled(told.request, now=clock.now()),
        "may_be_mailed": state not in (State.SENDING, State.EXPIRED),
        "may_change_address": state in ADDRESS_MAY_CHANGE,
        "send_form": send_form or SendForm(prefix="send"),
        "mail_form": mail_form or MailAgainForm(prefix="mail"),
        "contact_form": contact_form
        or ContactForm(initial={"name": told.request.name, "email": told.request.email}, prefix="contact"),
        "note_form": note_form or NoteForm(prefix="note"),
        "cancel_form": cancel_form or CancelForm(prefix="cancel"),
        "settle_form": settle_form or SettleForm(),
        "handled_form": handled_form or HandledForm(),
        "answer_forms": answer_forms,
    }
    looked_at = (settle_form, handled_form, answer_form, send_form, mail_form, contact_form, note_form, cancel_form)
    is_second_look = any(looked_at)
    return panel(request, "requests/page.html", context, status=400 if is_second_look else 200)
