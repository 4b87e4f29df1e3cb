"""The pages on which people look for free time: home, search results, a room."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bookings.catalog.queries import find_room
from portal.access import public


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The search form and the sites."""
    return render(request, "availability/home.html")


@public
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Every room that fits, then those that nearly do."""
    return render(request, "availability/search.html")


@public
@require_safe
def room(request: HttpRequest, room_id: str) -> HttpResponse:
    """A room: what it is, when it is free, and the slot that was chosen."""
    found = find_room(room_id)
    if found is None:
        raise Http404("No such room.")
    return render(request, "availability/room.html", {"room": found})
