"""Sets a watch and shows it; every change is a POST that ends at the watch's own address."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings.availability.queries import Asker, find_listed_room, slot_answer
from bookings.availability.sentences import explain
from bookings.booking_requests.actions import Begun, Denied, Details, Visitor
from bookings.booking_requests.showing import keep_private
from bookings.booking_requests.views import not_yours
from bookings.catalog.models import Room
from bookings.core.timespan import TimeSpan
from bookings.links.actions import Right, check_code
from bookings.links.browser import browser_key, ensure_browser, remember_browser
from bookings.links.limits import Act, enforce, network_of
from bookings.links.queries import is_proved, proved_addresses, standing_of
from bookings.links.sentences import code_sentence, wait_sentence
from bookings.offers.queries import exact_price
from bookings.watching import actions, rules
from bookings.watching.actions import NotTaken, Wanted, Watched
from bookings.watching.errors import MovedMeanwhile, TooManyWatches
from bookings.watching.forms import CodeForm, TakeForm, WatchForm
from bookings.watching.models import SlotWatch
from bookings.watching.queries import find_own
from bookings.watching.sentences import explain_too_many
from bookings.watching.showing import render_watch, slot_href, ways_of_browser
from bookings.watching.states import WatchState
from portal import clock
from portal.access import link, public


@public
def begin(request: HttpRequest, room_id: str) -> HttpResponseBase:
    """Asks for the address, then sets the watch; a time that nobody has is left to the room's own page."""
    room = find_listed_room(room_id)
    if room is None or not room.is_meeting_room:
        raise Http404("No such room.")
    if request.method != "POST":
        return _form_page(request, room)
    now = clock.now()
    key = ensure_browser(request)
    form = WatchForm(request.POST, room=room, today=now.astimezone(room.site.zone).date())
    if not form.is_valid() or form.span is None:
        return remember_browser(request, _form_again(request, room, form))
    email, people = form.cleaned_data["email"], form.cleaned_data["people"]
    enforce(request, Act.SET_WATCH, email=email)
    if not is_proved(browser_key=key, email=email, now=now):
        enforce(request, Act.SEND_CODE, email=email)
    wanted = Wanted(room, form.span, people, email, (get_language() or "en")[:2])
    try:
        result = actions.begin(wanted=wanted, visitor=Visitor(key, network_of(request)), now=now)
    except TooManyWatches as error:
        form.add_error(None, explain_too_many(error))
        return remember_browser(request, _form_again(request, room, form, status=409))
    if isinstance(result, Watched):
        return remember_browser(request, redirect("watch", result.watch.reference))
    return remember_browser(request, _not_taken(request, room, form, result))


def _form_page(request: HttpRequest, room: Room) -> HttpResponse:
    """The small form, filled in from the address, as the room's page links to it."""
    now = clock.now()
    today = now.astimezone(room.site.zone).date()
    asked = {name: request.GET.get(name, "") for name in ("date", "start", "duration", "people")}
    # Read by the form's own rules, with an address that is surely one.
    probe = WatchForm({**asked, "people": asked["people"] or "1", "email": "a@example.org"}, room=room, today=today)
    if not probe.is_valid() or probe.span is None:
        return _form_again(request, room, probe)
    proved = proved_addresses(request)
    initial = {**probe.cleaned_data, "start": asked["start"], "email": proved[0] if proved else ""}
    form = WatchForm(room=room, today=today, initial=initial)
    asker = Asker(standing_of(request), browser_key(request), probe.cleaned_data["people"])
    answer = slot_answer(room, probe.span, asker=asker, now=now)
    if not rules.may_be_watched(answer):
        return _not_taken(request, room, probe, NotTaken(answer))
    return _page(request, room, form, probe.span)


def _form_again(request: HttpRequest, room: Room, form: WatchForm, *, status: int = 422) -> HttpResponse:
    return _page(request, room, form, form.span, status=status)


def _not_taken(request: HttpRequest, room: Room, form: WatchForm, result: NotTaken) -> HttpResponse:
    start = form.span.start if form.span else None
    explanation = explain(result.answer, zone=room.site.zone, start=start)
    form.add_error(None, explanation.sentence or _("This time is free: you can book it now."))
    return _page(request, room, form, form.span, nothing_to_wait_for=True, way_on=explanation.way_on, status=409)


def _page(
    request: HttpRequest,
    room: Room,
    form: WatchForm,
    span: TimeSpan | None,
    *,
    nothing_to_wait_for: bool = False,
    way_on: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "room": room,
        "form": form,
        "span": span,
        "way_on": way_on,
        "may_send": span is not None and not nothing_to_wait_for,
        "slot_href": slot_href(room, span, form.cleaned_data.get("people") or 1) if form.is_bound and span else "",
    }
    return keep_private(render(request, "watching/begin.html", context, status=status))


def for_my_watch(view: Callable[[HttpRequest, SlotWatch], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Gives a view the watch that this browser has. What is no POST goes to its page and changes nothing."""

    @wraps(view)
    def guarded(request: HttpRequest, reference: str) -> HttpResponseBase:
        if request.method != "POST":
            return redirect("watch", reference)
        found = find_own(reference=reference, browser_key=browser_key(request))
        if found is None:
            return not_yours(request)
        return view(request, found)

    return guarded


@link
@require_safe
def watch(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the watch stands, and what can be done now."""
    found = find_own(reference=reference, browser_key=browser_key(request))
    if found is None:
        return not_yours(request)
    return render_watch(request, found, ways_of_browser(found))


@link
@for_my_watch
def prove(request: HttpRequest, found: SlotWatch) -> HttpResponseBase:
    """The code: when it is right the watch gets its place in line."""
    if found.state != WatchState.UNPROVED:
        return redirect("watch", found.reference)
    now = clock.now()
    ways = ways_of_browser(found)
    if not is_proved(browser_key=found.browser_key, email=found.email, now=now):
        form = CodeForm(request.POST)
        if not form.is_valid():
            return render_watch(request, found, ways, code_form=form, status=422)
        enforce(request, Act.CHECK_CODE, email=found.email)
        check = check_code(browser_key=found.browser_key, email=found.email, code=form.cleaned_data["code"], now=now)
        if not isinstance(check, Right):
            form.add_error("code", code_sentence(check))
            return render_watch(request, found, ways, code_form=form, status=422)
    try:
        placed = actions.get_in_line(watch=found, now=now)
    except TooManyWatches as error:
        return render_watch(request, found, ways, denied=explain_too_many(error), status=409)
    except MovedMeanwhile:
        return redirect("watch", found.reference)
    return redirect("watch", placed.reference)


@link
@for_my_watch
def resend(request: HttpRequest, found: SlotWatch) -> HttpResponseBase:
    """Another code."""
    if found.state == WatchState.UNPROVED:
        enforce(request, Act.SEND_CODE, email=found.email)
        wait = actions.send_code(watch=found, now=clock.now())
        if wait:
            messages.warning(request, wait_sentence(wait))
        else:
            messages.success(request, _("A mail is on its way to %(email)s.") % {"email": found.email})
    return redirect("watch", found.reference)


@link
@for_my_watch
def stop(request: HttpRequest, found: SlotWatch) -> HttpResponseBase:
    """No more waiting."""
    actions.stop(watch=found, now=clock.now())
    return redirect("watch", found.reference)


@link
@for_my_watch
def take(request: HttpRequest, found: SlotWatch) -> HttpResponseBase:
    """The time that is kept becomes a booking request of this browser."""
    form = TakeForm(request.POST)
    ways = ways_of_browser(found)
    if not form.is_valid():
        return render_watch(request, found, ways, take_form=form, status=422)
    taken = take_for(request, found, form)
    if isinstance(taken, str):
        return render_watch(request, found, ways, take_form=form, denied=taken, status=409)
    return taken


def take_for(request: HttpRequest, found: SlotWatch, form: TakeForm) -> HttpResponseBase | str:
    """Leads to the request's page, or says why the time could not be taken."""
    now = clock.now()
    details = Details(
        email=found.email,
        name=form.cleaned_data["name"],
        people=found.people,
        language=(get_language() or "en")[:2],
    )
    try:
        result = actions.take(
            watch=found,
            details=details,
            offer=exact_price(found.room, found.span, found.people, now=now),
            visitor=Visitor(found.browser_key, network_of(request)),
            now=now,
        )
    except MovedMeanwhile:
        return _("This offer is over, so the time is no longer kept for you.")
    if isinstance(result, Begun):
        return redirect("booking", result.request.reference)
    if isinstance(result, Denied):
        said = explain(result.answer, zone=found.zone, start=found.start)
        return f"{said.sentence} {said.way_on}"
    return _("You hold as many times as one person may. Finish or release one of them, then take this one.")
