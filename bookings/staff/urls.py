"""Routes of the panel."""

from django.urls import URLPattern, path

from bookings.staff import registration_views, views
from bookings.staff.audit.urls import urlpatterns as audit_patterns
from bookings.staff.booking_links.urls import urlpatterns as booking_link_patterns
from bookings.staff.calendars.urls import urlpatterns as calendar_patterns
from bookings.staff.customers.urls import urlpatterns as customer_patterns
from bookings.staff.figures.urls import urlpatterns as figures_patterns
from bookings.staff.outbox.urls import urlpatterns as outbox_patterns
from bookings.staff.people.urls import urlpatterns as people_patterns
from bookings.staff.personal_data.urls import urlpatterns as personal_data_patterns
from bookings.staff.places.urls import urlpatterns as place_patterns
from bookings.staff.requests.urls import urlpatterns as request_patterns
from bookings.staff.today.urls import urlpatterns as today_patterns
from bookings.staff.upstream.urls import urlpatterns as upstream_patterns

_REGISTRATION = "staff/registrations/<reference:reference>/"

urlpatterns: list[URLPattern] = [
    *people_patterns,
    *audit_patterns,
    *calendar_patterns,
    *customer_patterns,
    *booking_link_patterns,
    *outbox_patterns,
    *figures_patterns,
    *personal_data_patterns,
    *place_patterns,
    *today_patterns,
    *request_patterns,
    path("staff/registrations/", registration_views.registrations, name="staff-registrations"),
    path(_REGISTRATION, registration_views.registration, name="staff-registration"),
    path(_REGISTRATION + "send/", registration_views.send_again, name="staff-registration-send"),
    path(_REGISTRATION + "settle/", registration_views.settle, name="staff-registration-settle"),
    path(_REGISTRATION + "handled/", registration_views.handled, name="staff-registration-handled"),
    *upstream_patterns,
    path("staff/settings/", views.operator, name="staff-settings"),
]
