"""Routes of the account area."""

from django.urls import URLPattern, path

from portal.embedded.developers import views

urlpatterns: list[URLPattern] = [
    path("account/sign-in/", views.sign_in, name="account-sign-in"),
    path("account/sign-out/", views.sign_out, name="account-sign-out"),
    path("account/password/", views.password_link, name="account-password"),
    path("account/api/", views.api_settings, name="account-api"),
    path("account/api/tokens/", views.token_new, name="account-token-new"),
    path("account/api/tokens/<str:token_id>/regenerate/", views.token_regenerate, name="account-token-regenerate"),
    path("account/api/tokens/<str:token_id>/delete/", views.token_delete, name="account-token-delete"),
]
