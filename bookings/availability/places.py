"""Opening hours and closings of a room from its row or from the directory: what staff set before the upstream's."""

import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from bookings.availability.closings import NO_CLOSINGS, ClosedTime, Closings, closed_span
from bookings.availability.models import Closure
from bookings.catalog.directory import ListedRoom
from bookings.catalog.models import Room
from bookings.core.zones import zone


def hours_of(room: Room | ListedRoom) -> tuple[str, str, str]:
    """The texts for weekdays, Saturday and Sunday: the room's own, else its site's, else the upstream's."""
    site = room.site
    return (
        room.own_hours_week or site.own_hours_week or room.hours_week,
        room.own_hours_saturday or site.own_hours_saturday or room.hours_saturday,
        room.own_hours_sunday or site.own_hours_sunday or room.hours_sunday,
    )


def closings_of(room: Room | ListedRoom) -> Closings:
    """What closes the room: its own closures, those of its site, and holidays. The same text gives the same value."""
    site = room.site
    if not (site.closings or room.closings or site.holidays_on):
        return NO_CLOSINGS
    country = site.country_code if site.holidays_on else ""
    return _closings(site.zone_name, site.closings, room.closings, country, site.holidays_open if country else "")


@lru_cache(maxsize=4096)
def _closings(zone_name: str, of_site: str, of_room: str, country: str, open_days: str) -> Closings:
    times = [one for text in (of_site, of_room) if text for one in _times(text, zone_name)]
    times.sort(key=lambda one: one.span)
    return Closings(tuple(times), country, frozenset(open_days_of(open_days)))


def open_days_of(text: str) -> list[date]:
    """The excepted holidays of a site, as it keeps them."""
    return [date.fromisoformat(word) for word in text.split()]


def _times(text: str, zone_name: str) -> Iterable[ClosedTime]:
    for first, start, last, until, english, french in json.loads(text):
        span = closed_span(date.fromisoformat(first), start, date.fromisoformat(last), until, zone(zone_name))
        if span is not None:
            yield ClosedTime(span, english, french)


def closures_as_text(closures: Iterable[Closure]) -> str:
    """Closures as a place keeps a copy of them: minutes of wall time, which `closings_of` reads again; "" for none."""
    rows = [
        [
            one.first_day.isoformat(),
            None if one.from_time is None else one.from_time.hour * 60 + one.from_time.minute,
            one.last_day.isoformat(),
            None if one.until_time is None else one.until_time.hour * 60 + one.until_time.minute,
            one.reason_en,
            one.reason_fr,
        ]
        for one in closures
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")) if rows else ""
