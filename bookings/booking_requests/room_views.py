"""The page of a room: what it is, when it is free, and the form that begins a booking of the slot that was chosen."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from bookings.availability import queries
from bookings.availability.asked import Asked, slot_query, week_query
from bookings.availability.forms import read_slot_form
from bookings.availability.fresh import CALENDAR_PART, unless_unchanged
from bookings.availability.queries import Asker, Slot
from bookings.availability.sentences import Explanation, closings_in_words, explain, hours_in_words
from bookings.availability.showing import TEMPLATES, in_view, show, standing_told, views_of
from bookings.booking_requests.forms import BeginForm
from bookings.booking_requests.gone_room import gone_room
from bookings.catalog.models import Room
from bookings.catalog.pages import country_of
from bookings.core.answers import Answer, Bookable, Standing
from bookings.core.money import Money
from bookings.core.timespan import TimeSpan
from bookings.feeds.actions import mark_shown
from bookings.links.browser import browser_key
from bookings.links.queries import proved_addresses, standing_of
from bookings.offers.queries import catalog_offer, catalog_rent, exact_price, price_of
from bookings.offers.rules import Offer
from portal import clock
from portal.access import public
from portal.kept_pages import kept

_ROOM_PAGE = "booking_requests/room.html"
# What htmx may ask a part of the room's page for, by the element that it will replace.
_ROOM_PARTS = {"div#choose": "booking_requests/_choose.html", "section#booking": "booking_requests/_booking.html"}


@dataclass(frozen=True, slots=True)
class Nearby:
    """Another slot, with the catalog's price of exactly that one: it may last longer than what was asked for."""

    slot: Slot
    price: Money | None


@dataclass(frozen=True, slots=True)
class Choice:
    """The slot that the address names, what is said of it, and what else is near when it can't be had.

    `span` is None when the clock skips that time; `offer` is None unless the slot can be booked.
    """

    day: dt.date
    span: TimeSpan | None
    answer: Answer
    explanation: Explanation
    offer: Offer | None
    nearby: list[Nearby]

    @property
    def is_bookable(self) -> bool:
        """May somebody book it?"""
        return isinstance(self.answer, Bookable)


@public
@require_safe
@kept
def room(request: HttpRequest, room_id: str) -> HttpResponse:
    """A room: what it is, when it is free, and the slot that was chosen; only a part of it when htmx asks for one."""
    found = queries.find_listed_room(room_id)
    return gone_room(request, room_id) if found is None else render_room(request, found)


def render_room(request: HttpRequest, found: Room) -> HttpResponse:
    """The page of a room that is there, its site, picture and feed read along."""
    if not found.is_meeting_room:
        office = {"room": found, "country": country_of(found.site), "rent": catalog_rent(found)}
        return render(request, "booking_requests/office.html", office)
    now = clock.now()
    mark_shown(rooms=[found], now=now)
    target = request.htmx.target or ""  # type: ignore[attr-defined]
    context = _room_context(request, found, now)
    is_fresh_part = target == CALENDAR_PART
    template = context["calendar_template"] if is_fresh_part else _ROOM_PARTS.get(target, _ROOM_PAGE)
    response = render(request, template, context, status=200 if context["slot_form"].is_valid() else 400)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return unless_unchanged(request, response) if is_fresh_part else response


def _room_context(request: HttpRequest, found: Room, now: dt.datetime) -> dict[str, Any]:
    room_rules = queries.build_rules(found)
    today = now.astimezone(room_rules.zone).date()
    form = read_slot_form(request.GET.dict(), rules=room_rules, today=today, language=get_language() or "en")
    day, key, minutes, people = form.wanted()
    asker = _asker(request, people)
    choice = _choice(request, found, (day, key, minutes), asker, now) if day and key else None
    asked = Asked(minutes, people, price_of(found, minutes), choice.span if choice else None)
    shown = show(form.wanted_view, found, day, asked, asker=asker, now=now, language=get_language() or "en")
    return {
        "room": found,
        "country": country_of(found.site),
        "hours": hours_in_words(room_rules.hours),
        "closings": tuple(closings_in_words(room_rules.closings, zone=room_rules.zone, now=now)),
        "slot_form": form.showing(shown.day),
        "calendar": shown.calendar,
        "calendar_template": TEMPLATES[shown.view],
        "view": shown.view,
        "views": views_of(shown.day, key if choice else "", asked),
        "next_free": shown.next_free,
        "asked": asked,
        "choice": choice,
        "standing_told": standing_told(asker, now),
        "begin_form": _begin_form(request, found, (shown.day, key, minutes, people), today) if choice else None,
        "other_rooms": _other_rooms(found, (shown.day, key, minutes, people)) if choice else "",
        "slot_query": lambda *words: in_view(slot_query(*words), shown.view),
        "week_query": week_query,
        "now": now,
    }


def _choice(
    request: HttpRequest, found: Room, asked: tuple[dt.date, str, int], asker: Asker, now: dt.datetime
) -> Choice:
    day, key, minutes = asked
    span, answer = queries.chosen_slot(found, day, key, minutes, asker=asker, now=now)
    explanation = explain(answer, zone=found.site.zone, start=span.start if span else None)
    if span is None or not isinstance(answer, Bookable):
        slots = queries.nearby_slots(found, span, asker=asker, now=now) if span else []
        nearby = [Nearby(slot, price_of(found, slot.span.minutes)) for slot in slots]
        return Choice(day, span, answer, explanation, None, nearby)
    # A page that can load the exact price by itself doesn't wait for it.
    if request.htmx:  # type: ignore[attr-defined]
        offer = catalog_offer(found, span, asker.people)
    else:
        offer = exact_price(found, span, asker.people, now=now)
    return Choice(day, span, answer, explanation, offer, [])


def _begin_form(request: HttpRequest, found: Room, asked: tuple[dt.date, str, int, int], today: dt.date) -> BeginForm:
    """The form that begins a booking of the chosen slot, with the address that this browser proved last."""
    day, key, minutes, people = asked
    # An address whose account is archived can't book, so it is not offered again.
    proved = [] if standing_of(request) is Standing.ARCHIVED else proved_addresses(request)
    initial = {"date": day, "start": key, "duration": minutes, "people": people, "email": proved[0] if proved else ""}
    return BeginForm(room=found, today=today, initial=initial)


def _other_rooms(found: Room, asked: tuple[dt.date, str, int, int]) -> str:
    """The address of the search for rooms of the same country at the same time."""
    day, key, minutes, people = asked
    words = {
        "country": country_of(found.site).key,
        "date": day,
        "start": key[:5],
        "duration": minutes,
        "people": people,
    }
    return f"{reverse('search')}?{urlencode({name: value for name, value in words.items() if value != ''})}"


def _asker(request: HttpRequest, people: int) -> Asker:
    return Asker(standing_of(request), browser_key(request), people)
