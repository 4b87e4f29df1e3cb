"""Routes of the embedded API; they have no language."""

from django.urls import URLPattern, path, re_path

from portal.embedded import views

urlpatterns: list[URLPattern] = [
    re_path(r"^api(?:/.*)?$", views.api, name="workways-api"),
    path("imageroom", views.api, name="workways-imageroom"),
]
