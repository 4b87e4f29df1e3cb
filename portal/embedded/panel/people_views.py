"""Organizations and users."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock
from portal.embedded.models import Organization, Room, User
from portal.embedded.panel import queries
from portal.embedded.panel.pages import (
    ListForm,
    actor_of,
    is_admin,
    is_post,
    operators,
    operators_see,
    page_of,
    panel,
    posted,
)
from portal.embedded.panel.people_actions import give_room_back, rent_room, save_organization, save_user
from portal.embedded.panel.people_forms import ROLES, OrganizationForm, RentForm, UserForm
from portal.embedded.panel.place_views import say_saved

_form_page = require_http_methods(["GET", "HEAD", "POST"])


@operators_see("organizations")
@require_safe
def organizations(request: HttpRequest) -> HttpResponse:
    """All organizations."""
    form = ListForm(request.GET)
    page = page_of(request, queries.list_organizations(**form.narrowing()))
    return panel(request, "organizations.html", {"form": form, "page": page})


@operators_see("organization")
@_form_page
def organization(request: HttpRequest, organization_id: str | None = None) -> HttpResponseBase:
    """One organization, or a new one."""
    thing = get_object_or_404(Organization, pk=organization_id) if organization_id else None
    form = OrganizationForm(posted(request), instance=thing)
    if is_post(request) and form.is_valid():
        saved = save_organization(form=form, actor=actor_of(request), now=clock.now())
        say_saved(request, str(saved))
        return redirect("operator-organization", saved.pk)
    return _organization(request, form, thing, status=400 if form.errors else 200)


@operators
@require_POST
def rent(request: HttpRequest, organization_id: str) -> HttpResponseBase:
    """Gives the organization one more room."""
    thing = get_object_or_404(Organization, pk=organization_id)
    form = RentForm(request.POST)
    if not form.is_valid():
        return _organization(request, OrganizationForm(instance=thing), thing, rent_form=form, status=400)
    room: Room = form.cleaned_data["room"]
    is_rented = rent_room(
        organization=thing,
        room=room,
        until=form.cleaned_data["contract_end_on"],
        rent_minor=form.cleaned_data["rent_minor"],
        actor=actor_of(request),
        now=clock.now(),
    )
    if is_rented:
        say_saved(request, str(thing))
    else:
        messages.error(request, _("%(room)s was rented to somebody else a moment ago.") % {"room": room})
    return redirect("operator-organization", organization_id)


@operators
@require_POST
def give_back(request: HttpRequest, organization_id: str, room_id: str) -> HttpResponseBase:
    """Ends that the organization rents a room."""
    thing = get_object_or_404(Organization, pk=organization_id)
    room = get_object_or_404(Room, pk=room_id)
    if give_room_back(organization=thing, room=room, actor=actor_of(request), now=clock.now()):
        say_saved(request, str(thing))
    return redirect("operator-organization", organization_id)


@operators_see("accounts")
@require_safe
def users(request: HttpRequest) -> HttpResponse:
    """All users."""
    form = ListForm(request.GET)
    page = page_of(request, queries.list_users(**form.narrowing()))
    return panel(request, "users.html", {"form": form, "page": page, "roles": ROLES})


@operators_see("account")
@_form_page
def user(request: HttpRequest, user_id: str | None = None) -> HttpResponseBase:
    """One user, or a new one."""
    thing = get_object_or_404(User.objects.select_related("organization"), pk=user_id) if user_id else None
    form = UserForm(posted(request), instance=thing, by_admin=is_admin(request))
    if is_post(request) and form.is_valid():
        saved = save_user(form=form, actor=actor_of(request), now=clock.now())
        say_saved(request, saved.email)
        return redirect("operator-user", saved.pk)
    context = {"form": form, "thing": thing, "kind": "users", "entries": queries.audit_of(thing) if thing else []}
    return panel(request, "user.html", context, status=400 if form.errors else 200)


def _organization(
    request: HttpRequest,
    form: OrganizationForm,
    thing: Organization | None,
    *,
    rent_form: RentForm | None = None,
    status: int,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "thing": thing, "kind": "organizations"}
    context["rent_form"] = rent_form or RentForm(prefix=None)
    context["rooms"] = list(thing.rooms.select_related("site").order_by("name", "pk")) if thing else []
    context["users"] = list(thing.users.order_by("email")) if thing else []
    context["entries"] = queries.audit_of(thing) if thing else []
    return panel(request, "organization.html", context, status=status)
