"""Joins the features' routes. Pages exist in each language; feeds and pictures have no language."""

from django.urls import URLPattern, URLResolver, include, path

from bookings.availability.urls import language_free_patterns as availability_files
from bookings.catalog.urls import language_free_patterns as catalog_files

language_free_patterns: list[URLPattern | URLResolver] = [*catalog_files, *availability_files]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("bookings.catalog.urls")),
    path("", include("bookings.offers.urls")),
    path("", include("bookings.booking_requests.urls")),
    path("", include("bookings.registration.urls")),
    path("", include("bookings.watching.urls")),
    path("", include("bookings.inviting.urls")),
    path("", include("bookings.staff.urls")),
]
