"""The embedded API with a small world in it, mirrored, and a recording transport in between."""

from typing import Any

import pytest

from bookings.catalog.actions import refresh_catalog
from bookings.catalog.models import Room
from bookings.feeds.actions import ensure_feeds, refresh_feed
from bookings.feeds.models import Feed
from portal import clock as portal_clock
from portal.workways.connect import workways
from tests.bookings.booking_requests.guests import Guest
from tests.portal.embedded.world import World, build_world
from tests.support.transports import Recording


@pytest.fixture
def world(clock: Any, db: None) -> World:
    """Two sites with rooms and people of every kind, known to the mirror."""
    made = build_world()
    now = portal_clock.now()
    refresh_catalog(client=workways(), now=now)
    ensure_feeds(now=now)
    for feed in Feed.objects.select_related("room__site"):
        refresh_feed(feed=feed, client=workways(), now=now)
    return made


@pytest.fixture
def room(world: World) -> Room:
    """The mirrored meeting room in Paris: for eight, weekdays from 9 to 18, 45 euro an hour."""
    return Room.objects.select_related("site", "feed").get(workways_id=world.seine.pk)


@pytest.fixture
def upstream(world: World, settings: Any) -> Recording:
    """Everything that travels to the embedded API from here on."""
    settings.WORKWAYS_TRANSPORT = Recording()
    return settings.WORKWAYS_TRANSPORT


@pytest.fixture
def no_limits(settings: Any) -> None:
    """Rate limits off, for tests that send more than any person would."""
    settings.RATELIMIT_ENABLE = False


@pytest.fixture
def begun(room: Room, upstream: Recording) -> Guest:
    """A guest before "Check and book"."""
    return Guest().begin(room)
