"""A calendar that a page asks for again and again while it is open: only sent when it is another one by now."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control

# How the page's script names the element that it wants anew.
CALENDAR_PART = "section#calendar"


def unless_unchanged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response with a tag of what it says, or 304 without a body when the page has just that already.

    The tag is made of the whole text, age and all, so that nothing that a reader sees can change behind it.
    """
    if response.status_code != 200:
        return response
    tag = f'"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
    answer = get_conditional_response(request, etag=tag, response=response) or response
    answer["ETag"] = tag
    patch_cache_control(answer, private=True, no_cache=True)
    return answer
