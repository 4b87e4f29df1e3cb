"""Is the portal alive, is it ready, and what does it count."""

from django.http import HttpRequest, HttpResponse

from portal.access import public


@public
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@public
def ready(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@public
def metrics(request: HttpRequest) -> HttpResponse:
    return HttpResponse("", content_type="text/plain; charset=utf-8")
