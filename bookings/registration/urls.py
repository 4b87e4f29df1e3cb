"""Routes of this feature."""

from django.urls import URLPattern, path

from bookings.registration import link_views, views

urlpatterns: list[URLPattern] = [
    path("registration/start/", views.start, name="registration-start"),
    path("registration/from-booking/<reference:reference>/", views.from_booking, name="registration-from-booking"),
    path("registration/<reference:reference>/", views.registration, name="registration"),
    path("registration/<reference:reference>/code/", views.code, name="registration-code"),
    path("registration/<reference:reference>/resend/", views.resend, name="registration-resend"),
    path("registration/<reference:reference>/check/", views.check, name="registration-check"),
    path("registration/<reference:reference>/<str:step>/", views.step, name="registration-step"),
    path("r/<str:token>/", link_views.link_page, name="registration-link"),
    path("r/<str:token>/continue/", link_views.link_continue, name="registration-link-continue"),
    path("r/<str:token>/fresh/", link_views.link_fresh, name="registration-link-fresh"),
]
