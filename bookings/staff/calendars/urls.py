"""Routes of the calendars."""

from django.urls import URLPattern, path

from bookings.staff.calendars import views

urlpatterns: list[URLPattern] = [
    path("staff/calendars/", views.calendars, name="staff-calendars"),
    path("staff/calendars/sites/<workways_id:site_id>/", views.site, name="staff-calendar-site"),
    path("staff/calendars/rooms/<workways_id:room_id>/", views.room, name="staff-calendar-room"),
]
