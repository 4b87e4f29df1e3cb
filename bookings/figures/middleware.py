"""Sees each page that leaves, also those that are kept for a moment and reach no view."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from bookings.figures.pages import counter
from bookings.figures.rules import is_program, page_seen
from portal import clock


def count_pages(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The middleware; stands outside the one that keeps pages.

    Counts pages that were shown to somebody: not to programs that say so, not to who is signed in, not in advance, and
    not the calendar that an open page asks for again. No cookie is read but for whether there is a session.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method != "GET" or response.status_code != 200:
            return response
        said = request.META
        part = said.get("HTTP_HX_TARGET", "") if "HTTP_HX_REQUEST" in said else ""
        seen = page_seen(request.path_info, said.get("QUERY_STRING", ""), part)
        if seen is not None and not _is_nobody(request):
            counter.count(seen, now=clock.now())
        return response

    return middleware


def _is_nobody(request: HttpRequest) -> bool:
    said = request.META
    return (
        "prefetch" in said.get("HTTP_SEC_PURPOSE", "")
        or f"{settings.SESSION_COOKIE_NAME}=" in said.get("HTTP_COOKIE", "")
        or is_program(said.get("HTTP_USER_AGENT", "")[:300])
    )
