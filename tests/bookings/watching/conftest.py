"""The small world of booking, with somebody's meeting in the way."""

import pytest

from bookings.catalog.models import Room
from portal.embedded.models import Meeting
from tests.bookings.booking_requests.conftest import no_limits, room, upstream, world  # noqa: F401 (fixtures)
from tests.bookings.booking_requests.guests import MONDAY_START
from tests.bookings.watching.watchers import reread
from tests.conftest import StoppedClock
from tests.portal.embedded.world import World, make_meeting


@pytest.fixture
def taken(world: World, room: Room, clock: StoppedClock) -> Meeting:  # noqa: F811 (the fixtures above)
    """Somebody's meeting on Monday 12 January from 14 to 15 o'clock in Paris, as the mirror knows it."""
    meeting = make_meeting(world.seine, MONDAY_START)
    reread(room, clock)
    return meeting
