"""What every response carries: a request id, a security policy, words."""

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

GetResponse = Callable[[HttpRequest], HttpResponse]

# Nothing inline and nothing from other hosts; a page that needs more is a page to change.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "manifest-src 'self'",
    )
)


def request_id(get_response: GetResponse) -> Callable[[HttpRequest], HttpResponse]:
    """Gives each request a short name, for the log and the error page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.id = secrets.token_hex(6)  # type: ignore[attr-defined]
        response = get_response(request)
        response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        return response

    return middleware


def security_policy(get_response: GetResponse) -> Callable[[HttpRequest], HttpResponse]:
    """Sets the content security policy, unless the view set its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response

    return middleware


def words_for_wrong_methods(get_response: GetResponse) -> Callable[[HttpRequest], HttpResponse]:
    """Gives the bare answer to a method that an address doesn't know (405) a page.

    People get there too: who signs in again after pressing a button of the panel is led to the button's address.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405 or response.content:
            return response
        page = render(request, "405.html")
        response.content, response["Content-Type"] = page.content, page["Content-Type"]
        return response

    return middleware
