"""Routes of the customers."""

from django.urls import URLPattern, path, register_converter

from bookings.staff.customers import views
from bookings.staff.customers.keys import CustomerConverter

register_converter(CustomerConverter, "customer")

_CUSTOMERS = "staff/customers/"
_ORGANIZATION = f"{_CUSTOMERS}organizations/<workways_id:organization_id>/"

urlpatterns: list[URLPattern] = [
    path(_CUSTOMERS, views.customers, name="staff-customers"),
    path(f"{_CUSTOMERS}find/", views.find, name="staff-customer-find"),
    path(f"{_CUSTOMERS}of/<customer:customer>/", views.customer, name="staff-customer"),
    path(_ORGANIZATION, views.organization, name="staff-organization"),
    path(f"{_CUSTOMERS}options/<workways_id:site_id>/", views.options, name="staff-options"),
]
