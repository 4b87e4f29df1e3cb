"""Routes of the pages behind the embedded API's mails, in both languages."""

from django.urls import URLPattern, path

from portal.embedded import views

urlpatterns: list[URLPattern] = [
    path("account/verify/<str:token>/", views.account_verify, name="account-verify"),
    path("account/verify/<str:token>/fresh/", views.account_fresh_link, name="account-fresh-link"),
]
