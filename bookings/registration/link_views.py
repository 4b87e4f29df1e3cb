"""The pages behind mailed links. Opening one shows and changes nothing, because mail gateways open them too."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings.links import tokens
from bookings.links.browser import ensure_browser, remember_browser
from bookings.links.limits import Act, enforce
from bookings.links.models import Link, Purpose
from bookings.registration import actions
from bookings.registration.models import Registration
from bookings.registration.queries import registrations
from bookings.registration.showing import render_link, render_link_over
from bookings.registration.views import go_on
from portal import clock
from portal.access import link


def _registration_of(found: Link) -> Registration:
    return registrations().get(pk=int(found.registration_id or 0))


@link
@require_safe
def link_page(request: HttpRequest, token: str) -> HttpResponse:
    """Where the registration stands, with one button to go on; or why the link is over."""
    match tokens.read(token, Purpose.REGISTRATION, now=clock.now()):
        case tokens.Valid(found):
            return render_link(request, _registration_of(found), token)
        case tokens.Expired():
            return render_link_over(request, token, "expired", status=410)
        case tokens.Revoked():
            return render_link_over(request, token, "revoked", status=410)
        case tokens.Invalid():
            return render_link_over(request, token, "invalid", status=404)


@link
def link_continue(request: HttpRequest, token: str) -> HttpResponseBase:
    """The button behind the link: this browser has the registration from now on, and its address is proved."""
    if request.method != "POST":
        return redirect("registration-link", token)
    now = clock.now()
    reading = tokens.read(token, Purpose.REGISTRATION, now=now)
    if not isinstance(reading, tokens.Valid):
        return redirect("registration-link", token)
    enforce(request, Act.OPEN_LINK, email=reading.link.email)
    key = ensure_browser(request)
    found = actions.adopt(registration=_registration_of(reading.link), browser_key=key, now=now)
    tokens.mark_used(link=reading.link, now=now)
    return remember_browser(request, go_on(found))


@link
def link_fresh(request: HttpRequest, token: str) -> HttpResponseBase:
    """A fresh link to the same address, for whoever has an old one: the mail goes where the old one went."""
    if request.method != "POST":
        return redirect("registration-link", token)
    reading = tokens.read(token, Purpose.REGISTRATION, now=clock.now())
    if isinstance(reading, tokens.Invalid):
        return redirect("registration-link", token)
    enforce(request, Act.SEND_CODE, email=reading.link.email)
    actions.send_fresh_link(registration=_registration_of(reading.link), now=clock.now())
    messages.success(request, _("A fresh link is on its way, to the same address as the old one."))
    return redirect("registration-link", token)
