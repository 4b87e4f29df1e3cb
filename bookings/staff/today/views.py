"""The first page."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from bookings.audit.vocabulary import Subject
from bookings.staff.limits import acting_member
from bookings.staff.pages import panel
from bookings.staff.queries import panel_zone
from bookings.staff.today.forms import DayForm
from bookings.staff.today.queries import MOST_ARRIVALS, inbox, list_arrivals, upstream
from portal import clock
from portal.access import Role, staff_from


@staff_from(Role.VIEWER, shows=Subject.TO_DO)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Who comes, what needs a person, and how the portal is."""
    member, now = acting_member(request), clock.now()
    form = DayForm(request.GET)
    form.is_valid()
    day: date | None = form.cleaned_data.get("day")
    site: str = form.cleaned_data.get("site", "")
    today = now.astimezone(panel_zone()).date()
    shown = day or today
    context = {
        "arrivals": list_arrivals(member, day=day, site=site, now=now),
        "most": MOST_ARRIVALS,
        "site": site,
        "shown": shown,
        "today": today,
        "before": shown - timedelta(days=1),
        "after": shown + timedelta(days=1),
        "inbox": inbox(member, now=now),
        "upstream": upstream(),
    }
    return panel(request, "today/page.html", context)
