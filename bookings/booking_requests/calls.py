"""Ties the calls to Workways to the request that they are made for."""

from contextlib import AbstractContextManager

from bookings.booking_requests.models import BookingRequest
from bookings.upstream_calls.recording import serving


def serve(request: BookingRequest) -> AbstractContextManager[None]:
    """Calls in here serve this request, and nothing that its guest typed is kept of them."""
    return serving(
        booking_request_id=request.pk, names=(request.email, request.name), texts=(request.subject, request.notes)
    )
