"""Bytes of the Workways API to wire values. Pure: no input or output, no clock, no HTTP. The way back is `bodies`.

Numbers with a fraction become Decimals, never floats. What the document promises and an answer lacks raises Garbled.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.workways import contracts, wire
from portal.workways.errors import Garbled
from portal.workways.fields import Fields, cleaned

SUCCESS = frozenset({1, 200})
REFUSED = -1


@dataclass(frozen=True, slots=True)
class Envelope:
    """What surrounds every JSON answer. `status` is "" except for registrations and meeting requests."""

    retcode: int
    status: str
    message: str
    data: object

    @property
    def is_success(self) -> bool:
        """The document says 1 in general and 200 for registrations and meeting requests."""
        return self.retcode in SUCCESS


def _fraction(written: str) -> Decimal:
    try:
        return Decimal(written)
    except ArithmeticError as error:
        raise ValueError(written) from error


def _no_constant(written: str) -> Any:
    # Python reads NaN and Infinity, which JSON (RFC 8259 section 6) doesn't know.
    raise ValueError(written)


def envelope(content: bytes) -> Envelope:
    """Takes a JSON answer apart. Raises Garbled when it isn't JSON, or has no retcode that the document knows."""
    try:
        parsed = json.loads(content.decode("utf-8-sig"), parse_float=_fraction, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        # ValueError covers bytes that aren't UTF-8, text that isn't JSON, and numbers of absurd length.
        raise Garbled("answer", "JSON") from None
    fields = Fields("answer", parsed)
    retcode = fields.number("retcode")
    if retcode not in SUCCESS and retcode != REFUSED:
        raise Garbled("answer", "retcode")
    return Envelope(
        retcode=int(retcode),
        status=fields.text_or("status"),
        message=fields.text_or("message"),
        data=parsed.get("data"),
    )


def _rows(data: object, entity: str) -> list[Fields]:
    if not isinstance(data, list):
        raise Garbled("answer", "data")
    return [Fields(entity, row) for row in data]


def sites(data: object) -> tuple[wire.Site, ...]:
    """The data of GET /api/sites."""
    return tuple(
        wire.Site(
            id=row.text("_id"),
            name=row.text("name"),
            country=row.text("country"),
            room_count=row.whole("roomCount"),
            meeting_room_count=row.whole("meetingRoomCount"),
            public_rooms=tuple(_site_room(room) for room in row.children("publicRooms", "site's room")),
            other_rooms=tuple(_site_room(room) for room in row.children("otherRooms", "site's room")),
        )
        for row in _rows(data, "site")
    )


def _site_room(row: Fields) -> wire.SiteRoom:
    return wire.SiteRoom(
        id=row.text("_id"),
        name=row.text("name"),
        public_name=row.text_or("publicName") or row.text("name"),
        type=row.text("type"),
        surface=row.positive_whole("surface"),
        actual_state=row.text_or("actualState"),
    )


def rooms(data: object) -> tuple[wire.Room, ...]:
    """The data of GET /api/rooms."""
    return tuple(_room(row) for row in _rows(data, "room"))


def _room(row: Fields) -> wire.Room:
    return wire.Room(
        id=row.text("_id"),
        name=row.text("name"),
        public_name=row.text_or("publicName") or row.text("name"),
        type=row.text("type"),
        surface=row.positive_whole("surface"),
        description=row.text_or("description"),
        actual_state=row.text_or("actualState"),
        site_id=row.text("siteId"),
        site_name=row.text_or("siteName"),
        country=row.text_or("country"),
        min_person=row.positive_whole("minPerson"),
        max_person=row.positive_whole("maxPerson"),
        nb_seat=row.positive_whole("nbSeat"),
        configuration=row.text_or("configuration"),
        other_configuration=row.text_or("otherConfiguration"),
        min_duration=row.positive_whole("minDurationBooking"),
        max_duration=row.positive_whole("maxDurationBooking"),
        step_duration=row.positive_whole("stepDurationBooking"),
        slot_week=row.text_or("slotWeek"),
        slot_saturday=row.text_or("slotSaturday"),
        slot_sunday=row.text_or("slotSunday"),
        price_per_hour=row.positive("pricePerHour"),
        price_per_half_day=row.positive("pricePerHalfDay"),
        price_per_day=row.positive("pricePerDay"),
        price_per_month=row.text_or("pricePerMonth"),
        image=row.text_or("image"),
        organization_id=row.text_or("organizationId"),
        organization_name=row.text_or("organizationName"),
        contract_end_date=row.text_or("contractEndDate"),
    )


def countries(data: object) -> tuple[str, ...]:
    """The data of GET /api/countries: English names."""
    if not isinstance(data, list) or not all(isinstance(name, str) for name in data):
        raise Garbled("answer", "data")
    return tuple(cleaned(name) for name in data)


def feed(content: bytes) -> bytes:
    """A feed's content, as it came. Raises Garbled when it isn't one whole calendar text.

    A feed that was cut off would look like a room with fewer meetings, so its last line must be there.
    """
    text = content.removeprefix(b"\xef\xbb\xbf").strip().upper()
    if not text.startswith(b"BEGIN:VCALENDAR"):
        raise Garbled("feed", "BEGIN:VCALENDAR")
    if not text.endswith(b"END:VCALENDAR"):
        raise Garbled("feed", "END:VCALENDAR")
    return content


def is_price_on_request(data: object) -> bool:
    """Is this the "no price" of GET /api/room-price, which comes with retcode -1 and yet isn't an error?"""
    return isinstance(data, dict) and data.get("price") in (-1, "-1")


def room_price(data: object, message: str) -> wire.RoomPrice:
    """The data of GET /api/room-price; the price must be named, even when it is -1."""
    row = Fields("price", data)
    if row.number("price") is None:
        raise Garbled("price", "price")
    return wire.RoomPrice(
        room_id=row.text_or("roomId"),
        room_type=row.text_or("roomType"),
        default_state=row.text_or("defaultState"),
        actual_state=row.text_or("actualState"),
        start_date=row.text_or("startDate"),
        duration_minutes=row.positive_whole("duration"),
        people=row.positive_whole("nbPersons"),
        period=row.text_or("period"),
        price=row.price("price"),
        message=message,
    )


def email_standing(data: object) -> wire.EmailStanding:
    """The data of POST /api/check-email."""
    row = Fields("e-mail standing", data)
    return wire.EmailStanding(
        exists=row.flag("exists"),
        is_user_archived=row.optional_flag("isUserArchived") or False,
        has_organization=row.optional_flag("hasOrganization") or False,
    )


def meeting_answer(answer: Envelope) -> wire.MeetingAnswer:
    """What POST /api/meeting-request said; the status decides, because ARCHIVED comes with a retcode of success."""
    if answer.status == "ACCEPTED":
        row = Fields("meeting", answer.data)
        return wire.MeetingAccepted(
            meeting_id=row.text("meetingId"),
            room_name=row.text_or("roomName"),
            date=row.text_or("bookedDate"),
            time=row.text_or("bookedTime"),
            duration_minutes=row.positive_whole("duration"),
            message=answer.message,
        )
    if answer.status == "REQUEST_ACCEPTED":
        row = Fields("meeting request", answer.data)
        return wire.RegistrationRequired(
            meeting_request_id=row.text("meetingRequestId"),
            user_id=row.text_or("userId"),
            room_name=row.text_or("roomName"),
            date=row.text_or("requestedDate"),
            time=row.text_or("requestedTime"),
            duration_minutes=row.positive_whole("duration"),
            message=answer.message,
        )
    if answer.status == "ARCHIVED":
        return wire.AccountArchived(message=answer.message)
    return wire.UnknownAnswer(status=answer.status, message=answer.message, data=answer.data)


def registration_answer(answer: Envelope) -> wire.RegistrationAnswer:
    """What POST /api/register said."""
    if answer.status in ("CREATED", "UPDATED"):
        return _registered(answer, Fields("registration", answer.data))
    if answer.status == "USER_EXISTS":
        row = Fields("registration", answer.data)
        return wire.UserExists(
            user_id=row.text_or("userId"), organization_id=row.text("organizationId"), message=answer.message
        )
    return wire.UnknownAnswer(status=answer.status, message=answer.message, data=answer.data)


def _registered(answer: Envelope, row: Fields) -> wire.Registered:
    room = row.child("roomOfInterest", "room of interest")
    identity = row.child("identityVerification", "identity verification")
    return wire.Registered(
        status=answer.status,
        user_id=row.text_or("userId"),
        user_email=row.text_or("userEmail"),
        user_role=row.text_or("userRole"),
        user_created=row.optional_flag("userCreated") or False,
        organization_id=row.text("organizationId"),
        organization_name=row.text_or("organizationName"),
        organization_created=row.optional_flag("organizationCreated") or False,
        meetings_updated=row.whole("meetingsUpdated") or 0,
        room_of_interest=None if room is None else _room_of_interest(room),
        identity_verification=None if identity is None else _identity_verification(identity),
        message=answer.message,
    )


def _room_of_interest(row: Fields) -> wire.RoomOfInterest:
    return wire.RoomOfInterest(
        id=row.text("_id"),
        name=row.text_or("name"),
        site_name=row.text_or("siteName"),
        site_id=row.text_or("siteId"),
    )


def _identity_verification(row: Fields) -> wire.IdentityVerification:
    return wire.IdentityVerification(
        source=row.text_or("source"),
        confidence=row.whole("confidence"),
        verified_name=row.text_or("verifiedName"),
        verified_number=row.text_or("verifiedNumber"),
    )


def user(data: object) -> wire.User:
    """The data of GET /api/user-info."""
    row = Fields("user", data)
    return wire.User(
        id=row.text("_id"),
        first_name=row.text_or("firstName"),
        last_name=row.text_or("lastName"),
        email=row.text("email"),
        role=row.text_or("role"),
        is_archived=row.flag("isUserArchived"),
        organization_id=row.optional_text("organizationId"),
        organization_name=row.optional_text("organizationName"),
        is_organization_archived=row.optional_flag("isOrganizationArchived"),
    )


def organization(data: object) -> contracts.Organization:
    """The data of GET /api/organization-info."""
    row = Fields("organization", data)
    return contracts.Organization(
        id=row.text("_id"),
        name=row.text("name"),
        is_archived=row.flag("isArchived"),
        contract_end_date=row.text_or("contractEndDate"),
        renewal_months=row.whole("renewalMonths"),
        base_price=row.price("basePrice"),
        allocated_rooms=tuple(
            contracts.AllocatedRoom(
                id=room.text("_id"),
                name=room.text("name"),
                contract_end_date=room.text_or("contractEndDate"),
                price=room.price("price"),
                site_id=room.optional_text("siteId"),
            )
            for room in row.children("allocatedRooms", "allocated room")
        ),
        accessible_sites=tuple(
            contracts.AccessibleSite(id=site.text("_id"), name=site.text("name"), country=site.text_or("country"))
            for site in row.children("accessibleSites", "accessible site")
        ),
        contract_options=tuple(_subscribed(option) for option in row.children("contractOptions", "subscribed option")),
    )


def _subscribed(row: Fields) -> contracts.SubscribedOption:
    number = row.whole("id")
    if number is None:
        raise Garbled("subscribed option", "id")
    return contracts.SubscribedOption(
        id=number,
        name=row.text_or("name"),
        key=row.text("key"),
        quantity=row.whole("quantity"),
        price=row.price("price"),
        price_promo=row.price("pricePromo"),
        start_date=row.text_or("startDate"),
        end_date=row.text_or("endDate"),
    )


def contract_options(data: object) -> tuple[contracts.ContractOption, ...]:
    """The data of GET /api/contract-options."""
    return tuple(_contract_option(row) for row in _rows(data, "contract option"))


def _contract_option(row: Fields) -> contracts.ContractOption:
    pricing = row.child("pricing", "pricing") or Fields("pricing", {})
    vat = row.child("vat", "VAT") or Fields("VAT", {})
    return contracts.ContractOption(
        id=row.text("_id"),
        key=row.text("key"),
        name=row.text("name"),
        name_fr=row.text_or("nameFr"),
        name_en=row.text_or("nameEn"),
        type=row.text("type"),
        is_unique=row.optional_flag("isUnique") or False,
        is_generic=row.optional_flag("isGeneric") or False,
        supports_quantity=row.optional_flag("supportsQuantity") or False,
        pricing=contracts.OptionPricing(
            public_base=pricing.price("publicBase"),
            member_base=pricing.price("memberBase"),
            public_promo=pricing.price("publicPromo"),
            member_promo=pricing.price("memberPromo"),
            promo_months=pricing.positive_whole("promoMonthDuration"),
            setup_fees=pricing.price("setupFees"),
        ),
        vat=contracts.OptionVat(type=vat.text_or("type"), rate=vat.price("rate")),
    )


def merged_contract(data: object) -> contracts.MergedContract:
    """The data of POST /api/merge-contract."""
    row = Fields("merged contract", data)
    return contracts.MergedContract(
        organization_id=row.text("organizationId"), organization_name=row.text_or("organizationName")
    )
