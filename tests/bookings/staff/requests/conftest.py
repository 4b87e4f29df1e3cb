"""A guest's world beside the panel's."""

from tests.bookings.booking_requests.conftest import room, upstream, world  # noqa: F401 (fixtures)
