"""What takes the rooms' time, and whose of it is ours. The same number of queries for one room and for many."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db.models import Q

from bookings.availability.models import Hold
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.rules import Meeting, find_booked
from bookings.booking_requests.states import OPEN, Presence, State
from bookings.catalog.models import OperatorSettings, Room
from bookings.catalog.queries import operator_settings
from bookings.core.timespan import TimeSpan
from bookings.feeds.models import BusySpan
from bookings.registration.models import Registration
from bookings.watching.models import SlotWatch
from bookings.watching.states import LIVE
from portal.access import Member


class Kind(StrEnum):
    """What takes time; where two do, the one named first is drawn."""

    OURS = "ours"
    BUSY = "busy"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Entry:
    """One stretch of a room's time. `booking` is the request of this portal behind it, `hold` what keeps it."""

    kind: Kind
    room: Room
    span: TimeSpan
    booking: BookingRequest | None = None
    hold: Hold | None = None
    company: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """All that happens in the window, by time; `taking` has each room's by its key."""

    ours: list[Entry] = field(default_factory=list)
    holds: list[Entry] = field(default_factory=list)
    watches: list[SlotWatch] = field(default_factory=list)
    taking: dict[int, list[Entry]] = field(default_factory=lambda: defaultdict(list))


def reads_names(member: Member) -> bool:
    """May this member read in calendars whose meeting it is? The operator says from which role on."""
    settings: OperatorSettings = operator_settings()
    return member.rank >= settings.names_shown_to


def read_contents(rooms: Sequence[Room], window: TimeSpan, *, now: datetime) -> Contents:
    """What takes these rooms' time in the window. Five queries, or none for no rooms."""
    contents = Contents()
    if not rooms:
        return contents
    by_key = {room.pk: room for room in rooms}
    within = Q(room_id__in=list(by_key), start__lt=window.end, end__gt=window.start)
    meetings: dict[int, list[Meeting]] = defaultdict(list)
    for room_id, start, end, uid in BusySpan.objects.filter(within).values_list("room_id", "start", "end", "uid"):
        meetings[room_id].append(Meeting(TimeSpan(start, end), uid))
    alive = Q(expires_at=None) | Q(expires_at__gt=now)
    holds = {hold.pk: hold for hold in Hold.objects.filter(within & alive).select_related("watch")}
    bookings = _bookings(within)
    companies = dict(
        Registration.objects.filter(booking_request__in=bookings).values_list("booking_request_id", "company")
    )
    for booking in bookings:
        meeting = _meeting_of(booking, meetings[booking.room_id])
        if meeting is not None:
            meetings[booking.room_id].remove(meeting)
        hold = holds.pop(booking.hold_id or 0, None)
        span = meeting.span if meeting else booking.span
        room, company = by_key[booking.room_id], companies.get(booking.pk, "")
        contents.ours.append(Entry(Kind.OURS, room, span, booking, hold, company))
    contents.holds.extend(Entry(Kind.HELD, by_key[hold.room_id], hold.span, hold=hold) for hold in holds.values())
    others = (Entry(Kind.BUSY, by_key[key], one.span) for key, found in meetings.items() for one in found)
    _sort(contents, others)
    waiting = SlotWatch.objects.filter(within, state__in=LIVE).order_by("start", "waiting_since", "pk")
    contents.watches.extend(waiting)
    for watch in contents.watches:
        watch.room = by_key[watch.room_id]
    return contents


def _sort(contents: Contents, others: Iterable[Entry]) -> None:
    for entries in (contents.ours, contents.holds):
        entries.sort(key=lambda entry: (entry.span, entry.room.public_name))
    for entry in (*contents.ours, *others, *contents.holds):
        contents.taking[entry.room.pk].append(entry)


def _bookings(within: Q) -> list[BookingRequest]:
    """Requests that take time, or will; a meeting that left the room's calendar takes none."""
    gone = Q(state=State.BOOKED, presence=Presence.GONE)
    found = BookingRequest.objects.filter(within, state__in=[*OPEN, State.BOOKED]).exclude(gone)
    return list(found.order_by("start", "pk"))


def _meeting_of(booking: BookingRequest, meetings: Sequence[Meeting]) -> Meeting | None:
    """The meeting of the room's calendar that a booked request became, as the watch over changes finds it."""
    if booking.state != State.BOOKED:
        return None
    return find_booked(
        meetings,
        span=booking.span,
        workways_id=booking.workways_id,
        uid=booking.meeting_uid,
        known_uids=booking.known_uids,
        presence=Presence(booking.presence),
    )
