"""Routes of the outbox."""

from django.urls import URLPattern, path

from bookings.staff.outbox import gallery_views, views

_OUTBOX = "staff/outbox/"
_MAIL = f"{_OUTBOX}<int:mail_id>/"
_TEMPLATES = f"{_OUTBOX}templates/"

urlpatterns: list[URLPattern] = [
    path(_OUTBOX, views.outbox, name="staff-outbox"),
    path(_MAIL, views.mail, name="staff-mail"),
    path(f"{_MAIL}html/", views.mail_html, name="staff-mail-html"),
    path(f"{_MAIL}attachments/<int:number>/", views.attachment, name="staff-attachment"),
    path(f"{_MAIL}resend/", views.mail_resend, name="staff-mail-resend"),
    path(f"{_MAIL}cancel/", views.mail_cancel, name="staff-mail-cancel"),
    path(_TEMPLATES, gallery_views.gallery, name="staff-templates"),
    path(f"{_TEMPLATES}<slug:kind>/<slug:language>/", gallery_views.sample, name="staff-template"),
    path(f"{_TEMPLATES}<slug:kind>/<slug:language>/html/", gallery_views.sample_html, name="staff-template-html"),
]
