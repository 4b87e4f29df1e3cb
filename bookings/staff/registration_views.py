"""The registrations: the list, one of them, and what a person can do about it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.audit.actions import acting, record_act
from bookings.audit.vocabulary import Act, Subject
from bookings.registration import actions, sending, settling
from bookings.registration.errors import RegistrationError
from bookings.registration.models import Registration, RegistrationEvent
from bookings.registration.pages import PAGES, identity_in_words
from bookings.registration.states import MOVES, NEEDS_STAFF, SENT_AGAIN_BY_STAFF, RegistrationState
from bookings.staff.customers.keys import key_of
from bookings.staff.forms import HandledForm, SettleRegistrationForm, registration_list_form
from bookings.staff.limits import acting_member, visible_to
from bookings.staff.moments import Moment, Teller, icon_of, in_order, of_calls, of_links, of_mails, with_steps
from bookings.staff.pages import ACTORS, actor_of, page_of, panel
from bookings.staff.queries import list_registrations, panel_zone
from portal import clock
from portal.access import Role, staff_from


@staff_from(Role.VIEWER, shows=Subject.REGISTRATIONS)
@require_safe
def registrations(request: HttpRequest) -> HttpResponse:
    """All registrations, the newest first."""
    form = registration_list_form(request.GET)
    rows = page_of(request, list_registrations(acting_member(request), **form.narrowing()))
    moods = {state.value: page.mood for state, page in PAGES.items()}
    return panel(request, "registrations.html", {"form": form, "page": rows, "moods": moods})


@staff_from(Role.VIEWER, shows=Subject.REGISTRATION)
@require_safe
def registration(request: HttpRequest, reference: str) -> HttpResponse:
    """One registration: what was typed, what happened, what became of it, and its mails."""
    return _story(request, reference)


@staff_from(Role.FRONT_DESK, act=Act.SENT_AGAIN)
@require_POST
def send_again(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Sends the registration to Workways now; only for one that surely was not taken."""
    found = _get(request, reference)
    try:
        sending.staff_send_again(
            registration=found,
            actor=actor_of(request),
            now=clock.now(),
            in_claim=lambda: record_act(request, Act.SENT_AGAIN, Subject.REGISTRATION, found.reference),
        )
    except RegistrationError:
        _moved_meanwhile(request)
    else:
        messages.info(request, _("The registration was sent. Its state below is the answer."))
    return redirect("staff-registration", reference)


@staff_from(Role.FRONT_DESK, act=Act.SETTLED)
@require_POST
def settle(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Notes what a person found out."""
    found = _get(request, reference)
    form = SettleRegistrationForm(request.POST)
    if not form.is_valid():
        return _story(request, reference, settle_form=form)
    try:
        with acting(request, Act.SETTLED, Subject.REGISTRATION, found.reference) as deed:
            deed.details["outcome"] = form.cleaned_data["to"]
            settling.staff_settle(
                registration=found,
                to=RegistrationState(form.cleaned_data["to"]),
                actor=actor_of(request),
                reason=form.cleaned_data["reason"],
                now=clock.now(),
            )
    except RegistrationError:
        _moved_meanwhile(request)
    else:
        messages.success(request, _("The outcome is noted, and the guest is told."))
    return redirect("staff-registration", reference)


@staff_from(Role.FRONT_DESK, act=Act.HANDLED)
@require_POST
def handled(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Takes the registration off the list of what needs a person; nothing else changes."""
    found = _get(request, reference)
    form = HandledForm(request.POST)
    if not form.is_valid():
        return _story(request, reference, handled_form=form)
    note = form.cleaned_data["note"]
    with acting(request, Act.HANDLED, Subject.REGISTRATION, found.reference):
        actions.mark_handled(registration=found, actor=actor_of(request), note=note, now=clock.now())
    messages.success(request, _("The registration is marked as handled."))
    return redirect("staff-registration", reference)


def _get(request: HttpRequest, reference: str) -> Registration:
    """The registration, as long as this member may see it. Raises Http404."""
    return get_object_or_404(visible_to(acting_member(request), Registration.objects.all()), reference=reference)


def _moved_meanwhile(request: HttpRequest) -> None:
    messages.error(
        request, _("The registration moved on in the meantime, so nothing was done. Its state below is the newest.")
    )


def _event(event: RegistrationEvent) -> Moment:
    """A line of the history."""
    return Moment(
        at=event.at,
        icon=icon_of(event.actor),
        who=event.actor,
        title=event.get_what_display(),
        word=str(RegistrationState(event.state).label) if event.state else "",
        note=event.note,
    )


def _story(
    request: HttpRequest,
    reference: str,
    *,
    settle_form: SettleRegistrationForm | None = None,
    handled_form: HandledForm | None = None,
) -> HttpResponse:
    """The page of a registration, with the form that was sent and needs another look."""
    found = list_registrations(acting_member(request)).filter(reference=reference.upper()).first()
    if found is None:
        raise Http404("No such registration.")
    state = RegistrationState(found.state)
    mails = with_steps(found.mails.all())
    tell = Teller(panel_zone(), clock.now(), get_language() or "en")
    context = {
        "registration": found,
        "customer": key_of(found.email),
        "page": PAGES[state],
        "identity": identity_in_words(found),
        "story_zone": tell.zone,
        "moments": in_order(
            [
                *map(_event, found.events.all()),
                *of_mails(mails, tell),
                *of_links(found.links.order_by("created_at", "pk"), tell),
                *of_calls(found.calls.order_by("at", "pk"), tell),
            ]
        ),
        "mails": [one.mail for one in mails],
        "actors": ACTORS,
        "may_send_again": state in SENT_AGAIN_BY_STAFF,
        "may_settle": RegistrationState.CREATED in MOVES[state] and state != RegistrationState.SENDING,
        "may_be_handled": state in NEEDS_STAFF and found.handled_at is None,
        "settle_form": settle_form or SettleRegistrationForm(),
        "handled_form": handled_form or HandledForm(),
    }
    return panel(request, "registration.html", context, status=400 if settle_form or handled_form else 200)
