"""The pages on which people look for a room: home, and the search's results with their prices."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from bookings.availability.forms import USUAL_MINUTES
from bookings.availability.queries import Asker
from bookings.availability.search import Who, find
from bookings.availability.showing import standing_told
from bookings.catalog.directory import Directory, current_directory
from bookings.catalog.models import OFFICE_TYPE
from bookings.core.formats import duration as duration_in_words
from bookings.feeds.actions import mark_seen
from bookings.links.browser import browser_key
from bookings.links.limits import Act, wait_seconds
from bookings.links.queries import standing_of
from bookings.offers.cards import Cards
from bookings.offers.places import Places, places_of
from bookings.offers.results import Asked, Found, build_found
from bookings.offers.search_form import SearchForm
from bookings.offers.slot_prices import want_prices
from bookings.offers.sorting import Sort, label_of
from portal import clock
from portal.access import public
from portal.kept_pages import kept

# How often a page asks whether the exact prices are there by now.
MOST_TRIES = 8
# So many sites are enough for a first page; the page of all sites has the others.
_SITES_OF_HOME = 12


@public
@require_safe
@kept
def home(request: HttpRequest) -> HttpResponse:
    """The search form, some rooms that are free soon, the sites."""
    now = clock.now()
    directory = current_directory()
    places = _places(directory)
    form = SearchForm({}, now=now, places=places.names)
    form.is_valid()
    asked = Asked(form.query(), directory, Who(), now)
    found = build_found(find(asked.query, directory=directory, who=asked.who, now=now), asked, most=3)
    context = {
        **_form_context(form, places),
        "upcoming": found.fits,
        "query": asked.query,
        "cards": Cards(directory),
        **_some_sites(places),
    }
    return render(request, "offers/home.html", context)


@public
@require_safe
@kept
def search(request: HttpRequest) -> HttpResponse:
    """Every room that fits, then what comes close; 400 and the form again when the address makes no sense."""
    now = clock.now()
    directory = current_directory()
    places = _places(directory)
    form = SearchForm(request.GET.dict(), now=now, places=places.names)
    context: dict[str, Any] = {**_form_context(form, places), "found": None}
    if not form.is_valid():
        return render(request, "offers/search.html", context, status=400)
    sort = Sort(form.cleaned_data["sort"])
    asked = Asked(form.query(), directory, Who(standing_of(request), browser_key(request)), now, sort)
    result = find(asked.query, directory=directory, who=asked.who, now=now)
    found = build_found(result, asked, page=_number(request, "page"))
    mark_seen(found.shown, now=now)
    # The first look only shows. A browser that runs scripts, or a person who follows the link, looks again, and only
    # then a worker is told to ask, so that nobody who merely collects pages costs the upstream anything.
    tries = _number(request, "tries")
    is_asked = tries == 1 or _want_prices(request, found, asked)
    context |= {
        "found": found,
        "standing_told": standing_told(Asker(asked.who.standing, asked.who.browser_key), now),
        "cards": Cards(directory),
        "awaited": found.awaited(asked=is_asked),
        "is_first_look": tries == 1,
        **_addresses(request, found, sort, tries),
    }
    return render(request, "offers/search.html", context)


def _places(directory: Directory) -> Places:
    return places_of(directory, get_language() or "en")


def _form_context(form: SearchForm, places: Places) -> dict[str, Any]:
    """What the form's template needs: the fields' values as they were said, and the lists to choose from."""
    language = get_language() or "en"
    said = {name: form.data.get(name, "") for name in form.fields}
    is_office = said["type"] == OFFICE_TYPE
    minutes = set(USUAL_MINUTES)
    asked = said["duration"]
    if asked.isascii() and asked.isdigit() and 5 <= int(asked[:5]) <= 24 * 60:
        minutes.add(int(asked[:5]))
    return {
        "search_form": form,
        "said": said,
        "place_options": places.options(said["site"]),
        "durations": [(str(one), duration_in_words(one, language)) for one in sorted(minutes)],
        "is_office": is_office,
        "orders": [(one.value, label_of(one, is_office=is_office)) for one in Sort],
    }


def _some_sites(places: Places) -> dict[str, Any]:
    """The countries with their first sites, as many as a first page bears, and how many there are in all."""
    left = _SITES_OF_HOME
    shown = []
    for country, sites in places.groups:
        if left <= 0:
            break
        shown.append((country, sites[:left]))
        left -= len(sites)
    return {"countries": shown, "more_sites": sum(len(sites) for _, sites in places.groups) if left < 0 else 0}


def _want_prices(request: HttpRequest, found: Found, asked: Asked) -> bool:
    """Has a worker been asked for the prices that nobody knows? Somebody who searches very often doesn't ask."""
    if not found.wanting or wait_seconds(request, Act.ASK_PRICE):
        return False
    return want_prices(slots=found.wanting, people=asked.query.people, now=asked.now) > 0


def _number(request: HttpRequest, name: str) -> int:
    """A number of the address, from 1; 1 when it makes no sense."""
    said = request.GET.get(name, "")
    return max(1, int(said)) if said.isascii() and said.isdigit() and len(said) < 6 else 1


def _addresses(request: HttpRequest, found: Found, sort: Sort, tries: int) -> dict[str, Any]:
    """The addresses around this one: other orders, other pages, and the one to ask for exact prices again."""
    is_office = request.GET.get("type") == OFFICE_TYPE
    return {
        "sorts": [
            (label_of(one, is_office=is_office), _address(request, sort=one.value, page=None), one is sort)
            for one in Sort
        ],
        "earlier": _address(request, page=str(found.page - 1)) if found.page > 1 else "",
        "later": _address(request, page=str(found.page + 1)) if found.last < found.count else "",
        "again": _address(request, tries=str(tries + 1)) if tries < MOST_TRIES else "",
    }


def _address(request: HttpRequest, **changes: str | None) -> str:
    """This very search with some of it changed; what is None is left out."""
    said = request.GET.copy()
    for name, value in {"tries": None, **changes}.items():
        if value is None:
            said.pop(name, None)
        else:
            said[name] = value
    return f"?{said.urlencode()}"
