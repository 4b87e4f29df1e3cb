"""The sites, the day of a site, the week of a room."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from bookings.audit.vocabulary import Subject
from bookings.availability.asked import slot_query
from bookings.availability.calendar import hours_of, monday_of
from bookings.availability.forms import DEFAULT_MINUTES, DEFAULT_PEOPLE
from bookings.availability.hours import find_start, local_day, start_key
from bookings.availability.queries import Asker, Week, build_rules, room_week, shown_day, site_day, site_moments
from bookings.availability.rules import fitting_duration
from bookings.availability.sentences import age_in_words
from bookings.booking_requests.states import State
from bookings.catalog.models import MEETING_TYPE, Room, Site
from bookings.core.answers import Standing
from bookings.core.timespan import TimeSpan
from bookings.offers.day_views import ROOMS_OF_A_PAGE
from bookings.staff.calendars.drawing import Cell, draw_day
from bookings.staff.calendars.entries import read_contents, reads_names
from bookings.staff.calendars.forms import CalendarForm
from bookings.staff.limits import acting_member, visible_to
from bookings.staff.pages import panel
from bookings.watching.states import WatchState
from portal import clock
from portal.access import Role, may_open, staff, staff_from

# Staff act for companies that Workways knows as well, so nothing is too soon for them.
_ASKER = Asker(Standing.KNOWN)


@dataclass(frozen=True, slots=True)
class Lane:
    """One room's day among others."""

    room: Room
    age: str
    is_stale: bool
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """One day of a room's week."""

    date: dt.date
    is_today: bool
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The free time that was pressed; `ways` are the words and addresses of what may be done with it."""

    room: Room
    date: dt.date
    start: str
    ways: list[tuple[str, str]]


@staff
@require_safe
def calendars(request: HttpRequest) -> HttpResponse:
    """Which site's calendar?"""
    sites = visible_to(acting_member(request), Site.objects.filter(vanished_at=None))
    return panel(request, "calendars/sites.html", {"sites": sites})


@staff_from(Role.VIEWER, shows=Subject.CALENDAR)
@require_safe
def site(request: HttpRequest, site_id: str) -> HttpResponse:
    """One day of all meeting rooms of a site, side by side."""
    found = get_object_or_404(visible_to(acting_member(request), Site.objects.all()), workways_id=site_id)
    now = clock.now()
    form, day = _asked(request, found, now)
    page = Paginator(list(_rooms(request).filter(site=found)), ROOMS_OF_A_PAGE).get_page(request.GET.get("page"))
    rooms = list(page)
    moments = site_moments(rooms, day, asker=_ASKER, now=now).of_rooms
    weeks = site_day(rooms, day, moments, asker=_ASKER, now=now, duration_minutes=DEFAULT_MINUTES)
    column = weeks[0].days[0].column if weeks else None
    contents = read_contents(rooms, local_day(day, found.zone), now=now)
    with_names = reads_names(acting_member(request))
    context = {
        "site": found,
        "page": page,
        "lanes": [
            Lane(room, *_age(week), draw_day(week, week.days[0], contents.taking[room.pk], with_names=with_names))
            for room, week in zip(rooms, weeks, strict=True)
        ],
        "hours": hours_of(column, found.zone) if column else [],
        "contents": contents,
        **_common(request, form, day, found, rooms, with_names=with_names, days=1),
    }
    return panel(request, "calendars/site.html", context, status=400 if form.errors else 200)


@staff_from(Role.VIEWER, shows=Subject.CALENDAR)
@require_safe
def room(request: HttpRequest, room_id: str) -> HttpResponse:
    """The week of one meeting room."""
    found = get_object_or_404(_rooms(request), workways_id=room_id)
    now = clock.now()
    form, day = _asked(request, found.site, now)
    week = room_week(found, monday_of(day), asker=_ASKER, now=now, duration_minutes=None)
    window = TimeSpan(week.days[0].column.start, week.days[-1].column.end)
    contents = read_contents([found], window, now=now)
    with_names = reads_names(acting_member(request))
    age, is_stale = _age(week)
    context = {
        "room": found,
        "site": found.site,
        "age": age,
        "is_stale": is_stale,
        "columns": [
            Column(one.date, one.is_today, draw_day(week, one, contents.taking[found.pk], with_names=with_names))
            for one in week.days
        ],
        "hours": hours_of(week.days[0].column, found.site.zone),
        "contents": contents,
        **_common(request, form, week.days[0].date, found.site, [found], with_names=with_names, days=7),
    }
    return panel(request, "calendars/room.html", context, status=400 if form.errors else 200)


def _rooms(request: HttpRequest) -> QuerySet[Room]:
    """The meeting rooms that the member sees, hidden ones too."""
    rooms = Room.objects.filter(type=MEETING_TYPE, vanished_at=None).select_related("site", "feed")
    return visible_to(acting_member(request), rooms)


def _asked(request: HttpRequest, at: Site, now: dt.datetime) -> tuple[CalendarForm, dt.date]:
    form = CalendarForm(request.GET, today=now.astimezone(at.zone).date())
    return form, shown_day(form.wanted(), now)


def _age(week: Week) -> tuple[str, bool]:
    age = age_in_words(week.feed, zone=week.zone, now=week.now, language=get_language() or "en")
    return age, week.freshness != "fresh"


def _common(
    request: HttpRequest, form: CalendarForm, day: dt.date, at: Site, rooms: list[Room], *, with_names: bool, days: int
) -> dict[str, Any]:
    today = clock.now().astimezone(at.zone).date()
    return {
        "form": form,
        "day": day,
        "last_day": day + dt.timedelta(days=days - 1),
        "with_names": with_names,
        "chosen": _chosen(request, rooms, at),
        "previous": day - dt.timedelta(days=days),
        "following": day + dt.timedelta(days=days),
        "today": None if day <= today < day + dt.timedelta(days=days) else today,
        "zone": at.zone,
        "states": dict(State.choices),
        "watch_states": dict(WatchState.choices),
    }


def _chosen(request: HttpRequest, rooms: list[Room], at: Site) -> Chosen | None:
    """The free start that the address names, or None: `room`, `date` and `start` as the cells' links write them."""
    said = request.GET
    room = next((one for one in rooms if one.workways_id == said.get("room")), None)
    if room is None or not said.get("start"):
        return None
    _form, day = _asked(request, at, clock.now())
    try:
        start = find_start(day, said["start"], at.zone)
    except ValueError:
        return None
    if start is None:
        return None
    key = start_key(start, at.zone)
    return Chosen(room, day, key, _ways(request, room, slot_query(day, key, _minutes(room), DEFAULT_PEOPLE)))


def _minutes(room: Room) -> int:
    return fitting_duration(DEFAULT_MINUTES, build_rules(room))


def _ways(request: HttpRequest, room: Room, query: str) -> list[tuple[str, str]]:
    """What the member may do with a time that is free; the query names it as on the room's own page."""
    ways = []
    if room.is_listed and may_open(request, "staff-booking-link-room"):
        ways.append(
            (gettext("Send a booking link"), reverse("staff-booking-link-room", args=[room.workways_id]) + query)
        )
    if may_open(request, "staff-explain"):
        ways.append((gettext("Explain this time"), f"{reverse('staff-explain')}{query}&room={room.workways_id}"))
    if room.is_listed:
        ways.append((gettext("See it as a visitor does"), reverse("room", args=[room.workways_id]) + query))
    return ways
