"""The small world of booking, whose team sends links."""

from tests.bookings.booking_requests.conftest import no_limits, room, upstream, world  # noqa: F401 (fixtures)
