"""In which order found rooms are shown. Pure but for the words."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bookings.availability.masks import instant_of
from bookings.catalog.directory import ListedRoom
from bookings.core.money import Money
from bookings.offers.rules import catalog_price
from bookings.offers.slot_prices import Key, KnownPrice

# A room whose price or size nobody knows comes after all others.
_LAST = 10**9
Found = tuple[ListedRoom, int]


class Sort(TextChoices):
    """What the first room of the list is first in."""

    TIME = "time", _("Soonest first")
    PRICE = "price", _("Cheapest first")
    SIZE = "size", _("Smallest first")


def label_of(sort: Sort, *, is_office: bool) -> str:
    """The order's name; offices, which have no time, come by their sites instead."""
    return gettext("By site") if is_office and sort is Sort.TIME else str(sort.label)


def in_order(
    fits: list[Found], sort: Sort, minutes: int, *, known: Mapping[Key, KnownPrice] | None = None
) -> list[Found]:
    """The found rooms in this order; they come by time, and those that are equal stay so.

    By price, an exact one counts where it is known and the catalog's estimate elsewhere; a day's rent is no matter.
    """
    match sort:
        case Sort.TIME:
            return fits
        case Sort.SIZE:
            return sorted(fits, key=lambda fit: (fit[0].max_people or _LAST, fit[0].surface or _LAST))
        case Sort.PRICE:
            return sorted(fits, key=lambda fit: _amount(fit, minutes, known or {}))


def _amount(fit: Found, minutes: int, known: Mapping[Key, KnownPrice]) -> int:
    room, start = fit
    if room.is_office:
        return _LAST if room.month_minor is None else room.month_minor
    exact = known.get((room.pk, instant_of(start), minutes)) if known else None
    price = exact.price if exact is not None and exact.is_exact else estimate(room, minutes)
    return _LAST if price is None else price.minor


def estimate(room: ListedRoom, minutes: int) -> Money | None:
    """The catalog's price of so many minutes in a room, or None for "on request"."""
    return _estimate(room.hour_minor, room.half_day_minor, room.day_minor, minutes)


@lru_cache(maxsize=8192)
def _estimate(hour: int | None, half_day: int | None, day: int | None, minutes: int) -> Money | None:
    """Rooms share their prices, and a search asks for those of each."""
    rates = [None if one is None else Money(one) for one in (hour, half_day, day)]
    return catalog_price(rates[0], rates[1], rates[2], minutes)


def span_of(fits: list[Found]) -> tuple[datetime, datetime]:
    """The first and the last start among the found. Raises ValueError when there are none."""
    starts = [start for _, start in fits]
    return instant_of(min(starts)), instant_of(max(starts))
