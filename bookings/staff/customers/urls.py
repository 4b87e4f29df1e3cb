"""Routes of the customers."""

from django.urls import URLPattern, path, register_converter

from bookings.staff.customers import contract_views, views
from bookings.staff.customers.keys import CustomerConverter

register_converter(CustomerConverter, "customer")

_CUSTOMERS = "staff/customers/"
_ORGANIZATION = f"{_CUSTOMERS}organizations/<workways_id:organization_id>/"
_CHANGE = f"{_CUSTOMERS}changes/<reference:reference>/"

urlpatterns: list[URLPattern] = [
    path(_CUSTOMERS, views.customers, name="staff-customers"),
    path(f"{_CUSTOMERS}find/", views.find, name="staff-customer-find"),
    path(f"{_CUSTOMERS}of/<customer:customer>/", views.customer, name="staff-customer"),
    path(_ORGANIZATION, views.organization, name="staff-organization"),
    path(f"{_ORGANIZATION}contract/", contract_views.contract, name="staff-contract"),
    path(_CHANGE, contract_views.change, name="staff-change"),
    path(f"{_CHANGE}send/", contract_views.send, name="staff-change-send"),
    path(f"{_CHANGE}look/", contract_views.look, name="staff-change-look"),
    path(f"{_CUSTOMERS}options/<workways_id:site_id>/", views.options, name="staff-options"),
]
