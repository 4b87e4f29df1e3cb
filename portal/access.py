"""Who may open a route: each view carries one of three marks, and a test refuses a route without one."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
View = Callable[Concatenate[HttpRequest, P], R]


def public(view: View[P, R]) -> View[P, R]:
    """Anybody may open it."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def link(view: View[P, R]) -> View[P, R]:
    """Only who holds a mailed link, or the browser that began the request; the view itself checks which."""
    view.access = "link"  # type: ignore[attr-defined]
    return view


def staff(view: View[P, Any]) -> View[P, HttpResponseBase]:
    """Only signed-in staff; others are sent to the sign-in page, or refused if they are signed in as somebody else."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_staff:
            raise PermissionDenied
        response: HttpResponseBase = view(request, *args, **kwargs)
        return response

    guarded.access = "staff"  # type: ignore[attr-defined]
    return cast("View[P, HttpResponseBase]", guarded)
