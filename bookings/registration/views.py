"""The steps of a registration and its page; every change is a POST that ends at the next step's address."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings.booking_requests.queries import find_request
from bookings.booking_requests.showing import keep_private
from bookings.booking_requests.states import State
from bookings.catalog.models import Room, Site
from bookings.catalog.queries import find_room, find_site, list_sites
from bookings.links.actions import Right, check_code
from bookings.links.browser import browser_key, ensure_browser, remember_browser
from bookings.links.limits import Act, enforce
from bookings.links.queries import is_proved, proved_addresses
from bookings.links.sentences import code_sentence, wait_sentence
from bookings.registration import actions, sending
from bookings.registration.errors import NotOpen
from bookings.registration.forms import CodeForm, CompanyForm, PersonForm, StartForm, UsersForm
from bookings.registration.models import Registration
from bookings.registration.pages import phone_in_words
from bookings.registration.queries import country_of, find_own, progress_of
from bookings.registration.rules import Step
from bookings.registration.showing import render_outcome, render_step
from bookings.registration.states import EDITABLE, RegistrationState
from portal import clock
from portal.access import link, public


def not_yours(request: HttpRequest) -> HttpResponse:
    """The same page for a reference that doesn't exist and for one of another browser."""
    return keep_private(render(request, "registration/not_yours.html", status=404))


def for_my_registration(
    view: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Gives a view the registration that this browser has."""

    @wraps(view)
    def guarded(request: HttpRequest, reference: str, **kwargs: str) -> HttpResponseBase:
        found = find_own(reference=reference, browser_key=browser_key(request))
        return not_yours(request) if found is None else view(request, found, **kwargs)

    return guarded


def go_on(found: Registration) -> HttpResponse:
    """To the first step that is still to be filled in, or to the registration's page once it was sent."""
    if found.state not in EDITABLE:
        return redirect("registration", found.reference)
    return redirect("registration-step", found.reference, progress_of(found).next_step)


@public
def start(request: HttpRequest) -> HttpResponse:
    """Asks for the address, for the site or room that the address of the page names."""
    room, site = _place(request)
    sites = None if room or site else [overview.site for overview in list_sites()]
    if request.method != "POST":
        known = proved_addresses(request)
        form = StartForm(sites=sites, initial={"email": known[0] if known else ""})
        return render(request, "registration/start.html", {"form": form, "room": room, "site": site})
    form = StartForm(request.POST, sites=sites)
    if not form.is_valid():
        return render(request, "registration/start.html", {"form": form, "room": room, "site": site}, status=422)
    email, now = form.cleaned_data["email"], clock.now()
    key = ensure_browser(request)
    enforce(request, Act.BEGIN_REGISTRATION, email=email)
    if not is_proved(browser_key=key, email=email, now=now):
        enforce(request, Act.SEND_CODE, email=email)
    chosen = site if sites is None else find_site(form.cleaned_data["site"])
    language = (get_language() or "en")[:2]
    found = actions.begin(email=email, site=chosen, room=room, language=language, browser_key=key, now=now)
    return remember_browser(request, go_on(found))


def _place(request: HttpRequest) -> tuple[Room | None, Site | None]:
    """The room or the site that the query names; an unknown one is no page."""
    room_id, site_id = request.GET.get("room", ""), request.GET.get("site", "")
    room = find_room(room_id) if room_id else None
    site = find_site(site_id) if site_id and not room_id else None
    if (room_id and room is None) or (site_id and not room_id and site is None):
        raise Http404("No such place.")
    return room, site


@link
def from_booking(request: HttpRequest, reference: str) -> HttpResponseBase:
    """The button on a booking request that waits for its company: its registration, prefilled."""
    key = browser_key(request)
    booking = find_request(reference=reference, browser_key=key)
    if booking is None:
        return not_yours(request)
    if request.method != "POST" or booking.state != State.REGISTRATION_NEEDED:
        return redirect("booking", reference)
    try:
        found = actions.begin_from_request(request=booking, browser_key=key, now=clock.now())
    except NotOpen:
        return redirect("booking", reference)
    return go_on(found)


@link
@for_my_registration
def code(request: HttpRequest, found: Registration) -> HttpResponseBase:
    """The code that proves the address."""
    if found.proved_at is not None or found.state not in EDITABLE:
        return go_on(found)
    if request.method != "POST":
        return render_step(request, found, Step.CODE, CodeForm())
    form = CodeForm(request.POST)
    if not form.is_valid() or not _is_code_right(request, found, form):
        return render_step(request, found, Step.CODE, form, status=422)
    actions.prove(registration=found, now=clock.now())
    return go_on(found)


def _is_code_right(request: HttpRequest, found: Registration, form: CodeForm) -> bool:
    enforce(request, Act.CHECK_CODE, email=found.email)
    typed = form.cleaned_data["code"]
    check = check_code(browser_key=found.browser_key, email=found.email, code=typed, now=clock.now())
    if isinstance(check, Right):
        return True
    form.add_error("code", code_sentence(check))
    return False


@link
@for_my_registration
def resend(request: HttpRequest, found: Registration) -> HttpResponseBase:
    """Another code, or the way back by mail once the address is proved."""
    if request.method != "POST":
        return go_on(found)
    enforce(request, Act.SEND_CODE, email=found.email)
    now = clock.now()
    if found.proved_at is not None:
        actions.send_fresh_link(registration=found, now=now)
        wait = 0
    else:
        wait = actions.send_code(registration=found, now=now)
    if wait:
        messages.warning(request, wait_sentence(wait))
    else:
        messages.success(request, _("A mail is on its way to %(email)s.") % {"email": found.email})
    return go_on(found)


_Form = PersonForm | CompanyForm | UsersForm


def _form(found: Registration, step: Step, data: object = None) -> _Form:
    """The step's form, filled with what is known."""
    if step is Step.PERSON:
        known = {"first_name": found.first_name, "last_name": found.last_name, "phone": phone_in_words(found)}
        return PersonForm(data, region=country_of(found), initial=known)
    if step is Step.COMPANY:
        numbers = ("company", "country", "company_number", "vat_number", "address")
        return CompanyForm(data, initial={name: getattr(found, name) for name in numbers})
    return UsersForm(data, initial={"users": found.users})


@link
@for_my_registration
def step(request: HttpRequest, found: Registration, step: str) -> HttpResponseBase:
    """One step's form: saved by POST, then the next one; looking changes nothing."""
    if step not in (Step.PERSON, Step.COMPANY, Step.USERS):
        raise Http404("No such step.")
    this = Step(step)
    if found.state not in EDITABLE or not progress_of(found).may_open(this):
        return go_on(found)
    if request.method != "POST":
        return render_step(request, found, this, _form(found, this))
    form = _form(found, this, request.POST)
    if not form.is_valid():
        return render_step(request, found, this, form, status=422)
    try:
        actions.save_step(registration=found, values=form.cleaned_data, now=clock.now())
    except NotOpen:
        messages.warning(request, _("The registration has been sent already, so it can't be changed here any more."))
        return redirect("registration", found.reference)
    return go_on(found)


@link
@for_my_registration
def check(request: HttpRequest, found: Registration) -> HttpResponseBase:
    """Everything once more, then the button that sends it."""
    if found.state not in EDITABLE or not progress_of(found).may_open(Step.CHECK):
        return go_on(found)
    if request.method != "POST":
        return render_step(request, found, Step.CHECK, None)
    sending.send(registration=found, now=clock.now())
    return redirect("registration", found.reference)


@link
@require_safe
@for_my_registration
def registration(request: HttpRequest, found: Registration) -> HttpResponseBase:
    """Where the registration stands, and what happens next."""
    return go_on(found) if found.state == RegistrationState.DRAFT else render_outcome(request, found)
