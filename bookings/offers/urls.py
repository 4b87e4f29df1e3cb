"""Routes of this feature."""

from django.urls import URLPattern, path

from bookings.offers import views

urlpatterns: list[URLPattern] = [
    path("rooms/<str:room_id>/price/", views.price, name="room-price"),
    path("rooms/<str:room_id>/rent/", views.rent, name="room-rent"),
]
