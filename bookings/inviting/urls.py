"""Routes of this feature."""

from django.urls import URLPattern, path

from bookings.inviting import link_views

urlpatterns: list[URLPattern] = [
    path("i/<str:token>/", link_views.page, name="invitation"),
    path("i/<str:token>/book/", link_views.book, name="invitation-book"),
    path("i/<str:token>/other/", link_views.other, name="invitation-other"),
    path("i/<str:token>/go/", link_views.go, name="invitation-go"),
    path("i/<str:token>/seen/", link_views.seen, name="invitation-seen"),
    path("i/<str:token>/fresh/", link_views.fresh, name="invitation-fresh"),
]
