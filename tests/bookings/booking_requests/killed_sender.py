"""A process of its own that presses "Check and book" and is killed on the way: run with -m by `test_killing`.

Arguments: the database's name, the clock's instant, the request's reference, the path on whose call it dies, and
"before" or "after" the upstream did its work.
"""

import os
import signal
import sys
from datetime import datetime

import django
import httpx
from django.conf import settings


def main(database: str, instant: str, reference: str, path: str, moment: str) -> None:
    """Never returns when all goes as planned."""
    settings.DATABASES["default"]["NAME"] = database
    settings.CLOCK = lambda: datetime.fromisoformat(instant)
    django.setup()
    from bookings.booking_requests.models import BookingRequest
    from bookings.booking_requests.sending import book
    from portal.embedded.transport import EmbeddedTransport

    class Deadly(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path != path:
                return EmbeddedTransport().handle_request(request)
            if moment == "after":
                EmbeddedTransport().handle_request(request).read()
            os.kill(os.getpid(), signal.SIGKILL)
            raise AssertionError("still alive")

    settings.WORKWAYS_TRANSPORT = Deadly()
    request = BookingRequest.objects.select_related("room__site", "hold").get(reference=reference)
    book(request=request, now=settings.CLOCK())


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    main(*sys.argv[1:])
