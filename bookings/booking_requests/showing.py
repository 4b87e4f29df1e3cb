"""What the template of a request is told: how it stands, what to do next, and which other times there are."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bookings.availability.queries import Asker, Slot, nearby_slots, next_free, room_day
from bookings.availability.sentences import Explanation, explain
from bookings.booking_requests import pages
from bookings.booking_requests.forms import AskForm, BookForm, DayForm, slot_value
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.queries import answer_for, asker_behind
from bookings.booking_requests.states import UNSENT, State
from bookings.catalog.models import Room
from bookings.core.answers import Answer, Blocked
from bookings.core.money import Money
from bookings.core.timespan import TimeSpan
from bookings.links.queries import is_proved
from bookings.offers.queries import catalog_offer
from portal import clock

ALTERNATIVES = 4
# From these a guest may start again with everything typed.
RESTARTABLE = frozenset({State.EXPIRED, State.REFUSED})


@dataclass(frozen=True, slots=True)
class Choice:
    """Another time, what a button says of it to the server, and what it costs by the catalog."""

    slot: Slot
    value: str
    price: Money | None


def list_choices(room: Room, span: TimeSpan, *, asker: Asker, now: dt.datetime) -> list[Choice]:
    """The nearest other times of the room; if there is none within a week, the next one at all."""
    slots = nearby_slots(room, span, asker=asker, now=now, count=ALTERNATIVES)
    if not slots:
        further = next_free(room, asker=asker, now=now, duration_minutes=span.minutes)
        slots = [further] if further is not None else []
    return [_choice(room, slot, asker.people) for slot in slots]


def _choice(room: Room, slot: Slot, people: int) -> Choice:
    return Choice(slot, slot_value(slot.span), catalog_offer(room, slot.span, people).price)


@dataclass(frozen=True, slots=True)
class Shown:
    """What happened on the way to this page, when it is not simply looked at."""

    book_form: BookForm | None = None
    ask_form: AskForm | None = None
    # The answer for another time that was wanted and can't be had.
    denied: Blocked | None = None
    # Why no further time can be held.
    limit: Explanation | None = None
    # What the price was before it moved.
    old_price: Money | None = None
    price_moved: bool = False
    # Another tab changed the request since the page was made.
    is_outdated: bool = False


NOTHING = Shown()


def render_booking(
    request: HttpRequest, booking: BookingRequest, *, shown: Shown = NOTHING, status: int = 200
) -> HttpResponse:
    """The page of a request, for the browser that has it."""
    now = clock.now()
    is_unsent = booking.state in UNSENT
    answer = answer_for(request=booking, now=now) if is_unsent else None
    page = pages.page_of(booking, answer)
    proved = booking.state != State.AWAITING_PROOF or is_proved(
        browser_key=booking.browser_key, email=booking.email, now=now
    )
    context = {
        **summary(booking, page, now=now),
        "shown": shown,
        "answer": answer,
        "explanation": _explain(booking, shown.denied or answer),
        "choices": _choices(booking, answer, shown, now=now),
        "day_form": None,
        "day_slots": [],
        "restart_value": slot_value(booking.span) if booking.state == State.EXPIRED and booking.start > now else "",
        "needs_code": not proved,
        "seen": seen_value(booking),
        "book_form": shown.book_form or BookForm(needs_code=not proved),
        "ask_form": shown.ask_form or AskForm(),
        "asks": [] if is_unsent else list(booking.asks.order_by("created_at", "pk")),
    }
    if is_unsent or booking.state in RESTARTABLE:
        context.update(_day(request, booking, now=now))
    response = render(request, "booking_requests/booking.html", context, status=status)
    return keep_private(response)


def seen_value(booking: BookingRequest) -> str:
    """Stands for the very offer on the page: room, time, people and price."""
    return booking.price_fingerprint


def summary(booking: BookingRequest, page: pages.Page, *, now: dt.datetime) -> dict[str, Any]:
    """What every page about a request says."""
    hold = booking.hold
    return {
        "booking": booking,
        "room": booking.room,
        "page": page,
        "words": pages.words_of(booking),
        "now": now,
        "held_until": hold.expires_at if hold and hold.expires_at and hold.expires_at > now else None,
        "may_extend": bool(hold and hold.expires_at and hold.expires_at > now and not hold.extended),
    }


def keep_private(response: HttpResponse) -> HttpResponse:
    """Pages of one person's request stay out of caches, search engines and other sites' logs.

    The policy is strict-origin, not no-referrer: under that one browsers send "Origin: null" with a form, which the
    check against forged requests has to refuse. Neither lets an address with a token in it out.
    """
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "strict-origin"
    return response


def _explain(booking: BookingRequest, answer: Answer | None) -> Explanation | None:
    if not isinstance(answer, Blocked):
        return None
    return explain(answer, zone=booking.zone, start=booking.start)


def _choices(booking: BookingRequest, answer: Answer | None, shown: Shown, *, now: dt.datetime) -> list[Choice]:
    needs_other = isinstance(answer, Blocked) or shown.denied is not None or booking.state in RESTARTABLE
    if not needs_other or not booking.room.is_meeting_room:
        return []
    return list_choices(booking.room, booking.span, asker=asker_behind(booking, now=now), now=now)


def _day(request: HttpRequest, booking: BookingRequest, *, now: dt.datetime) -> dict[str, Any]:
    """The free times of the day that the address names, for whoever wants quite another one."""
    today = now.astimezone(booking.zone).date()
    data = request.GET if request.GET.get("day") else None
    form = DayForm(data, today=today)
    if not form.is_bound or not form.is_valid():
        return {"day_form": form}
    asker = asker_behind(booking, now=now)
    week = room_day(booking.room, form.cleaned_data["day"], asker=asker, now=now, duration_minutes=booking.span.minutes)
    slots = [_choice(booking.room, slot, booking.people) for day in week.days for slot in day.bookable_slots]
    return {"day_form": form, "day_slots": slots}
