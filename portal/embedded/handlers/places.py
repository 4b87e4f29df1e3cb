"""GET /api/sites, /api/rooms and /api/countries.

A list may hold a thousand rooms, and making a model of each would take most of its time; so rows are read as they come.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet

from portal.embedded.answers import ApiResponse, Call, number_of, success
from portal.embedded.countries import english_name
from portal.embedded.models import MEETING_TYPES, OFFICE_TYPES, PUBLIC_TYPES, Room, Site


class _ListedRow(NamedTuple):
    """What a site tells of a room; the names are the columns."""

    id: str
    site_id: str
    name: str
    public_name: str
    type: str
    surface: int | None
    actual_state: str


class _RoomRow(NamedTuple):
    """What is told of a room; the names are the columns."""

    id: str
    name: str
    public_name: str
    type: str
    description: str
    actual_state: str
    surface: int | None
    site_id: str
    site__name: str
    site__country: str
    min_person: int
    max_person: int
    nb_seat: int
    configuration: str
    other_configuration: str
    min_minutes: int
    max_minutes: int
    step_minutes: int
    slot_week: str
    slot_saturday: str
    slot_sunday: str
    hour_minor: int
    half_day_minor: int
    day_minor: int
    price_per_month: str
    image_id: str
    organization_id: str | None
    organization__name: str | None
    contract_end_on: date | None
    organization__rental_end_on: date | None


def sites(call: Call) -> ApiResponse:
    """The sites that have a public room, by name (W81), each with its rooms.

    `roomCount` counts the office types and `meetingRoomCount` the meeting types among the rooms listed for the site
    (W21).
    """
    found = _public_sites()
    if call.values["country"]:
        found = found.filter(country=call.values["country"])
    rooms_by_site: dict[str, list[_ListedRow]] = defaultdict(list)
    for room in map(_ListedRow._make, _rooms(call).values_list(*_ListedRow._fields)):
        rooms_by_site[room.site_id].append(room)
    return success([_site(site, rooms_by_site[site.pk], is_full=call.caller is not None) for site in found])


def rooms(call: Call) -> ApiResponse:
    """All details of the rooms, by name; every type, price and tenant only with a token. An unknown site has none."""
    found = _rooms(call).filter(site__is_archived=False)
    if call.values["country"]:
        found = found.filter(site__country=call.values["country"])
    if call.values["site"]:
        found = found.filter(site_id=call.values["site"])
    is_full, base_url = call.caller is not None, call.request.base_url
    rows = map(_RoomRow._make, found.values_list(*_RoomRow._fields))
    return success([_room(room, is_full=is_full, base_url=base_url) for room in rows])


def countries(call: Call) -> ApiResponse:
    """English names of the countries with public sites, in alphabetical order."""
    del call  # The same for everybody.
    codes = _public_sites().order_by().values_list("country", flat=True).distinct()
    return success(sorted(english_name(code) for code in codes))


def _public_sites() -> QuerySet[Site]:
    public = Room.objects.filter(type__in=PUBLIC_TYPES, is_archived=False).values("site_id")
    return Site.objects.filter(is_archived=False, pk__in=public)


def _rooms(call: Call) -> QuerySet[Room]:
    """The rooms this caller may see, of the wanted type.

    Without a token there are only public ones, whatever `type` says (W23); with one, no `type` means `all` (W22).
    A type that nobody has gives no rooms (W13).
    """
    found = Room.objects.filter(is_archived=False)
    if call.caller is None:
        found = found.filter(type__in=PUBLIC_TYPES)
    wanted = call.values["type"]
    return found.filter(type=wanted) if wanted and wanted != "all" else found


def _site(site: Site, rooms_of_site: list[_ListedRow], *, is_full: bool) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "_id": site.pk,
        "name": site.name,
        "country": english_name(site.country),
        "roomCount": _count(rooms_of_site, OFFICE_TYPES),
        "meetingRoomCount": _count(rooms_of_site, MEETING_TYPES),
        "publicRooms": [_listed_room(room, is_full=is_full) for room in rooms_of_site if room.type in PUBLIC_TYPES],
    }
    if is_full:
        others = [room for room in rooms_of_site if room.type not in PUBLIC_TYPES]
        answer["otherRooms"] = [_listed_room(room, is_full=True) for room in others]
    return answer


def _count(listed: Iterable[_ListedRow], types: tuple[str, ...]) -> int:
    return sum(room.type in types for room in listed)


def _listed_room(room: _ListedRow, *, is_full: bool) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "_id": room.id,
        "name": room.name,
        "publicName": room.public_name or room.name,
        "type": room.type,
        "surface": -1 if room.surface is None else room.surface,
    }
    if is_full:
        answer["actualState"] = room.actual_state
    return answer


def _room(room: _RoomRow, *, is_full: bool, base_url: str) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "_id": room.id,
        "name": room.name,
        "publicName": room.public_name or room.name,
        "type": room.type,
        "description": room.description,
        "actualState": room.actual_state,
        "surface": -1 if room.surface is None else room.surface,
        "siteId": room.site_id,
        "siteName": room.site__name,
        "country": english_name(room.site__country),
        "minPerson": room.min_person,
        "maxPerson": room.max_person,
        "nbSeat": room.nb_seat,
        "configuration": room.configuration,
        "otherConfiguration": room.other_configuration,
        "minDurationBooking": room.min_minutes,
        "maxDurationBooking": room.max_minutes,
        "stepDurationBooking": room.step_minutes,
        "slotWeek": room.slot_week,
        "slotSaturday": room.slot_saturday,
        "slotSunday": room.slot_sunday,
        # Without a token the hour, half day and day are always 0, but the month is told (W28).
        "pricePerHour": number_of(room.hour_minor) if is_full else 0,
        "pricePerHalfDay": number_of(room.half_day_minor) if is_full else 0,
        "pricePerDay": number_of(room.day_minor) if is_full else 0,
        "pricePerMonth": room.price_per_month,
        "image": f"{base_url}/imageroom?id={room.image_id}" if room.image_id else "",
    }
    if is_full and room.organization_id is not None:
        # Only rooms that are rented carry these three keys (W30); the organization's date stands in for the room's
        # (W31).
        end = room.contract_end_on or room.organization__rental_end_on
        answer["organizationId"] = room.organization_id
        answer["organizationName"] = room.organization__name
        answer["contractEndDate"] = end.isoformat() if end else ""
    return answer
