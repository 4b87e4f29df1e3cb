"""The portal's addresses and two views to compare with: a constant, and one indexed query. Same middleware for all."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path

from bookings.catalog.models import Room
from portal.urls import handler400, handler403, handler404, handler500
from portal.urls import urlpatterns as portal_patterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def constant(request: HttpRequest) -> HttpResponse:
    """Nothing but a word."""
    return HttpResponse("hello")


def one_query(request: HttpRequest, room_id: str) -> HttpResponse:
    """A room's name, by its indexed id."""
    return HttpResponse(Room.objects.values_list("public_name", flat=True).get(workways_id=room_id))


urlpatterns: list[URLPattern | URLResolver] = [
    path("plain/constant/", constant),
    path("plain/one-query/<str:room_id>/", one_query),
    *portal_patterns,
]
