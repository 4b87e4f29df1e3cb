"""Looking at places: the list, one place with both sides' words, and as a visitor sees it."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings.availability.holiday_days import COUNTRIES
from bookings.booking_requests.room_views import render_room
from bookings.catalog.models import Room
from bookings.catalog.pages import country_name
from bookings.catalog.views import render_site
from bookings.staff.limits import acting_member
from bookings.staff.pages import page_of, panel
from bookings.staff.places import queries
from bookings.staff.places.fields import groups_of
from bookings.staff.places.forms import ClosureForm, HolidaysForm, PictureForm, RoomForm, SiteForm, WordsForm
from bookings.staff.places.kinds import Kind, Place, find_place, may_change, may_order
from portal import clock
from portal.access import staff


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that was sent and needs another look, in place of a fresh one."""

    form: SiteForm | RoomForm | None = None
    picture: PictureForm | None = None
    closure: ClosureForm | None = None
    holidays: HolidaysForm | None = None

    @property
    def status(self) -> int:
        """400 when there is one."""
        return 400 if self.form or self.picture or self.closure or self.holidays else 200


NOTHING = Typed()


@staff
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """All sites by country, and rooms by their name."""
    member = acting_member(request)
    form = WordsForm(request.GET)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    page = page_of(request, queries.list_sites(member))
    context = {
        "form": form,
        "page": page,
        "country_name": country_name,
        "found": queries.find_rooms(member, words) if words else [],
        "words": words,
        "may_order": may_order(request, Kind.SITE),
    }
    return panel(request, "places/list.html", context)


@staff
@require_safe
def place(request: HttpRequest, kind: Kind, place_id: str) -> HttpResponse:
    """One site or room: what visitors see, whose word that is, and when it is closed."""
    return show(request, find_place(request, kind, place_id))


@staff
@require_safe
def preview(request: HttpRequest, kind: Kind, place_id: str) -> HttpResponse:
    """The public page as it would be for a visitor, also while the place is hidden."""
    found = find_place(request, kind, place_id)
    is_hidden = not found.row.is_listed
    # Only these values in memory are changed, so that the page is made as if the place were shown.
    found.row.is_hidden = found.site.is_hidden = False
    sentence = _("This is how visitors will see it; at the moment it is hidden.")
    messages.info(request, sentence if is_hidden else _("This is how visitors see it."))
    if isinstance(found.row, Room):
        response = render_room(request, found.row)
    else:
        response = render_site(request, found.row, [one for one in queries.list_rooms(found.row) if not one.is_hidden])
    response["Cache-Control"] = "no-store"
    return response


def show(request: HttpRequest, found: Place, typed: Typed = NOTHING) -> HttpResponse:
    """The page of a place, with the form that was sent and needs another look. At most six queries."""
    now = clock.now()
    today = now.astimezone(found.site.zone).date()
    form = typed.form or place_form(found)
    context: dict[str, Any] = {
        "place": found,
        "row": found.row,
        "site": found.site,
        "form": form,
        "groups": groups_of(found.row, form),
        "picture_form": typed.picture or PictureForm(),
        "closure_form": typed.closure or ClosureForm(site=found.site, now=now),
        "closures": queries.list_closures(found, today),
        "holidays_form": None,
        "rooms": [],
        "country": country_name(found.site),
        "zones": sorted(available_timezones()),
        "site_zone": found.site.zone,
        "may_change": may_change(request),
        "may_order": may_order(request, Kind.ROOM),
    }
    if found.room is None:
        context["rooms"] = queries.list_rooms(found.site)
        if found.site.country_code in COUNTRIES:
            context["holidays_form"] = typed.holidays or holidays_form(found)
    return panel(request, "places/place.html", context, status=typed.status)


def place_form(found: Place, data: Any = None) -> SiteForm | RoomForm:
    """The form for our words about a place."""
    return RoomForm(data, instance=found.row) if isinstance(found.row, Room) else SiteForm(data, instance=found.row)


def holidays_form(found: Place, data: Any = None) -> HolidaysForm:
    """The form for a site's holidays."""
    today = clock.now().astimezone(found.site.zone).date()
    initial = {"holidays_on": found.site.holidays_on, "open_days": found.site.holidays_open.split()}
    return HolidaysForm(data, choices=queries.holiday_choices(found.site, today), initial=initial)
