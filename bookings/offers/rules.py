"""What a slot or an office costs by the catalog, and what exactly was offered; pure."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import lru_cache

from bookings.core.money import Money
from bookings.core.timespan import TimeSpan

HALF_DAY_MINUTES = 4 * 60
DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Offer:
    """The price of a room for a span and a number of people.

    `price` None means on request. `is_exact`: the upstream computed it for just this slot; otherwise it is our estimate
    from the catalog. `fingerprint` changes whenever anything offered changes. `as_of` is when the upstream said it.
    """

    price: Money | None
    is_exact: bool
    fingerprint: str
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Rent:
    """What an office costs a week and a month; None means on request. `is_exact` as for an offer."""

    week: Money | None
    month: Money | None
    is_exact: bool


def week_of_month(month: Money | None) -> Money | None:
    """A week's rent from a month's, an estimate: twelve months over 52 weeks, half a cent rounded up."""
    return None if month is None else Money(int(Fraction(month.minor * 12, 52) + Fraction(1, 2)), month.currency)


@lru_cache(maxsize=4096)
def catalog_price(hour: Money | None, half_day: Money | None, day: Money | None, minutes: int) -> Money | None:
    """The catalog's price of so many minutes, an estimate: the upstream's own formula is not documented.

    The hourly rate in proportion to the minutes, but up to four hours at most the half-day, and each day of 24 hours at
    most the day, where the catalog has such a price. Rounded half up to the cent. None, on request, where the catalog
    has no price that covers the time. Raises ValueError for no minutes at all.
    """
    if minutes <= 0:
        raise ValueError("A price is for at least one minute.")
    days, rest = divmod(minutes, DAY_MINUTES)
    parts = [_within_a_day(hour, half_day, day, DAY_MINUTES)] * days
    if rest:
        parts.append(_within_a_day(hour, half_day, day, rest))
    known = [part for part in parts if part is not None]
    currency = next((rate.currency for rate in (hour, half_day, day) if rate), "EUR")
    return Money(sum(known), currency) if len(known) == len(parts) else None


def _within_a_day(hour: Money | None, half_day: Money | None, day: Money | None, minutes: int) -> int | None:
    candidates = []
    if hour is not None:
        candidates.append(int(Fraction(hour.minor * minutes, 60) + Fraction(1, 2)))
    if half_day is not None and minutes <= HALF_DAY_MINUTES:
        candidates.append(half_day.minor)
    if day is not None:
        candidates.append(day.minor)
    return min(candidates, default=None)


def fingerprint(room_id: str, span: TimeSpan, people: int, price: Money | None) -> str:
    """64 hex digits that stand for this very offer: the same again only for the same room, span, people and price."""
    amount = "on request" if price is None else f"{price.minor} {price.currency}"
    offered = "\n".join((room_id, span.start.isoformat(), span.end.isoformat(), str(people), amount))
    return hashlib.sha256(offered.encode()).hexdigest()
