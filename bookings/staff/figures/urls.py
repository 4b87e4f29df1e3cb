"""Routes of the figures."""

from django.urls import URLPattern, path

from bookings.staff.figures import views

urlpatterns: list[URLPattern] = [
    path("staff/figures/", views.figures, name="staff-figures"),
    path("staff/figures/file/", views.file, name="staff-figures-file"),
]
