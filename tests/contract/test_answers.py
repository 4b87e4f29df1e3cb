"""Every answer of the document has exactly its fields."""

from typing import Any

import httpx
import icalendar
import pytest

from tests.contract import document
from tests.contract.conftest import SENT, Api
from tests.contract.document import mismatch
from tests.portal.embedded.world import ARCHIVED, KNOWN, NEW, TEMPORARY, booking, enrolment


def data_of(response: httpx.Response, fields: Any, *, retcode: int = 1) -> Any:
    """The data of a success, once its envelope and its fields are as the document has them."""
    payload = response.json()
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert mismatch(document.ENVELOPE, payload, "envelope") == ""
    assert (payload["retcode"], payload["message"] == "OK") == (retcode, retcode == 1)
    assert mismatch(fields, payload["data"]) == ""
    return payload["data"]


def outcome_of(response: httpx.Response, status: str, fields: Any) -> Any:
    """The data of a success of register or meeting-request."""
    payload = response.json()
    assert response.status_code == 200
    assert mismatch(document.OUTCOME, payload, "envelope") == ""
    assert (payload["retcode"], payload["status"]) == (200, status)
    assert mismatch(fields, payload["data"]) == ""
    return payload["data"]


def test_sites(api: Api) -> None:
    public = data_of(api.stranger.get("/api/sites"), [document.PUBLIC_SITE])
    full = data_of(api.member.get("/api/sites", params={"type": "all"}), [document.SITE])

    assert [site["_id"] for site in public] == [site["_id"] for site in full]
    assert any(site["otherRooms"] for site in full)
    assert data_of(api.stranger.get("/api/sites", params={"country": "Irlande"}), [document.PUBLIC_SITE]) == public[:1]


def test_rooms(api: Api) -> None:
    public = data_of(api.stranger.get("/api/rooms"), [document.ROOM])
    full = api.member.get("/api/rooms").json()["data"]

    assert {room["type"] for room in public} == {"publicMeeting", "publicOffice"}
    assert {(room["pricePerHour"], room["pricePerHalfDay"], room["pricePerDay"]) for room in public} == {(0, 0, 0)}
    rented = [room for room in full if room["type"] == "privateOffice"]
    assert mismatch([document.RENTED_ROOM], rented) == ""
    assert mismatch([document.ROOM], [room for room in full if room["type"] != "privateOffice"]) == ""
    site = data_of(api.stranger.get("/api/rooms", params={"site": api.world.dublin.pk}), [document.ROOM])
    assert [room["siteName"] for room in site] == ["Dublin Coworking Center"]


def test_countries(api: Api) -> None:
    assert data_of(api.stranger.get("/api/countries"), [str]) == ["France", "Ireland"]


def test_room_picture_is_where_the_room_says(api: Api) -> None:
    room = api.stranger.get("/api/rooms", params={"type": "publicMeeting"}).json()["data"][0]

    picture = api.stranger.get(room["image"])

    assert picture.status_code == 200
    assert picture.headers["content-type"] == "image/webp"


@pytest.mark.parametrize(
    ("room", "query", "fields", "price"),
    [
        ("seine", {}, document.MEETING_PRICE, 45),
        ("seine", {"duration": "120", "nbPersons": "4"}, document.MEETING_PRICE, 90),
        ("seine", {"startDate": "2025-01-18T10:00:00"}, document.MEETING_PRICE_WITH_START, 45),
        ("office", {}, document.OFFICE_PRICE, 1300),
        ("office", {"period": "month"}, document.OFFICE_PRICE, 1300),
        ("office", {"period": "week"}, document.OFFICE_PRICE, 300),
        ("private_office", {}, document.OFFICE_PRICE, 1500),
    ],
)
def test_room_price(api: Api, room: str, query: dict[str, str], fields: Any, price: int) -> None:
    response = api.member.get("/api/room-price", params={"roomId": getattr(api.world, room).pk, **query})

    assert data_of(response, fields)["price"] == price


def test_room_price_that_is_unavailable_is_200_and_minus_one(api: Api) -> None:
    room = api.world.private_office
    room.default_state = "toclean"
    room.save()

    response = api.member.get("/api/room-price", params={"roomId": room.pk})

    assert data_of(response, document.NO_PRICE, retcode=-1)["price"] == -1
    assert response.json()["message"] == "Price calculation not available for this room state/type"


def test_contract_options(api: Api) -> None:
    response = api.member.get("/api/contract-options", params={"site": api.world.paris.pk})

    parking, service, television = data_of(response, [document.CONTRACT_OPTION])

    assert parking == {
        "_id": parking["_id"],
        "key": "parking",
        "name": "Parking Space",
        "nameFr": "Place de Parking",
        "nameEn": "Parking Space",
        "type": "other",
        "isUnique": True,
        "isGeneric": False,
        "supportsQuantity": False,
        "pricing": {
            "publicBase": 150,
            "memberBase": 135,
            "publicPromo": None,
            "memberPromo": None,
            "promoMonthDuration": None,
            "setupFees": 50,
        },
        "vat": {"type": "standard", "rate": None},
    }
    assert service["pricing"]["promoMonthDuration"] == 3
    assert service["vat"] == {"type": "special", "rate": 10}
    assert (television["supportsQuantity"], television["isGeneric"]) == (True, True)


@pytest.mark.parametrize("email", [KNOWN, KNOWN.upper(), TEMPORARY, ARCHIVED])
def test_user_info(api: Api, email: str) -> None:
    by_email = data_of(api.member.get("/api/user-info", params={"email": email}), document.USER)

    assert data_of(api.member.get("/api/user-info", params={"id": by_email["_id"]}), document.USER) == by_email


@pytest.mark.parametrize("email", [KNOWN, NEW])
def test_check_email(api: Api, email: str) -> None:
    response = api.member.post("/api/check-email", json={"email": email})

    assert data_of(response, document.EMAIL_STANDING)["exists"] == (email == KNOWN)


def test_meeting_of_a_known_person_is_in_the_feed_at_once(api: Api) -> None:
    body = booking(api.world.liffey, contactName="Jean Dupont", bookedUser=4, name="Quarterly Review", description="Q4")

    data = outcome_of(api.member.post("/api/meeting-request", json=body), "ACCEPTED", document.ACCEPTED)

    assert (data["bookedDate"], data["bookedTime"], data["duration"]) == ("2026-01-12", "14:00-15:00", 60)
    feed = api.stranger.get("/api/icsfeed", params={"rooms": api.world.liffey.pk})
    assert feed.headers["content-type"] == "text/calendar; charset=utf-8"
    events: list[Any] = icalendar.Calendar.from_ical(feed.content).walk("VEVENT")
    (event,) = events
    assert event["UID"] == f"{data['meetingId']}@workways.com"
    assert event["DTSTART"].dt.isoformat() == "2026-01-12T14:00:00+00:00"
    assert event["DTEND"].dt.isoformat() == "2026-01-12T15:00:00+00:00"
    assert (event["SUMMARY"], event["LOCATION"], event["DESCRIPTION"]) == ("Quarterly Review", "Liffey view", "Q4")


def test_feed_is_not_sent_twice_without_a_change(api: Api) -> None:
    query = {"rooms": f"{api.world.seine.pk},{api.world.liffey.pk}"}
    first = api.stranger.get("/api/icsfeed", params=query)

    again = api.stranger.get("/api/icsfeed", params=query, headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    api.member.post("/api/meeting-request", json=booking(api.world.liffey))
    changed = api.stranger.get("/api/icsfeed", params=query, headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200


def test_new_company_asks_registers_and_is_linked(api: Api) -> None:
    asked = outcome_of(
        api.member.post("/api/meeting-request", json=booking(api.world.seine, contactEmail=NEW)),
        "REQUEST_ACCEPTED",
        document.REQUEST_ACCEPTED,
    )
    body = enrolment(
        companyNumber="55210055400013", roomId=api.world.office.pk, meetingId=asked["meetingRequestId"], language="en"
    )

    data = outcome_of(api.member.post("/api/register", json=body), "CREATED", document.REGISTERED)

    assert (data["userId"], data["meetingsUpdated"], data["userRole"]) == (asked["userId"], 1, "principal-admin")
    assert mismatch(document.ROOM_OF_INTEREST, data["roomOfInterest"]) == ""
    assert mismatch(document.IDENTITY, data["identityVerification"]) == ""
    assert [mail[0] for mail in SENT] == [NEW]
    user = api.member.get("/api/user-info", params={"email": NEW}).json()["data"]
    assert (user["role"], user["organizationId"]) == ("principal-admin", data["organizationId"])
    feed = api.stranger.get("/api/icsfeed", params={"rooms": api.world.seine.pk})
    assert b"VEVENT" not in feed.content
    again = api.member.post("/api/register", json=body)
    assert outcome_of(again, "USER_EXISTS", document.USER_EXISTS) == {
        "userId": data["userId"],
        "organizationId": data["organizationId"],
    }


def test_known_company_is_updated(api: Api) -> None:
    body = enrolment(name="acme corp", siteId=api.world.dublin.pk)

    data = outcome_of(api.member.post("/api/register", json=body), "UPDATED", document.REGISTERED)

    assert (data["organizationId"], data["organizationCreated"]) == (api.world.acme.pk, False)
    assert (data["roomOfInterest"], data["identityVerification"]) == (None, None)


def test_archived_person_is_told_with_success_and_null(api: Api) -> None:
    response = api.member.post("/api/meeting-request", json=booking(api.world.seine, contactEmail=ARCHIVED))

    assert outcome_of(response, "ARCHIVED", document.NULL) is None


def test_contract_is_merged_and_told(api: Api) -> None:
    parking = api.member.get("/api/contract-options", params={"site": api.world.paris.pk}).json()["data"][0]
    body = {
        "organizationId": api.world.acme.pk,
        "rentalPrice": "1500€",
        "rentalEndAt": "2027-12-31",
        "rentalRenewal": 12,
        "contractOptionsToAdd": [
            {
                "optionModelId": parking["_id"],
                "key": "parking",
                "name": "Place de parking",
                "quantity": 2,
                "price": 150,
                "pricePromo": -1,
            }
        ],
        "roomsToAdd": [api.world.office.pk],
    }

    merged = data_of(api.member.post("/api/merge-contract", json=body), document.MERGED)

    assert merged == {"organizationId": api.world.acme.pk, "organizationName": "Acme Corp"}
    response = api.member.get("/api/organization-info", params={"id": api.world.acme.pk})
    organization = data_of(response, document.ORGANIZATION)
    assert (organization["basePrice"], organization["contractEndDate"]) == (1500, "2027-12-31")
    assert organization["contractOptions"] == [
        {
            "id": 1,
            "name": "Place de parking",
            "key": "parking",
            "quantity": 2,
            "price": 150,
            "pricePromo": None,
            "startDate": "",
            "endDate": "",
        }
    ]
    assert {room["_id"] for room in organization["allocatedRooms"]} == {
        api.world.private_office.pk,
        api.world.office.pk,
    }
