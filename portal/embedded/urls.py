"""Routes of the embedded API; they have no language."""

from django.urls import URLPattern, path, re_path

from portal.embedded import docs_views, views

urlpatterns: list[URLPattern] = [
    path("api/openapi.json", docs_views.openapi, name="workways-openapi"),
    # The page for people is mounted with the pages, in both languages.
    re_path(r"^api(?!/docs/?$)(?:/.*)?$", views.api, name="workways-api"),
    path("imageroom", views.api, name="workways-imageroom"),
]
