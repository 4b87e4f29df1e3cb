"""The portal's addresses, and the queries of the API's lists as plain Django answers them. Same middleware for all."""

import json
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.csrf import csrf_exempt

from portal.embedded.models import PUBLIC_TYPES, Meeting, MeetingState, Room, Site
from portal.urls import handler400, handler403, handler404, handler500
from portal.urls import urlpatterns as portal_patterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def plain_rooms(request: HttpRequest) -> HttpResponse:
    """The rows of /api/rooms, as they are, in Django's own JSON."""
    found = Room.objects.filter(is_archived=False, type__in=PUBLIC_TYPES).select_related("site", "organization")
    columns = [column.name for column in Room._meta.concrete_fields]
    return JsonResponse(
        {
            "data": [
                {
                    **{name: getattr(room, name) for name in columns if name not in ("site", "organization")},
                    "site": room.site.name,
                    "country": room.site.country,
                }
                for room in found
            ]
        }
    )


def plain_sites(request: HttpRequest) -> HttpResponse:
    """The sites with their rooms, prefetched."""
    found = Site.objects.filter(is_archived=False).prefetch_related("rooms")
    return JsonResponse(
        {
            "data": [
                {
                    "name": site.name,
                    "rooms": [{"id": room.pk, "name": room.name, "type": room.type} for room in site.rooms.all()],
                }
                for site in found
            ]
        }
    )


@csrf_exempt
def plain_insert(request: HttpRequest) -> HttpResponse:
    """One row from one JSON body: what a booking would be without token, rules, guard and notice."""
    given = json.loads(request.body)
    start = datetime.fromisoformat(given["bookedAt"])
    meeting = Meeting.objects.create(
        room_id=given["bookedRoom"],
        state=MeetingState.CANCELLED,
        start=start,
        end=start + timedelta(minutes=given["duration"]),
        contact_email=given["contactEmail"],
    )
    return JsonResponse({"id": meeting.pk, "status": "ACCEPTED"}, json_dumps_params={"separators": (",", ":")})


urlpatterns: list[URLPattern | URLResolver] = [
    path("plain/rooms/", plain_rooms),
    path("plain/sites/", plain_sites),
    path("plain/insert/", plain_insert),
    *portal_patterns,
]
