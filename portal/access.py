"""Who may open a route: each view carries one mark, and a test refuses a route without one.

`@public` and `@link` leave the door open. The panel's routes say the least role that opens them:

    @staff                                             a viewer or above
    @staff_from(Role.FRONT_DESK)                       front desk, manager or admin
    @staff_from(Role.MANAGER, all_sites=True)          ... and only somebody who isn't limited to some sites
    @staff_from(Role.VIEWER, needs_two_factor=False)   also somebody who must set the second factor up first

    Role.VIEWER < Role.FRONT_DESK < Role.MANAGER < Role.ADMIN; a superuser is an admin.

A mark also says what the audit keeps of the route:

    @staff_from(Role.VIEWER, shows="request")          each page shown leaves a "saw" (at most one in ten minutes)
                                                       about the first value of the address, such as the reference
    @staff_from(Role.MANAGER, exports="accounts")      the same for a file: each one leaves an "exported"
    @staff_from(Role.FRONT_DESK, act="settled")        the act that the view's POST leaves in the audit; the view writes
                                                       it, in the transaction of what it does (bookings.audit), and a
                                                       test holds it to its word

Marks stand above `@require_POST` and its like. In a view, `member_of(request)` is who acts, with `.rank` and `.sites`;
whether an object may be seen is for bookings.staff.limits.visible_to. In a template, `may_open(request, "route-name")`
tells whether to offer a link or a button.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLResolver, get_resolver, reverse
from django.utils.module_loading import import_string

from portal import clock
from portal.members import sessions, two_factor
from portal.members.models import Member
from portal.members.queries import find_member, list_admins
from portal.members.roles import DUTIES, Role
from portal.members.two_factor import Passage

__all__ = ["DUTIES", "Member", "Role", "link", "may_open", "member_of", "public", "staff", "staff_from"]

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
View = Callable[Concatenate[HttpRequest, P], R]

_KEPT = "_member_of_staff"
# Where to go first, by what stands in the way.
_DETOURS = {Passage.CODE: "staff-code", Passage.SET_UP: "staff-two-factor"}
# A page, or the page again because of what was typed wrong; anything else shows nobody's data.
_SHOWN = (200, 400)


def public(view: View[P, R]) -> View[P, R]:
    """Anybody may open it."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def link(view: View[P, R]) -> View[P, R]:
    """Only who holds a mailed link, or the browser that began the request; the view itself checks which."""
    view.access = "link"  # type: ignore[attr-defined]
    return view


def staff_from(
    least: Role,
    *,
    all_sites: bool = False,
    needs_two_factor: bool = True,
    shows: str = "",
    exports: str = "",
    act: str = "",
) -> Callable[[View[P, Any]], View[P, HttpResponseBase]]:
    """Only signed-in staff of this role or above; strangers are sent to sign in, others get a page that says why not.

    Whose second factor is missing is sent to give it, or to set it up. `all_sites` refuses who is limited to some of
    them. `shows`, `exports` and `act` tell what the audit keeps.
    """

    def mark(view: View[P, Any]) -> View[P, HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            member = member_of(request)
            if member is None:
                return _refuse(request, None, least)
            detour = _DETOURS.get(two_factor.passage(request, member))
            if detour == "staff-code" or (detour and needs_two_factor):
                return redirect_to_login(request.get_full_path(), reverse(detour))
            if not _is_enough(member, least, all_sites):
                return _refuse(request, member, least)
            sessions.notice(request=request, member=member, now=clock.now())
            response: HttpResponseBase = view(request, *args, **kwargs)
            if (shows or exports) and response.status_code in _SHOWN:
                about = str(next(iter(kwargs.values()), None) or "")
                import_string(settings.STAFF_VIEW_RECORDER)(request, shows or exports, about, is_export=bool(exports))
            return response

        marked: Any = guarded
        marked.access, marked.least, marked.all_sites = "staff", least, all_sites
        marked.needs_two_factor, marked.shows, marked.exports, marked.act = needs_two_factor, shows, exports, act
        return cast("View[P, HttpResponseBase]", guarded)

    return mark


def staff(view: View[P, Any]) -> View[P, HttpResponseBase]:
    """Any signed-in member of staff: a viewer or above."""
    return staff_from(Role.VIEWER)(view)


def member_of(request: HttpRequest) -> Member | None:
    """The member of staff who is signed in, or None. One query, once in a request."""
    if not hasattr(request, _KEPT):
        setattr(request, _KEPT, find_member(request.user))
    return cast("Member | None", getattr(request, _KEPT))


def may_open(request: HttpRequest, name: str) -> bool:
    """May whoever is signed in open this staff route? Raises KeyError for a name that no staff route has."""
    view = _staff_views()[name]
    member = member_of(request)
    return member is not None and _is_enough(member, view.least, view.all_sites)


def _is_enough(member: Member, least: Role, all_sites: bool) -> bool:
    return member.rank >= least and not (all_sites and member.sites is not None)


def _refuse(request: HttpRequest, member: Member | None, least: Role) -> HttpResponse:
    """The page that says which role it takes and whom to ask; who isn't of staff learns no names."""
    context = {"member": member, "least": least, "duties": DUTIES, "admins": list_admins() if member else []}
    response = render(request, "staff/refused.html", context, status=403)
    response["Cache-Control"] = "no-store"
    return response


_views: dict[str, Any] = {}


def _staff_views() -> dict[str, Any]:
    """The views of all staff routes by the routes' names; what is mounted never changes while a process runs."""
    if not _views:
        _views.update(_walk(get_resolver()))
    return _views


def _walk(resolver: URLResolver) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            found |= _walk(entry)
        elif getattr(entry.callback, "access", None) == "staff":
            found[str(entry.name)] = entry.callback
    return found
