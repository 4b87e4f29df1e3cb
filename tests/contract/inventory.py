"""The rows of every table in the Workways API document: what has to be covered, by name.

A parameter or field is written `name:type`; `!` behind a parameter's name marks a required one, `?` one of a pair of
which either is required, and `*` behind a field's name one that only a caller with a token sees. `publicRooms[].name`
is a field of the array's items.
"""

from collections.abc import Iterable
from dataclasses import dataclass

_PARAMETERS = {
    "sites": "country:string type:string",
    "rooms": "country:string site:string",
    "icsfeed": "rooms!:string",
    "register": (
        "name!:string firstName!:string lastName:string email!:string phone!:string country:string "
        "maxResidentUsers!:number companyNumber:string address:string vatNumber:string language:string "
        "siteId:string roomId:string meetingId:string"
    ),
    "meeting-request": (
        "contactEmail!:string contactName:string bookedRoom!:string bookedAt!:string duration!:number "
        "bookedUser:number name:string description:string language:string"
    ),
    "room-price of a meeting room": "roomId!:string startDate:string duration:number nbPersons:number",
    "room-price of an office": "roomId!:string period:string",
    "contract-options": "site!:string",
    "user-info": "id?:string email?:string",
    "organization-info": "id!:string",
    "merge-contract": (
        "organizationId!:string rentalPrice:string rentalComment:string rentalStartAt:string rentalEndAt:string "
        "rentalUrl:string rentalRenewal:number contractOptionsToAdd:array contractOptionsToRemove:array "
        "contractOptions:array rooms:array roomsToAdd:array roomsToRemove:array"
    ),
    "option of merge-contract": (
        "optionModelId!:string key:string name:string quantity:number price:number pricePromo:number "
        "promoMonthDuration:number startAt:string endAt:string"
    ),
}
_FIELDS = {
    "sites": (
        "_id:string name:string country:string publicRooms:array publicRooms[]._id:string publicRooms[].name:string "
        "publicRooms[].publicName:string publicRooms[].type:string publicRooms[].surface:number "
        "publicRooms[].actualState*:string otherRooms*:array"
    ),
    "rooms": (
        "_id:string name:string publicName:string type:string surface:number description:string actualState:string "
        "siteId:string siteName:string country:string minPerson:number maxPerson:number nbSeat:number "
        "configuration:string otherConfiguration:string minDurationBooking:number maxDurationBooking:number "
        "stepDurationBooking:number slotWeek:string slotSaturday:string slotSunday:string pricePerHour:number "
        "pricePerHalfDay:number pricePerDay:number pricePerMonth:string image:string organizationId*:string "
        "organizationName*:string contractEndDate*:string"
    ),
    "countries": "retcode:number message:string data:array",
    "register": (
        "retcode:number status:string message:string data.organizationId:string data.userId:string "
        "data.userEmail:string data.userRole:string data.userCreated:boolean data.organizationName:string "
        "data.organizationCreated:boolean data.meetingsUpdated:number data.roomOfInterest:object|null "
        "data.identityVerification:object|null"
    ),
    "room-price": (
        "retcode:number message:string data.roomId:string data.roomType:string data.defaultState:string "
        "data.actualState:string data.price:number data.startDate:string data.duration:number data.nbPersons:number "
        "data.period:string"
    ),
    "contract-options": (
        "_id:string key:string name:string nameFr:string nameEn:string type:string isUnique:boolean "
        "isGeneric:boolean supportsQuantity:boolean pricing.publicBase:number pricing.memberBase:number "
        "pricing.publicPromo:number|null pricing.memberPromo:number|null pricing.promoMonthDuration:number|null "
        "pricing.setupFees:number vat.type:string vat.rate:number|null"
    ),
    "user-info": (
        "_id:string firstName:string lastName:string email:string role:string isUserArchived:boolean "
        "organizationId:string|null organizationName:string|null isOrganizationArchived:boolean|null"
    ),
    "organization-info": (
        "_id:string name:string isArchived:boolean contractEndDate:string renewalMonths:number|null "
        "basePrice:number|null allocatedRooms:array allocatedRooms[]._id:string allocatedRooms[].name:string "
        "allocatedRooms[].contractEndDate:string allocatedRooms[].price:number|null "
        "allocatedRooms[].siteId:string|null accessibleSites:array accessibleSites[]._id:string "
        "accessibleSites[].name:string accessibleSites[].country:string contractOptions:array "
        "contractOptions[].id:number contractOptions[].name:string contractOptions[].key:string "
        "contractOptions[].quantity:number contractOptions[].price:number|null "
        "contractOptions[].pricePromo:number|null contractOptions[].startDate:string contractOptions[].endDate:string"
    ),
}
HEADER_MISSING = "Unauthorized: Authorization header is required. Use: Authorization: Bearer <your_token>"
HEADER_CUT = HEADER_MISSING.removesuffix("<your_token>")
NO_COUNTRY = 'Invalid country: "XYZ". Use ISO code (e.g., "FR", "BE") or country name (e.g., "France", "Belgium")'
NO_ROOMS = 'Bad request: "rooms" query parameter is missing, empty, or contains invalid IDs.'
_ERRORS: dict[str, tuple[str, ...]] = {
    "authentication": (
        HEADER_MISSING,
        "Unauthorized: Invalid authorization format. Use: Authorization: Bearer <your_token>",
        "Unauthorized: Invalid or revoked token",
        "Votre token est expiré, connectez-vous à votre compte pour le renouveler",
        "Votre compte est désactivé, contactez Workways",
        "Unauthorized: User account is archived",
    ),
    "general": (NO_COUNTRY, "Invalid site ID format.", "Internal server error"),
    "icsfeed": (NO_ROOMS,),
    "meeting-request": (
        "Cannot book meetings for today or past dates",
        "Meetings must be booked at least 2 days in advance",
        "Cannot book meetings for past dates",
        "This room is not available for public booking",
        "Room not found",
    ),
    "room-price": (
        "Missing required parameter: roomId",
        "Invalid roomId format",
        "Room not found",
        "Price calculation not supported for room type: privateAccess",
        'Invalid period: must be "week" or "month"',
        "Invalid duration: must be a positive number",
        # The document lost the end of this sentence here; the whole one is sent.
        HEADER_MISSING,
    ),
    "contract-options": (
        "Missing required parameter: site",
        "Invalid site ID format",
        "Site not found",
        HEADER_MISSING,
    ),
    "user-info": (
        "Missing required parameter: id or email",
        "Invalid user ID format",
        "Invalid email format",
        "User not found",
        HEADER_MISSING,
    ),
    "organization-info": (
        "Missing required parameter: id",
        "Invalid organization ID format",
        "Organization not found",
        HEADER_MISSING,
    ),
    "merge-contract": (
        "Missing required parameter: organizationId",
        "Invalid organizationId format",
        "Organization not found",
        HEADER_MISSING,
    ),
    "HTTP status": ("200", "400", "401", "500"),
}
# The other tables, and the answers that are told as scenarios.
_OTHERS: dict[str, tuple[str, ...]] = {
    "token": (
        "GET /api/sites: optional",
        "GET /api/rooms: optional",
        "GET /api/countries: no",
        "GET /api/icsfeed: no",
        "POST /api/register: yes",
        "POST /api/meeting-request: yes",
        "POST /api/check-email: yes",
        "GET /api/room-price: yes",
        "GET /api/contract-options: yes",
        "GET /api/user-info: yes",
        "GET /api/organization-info: yes",
        "POST /api/merge-contract: yes",
    ),
    "answer": (
        "register: CREATED",
        "register: UPDATED",
        "register: USER_EXISTS",
        "meeting-request: ACCEPTED",
        "meeting-request: REQUEST_ACCEPTED",
        "meeting-request: ARCHIVED",
        "room-price: Price calculation not available for this room state/type",
    ),
    "option that is unique": (
        *("parking", "bike_garage", "meeting_room_package", "food_service", "garbage_service", "cleaning_service"),
        *("private_network", "private_wifi"),
    ),
    "option that is generic": (
        *("tv_rental", "fridge_rental", "phonebooth_rental", "appliance_rental", "furniture_rental"),
        *("service_by_month", "service_by_month_prepaid"),
    ),
    "type of rate": ("other", "quote", "quantity", "promo", "promoWithQuantity"),
    "role": ("principal-admin", "admin", "user", "temp"),
    "state of a user": ("existing", "new", "archived"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of one table: `kind` is parameter, field, error or other; `table` the call or the table's own name."""

    kind: str
    table: str
    name: str
    type: str = ""
    is_required: bool = False
    needs_token: bool = False

    def __str__(self) -> str:
        return f"{self.kind} {self.table}: {self.name}"


def _read(kind: str, table: str, written: str) -> Row:
    name, _, type_ = written.partition(":")
    return Row(kind, table, name.rstrip("!?*"), type_, is_required="!" in name, needs_token="*" in name)


def _rows() -> Iterable[Row]:
    for kind, tables in (("parameter", _PARAMETERS), ("field", _FIELDS)):
        yield from (_read(kind, table, one) for table, rows in tables.items() for one in rows.split())
    for kind, named in (("error", _ERRORS), ("other", _OTHERS)):
        yield from (Row(kind, table, name) for table, names in named.items() for name in names)


ROWS: tuple[Row, ...] = tuple(_rows())
KINDS = ("parameter", "field", "error", "other")
_BY_NAME = {(row.kind, row.table, row.name): row for row in ROWS}


def rows_of(kind: str, table: str, *names: str) -> tuple[Row, ...]:
    """These rows of a table, or all of it. Raises KeyError for a row that the document doesn't have."""
    if names:
        return tuple(_BY_NAME[kind, table, name] for name in names)
    found = tuple(row for row in ROWS if (row.kind, row.table) == (kind, table))
    if not found:
        raise KeyError(table)
    return found


def parameters(table: str, *names: str) -> tuple[Row, ...]:
    """Parameters of a call, or all of them."""
    return rows_of("parameter", table, *names)


def fields(table: str, *names: str) -> tuple[Row, ...]:
    """Fields of an answer, or all of them."""
    return rows_of("field", table, *names)


def fields_for_all(table: str) -> tuple[Row, ...]:
    """Those fields of an answer that a caller without a token sees as well."""
    return tuple(row for row in fields(table) if not row.needs_token)


def errors(table: str, *names: str) -> tuple[Row, ...]:
    """Refusals of a call by their sentences, or all of them."""
    return rows_of("error", table, *names)


def others(table: str, *names: str) -> tuple[Row, ...]:
    """Rows of another table, or all of it."""
    return rows_of("other", table, *names)


def find(kind: str, table: str, name: str) -> Row | None:
    """The row of that name, if the document has it."""
    return _BY_NAME.get((kind, table, name))
