"""An httpx transport that runs the core in this very process."""

import httpx
from django.conf import settings
from django.utils.module_loading import import_string

from portal import clock
from portal.embedded.answers import ApiRequest
from portal.embedded.api import handle

# Of two transports in one process both reach the same tables; the host in the address means nothing.
_KEPT_HEADERS = ("authorization", "if-none-match", "if-modified-since")


class EmbeddedTransport(httpx.BaseTransport):
    """Carries a client's requests to the embedded API, without a network and without Django's request cycle.

    The portal itself needs no token (`trusted`), and nothing is mailed for a booking that it makes, since it writes to
    its visitors itself. Each writing call commits on its own. Inside a transaction of the caller it only becomes a
    part of that: if the caller rolls back, the booking is gone although the answer said ACCEPTED. So call it outside,
    as a remote account would have to be.
    """

    def __init__(self, *, trusted: bool = True) -> None:
        self._trusted = trusted

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answers at once; the whole body is there."""
        url = request.url
        response = handle(
            ApiRequest(
                method=request.method,
                path=url.path,
                query=dict(url.params),
                headers={name: request.headers[name] for name in _KEPT_HEADERS if name in request.headers},
                body=request.read(),
                base_url=f"{url.scheme}://{url.netloc.decode('ascii')}",
            ),
            now=clock.now(),
            mailer=import_string(settings.EMBEDDED_MAILER),
            trusted=self._trusted,
        )
        body = b"" if request.method == "HEAD" else response.body
        return httpx.Response(response.status, headers=response.headers, content=body, request=request)
