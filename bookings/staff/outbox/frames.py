"""A mail's HTML as a page of its own, for a frame in a page of the panel."""

import re

from django.http import HttpResponse

# No script, no form, nothing loaded from elsewhere; a link that a person clicks opens in place of the panel.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-top-navigation-by-user-activation"
)
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_BASE = '<base target="_top">'


def framed(html: str) -> HttpResponse:
    """The page; its view must also allow frames of the same origin."""
    whole = _HEAD.sub(lambda head: head.group() + _BASE, html, count=1)
    response = HttpResponse(whole if _BASE in whole else _BASE + whole)
    response["Content-Security-Policy"] = _POLICY
    response["Cache-Control"] = "no-store"
    return response
