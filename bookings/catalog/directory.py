"""Every listed site and room, kept in the memory of each process for as long as nothing about them changes.

Triggers of the database give the catalog a new stamp whenever anything changes that pages show of a site or a room,
whoever changes it (migrations 0003 and 0018). Each request reads the stamp, which is one row, and reads everything anew
when it is not the one it knows. So the directory is never older than the request. Stamps are random, not counted: a
transaction that was undone, or a backup put back, can't bring an old one back with other rooms.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import F

from bookings.catalog.models import MEETING_TYPE, OFFICE_TYPE, CatalogStamp, Room, Site
from bookings.catalog.own import ShownPicture
from bookings.core.languages import in_page_language
from bookings.core.money import Money
from bookings.core.zones import country_code, zone, zone_of_country

_kept: "Directory | None" = None
# Places without a position of their own come after all others.
_LAST = 1_000_000


class ListedSite(NamedTuple):
    """A site that is offered, with what pages say of it; named as in `models.Site`."""

    pk: int
    workways_id: str
    name: str
    country: str
    zone_name: str
    country_code: str
    position: int | None = None
    own_name_en: str = ""
    own_name_fr: str = ""
    own_hours_week: str = ""
    own_hours_saturday: str = ""
    own_hours_sunday: str = ""
    closings: str = ""
    holidays_on: bool = False
    holidays_open: str = ""
    vat_wording: str = ""

    @property
    def shown_name(self) -> str:
        """Its name for visitors, in the language of the page."""
        return in_page_language(self.own_name_en, self.own_name_fr) or self.name

    @property
    def place(self) -> tuple[int, str]:
        """Where it stands among other sites of its country."""
        return (_LAST if self.position is None else self.position, self.name)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the wall clock at this site."""
        return zone(self.zone_name)


class ListedRoom(NamedTuple):
    """A room that is offered, with what lists say of it; named as in `models.Room`, amounts in minor units.

    A tuple, because there are thousands of them and a search looks at each.
    """

    pk: int
    site: ListedSite
    workways_id: str
    public_name: str
    type: str
    surface: int | None
    min_people: int | None
    max_people: int | None
    seats: int | None
    configuration: str
    equipment: str
    min_minutes: int | None
    max_minutes: int | None
    step_minutes: int | None
    hours_week: str
    hours_saturday: str
    hours_sunday: str
    hour_minor: int | None
    half_day_minor: int | None
    day_minor: int | None
    month_minor: int | None
    position: int | None
    own_name_en: str
    own_name_fr: str
    own_hours_week: str
    own_hours_saturday: str
    own_hours_sunday: str
    closings: str
    has_feed: bool
    kept_picture: ShownPicture | None

    @property
    def shown_name(self) -> str:
        """Its name for visitors, in the language of the page."""
        return in_page_language(self.own_name_en, self.own_name_fr) or self.public_name

    @property
    def is_meeting_room(self) -> bool:
        """Booked by the hour, with a calendar."""
        return self.type == MEETING_TYPE

    @property
    def is_office(self) -> bool:
        """Rented by the month, through registration."""
        return self.type == OFFICE_TYPE

    @property
    def is_listed(self) -> bool:
        """Always: what vanished or is hidden is not in the directory."""
        return True

    @property
    def per_hour(self) -> Money | None:
        """The catalog's price of an hour, or None for "on request"."""
        return None if self.hour_minor is None else Money(self.hour_minor)

    @property
    def per_half_day(self) -> Money | None:
        """The catalog's price of half a day, or None where there is none."""
        return None if self.half_day_minor is None else Money(self.half_day_minor)

    @property
    def per_day(self) -> Money | None:
        """The catalog's price of a day, or None where there is none."""
        return None if self.day_minor is None else Money(self.day_minor)

    @property
    def per_month(self) -> Money | None:
        """Rent of a month, or None for "on request"."""
        return None if self.month_minor is None else Money(self.month_minor)


# The columns of a room that are read, in the order of the tuple; the site, feed and picture are put in by hand.
ROOM_COLUMNS = tuple(name for name in ListedRoom._fields if name not in ("pk", "site", "has_feed", "kept_picture"))
PICTURE_COLUMNS = ShownPicture._fields
OWN_PICTURE_COLUMNS = ("own_picture", "own_picture_width", "own_picture_height")
# Those of a site as they are read, but for its number, zone and country's code; and what decides whether it is there.
_SITE_COLUMNS = ListedSite._fields[ListedSite._fields.index("position") :]
SITE_COLUMNS = ("workways_id", "name", "country", "zone_override", *_SITE_COLUMNS, "vanished_at", "is_hidden")


@dataclass(slots=True, eq=False)
class Directory:
    """All listed sites by their number, all listed rooms by site, each in the order of its list.

    `notes` is where others keep what they worked out of it, under a name of their own; it goes when the directory goes.
    """

    stamp: int | None
    sites: dict[int, ListedSite]
    rooms: list[ListedRoom]
    notes: dict[str, Any] = field(default_factory=dict)

    def by_number(self) -> dict[int, ListedRoom]:
        """The rooms by their own number here."""
        found: dict[int, ListedRoom] | None = self.notes.get("by_number")
        if found is None:
            found = self.notes["by_number"] = {room.pk: room for room in self.rooms}
        return found

    def find_site(self, workways_id: str) -> ListedSite | None:
        """The site of this Workways id, or None for one that isn't listed."""
        found: dict[str, ListedSite] | None = self.notes.get("site_by_id")
        if found is None:
            found = self.notes["site_by_id"] = {site.workways_id: site for site in self.sites.values()}
        return found.get(workways_id)

    def meeting_rooms(self, site: ListedSite) -> list[ListedRoom]:
        """The site's meeting rooms by name."""
        found: dict[int, list[ListedRoom]] | None = self.notes.get("meeting_rooms")
        if found is None:
            found = {number: [] for number in self.sites}
            for room in self.rooms:
                if room.is_meeting_room:
                    found[room.site.pk].append(room)
            self.notes["meeting_rooms"] = found
        return found[site.pk]


def current_directory() -> Directory:
    """The directory as it stands now: one query, and two more after something changed."""
    global _kept
    stamp = _stamp()
    kept = _kept
    if kept is None or stamp is None or kept.stamp != stamp:
        # Read after the stamp: what changes in between shows by the next stamp.
        kept = _kept = _read(stamp)
    return kept


def last_directory() -> Directory:
    """The directory as this process read it last, which may be outdated. No query, but for the first time.

    For who reads the stamp together with something else, and begins again when it is another one by now.
    """
    return _kept or current_directory()


def _stamp() -> int | None:
    # Each search begins with this statement, and made by hand it takes a third of the time.
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT stamp FROM {CatalogStamp._meta.db_table}")  # noqa: S608 (our own name)
        row = cursor.fetchone()
    return None if row is None else row[0]


def _read(stamp: int | None) -> Directory:
    sites = {
        pk: ListedSite(pk, key, name, country, override or zone_of_country(country), country_code(country), *ours)
        for pk, key, name, country, override, *ours in Site.objects.filter(vanished_at=None, is_hidden=False)
        .order_by()
        .values_list("pk", "workways_id", "name", "country", "zone_override", *_SITE_COLUMNS)
    }
    pictures = (*OWN_PICTURE_COLUMNS, *(f"picture__{name}" for name in PICTURE_COLUMNS))
    rows = (
        Room.objects.filter(vanished_at=None, site__vanished_at=None, is_hidden=False, site__is_hidden=False)
        .order_by()
        .annotate(feed_pk=F("feed__pk"))
        .values_list("pk", "site_id", *ROOM_COLUMNS, "feed_pk", *pictures)
    )
    rooms = []
    for pk, site_id, *columns, feed, own, own_width, own_height, digest, width, height in rows:
        # A site that came between the two queries is there at the next stamp.
        site = sites.get(site_id)
        if site is not None:
            size = (own_width, own_height) if own else (width, height)
            picture = ShownPicture(own or digest, *size) if own or digest else None
            rooms.append(ListedRoom._make((pk, site, *columns, feed is not None, picture)))
    rooms.sort(key=_order)
    return Directory(stamp, sites, rooms)


def _order(room: ListedRoom) -> tuple[Any, ...]:
    place = _LAST if room.position is None else room.position
    return (*room.site.place, place, room.public_name, room.pk)
