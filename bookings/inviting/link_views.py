"""The pages behind the team's booking links. Opening one shows and changes nothing; each button is a POST."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from bookings.availability.sentences import explain_too_many
from bookings.booking_requests import sending
from bookings.booking_requests.actions import AtLimit, Begun, Denied, Details, Visitor
from bookings.booking_requests.showing import Shown as BookingShown
from bookings.booking_requests.showing import render_booking
from bookings.core.answers import Blocked
from bookings.inviting import queries, taking
from bookings.inviting.errors import MovedMeanwhile
from bookings.inviting.forms import OtherForm
from bookings.inviting.models import Invitation
from bookings.inviting.places import public_address
from bookings.inviting.showing import (
    OnOffer,
    Shown,
    on_offer,
    render_offer,
    render_over,
    render_search,
    render_used,
    take_form,
    wanted_slot,
)
from bookings.inviting.states import LinkState, Step
from bookings.links import tokens
from bookings.links.browser import browser_key, ensure_browser, remember_browser
from bookings.links.limits import Act, enforce, network_of, wait_seconds
from bookings.links.models import Link, Purpose
from bookings.links.queries import is_proved
from bookings.offers.queries import exact_price
from portal import clock
from portal.access import link


def _of(found: Link) -> Invitation:
    return queries.invitations().get(pk=int(found.invitation_id or 0))


@link
@require_safe
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Everything filled in and one button; or why the link is over, and how to go on."""
    now = clock.now()
    match tokens.read(token, Purpose.INVITATION, now=now):
        case tokens.Valid(found):
            invitation = _of(found)
            if invitation.state_at(now) == LinkState.USED:
                return render_used(request, invitation, token)
            offered = on_offer(request, invitation, wanted_slot(request.GET.get("slot", "")), now=now)
            if offered is None:
                return render_search(request, invitation, token)
            return render_offer(request, invitation, token, offered)
        case tokens.Expired(found):
            return render_over(request, "expired", 410, _of(found), token)
        case tokens.Revoked(found):
            invitation = _of(found)
            reason = "revoked" if invitation.step == Step.REVOKED else "replaced"
            return render_over(request, reason, 410, invitation, token)
        case tokens.Invalid():
            return render_over(request, "invalid", 404, None, token)


def _open(request: HttpRequest, token: str) -> tuple[Link, Invitation] | None:
    """The link and its invitation, for a POST that may act; None sends the visitor to the link's page."""
    now = clock.now()
    reading = tokens.read(token, Purpose.INVITATION, now=now)
    if request.method != "POST" or not isinstance(reading, tokens.Valid):
        return None
    invitation = _of(reading.link)
    return (reading.link, invitation) if invitation.state_at(now) == LinkState.OPEN else None


@link
def seen(request: HttpRequest, token: str) -> HttpResponseBase:
    """The page's script saw a sign of a person."""
    found = _open(request, token)
    if found is None:
        return redirect("invitation", token)
    if not wait_seconds(request, Act.OPEN_LINK, email=found[1].email):
        taking.note_opened(invitation=found[1], now=clock.now())
    return HttpResponse(status=204)


@link
def book(request: HttpRequest, token: str) -> HttpResponseBase:
    """The one button: the address is proved by the link, the time becomes a request, and that is sent."""
    found = _open(request, token)
    if found is None:
        return _to_own_booking(request, token) or redirect("invitation", token)
    row, invitation = found
    enforce(request, Act.OPEN_LINK, email=invitation.email)
    now = clock.now()
    form = take_form(request, invitation, request.POST)
    is_valid = form.is_valid()
    offered = on_offer(request, invitation, form.cleaned_data.get("slot"), now=now)
    if offered is None:
        return redirect("invitation", token)
    if not is_valid:
        return render_offer(request, invitation, token, offered, shown=Shown(form=form), status=422)
    if isinstance(offered.answer, Blocked):
        return render_offer(request, invitation, token, offered, shown=Shown(form=form), status=409)
    offer = exact_price(offered.room, offered.span, invitation.people, now=now)
    if form.cleaned_data["seen"] != offer.fingerprint:
        shown = Shown(form=form, price_moved=True)
        return render_offer(request, invitation, token, offered, offer=offer, shown=shown, status=409)
    key = ensure_browser(request)
    details = _details(invitation, email=invitation.email, name=invitation.name or form.cleaned_data["name"])
    taker = taking.Taker(Visitor(key, network_of(request)), is_recipient=True)
    try:
        result = taking.take(
            invitation=invitation, link=row, span=offered.span, details=details, offer=offer, taker=taker, now=now
        )
    except MovedMeanwhile:
        return remember_browser(request, redirect("invitation", token))
    if not isinstance(result, Begun):
        return remember_browser(request, _not_begun(request, invitation, token, offered, result, Shown(form=form)))
    return remember_browser(request, _send(request, result))


def _send(request: HttpRequest, begun: Begun) -> HttpResponseBase:
    """Goes on as "Check and book" does, whose page this was."""
    booking = begun.request
    old_price = booking.price
    if sending.book(request=booking, now=clock.now()) is sending.Pressed.PRICE_MOVED:
        shown = BookingShown(price_moved=True, old_price=old_price)
        return render_booking(request, booking, shown=shown, status=409)
    return redirect("booking", booking.reference)


def _to_own_booking(request: HttpRequest, token: str) -> HttpResponseBase | None:
    """A second press of the button leads to what the first one made, in the same browser only."""
    reading = tokens.read(token, Purpose.INVITATION, now=clock.now())
    if request.method != "POST" or not isinstance(reading, tokens.Valid):
        return None
    booking = _of(reading.link).booking_request
    is_mine = booking is not None and booking.browser_key == (browser_key(request) or None)
    return redirect("booking", booking.reference) if booking is not None and is_mine else None


@link
def other(request: HttpRequest, token: str) -> HttpResponseBase:
    """Somebody whom the mail was passed on to books under an address of their own, and proves it by a code."""
    found = _open(request, token)
    if found is None:
        return redirect("invitation", token)
    row, invitation = found
    now = clock.now()
    form = OtherForm(request.POST)
    is_valid = form.is_valid()
    offered = on_offer(request, invitation, form.cleaned_data.get("slot"), now=now)
    if offered is None:
        return redirect("invitation", token)
    if not is_valid or isinstance(offered.answer, Blocked):
        status = 409 if is_valid else 422
        return render_offer(request, invitation, token, offered, shown=Shown(other_form=form), status=status)
    key, email = ensure_browser(request), form.cleaned_data["email"]
    enforce(request, Act.BEGIN_BOOKING, email=email)
    if not is_proved(browser_key=key, email=email, now=now):
        enforce(request, Act.SEND_CODE, email=email)
    try:
        result = taking.take(
            invitation=invitation,
            link=row,
            span=offered.span,
            details=_details(invitation, email=email, name=form.cleaned_data["name"]),
            offer=exact_price(offered.room, offered.span, invitation.people, now=now),
            taker=taking.Taker(Visitor(key, network_of(request)), is_recipient=False),
            now=now,
        )
    except MovedMeanwhile:
        return remember_browser(request, redirect("invitation", token))
    if not isinstance(result, Begun):
        shown = Shown(other_form=form)
        return remember_browser(request, _not_begun(request, invitation, token, offered, result, shown))
    return remember_browser(request, redirect("booking", result.request.reference))


def _details(invitation: Invitation, *, email: str, name: str) -> Details:
    return Details(email=email, name=name, people=invitation.people, language=(get_language() or "en")[:2])


def _not_begun(
    request: HttpRequest,
    invitation: Invitation,
    token: str,
    offered: OnOffer,
    result: Denied | AtLimit,
    shown: Shown,
) -> HttpResponse:
    """The page again with everything typed: the time went this moment, or too many are held."""
    if isinstance(result, AtLimit):
        shown = Shown(shown.form, shown.other_form, limit=explain_too_many(result.error))
    else:
        shown = Shown(shown.form, shown.other_form, denied=result.answer)
    return render_offer(request, invitation, token, offered, shown=shown, status=409)


@link
def go(request: HttpRequest, token: str) -> HttpResponseBase:
    """A link without a time: the address is proved in this browser, and the free times are next."""
    found = _open(request, token)
    if found is None or found[1].span is not None:
        return redirect("invitation", token)
    row, invitation = found
    enforce(request, Act.OPEN_LINK, email=invitation.email)
    now = clock.now()
    try:
        taking.go_on(invitation=invitation, link=row, browser_key=ensure_browser(request), now=now)
    except MovedMeanwhile:
        return redirect("invitation", token)
    return remember_browser(request, redirect(public_address(invitation, now=now)))


@link
def fresh(request: HttpRequest, token: str) -> HttpResponseBase:
    """A fresh link to the same address, at once or by the team; of a used link, the way back to its booking."""
    now = clock.now()
    reading = tokens.read(token, Purpose.INVITATION, now=now)
    if request.method != "POST" or isinstance(reading, tokens.Invalid):
        return redirect("invitation", token)
    invitation = _of(reading.link)
    if invitation.state_at(now) == LinkState.OPEN and not isinstance(reading, tokens.Revoked):
        return redirect("invitation", token)
    enforce(request, Act.SEND_CODE, email=invitation.email)
    asked = taking.ask_for_fresh(invitation=invitation, now=now)
    return render_over(request, str(asked.name).lower(), 200, invitation, token)
