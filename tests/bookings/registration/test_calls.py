"""Which calls to Workways a registration keeps, and what of them."""

from typing import Any

from bookings.registration.sending import send
from bookings.upstream_calls.models import UpstreamCall
from tests.bookings.registration.test_sending import filled_in, waiting_request
from tests.support.world import NEW, World


def test_registration_keeps_its_call_and_so_does_the_request_it_is_for(world: World, clock: Any) -> None:
    request = waiting_request(world, clock)
    registration = filled_in(world, booking_request=request, company_number="73282932000074", address="1 rue Neuve")

    send(registration=registration, now=clock.instant)

    (call,) = registration.calls.all()
    assert (call.path, call.writes, call.outcome) == ("/api/register", True, "ok")
    assert call in request.calls.all()
    assert call.sent["companyNumber"] == "[hidden]"
    assert call.answered["organizationId"] == registration.organization_id
    kept = repr([vars(call) for call in UpstreamCall.objects.all()])
    assert not [typed for typed in (NEW, "Neuf", "73282932000074", "33612345678", "rue Neuve") if typed in kept]
