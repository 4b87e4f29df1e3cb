"""The feeds, and the settings."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.audit.actions import acting, record_act
from bookings.audit.vocabulary import Act, Subject
from bookings.catalog.models import OperatorSettings
from bookings.catalog.queries import forget_operator_settings
from bookings.feeds.actions import refresh_feed
from bookings.feeds.models import Feed
from bookings.staff import queries
from bookings.staff.forms import OperatorForm
from bookings.staff.limits import acting_member, visible_to
from bookings.staff.pages import page_of, panel
from portal import clock
from portal.access import Role, staff, staff_from
from portal.workways.connect import workways


@staff
@require_safe
def feeds(request: HttpRequest) -> HttpResponse:
    """How well each room's calendar is known."""
    return panel(request, "feeds.html", {"page": page_of(request, queries.list_feeds(acting_member(request)))})


@staff_from(Role.FRONT_DESK, act=Act.CALENDAR_READ)
@require_POST
def feed_refresh(request: HttpRequest, feed_id: int) -> HttpResponseBase:
    """Reads one room's calendar now."""
    feed = get_object_or_404(visible_to(acting_member(request), Feed.objects.select_related("room__site")), pk=feed_id)
    record_act(request, Act.CALENDAR_READ, Subject.CALENDAR, feed.room.workways_id)
    if refresh_feed(feed=feed, client=workways(), now=clock.now()):
        messages.success(request, _("The calendar of %(room)s was read just now.") % {"room": feed.room})
    else:
        feed.refresh_from_db()
        reason = feed.failure_in_words or _("No reason was given.")
        sentence = _("The calendar of %(room)s could not be read. %(reason)s The last good one is kept.")
        messages.error(request, sentence % {"room": feed.room, "reason": reason})
    return redirect("staff-feeds")


@staff_from(Role.MANAGER, all_sites=True, act=Act.SETTINGS_CHANGED)
@require_http_methods(["GET", "HEAD", "POST"])
def operator(request: HttpRequest) -> HttpResponseBase:
    """Who runs the portal, and how prices are worded."""
    kept = OperatorSettings.objects.first() or OperatorSettings()
    form = OperatorForm(request.POST if request.method == "POST" else None, instance=kept)
    if request.method == "POST" and form.is_valid():
        with acting(request, Act.SETTINGS_CHANGED, Subject.PORTAL) as deed:
            form.save()
            deed.details["fields"] = sorted(form.changed_data)
        forget_operator_settings()
        messages.success(request, _("The settings are saved."))
        return redirect("staff-settings")
    return panel(request, "settings.html", {"form": form}, status=400 if form.errors else 200)
