"""What a slot costs: from the catalog at once, or from the upstream, which computes it for just this slot."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.cache import cache

from bookings.catalog.directory import ListedRoom
from bookings.catalog.models import Room
from bookings.core.money import Money
from bookings.core.timespan import TimeSpan
from bookings.offers.rules import Offer, Rent, catalog_price, fingerprint, week_of_month
from portal.workways import Rejected, WorkwaysError
from portal.workways.connect import workways

# The longest that a visitor waits for an exact price.
TIMEOUT_SECONDS = 2.0
KEEP_SECONDS = 600
# A slow or silent upstream would hold up every page that asks, so after one failure nobody asks for a while.
PAUSE_SECONDS = 30
PAUSE_KEY = "offers:pause"
_MOST_EUROS = 10_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What the upstream said of one slot, as it is kept; `is_known` false when it refused to name a price."""

    price: Money | None
    is_known: bool
    as_of: datetime


def price_of(room: Room | ListedRoom, minutes: int) -> Money | None:
    """The price of so many minutes by the mirrored catalog; None means on request."""
    return catalog_price(room.per_hour, room.per_half_day, room.per_day, minutes)


def catalog_offer(room: Room, span: TimeSpan, people: int) -> Offer:
    """The estimate from the mirrored catalog, as old as the mirror; never asks the upstream."""
    price = price_of(room, span.minutes)
    return Offer(price, False, fingerprint(room.workways_id, span, people, price), room.seen_at)


def exact_price(room: Room, span: TimeSpan, people: int, *, now: datetime, fresh: bool = False) -> Offer:
    """The upstream's price for this slot, at most ten minutes old; the catalog's, marked as not exact, if it fails.

    Takes two seconds at most. An upstream that fails is left alone for half a minute. `fresh` asks anew, which is for
    the moment before a booking.
    """
    key = f"offers:{room.workways_id}:{span.start:%Y%m%dT%H%M%SZ}:{span.minutes}:{people}"
    question = {"start": span.start, "duration_minutes": span.minutes, "people": people}
    answer = _kept_or_asked(key, room, question, now, fresh=fresh)
    if answer is None or not answer.is_known:
        return catalog_offer(room, span, people)
    return Offer(answer.price, True, fingerprint(room.workways_id, span, people, answer.price), answer.as_of)


def catalog_rent(room: Room) -> Rent:
    """An office's rent by the mirrored catalog, which knows the month's; never asks the upstream."""
    return Rent(week_of_month(room.per_month), room.per_month, False)


def exact_rent(room: Room, *, now: datetime) -> Rent:
    """The upstream's rent of an office, at most ten minutes old; the catalog's, marked as not exact, if it fails.

    Two seconds at most for each of the two questions; after a failed first one the second isn't asked.
    """
    answers = [
        _kept_or_asked(f"rents:{room.workways_id}:{period}", room, {"period": period}, now)
        for period in ("week", "month")
    ]
    known = [answer for answer in answers if answer is not None and answer.is_known]
    if len(known) < len(answers):
        return catalog_rent(room)
    return Rent(known[0].price, known[1].price, True)


def _kept_or_asked(
    key: str, room: Room, question: dict[str, Any], now: datetime, *, fresh: bool = False
) -> Answer | None:
    answer: Answer | None = None if fresh else cache.get(key)
    if answer is None and not cache.get(PAUSE_KEY):
        answer = ask(room, question, now)
        if answer is None:
            cache.set(PAUSE_KEY, True, PAUSE_SECONDS)
        else:
            cache.set(key, answer, KEEP_SECONDS if answer.is_known else PAUSE_SECONDS)
    return answer


def ask(room: Room, question: dict[str, Any], now: datetime) -> Answer | None:
    """The upstream's answer to a question about a room's price, or None when it gave none. Two seconds at most."""
    try:
        said = workways().room_price(room.workways_id, **question, timeout=TIMEOUT_SECONDS)
    except Rejected:
        return Answer(None, False, now)
    except WorkwaysError:
        return None
    return Answer(_as_price(said.price), True, now)


def _as_price(amount: Decimal | None) -> Money | None:
    # Zero is how the upstream writes "no price", and an amount that no room costs is a mistake: both are on request.
    if amount is None or not amount.is_finite() or not 0 < amount < _MOST_EUROS:
        return None
    return Money.from_decimal(amount)
