"""The pages behind mailed links of watches. Opening one shows and changes nothing; each button is a POST."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from bookings.booking_requests.showing import keep_private
from bookings.links import tokens
from bookings.links.browser import ensure_browser, remember_browser
from bookings.links.limits import Act, enforce
from bookings.links.models import Link, Purpose
from bookings.watching import actions
from bookings.watching.errors import MovedMeanwhile, TooManyWatches
from bookings.watching.forms import TakeForm
from bookings.watching.models import SlotWatch
from bookings.watching.queries import watches
from bookings.watching.sentences import explain_too_many
from bookings.watching.showing import is_offered, render_watch, ways_of_link
from bookings.watching.views import take_for
from portal import clock
from portal.access import link


def _watch_of(found: Link) -> SlotWatch:
    return watches().get(pk=int(found.watch_id or 0))


@link
@require_safe
def link_page(request: HttpRequest, token: str) -> HttpResponse:
    """Where the watch stands, with its buttons; or that the link is over."""
    match tokens.read(token, Purpose.WATCH, now=clock.now()):
        case tokens.Valid(found):
            return render_watch(request, _watch_of(found), ways_of_link(token))
        case tokens.Expired() | tokens.Revoked():
            return keep_private(render(request, "watching/link_over.html", {"is_expired": True}, status=410))
        case tokens.Invalid():
            return keep_private(render(request, "watching/link_over.html", {"is_expired": False}, status=404))


@link
def link_continue(request: HttpRequest, token: str) -> HttpResponseBase:
    """This browser has the watch from now on, and its address is proved."""
    reading = tokens.read(token, Purpose.WATCH, now=clock.now())
    if request.method != "POST" or not isinstance(reading, tokens.Valid):
        return redirect("watch-link", token)
    enforce(request, Act.OPEN_LINK, email=reading.link.email)
    try:
        placed = _adopt(request, reading.link)
    except TooManyWatches as error:
        found = _watch_of(reading.link)
        return render_watch(request, found, ways_of_link(token), denied=explain_too_many(error), status=409)
    except MovedMeanwhile:
        return redirect("watch-link", token)
    return remember_browser(request, redirect("watch", placed.reference))


@link
def link_stop(request: HttpRequest, token: str) -> HttpResponseBase:
    """No more waiting; the browser doesn't matter, because the link came to the watcher's own address."""
    now = clock.now()
    reading = tokens.read(token, Purpose.WATCH, now=now)
    if request.method == "POST" and isinstance(reading, tokens.Valid):
        enforce(request, Act.OPEN_LINK, email=reading.link.email)
        actions.stop(watch=_watch_of(reading.link), now=now)
        tokens.mark_used(link=reading.link, now=now)
    return redirect("watch-link", token)


@link
def link_take(request: HttpRequest, token: str) -> HttpResponseBase:
    """The time that is kept becomes a booking request of this browser, whose address the link proves."""
    now = clock.now()
    reading = tokens.read(token, Purpose.WATCH, now=now)
    if request.method != "POST" or not isinstance(reading, tokens.Valid):
        return redirect("watch-link", token)
    enforce(request, Act.OPEN_LINK, email=reading.link.email)
    found = _watch_of(reading.link)
    form = TakeForm(request.POST)
    if not form.is_valid():
        return render_watch(request, found, ways_of_link(token), take_form=form, status=422)
    if not is_offered(found, now):
        return redirect("watch-link", token)
    taken = take_for(request, _adopt(request, reading.link), form)
    if isinstance(taken, str):
        return render_watch(request, found, ways_of_link(token), take_form=form, denied=taken, status=409)
    return remember_browser(request, taken)


def _adopt(request: HttpRequest, found: Link) -> SlotWatch:
    now = clock.now()
    adopted = actions.adopt(watch=_watch_of(found), browser_key=ensure_browser(request), now=now)
    tokens.mark_used(link=found, now=now)
    return watches().get(pk=adopted.pk)
