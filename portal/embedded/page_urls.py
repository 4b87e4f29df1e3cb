"""Routes of the pages of the embedded API, in both languages: those behind its mails, and the operator's."""

from django.urls import URLPattern, path, re_path

from portal.embedded import docs_views, views
from portal.embedded.developers.urls import urlpatterns as developer_patterns
from portal.embedded.panel.urls import urlpatterns as operator_patterns

urlpatterns: list[URLPattern] = [
    re_path(r"^api/docs/?$", docs_views.docs, name="workways-docs"),
    path("account/verify/<str:token>/", views.account_verify, name="account-verify"),
    path("account/verify/<str:token>/fresh/", views.account_fresh_link, name="account-fresh-link"),
    *developer_patterns,
    *operator_patterns,
]
