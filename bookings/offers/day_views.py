"""The page that shows one day of all meeting rooms of a site, side by side."""

import datetime as dt
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from bookings.availability.asked import Asked, week_query
from bookings.availability.calendar import Lane, build_lane, hours_of
from bookings.availability.forms import read_day_form
from bookings.availability.fresh import CALENDAR_PART, unless_unchanged
from bookings.availability.queries import Asker, Week, find_site_rooms, site_day, site_moments
from bookings.availability.rules import HORIZON_DAYS
from bookings.availability.showing import standing_told
from bookings.catalog.directory import ListedRoom
from bookings.catalog.models import Room
from bookings.catalog.pages import country_of
from bookings.feeds.actions import mark_seen
from bookings.links.browser import browser_key
from bookings.links.queries import standing_of
from bookings.offers.queries import price_of
from portal import clock
from portal.access import public
from portal.kept_pages import kept

# Stands for a room's id in the path of a room's page, which is looked up once for all rooms.
_SOME_ID = "0" * 24
# More rooms than this make a page that is slow to send and that nobody overlooks.
ROOMS_OF_A_PAGE = 40


class Row(NamedTuple):
    """One room: its day ready to be drawn, where its page is, and for how many minutes its starts are judged.

    `seating` is what tells how many people it is for.
    """

    number: int
    room: Room | ListedRoom
    name: str
    seating: tuple[int | None, ...]
    href: str
    minutes: int
    lane: Lane


@public
@require_safe
@kept
def day(request: HttpRequest, site_id: str) -> HttpResponse:
    """When each room of a site is free on one day; every free start leads to its room's page with the slot chosen."""
    found_rooms = find_site_rooms(site_id)
    if found_rooms is None:
        raise Http404("No such site.")
    found, rooms = found_rooms
    now = clock.now()
    today = now.astimezone(found.zone).date()
    language = get_language() or "en"
    form = read_day_form(request.GET.dict(), today=today, language=language)
    wanted, minutes, people = form.wanted()
    page = Paginator(rooms, ROOMS_OF_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    asker = Asker(standing_of(request), browser_key(request), people)
    moments = site_moments(shown, wanted, asker=asker, now=now)
    mark_seen({room.pk: moments[room.pk].looked_at for room in shown if room.has_feed}, now=now)
    weeks = site_day(shown, wanted, moments, asker=asker, now=now, duration_minutes=minutes)
    column = weeks[0].days[0].column if weeks else None
    paths = reverse("room", args=[_SOME_ID])
    context = {
        "site": found,
        "standing_told": standing_told(asker, now),
        "country": country_of(found),
        "day_form": form,
        "day": wanted,
        "minutes": minutes,
        "rows": [_row(number, week, people, paths, language) for number, week in enumerate(weeks, 1)],
        "hours": hours_of(column, found.zone) if column else (),
        "starts_at": column.start if column else now,
        "pace": min((row.rules.step_minutes for row in weeks), default=30),
        "page": page,
        **_neighbors(wanted, today, minutes, people, page),
    }
    return _answer(request, context, status=200 if form.is_valid() else 400)


def _answer(request: HttpRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    """The page, or only the calendar for a page that is open already."""
    is_part = request.htmx.target == CALENDAR_PART and context["rows"]  # type: ignore[attr-defined]
    response = render(request, "offers/_day.html" if is_part else "offers/day.html", context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return unless_unchanged(request, response) if is_part else response


def _row(number: int, week: Week, people: int, paths: str, language: str) -> Row:
    room, minutes = week.room, week.duration_minutes
    path = paths.replace(_SOME_ID, room.workways_id)
    asked = Asked(minutes, people, price_of(room, minutes), room=room.shown_name, path=path)
    return Row(
        number=number,
        room=room,
        name=asked.room,
        seating=(room.min_people, room.max_people, room.seats),
        href=path + week_query(week.days[0].date, minutes, people),
        minutes=minutes,
        lane=build_lane(week, asked, language),
    )


def _neighbors(wanted: dt.date, today: dt.date, minutes: int, people: int, page: "Page[ListedRoom]") -> dict[str, str]:
    """The addresses of the days and rooms around, "" for days that can't be booked anyway and rooms that aren't."""

    def query(other: dt.date, number: int = page.number) -> str:
        if not today <= other <= today + dt.timedelta(days=HORIZON_DAYS):
            return ""
        return week_query(other, minutes, people) + (f"&page={number}" if number > 1 else "")

    return {
        "earlier_rooms": query(wanted, page.number - 1) if page.has_previous() else "",
        "later_rooms": query(wanted, page.number + 1) if page.has_next() else "",
        "previous": query(wanted - dt.timedelta(days=1)),
        "following": query(wanted + dt.timedelta(days=1)),
        "this_day": "" if wanted == today else query(today),
    }
