"""The page that asks for patience."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_ratelimit.exceptions import Ratelimited

from bookings.links.limits import TooOften


def too_many(request: HttpRequest, exception: Ratelimited) -> HttpResponse:
    """Says that somebody tried too often and when to try again; the middleware shows it for `TooOften`."""
    wait = exception.wait_seconds if isinstance(exception, TooOften) else 60
    context = {"wait_minutes": max(1, -(-wait // 60))}
    response = render(request, "links/too_many.html", context, status=429)
    response["Retry-After"] = str(wait)
    response["Cache-Control"] = "no-store"
    return response
