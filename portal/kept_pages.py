"""Pages that many people look at are kept for a moment, packed as they travel, in the memory of each web process.

Only what is the same for everybody is kept: a page that its view marks with `kept`, asked for with GET by a browser
that brings no cookie, and answered with 200 and without setting one. So no page with a form token, of a visitor we
know, or of staff is ever kept. What is shown may lag by PAGES_KEPT_SECONDS, which is little beside the minute that a
calendar may be old; a slot that was taken meanwhile is refused by the hold, not by the page.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from portal import clock

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
_Answer = tuple[datetime, bytes, list[tuple[str, str]]]
_Key = tuple[str, str, bool]

# A page is some ten kilobytes packed, so this bounds the memory to a few megabytes for each process.
_MOST = 500
_LONGEST_ADDRESS = 500
_pages: dict[_Key, _Answer] = {}


def kept(view: View[P]) -> View[P]:
    """Marks what the view answers as the same for everybody who brings no cookie."""

    @wraps(view)
    def marked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        cast(Any, response).may_be_kept = True
        return response

    return cast("View[P]", marked)


def kept_pages(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The middleware; stands outside the one that packs, so that a page is packed once."""

    def middleware(request: HttpRequest) -> HttpResponse:
        key = _key(request)
        if key is None:
            return get_response(request)
        now = clock.now()
        found = _pages.get(key)
        if found is not None and now < found[0]:
            return HttpResponse(found[1], headers=dict(found[2]))
        response = get_response(request)
        if getattr(response, "may_be_kept", False) and response.status_code == 200 and not response.cookies:
            if len(_pages) >= _MOST:
                _pages.clear()
            until = now + timedelta(seconds=settings.PAGES_KEPT_SECONDS)
            _pages[key] = (until, response.content, list(response.items()))
        return response

    return middleware


def _key(request: HttpRequest) -> _Key | None:
    """What tells one kept page from another, or None when the answer may not be kept.

    The path tells the language. htmx asks for parts of pages, so its requests are left alone.
    """
    said = request.META
    if not settings.PAGES_KEPT_SECONDS or request.method != "GET":
        return None
    if said.get("HTTP_COOKIE") or "HTTP_HX_REQUEST" in said:
        return None
    address = request.get_full_path()
    if len(address) > _LONGEST_ADDRESS:
        return None
    return said.get("HTTP_HOST", ""), address, "gzip" in said.get("HTTP_ACCEPT_ENCODING", "")
