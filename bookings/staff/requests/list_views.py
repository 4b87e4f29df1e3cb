"""The list of requests, and the files of exactly what it shows."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from bookings.audit.vocabulary import Subject
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.pages import PAGES
from bookings.staff.csv_files import csv_response
from bookings.staff.limits import acting_member
from bookings.staff.pages import page_of, panel
from bookings.staff.queries import panel_zone
from bookings.staff.requests.forms import RequestListForm, ViewForm, query_of
from bookings.staff.requests.ics_files import ics_response
from bookings.staff.requests.queries import (
    MOST_SHOWN,
    list_requests,
    list_rooms,
    list_sites,
    list_views,
    load_requests,
    with_company,
)
from portal import clock
from portal.access import Role, staff_from

MOODS = {state.value: page.mood for state, page in PAGES.items()}
_AT_ONCE = 1000
_COLUMNS = (
    "reference",
    "state",
    "site",
    "room",
    "start",
    "end",
    "zone",
    "people",
    "price_minor",
    "name",
    "email",
    "company",
    "subject",
    "begun_at",
    "booked_at",
    "handled_at",
    "workways_id",
)


@staff_from(Role.VIEWER, shows=Subject.REQUESTS)
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """The requests that fit, the newest first."""
    return show_list(request)


def show_list(request: HttpRequest, *, view_form: ViewForm | None = None) -> HttpResponse:
    """The list, with the form of a saved view that needs another look."""
    member, form = acting_member(request), list_form(request)
    page: Any = page_of(
        request, list_requests(member, form.narrowing(panel_zone())).values_list("pk", flat=True), most=MOST_SHOWN
    )
    page.object_list = load_requests(page.object_list)
    context = {
        "form": form,
        "page": page,
        "moods": MOODS,
        "views": list_views(member),
        "query_of": query_of,
        "view_form": view_form or ViewForm(),
        "most": MOST_SHOWN,
    }
    return panel(request, "requests/list.html", context, status=200 if view_form is None else 400)


@staff_from(Role.MANAGER, exports=Subject.REQUESTS)
@require_safe
def export_csv(request: HttpRequest) -> HttpResponseBase:
    """All requests that fit, as a table with names and addresses."""
    return csv_response(f"requests-{clock.now():%Y-%m-%d}", _COLUMNS, _cells(_rows(request)))


@staff_from(Role.FRONT_DESK, exports=Subject.REQUESTS)
@require_safe
def export_ics(request: HttpRequest) -> HttpResponseBase:
    """All requests that fit, as a calendar without names and addresses."""
    return ics_response(f"requests-{clock.now():%Y-%m-%d}", _rows(request), now=clock.now())


def list_form(request: HttpRequest) -> RequestListForm:
    """The list's form as the address fills it. Two queries at most."""
    member, site = acting_member(request), request.GET.get("site", "")
    return RequestListForm(request.GET, sites=list_sites(member), rooms=list_rooms(member, site))


def _rows(request: HttpRequest) -> Iterator[Any]:
    """What the list's address shows, however many, read a thousand at a time."""
    found = list_requests(acting_member(request), list_form(request).narrowing(panel_zone()))
    return with_company(found).iterator(chunk_size=_AT_ONCE)


def _cells(rows: Iterator[BookingRequest]) -> Iterator[tuple[object, ...]]:
    """Times are UTC, and the words are those of the database, so that a file means the same in every language."""
    for row in rows:
        yield (
            row.reference,
            row.state,
            row.room.site.name,
            row.room.public_name,
            row.start.isoformat(),
            row.end.isoformat(),
            row.zone_name,
            row.people,
            _or_nothing(row.price_minor),
            row.name,
            row.email,
            _or_nothing(getattr(row, "company", None)),
            row.subject,
            row.created_at.isoformat(),
            row.booked_at.isoformat() if row.booked_at else "",
            row.handled_at.isoformat() if row.handled_at else "",
            row.workways_id,
        )


def _or_nothing(value: object) -> object:
    return "" if value is None else value
