"""Routes of the audit."""

from django.urls import URLPattern, path

from bookings.staff.audit import views

urlpatterns: list[URLPattern] = [
    path("staff/audit/", views.audit, name="staff-audit"),
    path("staff/audit/export/", views.export, name="staff-audit-export"),
]
