"""Routes of personal data."""

from django.urls import URLPattern, path

from bookings.staff.personal_data import views

_PERSON = "staff/personal-data/person/"

urlpatterns: list[URLPattern] = [
    path("staff/personal-data/", views.personal_data, name="staff-personal-data"),
    path("staff/personal-data/retention/", views.retention, name="staff-retention"),
    path(_PERSON, views.person, name="staff-person"),
    path(f"{_PERSON}export/", views.export, name="staff-person-export"),
    path(f"{_PERSON}erase/", views.erase, name="staff-person-erase"),
    path(f"{_PERSON}erase-in-workways/", views.erase_in_workways, name="staff-person-erase-workways"),
]
