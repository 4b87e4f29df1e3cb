"""Routes of this feature: files for programs, which have no language."""

from django.urls import URLPattern, path

from bookings.availability import views

language_free_patterns: list[URLPattern] = [
    path("rooms/<str:room_id>/availability.json", views.room_availability, name="room-availability"),
    path("rooms/<str:room_id>/busy.ics", views.room_busy, name="room-busy"),
]
