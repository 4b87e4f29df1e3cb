"""Every example of the API document decodes to what it says."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from portal.workways import (
    AccessibleSite,
    AccountArchived,
    AllocatedRoom,
    ContractOption,
    FeedDocument,
    IdentityVerification,
    MeetingAccepted,
    MergedContract,
    Missing,
    OptionPricing,
    OptionVat,
    Organization,
    Refusal,
    Registered,
    RegistrationRequired,
    Rejected,
    Room,
    RoomOfInterest,
    RoomPrice,
    Site,
    SiteRoom,
    SubscribedOption,
    Unauthorized,
    Unavailable,
    User,
    UserExists,
    Workways,
)
from tests.portal.workways.stand_ins import PAYLOADS, READS, WRITES, answered, payload

MEETING_ROOM = SiteRoom(
    id="507f191e810c19729de860ea",
    name="Meeting Room A",
    public_name="Meeting Room A",
    type="publicMeeting",
    surface=25,
    actual_state="",
)
HOT_DESK = SiteRoom(
    id="507f191e810c19729de860eb",
    name="Hot Desk 1",
    public_name="Hot Desk Area",
    type="publicOffice",
    surface=None,
    actual_state="",
)
SITE = {
    "id": "507f1f77bcf86cd799439011",
    "name": "Dublin Coworking Center",
    "country": "Ireland",
    "room_count": 1,
    "meeting_room_count": 1,
}
ROOM = {
    "site_id": "507f1f77bcf86cd799439011",
    "site_name": "Dublin Coworking Center",
    "country": "Ireland",
    "slot_saturday": "",
    "slot_sunday": "",
    "price_per_hour": None,
    "price_per_half_day": None,
    "price_per_day": None,
}
PRICE = {"room_id": "507f1f77bcf86cd799439011", "start_date": "", "duration_minutes": None, "people": None}
REGISTERED = {
    "user_id": "507f1f77bcf86cd799439011",
    "user_email": "jean.dupont@acme.com",
    "user_role": "principal-admin",
    "organization_id": "507f191e810c19729de860ea",
    "organization_name": "Acme Corp",
}
SLOT = {"room_name": "Meeting Room A", "date": "2025-11-05", "time": "14:00-15:00", "duration_minutes": 60}

ANSWERS: dict[str, Any] = {
    "sites.public.json": (Site(public_rooms=(MEETING_ROOM, HOT_DESK), other_rooms=(), **SITE),),
    "sites.all.json": (
        Site(
            public_rooms=(
                SiteRoom(
                    id=MEETING_ROOM.id,
                    name="Meeting Room A",
                    public_name="Meeting Room A",
                    type="publicMeeting",
                    surface=25,
                    actual_state="bookable",
                ),
            ),
            other_rooms=(
                SiteRoom(
                    id="507f191e810c19729de860ec",
                    name="Private Office 101",
                    public_name="Executive Suite",
                    type="privateOffice",
                    surface=45,
                    actual_state="rented",
                ),
            ),
            **SITE,
        ),
    ),
    "rooms.public.json": (
        Room(
            id="507f191e810c19729de860ea",
            name="Meeting Room A",
            public_name="Meeting Room A",
            type="publicMeeting",
            surface=25,
            description="Modern meeting room with video conferencing",
            actual_state="bookable",
            min_person=2,
            max_person=8,
            nb_seat=8,
            configuration="boardroom",
            other_configuration="Video conferencing, whiteboard",
            min_duration=60,
            max_duration=480,
            step_duration=30,
            slot_week="09:00-18:00",
            price_per_month="500",
            image="https://apidev.workways.com/imageroom?id=imageId123",
            organization_id="",
            organization_name="",
            contract_end_date="",
            **ROOM,
        ),
    ),
    "rooms.private.json": (
        Room(
            id="507f191e810c19729de860ec",
            name="Private Office 101",
            public_name="Executive Suite",
            type="privateOffice",
            surface=45,
            description="Fully equipped private office",
            actual_state="rented",
            min_person=1,
            max_person=4,
            nb_seat=4,
            configuration="office",
            other_configuration="",
            min_duration=None,
            max_duration=None,
            step_duration=None,
            slot_week="",
            price_per_month="1500",
            image="https://apidev.workways.com/imageroom?id=imageId456",
            organization_id="507f1f77bcf86cd799439099",
            organization_name="Acme Corp",
            contract_end_date="2025-11-30",
            **ROOM,
        ),
    ),
    "countries.json": ("Belgium", "France", "Ireland"),
    "icsfeed.ics": FeedDocument(content=payload("icsfeed.ics"), etag="", last_modified=""),
    "room-price.meeting.json": RoomPrice(
        room_id="507f1f77bcf86cd799439011",
        room_type="privateMeeting",
        default_state="bookable",
        actual_state="free",
        start_date="2025-01-18T10:00:00",
        duration_minutes=120,
        people=4,
        period="",
        price=Decimal(100),
        message="OK",
    ),
    "room-price.office.json": RoomPrice(
        room_type="privateOffice",
        default_state="rented",
        actual_state="rented",
        period="month",
        price=Decimal(100),
        message="OK",
        **PRICE,
    ),
    "room-price.on-request.json": RoomPrice(
        room_type="meeting",
        default_state="toclean",
        actual_state="toclean",
        period="",
        price=None,
        message="Price calculation not available for this room state/type",
        **PRICE,
    ),
    "meeting-request.accepted.json": MeetingAccepted(
        meeting_id="507f191e810c19729de860ea", message="Your booking has been confirmed.", **SLOT
    ),
    "meeting-request.request-accepted.json": RegistrationRequired(
        meeting_request_id="507f191e810c19729de860ea",
        user_id="507f191e810c19729de860eb",
        message="Your meeting request has been received. Please complete your registration to confirm the booking.",
        **SLOT,
    ),
    "meeting-request.archived.json": AccountArchived(
        message="Your account is no longer valid. Please contact an administrator to restore it."
    ),
    "register.created.json": Registered(
        status="CREATED",
        user_created=True,
        organization_created=True,
        meetings_updated=1,
        room_of_interest=RoomOfInterest(
            id="507f1f77bcf86cd799439022",
            name="Office Premium",
            site_name="Workways Paris",
            site_id="507f1f77bcf86cd799439033",
        ),
        identity_verification=IdentityVerification(
            source="insee_siret",
            confidence=100,
            verified_name="ACME CORPORATION",
            verified_number="12345678901234",
        ),
        message="Organization registered successfully. A verification email has been sent.",
        **REGISTERED,
    ),
    "register.updated.json": Registered(
        status="UPDATED",
        user_created=False,
        organization_created=False,
        meetings_updated=0,
        room_of_interest=None,
        identity_verification=None,
        message="Registration successful. Your organization has been updated.",
        **REGISTERED,
    ),
    "register.user-exists.json": UserExists(
        user_id="507f1f77bcf86cd799439011",
        organization_id="507f191e810c19729de860ea",
        message="User already registered with an organization.",
    ),
    "user-info.with-organization.json": User(
        id="507f1f77bcf86cd799439011",
        first_name="Jean",
        last_name="Dupont",
        email="jean.dupont@acme.com",
        role="principal-admin",
        is_archived=False,
        organization_id="507f191e810c19729de860ea",
        organization_name="Acme Corp",
        is_organization_archived=False,
    ),
    "user-info.without-organization.json": User(
        id="507f1f77bcf86cd799439011",
        first_name="Marie",
        last_name="Martin",
        email="marie.martin@example.com",
        role="temp",
        is_archived=False,
        organization_id=None,
        organization_name=None,
        is_organization_archived=None,
    ),
    "organization-info.json": Organization(
        id="507f1f77bcf86cd799439011",
        name="Acme Corp",
        is_archived=False,
        contract_end_date="2025-12-31",
        renewal_months=12,
        base_price=Decimal(1300),
        allocated_rooms=(
            AllocatedRoom(
                id="507f191e810c19729de860ea",
                name="Bureau Premium A12",
                contract_end_date="2025-12-31",
                price=Decimal(850),
                site_id="507f1f77bcf86cd799439022",
            ),
            AllocatedRoom(
                id="507f191e810c19729de860eb",
                name="Bureau Standard B05",
                contract_end_date="",
                price=Decimal(450),
                site_id="507f1f77bcf86cd799439022",
            ),
        ),
        accessible_sites=(
            AccessibleSite(id="507f1f77bcf86cd799439022", name="Workways Paris", country="fr"),
            AccessibleSite(id="507f1f77bcf86cd799439033", name="Workways Lyon", country="fr"),
        ),
        contract_options=(
            SubscribedOption(
                id=1,
                name="Place de parking",
                key="parking",
                quantity=2,
                price=Decimal(150),
                price_promo=None,
                start_date="2024-01-01",
                end_date="",
            ),
            SubscribedOption(
                id=2,
                name="Location TV",
                key="tv_rental",
                quantity=1,
                price=Decimal(30),
                price_promo=None,
                start_date="",
                end_date="",
            ),
        ),
    ),
    "contract-options.json": (
        ContractOption(
            id="507f1f77bcf86cd799439011",
            key="parking",
            name="Parking space",
            name_fr="Place de Parking",
            name_en="Parking Space",
            type="other",
            is_unique=True,
            is_generic=False,
            supports_quantity=False,
            pricing=OptionPricing(
                public_base=Decimal(150),
                member_base=Decimal(135),
                public_promo=None,
                member_promo=None,
                promo_months=None,
                setup_fees=Decimal(50),
            ),
            vat=OptionVat(type="standard", rate=None),
        ),
        ContractOption(
            id="507f1f77bcf86cd799439022",
            key="tv_rental",
            name="TV Rental",
            name_fr="Location TV",
            name_en="TV Rental",
            type="quantity",
            is_unique=False,
            is_generic=True,
            supports_quantity=True,
            pricing=OptionPricing(
                public_base=Decimal(30),
                member_base=Decimal(27),
                public_promo=None,
                member_promo=None,
                promo_months=None,
                setup_fees=Decimal(0),
            ),
            vat=OptionVat(type="standard", rate=None),
        ),
        ContractOption(
            id="507f1f77bcf86cd799439033",
            key="service_by_month",
            name="Monthly Service",
            name_fr="Service mensuel",
            name_en="Monthly Service",
            type="promo",
            is_unique=False,
            is_generic=True,
            supports_quantity=False,
            pricing=OptionPricing(
                public_base=Decimal(200),
                member_base=Decimal(180),
                public_promo=Decimal(150),
                member_promo=Decimal(135),
                promo_months=3,
                setup_fees=Decimal(100),
            ),
            vat=OptionVat(type="special", rate=Decimal(10)),
        ),
    ),
    "merge-contract.merged.json": MergedContract(
        organization_id="507f1f77bcf86cd799439011", organization_name="Acme Corp"
    ),
}

# file -> (error, refusal); the status is the one that the document gives to such an answer.
REFUSALS: dict[str, tuple[type[Rejected], Refusal]] = {
    "rooms.refused.country.json": (Rejected, Refusal.INVALID_PARAMETER),
    "rooms.refused.site.json": (Rejected, Refusal.INVALID_PARAMETER),
    "icsfeed.refused.invalid-rooms.json": (Rejected, Refusal.INVALID_PARAMETER),
    "meeting-request.refused.today-or-past.json": (Rejected, Refusal.TODAY_OR_PAST),
    "meeting-request.refused.too-soon.json": (Rejected, Refusal.TOO_SOON),
    "meeting-request.refused.past.json": (Rejected, Refusal.PAST),
    "meeting-request.refused.not-public.json": (Rejected, Refusal.NOT_PUBLIC),
    "meeting-request.refused.room-not-found.json": (Missing, Refusal.ROOM_NOT_FOUND),
    "room-price.refused.missing-room.json": (Rejected, Refusal.MISSING_PARAMETER),
    "room-price.refused.invalid-room.json": (Rejected, Refusal.INVALID_PARAMETER),
    "room-price.refused.room-not-found.json": (Missing, Refusal.ROOM_NOT_FOUND),
    "room-price.refused.type.json": (Rejected, Refusal.NO_PRICE_FOR_TYPE),
    "room-price.refused.period.json": (Rejected, Refusal.INVALID_PARAMETER),
    "room-price.refused.duration.json": (Rejected, Refusal.INVALID_PARAMETER),
    "contract-options.refused.missing-site.json": (Rejected, Refusal.MISSING_PARAMETER),
    "contract-options.refused.invalid-site.json": (Rejected, Refusal.INVALID_PARAMETER),
    "contract-options.refused.site-not-found.json": (Missing, Refusal.SITE_NOT_FOUND),
    "user-info.refused.missing-parameter.json": (Rejected, Refusal.MISSING_PARAMETER),
    "user-info.refused.invalid-id.json": (Rejected, Refusal.INVALID_PARAMETER),
    "user-info.refused.invalid-email.json": (Rejected, Refusal.INVALID_PARAMETER),
    "user-info.refused.user-not-found.json": (Missing, Refusal.USER_NOT_FOUND),
    "organization-info.refused.missing-id.json": (Rejected, Refusal.MISSING_PARAMETER),
    "organization-info.refused.invalid-id.json": (Rejected, Refusal.INVALID_PARAMETER),
    "organization-info.refused.organization-not-found.json": (Missing, Refusal.ORGANIZATION_NOT_FOUND),
    "merge-contract.refused.missing-organization.json": (Rejected, Refusal.MISSING_PARAMETER),
    "merge-contract.refused.invalid-organization.json": (Rejected, Refusal.INVALID_PARAMETER),
    "merge-contract.refused.organization-not-found.json": (Missing, Refusal.ORGANIZATION_NOT_FOUND),
}

UNAUTHORIZED = {path.name for path in PAYLOADS.glob("*unauthorized*.json")}
# Bodies of requests are in test_requests.py; the other two are used by name below.
ELSEWHERE = {path.name for path in PAYLOADS.glob("*.request.json")} | {
    "merge-contract.option.json",
    "envelope.json",
    "internal-server-error.json",
}


def call_of(name: str) -> Callable[[Workways], object]:
    """The call that such a payload answers, named by the first part of the file's name."""
    return (READS | WRITES)[name.partition(".")[0]]


@pytest.mark.parametrize("name", ANSWERS)
def test_answer_of_the_document_decodes(name: str) -> None:
    assert call_of(name)(answered(payload(name))) == ANSWERS[name]


@pytest.mark.parametrize("status", [200, 400, 404])
@pytest.mark.parametrize("name", REFUSALS)
def test_refusal_of_the_document_is_known_under_any_status(name: str, status: int) -> None:
    error, refusal = REFUSALS[name]

    with pytest.raises(Rejected) as raised:
        call_of(name)(answered(payload(name), status))

    assert raised.value.refusal is refusal
    assert raised.value.message
    assert (raised.value.status, raised.value.may_have_been_done) == (status, False)
    # 404 says by itself that the thing isn't there.
    assert type(raised.value) is (Missing if status == 404 else error)


@pytest.mark.parametrize("call", ["room-price", "meeting-request"])
@pytest.mark.parametrize("name", sorted(UNAUTHORIZED))
def test_every_unauthorized_answer_of_the_document_is_one_error(name: str, call: str) -> None:
    with pytest.raises(Unauthorized) as raised:
        (READS | WRITES)[call](answered(payload(name), 401))

    assert raised.value.message
    assert not raised.value.may_have_been_done


def test_empty_answer_of_the_document_is_an_empty_list() -> None:
    assert answered(payload("envelope.json")).rooms() == ()


def test_internal_error_of_the_document_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        answered(payload("internal-server-error.json"), 500).rooms()


def test_no_recorded_payload_is_left_untested() -> None:
    recorded = {path.name for path in PAYLOADS.iterdir()}

    assert recorded == ANSWERS.keys() | REFUSALS.keys() | UNAUTHORIZED | ELSEWHERE
