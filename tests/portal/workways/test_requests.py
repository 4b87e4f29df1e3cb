"""What is sent: addresses, queries, tokens, and bodies like those of the API document."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import httpx
import pytest

from portal.http.factory import build_client
from portal.workways import (
    CompanyRegistration,
    ContractMerge,
    MeetingRequest,
    NotModified,
    OptionOrder,
    Workways,
    bodies,
)
from tests.portal.workways.stand_ins import (
    COMPANY,
    IMAGE,
    MEETING,
    READS,
    ROOM_ID,
    TOKEN,
    WRITES,
    Server,
    client_of,
    payload,
)

DOCUMENT_MEETING = MeetingRequest(
    contact_email="jean.dupont@acme.com",
    contact_name="Jean Dupont",
    room_id=ROOM_ID,
    start=datetime(2025, 11, 5, 14, tzinfo=UTC),
    duration_minutes=60,
    people=4,
    name="Quarterly Review",
    description="Q4 2025 team meeting",
)
DOCUMENT_COMPANY = CompanyRegistration(
    name="Acme Corp",
    first_name="Jean",
    last_name="Dupont",
    email="jean.dupont@acme.com",
    phone="+33612345678",
    max_resident_users=5,
    company_number="12345678901234",
    address="123 rue de la Paix, 75001 Paris, France",
    vat_number="FR12345678901",
    language="fr",
    site_id="507f1f77bcf86cd799439011",
    room_id=ROOM_ID,
)
DOCUMENT_MERGE = ContractMerge(
    organization_id="507f1f77bcf86cd799439011",
    rental_price="1500€",
    rental_end_at="2025-12-31",
    rental_renewal_months=12,
    contract_options_to_add=(
        OptionOrder(
            option_model_id="507f1f77bcf86cd799439099",
            key="parking",
            name="Place de parking",
            quantity=2,
            price=Decimal(150),
        ),
    ),
    rooms_to_add=(ROOM_ID,),
)


def heard(call: str) -> httpx.Request:
    """The request of one of the sample calls."""
    server = Server(httpx.Response(500))
    with pytest.raises(Exception, match="500"):
        (READS | WRITES | IMAGE)[call](client_of(server))
    return server.requests[0]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("meeting-request.request.json", bodies.meeting_request(DOCUMENT_MEETING)),
        ("register.request.json", bodies.registration(DOCUMENT_COMPANY)),
        ("merge-contract.request.json", bodies.merge_contract(DOCUMENT_MERGE)),
    ],
)
def test_body_is_the_one_of_the_document(name: str, body: bytes) -> None:
    assert json.loads(body) == json.loads(payload(name))


def test_option_is_the_one_of_the_document() -> None:
    order = OptionOrder(
        option_model_id="507f1f77bcf86cd799439099",
        key="parking",
        name="Place de parking",
        quantity=2,
        price=Decimal(150),
        price_promo=Decimal(-1),
        promo_months=3,
        start_at="2024-01-01",
    )

    body = bodies.merge_contract(ContractMerge(organization_id=ROOM_ID, contract_options=(order,)))

    expected = json.loads(payload("merge-contract.option.json"))
    # The document shows an empty end date and says that it may be left out.
    assert json.loads(body)["contractOptions"] == [{k: v for k, v in expected.items() if k != "endAt"}]


def test_lists_that_are_emptied_are_sent_and_those_left_alone_are_not() -> None:
    body = json.loads(bodies.merge_contract(ContractMerge(organization_id=ROOM_ID, rooms=())))

    assert body == {"organizationId": ROOM_ID, "rooms": []}


def test_optional_fields_that_are_empty_are_left_out() -> None:
    assert set(json.loads(bodies.meeting_request(MEETING))) == {
        "contactEmail",
        "bookedRoom",
        "bookedAt",
        "duration",
        "bookedUser",
    }
    assert set(json.loads(bodies.registration(COMPANY))) == {
        "name",
        "firstName",
        "email",
        "phone",
        "maxResidentUsers",
        "roomId",
    }


def test_every_text_comes_back_from_the_body_as_it_was() -> None:
    text = 'l\'été "€" \\ \u2028 🎉 \n'
    request = MeetingRequest(
        contact_email="a@b.example", room_id=ROOM_ID, start=MEETING.start, duration_minutes=30, description=text
    )

    assert json.loads(bodies.meeting_request(request))["description"] == text


def test_amounts_are_sent_exactly() -> None:
    order = OptionOrder(option_model_id=ROOM_ID, price=Decimal("0.10"), price_promo=Decimal("1E+2"))

    body = bodies.merge_contract(ContractMerge(organization_id=ROOM_ID, contract_options_to_add=(order,)))

    assert b'"price":0.10' in body
    assert b'"pricePromo":100}' in body


def test_instant_is_sent_in_utc() -> None:
    paris_in_winter = timezone(timedelta(hours=1))

    assert bodies.instant(datetime(2025, 11, 5, 15, 0, 0, 999, tzinfo=paris_in_winter)) == "2025-11-05T14:00:00Z"


def test_instant_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="time zone"):
        bodies.instant(datetime(2025, 11, 5, 15))  # noqa: DTZ001 - the mistake under test


@pytest.mark.parametrize(
    ("call", "method", "target"),
    [
        ("sites", "GET", "/api/sites"),
        ("rooms", "GET", "/api/rooms"),
        ("countries", "GET", "/api/countries"),
        ("icsfeed", "GET", f"/api/icsfeed?rooms={ROOM_ID}"),
        ("room-price", "GET", f"/api/room-price?roomId={ROOM_ID}"),
        ("check-email", "POST", "/api/check-email"),
        ("user-info", "GET", "/api/user-info?email=jean.dupont%40acme.example"),
        ("organization-info", "GET", f"/api/organization-info?id={ROOM_ID}"),
        ("contract-options", "GET", f"/api/contract-options?site={ROOM_ID}"),
        ("meeting-request", "POST", "/api/meeting-request"),
        ("register", "POST", "/api/register"),
        ("merge-contract", "POST", "/api/merge-contract"),
        ("imageroom", "GET", "/imageroom?id=image123"),
    ],
)
def test_call_goes_to_its_address(call: str, method: str, target: str) -> None:
    request = heard(call)

    assert (request.method, request.url.raw_path.decode()) == (method, target)
    assert request.headers.get("content-type") == ("application/json" if method == "POST" else None)


@pytest.mark.parametrize("call", sorted(READS | WRITES | IMAGE))
def test_token_is_sent_where_the_document_asks_for_it(call: str) -> None:
    authorization = heard(call).headers.get("authorization")

    assert authorization == (None if call in ("countries", "icsfeed", "imageroom") else f"Bearer {TOKEN}")


def test_no_token_is_sent_without_one() -> None:
    server = Server(httpx.Response(200, content=payload("countries.json")))

    client_of(server, token=None).countries()

    assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "é", "\x7f"])
def test_token_that_no_header_can_hold_is_refused_at_once(token: str) -> None:
    with pytest.raises(ValueError, match="character") as raised:
        client_of(Server(httpx.Response(200)), token=token)

    assert token not in str(raised.value)


def test_filters_are_sent_and_absent_ones_are_not() -> None:
    server = Server(httpx.Response(200, content=payload("envelope.json")))
    client = client_of(server)

    client.rooms(country="Côte d'Ivoire & Co", site=ROOM_ID)
    client.sites(type="all")

    assert dict(server.requests[0].url.params) == {"country": "Côte d'Ivoire & Co", "site": ROOM_ID}
    assert dict(server.requests[1].url.params) == {"type": "all"}


def test_price_is_asked_for_exactly_that_slot() -> None:
    server = Server(httpx.Response(200, content=payload("room-price.meeting.json")))

    client_of(server).room_price(
        ROOM_ID, start=datetime(2025, 1, 18, 10, tzinfo=UTC), duration_minutes=120, people=4, period="month"
    )

    assert dict(server.requests[0].url.params) == {
        "roomId": ROOM_ID,
        "startDate": "2025-01-18T10:00:00Z",
        "duration": "120",
        "nbPersons": "4",
        "period": "month",
    }


def test_feed_is_asked_for_only_if_it_changed() -> None:
    server = Server(httpx.Response(304))

    answer = client_of(server).room_feed(ROOM_ID, etag='"abc"', last_modified="Wed, 07 Jan 2026 09:00:00 GMT")

    assert answer == NotModified()
    assert server.requests[0].headers["if-none-match"] == '"abc"'
    assert server.requests[0].headers["if-modified-since"] == "Wed, 07 Jan 2026 09:00:00 GMT"


def test_validators_come_with_the_feed() -> None:
    headers = {"ETag": '"abc"', "Last-Modified": "Wed, 07 Jan 2026 09:00:00 GMT"}
    server = Server(httpx.Response(200, content=payload("icsfeed.ics"), headers=headers))

    feed = client_of(server).room_feed(ROOM_ID)

    assert (feed.etag, feed.last_modified) == ('"abc"', "Wed, 07 Jan 2026 09:00:00 GMT")


@pytest.mark.parametrize("etag", ['"é"', '"' + "x" * 300 + '"', '"\x01"', '"a\nb"'])
def test_validator_that_can_not_be_sent_back_is_as_good_as_none(etag: str) -> None:
    server = Server(httpx.Response(200, content=payload("icsfeed.ics"), headers=[(b"ETag", etag.encode("latin-1"))]))
    client = client_of(server)

    first = client.room_feed(ROOM_ID)
    client.room_feed(ROOM_ID, etag=etag)

    assert first.etag == ""
    assert "if-none-match" not in server.requests[1].headers


def test_base_address_with_a_path_is_kept() -> None:
    server = Server(httpx.Response(200, content=payload("countries.json")))
    http = build_client("https://gate.example/workways/", transport=httpx.MockTransport(server))

    Workways(http, token=None).countries()

    assert str(server.requests[0].url) == "https://gate.example/workways/api/countries"


def test_text_that_is_not_unicode_is_sent_without_it() -> None:
    server = Server(httpx.Response(200, content=payload("user-info.with-organization.json")))

    client_of(server).user_info(email="a\udce9@b.example")

    assert server.requests[0].url.params["email"] == "a\ufffd@b.example"
