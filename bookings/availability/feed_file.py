"""A room's busy time as an iCalendar file that any calendar program can subscribe to. Pure."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from bookings.core.timespan import TimeSpan

# How often a calendar program should ask again; most ask less often whatever one says.
_ASK_AGAIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class BusyFile:
    """What the file tells, and what it needs: a secret for the names of its events, the host that vouches for them."""

    room_id: str
    room_name: str
    spans: Sequence[TimeSpan]
    secret: str
    host: str

    @property
    def etag(self) -> str:
        """A weak entity tag: it changes with name and times, not with each reading of the feed (RFC 9110, 8.8.3)."""
        told = "\n".join([self.room_id, self.room_name, *(f"{span.start}/{span.end}" for span in self.spans)])
        return f'W/"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'

    def uid(self, span: TimeSpan) -> str:
        """An event's name: the same for the same room and time, and no clue to the upstream's meeting."""
        text = f"{self.room_id} {span.start.isoformat()} {span.end.isoformat()}"
        digest = hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        return f"{digest[:32]}@{self.host}"


def write_busy_file(file: BusyFile, *, stamped_at: datetime) -> bytes:
    """The file (RFC 5545), each event called "Busy" and no more; `stamped_at` is when its times were last right."""
    calendar = Calendar()
    calendar.add("prodid", "-//Workways booking portal//busy time//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", file.room_name)
    calendar.add("refresh-interval", _ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    for span in file.spans:
        event = Event()
        event.add("uid", file.uid(span))
        event.add("dtstamp", stamped_at.replace(microsecond=0))
        event.add("dtstart", span.start)
        event.add("dtend", span.end)
        event.add("summary", "Busy")
        event.add("transp", "OPAQUE")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
