"""What every response carries: a request id, a security policy, words."""

import secrets
from collections.abc import Callable
from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from isal.igzip import IGzipFile

GetResponse = Callable[[HttpRequest], HttpResponse]

# Bytes below which packing saves nothing, and the level of the packer, of 0 to 3.
_WORTH_PACKING = 200
_EFFORT = 2

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


class Packing(GZipMiddleware):
    """Django's packing of responses by a quicker packer: up to a third more bytes in a seventh of the time."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The response as it travels; a stream is left to Django's way."""
        if not isinstance(response, HttpResponse) or response.has_header("Content-Encoding"):
            return super().process_response(request, response)
        content = response.content
        if len(content) < _WORTH_PACKING or "gzip" not in request.META.get("HTTP_ACCEPT_ENCODING", ""):
            return super().process_response(request, response)
        patch_vary_headers(response, ["Accept-Encoding"])
        response.content = packed = _packed(content, self.max_random_bytes)
        response["Content-Length"] = str(len(packed))
        response["Content-Encoding"] = "gzip"
        tag = response.get("ETag", "")
        if tag.startswith('"'):
            # The same page packed at another time has other bytes.
            response["ETag"] = f"W/{tag}"
        return response


def _packed(content: bytes, most_random: int) -> bytes:
    """Under a file name of chance length, so that the size of a page tells nothing of the secrets in it (BREACH)."""
    name = "a" * secrets.randbelow(most_random)
    buffer = BytesIO()
    with IGzipFile(filename=name, mode="wb", compresslevel=_EFFORT, fileobj=buffer, mtime=0) as file:
        file.write(content)
    return buffer.getvalue()


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
