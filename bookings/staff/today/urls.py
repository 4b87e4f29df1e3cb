"""Route of the first page."""

from django.urls import URLPattern, path

from bookings.staff.today import views

urlpatterns: list[URLPattern] = [path("staff/", views.home, name="staff-home")]
