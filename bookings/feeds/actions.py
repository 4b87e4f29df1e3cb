"""What changes the feed mirror."""

from collections.abc import Iterable
from datetime import datetime

from bookings.catalog.models import Room
from bookings.feeds.models import Feed
from bookings.feeds.readings import FeedReading
from portal.workways import Workways


def ensure_feeds(*, now: datetime) -> int:
    """Gives every listed meeting room a feed, due now; how many were made."""
    raise NotImplementedError


def mark_looked_at(*, room_ids: Iterable[int], now: datetime) -> None:
    """Remembers that people look at these rooms, so that they are refreshed sooner; writes at most once a minute and room."""
    raise NotImplementedError


def refresh_feed(*, feed: Feed, client: Workways, now: datetime) -> bool:
    """Reads one room's calendar and stores what changed; False when it could not be read, which is kept in the feed."""
    raise NotImplementedError


def read_live(*, room: Room, client: Workways, now: datetime, timeout: float) -> FeedReading:
    """The room's calendar as it is at this moment, also stored. Raises WorkwaysError when it can't be had."""
    raise NotImplementedError
