"""What the operator's pages have in common."""

from collections.abc import Callable
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.access import Role, member_of, staff_from
from portal.embedded.models import Site
from portal.embedded.panel.audit import ACTS
from portal.embedded.panel.fields import Euro

PAGE_SIZE = 50
_DEFAULT_ZONE = "Europe/Paris"

_Row = TypeVar("_Row", bound=Model)

# The data of the API belongs to all sites: who is limited to some of them works on the portal's own pages.
operators = staff_from(Role.MANAGER, all_sites=True)
# Tokens open doors in other people's names.
admins = staff_from(Role.ADMIN)


def operators_see(subject: str) -> Callable[[Any], Any]:
    """The mark of a page that shows people's data; the portal's audit notes each look at it."""
    return staff_from(Role.MANAGER, all_sites=True, shows=subject)


def operators_take(subject: str) -> Callable[[Any], Any]:
    """The mark of a file with people's data; the portal's audit notes each one."""
    return staff_from(Role.MANAGER, all_sites=True, exports=subject)


def admins_see(subject: str) -> Callable[[Any], Any]:
    """The mark of a page for admins that shows people's data."""
    return staff_from(Role.ADMIN, shows=subject)


def panel(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of the operator's side, which no cache may keep. Times that belong to no site are told in `zone`."""
    query = request.GET.copy()
    query.pop("page", None)
    narrowed = f"{query.urlencode()}&" if query else ""
    context = {"now": clock.now(), "zone": panel_zone(), "narrowed": narrowed, "euro": Euro, "acts": ACTS, **context}
    response = render(request, f"embedded/panel/{template}", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def panel_zone() -> ZoneInfo:
    """The zone of most of the sites in use. One query."""
    zones = Site.objects.filter(is_archived=False).order_by().values_list("zone_name").annotate(sites=Count("pk"))
    name = zones.order_by("-sites", "zone_name").values_list("zone_name", flat=True).first()
    return ZoneInfo(name or _DEFAULT_ZONE)


def page_of(request: HttpRequest, rows: QuerySet[_Row]) -> "Page[_Row]":
    """The page that the address asks for; the nearest one for a number that makes no sense. Two queries."""
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))


def actor_of(request: HttpRequest) -> str:
    """Who acts, as the record names them."""
    user = request.user
    name = user.get_full_name() if user.is_authenticated else ""
    return (name or user.get_username())[:150]


def is_admin(request: HttpRequest) -> bool:
    """Does an admin of the team ask?"""
    member = member_of(request)
    return member is not None and member.rank >= Role.ADMIN


class ListForm(forms.Form):
    """The two ways to narrow a list down: words, and whether it is still in use."""

    words = forms.CharField(label=_("Search"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("In use")), ("archived", _("Archived")), ("all", _("All"))]
    )

    def narrowing(self) -> dict[str, str]:
        """What was asked for, as far as it makes sense."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("words", "state")}


def is_post(request: HttpRequest) -> bool:
    """Was a form sent?"""
    return request.method == "POST"


def posted(request: HttpRequest) -> Any:
    """The form that was sent, or None for a page that is only opened."""
    return request.POST if is_post(request) else None
