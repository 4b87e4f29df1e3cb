"""Routes of this feature."""

from django.urls import URLPattern, path

from bookings.availability import page_views, views

urlpatterns: list[URLPattern] = [
    path("", page_views.home, name="home"),
    path("search/", page_views.search, name="search"),
    path("rooms/<str:room_id>/", page_views.room, name="room"),
]

language_free_patterns: list[URLPattern] = [
    path("rooms/<str:room_id>/availability.json", views.room_availability, name="room-availability"),
    path("rooms/<str:room_id>/busy.ics", views.room_busy, name="room-busy"),
]
