"""Routes of this part of the panel."""

from django.urls import URLPattern, path

from bookings.staff.booking_links import views, writing_views

_LINKS = "staff/booking-links/"
_LINK = _LINKS + "<reference:reference>/"

urlpatterns: list[URLPattern] = [
    path(_LINKS, views.links, name="staff-booking-links"),
    path(_LINKS + "new/", writing_views.new, name="staff-booking-link-new"),
    path(_LINKS + "new/search/", writing_views.to_search, name="staff-booking-link-search"),
    path(_LINKS + "new/<workways_id:room_id>/", writing_views.to_room, name="staff-booking-link-room"),
    path(_LINKS + "for/<reference:reference>/", writing_views.for_request, name="staff-booking-link-request"),
    path(_LINK, views.one, name="staff-booking-link"),
    path(_LINK + "change/", writing_views.change, name="staff-booking-link-change"),
    path(_LINK + "mail/", views.mail_html, name="staff-booking-link-mail"),
    path(_LINK + "send/", views.send, name="staff-booking-link-send"),
    path(_LINK + "fresh/", views.renew, name="staff-booking-link-fresh"),
    path(_LINK + "revoke/", views.revoke, name="staff-booking-link-revoke"),
    path(_LINK + "discard/", views.discard, name="staff-booking-link-discard"),
]
