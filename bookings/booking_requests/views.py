"""Begins a request and shows it; every change is a POST that ends at the request's own address."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from bookings.availability.errors import AlreadyExtended, HoldGone, SlotTaken
from bookings.availability.hours import local_day
from bookings.availability.queries import Asker, find_listed_room
from bookings.availability.sentences import Explanation, explain, explain_too_many
from bookings.booking_requests import actions, asking, notices, sending
from bookings.booking_requests.actions import AtLimit, Begun, Denied, Details, Visitor
from bookings.booking_requests.errors import MovedMeanwhile, NotOpen, TooManyAsks
from bookings.booking_requests.forms import AskForm, BeginForm, BookForm, OtherSlotForm, slot_value
from bookings.booking_requests.models import AskKind, BookingRequest
from bookings.booking_requests.queries import asker_of, find_request
from bookings.booking_requests.showing import (
    RESTARTABLE,
    Shown,
    keep_private,
    list_choices,
    render_booking,
    seen_value,
)
from bookings.booking_requests.states import UNSENT, State
from bookings.catalog.models import Room
from bookings.core.answers import Blocked, Reason
from bookings.core.timespan import TimeSpan
from bookings.links.actions import Right, check_code
from bookings.links.browser import browser_key, ensure_browser, remember_browser
from bookings.links.limits import Act, enforce, network_of
from bookings.links.queries import is_proved
from bookings.links.sentences import code_sentence, wait_sentence
from bookings.mail.calendar_file import CONTENT_TYPE, FILE_NAME
from bookings.mail.messages import absolute_url
from bookings.offers.queries import exact_price
from portal import clock
from portal.access import link, public


def not_yours(request: HttpRequest) -> HttpResponse:
    """The same page for a reference that doesn't exist and for one of another browser."""
    return keep_private(render(request, "booking_requests/not_yours.html", status=404))


def for_my_request(
    view: Callable[[HttpRequest, BookingRequest], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Gives a view the request that this browser has. What is no POST goes to its page and changes nothing."""

    @wraps(view)
    def guarded(request: HttpRequest, reference: str) -> HttpResponseBase:
        if request.method != "POST":
            return redirect("booking", reference)
        found = find_request(reference=reference, browser_key=browser_key(request))
        if found is None:
            return not_yours(request)
        return view(request, found)

    return guarded


@public
def begin(request: HttpRequest, room_id: str) -> HttpResponseBase:
    """Takes a slot and who wants it: a hold, a request and a code in the mail, or the form again with a way on."""
    room = find_listed_room(room_id)
    if room is None:
        raise Http404("No such room.")
    if request.method != "POST":
        return redirect("room", room.workways_id)
    now = clock.now()
    key = ensure_browser(request)
    form = BeginForm(request.POST, room=room, today=now.astimezone(room.site.zone).date())
    if not form.is_valid() or form.span is None:
        return remember_browser(request, _begin_failed(request, room, form, None))
    said = form.cleaned_data
    enforce(request, Act.BEGIN_BOOKING, email=said["email"])
    if not is_proved(browser_key=key, email=said["email"], now=now):
        enforce(request, Act.SEND_CODE, email=said["email"])
    result = actions.begin(
        room=room,
        span=form.span,
        details=_details(said),
        offer=exact_price(room, form.span, said["people"], now=now),
        visitor=Visitor(key, network_of(request)),
        now=now,
    )
    if isinstance(result, Begun):
        return remember_browser(request, redirect("booking", result.request.reference))
    return remember_browser(request, _begin_failed(request, room, form, result))


def _details(said: dict[str, object]) -> Details:
    return Details(
        email=str(said["email"]),
        name=str(said["name"]),
        people=int(str(said["people"])),
        subject=str(said["subject"]),
        notes=str(said["notes"]),
        language=(get_language() or "en")[:2],
    )


def _begin_failed(request: HttpRequest, room: Room, form: BeginForm, result: Denied | AtLimit | None) -> HttpResponse:
    """The form with everything typed, the reason, and other times, each a button that sends the same details."""
    now = clock.now()
    span = form.span
    if form.skipped is not None:
        whole_day = local_day(form.skipped.day, room.site.zone)
        span, result = TimeSpan.lasting(whole_day.start, form.skipped.minutes), Denied(Blocked(Reason.NO_SUCH_TIME))
    people = form.cleaned_data.get("people") or 1
    email = form.cleaned_data.get("email") or ""
    key = browser_key(request)
    asker = asker_of(browser_key=key, email=email, people=people, now=now) if email else Asker(people=people)
    needs_other = span is None or isinstance(result, Denied)
    wanted = span or TimeSpan.lasting(now, room.min_minutes or 60)
    context = {
        "room": room,
        "form": form,
        "span": form.span,
        "slot_text": slot_value(form.span) if form.span else "",
        "explanation": _why_not(room, span, result),
        "choices": list_choices(room, wanted, asker=asker, now=now) if needs_other and room.is_meeting_room else [],
    }
    return keep_private(render(request, "booking_requests/begin_failed.html", context, status=409 if result else 422))


def _why_not(room: Room, span: TimeSpan | None, result: Denied | AtLimit | None) -> Explanation | None:
    if isinstance(result, AtLimit):
        return explain_too_many(result.error)
    if isinstance(result, Denied):
        return explain(result.answer, zone=room.site.zone, start=span.start if span else None)
    return None


@link
@require_safe
def booking(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the request stands, and what can be done now; a waiting page that asks by itself is told to load anew."""
    found = find_request(reference=reference, browser_key=browser_key(request))
    if found is None:
        return not_yours(request)
    if request.htmx and request.GET.get("was") not in (None, found.state):  # type: ignore[attr-defined]
        return keep_private(HttpResponseClientRefresh())
    return render_booking(request, found)


@link
@for_my_request
def book(request: HttpRequest, found: BookingRequest) -> HttpResponseBase:
    """Check and book: the code, then what the page showed, then everything that `sending.book` checks."""
    now = clock.now()
    if found.state not in UNSENT:
        return redirect("booking", found.reference)
    needs_code = found.state == State.AWAITING_PROOF and not is_proved(
        browser_key=found.browser_key, email=found.email, now=now
    )
    form = BookForm(request.POST, needs_code=needs_code)
    if not form.is_valid() or (needs_code and not _is_code_right(request, found, form)):
        return render_booking(request, found, shown=Shown(book_form=form), status=422)
    old_price = found.price
    try:
        if found.state == State.AWAITING_PROOF:
            actions.prove(request=found, now=now)
        if form.cleaned_data["seen"] != seen_value(found):
            return render_booking(request, found, shown=Shown(is_outdated=True), status=409)
        pressed = sending.book(request=found, now=now)
    except MovedMeanwhile:
        return redirect("booking", found.reference)
    if pressed is sending.Pressed.PRICE_MOVED:
        return render_booking(request, found, shown=Shown(price_moved=True, old_price=old_price), status=409)
    return redirect("booking", found.reference)


def _is_code_right(request: HttpRequest, found: BookingRequest, form: BookForm) -> bool:
    enforce(request, Act.CHECK_CODE, email=found.email)
    check = check_code(
        browser_key=found.browser_key, email=found.email, code=form.cleaned_data["code"], now=clock.now()
    )
    if isinstance(check, Right):
        return True
    form.add_error("code", code_sentence(check))
    return False


@link
@for_my_request
def extend(request: HttpRequest, found: BookingRequest) -> HttpResponseBase:
    """Ten more minutes, once."""
    try:
        actions.extend_hold(request=found, now=clock.now())
    except AlreadyExtended:
        messages.warning(request, _("The time was kept longer once already; that is as long as it goes."))
    except (NotOpen, SlotTaken, HoldGone):
        messages.warning(request, _("The time could not be kept any longer. The page shows how it stands now."))
    else:
        messages.success(request, _("We keep the time for you ten minutes longer."))
    return redirect("booking", found.reference)


@link
@for_my_request
def release(request: HttpRequest, found: BookingRequest) -> HttpResponseBase:
    """Gives the slot back."""
    try:
        actions.give_up(request=found, now=clock.now())
    except (NotOpen, MovedMeanwhile):
        messages.warning(request, _("The request has been sent already, so it can't be given up here any more."))
    return redirect("booking", found.reference)


@link
@for_my_request
def slot(request: HttpRequest, found: BookingRequest) -> HttpResponseBase:
    """Another time with the same details: for this request while it is unsent, else as a new one."""
    form = OtherSlotForm(request.POST)
    if found.state not in UNSENT | RESTARTABLE:
        return redirect("booking", found.reference)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for error in form.errors.get("slot", [])))
        return redirect("booking", found.reference)
    enforce(request, Act.BEGIN_BOOKING, email=found.email)
    try:
        result = _other_slot(request, found, form.cleaned_data["slot"])
    except (NotOpen, MovedMeanwhile, HoldGone):
        return redirect("booking", found.reference)
    match result:
        case Begun(kept):
            return redirect("booking", kept.reference)
        case Denied(answer):
            return render_booking(request, found, shown=Shown(denied=answer), status=409)
        case AtLimit(error):
            return render_booking(request, found, shown=Shown(limit=explain_too_many(error)), status=409)


def _other_slot(request: HttpRequest, found: BookingRequest, span: TimeSpan) -> Begun | Denied | AtLimit:
    now = clock.now()
    offer = exact_price(found.room, span, found.people, now=now)
    visitor = Visitor(found.browser_key, network_of(request))
    if found.state in UNSENT:
        return actions.change_slot(request=found, span=span, offer=offer, visitor=visitor, now=now)
    details = Details(
        email=found.email,
        name=found.name,
        people=found.people,
        subject=found.subject,
        notes=found.notes,
        language=(get_language() or "en")[:2],
    )
    return actions.begin(room=found.room, span=span, details=details, offer=offer, visitor=visitor, now=now)


@link
@for_my_request
def resend(request: HttpRequest, found: BookingRequest) -> HttpResponseBase:
    """Another code before the proof; afterwards the mail of the request's state once more."""
    enforce(request, Act.SEND_CODE, email=found.email)
    now = clock.now()
    if found.state == State.AWAITING_PROOF:
        wait = actions.resend_code(request=found, now=now)
    else:
        wait = actions.resend_mail(request=found, now=now)
    if wait:
        messages.warning(request, wait_sentence(wait))
    else:
        messages.success(request, _("A mail is on its way to %(email)s.") % {"email": found.email})
    return redirect("booking", found.reference)


@link
@for_my_request
def ask(request: HttpRequest, found: BookingRequest) -> HttpResponseBase:
    """Puts a wish before the team, which the upstream has no call for."""
    form = AskForm(request.POST)
    if not form.is_valid():
        return render_booking(request, found, shown=Shown(ask_form=form), status=422)
    enforce(request, Act.ASK_STAFF, email=found.email)
    try:
        asking.ask_staff(
            request=found,
            kind=AskKind(form.cleaned_data["kind"]),
            message=form.cleaned_data["message"],
            now=clock.now(),
        )
    except NotOpen:
        messages.warning(request, _("Nothing has been sent yet, so there is nothing to change. Choose another time."))
    except TooManyAsks:
        messages.warning(request, _("Our team has several messages of yours already and will answer them first."))
    else:
        messages.success(request, _("Our team has your message and will answer by mail."))
    return redirect("booking", found.reference)


@link
@require_safe
def calendar_file(request: HttpRequest, reference: str) -> HttpResponse:
    """The booked meeting for a calendar program."""
    found = find_request(reference=reference, browser_key=browser_key(request))
    if found is None or found.state != State.BOOKED:
        return not_yours(request)
    return file_response(found, absolute_url("booking", found.reference, language=found.language))


def file_response(found: BookingRequest, status_url: str) -> HttpResponse:
    """The calendar file as a download."""
    content = notices.build_file(found, status_url, now=clock.now()).content
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return keep_private(response)
