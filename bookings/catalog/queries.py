"""What pages read of the catalog; every function here asks the database a fixed number of times.

What vanished from the upstream or is hidden by staff is left out, unless a function says otherwise: a page about an old
booking needs its room.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from babel import Locale
from django.core.cache import cache
from django.db.models import Count, F, Min, Q, QuerySet

from bookings.catalog.directory import Directory, ListedRoom, ListedSite
from bookings.catalog.models import MEETING_TYPE, OFFICE_TYPE, PUBLIC_TYPES, CatalogState, OperatorSettings, Room, Site
from bookings.core.formats import locale_of
from bookings.core.identifiers import is_workways_id
from bookings.core.money import Money
from bookings.core.zones import country_code
from portal import clock

_OPERATOR_KEY = "operator-settings"
_OPERATOR_SECONDS = 30
_AT_HAND = timedelta(seconds=1)
_operator: tuple[datetime, OperatorSettings] | None = None
# A mirror read every five minutes that is this old means that the worker or the upstream has been away for long.
_READY_AGE = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Country:
    """A country with a listed site. `key` is what addresses carry: its code, or its name where we know no code."""

    key: str
    name: str


AnySite = TypeVar("AnySite", Site, ListedSite)
_Place = TypeVar("_Place", Site, Room)


@dataclass(frozen=True, slots=True)
class SiteOverview(Generic[AnySite]):
    """A site and what a list says of it: how many rooms it has, and the lowest catalog prices among them."""

    site: AnySite
    meeting_rooms: int
    offices: int
    lowest_per_hour: Money | None
    lowest_per_month: Money | None


def operator_settings() -> OperatorSettings:
    """Who runs this portal; cached for half a minute, because every page asks.

    Within a process for a second at most, so that a change is seen at once as people count.
    """
    global _operator
    now, at_hand = clock.now(), _operator
    if at_hand is not None and timedelta() <= now - at_hand[0] < _AT_HAND:
        return at_hand[1]
    kept: OperatorSettings | None = cache.get(_OPERATOR_KEY)
    if kept is None:
        kept = OperatorSettings.objects.first() or OperatorSettings()
        cache.set(_OPERATOR_KEY, kept, _OPERATOR_SECONDS)
    _operator = now, kept
    return kept


def forget_operator_settings() -> None:
    """Lets the next page read the operator's settings anew; called by who changed them."""
    global _operator
    _operator = None
    cache.delete(_OPERATOR_KEY)


def operator_of(site: Site | None) -> OperatorSettings:
    """The same for what concerns a site: its own contact and VAT wording in place of the operator's, where it has them.

    The operator's own for None. Asks nothing of the database that `operator_settings` doesn't.
    """
    kept = operator_settings()
    if site is None or not (site.contact_email or site.contact_phone or site.vat_wording):
        return kept
    return OperatorSettings(
        name=kept.name,
        contact_email=site.contact_email or kept.contact_email,
        contact_phone=site.contact_phone or kept.contact_phone,
        vat_wording=site.vat_wording or kept.vat_wording,
        reminder_hours=kept.reminder_hours,
    )


def catalog_state() -> CatalogState:
    """When the catalog was last read and what went wrong since; all empty before the first attempt."""
    return CatalogState.objects.first() or CatalogState()


def why_not_ready() -> str | None:
    """Why visitors should not be sent here for the catalog's sake, in English for the operator; None if they may be."""
    refreshed_at = catalog_state().refreshed_at
    if refreshed_at is None:
        return "the catalog was never read"
    age = clock.now() - refreshed_at
    if age > _READY_AGE:
        return f"the catalog was last read {int(age.total_seconds() // 60)} minutes ago"
    return None


def listed_rooms() -> QuerySet[Room]:
    """Every room that is offered today, its site and picture read along."""
    shown = Room.objects.filter(vanished_at=None, is_hidden=False, site__vanished_at=None, site__is_hidden=False)
    return in_order(shown.select_related("site", "picture"))


def in_order(rows: QuerySet[_Place], *before: str) -> QuerySet[_Place]:
    """Sites or rooms as lists have them: by the position that staff gave them, then by name."""
    name = "name" if rows.model is Site else "public_name"
    return rows.order_by(*before, F("position").asc(nulls_last=True), name, "workways_id")


def list_rooms(*, site: Site | None = None, type: str = "", country: str = "") -> list[Room]:
    """The offered rooms in order, those of one site, type or country (code or name) if asked."""
    rooms = listed_rooms()
    if site is not None:
        rooms = rooms.filter(site=site)
    if type:
        rooms = rooms.filter(type=type)
    if country:
        rooms = rooms.filter(site__country__in=_names_of_country(country))
    return list(rooms)


def list_sites(*, country: str = "") -> list[SiteOverview[Site]]:
    """The sites with anything to offer, by country and in order, those of one country (code or name) if asked."""
    room = Q(rooms__vanished_at=None, rooms__is_hidden=False)
    meeting, office = room & Q(rooms__type=MEETING_TYPE), room & Q(rooms__type=OFFICE_TYPE)
    sites = in_order(Site.objects.filter(vanished_at=None, is_hidden=False), "country")
    if country:
        sites = sites.filter(country__in=_names_of_country(country))
    annotated = sites.annotate(
        meeting_rooms=Count("rooms", filter=meeting),
        offices=Count("rooms", filter=office),
        lowest_hour=Min("rooms__hour_minor", filter=meeting),
        lowest_month=Min("rooms__month_minor", filter=office),
    ).exclude(meeting_rooms=0, offices=0)
    return [
        SiteOverview(
            site=site,
            meeting_rooms=site.meeting_rooms,
            offices=site.offices,
            lowest_per_hour=_money(site.lowest_hour),
            lowest_per_month=_money(site.lowest_month),
        )
        for site in annotated
    ]


def list_places(directory: Directory) -> list[SiteOverview[ListedSite]]:
    """The same for all countries out of the directory, asking nothing of the database."""
    found: list[SiteOverview[ListedSite]] | None = directory.notes.get("places")
    if found is None:
        found = directory.notes["places"] = _places(directory)
    return found


def _places(directory: Directory) -> list[SiteOverview[ListedSite]]:
    rooms_of: dict[int, list[ListedRoom]] = {}
    for room in directory.rooms:
        rooms_of.setdefault(room.site.pk, []).append(room)
    overviews = []
    for number, rooms in rooms_of.items():
        meeting, offices = ([room for room in rooms if room.type == kind] for kind in (MEETING_TYPE, OFFICE_TYPE))
        overviews.append(
            SiteOverview(
                site=directory.sites[number],
                meeting_rooms=len(meeting),
                offices=len(offices),
                lowest_per_hour=_money(min((room.hour_minor for room in meeting if room.hour_minor), default=None)),
                lowest_per_month=_money(min((room.month_minor for room in offices if room.month_minor), default=None)),
            )
        )
    return sorted(overviews, key=lambda one: (one.site.country, *one.site.place, one.site.workways_id))


def find_site(workways_id: str) -> Site | None:
    """The site of this Workways id, unless it vanished or is hidden."""
    if not is_workways_id(workways_id):
        return None
    return Site.objects.filter(workways_id=workways_id, vanished_at=None, is_hidden=False).first()


def get_site(workways_id: str) -> Site:
    """The site of this Workways id. Raises Site.DoesNotExist, also for one that vanished or is hidden."""
    site = find_site(workways_id)
    if site is None:
        raise Site.DoesNotExist(workways_id)
    return site


def find_room(workways_id: str, *, even_vanished: bool = False) -> Room | None:
    """The room of this Workways id, its site and picture read along; a vanished or hidden one only if asked for."""
    if not is_workways_id(workways_id):
        return None
    rooms = Room.objects.select_related("site", "picture") if even_vanished else listed_rooms()
    return rooms.filter(workways_id=workways_id).first()


def get_room(workways_id: str, *, even_vanished: bool = False) -> Room:
    """The room of this Workways id. Raises Room.DoesNotExist, also for one that vanished unless asked for."""
    room = find_room(workways_id, even_vanished=even_vanished)
    if room is None:
        raise Room.DoesNotExist(workways_id)
    return room


def list_countries(language: str) -> list[Country]:
    """The countries of sites with anything to offer, by their name in the language. One query."""
    sites = Site.objects.filter(vanished_at=None, is_hidden=False).filter(
        rooms__vanished_at=None, rooms__is_hidden=False, rooms__type__in=PUBLIC_TYPES
    )
    upstream = sites.order_by().values_list("country", flat=True).distinct()
    territories = Locale.parse(locale_of(language)).territories
    countries = {
        Country(code, territories.get(code, name)) if (code := country_code(name)) else Country(name, name)
        for name in upstream
    }
    return sorted(countries, key=lambda country: country.name)


def _names_of_country(key: str) -> list[str]:
    # The mirror keeps the upstream's English name; addresses carry the code, or a name typed by a person.
    wanted = country_code(key)
    names = Site.objects.order_by().values_list("country", flat=True).distinct()
    return [
        name
        for name in names
        if (country_code(name) == wanted if wanted else name.casefold() == key.strip().casefold())
    ]


def _money(minor: int | None) -> Money | None:
    return None if minor is None else Money(minor)
