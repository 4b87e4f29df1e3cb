"""Routes of this feature."""

from django.urls import URLPattern, path

from bookings.watching import link_views, views

_WATCH = "watch/<reference:reference>/"

urlpatterns: list[URLPattern] = [
    path("rooms/<str:room_id>/watch/", views.begin, name="watch-begin"),
    path(_WATCH, views.watch, name="watch"),
    path(_WATCH + "prove/", views.prove, name="watch-prove"),
    path(_WATCH + "resend/", views.resend, name="watch-resend"),
    path(_WATCH + "stop/", views.stop, name="watch-stop"),
    path(_WATCH + "take/", views.take, name="watch-take"),
    path("w/<str:token>/", link_views.link_page, name="watch-link"),
    path("w/<str:token>/continue/", link_views.link_continue, name="watch-link-continue"),
    path("w/<str:token>/stop/", link_views.link_stop, name="watch-link-stop"),
    path("w/<str:token>/take/", link_views.link_take, name="watch-link-take"),
]
