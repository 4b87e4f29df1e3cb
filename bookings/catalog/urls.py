"""Routes of this feature."""

from django.urls import URLPattern, path

from bookings.catalog import picture_views, views

urlpatterns: list[URLPattern] = [
    path("sites/", views.sites, name="sites"),
    path("sites/<str:site_id>/", views.site, name="site"),
]

language_free_patterns: list[URLPattern] = [
    path("pictures/<str:digest>/<int:width>.webp", picture_views.picture, name="room-picture"),
]
