"""The figures' page, and each chart's file."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bookings.staff.csv_files import csv_response
from bookings.staff.figures import queries
from bookings.staff.figures.charts import LEAD_LIMITS, Chart, Charts, HeatMap
from bookings.staff.figures.forms import FiguresForm
from bookings.staff.figures.queries import Asked
from bookings.staff.figures.ranges import Preset, days_of
from bookings.staff.limits import acting_member
from bookings.staff.pages import panel
from bookings.staff.queries import panel_zone
from portal import clock
from portal.access import staff

PRESETS = {
    Preset.WEEK: _("7 days"),
    Preset.DAYS_30: _("30 days"),
    Preset.DAYS_90: _("90 days"),
    Preset.THIS_MONTH: _("This month"),
    Preset.LAST_MONTH: _("Last month"),
    Preset.YEAR: _("12 months"),
}
# What each chart's file needs to read.
FILES: dict[str, Callable[[Charts, Asked], Chart | HeatMap]] = {
    "sites": lambda charts, asked: charts.sites(queries.rooms(asked)),
    "rooms": lambda charts, asked: charts.rooms(queries.rooms(asked)),
    "hours": lambda charts, asked: charts.heat_map(queries.hours(asked)),
    "steps": lambda charts, asked: charts.steps(queries.pages(asked), queries.fates(asked, LEAD_LIMITS)),
    "lead": lambda charts, asked: charts.lead(queries.fates(asked, LEAD_LIMITS)),
    "refusals": lambda charts, asked: charts.refusals(queries.fates(asked, LEAD_LIMITS)),
    "mails": lambda charts, asked: charts.mails(queries.mails(asked)),
}


@staff
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """All charts for the days and the site that the address names."""
    return _page(request, *_asked(request))


@staff
@require_safe
def file(request: HttpRequest) -> HttpResponseBase:
    """One chart's numbers for a spreadsheet; the page when the address makes no sense."""
    form, asked = _asked(request)
    chart = FILES.get(request.GET.get("chart", ""))
    if not form.is_valid() or chart is None:
        return _page(request, form, asked, status=400)
    drawn = chart(Charts("en"), asked)
    name = f"{drawn.name}-{asked.first:%Y-%m-%d}-{asked.last:%Y-%m-%d}"
    return csv_response(name, drawn.file_header, drawn.file_rows)


def _asked(request: HttpRequest) -> tuple[FiguresForm, Asked]:
    member = acting_member(request)
    today = clock.now().astimezone(panel_zone()).date()
    form = FiguresForm(request.GET.dict(), sites=queries.list_sites(member), today=today)
    return form, Asked(member, *form.wanted())


def _page(request: HttpRequest, form: FiguresForm, asked: Asked, *, status: int = 200) -> HttpResponse:
    charts = Charts(get_language() or "en")
    shares, fates = queries.rooms(asked), queries.fates(asked, LEAD_LIMITS)
    today = clock.now().astimezone(panel_zone()).date()
    context: dict[str, Any] = {
        "form": form,
        "asked": asked,
        "presets": [(name, *days_of(preset, today)) for preset, name in PRESETS.items()],
        "occupancy": [charts.rooms(shares)] if asked.site else [charts.sites(shares), charts.rooms(shares)],
        "heat_map": charts.heat_map(queries.hours(asked)),
        "others": [
            charts.steps(queries.pages(asked), fates),
            charts.refusals(fates),
            charts.lead(fates),
            charts.mails(queries.mails(asked)),
        ],
    }
    return panel(request, "figures/page.html", context, status=400 if form.errors else status)
