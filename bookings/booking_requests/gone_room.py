"""What stands at the address of a room that is not offered, for now or for good: links and bookmarks outlive rooms."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from bookings.availability.sentences import Explanation, explain
from bookings.catalog.models import Room
from bookings.core.answers import Blocked, Reason
from bookings.core.identifiers import is_workways_id


def gone_room(request: HttpRequest, room_id: str) -> HttpResponse:
    """Says that the room is gone and where others are, with status 404. Raises Http404 for one that never was."""
    known = Room.objects.select_related("site").filter(workways_id=room_id) if is_workways_id(room_id) else ()
    found = next(iter(known), None)
    if found is None:
        raise Http404("No such room.")
    told = explain(Blocked(Reason.NO_LONGER_LISTED), zone=found.site.zone)
    if found.vanished_at is None and found.site.vanished_at is None:
        told = Explanation(
            gettext("This room can't be booked online at the moment."),
            gettext("Bookings that were made stay as they are. Another room may suit you, or ask our team."),
        )
    return render(request, "booking_requests/room_gone.html", {"room": found, "told": told}, status=404)
