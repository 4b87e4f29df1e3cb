"""A small world of the embedded API, made by hand so that each test knows what is in it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from django.db import connection

from portal import clock
from portal.embedded import slots
from portal.embedded.auth import create_token, ensure_developer
from portal.embedded.models import Meeting, MeetingCell, MeetingState, Organization, Rate, Room, Site, User

DEVELOPER = "dev@integrator.example"
KNOWN = "jean.dupont@acme.example"
TEMPORARY = "marie.martin@example.org"
ARCHIVED = "paul.archive@acme.example"
OF_ARCHIVED_COMPANY = "lea.moreau@nord.example"
NEW = "nina.neuf@startup.example"


@dataclass(frozen=True)
class World:
    """The rows that tests speak of."""

    paris: Site
    dublin: Site
    seine: Room
    liffey: Room
    office: Room
    private_office: Room
    technical: Room
    acme: Organization
    nord: Organization
    token: str


def build_world() -> World:
    """Paris with a meeting room, an office, a rented private office and a technical room; Dublin
    with a meeting room.
    """
    paris = Site.objects.create(name="Workways Paris", country="FR", zone_name="Europe/Paris")
    dublin = Site.objects.create(name="Dublin Coworking Center", country="IE", zone_name="Europe/Dublin")
    acme = _organization("Acme Corp", company_number="73282932000074", rental_end_on=date(2026, 12, 31))
    nord = _organization("Atelier Nord", is_archived=True)
    _people(acme, nord)
    return World(
        paris=paris,
        dublin=dublin,
        seine=make_room(paris, "Seine"),
        liffey=make_room(dublin, "Liffey", public_name="Liffey view"),
        office=make_room(paris, "Bureau", type="publicOffice", price_per_month="1300", surface=None, image_id=""),
        private_office=make_room(
            paris,
            "Private Office 101",
            type="privateOffice",
            public_name="Executive Suite",
            default_state="rented",
            actual_state="rented",
            organization=acme,
            price_per_month="1500€",
        ),
        technical=make_room(paris, "Archives", type="privateAccess"),
        acme=acme,
        nord=nord,
        token=make_token(),
    )


def make_token(email: str = DEVELOPER) -> str:
    """A working token of a developer."""
    return create_token(user=ensure_developer(email=email, now=clock.now()), name="Test", now=clock.now())[1]


def make_room(site: Site, name: str, **more: Any) -> Room:
    """A public meeting room for eight: 45 euro an hour, 150 half a day, 270 a day."""
    plain: dict[str, Any] = {
        "type": "publicMeeting",
        "default_state": "bookable",
        "actual_state": "bookable",
        "surface": 25,
        "description": "Modern meeting room",
        "min_person": 2,
        "max_person": 8,
        "nb_seat": 8,
        "configuration": "boardroom",
        "other_configuration": "Whiteboard",
        "min_minutes": 60,
        "max_minutes": 480,
        "step_minutes": 30,
        "slot_week": "09:00-18:00",
        "hour_minor": 4500,
        "half_day_minor": 15000,
        "day_minor": 27000,
        "image_id": f"{name.lower():.10}-picture",
    }
    return Room.objects.create(site=site, name=name, **{**plain, **more})


def make_meeting(room: Room, start: datetime, *, minutes: int = 60, **more: Any) -> Meeting:
    """A confirmed meeting that has its slot."""
    meeting = Meeting.objects.create(
        room=room, start=start, end=start + timedelta(minutes=minutes), **{"state": MeetingState.CONFIRMED, **more}
    )
    MeetingCell.objects.bulk_create(slots.build_cells(meeting))
    return meeting


def make_rates(site: Site) -> list[Rate]:
    """The three options of the document's example."""
    return [
        Rate.objects.create(
            site=site, key="parking", name_en="Parking Space", name_fr="Place de Parking", type="other", is_unique=True,
            public_base_minor=15000, member_base_minor=13500, setup_minor=5000,
        ),
        Rate.objects.create(
            site=site, key="service_by_month", name_en="Monthly Service", name_fr="Service mensuel", type="promo",
            public_base_minor=20000, member_base_minor=18000, public_promo_minor=15000, member_promo_minor=13500,
            promo_months=3, setup_minor=10000, vat_type="special", vat_rate="10",
        ),
        Rate.objects.create(
            site=site, key="tv_rental", name_en="TV Rental", name_fr="Location TV", type="quantity",
            public_base_minor=3000, member_base_minor=2700,
        ),
    ]  # fmt: skip


def make_rate(site: Site, key: str, type_: str, *, is_unique: bool) -> Rate:
    """An option of this key and type, with the prices that belong to the type; a quote has none."""
    has_prices, has_promo = type_ != "quote", type_.startswith("promo")
    return Rate.objects.create(
        site=site, key=key, name_en=key.title(), name_fr=key.upper(), type=type_, is_unique=is_unique,
        public_base_minor=20000 if has_prices else None, member_base_minor=18000 if has_prices else None,
        public_promo_minor=15000 if has_promo else None, member_promo_minor=13500 if has_promo else None,
        promo_months=3 if has_promo else None, setup_minor=5000, vat_type="special", vat_rate="10",
    )  # fmt: skip


def booking(room: Room, **more: Any) -> dict[str, Any]:
    """The body of a meeting-request: Monday 12 January 2026, 14:00 UTC, an hour."""
    plain = {"contactEmail": KNOWN, "bookedRoom": room.pk, "bookedAt": "2026-01-12T14:00:00Z", "duration": 60}
    return {**plain, **more}


def enrolment(**more: Any) -> dict[str, Any]:
    """The body of a register call, still without a place."""
    plain = {"name": "Startup SAS", "firstName": "Nina", "email": NEW, "phone": "+33612345678", "maxResidentUsers": 5}
    return {**plain, **more}


def whole_database() -> dict[str, list[tuple[Any, ...]]]:
    """Each row of each table, so that a test can say that nothing at all was changed."""
    with connection.cursor() as cursor:
        found = {}
        for table in _list_tables():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  the database's own word for it
            found[table] = cursor.fetchall()
    return found


@cache
def _list_tables() -> list[str]:
    """All that Django's models have, and what Django keeps beside them."""
    with connection.cursor() as cursor:
        return sorted(connection.introspection.table_names(cursor))


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of January 2026."""
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


def _organization(name: str, **more: Any) -> Organization:
    return Organization.objects.create(
        name=name, folded_name=name.casefold(), country="FR", activated_at=clock.now(), **more
    )


def _people(acme: Organization, nord: Organization) -> None:
    now = clock.now()
    for email, role, organization, more in (
        (KNOWN, "principal-admin", acme, {"first_name": "Jean", "last_name": "Dupont", "verified_at": now}),
        (TEMPORARY, "temp", None, {"first_name": "Marie", "last_name": "Martin"}),
        (ARCHIVED, "user", acme, {"is_archived": True, "verified_at": now}),
        (OF_ARCHIVED_COMPANY, "principal-admin", nord, {"verified_at": now}),
    ):
        User.objects.create(email=email, role=role, organization=organization, **more)
