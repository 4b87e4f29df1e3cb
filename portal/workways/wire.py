"""What the Workways API says and hears, as frozen values with readable names.

Fields follow the API document; where its way of saying "nothing" is a number (-1, 0) or an empty text, the docstring
says what we make of it. Ids are 24 hex characters. Amounts are euros, as the API writes them. Texts that the document
calls a type, state, status or role are open: a value we don't know passes through.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRoom:
    """A room as a site's listing names it. `surface` in m², None when unknown; `actual_state` "" without a token."""

    id: str
    name: str
    public_name: str
    type: str
    surface: int | None
    actual_state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site (GET /api/sites). `other_rooms`, the non-public ones, are listed only for a call with a token."""

    id: str
    name: str
    country: str
    room_count: int | None
    meeting_room_count: int | None
    public_rooms: tuple[SiteRoom, ...]
    other_rooms: tuple[SiteRoom, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room (GET /api/rooms).

    `surface` is in m², durations are in minutes; None where the API says 0, -1 or nothing. Prices are None for 0, which
    the API says to a caller without a token as well as for "no such price". `price_per_month` is a text as people write
    it. The slots are opening hours such as "09:00-18:00", "" when closed. `country` is the English name. The
    organization is the one that rents the room, "" when nobody does; `contract_end_date` is YYYY-MM-DD or "".
    """

    id: str
    name: str
    public_name: str
    type: str
    surface: int | None
    description: str
    actual_state: str
    site_id: str
    site_name: str
    country: str
    min_person: int | None
    max_person: int | None
    nb_seat: int | None
    configuration: str
    other_configuration: str
    min_duration: int | None
    max_duration: int | None
    step_duration: int | None
    slot_week: str
    slot_saturday: str
    slot_sunday: str
    price_per_hour: Decimal | None
    price_per_half_day: Decimal | None
    price_per_day: Decimal | None
    price_per_month: str
    image: str
    organization_id: str
    organization_name: str
    contract_end_date: str


@dataclass(frozen=True, slots=True)
class NotModified:
    """What we already have is still the newest (HTTP 304)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """A room's calendar (GET /api/icsfeed), a whole iCalendar text; validators are "" when the server gave none."""

    content: bytes
    etag: str
    last_modified: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageDocument:
    """A room's picture (GET /imageroom). `content_type` is the server's word, "" when it says nothing."""

    content: bytes
    content_type: str
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomPrice:
    """A computed price (GET /api/room-price). `price` None means on request (the API's -1).

    `start_date`, `duration_minutes` and `people` are there for meeting rooms, `period` ("week", "month") for offices.
    `message` says why there is no price, perhaps.
    """

    room_id: str
    room_type: str
    default_state: str
    actual_state: str
    start_date: str
    duration_minutes: int | None
    people: int | None
    period: str
    price: Decimal | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailStanding:
    """What is known of an e-mail address (POST /api/check-email, which the document names but doesn't describe)."""

    exists: bool
    is_user_archived: bool
    has_organization: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRequest:
    """A booking to ask for (POST /api/meeting-request). `start` is an aware instant, the duration at least 30 minutes.

    Empty texts are left out of the call. `language` ("fr", "en") only matters when the address is new.
    """

    contact_email: str
    room_id: str
    start: datetime
    duration_minutes: int
    contact_name: str = ""
    people: int = 1
    name: str = ""
    description: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingAccepted:
    """Booked at once (ACCEPTED). `date` is YYYY-MM-DD and `time` "14:00-15:00", as the API writes them."""

    meeting_id: str
    room_name: str
    date: str
    time: str
    duration_minutes: int | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRequired:
    """Taken, but the address is new (REQUEST_ACCEPTED): register with `meeting_id=meeting_request_id` to confirm."""

    meeting_request_id: str
    user_id: str
    room_name: str
    date: str
    time: str
    duration_minutes: int | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountArchived:
    """Not booked, because the address belongs to an archived account (ARCHIVED, although its retcode is success)."""

    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownAnswer:
    """A success whose `status` we don't know ("" when it has none). `data` is the JSON as it came."""

    status: str
    message: str
    data: object


MeetingAnswer = MeetingAccepted | RegistrationRequired | AccountArchived | UnknownAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyRegistration:
    """A company to register (POST /api/register). Empty texts are left out of the call.

    At least one of `site_id`, `room_id`, `meeting_id` must be given; that is also their order of priority. `country` is
    "fr", "be" or "ie", derived from the site when empty. `phone` carries its country code.
    """

    name: str
    first_name: str
    email: str
    phone: str
    max_resident_users: int
    last_name: str = ""
    country: str = ""
    company_number: str = ""
    address: str = ""
    vat_number: str = ""
    language: str = ""
    site_id: str = ""
    room_id: str = ""
    meeting_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomOfInterest:
    """The room that a registration named."""

    id: str
    name: str
    site_name: str
    site_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityVerification:
    """What a public register said of a company number; `confidence` in percent."""

    source: str
    confidence: int | None
    verified_name: str
    verified_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """Registered; `status` is "CREATED" (a new organization) or "UPDATED" (an existing one)."""

    status: str
    user_id: str
    user_email: str
    user_role: str
    user_created: bool
    organization_id: str
    organization_name: str
    organization_created: bool
    meetings_updated: int
    room_of_interest: RoomOfInterest | None
    identity_verification: IdentityVerification | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserExists:
    """Nothing to register: the person already belongs to an organization (USER_EXISTS)."""

    user_id: str
    organization_id: str
    message: str


RegistrationAnswer = Registered | UserExists | UnknownAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person (GET /api/user-info); the organization's fields are None for somebody without one."""

    id: str
    first_name: str
    last_name: str
    email: str
    role: str
    is_archived: bool
    organization_id: str | None
    organization_name: str | None
    is_organization_archived: bool | None
