"""Sites, rooms and rates: the lists, the forms, and putting things away."""

from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock
from portal.embedded.models import Rate, Room, Site
from portal.embedded.panel import queries
from portal.embedded.panel.audit import name_of
from portal.embedded.panel.pages import ListForm, actor_of, is_post, operators, page_of, panel, posted
from portal.embedded.panel.place_actions import (
    ARCHIVABLE,
    drop_picture,
    save_place,
    save_room,
    set_archived,
    set_picture,
)
from portal.embedded.panel.place_forms import ROOM_TYPES, PictureForm, RateForm, RoomForm, SiteForm
from portal.embedded.uploads import MOST_BYTES, PictureRefused

_PAGES = {
    "sites": "operator-site",
    "rooms": "operator-room",
    "rates": "operator-rate",
    "organizations": "operator-organization",
    "users": "operator-user",
}
_form_page = require_http_methods(["GET", "HEAD", "POST"])


def say_saved(request: HttpRequest, name: str) -> None:
    """Tells that a thing is kept, and when the public sees it."""
    sentence = _(
        "%(name)s is saved. The public site shows it within one refresh cycle, or at once on “Refresh the portal now”."
    )
    messages.success(request, sentence % {"name": name})


@operators
@require_safe
def sites(request: HttpRequest) -> HttpResponse:
    """All sites."""
    form = ListForm(request.GET)
    page = page_of(request, queries.list_sites(**form.narrowing()))
    return panel(request, "sites.html", {"form": form, "page": page})


@operators
@_form_page
def site(request: HttpRequest, site_id: str | None = None) -> HttpResponseBase:
    """One site, or a new one."""
    thing = get_object_or_404(Site, pk=site_id) if site_id else None
    form = SiteForm(posted(request), instance=thing)
    if is_post(request) and form.is_valid():
        saved = save_place(form=form, actor=actor_of(request), now=clock.now())
        say_saved(request, str(saved))
        return redirect("operator-site", saved.pk)
    context = _editing(form, thing, "sites")
    context["rooms"] = list(thing.rooms.order_by("name", "pk")) if thing else []
    return panel(request, "site.html", context, status=400 if form.errors else 200)


@operators
@require_safe
def rooms(request: HttpRequest) -> HttpResponse:
    """All rooms."""
    form = ListForm(request.GET)
    page = page_of(request, queries.list_rooms(**form.narrowing()))
    return panel(request, "rooms.html", {"form": form, "page": page, "types": ROOM_TYPES})


@operators
@_form_page
def room(request: HttpRequest, room_id: str | None = None) -> HttpResponseBase:
    """One room, or a new one."""
    thing = get_object_or_404(Room.objects.select_related("site", "organization"), pk=room_id) if room_id else None
    form = RoomForm(posted(request), instance=thing, initial=_site_asked_for(request))
    if is_post(request) and form.is_valid():
        saved = save_room(form=form, actor=actor_of(request), now=clock.now())
        say_saved(request, str(saved))
        return redirect("operator-room", saved.pk)
    return _room(request, form, thing, status=400 if form.errors else 200)


@operators
@require_POST
def room_picture(request: HttpRequest, room_id: str) -> HttpResponseBase:
    """Takes an uploaded picture, or goes back to the drawing."""
    thing = get_object_or_404(Room.objects.select_related("site", "organization"), pk=room_id)
    if "drop" in request.POST:
        drop_picture(room=thing, actor=actor_of(request), now=clock.now())
        say_saved(request, str(thing))
        return redirect("operator-room", room_id)
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["picture"]
        try:
            # A byte too many is enough to be refused; the rest isn't read.
            set_picture(room=thing, content=upload.read(MOST_BYTES + 1), actor=actor_of(request), now=clock.now())
        except PictureRefused:
            form.add_error("picture", _("This is no picture we can use. Choose a JPEG, PNG, WebP or GIF up to 5 MB."))
        else:
            say_saved(request, str(thing))
            return redirect("operator-room", room_id)
    return _room(request, RoomForm(instance=thing), thing, picture_form=form, status=400)


@operators
@require_safe
def rates(request: HttpRequest) -> HttpResponse:
    """All rates."""
    form = ListForm(request.GET)
    page = page_of(request, queries.list_rates(**form.narrowing()))
    return panel(request, "rates.html", {"form": form, "page": page})


@operators
@_form_page
def rate(request: HttpRequest, rate_id: str | None = None) -> HttpResponseBase:
    """One rate, or a new one."""
    thing = get_object_or_404(Rate.objects.select_related("site"), pk=rate_id) if rate_id else None
    form = RateForm(posted(request), instance=thing, initial=_site_asked_for(request))
    if is_post(request) and form.is_valid():
        saved = save_place(form=form, actor=actor_of(request), now=clock.now())
        say_saved(request, str(saved))
        return redirect("operator-rate", saved.pk)
    return panel(request, "rate.html", _editing(form, thing, "rates"), status=400 if form.errors else 200)


@operators
@require_POST
def archive(request: HttpRequest, kind: str, thing_id: str) -> HttpResponseBase:
    """Puts a thing away, or fetches it back; it is never deleted."""
    if kind not in ARCHIVABLE:
        raise Http404("Nothing of this kind can be archived.")
    thing: models.Model = get_object_or_404(ARCHIVABLE[kind], pk=thing_id)
    is_archived = request.POST.get("act") != "restore"
    if set_archived(thing=thing, is_archived=is_archived, actor=actor_of(request), now=clock.now()):
        done = _("%(name)s is archived. It is kept here, and can be restored.") if is_archived else ""
        messages.success(request, (done or _("%(name)s is restored.")) % {"name": name_of(thing)})
    return redirect(_PAGES[kind], thing_id)


def _room(
    request: HttpRequest,
    form: RoomForm,
    thing: Room | None,
    *,
    picture_form: PictureForm | None = None,
    status: int,
) -> HttpResponse:
    context = _editing(form, thing, "rooms")
    context["picture_form"] = picture_form or PictureForm()
    return panel(request, "room.html", context, status=status)


def _editing(form: Any, thing: models.Model | None, kind: str) -> dict[str, Any]:
    """What the page of a thing knows, besides what is its own."""
    return {"form": form, "thing": thing, "kind": kind, "entries": queries.audit_of(thing) if thing else []}


def _site_asked_for(request: HttpRequest) -> dict[str, str]:
    """A link from a site's page has the site chosen in advance."""
    site_id = request.GET.get("site", "")
    return {"site": site_id} if len(site_id) == 24 and site_id.isalnum() else {}
