"""Pages of the catalog: home, the sites, a site; and the error pages."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.http import require_safe

from bookings.catalog import queries
from bookings.catalog.models import Room, Site
from bookings.catalog.pages import country_name, sites_by_country
from portal import clock
from portal.access import public
from portal.kept_pages import kept


@public
@require_safe
@kept
def sites(request: HttpRequest) -> HttpResponse:
    """Every site, by country."""
    return render(request, "catalog/sites.html", {"countries": sites_by_country(queries.list_sites())})


@public
@require_safe
@kept
def site(request: HttpRequest, site_id: str) -> HttpResponse:
    """One site and its rooms."""
    found = queries.find_site(site_id)
    if found is None:
        raise Http404("No such site.")
    return render_site(request, found, queries.list_rooms(site=found))


def render_site(request: HttpRequest, found: Site, rooms: list[Room]) -> HttpResponse:
    """The page of a site with these rooms, whose pictures are read along."""
    context = {
        "site": found,
        "country_name": country_name(found),
        "meeting_rooms": [room for room in rooms if room.is_meeting_room],
        "offices": [room for room in rooms if room.is_office],
        "now": clock.now(),
    }
    return render(request, "catalog/site.html", context)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such page: 404."""
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not for this person: 403."""
    return render(request, "403.html", status=403)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the token that our own pages put into it: 403."""
    return render(request, "403.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that can't be understood: 400."""
    return render(request, "400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our own failure: 500. The page asks nothing of the database, which may be what failed."""
    return HttpResponse(get_template("500.html").render({"reference": getattr(request, "id", "")}), status=500)
