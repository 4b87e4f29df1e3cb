"""Makes rows for tests: keyword-only functions whose defaults form one sensible world.

A site in France with a meeting room that is open on weekdays from 09:00 to 18:00, for 20 euro an hour, and whose feed
was just read. `Auto` stands for "whatever fits": a row that is needed is made, an instant follows from the clock.
"""

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from bookings.availability.closing_actions import close_place
from bookings.availability.models import Closure, Hold, HoldCell
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import OPEN, UNSENT, State
from bookings.catalog.models import MEETING_TYPE, Room, Site
from bookings.core.timespan import TimeSpan, five_minute_cells
from bookings.feeds.models import BusySpan, Feed
from bookings.inviting.models import Invitation
from bookings.registration.models import Registration
from portal import clock

Auto: Any = object()

_numbers = itertools.count(1)


def new_workways_id() -> str:
    """A Workways id that no other row of this run has."""
    return f"{next(_numbers):024x}"


def coming_slot(room: Room, *, minutes: int = 60, hour: int = 10) -> TimeSpan:
    """A slot on the first weekday that is at least two days ahead, at `hour` o'clock of the room's site."""
    zone = room.site.zone
    day = clock.now().astimezone(zone).date() + timedelta(days=2)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return TimeSpan.lasting(datetime(day.year, day.month, day.day, hour, tzinfo=zone), minutes)


def make_site(
    *, name: str = "Workways Bastille", country: str = "France", workways_id: str = Auto, **fields: Any
) -> Site:
    """A site in Paris time."""
    if workways_id is Auto:
        workways_id = new_workways_id()
    return Site.objects.create(name=name, country=country, workways_id=workways_id, seen_at=clock.now(), **fields)


def make_room(
    *, site: Site = Auto, name: str = Auto, workways_id: str = Auto, feed: bool = True, **fields: Any
) -> Room:
    """A meeting room for 2 to 8; `feed=False` leaves its calendar out, as for a room that was never read."""
    if site is Auto:
        site = make_site()
    if workways_id is Auto:
        workways_id = new_workways_id()
    if name is Auto:
        name = f"Room {int(workways_id, 16) % 100_000}"
    values: dict[str, Any] = {
        "public_name": name,
        "type": MEETING_TYPE,
        "description": "A quiet room with daylight.",
        "actual_state": "libre",
        "surface": 20,
        "min_people": 2,
        "max_people": 8,
        "seats": 8,
        "configuration": "meeting",
        "equipment": "Screen, whiteboard",
        "min_minutes": 60,
        "max_minutes": 480,
        "step_minutes": 30,
        "hours_week": "09:00-18:00",
        "hour_minor": 2000,
        "half_day_minor": 7000,
        "day_minor": 12000,
        "seen_at": clock.now(),
    }
    values.update(fields)
    room = Room.objects.create(site=site, name=name, workways_id=workways_id, **values)
    if feed and room.is_meeting_room:
        make_feed(room=room)
    return room


def make_closure(*, site: Site = Auto, room: Room | None = None, first_day: date = Auto, **fields: Any) -> Closure:
    """The site, or one room of it, is closed for a whole day, in half a year."""
    if site is Auto:
        site = make_site() if room is None else room.site
    if first_day is Auto:
        first_day = clock.now().date() + timedelta(days=180)
    values: dict[str, Any] = {"from_time": None, "last_day": first_day, "until_time": None}
    values |= {"reason_en": "Painting", "reason_fr": "Peinture", "now": clock.now(), **fields}
    return close_place(site=site, room=room, first_day=first_day, **values)


def make_feed(*, room: Room = Auto, read_at: datetime | None = Auto, **fields: Any) -> Feed:
    """A feed that was read this very moment, a year ahead; `read_at=None` is one that was never read."""
    if room is Auto:
        room = make_room(feed=False)
    if read_at is Auto:
        read_at = clock.now()
    values: dict[str, Any] = {
        "version": 1,
        "attempted_at": read_at,
        "covers_until": None if read_at is None else read_at + timedelta(days=400),
        "due_at": clock.now() + timedelta(minutes=5),
    }
    values.update(fields)
    return Feed.objects.create(room=room, read_at=read_at, **values)


def make_busy_span(
    *, room: Room = Auto, span: TimeSpan = Auto, start: datetime = Auto, minutes: int = 60, uid: str = Auto
) -> BusySpan:
    """An hour of somebody's meeting, from `start` on, or the `span` itself."""
    if room is Auto:
        room = make_room()
    if span is Auto:
        span = coming_slot(room, minutes=minutes) if start is Auto else TimeSpan.lasting(start, minutes)
    if uid is Auto:
        uid = f"meeting{next(_numbers)}@workways.example"
    return BusySpan.objects.create(room=room, start=span.start, end=span.end, uid=uid)


def make_hold(
    *,
    room: Room = Auto,
    span: TimeSpan = Auto,
    start: datetime = Auto,
    minutes: int = 60,
    expires_at: datetime | None = Auto,
    **fields: Any,
) -> Hold:
    """A hold with its cells, alive for ten minutes; `expires_at=None` is one that lives as long as its request."""
    if room is Auto:
        room = make_room()
    if span is Auto:
        span = coming_slot(room, minutes=minutes) if start is Auto else TimeSpan.lasting(start, minutes)
    if expires_at is Auto:
        expires_at = clock.now() + timedelta(minutes=10)
    values: dict[str, Any] = {
        "browser_key": f"browser-{next(_numbers)}",
        "email": f"guest{next(_numbers)}@example.org",
        "network": f"192.0.{next(_numbers) % 250}.0/24",
    }
    values.update(fields)
    hold = Hold.objects.create(room=room, start=span.start, end=span.end, expires_at=expires_at, **values)
    HoldCell.objects.bulk_create(HoldCell(hold=hold, room=room, cell=cell) for cell in five_minute_cells(span))
    return hold


def make_booking_request(
    *,
    room: Room = Auto,
    span: TimeSpan = Auto,
    start: datetime = Auto,
    minutes: int = 60,
    state: State = State.AWAITING_PROOF,
    hold: Hold | None = Auto,
    **fields: Any,
) -> BookingRequest:
    """A request of a guest for an hour; as long as it is open it has its hold."""
    if room is Auto:
        room = make_room()
    if span is Auto:
        span = coming_slot(room, minutes=minutes) if start is Auto else TimeSpan.lasting(start, minutes)
    values: dict[str, Any] = {
        "zone_name": room.site.zone_name,
        "people": 2,
        "email": f"guest{next(_numbers)}@example.org",
        "name": "Jeanne Martin",
        "language": "en",
        "browser_key": f"browser-{next(_numbers)}",
        "price_minor": None if room.hour_minor is None else room.hour_minor * span.minutes // 60,
        "price_is_exact": True,
    }
    values.update(fields)
    if hold is Auto:
        hold = None
        if state in OPEN:
            hold = make_hold(
                room=room,
                span=span,
                browser_key=values["browser_key"],
                email=values["email"],
                expires_at=Auto if state in UNSENT else None,
            )
    return BookingRequest.objects.create(room=room, start=span.start, end=span.end, state=state, hold=hold, **values)


def make_registration(
    *, booking_request: BookingRequest | None = None, site: Site | None = Auto, **fields: Any
) -> Registration:
    """A draft with a proved address: of the request's person if there is one, else of a company that wants a site."""
    values: dict[str, Any] = {
        "language": "en",
        "browser_key": f"browser-{next(_numbers)}",
        "email": f"company{next(_numbers)}@example.org",
        "proved_at": clock.now(),
        "first_name": "Jeanne",
        "last_name": "Martin",
        "phone": "+33 1 23 45 67 89",
        "company": "Atelier Martin",
        "country": "fr",
        "users": 3,
    }
    if booking_request is not None:
        values.update(
            browser_key=booking_request.browser_key, email=booking_request.email, language=booking_request.language
        )
    values.update(fields)
    if site is Auto:
        site = None if booking_request is not None or values.get("room") else make_site()
    return Registration.objects.create(booking_request=booking_request, site=site, **values)


def make_invitation(*, room: Room | None = Auto, span: TimeSpan | None = None, **fields: Any) -> Invitation:
    """A booking link of the team to a room, with a time if there is a `span`; prepared, not sent."""
    if room is Auto:
        room = make_room()
    values: dict[str, Any] = {
        "site": None if room is None else room.site,
        "start": None if span is None else span.start,
        "end": None if span is None else span.end,
        "zone_name": "Europe/Paris" if room is None else room.site.zone_name,
        "people": 2,
        "email": f"invited{next(_numbers)}@example.org",
        "language": "en",
        "life_hours": 72,
        "created_by": "Sofia Keller",
    }
    values.update(fields)
    return Invitation.objects.create(room=room, **values)
