"""The Workways API document as data: for each answer its shape, for each refusal its sentence.

`Fields` are exact: an answer has these keys and no other. A tuple of types means any of them.
"""

from typing import Any

from tests.contract.inventory import HEADER_MISSING, NO_COUNTRY, NO_ROOMS, fields

Fields = dict[str, Any]
NUMBER = (int, float)
NULL = type(None)

ENVELOPE: Fields = {"retcode": int, "message": str, "data": object}
OUTCOME: Fields = {**ENVELOPE, "status": str}
_TYPES: dict[str, Any] = {
    "string": str,
    "number": NUMBER,
    "boolean": bool,
    "object|null": (dict, NULL),
    "string|null": (str, NULL),
    "number|null": (*NUMBER, NULL),
    "boolean|null": (bool, NULL),
}
_ENVELOPE_NAMES = ("retcode", "status", "message")


def shape(table: str, *, with_token: bool = True, without: tuple[str, ...] = ()) -> Fields:
    """The data of an answer by its table; dots and brackets in the names become objects and arrays."""
    told: Fields = {}
    for row in fields(table):
        name = row.name.removeprefix("data.")
        if name in (*_ENVELOPE_NAMES, *without) or (row.needs_token and not with_token):
            continue
        *path, last = name.split(".")
        place = told
        for step in path:
            place = place[step.removesuffix("[]")][0] if step.endswith("[]") else place.setdefault(step, {})
        place[last] = [{}] if row.type == "array" else _TYPES[row.type]
    return told


# What the examples tell beyond the tables: two counts of a site, and that `otherRooms` have the fields of
# `publicRooms`.
_COUNTS: Fields = {"roomCount": int, "meetingRoomCount": int}
PUBLIC_SITE: Fields = {**shape("sites", with_token=False), **_COUNTS}
SITE: Fields = {**shape("sites"), **_COUNTS}
SITE["otherRooms"] = SITE["publicRooms"]
RENTED_ROOM: Fields = shape("rooms")
ROOM: Fields = shape("rooms", with_token=False)

_DETAILS = ("startDate", "duration", "nbPersons", "period")
NO_PRICE: Fields = shape("room-price", without=_DETAILS)
MEETING_PRICE_WITH_START: Fields = shape("room-price", without=("period",))
MEETING_PRICE: Fields = shape("room-price", without=("period", "startDate"))
OFFICE_PRICE: Fields = shape("room-price", without=("startDate", "duration", "nbPersons"))

USER: Fields = shape("user-info")
EMAIL_STANDING: Fields = {"exists": bool, "isUserArchived": (bool, NULL), "hasOrganization": bool}
CONTRACT_OPTION: Fields = shape("contract-options")
# An option whose price is told on request has none to tell here (W61).
CONTRACT_OPTION["pricing"] |= dict.fromkeys(("publicBase", "memberBase"), (*NUMBER, NULL))
ORGANIZATION: Fields = shape("organization-info")
MERGED: Fields = {"organizationId": str, "organizationName": str}
ACCEPTED: Fields = {"meetingId": str, "roomName": str, "bookedDate": str, "bookedTime": str, "duration": int}
REQUEST_ACCEPTED: Fields = {
    **dict.fromkeys(("meetingRequestId", "userId", "roomName", "requestedDate", "requestedTime"), str),
    "duration": int,
}
REGISTERED: Fields = shape("register")
ROOM_OF_INTEREST: Fields = {"_id": str, "name": str, "siteName": str, "siteId": str}
IDENTITY: Fields = {"source": str, "confidence": int, "verifiedName": str, "verifiedNumber": str}
USER_EXISTS: Fields = {"userId": str, "organizationId": str}

UNKNOWN_ID = "f" * 24
BAD_ROOMS = NO_ROOMS

# Path, query and sentence; "{name}" stands for the id of that room or site.
READ_REFUSALS = [
    ("/api/sites", {"country": "XYZ"}, NO_COUNTRY),
    ("/api/rooms", {"country": "XYZ"}, NO_COUNTRY),
    ("/api/rooms", {"site": "x"}, "Invalid site ID format."),
    ("/api/icsfeed", {}, BAD_ROOMS),
    ("/api/icsfeed", {"rooms": ""}, BAD_ROOMS),
    ("/api/icsfeed", {"rooms": "{seine},x"}, BAD_ROOMS),
    ("/api/room-price", {}, "Missing required parameter: roomId"),
    ("/api/room-price", {"roomId": "x"}, "Invalid roomId format"),
    ("/api/room-price", {"roomId": UNKNOWN_ID}, "Room not found"),
    ("/api/room-price", {"roomId": "{technical}"}, "Price calculation not supported for room type: privateAccess"),
    ("/api/room-price", {"roomId": "{office}", "period": "year"}, 'Invalid period: must be "week" or "month"'),
    ("/api/room-price", {"roomId": "{seine}", "duration": "-1"}, "Invalid duration: must be a positive number"),
    ("/api/contract-options", {}, "Missing required parameter: site"),
    ("/api/contract-options", {"site": "x"}, "Invalid site ID format"),
    ("/api/contract-options", {"site": UNKNOWN_ID}, "Site not found"),
    ("/api/organization-info", {}, "Missing required parameter: id"),
    ("/api/organization-info", {"id": "x"}, "Invalid organization ID format"),
    ("/api/organization-info", {"id": UNKNOWN_ID}, "Organization not found"),
    ("/api/user-info", {}, "Missing required parameter: id or email"),
    ("/api/user-info", {"id": "x"}, "Invalid user ID format"),
    ("/api/user-info", {"email": "x"}, "Invalid email format"),
    ("/api/user-info", {"id": UNKNOWN_ID}, "User not found"),
]
# Change of a good body, and sentence. The good ones are a known person's booking and a new company's registration.
MEETING_REFUSALS: list[tuple[dict[str, Any], str]] = [
    *[
        ({name: None}, f"Missing required parameter: {name}")
        for name in ("contactEmail", "bookedRoom", "bookedAt", "duration")
    ],
    ({"contactEmail": "x"}, "Invalid email format"),
    (
        {"contactEmail": "new@x.example", "bookedAt": "2026-01-07T15:00:00Z"},
        "Cannot book meetings for today or past dates",
    ),
    (
        {"contactEmail": "new@x.example", "bookedAt": "2025-01-07T15:00:00Z"},
        "Cannot book meetings for today or past dates",
    ),
    (
        {"contactEmail": "new@x.example", "bookedAt": "2026-01-08T15:00:00Z"},
        "Meetings must be booked at least 2 days in advance",
    ),
    ({"bookedAt": "2026-01-07T08:00:00Z"}, "Cannot book meetings for past dates"),
    ({"bookedRoom": "{private_office}"}, "This room is not available for public booking"),
    ({"bookedRoom": UNKNOWN_ID}, "Room not found"),
    ({"bookedRoom": "x"}, "Room not found"),
    ({"bookedAt": "soon"}, "Invalid bookedAt format"),
    ({"duration": 29}, "Invalid duration: must be at least 30 minutes"),
]
REGISTER_REFUSALS: list[tuple[dict[str, Any], str]] = [
    *[
        ({name: None}, f"Missing required parameter: {name}")
        for name in ("name", "firstName", "email", "phone", "maxResidentUsers")
    ],
    ({"siteId": None}, "Missing required parameter: siteId, roomId or meetingId"),
    ({"email": "x"}, "Invalid email format"),
    ({"maxResidentUsers": 0}, "Invalid maxResidentUsers: must be at least 1"),
    ({"language": "nl"}, 'Invalid language: must be "fr" or "en"'),
    ({"country": "XYZ"}, NO_COUNTRY),
    ({"siteId": "x"}, "Invalid siteId format"),
    ({"roomId": "x"}, "Invalid roomId format"),
    ({"meetingId": "x"}, "Invalid meetingId format"),
    ({"siteId": UNKNOWN_ID}, "Site not found"),
    ({"roomId": UNKNOWN_ID}, "Room not found"),
    ({"meetingId": UNKNOWN_ID}, "Meeting request not found"),
]
MERGE_REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"organizationId": None}, "Missing required parameter: organizationId"),
    ({"organizationId": "x"}, "Invalid organizationId format"),
    ({"organizationId": UNKNOWN_ID}, "Organization not found"),
    ({"contractOptionsToAdd": [{"key": "parking"}]}, "Missing required parameter: optionModelId"),
    ({"contractOptionsToAdd": [{"optionModelId": UNKNOWN_ID}]}, "Contract option not found"),
    ({"contractOptionsToRemove": [99]}, "Contract option not found"),
    ({"roomsToAdd": [UNKNOWN_ID]}, "Room not found"),
    ({"rooms": ["x"]}, "Room not found"),
]
EMAIL_REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"email": None}, "Missing required parameter: email"),
    ({"email": "x"}, "Invalid email format"),
]
NO_JSON = (b"", b"{", b"[]", b"null", b'{"duration": NaN}', b"\xff")
READS_WITH_TOKEN = ("/api/room-price", "/api/contract-options", "/api/user-info", "/api/organization-info")
READS_WITHOUT_TOKEN = ("/api/sites", "/api/rooms", "/api/countries")
WRITES = ("/api/register", "/api/meeting-request", "/api/check-email", "/api/merge-contract")
TOKEN_REFUSALS = [
    (None, HEADER_MISSING),
    ("ww_dev_x", "Unauthorized: Invalid authorization format. Use: Authorization: Bearer <your_token>"),
    ("Bearer ww_dev_your_token_here", "Unauthorized: Invalid or revoked token"),
]


def mismatch(fields: Any, value: Any, where: str = "data") -> str:
    """What in a value differs from its fields, in a sentence; "" when nothing does."""
    if isinstance(fields, list):
        if not isinstance(value, list):
            return f"{where} is no list"
        return next(
            (told for index, item in enumerate(value) if (told := mismatch(fields[0], item, f"{where}[{index}]"))), ""
        )
    if isinstance(fields, dict):
        if not isinstance(value, dict) or set(value) != set(fields):
            return f"{where} has the keys {sorted(value) if isinstance(value, dict) else value!r}, not {sorted(fields)}"
        return next((told for name in fields if (told := mismatch(fields[name], value[name], f"{where}.{name}"))), "")
    wanted = fields if isinstance(fields, tuple) else (fields,)
    if isinstance(value, bool) and bool not in wanted and object not in wanted:
        return f"{where} is a boolean"
    return "" if isinstance(value, wanted) else f"{where} is {value!r}"
