"""Ties the calls to Workways to the registration that they are made for, and to its request if it has one."""

from contextlib import AbstractContextManager

from bookings.registration.models import Registration
from bookings.upstream_calls.recording import serving


def serve(registration: Registration) -> AbstractContextManager[None]:
    """Calls in here serve this registration, and nothing that its person typed is kept of them."""
    typed = (
        registration.email,
        registration.person,
        registration.phone,
        registration.company,
        registration.company_number,
        registration.vat_number,
    )
    return serving(
        booking_request_id=registration.booking_request_id,
        registration_id=registration.pk,
        names=typed,
        texts=(registration.address,),
    )
