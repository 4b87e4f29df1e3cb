"""The cockpit, and each room's calendar."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from bookings.audit.actions import record_act
from bookings.audit.vocabulary import Act, Subject
from bookings.availability.rules import STALE_AFTER
from bookings.catalog.actions import refresh_catalog
from bookings.feeds.actions import refresh_feed
from bookings.feeds.models import Feed
from bookings.staff.limits import acting_member, visible_to
from bookings.staff.moments import call_in_words
from bookings.staff.pages import page_of, panel
from bookings.staff.queries import list_feeds
from bookings.staff.upstream.forms import SPANS, CalendarsForm
from bookings.staff.upstream.queries import FeedHealth, list_calendars, read_standing
from bookings.upstream_calls.queries import endpoint_health
from portal import clock
from portal.access import Role, staff, staff_from
from portal.workways.connect import workways

_SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}


@staff
@require_safe
def cockpit(request: HttpRequest) -> HttpResponse:
    """How the portal stands with Workways: endpoints, catalog, calendars, and who is left alone for now."""
    now = clock.now()
    span = request.GET.get("span", "")
    span = span if span in _SPANS else "hour"
    context = {
        "standing": read_standing(acting_member(request), now=now),
        "endpoints": endpoint_health(span=_SPANS[span], now=now),
        "span": span,
        "spans": SPANS,
        "healths": dict(FeedHealth.choices),
        "call_in_words": call_in_words,
    }
    return panel(request, "upstream/cockpit.html", context)


@staff_from(Role.MANAGER, all_sites=True, act=Act.CATALOG_READ)
@require_POST
def catalog_read(request: HttpRequest) -> HttpResponseBase:
    """Reads sites and rooms of Workways now."""
    record_act(request, Act.CATALOG_READ, Subject.PORTAL)
    result = refresh_catalog(client=workways(), now=clock.now())
    if result.failure:
        sentence = _("The catalog could not be read: %(reason)s What was known before is kept.")
        messages.error(request, sentence % {"reason": _full_stop(result.failure)})
    else:
        rooms = result.changes.rooms
        changed = len({*rooms.added, *rooms.changed, *rooms.vanished, *rooms.returned})
        sentence = ngettext(
            "The catalog was read just now; %(n)s room changed.",
            "The catalog was read just now; %(n)s rooms changed.",
            changed,
        )
        messages.success(request, sentence % {"n": changed})
    return redirect("staff-upstream")


@staff
@require_safe
def feeds(request: HttpRequest) -> HttpResponse:
    """How well each room's calendar is known."""
    member = acting_member(request)
    form = CalendarsForm(request.GET, member=member)
    now = clock.now()
    rows = list_calendars(member, **form.narrowing(), now=now)
    context = {"form": form, "page": page_of(request, rows), "stale_before": now - STALE_AFTER}
    return panel(request, "upstream/calendars.html", context)


@staff
@require_safe
def feed(request: HttpRequest, feed_id: int) -> HttpResponse:
    """One room's calendar: how its last readings went, and the events that could not be read."""
    found = get_object_or_404(list_feeds(acting_member(request)), pk=feed_id)
    rejected = list(found.rejected.order_by("pk"))
    context = {"feed": found, "rejected": rejected, "stale_before": clock.now() - STALE_AFTER}
    return panel(request, "upstream/calendar.html", context)


@staff_from(Role.FRONT_DESK, act=Act.CALENDAR_READ)
@require_POST
def feed_refresh(request: HttpRequest, feed_id: int) -> HttpResponseBase:
    """Reads one room's calendar now."""
    found = get_object_or_404(visible_to(acting_member(request), Feed.objects.select_related("room__site")), pk=feed_id)
    record_act(request, Act.CALENDAR_READ, Subject.CALENDAR, found.room.workways_id)
    if refresh_feed(feed=found, client=workways(), now=clock.now()):
        messages.success(request, _("The calendar of %(room)s was read just now.") % {"room": found.room})
    else:
        found.refresh_from_db()
        reason = found.failure_in_words or _("No reason was given.")
        sentence = _("The calendar of %(room)s could not be read. %(reason)s The last good one is kept.")
        messages.error(request, sentence % {"room": found.room, "reason": reason})
    return redirect("staff-feeds")


def _full_stop(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
