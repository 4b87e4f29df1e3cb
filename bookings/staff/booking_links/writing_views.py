"""Writing a link, up to the preview: where it leads, on the same calendar as the public pages, and who gets it."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bookings.audit.actions import acting
from bookings.audit.vocabulary import Act, Subject
from bookings.availability.asked import Asked, slot_query, week_query
from bookings.availability.forms import read_slot_form
from bookings.availability.fresh import CALENDAR_PART, unless_unchanged
from bookings.availability.hours import start_key
from bookings.availability.queries import Asker, build_rules, chosen_slot, nearby_slots
from bookings.availability.sentences import explain
from bookings.availability.showing import TEMPLATES, in_view, show, views_of
from bookings.booking_requests.models import BookingRequest
from bookings.catalog.models import Room
from bookings.catalog.queries import list_countries
from bookings.core.answers import Blocked
from bookings.core.timespan import TimeSpan
from bookings.inviting.actions import Wish, hold_key, prepare
from bookings.inviting.errors import MovedMeanwhile
from bookings.inviting.models import Invitation
from bookings.inviting.states import Step
from bookings.offers.queries import price_of
from bookings.staff.booking_links import queries
from bookings.staff.booking_links.forms import RoomLinkForm, SearchLinkForm
from bookings.staff.limits import acting_member, visible_to
from bookings.staff.pages import actor_of, panel
from bookings.staff.queries import panel_zone
from portal import clock
from portal.access import Role, staff_from

# What htmx may ask a part of the page for, by the element that it will replace.
_PARTS = {"div#choose": "staff/booking_links/_choose.html", "section#booking": "staff/booking_links/_slot.html"}
_WHEN = ("date", "start", "duration", "people")


@staff_from(Role.FRONT_DESK)
@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """Where should the link lead? A room of a site, or a search."""
    member = acting_member(request)
    sites = queries.list_sites(member)
    wanted = request.GET.get("site", "")
    site = next((one for one in sites if one.workways_id == wanted), sites[0] if len(sites) == 1 else None)
    rooms = queries.list_rooms(member, site) if site else []
    return panel(request, "booking_links/new.html", {"sites": sites, "site": site, "rooms": rooms})


@staff_from(Role.FRONT_DESK, act=Act.LINK_PREPARED)
@require_http_methods(["GET", "HEAD", "POST"])
def to_room(request: HttpRequest, room_id: str) -> HttpResponseBase:
    """A link to a room; the address may name a time, as on the room's own page."""
    room = queries.find_room(acting_member(request), room_id)
    if room is None:
        raise Http404("No such room.")
    return _write_room(request, room, {}, {}, None)


@staff_from(Role.FRONT_DESK, act=Act.LINK_PREPARED, shows=Subject.REQUEST)
@require_http_methods(["GET", "HEAD", "POST"])
def for_request(request: HttpRequest, reference: str) -> HttpResponseBase:
    """A link to the person of a request, for its room and time if they can still be had."""
    member = acting_member(request)
    requests = visible_to(member, BookingRequest.objects.select_related("room__site"))
    booking = get_object_or_404(requests, reference=reference)
    room = queries.find_room(member, booking.room.workways_id)
    if room is None:
        messages.error(request, _("The room of this request is no longer offered. Choose another one."))
        return redirect("staff-booking-link-new")
    person = {"email": booking.email, "name": booking.name, "language": booking.language}
    when = _when(booking.span if booking.start > clock.now() else None, room, booking.people)
    return _write_room(request, room, when, person, None)


@staff_from(Role.FRONT_DESK, act=Act.LINK_PREPARED)
@require_http_methods(["GET", "HEAD", "POST"])
def to_search(request: HttpRequest) -> HttpResponseBase:
    """A link to a search that is filled in."""
    return _write_search(request, {}, None)


@staff_from(Role.FRONT_DESK, act=Act.LINK_PREPARED, shows=Subject.BOOKING_LINK)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, reference: str) -> HttpResponseBase:
    """What was prepared, once more; a link that was sent stays as it is."""
    member = acting_member(request)
    draft = queries.find_link(member, reference)
    if draft is None:
        raise Http404("No such link.")
    if draft.step != Step.DRAFT:
        return redirect("staff-booking-link", draft.reference)
    initial: dict[str, Any] = {
        "email": draft.email,
        "name": draft.name,
        "language": draft.language,
        "note": draft.note,
        "life": draft.life_hours,
        "wants_hold": draft.wants_hold,
        "renews_itself": draft.renews_itself,
    }
    if draft.room is not None:
        room = queries.find_room(member, draft.room.workways_id)
        if room is None:
            return redirect("staff-booking-link", draft.reference)
        return _write_room(request, room, _when(draft.span, room, draft.people), initial, draft)
    place = f"site:{draft.site.workways_id}" if draft.site else f"country:{draft.country}"
    initial |= {"place": place, "date": draft.day, "duration": draft.minutes or "", "people": draft.people}
    return _write_search(request, initial, draft)


def _when(span: TimeSpan | None, room: Room, people: int) -> dict[str, str]:
    """A time as the address of a room's page names it."""
    if span is None:
        return {"people": str(people)}
    zone = room.site.zone
    return {
        "date": span.start.astimezone(zone).date().isoformat(),
        "start": start_key(span.start, zone),
        "duration": str(span.minutes),
        "people": str(people),
    }


def _write_room(
    request: HttpRequest, room: Room, when: dict[str, str], initial: dict[str, Any], draft: Invitation | None
) -> HttpResponseBase:
    now = clock.now()
    today = now.astimezone(room.site.zone).date()
    initial = {"language": (get_language() or "en")[:2], "life": "72", **initial}
    if request.method != "POST":
        return _room_page(
            request, room, request.GET.dict() or when, RoomLinkForm(room=room, today=today, initial=initial), draft
        )
    form = RoomLinkForm(request.POST, room=room, today=today)
    shown = {name: str(request.POST.get(name, "")) for name in _WHEN}
    if not form.is_valid():
        return _room_page(request, room, shown, form, draft, status=400)
    said = form.cleaned_data
    wish = Wish(
        **_recipient(said),
        room=room,
        span=form.span,
        people=said["people"],
        zone_name=room.site.zone_name,
        day=None if form.span else said["date"],
        minutes=None if form.span else said["duration"],
        wants_hold=said["wants_hold"],
    )
    return _keep(request, wish, draft)


def _write_search(request: HttpRequest, initial: dict[str, Any], draft: Invitation | None) -> HttpResponseBase:
    member, language = acting_member(request), (get_language() or "en")[:2]
    zone = panel_zone()
    form = SearchLinkForm(
        request.POST if request.method == "POST" else None,
        sites=queries.list_sites(member),
        countries=list_countries(language) if member.sites is None else [],
        today=clock.now().astimezone(zone).date(),
        language=language,
        initial={"language": language, "life": "72", **initial},
    )
    if not form.is_valid():
        context = {"form": form, "draft": draft}
        return panel(request, "booking_links/search.html", context, status=400 if form.errors else 200)
    said = form.cleaned_data
    wish = Wish(
        **_recipient(said),
        site=form.site,
        country=form.country,
        people=said["people"],
        zone_name=form.site.zone_name if form.site else zone.key,
        day=said["date"],
        minutes=said["duration"],
    )
    return _keep(request, wish, draft)


def _recipient(said: dict[str, Any]) -> dict[str, Any]:
    kept = {name: said[name] for name in ("email", "name", "language", "note", "renews_itself")}
    return {**kept, "life_hours": said["life"]}


def _keep(request: HttpRequest, wish: Wish, draft: Invitation | None) -> HttpResponseBase:
    """Keeps what was written and goes on to the preview."""
    try:
        with acting(request, Act.LINK_PREPARED, Subject.BOOKING_LINK) as deed:
            kept = prepare(wish=wish, by=actor_of(request), now=clock.now(), draft=draft)
            deed.reference = kept.reference
    except MovedMeanwhile:
        messages.error(request, _("This link was sent or thrown away meanwhile, so nothing was changed."))
        return redirect("staff-booking-links")
    return redirect("staff-booking-link", kept.reference)


def _room_page(
    request: HttpRequest,
    room: Room,
    data: dict[str, str],
    form: RoomLinkForm,
    draft: Invitation | None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The calendar, what was chosen in it, and the form; only a part of it when htmx asks for one."""
    context = {**_calendar(room, data, draft), "form": form, "draft": draft, "calendar_path": request.path}
    target = request.htmx.target or ""  # type: ignore[attr-defined]
    is_fresh_part = target == CALENDAR_PART
    template = context["calendar_template"] if is_fresh_part else _PARTS.get(target, "")
    status = 400 if status == 400 or not context["slot_form"].is_valid() else status
    if template:
        response = render(request, template, context, status=status)
        response["Cache-Control"] = "no-store"
    else:
        response = panel(request, "booking_links/room.html", context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return unless_unchanged(request, response) if is_fresh_part else response


def _calendar(room: Room, data: dict[str, str], draft: Invitation | None) -> dict[str, Any]:
    """The room's calendar as the public page shows it; the time that a draft speaks of is nobody's yet."""
    now, language = clock.now(), get_language() or "en"
    room_rules = build_rules(room)
    today = now.astimezone(room_rules.zone).date()
    slot_form = read_slot_form(data, rules=room_rules, today=today, language=language)
    day, key, minutes, people = slot_form.wanted()
    asker = Asker(browser_key=hold_key(draft) if draft else "", people=people)
    choice = _choice(room, (day, key, minutes), asker, now) if day and key else None
    asked = Asked(minutes, people, price_of(room, minutes), choice["span"] if choice else None)
    shown = show(slot_form.wanted_view, room, day, asked, asker=asker, now=now, language=language)
    return {
        "room": room,
        "slot_form": slot_form.showing(shown.day),
        "calendar": shown.calendar,
        "calendar_template": TEMPLATES[shown.view],
        "view": shown.view,
        "views": views_of(shown.day, key if choice else "", asked),
        "next_free": shown.next_free,
        "asked": asked,
        "choice": choice,
        "day": shown.day,
        "start_key": key if choice else "",
        "standing_told": None,
        "slot_query": lambda *words: in_view(slot_query(*words), shown.view),
        "week_query": week_query,
        "now": now,
    }


def _choice(room: Room, asked: tuple[dt.date, str, int], asker: Asker, now: dt.datetime) -> dict[str, Any]:
    """The time that was chosen, whether it can be had, and what is near when it can't."""
    day, key, minutes = asked
    span, answer = chosen_slot(room, day, key, minutes, asker=asker, now=now)
    is_blocked = span is None or isinstance(answer, Blocked)
    return {
        "day": day,
        "span": span,
        "is_blocked": is_blocked,
        "explanation": explain(answer, zone=room.site.zone, start=span.start if span else None),
        "nearby": nearby_slots(room, span, asker=asker, now=now) if span and is_blocked else [],
    }
