"""The pages on which people look for a room: home, and the search's results with their prices."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from bookings.availability.forms import SearchForm
from bookings.availability.search import SearchQuery, SearchResult, find
from bookings.catalog.models import OFFICE_TYPE
from bookings.catalog.pages import sites_by_country
from bookings.catalog.queries import list_sites
from bookings.core.answers import Standing
from bookings.feeds.actions import mark_shown
from bookings.links.browser import browser_key
from bookings.links.queries import standing_of
from bookings.offers.results import Found, build_found
from portal import clock
from portal.access import public
from portal.kept_pages import kept


@public
@require_safe
@kept
def home(request: HttpRequest) -> HttpResponse:
    """The search form, some rooms that are free soon, the sites."""
    now = clock.now()
    sites = list_sites()
    form = _search_form({}, sites, now)
    form.is_valid()
    result = find(_query(form), standing=Standing.UNKNOWN, browser_key="", now=now)
    context = {
        "search_form": form,
        "upcoming": build_found(result, now=now, most=3).fits,
        "query": result.query,
        "countries": sites_by_country(sites),
    }
    return render(request, "offers/home.html", context)


@public
@require_safe
@kept
def search(request: HttpRequest) -> HttpResponse:
    """Every room that fits, then those that nearly do; 400 and the form again when the address makes no sense."""
    now = clock.now()
    form = _search_form(request.GET.dict(), list_sites(), now)
    if not form.is_valid():
        return render(request, "offers/search.html", {"search_form": form, "found": None}, status=400)
    query = _query(form)
    result = find(query, standing=standing_of(request), browser_key=browser_key(request), now=now)
    _mark_looked_at(result, now)
    found = build_found(result, now=now, page=_page(request))
    return render(request, "offers/search.html", {"search_form": form, "found": found, **_pages(request, found)})


def _page(request: HttpRequest) -> int:
    """Which page of the results the address names, from 1; the first when it makes no sense."""
    said = request.GET.get("page", "")
    return max(1, int(said)) if said.isascii() and said.isdigit() and len(said) < 6 else 1


def _pages(request: HttpRequest, found: Found) -> dict[str, str]:
    """The addresses of the pages around, "" where there is none."""

    def query(page: int) -> str:
        said = request.GET.copy()
        said["page"] = str(page)
        return f"?{said.urlencode()}"

    return {
        "earlier": query(found.page - 1) if found.page > 1 else "",
        "later": query(found.page + 1) if found.last < found.count else "",
    }


def _search_form(data: dict[str, str], sites: list[Any], now: dt.datetime) -> SearchForm:
    countries = [country for country, _sites in sites_by_country(sites)]
    return SearchForm(data, now=now, language=get_language() or "en", countries=countries, sites=sites)


def _query(form: SearchForm) -> SearchQuery:
    said = form.cleaned_data
    return SearchQuery(
        date=said["date"],
        country=said["country"],
        site=said["site"],
        start=said["start"],
        duration_minutes=said["duration"],
        people=said["people"],
        type=said["type"],
    )


def _mark_looked_at(result: SearchResult, now: dt.datetime) -> None:
    if result.query.type != OFFICE_TYPE:
        mark_shown(rooms=[one.room for one in result.fits] + [one.room for one in result.nearly], now=now)
