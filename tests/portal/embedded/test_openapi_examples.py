"""Every example of the document, sent as written; only the host, the token and what a new thing is called differ.

The examples are those that /api/openapi.json and /api/docs show, and the document's own, which are kept as recorded
payloads.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from markupsafe import escape

from portal import clock as portal_clock
from portal.embedded.answers import ApiRequest
from portal.embedded.api import handle
from portal.embedded.declarations import OPERATIONS, Example, Operation
from portal.embedded.models import Membership, Organization, Rate, Room, Site, Subscription, User
from tests.contract.recordings import PAYLOADS
from tests.portal.embedded.conftest import Mailbox
from tests.portal.embedded.world import make_meeting, make_room, make_token

EXAMPLES = [
    (operation, example) for operation in OPERATIONS for example in operation.examples if example.answer is not None
]
WITHOUT_ANSWER = [
    (operation, example) for operation in OPERATIONS for example in operation.examples if example.answer is None
]
DUBLIN, ROOM_A, DESK, PRIVATE = (
    "507f1f77bcf86cd799439011",
    "507f191e810c19729de860ea",
    "507f191e810c19729de860eb",
    "507f191e810c19729de860ec",
)
# What is made by the call has an id of its own; the verified name isn't the one that the request holds; and the one
# meeting of somebody who was just created belongs to nobody who could have asked for it. Of these the form is compared.
MADE_UP = {"meetingId", "meetingRequestId", "userId", "organizationId", "verifiedName", "meetingsUpdated"}
# The document's company number isn't one that a register could have given out, so it is replaced like an id.
NO_SIRET, SIRET = "12345678901234", "73282932000074"


@pytest.fixture
def places(clock: Any, db: None) -> None:
    """Dublin Coworking Center with its rooms, some days before the meeting of the document."""
    clock.set(datetime(2025, 10, 30, 9, tzinfo=UTC))
    dublin = Site.objects.create(id=DUBLIN, name="Dublin Coworking Center", country="IE", zone_name="Europe/Dublin")
    acme = organization("507f1f77bcf86cd799439099")
    make_room(
        dublin,
        "Meeting Room A",
        id=ROOM_A,
        description="Modern meeting room with video conferencing",
        other_configuration="Video conferencing, whiteboard",
        price_per_month="500",
        image_id="imageId123",
    )
    make_room(dublin, "Hot Desk 1", id=DESK, public_name="Hot Desk Area", type="publicOffice", surface=None)
    make_room(
        dublin,
        "Private Office 101",
        id=PRIVATE,
        public_name="Executive Suite",
        type="privateOffice",
        description="Fully equipped private office",
        actual_state="rented",
        surface=45,
        min_person=1,
        max_person=4,
        nb_seat=4,
        configuration="office",
        other_configuration="",
        min_minutes=0,
        max_minutes=0,
        step_minutes=0,
        slot_week="",
        hour_minor=0,
        half_day_minor=0,
        day_minor=0,
        price_per_month="1500",
        image_id="imageId456",
        organization=acme,
        contract_end_on=date(2025, 11, 30),
    )


def organization(key: str, **more: Any) -> Organization:
    return Organization.objects.create(id=key, name="Acme Corp", folded_name="acme corp", country="FR", **more)


def user(email: str, **more: Any) -> User:
    plain = {"first_name": "Jean", "last_name": "Dupont", "role": "principal-admin", "verified_at": portal_clock.now()}
    return User.objects.create(email=email, **{**plain, **more})


def without_hot_desk(example: Example) -> None:
    """The document leaves it out where it shows a token's answer, and where it lists rooms (W24)."""
    Room.objects.filter(pk=DESK).delete()


def sites(example: Example) -> None:
    if example.with_token:
        without_hot_desk(example)


def countries(example: Example) -> None:
    for country in ("FR", "BE"):
        site = Site.objects.create(name=country, country=country, zone_name="Europe/Paris")
        make_room(site, country, image_id=country)


def priced_room(example: Example) -> None:
    told = example.answer["data"]
    make_room(
        Site.objects.get(),
        "Priced",
        id=told["roomId"],
        image_id="",
        type=told["roomType"],
        default_state=told["defaultState"],
        actual_state=told["actualState"],
        hour_minor=5000,
        price_per_month="100",
    )


def busy_room(example: Example) -> None:
    make_meeting(
        Room.objects.get(pk=ROOM_A),
        datetime(2025, 10, 30, 14, tzinfo=UTC),
        name="Team Meeting",
        description="Weekly team sync",
    )


def meeting(example: Example) -> None:
    user("jean.dupont@acme.com", organization=Organization.objects.get())
    user("paul.archive@acme.example", is_archived=True)


def company(example: Example) -> None:
    """The organization and the user stand as the scenario has them."""
    Site.objects.update(name=REGISTERED_SITE, country="FR")
    Room.objects.filter(pk=ROOM_A).update(name="Office Premium")
    known = Organization.objects.get()
    status = example.answer["status"]
    if status == "CREATED":
        Organization.objects.update(name="Another", folded_name="another")
    else:
        user("jean.dupont@acme.com", role="temp", organization=known if status == "USER_EXISTS" else None)


REGISTERED_SITE = "Workways Paris"


def person(example: Example) -> None:
    told = example.answer["data"]
    if told.get("role") == "temp":
        user(told["email"], id=told["_id"], first_name="Marie", last_name="Martin", role="temp", verified_at=None)
        return
    acme = organization("507f191e810c19729de860ea")
    user("jean.dupont@acme.com", id="507f1f77bcf86cd799439011", organization=acme)


def contract(example: Example) -> None:
    told = example.answer["data"]
    acme = organization(told["_id"], rental_price="1300€", rental_end_on=date(2025, 12, 31), rental_renewal_months=12)
    for position, place in enumerate(told["accessibleSites"]):
        site = Site.objects.create(id=place["_id"], name=place["name"], country="FR", zone_name="Europe/Paris")
        Membership.objects.create(organization=acme, site=site, position=position)
    Room.objects.all().delete()
    for room, end in zip(told["allocatedRooms"], (date(2025, 12, 31), None), strict=True):
        make_room(
            Site.objects.get(pk=room["siteId"]),
            room["name"],
            id=room["_id"],
            type="privateOffice",
            organization=acme,
            contract_end_on=end,
            rent_minor=room["price"] * 100,
        )
    for option, start in zip(told["contractOptions"], (date(2024, 1, 1), None), strict=True):
        rate = Rate.objects.create(site_id=DUBLIN, key=option["key"], name_en="", name_fr="", type="quantity")
        Subscription.objects.create(
            organization=acme,
            rate=rate,
            number=option["id"],
            key=option["key"],
            name=option["name"],
            quantity=option["quantity"],
            price_minor=option["price"] * 100,
            start_on=start,
        )


def options(example: Example) -> None:
    for told in example.answer["data"]:
        pricing = {name: None if value is None else value * 100 for name, value in told["pricing"].items()}
        Rate.objects.create(
            id=told["_id"],
            site_id=DUBLIN,
            key=told["key"],
            name_en=told["nameEn"],
            name_fr=told["nameFr"],
            type=told["type"],
            is_unique=told["isUnique"],
            public_base_minor=pricing["publicBase"],
            member_base_minor=pricing["memberBase"],
            public_promo_minor=pricing["publicPromo"],
            member_promo_minor=pricing["memberPromo"],
            promo_months=told["pricing"]["promoMonthDuration"],
            setup_minor=pricing["setupFees"],
            vat_type=told["vat"]["type"],
            vat_rate=told["vat"]["rate"],
        )


def merged(example: Example) -> None:
    organization(example.answer["data"]["organizationId"])
    Rate.objects.create(
        id="507f1f77bcf86cd799439099", site_id=DUBLIN, key="parking", name_en="", name_fr="", type="other"
    )


SCENES: dict[str, Callable[[Example], None]] = {
    "/api/sites": sites,
    "/api/rooms": without_hot_desk,
    "/api/countries": countries,
    "/api/icsfeed": busy_room,
    "/api/room-price": priced_room,
    "/api/meeting-request": meeting,
    "/api/register": company,
    "/api/check-email": meeting,
    "/api/user-info": person,
    "/api/organization-info": contract,
    "/api/contract-options": options,
    "/api/merge-contract": merged,
}


def send(operation: Operation, example: Example) -> Any:
    """The call of the example, as it stands in the document."""
    SCENES[operation.path](example)
    headers = {"authorization": f"Bearer {make_token()}"} if example.with_token else {}
    body = b"" if example.body is None else json.dumps(example.body).replace(NO_SIRET, SIRET).encode()
    request = ApiRequest(
        operation.method, operation.path, example.query, headers, body, base_url="https://apidev.workways.com"
    )
    return handle(request, now=portal_clock.now(), mailer=Mailbox())


def comparable(value: Any, name: str = "") -> Any:
    """An answer without what differs from call to call: of ids and of what is made up only the form is left, and lists
    are in the order of their texts.
    """
    if isinstance(value, dict):
        # Of a room of interest the document tells other ids than those of the request.
        ids = {"_id", "siteId"} if name == "roomOfInterest" else set()
        return {
            key: type(item).__name__ if key in MADE_UP | ids else comparable(item, key) for key, item in value.items()
        }
    if isinstance(value, list):
        return sorted((comparable(item) for item in value), key=json.dumps)
    if name == "name":
        # The document writes one and the same name with two different letters ("Parking space", "Parking Space").
        return value.casefold()
    return value.replace(NO_SIRET, SIRET) if isinstance(value, str) else value


def comparable_calendar(text: str) -> list[str]:
    """The lines of a calendar without the id of its event, and without the time stamp that RFC 5545 demands and the
    document's example lacks (W56).
    """
    lines = text.replace("\r\n", "\n").splitlines()
    return [line.partition(":")[0] if line.startswith("UID:") else line for line in lines if "DTSTAMP" not in line]


@pytest.mark.parametrize(
    ("operation", "example"), EXAMPLES, ids=[f"{operation.path} {example.title}" for operation, example in EXAMPLES]
)
def test_example_is_answered_as_in_the_document(places: None, operation: Operation, example: Example) -> None:
    response = send(operation, example)

    assert response.status == 200
    if isinstance(example.answer, str):
        assert comparable_calendar(response.body.decode()) == comparable_calendar(example.answer)
    else:
        assert comparable(response.payload()) == comparable(example.answer)


@pytest.mark.parametrize(
    ("operation", "example"),
    WITHOUT_ANSWER,
    ids=[f"{operation.path} {example.title}" for operation, example in WITHOUT_ANSWER],
)
def test_example_without_an_answer_is_answered_well(places: None, operation: Operation, example: Example) -> None:
    response = send(operation, example)

    assert response.status == 200
    if operation.path == "/api/icsfeed":
        assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    else:
        # There is no French or Belgian site in this scene.
        assert response.payload() == {"retcode": 1, "message": "OK", "data": []}


def test_examples_are_the_documents_own() -> None:
    recorded = {
        file.name: file.read_text() if file.suffix == ".ics" else json.loads(file.read_text())
        for file in PAYLOADS.iterdir()
        if "refused" not in file.name and "unauthorized" not in file.name and not file.name.endswith(".request.json")
    }
    told = [example.answer for _, example in EXAMPLES]

    # An envelope without data, an answer to nothing in particular, and one item of a request.
    others = {"envelope.json", "internal-server-error.json", "merge-contract.option.json"}
    assert [name for name, answer in recorded.items() if name not in others and answer not in told] == []
    # The document tells no answer of check-email.
    ours = [operation.path for operation, example in EXAMPLES if example.answer not in recorded.values()]
    assert ours == ["/api/check-email"]
    bodies = [json.loads(file.read_text()) for file in PAYLOADS.glob("*.request.json")]
    sent = [example.body for operation in OPERATIONS for example in operation.examples]
    assert [body for body in bodies if body not in sent] == []


def test_openapi_and_the_page_show_every_example(places: None, client: Client) -> None:
    described = client.get("/api/openapi.json").json()["paths"]
    page = client.get("/api/docs").content.decode()

    for operation, example in EXAMPLES:
        content = described[operation.path][operation.method.lower()]["responses"]["200"]["content"]
        shown = [one["value"] for of_type in content.values() for one in of_type.get("examples", {}).values()]
        assert example.answer in shown
        pretty = (
            example.answer
            if isinstance(example.answer, str)
            else json.dumps(example.answer, ensure_ascii=False, indent=2)
        )
        assert escape(pretty) in page


def test_every_call_of_the_document_is_among_the_examples() -> None:
    documented = {
        "/api/sites?country=Ireland",
        "/api/sites?country=IE",
        "/api/sites?country=Irlande",
        "/api/sites?country=ireland",
        "/api/rooms?country=Ireland",
        "/api/rooms?country=FR",
        "/api/rooms?site=507f1f77bcf86cd799439011",
        "/api/rooms?country=belgique&site=507f1f77bcf86cd799439011",
        "/api/countries?",
        "/api/icsfeed?rooms=507f191e810c19729de860ea",
        "/api/icsfeed?rooms=507f191e810c19729de860ea,507f1f77bcf86cd799439011",
        "/api/room-price?roomId=507f1f77bcf86cd799439011&startDate=2025-01-18T10:00:00&duration=120&nbPersons=4",
        "/api/room-price?roomId=507f1f77bcf86cd799439011&period=month",
        "/api/contract-options?site=507f1f77bcf86cd799439011",
        "/api/user-info?id=507f1f77bcf86cd799439011",
        "/api/user-info?email=jean.dupont@acme.com",
        "/api/organization-info?id=507f1f77bcf86cd799439011",
    }

    told = {
        f"{operation.path}?{'&'.join(f'{name}={value}' for name, value in example.query.items())}"
        for operation in OPERATIONS
        for example in operation.examples
        if example.body is None
    }

    assert documented <= told
    posted = {operation.path for operation in OPERATIONS if any(example.body for example in operation.examples)}
    assert posted == {"/api/register", "/api/meeting-request", "/api/check-email", "/api/merge-contract"}
