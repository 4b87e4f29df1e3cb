"""The demo's sites, rooms, people and rates: invented, always with the same ids, so that documents and tests can name
them.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from portal.embedded.countries import ZONE_BY_COUNTRY
from portal.embedded.ids import named_id
from portal.embedded.models import Organization, Room, Site, User


def site_id(slug: str) -> str:
    """The id of a demo site."""
    return named_id("site", slug)


def room_id(slug: str, name: str) -> str:
    """The id of a demo room, by its site's slug and its internal name."""
    return named_id("room", slug, name)


# What documents and tests speak of.
PARIS = site_id("paris-republique")
BRUSSELS = site_id("brussels-louise")
DUBLIN = site_id("dublin-docklands")
BASTILLE = room_id("paris-republique", "Bastille")  # a meeting room with a full calendar
CANAL = room_id("paris-republique", "Canal")  # a meeting room without a meeting
MARAIS = room_id("paris-republique", "Bureau Marais")  # an office to rent
TEMPLE = room_id("paris-republique", "Bureau Temple")  # a private office that Acme Corp rents
ACME = named_id("organization", "acme")
NORD = named_id("organization", "atelier-nord")  # archived
KESTREL = named_id("organization", "kestrel")
JEAN = named_id("user", "jean.dupont@acme.example")
MARIE = named_id("user", "marie.martin@example.org")
PAUL = named_id("user", "paul.archive@acme.example")


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """A room of the demo. Amounts are whole euros; `busy` is how full its mornings are, from 0 to 1."""

    name: str
    type: str
    seats: int
    description: str
    surface: int | None = None
    equipment: str = ""
    public_name: str = ""
    configuration: str = "boardroom"
    states: tuple[str, str] = ("bookable", "bookable")
    week: str = "09:00-18:00"
    saturday: str = ""
    sunday: str = ""
    minutes: tuple[int, int, int] = (60, 480, 30)
    prices: tuple[int, int, int] = (0, 0, 0)
    month: str = ""
    has_picture: bool = True
    busy: float = 0.0
    tenant: str | None = None
    contract_days: int | None = None
    rent: int | None = None


@dataclass(frozen=True, slots=True)
class SitePlan:
    """A site of the demo with its rooms."""

    slug: str
    name: str
    country: str
    rooms: tuple[RoomPlan, ...]


@dataclass(frozen=True, slots=True)
class RatePlan:
    """An option that every site of the demo offers; whole euros per month, None where there is no
    price of that kind.
    """

    key: str
    name_en: str
    name_fr: str
    type: str
    is_unique: bool
    vat_type: str
    setup: int
    public_base: int | None = None
    member_base: int | None = None
    public_promo: int | None = None
    member_promo: int | None = None
    promo_months: int | None = None
    vat_rate: str | None = None


def _read() -> tuple[tuple[SitePlan, ...], tuple[RatePlan, ...]]:
    with Path(__file__).with_suffix(".toml").open("rb") as stream:
        written = tomllib.load(stream)
    sites = tuple(
        SitePlan(site["slug"], site["name"], site["country"], tuple(RoomPlan(**room) for room in site["rooms"]))
        for site in written["sites"]
    )
    return sites, tuple(RatePlan(**rate) for rate in written["rates"])


SITES, RATES = _read()


def build_sites() -> list[Site]:
    """The sites, unsaved."""
    return [
        Site(id=site_id(plan.slug), name=plan.name, country=plan.country, zone_name=ZONE_BY_COUNTRY[plan.country])
        for plan in SITES
    ]


def build_rooms(today: date) -> list[Room]:
    """The rooms, unsaved; contracts end so many days after today."""
    rooms: list[Room] = []
    for plan in SITES:
        rooms.extend(_build_room(plan.slug, room, len(rooms) + place, today) for place, room in enumerate(plan.rooms))
    return rooms


def _build_room(slug: str, plan: RoomPlan, seed: int, today: date) -> Room:
    key = room_id(slug, plan.name)
    hour, half_day, day = plan.prices
    is_bookable = plan.minutes[1] > 0
    return Room(
        id=key,
        site_id=site_id(slug),
        name=plan.name,
        public_name=plan.public_name,
        type=plan.type,
        default_state=plan.states[0],
        actual_state=plan.states[1],
        surface=plan.surface,
        description=plan.description,
        min_person=(2 if plan.seats > 4 and is_bookable else 1) if plan.seats else 0,
        max_person=plan.seats,
        nb_seat=plan.seats,
        configuration=plan.configuration,
        other_configuration=plan.equipment,
        min_minutes=plan.minutes[0],
        max_minutes=plan.minutes[1],
        step_minutes=plan.minutes[2],
        slot_week=plan.week,
        slot_saturday=plan.saturday,
        slot_sunday=plan.sunday,
        hour_minor=hour * 100,
        half_day_minor=half_day * 100,
        day_minor=day * 100,
        price_per_month=plan.month,
        image_id=named_id("image", key) if plan.has_picture else "",
        picture_seed=seed,
        organization_id=named_id("organization", plan.tenant) if plan.tenant else None,
        contract_end_on=today + timedelta(days=plan.contract_days) if plan.contract_days else None,
        rent_minor=plan.rent * 100 if plan.rent else None,
    )


def density_by_room() -> dict[str, float]:
    """How full the mornings of each room are, from 0 to 1."""
    return {room_id(site.slug, room.name): room.busy for site in SITES for room in site.rooms}


def build_organizations(today: date) -> list[Organization]:
    """Acme Corp and Kestrel Studio, which rent rooms, and one that left; unsaved."""
    acme = Organization(
        id=ACME,
        name="Acme Corp",
        country="FR",
        company_number="73282932000074",
        vat_number="FR44732829320",
        address="12 rue du Faubourg du Temple, 75011 Paris",
        email="jean.dupont@acme.example",
        phone="+33155500100",
        max_resident_users=12,
        rental_price="3430€",
        rental_end_on=today + timedelta(days=400),
        rental_renewal_months=12,
        has_member_prices=True,
    )
    kestrel = Organization(
        id=KESTREL,
        name="Kestrel Studio",
        country="IE",
        company_number="IE6433435F",
        email="office@kestrel.example",
        phone="+35315550100",
        max_resident_users=6,
        rental_price="1420€",
    )
    nord = Organization(
        id=NORD,
        name="Atelier Nord",
        country="FR",
        email="lea.moreau@nord.example",
        phone="+33155500200",
        is_archived=True,
    )
    for organization in (acme, kestrel, nord):
        organization.folded_name = organization.name.casefold()
    return [acme, kestrel, nord]


def build_users() -> list[User]:
    """A known person, a temporary one, an archived one, one of an archived organization, and one in
    Ireland; unsaved.
    """
    people = (
        ("jean.dupont@acme.example", "Jean", "Dupont", "principal-admin", ACME, "fr", False),
        ("marie.martin@example.org", "Marie", "Martin", "temp", None, "fr", False),
        ("paul.archive@acme.example", "Paul", "Archive", "user", ACME, "fr", True),
        ("lea.moreau@nord.example", "Léa", "Moreau", "principal-admin", NORD, "fr", False),
        ("aoife.byrne@kestrel.example", "Aoife", "Byrne", "admin", KESTREL, "en", False),
    )
    return [
        User(
            id=named_id("user", email),
            email=email,
            first_name=first_name,
            last_name=last_name,
            role=role,
            organization_id=organization,
            language=language,
            is_archived=is_archived,
        )
        for email, first_name, last_name, role, organization, language, is_archived in people
    ]
