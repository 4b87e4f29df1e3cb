"""Writes one snapshot of the upstream's catalog into the mirror; the only writer of sites and rooms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F

from bookings.catalog.models import PUBLIC_TYPES, CatalogState, Room, Site
from bookings.core.identifiers import is_workways_id
from bookings.core.money import Money, parse_price
from portal.workways import Room as UpstreamRoom
from portal.workways import Site as UpstreamSite

# Beyond these a number is a mistake at the source, and pages say nothing rather than nonsense.
_MOST_SQUARE_METERS = 100_000
_MOST_PEOPLE = 100_000
_MOST_MINUTES = 366 * 24 * 60
_MOST_EUROS = 10_000_000
_LONGEST_TEXT = 10_000

_Row = TypeVar("_Row", Site, Room)
_Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tally:
    """The Workways ids of the rows of one kind that a snapshot touched."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.vanished or self.returned)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a snapshot changed; false when it changed nothing.

    `was_empty`: the upstream named no room at all, which is never taken for the truth while the mirror has some.
    `unusable`: ids that are none, or rooms of a site without an id; such rooms are left out.
    """

    sites: Tally = Tally()
    rooms: Tally = Tally()
    unusable: tuple[str, ...] = ()
    was_empty: bool = False

    def __bool__(self) -> bool:
        return bool(self.sites or self.rooms)


@transaction.atomic
def apply_snapshot(sites: Iterable[UpstreamSite], rooms: Iterable[UpstreamRoom], now: datetime) -> Changes:
    """Makes the mirror equal to the snapshot, in one transaction, and writes only rows that differ.

    Nothing is ever deleted: what the snapshot no longer has is marked as vanished, and unmarked when it returns. Of
    the rooms only public meeting rooms and offices are mirrored. An empty list is a hiccup of the upstream and marks
    nothing. Each row that was seen is stamped, by one statement per table.
    """
    # The row is a lock: two snapshots are applied one after the other.
    CatalogState.objects.get_or_create(pk=1)
    CatalogState.objects.select_for_update().get(pk=1)
    named_sites, named = list(sites), list(rooms)
    usable = [room for room in named if _is_usable(room)]
    listed = [room for room in usable if room.type in PUBLIC_TYPES]

    site_values = _values_of_sites(named_sites, listed)
    site_tally, site_rows = _write(Site, site_values, may_vanish=bool(named_sites and usable), now=now)
    room_values = {room.id: _values_of_room(room, site_rows[room.site_id]) for room in listed}
    room_tally, _ = _write(Room, room_values, may_vanish=bool(usable), now=now)

    changes = Changes(
        sites=site_tally,
        rooms=room_tally,
        unusable=tuple(room.id[:60] for room in named if not _is_usable(room)),
        was_empty=not usable,
    )
    if changes:
        CatalogState.objects.filter(pk=1).update(version=F("version") + 1)
    return changes


def _is_usable(room: UpstreamRoom) -> bool:
    return is_workways_id(room.id) and is_workways_id(room.site_id)


def _write(
    model: type[_Row], wanted: Mapping[str, _Values], *, may_vanish: bool, now: datetime
) -> tuple[Tally, dict[str, _Row]]:
    rows = {row.workways_id: row for row in model._default_manager.order_by()}
    added = [model(workways_id=key, seen_at=now, **values) for key, values in wanted.items() if key not in rows]
    changed = [row for key, values in wanted.items() if (row := rows.get(key)) and _assign(row, values)]
    returned = [rows[key] for key in wanted if key in rows and rows[key].vanished_at is not None]
    vanished = [row for key, row in rows.items() if may_vanish and key not in wanted and row.vanished_at is None]

    if changed:
        model._default_manager.bulk_update(changed, list(next(iter(wanted.values()))), batch_size=100)
    for gone, instant in ((returned, None), (vanished, now)):
        if gone:
            model._default_manager.filter(pk__in=[row.pk for row in gone]).update(vanished_at=instant)
    model._default_manager.bulk_create(added)
    if may_vanish:
        # What has not vanished is exactly what this snapshot named.
        model._default_manager.filter(vanished_at=None).update(seen_at=now)

    rows.update({row.workways_id: row for row in added})
    tally = Tally(*(tuple(sorted(row.workways_id for row in part)) for part in (added, changed, vanished, returned)))
    return tally, rows


def _assign(row: Site | Room, values: _Values) -> bool:
    """Sets what differs, and says whether anything did."""
    different = [name for name, value in values.items() if getattr(row, name) != value]
    for name in different:
        setattr(row, name, values[name])
    return bool(different)


def _values_of_sites(sites: Iterable[UpstreamSite], rooms: Iterable[UpstreamRoom]) -> dict[str, _Values]:
    # A room names its site too, so a site that the other list lacks still has a row for its rooms.
    found = {room.site_id: (room.site_name, room.country) for room in rooms}
    found.update({site.id: (site.name, site.country) for site in sites if is_workways_id(site.id)})
    return {
        key: {"name": _text(name, 200) or key, "country": _text(country, 80)} for key, (name, country) in found.items()
    }


def _values_of_room(room: UpstreamRoom, site: Site) -> _Values:
    name = _text(room.name, 200) or _text(room.public_name, 200) or room.id
    return {
        "site_id": site.pk,
        "name": name,
        "public_name": _text(room.public_name, 200) or name,
        "type": room.type,
        "description": _text(room.description, _LONGEST_TEXT),
        "actual_state": _text(room.actual_state, 40),
        "surface": _count(room.surface, _MOST_SQUARE_METERS),
        "min_people": _count(room.min_person, _MOST_PEOPLE),
        "max_people": _count(room.max_person, _MOST_PEOPLE),
        "seats": _count(room.nb_seat, _MOST_PEOPLE),
        "configuration": _text(room.configuration, 100),
        "equipment": _text(room.other_configuration, _LONGEST_TEXT),
        "min_minutes": _count(room.min_duration, _MOST_MINUTES),
        "max_minutes": _count(room.max_duration, _MOST_MINUTES),
        "step_minutes": _count(room.step_duration, _MOST_MINUTES),
        "hours_week": _whole_text(room.slot_week, 100),
        "hours_saturday": _whole_text(room.slot_saturday, 100),
        "hours_sunday": _whole_text(room.slot_sunday, 100),
        "hour_minor": _minor(room.price_per_hour),
        "half_day_minor": _minor(room.price_per_half_day),
        "day_minor": _minor(room.price_per_day),
        "month_minor": _minor_of_text(room.price_per_month),
        "image_url": _whole_text(room.image, 500),
    }


def _text(value: str | None, longest: int) -> str:
    # No database stores a null byte in a text, and half a surrogate pair, which JSON can spell, can't be encoded.
    storable = (value or "").replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return storable.strip()[:longest].rstrip()


def _whole_text(value: str | None, longest: int) -> str:
    """The text, or "" when it is too long: half an address or half a timetable would be wrong, not just shorter."""
    text = _text(value, longest + 1)
    return text if len(text) <= longest else ""


def _count(value: int | None, most: int) -> int | None:
    return value if value is not None and 0 < value <= most else None


def _minor(amount: Decimal | None) -> int | None:
    """Minor units, or None: the upstream writes 0 where it says no price, and anything else odd is no price either."""
    if amount is None or not amount.is_finite() or not 0 < amount < _MOST_EUROS:
        return None
    return Money.from_decimal(amount).minor or None


def _minor_of_text(text: str | None) -> int | None:
    # A minus sign makes the amount nonsense, which parse_price alone would not see.
    if not text or "-" in text:
        return None
    price = parse_price(text[:40])
    return price.minor or None if price else None
