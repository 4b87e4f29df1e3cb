"""Meetings, the week of a room, and closures."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock
from portal.embedded.models import Closure, Meeting, MeetingState, Room
from portal.embedded.panel import calendar_actions, queries
from portal.embedded.panel.calendar_forms import (
    MEETING_STATES,
    ClosureForm,
    MeetingForm,
    MeetingListForm,
    place_of,
)
from portal.embedded.panel.fields import FIRST_DAY, LAST_DAY
from portal.embedded.panel.pages import actor_of, is_post, operators, operators_see, page_of, panel, panel_zone, posted

_OPEN = (MeetingState.CONFIRMED, MeetingState.PENDING)
_form_page = require_http_methods(["GET", "HEAD", "POST"])


@operators_see("meetings")
@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """Meetings by start, from today on unless another day is asked for."""
    form = MeetingListForm(request.GET)
    asked = form.narrowing()
    zone = panel_zone()
    day: date = asked.pop("since") or clock.now().astimezone(zone).date()
    since = datetime.combine(day, time(), zone).astimezone(UTC)
    page = page_of(request, queries.list_meetings(since=since, **asked))
    return panel(
        request, "meetings.html", {"form": form, "page": page, "states": MEETING_STATES, "since": day, "zone": zone}
    )


@operators
@_form_page
def meeting_new(request: HttpRequest) -> HttpResponseBase:
    """Books a room."""
    asked = {name: request.GET[name] for name in ("room", "day") if name in request.GET}
    form = MeetingForm(posted(request), initial=asked)
    in_the_way: tuple[Meeting, ...] = ()
    if is_post(request) and form.is_valid():
        try:
            made = calendar_actions.create_meeting(values=form.cleaned_data, actor=actor_of(request), now=clock.now())
        except calendar_actions.InTheWay as error:
            in_the_way = error.meetings
            _say_taken(form)
        else:
            messages.success(request, _("The meeting is booked, and its time can't be booked by anybody else."))
            return redirect("operator-meeting", made.pk)
    return _meeting(request, form, None, in_the_way)


@operators_see("meeting")
@_form_page
def meeting(request: HttpRequest, meeting_id: str) -> HttpResponseBase:
    """One meeting, and changing it."""
    found = Meeting.objects.select_related("room__site", "user", "organization")
    thing = get_object_or_404(found, pk=meeting_id, closure=None)
    form = MeetingForm(posted(request), meeting=thing)
    in_the_way: tuple[Meeting, ...] = ()
    if is_post(request) and form.is_valid():
        try:
            calendar_actions.change_meeting(
                meeting=thing, values=form.cleaned_data, actor=actor_of(request), now=clock.now()
            )
        except calendar_actions.InTheWay as error:
            in_the_way = error.meetings
            _say_taken(form)
        except calendar_actions.NotOpen:
            messages.error(request, _("The meeting was ended meanwhile, so nothing was changed."))
            return redirect("operator-meeting", meeting_id)
        else:
            messages.success(request, _("The meeting is saved."))
            return redirect("operator-meeting", meeting_id)
    return _meeting(request, form, thing, in_the_way)


@operators
@require_POST
def meeting_cancel(request: HttpRequest, meeting_id: str) -> HttpResponseBase:
    """Ends a meeting and frees its time."""
    thing = get_object_or_404(Meeting, pk=meeting_id, closure=None)
    try:
        calendar_actions.cancel_meeting(meeting=thing, actor=actor_of(request), now=clock.now())
    except calendar_actions.NotOpen:
        messages.info(request, _("The meeting had ended already."))
    else:
        messages.success(request, _("The meeting is cancelled and its time is free. Nobody was written to."))
    return redirect("operator-meeting", meeting_id)


@operators_see("meetings")
@require_safe
def week(request: HttpRequest, room_id: str) -> HttpResponse:
    """One week of a room, by the clock of its site."""
    room = get_object_or_404(Room.objects.select_related("site"), pk=room_id)
    monday = _monday(request.GET.get("date", ""), clock.now().astimezone(room.site.zone).date())
    context: dict[str, Any] = {
        "room": room,
        "days": queries.week_of(room, monday),
        "monday": monday,
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "today": clock.now().astimezone(room.site.zone).date(),
    }
    return panel(request, "week.html", context)


@operators
@_form_page
def closures(request: HttpRequest) -> HttpResponseBase:
    """All closures, and adding one."""
    form = ClosureForm(posted(request))
    in_the_way: tuple[Meeting, ...] = ()
    if is_post(request) and form.is_valid():
        try:
            calendar_actions.create_closure(values=form.cleaned_data, actor=actor_of(request), now=clock.now())
        except calendar_actions.InTheWay as error:
            in_the_way = error.meetings
            form.add_error("first_day", _("Meetings are booked in this time. Move or cancel them first."))
        else:
            messages.success(request, _("It is closed for that time, and nobody can book it."))
            return redirect("operator-closures")
    context = {
        "form": form,
        "page": page_of(request, queries.list_closures()),
        "in_the_way": in_the_way,
        "place_of": place_of,
    }
    return panel(request, "closures.html", context, status=400 if form.errors else 200)


@operators
@require_POST
def closure_lift(request: HttpRequest, closure_id: str) -> HttpResponseBase:
    """Opens again."""
    thing = get_object_or_404(Closure.objects.select_related("site", "room"), pk=closure_id)
    try:
        calendar_actions.lift_closure(closure=thing, actor=actor_of(request), now=clock.now())
    except calendar_actions.NotOpen:
        messages.info(request, _("It was opened already."))
    else:
        messages.success(request, _("%(place)s can be booked again in that time.") % {"place": place_of(thing)})
    return redirect("operator-closures")


def _meeting(
    request: HttpRequest, form: MeetingForm, thing: Meeting | None, in_the_way: tuple[Meeting, ...]
) -> HttpResponse:
    context = {
        "form": form,
        "thing": thing,
        "is_open": thing is not None and thing.state in _OPEN,
        "states": MEETING_STATES,
        "in_the_way": in_the_way,
        "entries": queries.audit_of(thing) if thing else [],
    }
    return panel(request, "meeting.html", context, status=400 if form.errors else 200)


def _say_taken(form: MeetingForm) -> None:
    form.add_error("start", _("The room is not free at this time. Choose another time or another room."))


def _monday(written: str, today: date) -> date:
    """The Monday of the week that is asked for; this week's for a date that makes no sense."""
    try:
        day = date.fromisoformat(written) if len(written) == len("2026-01-12") else today
    except ValueError:
        day = today
    if not FIRST_DAY <= day <= LAST_DAY:
        day = today
    return day - timedelta(days=day.weekday())
