"""Makes what the Workways client hands out, so that tests can say what the upstream says."""

from typing import Any

from bookings.catalog.models import MEETING_TYPE
from portal.workways import Room, Site


def make_upstream_site(*, id: str = "a" * 24, name: str = "Workways Bastille", country: str = "France") -> Site:
    """A site as the upstream lists it."""
    return Site(
        id=id, name=name, country=country, room_count=None, meeting_room_count=None, public_rooms=(), other_rooms=()
    )


def make_upstream_room(*, id: str = "1" * 24, **fields: Any) -> Room:
    """A meeting room as the upstream describes it to a caller with a token, at the site of `make_upstream_site`."""
    values: dict[str, Any] = {
        "name": "Room A",
        "public_name": "Meeting Room A",
        "type": MEETING_TYPE,
        "surface": 25,
        "description": "Modern meeting room with video conferencing",
        "actual_state": "bookable",
        "site_id": "a" * 24,
        "site_name": "Workways Bastille",
        "country": "France",
        "min_person": 2,
        "max_person": 8,
        "nb_seat": 8,
        "configuration": "boardroom",
        "other_configuration": "Video conferencing, whiteboard",
        "min_duration": 60,
        "max_duration": 480,
        "step_duration": 30,
        "slot_week": "09:00-18:00",
        "slot_saturday": "",
        "slot_sunday": "",
        "price_per_hour": None,
        "price_per_half_day": None,
        "price_per_day": None,
        "price_per_month": "",
        "image": "",
        "organization_id": "",
        "organization_name": "",
        "contract_end_date": "",
    }
    values.update(fields)
    return Room(id=id, **values)
