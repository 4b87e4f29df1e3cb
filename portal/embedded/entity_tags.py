"""Answers that needn't be sent again: the entity tag of RFC 9110, section 13."""

import hashlib

from portal.embedded.answers import ApiRequest, ApiResponse


def is_unchanged(request: ApiRequest, tag: str) -> bool:
    """Does the caller already hold what `tag` names?"""
    tags = request.headers.get("if-none-match", "")
    # A proxy or our own compression marks a tag as weak; it still names the same answer.
    return any(held.strip().removeprefix("W/") in (tag, "*") for held in tags.split(","))


def tagged(request: ApiRequest, response: ApiResponse) -> ApiResponse:
    """The answer with the tag of its content, or 304 in its place when the caller holds it already.

    A token changes what is told, so copies are kept apart by it, and none is used unasked.
    """
    tag = f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "no-cache", "vary": "Authorization"}
    if is_unchanged(request, tag):
        return ApiResponse(304, headers, b"")
    return ApiResponse(response.status, {**response.headers, **headers}, response.body)
