"""Routes of this feature."""

from django.urls import URLPattern, path

from bookings.booking_requests import link_views, room_views, views

urlpatterns: list[URLPattern] = [
    path("rooms/<str:room_id>/", room_views.room, name="room"),
    path("rooms/<str:room_id>/book/", views.begin, name="booking-begin"),
    path("booking/<reference:reference>/", views.booking, name="booking"),
    path("booking/<reference:reference>/book/", views.book, name="booking-book"),
    path("booking/<reference:reference>/extend/", views.extend, name="booking-extend"),
    path("booking/<reference:reference>/release/", views.release, name="booking-release"),
    path("booking/<reference:reference>/slot/", views.slot, name="booking-slot"),
    path("booking/<reference:reference>/resend/", views.resend, name="booking-resend"),
    path("booking/<reference:reference>/ask/", views.ask, name="booking-ask"),
    path("booking/<reference:reference>/meeting.ics", views.calendar_file, name="booking-ics"),
    path("l/", link_views.link_lost, name="booking-link-lost"),
    path("l/sent/", link_views.link_sent, name="booking-link-sent"),
    path("l/<str:token>/", link_views.link_page, name="booking-link"),
    path("l/<str:token>/continue/", link_views.link_continue, name="booking-link-continue"),
    path("l/<str:token>/fresh/", link_views.link_fresh, name="booking-link-fresh"),
    path("l/<str:token>/meeting.ics", link_views.link_calendar_file, name="booking-link-ics"),
]
