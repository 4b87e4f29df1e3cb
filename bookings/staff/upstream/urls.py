"""Routes of the upstream's pages."""

from django.urls import URLPattern, path

from bookings.staff.upstream import explain_views, views

_CALENDAR = "staff/upstream/calendars/<int:feed_id>/"

urlpatterns: list[URLPattern] = [
    path("staff/upstream/", views.cockpit, name="staff-upstream"),
    path("staff/upstream/catalog/", views.catalog_read, name="staff-catalog-read"),
    path("staff/upstream/explain/", explain_views.explain, name="staff-explain"),
    path("staff/upstream/explain/person/", explain_views.look_up, name="staff-explain-person"),
    path("staff/upstream/calendars/", views.feeds, name="staff-feeds"),
    path(_CALENDAR, views.feed, name="staff-feed"),
    path(_CALENDAR + "refresh/", views.feed_refresh, name="staff-feed-refresh"),
]
