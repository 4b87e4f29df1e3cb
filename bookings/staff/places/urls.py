"""Routes of the places."""

from django.urls import URLPattern, path, register_converter

from bookings.staff.places import change_views, views
from bookings.staff.places.kinds import KindConverter

register_converter(KindConverter, "place_kind")

_PLACE = "staff/places/<place_kind:kind>/<workways_id:place_id>/"

urlpatterns: list[URLPattern] = [
    path("staff/places/", views.places, name="staff-places"),
    path(_PLACE, views.place, name="staff-place"),
    path(f"{_PLACE}preview/", views.preview, name="staff-place-preview"),
    path(f"{_PLACE}save/", change_views.save, name="staff-place-save"),
    path(f"{_PLACE}revert/", change_views.revert, name="staff-place-revert"),
    path(f"{_PLACE}picture/", change_views.picture, name="staff-place-picture"),
    path(f"{_PLACE}shown/", change_views.shown, name="staff-place-shown"),
    path(f"{_PLACE}holidays/", change_views.holidays, name="staff-place-holidays"),
    path(f"{_PLACE}move/", change_views.move, name="staff-place-move"),
    path(f"{_PLACE}close/", change_views.close, name="staff-place-close"),
    path(f"{_PLACE}closures/<int:closure_id>/reopen/", change_views.reopen, name="staff-place-reopen"),
]
