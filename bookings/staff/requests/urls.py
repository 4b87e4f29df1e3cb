"""Routes of the requests."""

from django.urls import URLPattern, path

from bookings.staff.requests import views

_REQUEST = "staff/requests/<reference:reference>/"

urlpatterns: list[URLPattern] = [
    path("staff/requests/", views.requests, name="staff-requests"),
    path(_REQUEST, views.story, name="staff-request"),
    path(_REQUEST + "send/", views.send_again, name="staff-request-send"),
    path(_REQUEST + "settle/", views.settle, name="staff-request-settle"),
    path(_REQUEST + "handled/", views.handled, name="staff-request-handled"),
    path(_REQUEST + "asks/<int:ask_id>/", views.answer, name="staff-ask"),
]
