"""What the template of a watch is told: how it stands, where its buttons lead, and how to go on when it is over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from bookings.availability.asked import slot_query
from bookings.availability.hours import start_key
from bookings.booking_requests.showing import keep_private
from bookings.catalog.models import Room
from bookings.core.money import Money
from bookings.core.timespan import TimeSpan
from bookings.offers.queries import catalog_offer
from bookings.watching.forms import CodeForm, TakeForm
from bookings.watching.models import SlotWatch
from bookings.watching.pages import PAGES
from bookings.watching.queries import place_in_line
from bookings.watching.states import LIVE, WatchState
from portal import clock


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the page's buttons lead: by the reference for the browser that has the watch, by the token for a link."""

    prove: str
    resend: str
    stop: str
    take: str
    is_link: bool = False


def ways_of_browser(watch: SlotWatch) -> Ways:
    """For the browser that set the watch or adopted it."""
    prove, resend, stop, take = (
        reverse(f"watch-{name}", args=[watch.reference]) for name in ("prove", "resend", "stop", "take")
    )
    return Ways(prove, resend, stop, take)


def ways_of_link(token: str) -> Ways:
    """For whoever opened the mailed link."""
    prove, stop, take = (reverse(f"watch-link-{name}", args=[token]) for name in ("continue", "stop", "take"))
    return Ways(prove, "", stop, take, is_link=True)


def render_watch(
    request: HttpRequest,
    watch: SlotWatch,
    ways: Ways,
    *,
    code_form: CodeForm | None = None,
    take_form: TakeForm | None = None,
    denied: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of a watch; `denied` is a sentence that says why what was pressed could not be done."""
    now = clock.now()
    context: dict[str, Any] = {
        "watch": watch,
        "room": watch.room,
        "page": PAGES[WatchState.LAPSED if has_lapsed(watch, now) else WatchState(watch.state)],
        "place": place_in_line(watch) if watch.state in LIVE else None,
        "price": _price(watch) if watch.state == WatchState.OFFERED else None,
        "ways": ways,
        "slot_href": slot_href(watch.room, watch.span, watch.people),
        "has_passed": watch.start <= now,
        "code_form": code_form or CodeForm(),
        "take_form": take_form or TakeForm(),
        "denied": denied,
        "now": now,
    }
    return keep_private(render(request, "watching/watch.html", context, status=status))


def is_offered(watch: SlotWatch, now: datetime) -> bool:
    """Is the time kept for the watcher at this moment?"""
    return watch.state == WatchState.OFFERED and watch.offered_until is not None and watch.offered_until > now


def has_lapsed(watch: SlotWatch, now: datetime) -> bool:
    """Is the offer over, though the line has not moved on yet?"""
    return watch.state == WatchState.OFFERED and not is_offered(watch, now)


def slot_href(room: Room, span: TimeSpan, people: int) -> str:
    """The room's page with this time chosen."""
    zone = room.site.zone
    query = slot_query(span.start.astimezone(zone).date(), start_key(span.start, zone), span.minutes, people)
    return f"{reverse('room', args=[room.workways_id])}{query}#booking"


def _price(watch: SlotWatch) -> Money | None:
    return catalog_offer(watch.room, watch.span, watch.people).price
