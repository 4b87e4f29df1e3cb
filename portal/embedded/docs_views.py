"""The document of the embedded API, for programs (/api/openapi.json) and for people (/api/docs)."""

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import clock
from portal.access import public
from portal.embedded import auth
from portal.embedded.docs_pages import list_groups
from portal.embedded.docs_samples import list_samples
from portal.embedded.openapi import build_document


@public
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1. Any program may read it, so that tools in a browser can load it from here."""
    return HttpResponse(
        json.dumps(build_document(_base_url(request)), ensure_ascii=False),
        content_type="application/json; charset=utf-8",
        headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"},
    )


@public
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The same for people, with forms that call this very server."""
    base_url = _base_url(request)
    samples = list_samples(now=clock.now(), is_demo=settings.IS_DEMO)
    context = {"groups": list_groups(base_url, samples), "base_url": base_url, "unauthorized": auth.REFUSALS}
    return render(request, "embedded/docs.html", context)


def _base_url(request: HttpRequest) -> str:
    """What callers reach us by, without a slash at its end."""
    prefix = request.META.get("SCRIPT_NAME", "").rstrip("/")
    return f"{request.scheme}://{request.get_host()}{prefix}"
