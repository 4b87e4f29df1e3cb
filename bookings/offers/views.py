"""The fragments that show what exactly a slot or an office costs."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bookings.catalog.queries import find_room
from bookings.links.limits import Act, wait_seconds
from bookings.offers.forms import PriceForm
from bookings.offers.queries import catalog_offer, catalog_rent, exact_price, exact_rent
from portal import clock
from portal.access import public


@public
@require_safe
def price(request: HttpRequest, room_id: str) -> HttpResponse:
    """The price of a slot for a number of people, exact if the upstream tells it in time.

    Somebody who asks very often gets the catalog's price, so that nobody can use up the upstream's quota.
    """
    room = find_room(room_id)
    if room is None or not room.is_meeting_room:
        raise Http404("No such room with prices by the hour.")
    now = clock.now()
    form = PriceForm(request.GET, room=room, now=now)
    if not form.is_valid():
        errors = [sentence for sentences in form.errors.values() for sentence in sentences]
        response = render(request, "offers/_price.html", {"room": room, "offer": None, "errors": errors}, status=400)
    else:
        people = form.cleaned_data["people"]
        if wait_seconds(request, Act.ASK_PRICE):
            offer = catalog_offer(room, form.span, people)
        else:
            offer = exact_price(room, form.span, people, now=now)
        context = {"room": room, "offer": offer, "span": form.span, "people": people, "now": now, "errors": []}
        response = render(request, "offers/_price.html", context)
    response["Cache-Control"] = "private, max-age=30"
    return response


@public
@require_safe
def rent(request: HttpRequest, room_id: str) -> HttpResponse:
    """The rent of an office, exact if the upstream tells it in time."""
    room = find_room(room_id)
    if room is None or not room.is_office:
        raise Http404("No such office.")
    said = catalog_rent(room) if wait_seconds(request, Act.ASK_PRICE) else exact_rent(room, now=clock.now())
    response = render(request, "offers/_rent.html", {"room": room, "rent": said})
    response["Cache-Control"] = "private, max-age=30"
    return response
