"""Whatever is sent, the answer is one of the document's, and a refusal leaves nothing behind."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.embedded import models
from portal.embedded.transport import EmbeddedTransport
from tests.portal.embedded.world import KNOWN, NEW, World, booking, build_world, enrolment, make_rates

TEXTS = st.text(st.characters(), max_size=30) | st.sampled_from(
    [
        "\0",
        "\ud800",
        "a\0b",
        "2026-01-12T14:00:00Z",
        "2026-02-30T25:00",
        "x@y.example",
        "fr",
        "FR",
        "f" * 24,
        " ",
        "-1",
        "NaN",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.just(10**400) | TEXTS
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6
)
TABLES = (
    *(models.User, models.Organization, models.Meeting, models.MeetingCell, models.Verification),
    *(models.Membership, models.Subscription, models.Room),
)
FIXTURES_ARE_FINE = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def world(clock: Any, settings: Any, db: None) -> World:
    settings.EMBEDDED_MAILER = "tests.contract.conftest.keep_mail"
    return build_world()


def rows() -> list[list[Any]]:
    return [list(table.objects.order_by("pk").values()) for table in TABLES]


def send(path: str, content: bytes) -> None:
    """Posts, and holds the answer to the document."""
    before = rows()
    with httpx.Client(transport=EmbeddedTransport(), base_url="http://embedded") as client:
        response = client.post(path, content=content)
    payload = response.json()
    assert response.status_code in (200, 400)
    assert (payload["retcode"] == -1) == (response.status_code == 400)
    if response.status_code == 400:
        assert rows() == before


def bodies(plain: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A good body with up to three of its fields, or unknown ones, replaced by anything."""
    changes = st.dictionaries(st.sampled_from([*plain, "unknown"]), ANYTHING, max_size=3)
    return changes.map(lambda change: {**plain, **change})


@FIXTURES_ARE_FINE
@given(st.data())
def test_meeting_request(world: World, data: st.DataObject) -> None:
    plain = booking(
        world.seine, contactEmail=KNOWN, contactName="J D", bookedUser=2, name="n", description="d", language="fr"
    )

    send("/api/meeting-request", json.dumps(data.draw(bodies(plain))).encode())


@FIXTURES_ARE_FINE
@given(st.data())
def test_register(world: World, data: st.DataObject) -> None:
    plain = enrolment(
        lastName="x", country="fr", companyNumber="55210055400013", address="a", vatNumber="v", language="en",
        siteId=world.paris.pk, roomId=world.office.pk, meetingId=None, email=NEW,
    )  # fmt: skip

    send("/api/register", json.dumps(data.draw(bodies(plain))).encode())


@FIXTURES_ARE_FINE
@given(st.data())
def test_merge_contract(world: World, data: st.DataObject) -> None:
    option = {"optionModelId": make_rates(world.paris)[1].pk, "quantity": 2, "price": 150, "startAt": "2026-01-01"}
    plain = {
        "organizationId": world.acme.pk, "rentalPrice": "1500€", "rentalComment": "c", "rentalStartAt": "2026-01-01",
        "rentalEndAt": "2026-12-31", "rentalUrl": "https://drive.example/x", "rentalRenewal": 12, "rooms": [],
        "contractOptions": [], "contractOptionsToAdd": [{**option, **data.draw(bodies({"price": -1, "quantity": 1}))}],
        "contractOptionsToRemove": [], "roomsToAdd": [world.office.pk], "roomsToRemove": [world.office.pk],
    }  # fmt: skip

    send("/api/merge-contract", json.dumps(data.draw(bodies(plain))).encode())


@FIXTURES_ARE_FINE
@given(ANYTHING)
@pytest.mark.parametrize("path", ["/api/check-email", "/api/meeting-request", "/api/register", "/api/merge-contract"])
def test_any_json(world: World, path: str, body: Any) -> None:
    send(path, json.dumps(body).encode())
    send("/api/check-email", json.dumps({"email": body}).encode())


@FIXTURES_ARE_FINE
@given(st.binary(max_size=200))
def test_any_bytes(world: World, content: bytes) -> None:
    send("/api/register", content)


@FIXTURES_ARE_FINE
@given(
    st.sampled_from(["/api/sites", "/api/rooms", "/api/countries", "/api/icsfeed", "/imageroom", "/api/room-price"])
    | st.sampled_from(["/api/user-info", "/api/contract-options", "/api/organization-info"]),
    st.dictionaries(
        st.sampled_from(
            ["country", "type", "site", "rooms", "id", "email", "roomId", "startDate", "duration", "period"]
        ),
        st.text(st.characters(codec="utf-8"), max_size=30),
        max_size=4,
    ),
)
def test_any_query(world: World, path: str, query: dict[str, str]) -> None:
    with httpx.Client(transport=EmbeddedTransport(), base_url="http://embedded") as client:
        plain = client.get(path, params=query)
        priced = client.get("/api/room-price", params={**query, "roomId": world.seine.pk})

    assert plain.status_code in (200, 400, 404)
    assert priced.status_code in (200, 400)
