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
from bookings.availability.forms import DayForm, read_day_form
from bookings.availability.fresh import CALENDAR_PART, unless_unchanged
from bookings.availability.queries import Asker, Week, site_day, site_moments
from bookings.availability.rows import Moment
from bookings.availability.rules import HORIZON_DAYS
from bookings.availability.showing import standing_told
from bookings.catalog.directory import Directory, ListedRoom, ListedSite, current_directory, last_directory
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
    now = clock.now()
    look = _look(request, site_id, last_directory(), now)
    if look is None or not look.is_current:
        # Something about rooms changed since this process read the directory.
        look = _look(request, site_id, current_directory(), now)
    if look is None:
        raise Http404("No such site.")
    found, form, page, asker, moments, _is_current = look
    today = now.astimezone(found.zone).date()
    language = get_language() or "en"
    wanted, minutes, people = form.wanted()
    mark_seen({room.pk: moments[room.pk].looked_at for room in page if room.has_feed}, now=now)
    weeks = site_day(list(page), wanted, moments, asker=asker, now=now, duration_minutes=minutes)
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


class _Look(NamedTuple):
    """What the directory and a statement tell of a day; `is_current`: nothing changed since it was read."""

    site: ListedSite
    form: DayForm
    page: "Page[ListedRoom]"
    asker: Asker
    moments: dict[int, Moment]
    is_current: bool


def _look(request: HttpRequest, site_id: str, directory: Directory, now: dt.datetime) -> _Look | None:
    """None for a site that this directory doesn't list."""
    site = directory.find_site(site_id)
    if site is None:
        return None
    today = now.astimezone(site.zone).date()
    form = read_day_form(request.GET.dict(), today=today, language=get_language() or "en")
    wanted, _minutes, people = form.wanted()
    page = Paginator(directory.meeting_rooms(site), ROOMS_OF_A_PAGE).get_page(request.GET.get("page"))
    asker = Asker(standing_of(request), browser_key(request), people)
    moments = site_moments(list(page), wanted, asker=asker, now=now)
    is_current = moments.stamp is not None and moments.stamp == directory.stamp
    return _Look(site, form, page, asker, moments.of_rooms, is_current)


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
