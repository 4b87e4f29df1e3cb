"""GET /imageroom."""

from portal.embedded.answers import ApiResponse, Call, Refused
from portal.embedded.entity_tags import is_unchanged
from portal.embedded.models import Room
from portal.embedded.pictures import picture_of
from portal.embedded.readers import is_clean_text


def imageroom(call: Call) -> ApiResponse:
    """A room's picture. Nobody documents the address; it needs no token, because it is handed to browsers.

    Raises Refused with 404 for an unknown id. The picture of an id never changes, so a copy may be kept for a day.
    """
    wanted = call.values["id"] or ""
    room = Room.objects.filter(image_id=wanted, is_archived=False).first() if is_clean_text(wanted) and wanted else None
    if room is None:
        raise Refused("Image not found", status=404)
    picture = picture_of(room)
    headers = {"etag": picture.etag, "cache-control": "public, max-age=86400"}
    if is_unchanged(call.request, picture.etag):
        return ApiResponse(304, headers, b"")
    return ApiResponse(200, {**headers, "content-type": picture.content_type}, picture.content)
