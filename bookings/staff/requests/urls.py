"""Routes of the requests."""

from django.urls import URLPattern, path

from bookings.staff.requests import act_views, list_views, saved_views, views

_REQUEST = "staff/requests/<reference:reference>/"

urlpatterns: list[URLPattern] = [
    path("staff/requests/", list_views.requests, name="staff-requests"),
    path("staff/requests/export.csv", list_views.export_csv, name="staff-requests-csv"),
    path("staff/requests/export.ics", list_views.export_ics, name="staff-requests-ics"),
    path("staff/requests/views/", saved_views.saved_views, name="staff-request-views"),
    path("staff/requests/views/save/", saved_views.save, name="staff-view-save"),
    path("staff/requests/views/<int:view_id>/", saved_views.change, name="staff-view-change"),
    path("staff/requests/views/<int:view_id>/delete/", saved_views.delete, name="staff-view-delete"),
    path(_REQUEST, views.story, name="staff-request"),
    path(_REQUEST + "send/", views.send_again, name="staff-request-send"),
    path(_REQUEST + "settle/", views.settle, name="staff-request-settle"),
    path(_REQUEST + "mail/", act_views.mail_again, name="staff-request-mail"),
    path(_REQUEST + "contact/", act_views.change_contact, name="staff-request-contact"),
    path(_REQUEST + "note/", act_views.note, name="staff-request-note"),
    path(_REQUEST + "cancel/", act_views.cancel, name="staff-request-cancel"),
    path(_REQUEST + "handled/", views.handled, name="staff-request-handled"),
    path(_REQUEST + "asks/<int:ask_id>/", views.answer, name="staff-ask"),
]
