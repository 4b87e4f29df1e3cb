"""Where a room's picture lies, and what its answer means.

`image` of a room is a whole address. One of this API's own origin is fetched like any other call; everywhere else the
address is merely data, and the address guard stands before it.
"""

import re
from dataclasses import dataclass

import httpx

from portal.workways import verdicts, wire
from portal.workways.errors import Missing, Refusal
from portal.workways.fields import cleaned
from portal.workways.verdicts import Call

_PATH = "/imageroom"
_ID = re.compile(r"[\w.-]{1,200}", re.ASCII)
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Place:
    """A picture's address; `is_own` when it lies with the API itself."""

    url: httpx.URL
    is_own: bool

    @property
    def call(self) -> Call:
        """The call that gets it, named without a query, and with the host when that is another one."""
        return Call("GET", self.url.path if self.is_own else f"{self.url.host}{self.url.path}")


def find(base_url: httpx.URL, address_or_id: str) -> Place:
    """Where that picture lies. Raises httpx.InvalidURL for what is neither an id nor an address."""
    text = cleaned(address_or_id.strip())
    if _ID.fullmatch(text):
        return Place(httpx.URL(_PATH, params={"id": text}), is_own=True)
    try:
        url = base_url.join(text)
    except ValueError as error:
        raise httpx.InvalidURL(str(error)) from error
    return Place(url, is_own=_origin(url) == _origin(base_url))


def document(
    place: Place, response: httpx.Response, *, etag: str, is_conditional: bool
) -> wire.ImageDocument | wire.NotModified:
    """The picture in an answer. Raises the error that any other answer means."""
    call, status = place.call, response.status_code
    if status == 304 and is_conditional:
        return wire.NotModified()
    if status in (404, 410):
        raise Missing("There is no such picture.", refusal=Refusal.OTHER, method="GET", path=call.path, status=status)
    content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if place.is_own and (status != 200 or content_type == "application/json"):
        verdicts.accepted(call, verdicts.readable(call, response), status)
    if status != 200:
        raise call.unanswered("The answer is not a picture.", status)
    if content_type and not content_type.startswith("image/") and content_type != "application/octet-stream":
        raise call.garbled("picture", "Content-Type", status)
    if not response.content:
        raise call.garbled("picture", "content", status)
    return wire.ImageDocument(content=response.content, content_type=content_type, etag=etag)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or _PORTS.get(url.scheme)
