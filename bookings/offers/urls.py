"""Routes of this feature."""

from django.urls import URLPattern, path

from bookings.offers import day_views, search_views, views

urlpatterns: list[URLPattern] = [
    path("", search_views.home, name="home"),
    path("search/", search_views.search, name="search"),
    path("sites/<str:site_id>/day/", day_views.day, name="site-day"),
    path("rooms/<str:room_id>/price/", views.price, name="room-price"),
    path("rooms/<str:room_id>/rent/", views.rent, name="room-rent"),
]
