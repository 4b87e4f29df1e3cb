"""The pages behind mailed links. Opening one shows and changes nothing, because mail gateways open them too."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from bookings.booking_requests import actions, pages, wishing
from bookings.booking_requests.forms import LostLinkForm
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.queries import answer_for, get_by_pk
from bookings.booking_requests.showing import keep_private, summary
from bookings.booking_requests.states import UNSENT, State
from bookings.booking_requests.views import file_response
from bookings.links import tokens
from bookings.links.browser import ensure_browser, remember_browser
from bookings.links.limits import Act, enforce
from bookings.links.models import Link, Purpose
from bookings.mail.messages import absolute_url
from portal import clock
from portal.access import link, public


def _request_of(found: Link) -> BookingRequest:
    return get_by_pk(int(found.booking_request_id or 0))


@link
@require_safe
def link_page(request: HttpRequest, token: str) -> HttpResponse:
    """Where the request stands, with one button to go on; or why the link is over, and how to get a fresh one."""
    now = clock.now()
    match tokens.read(token, Purpose.BOOKING, now=now):
        case tokens.Valid(found):
            booking = _request_of(found)
            answer = answer_for(request=booking, now=now) if booking.state in UNSENT else None
            context = {**summary(booking, pages.page_of(booking, answer), now=now), "token": token}
            return keep_private(render(request, "booking_requests/link.html", context))
        case tokens.Expired():
            return _over(request, token, "expired", 410)
        case tokens.Revoked():
            return _over(request, token, "revoked", 410)
        case tokens.Invalid():
            return _over(request, token, "invalid", 404)


def _over(request: HttpRequest, token: str, reason: str, status: int, form: LostLinkForm | None = None) -> HttpResponse:
    context = {"reason": reason, "token": token, "form": form or LostLinkForm()}
    return keep_private(render(request, "booking_requests/link_over.html", context, status=status))


@link
def link_continue(request: HttpRequest, token: str) -> HttpResponseBase:
    """The button behind the link: this browser has the request from now on, and its address is proved."""
    if request.method != "POST":
        return redirect("booking-link", token)
    now = clock.now()
    reading = tokens.read(token, Purpose.BOOKING, now=now)
    if not isinstance(reading, tokens.Valid):
        return redirect("booking-link", token)
    enforce(request, Act.OPEN_LINK, email=reading.link.email)
    key = ensure_browser(request)
    booking = actions.adopt(request=_request_of(reading.link), browser_key=key, now=now)
    tokens.mark_used(link=reading.link, now=now)
    return remember_browser(request, redirect("booking", booking.reference))


@link
@require_safe
def link_calendar_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """The booked meeting for a calendar program."""
    reading = tokens.read(token, Purpose.BOOKING, now=clock.now())
    if not isinstance(reading, tokens.Valid):
        return redirect("booking-link", token)
    booking = _request_of(reading.link)
    if booking.state != State.BOOKED:
        return redirect("booking-link", token)
    return file_response(booking, absolute_url("booking-link", token, language=booking.language))


@link
def link_fresh(request: HttpRequest, token: str) -> HttpResponseBase:
    """A fresh link to the same address, for whoever has an old one: the mail goes where the old one went."""
    if request.method != "POST":
        return redirect("booking-link", token)
    now = clock.now()
    reading = tokens.read(token, Purpose.BOOKING, now=now)
    if isinstance(reading, tokens.Invalid):
        return redirect("booking-link", token)
    enforce(request, Act.SEND_CODE, email=reading.link.email)
    actions.send_fresh_link(request=_request_of(reading.link), now=now)
    return redirect("booking-link-sent")


@public
def link_lost(request: HttpRequest) -> HttpResponseBase:
    """Find my bookings: links to everything an address has open. Answer and time are the same for every address."""
    if request.method != "POST":
        return _over(request, "", "lost", 200)
    form = LostLinkForm(request.POST)
    if not form.is_valid():
        return _over(request, "", "lost", 422, form)
    email = form.cleaned_data["email"]
    enforce(request, Act.SEND_CODE, email=email)
    wishing.wish_for_links(email=email, language=(get_language() or "en")[:2], now=clock.now())
    return redirect("booking-link-sent")


@public
@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    """Says that a mail is on its way if there is anything to mail."""
    return keep_private(render(request, "booking_requests/link_sent.html"))
