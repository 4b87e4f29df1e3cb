"""Pages of the catalog, and the error pages."""

from django.http import HttpRequest, HttpResponse


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse("not found", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse("forbidden", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse("bad request", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    return HttpResponse("server error", status=500)
