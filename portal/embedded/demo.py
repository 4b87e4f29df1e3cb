"""The demo's sites, rooms, people and rates: invented, always with the same ids, so that documents and tests can name them."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from portal.embedded.countries import ZONE_BY_COUNTRY
from portal.embedded.ids import named_id
from portal.embedded.models import Organization, RateType, Room, Site, User


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

_DAYTIME = "09:00-18:00"
_LONG_DAY = "08:00-20:00"


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """A room of the demo. Amounts are whole euros; `busy` is how full its mornings are, from 0 to 1."""

    name: str
    type: str
    seats: int
    surface: int | None
    description: str
    equipment: str = ""
    public_name: str = ""
    configuration: str = "boardroom"
    states: tuple[str, str] = ("bookable", "bookable")
    week: str = _DAYTIME
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
    rooms: tuple[RoomPlan, ...] = field(default=())


def _meeting(name: str, seats: int, surface: int | None, hour: int, text: str, busy: float, **more: Any) -> RoomPlan:
    """A public meeting room: half a day costs three and a half hours, a day six."""
    prices = (hour, hour * 7 // 2, hour * 6)
    return RoomPlan(name, "publicMeeting", seats, surface, text, **{"prices": prices, "busy": busy, **more})


def _office(name: str, seats: int, surface: int | None, month: str, text: str, **more: Any) -> RoomPlan:
    """A public office, rented by the month."""
    plan: dict[str, Any] = {"configuration": "office", "states": ("forrent", "forrent"), "week": _LONG_DAY}
    return RoomPlan(
        name, "publicOffice", seats, surface, text, **{**plan, "minutes": (0, 0, 0), "month": month, **more}
    )


def _let(name: str, type_: str, seats: int, surface: int | None, month: str, text: str, **more: Any) -> RoomPlan:
    """A private office; `tenant` is the organization that rents it."""
    plan: dict[str, Any] = {"configuration": "office", "states": ("rented", "rented"), "week": ""}
    return RoomPlan(name, type_, seats, surface, text, **{**plan, "minutes": (0, 0, 0), "month": month, **more})


SITES = (
    SitePlan(
        "paris-republique",
        "Workways Paris République",
        "FR",
        (
            _meeting("Bastille", 8, 25, 45, "A bright room over the square, with a long oak table and quiet air conditioning.", 0.85, equipment="Video conferencing, whiteboard", saturday="10:00-16:00"),
            _meeting("Canal", 4, 12, 24, "A small room for two to four, made for interviews and calls.", 0.0, equipment="Wall screen, conference phone", configuration="huddle", minutes=(30, 480, 30)),
            _meeting("Oberkampf", 12, 38, 70, "Our largest table, with a view over the roofs and a kitchenette next door.", 0.55, equipment="Projector, video conferencing, two whiteboards"),
            _meeting("Voltaire", 20, 54, 96, "A training room with movable tables, daylight from two sides and blinds.", 0.35, public_name="Voltaire training room", equipment="Projector, flip charts, sound system", configuration="classroom", saturday="09:00-17:00"),
            _office("Bureau Marais", 4, 22, "1450", "A furnished office for four on the courtyard side, with lockers and its own door."),
            _office("Bureau Saint-Martin", 2, 11, "790", "A calm office for two, furnished, with a window that opens."),
            _let("Bureau Temple", "privateOffice", 6, 34, "2100", "A fully equipped private office.", tenant="acme", contract_days=210, rent=1950),
            RoomPlan("Atelier", "sharedMeeting", 6, 18, "A project room shared by the residents.", "Whiteboard walls", states=("bookable", "occupied"), prices=(20, 70, 120), busy=0.6),
        ),
    ),
    SitePlan(
        "paris-gare-de-lyon",
        "Workways Paris Gare de Lyon",
        "FR",
        (
            _meeting("Quai 1", 6, 20, 38, "Five minutes from the platforms: arrive, meet, take the train back.", 0.7, equipment="Wall screen, video conferencing", week=_LONG_DAY, minutes=(30, 600, 15)),
            _meeting("Quai 2", 6, 20, 38, "The twin of Quai 1, across the corridor.", 0.5, equipment="Wall screen, video conferencing", week=_LONG_DAY, minutes=(30, 600, 15)),
            _meeting("Horloge", 14, 44, 82, "A board room under the clock tower, with a round table.", 0.3, equipment="Video conferencing, two screens, coffee machine", week=_LONG_DAY, saturday="09:00-18:00", sunday="10:00-16:00"),
            _meeting("Guichet", 2, None, 16, "A room for two, or for one long call.", 0.2, configuration="booth", minutes=(30, 240, 30), has_picture=False),
            _office("Bureau Ledru-Rollin", 8, 46, "2900", "A corner office for eight, with a meeting corner and a glass front."),
            RoomPlan("Salle des résidents", "meeting", 8, 24, "For the companies of the house.", "Wall screen", states=("occupied", "occupied"), prices=(25, 88, 150), busy=0.5),
            _let("Bureau Diderot", "office", 3, 17, "1100", "An office for three.", states=("forrent", "forrent")),
        ),
    ),
    SitePlan(
        "lyon-part-dieu",
        "Workways Lyon Part-Dieu",
        "FR",
        (
            _meeting("Fourvière", 10, 32, 52, "The hill in the window, a solid table in front of it.", 0.6, equipment="Video conferencing, whiteboard"),
            _meeting("Saône", 4, 14, 22, "A small room with two armchairs and a table.", 0.4, configuration="lounge", minutes=(30, 480, 30)),
            _meeting("Amphithéâtre", 40, 92, 160, "Forty seats in four rows, for presentations and general meetings.", 0.15, public_name="Part-Dieu auditorium", equipment="Stage, projector, two microphones, recording", configuration="theatre", minutes=(120, 720, 60), saturday="09:00-20:00"),
            _office("Bureau Rhône", 5, None, "1650", "An office for five with a balcony. Its surface is being measured."),
            RoomPlan("Confluence", "conference", 30, 75, "A conference room for members' events.", "Stage, projector", states=("bookable", "free"), prices=(110, 385, 660), busy=0.2),
            _let("Open space", "sharedOffice", 18, 88, "290", "Desks in a shared office, priced per desk.", states=("forrent", "forrent")),
        ),
    ),
    SitePlan(
        "bordeaux-chartrons",
        "Workways Bordeaux Chartrons",
        "FR",
        (
            _meeting("Garonne", 8, 26, 40, "A vaulted stone room on the ground floor, cool in summer.", 0.45, equipment="Wall screen, whiteboard", saturday="09:00-13:00"),
            _meeting("Chai", 16, 50, 64, "The former cellar: long tables, warm light, no telephone signal, good wireless.", 0.0, equipment="Projector, sound system", configuration="u-shape"),
            _office("Bureau Quinconces", 3, 16, "980", "An office for three under the roof, with skylights."),
            RoomPlan("Local technique", "privateAccess", 0, 6, "Technical room.", states=("toclean", "toclean"), week="", minutes=(0, 0, 0), has_picture=False, configuration=""),
        ),
    ),
    SitePlan(
        "brussels-louise",
        "Workways Brussels Louise",
        "BE",
        (
            _meeting("Magritte", 8, 24, 42, "A room with a tall window on the avenue and a table for eight.", 0.75, equipment="Video conferencing, whiteboard"),
            _meeting("Horta", 6, 19, 34, "Curved walls, green tiles, six chairs.", 0.5, equipment="Wall screen", minutes=(30, 480, 30), saturday="10:00-15:00"),
            _meeting("Atomium", 24, 60, 98, "Nine tables that can be joined in any shape, for workshops and training.", 0.3, equipment="Two projectors, flip charts, sound system", configuration="classroom", minutes=(120, 600, 60)),
            _meeting("Sablon", 10, 30, 0, "Our salon, with sofas and a bar; the price depends on the catering, so please ask.", 0.1, prices=(0, 0, 0), configuration="lounge"),
            _office("Bureau Châtelain", 4, 21, "1250", "A furnished office for four on the quiet side.", has_picture=False),
            _let("Bureau Bailli", "privateOffice", 5, 28, "1600", "A private office with an entrance of its own.", tenant="acme", rent=1480),
            RoomPlan("Salle Ixelles", "privateMeeting", 5, 15, "For residents only.", "Wall screen", states=("toclean", "toclean"), prices=(18, 63, 108)),
        ),
    ),
    SitePlan(
        "ghent-korenmarkt",
        "Workways Ghent Korenmarkt",
        "BE",
        (
            _meeting("Leie", 6, 18, 30, "A room by the water, with a round table.", 0.55, equipment="Wall screen, whiteboard", week="08:30-18:30", minutes=(30, 600, 30)),
            _meeting("Gravensteen", 12, 36, 58, "Thick walls, one long table, no echo.", 0.25, equipment="Video conferencing", week="08:30-18:30"),
            _meeting("Zolder", 18, None, 72, "The attic: beams, carpet, and room for eighteen in a circle.", 0.0, equipment="Projector, flip charts", configuration="circle", week="08:30-18:30", saturday="10:00-17:00"),
            _office("Kantoor Vrijdagmarkt", 6, 31, "1700", "An office for six with two windows on the market.", states=("rented", "rented"), tenant="kestrel", contract_days=95, rent=1700),
        ),
    ),
    SitePlan(
        "dublin-docklands",
        "Workways Dublin Docklands",
        "IE",
        (
            _meeting("Liffey", 8, 25, 48, "Modern meeting room with a view of the river.", 0.8, equipment="Video conferencing, whiteboard"),
            _meeting("Beckett", 4, 13, 26, "Four chairs, one screen, a door that closes well.", 0.6, equipment="Wall screen", configuration="huddle", minutes=(30, 480, 30)),
            _meeting("Poolbeg", 16, 48, 88, "The top floor: two chimneys in the window, sixteen chairs at the table.", 0.4, equipment="Two screens, video conferencing, sound system", saturday="09:00-17:00"),
            _meeting("Samuel's Corner", 2, 7, 15, "A nook for two.", 0.15, configuration="booth", minutes=(30, 180, 15), sunday="10:00-14:00", saturday="10:00-14:00"),
            _office("Dock Office 3", 4, 20, "1550", "Furnished office for four, second floor, with storage."),
            _office("Dock Office 5", 10, 52, "on request", "Half a floor for ten people, fitted out as you need it."),
            _let("Dock Office 1", "privateOffice", 4, 22, "1500", "Fully equipped private office.", public_name="Executive Suite", tenant="kestrel", contract_days=330, rent=1420),
        ),
    ),
    SitePlan(
        "cork-south-mall",
        "Workways Cork South Mall",
        "IE",
        (
            _meeting("Shandon", 6, 19, 28, "A Georgian room with its original fireplace and a table for six.", 0.35, equipment="Wall screen, whiteboard"),
            _meeting("Blackrock", 10, 33, 44, "For ten, on the first floor over the street.", 0.5, equipment="Video conferencing, flip chart", saturday="10:00-14:00"),
            _office("Mall Office 2", 3, 15, "690", "An office for three with sash windows."),
            _let("Mall Office 4", "sharedOffice", 8, 41, "240", "Desks in a shared room, priced per desk.", states=("occupied", "occupied")),
        ),
    ),
    SitePlan(
        "nantes-ile",
        "Workways Nantes Île",
        "FR",
        # Not open yet: without a public room a site is not listed.
        (_let("Bureau Machines", "office", 4, 20, "1150", "An office for four.", states=("toclean", "toclean")),),
    ),
)  # fmt: skip

# key, English name, French name, type, once per organization, public base, member base, public promo, member promo,
# months of the promo, setup, VAT type, VAT rate; whole euros.
RATES: tuple[tuple[Any, ...], ...] = (
    ("parking", "Parking Space", "Place de Parking", RateType.OTHER, True, 150, 135, None, None, None, 50, "standard", None),
    ("cleaning_service", "Cleaning Service", "Service de ménage", RateType.QUOTE, True, None, None, None, None, None, 0, "standard", None),
    ("tv_rental", "TV Rental", "Location TV", RateType.QUANTITY, False, 30, 27, None, None, None, 0, "standard", None),
    ("service_by_month", "Monthly Service", "Service mensuel", RateType.PROMO, False, 200, 180, 150, 135, 3, 100, "special", "10"),
    ("phonebooth_rental", "Phone Booth Rental", "Location de cabine", RateType.PROMO_WITH_QUANTITY, False, 90, 80, 60, 55, 6, 40, "none", None),
)  # fmt: skip


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
    """A known person, a temporary one, an archived one, one of an archived organization, and one in Ireland; unsaved."""
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
