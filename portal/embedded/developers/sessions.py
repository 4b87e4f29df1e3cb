"""Who is signed in to the account area. The session holds no right of its own: each request looks at the user anew."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.cache import never_cache

from portal import clock
from portal.embedded.models import DEVELOPER_ROLES, User

P = ParamSpec("P")
DeveloperView = Callable[Concatenate[HttpRequest, User, P], HttpResponseBase]

_KEY = "workways_account"
_LONGEST = timedelta(hours=12)


def find_by_password(*, email: str, password: str) -> User | None:
    """The user of that address and password; None for anything else, after the same time of computing."""
    user = User.objects.select_related("organization").filter(email=email.strip().lower()).first()
    if user is None or not user.password:
        # As slow as a check, so that the time doesn't tell whether there is such a user.
        make_password(password)
        return None
    return user if check_password(password, user.password) else None


def may_keep_tokens(user: User) -> bool:
    """Is the user a developer whose account is open?"""
    return user.role in DEVELOPER_ROLES and not user.is_api_disabled and not user.is_shut_out


def sign_in(request: HttpRequest, user: User, *, now: datetime) -> None:
    """From now on this browser acts for the user; a session that somebody else may know gets a new key."""
    request.session.cycle_key()
    request.session[_KEY] = {"user": user.pk, "proof": _proof(user), "at": now.timestamp()}


def sign_out(request: HttpRequest) -> None:
    """Forgets the user; the rest of the session stays, since it may be that of a member of staff."""
    request.session.pop(_KEY, None)
    request.session.cycle_key()


def find_signed_in(request: HttpRequest, *, now: datetime) -> User | None:
    """The user of this browser, as long as the password is the same, the account open and the day not over."""
    kept = request.session.get(_KEY)
    if not kept or now.timestamp() - kept["at"] > _LONGEST.total_seconds():
        return None
    user = User.objects.select_related("organization").filter(pk=kept["user"]).first()
    if user is None or not constant_time_compare(kept["proof"], _proof(user)) or not may_keep_tokens(user):
        return None
    return user


def developer(view: DeveloperView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Only for a developer who is signed in, whom the view is given; others are sent to the sign-in page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = find_signed_in(request, now=clock.now())
        if user is None:
            return redirect("account-sign-in")
        return view(request, user, *args, **kwargs)

    marked: Any = never_cache(guarded)
    marked.access = "developer"
    return marked  # type: ignore[no-any-return]  # A mark on a function is nothing that types know of.


def _proof(user: User) -> str:
    """Changes with the password, so that changing it signs every browser out."""
    return salted_hmac("portal.embedded.developers", user.password).hexdigest()
