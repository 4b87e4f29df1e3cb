"""Serves the kept room pictures."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from bookings.catalog.pictures import picture_file
from portal.access import public


@public
@require_safe
def picture(request: HttpRequest, digest: str, width: int) -> HttpResponseBase:
    """One room picture as WebP; the address contains the content's digest, so it may be cached forever."""
    file = picture_file(digest, width)
    if file is None:
        raise Http404("No such picture.")
    # The compressing middleware doesn't look at the content type, and a picture is compressed already.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    return FileResponse(
        file.open("rb"),
        content_type="image/webp",
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )
