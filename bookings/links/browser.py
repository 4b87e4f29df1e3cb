"""The signed cookie by which the portal tells one browser from another.

It is made on the first POST only, so that pages people merely look at set no cookie and may be cached.
"""

from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

from bookings.core.identifiers import new_browser_key

COOKIE = "visitor"
_SALT = "bookings.links.browser"
_MAX_AGE_SECONDS = 365 * 24 * 3600

R = TypeVar("R", bound=HttpResponseBase)


def browser_key(request: HttpRequest) -> str:
    """The key of the browser that asks, or "" when it brings none, or one that we did not sign."""
    made: str = getattr(request, "_visitor", "")
    return made or request.get_signed_cookie(COOKIE, default="", salt=_SALT, max_age=_MAX_AGE_SECONDS) or ""


def ensure_browser(request: HttpRequest) -> str:
    """The browser's key, made now if it has none; the view must end in `remember_browser`.

    Raises ValueError for a GET, which may not set the cookie.
    """
    if request.method in ("GET", "HEAD"):
        raise ValueError("Only a POST may give a browser its key.")
    key = browser_key(request) or _key_of_form(request) or new_browser_key()
    request._visitor = key  # type: ignore[attr-defined]
    return key


def _key_of_form(request: HttpRequest) -> str:
    """A key that follows from the secret of the form's own cookie, "" without one.

    The first two POSTs of a double click both come without our cookie; thus they still count as one browser.
    """
    secret = str(request.META.get("CSRF_COOKIE") or "")
    return salted_hmac(_SALT, secret, algorithm="sha256").hexdigest()[:48] if secret else ""


def remember_browser(request: HttpRequest, response: R) -> R:
    """Puts the key that `ensure_browser` gave into the response's cookie for a year, and returns the response."""
    key: str = getattr(request, "_visitor", "")
    if key:
        response.set_signed_cookie(
            COOKIE,
            key,
            salt=_SALT,
            max_age=_MAX_AGE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=settings.IS_HTTPS,
        )
    return response
