"""Mounts the features in both languages, the machine-readable addresses without one, and the embedded API."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from bookings.urls import language_free_patterns
from portal import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    *language_free_patterns,
]
if settings.WORKWAYS_IS_EMBEDDED:
    urlpatterns.append(path("", include("portal.embedded.urls")))
urlpatterns += i18n_patterns(path("", include("bookings.urls")), prefix_default_language=False)
if settings.WORKWAYS_IS_EMBEDDED:
    urlpatterns += i18n_patterns(path("", include("portal.embedded.page_urls")), prefix_default_language=False)

handler404 = "bookings.catalog.views.not_found"
handler403 = "bookings.catalog.views.forbidden"
handler400 = "bookings.catalog.views.bad_request"
handler500 = "bookings.catalog.views.server_error"
