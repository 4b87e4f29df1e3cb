"""Whatever is sent, the answer is one of the document's, and a refusal leaves nothing behind.

`PORTAL_TESTS_BODIES=10000 python -m pytest tests/contract/test_anything.py` sends that many bodies to each POST instead
of the hundred of a plain run. What came of them is printed at the end.
"""

import json
import os
import re
from collections import Counter
from typing import Any

import httpx
import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.embedded.inputs import MAX_BODY_BYTES
from portal.embedded.models import Meeting, MeetingCell, MeetingState, Organization, User
from portal.embedded.openapi import list_refusals, message_schema
from portal.embedded.slots import cells
from portal.embedded.transport import EmbeddedTransport
from tests.contract.coverage import SENT
from tests.contract.test_schemathesis import BY_CALL
from tests.portal.embedded.world import (
    ARCHIVED,
    KNOWN,
    NEW,
    TEMPORARY,
    World,
    booking,
    build_world,
    enrolment,
    make_rates,
    whole_database,
)

FEW = 100
EXAMPLES = int(os.environ.get("PORTAL_TESTS_BODIES", FEW))
PLENTY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES <= FEW,
    suppress_health_check=list(HealthCheck),
)

# What breaks programs that read texts: null bytes, halves of surrogate pairs, characters without a width or from right
# to left, composed and decomposed letters, blanks of every kind, and texts that mean something elsewhere.
ODD_TEXTS = st.sampled_from(
    [
        *("", " ", "\0", "a\0b", "\ud800", "\udfff", "a\ud83d", "\ufffe", "\uffff", "\U0010ffff", "\ufeff", "\u0085"),
        *("\u200b", "\u202eabc", "é", "e\u0301", "ﬁ", "İ", "ß", "👩‍👩‍👧", "\u2028", "\x1c", "\x7f", "\r\n", "\t"),
        *("2026-01-12T14:00:00Z", "2026-02-30T25:00", "2026-01-12", "0000-00-00", "9999-12-31T23:59:59-23:59"),
        *("x@y.example", "X@Y.EXAMPLE", "a@b", "fr", "FR", "XYZ", "f" * 24, "F" * 24, "-1", "NaN", "null", "[]"),
        *("' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "%00", "../../etc/passwd", "=1+1", "1e999"),
        *("x" * 41, "x" * 101, "x" * 201, "x" * 501, "x" * 5001, "é" * 200, "x" * 20_000),
    ]
)
TEXTS = st.text(st.characters(), max_size=30) | ODD_TEXTS
NUMBERS = (
    st.integers()
    | st.integers(-2, 40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([10**400, -(10**400), 2**31, 2**63, 1e308, 5e-324, 0.1, -0.0, 29.999, 60.0])
)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6
)
CONTENT_TYPES = st.sampled_from(
    [
        *("application/json",) * 6,
        *(
            "application/json; charset=utf-16",
            "application/json; charset=nonsense",
            "text/plain",
            "",
            "application/xml",
        ),
        *("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "a/b/c"),
    ]
)


@pytest.fixture
def world(clock: Any, db: None) -> World:
    """The small world with options to order, and mails that go to the portal's own outbox."""
    world = build_world()
    make_rates(world.paris)
    return world


@st.composite
def documents(draw: st.DrawFn, valid: st.SearchStrategy[dict[str, Any]]) -> bytes:
    """The bytes of a body: mostly a valid one with a few things wrong, else one that no program would send."""
    body = draw(valid)
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 1, 2, 3]))):
        _damage(draw, body)
    written = json.dumps(body, ensure_ascii=draw(st.booleans()))
    kind = draw(st.sampled_from([*["as it is"] * 12, "twice", "cut", "inserted", "encoded", "deep", "huge", "bytes"]))
    if kind == "twice":
        # The same key again, before or after; the last one counts.
        again = json.dumps({draw(st.sampled_from(sorted(body) or ["x"])): draw(ANYTHING)})
        parts = [written, again] if draw(st.booleans()) else [again, written]
        written = f"{parts[0][:-1]}{', ' if len(parts[0]) > 2 and len(parts[1]) > 2 else ''}{parts[1][1:]}"
    elif kind == "cut":
        written = written[: draw(st.integers(0, len(written)))]
    elif kind == "inserted":
        place = draw(st.integers(0, len(written)))
        written = (
            written[:place] + draw(st.sampled_from([",", "}", "NaN", "\0", "//", "'", "\ufeff"])) + written[place:]
        )
    elif kind == "deep":
        depth = draw(st.sampled_from([10, 900, 5_000, 60_000]))
        name = draw(st.sampled_from([*sorted(body), "unknown"]))
        written = f'{written[:-1]}{", " if body else ""}"{name}": {"[" * depth}{"]" * depth}}}'
    elif kind == "huge":
        written = written + " " * draw(st.sampled_from([MAX_BODY_BYTES - len(written), MAX_BODY_BYTES, 1_100_000]))
    content = written.encode("utf-8", "surrogatepass")
    if kind == "encoded":
        content = draw(
            st.sampled_from(
                [
                    b"\xef\xbb\xbf" + content,
                    content + b"\xff",
                    written.encode("utf-16", "surrogatepass"),
                    written.encode("latin-1", "replace"),
                    b"",
                    b"\x1f\x8b\x08",
                ]
            )
        )
    return draw(st.binary(max_size=60)) if kind == "bytes" else content


def _damage(draw: st.DrawFn, body: dict[str, Any]) -> None:
    """One field gone, renamed, of another type or value, or one too many."""
    how = draw(st.sampled_from(["replace", "replace", "text", "number", "delete", "rename", "wrap", "add"]))
    if how == "add" or not body:
        body[draw(TEXTS)] = draw(ANYTHING)
        return
    name = draw(st.sampled_from(sorted(body)))
    if how == "delete":
        del body[name]
    elif how == "rename":
        body[draw(st.sampled_from([name.upper(), f" {name}", f"{name}\0", ""]))] = body.pop(name)
    elif how == "wrap":
        body[name] = draw(st.sampled_from([[body[name]], {"value": body[name]}, {name: body[name]}, str(body[name])]))
    else:
        body[name] = draw({"replace": ANYTHING, "text": TEXTS, "number": NUMBERS}[how])


def some(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Valid bodies: what is required, and any part of what may be left out. Each value is a strategy."""
    return st.fixed_dictionaries(required, optional=optional)


def one_of(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


def meeting_requests(world: World) -> st.SearchStrategy[dict[str, Any]]:
    rooms = (world.seine.pk, world.seine.pk, world.liffey.pk, world.office.pk, world.private_office.pk, "f" * 24)
    starts = ("2026-01-12T14:00:00Z", "2026-01-12T14:30:00+01:00", "2026-01-08T10:00:00Z", "2026-01-07T12:00:00Z")
    return some(
        {
            "contactEmail": one_of(KNOWN, KNOWN, NEW, NEW, TEMPORARY, ARCHIVED),
            "bookedRoom": one_of(*rooms),
            "bookedAt": one_of("2026-01-13T08:00:00Z", *starts),
            "duration": one_of(60, 30, 90, 60.0, 1440),
        },
        {
            "contactName": one_of("Jean Dupont", "Zoë"),
            "bookedUser": one_of(1, 4),
            "name": one_of("Quarterly Review", "👩‍👩‍👧"),
            "description": one_of("Q4\nand more", ""),
            "language": one_of("fr", "en", None),
        },
    )


def registrations(world: World) -> st.SearchStrategy[dict[str, Any]]:
    pending = world.seine.meetings.get(state=MeetingState.PENDING).pk
    plain = enrolment()
    return some(
        {
            "name": one_of("Startup SAS", "acme corp", "Atelier Nord", "Œuvre & Fils"),
            "firstName": one_of("Nina"),
            "email": one_of(NEW, NEW, TEMPORARY, KNOWN, ARCHIVED, plain["email"].upper()),
            "phone": one_of(plain["phone"], "01 42 00 00 00"),
            "maxResidentUsers": one_of(1, 5, 100_000),
            "siteId": one_of(world.paris.pk, world.dublin.pk, None),
            "roomId": one_of(world.office.pk, world.seine.pk, None),
        },
        {
            "lastName": one_of("Neuf"),
            "country": one_of("fr", "Belgium", "IRLANDE"),
            "companyNumber": one_of("55210055400013", "0403019261", "73282932000074", "12345678901234"),
            "address": one_of("123 rue de la Paix"),
            "vatNumber": one_of("FR12345678901"),
            "language": one_of("fr", "en"),
            "meetingId": one_of(pending, pending, "f" * 24),
        },
    )


def merges(world: World) -> st.SearchStrategy[dict[str, Any]]:
    rates = [rate.pk for rate in world.paris.rates.all()]
    rooms = st.lists(
        one_of(world.private_office.pk, world.office.pk, world.seine.pk, world.liffey.pk, world.technical.pk),
        max_size=3,
    )
    options = st.lists(
        some(
            {"optionModelId": one_of(*rates)},
            {
                "key": one_of("parking"),
                "name": one_of("Place de parking"),
                "quantity": one_of(1, 2),
                "price": one_of(150, -1, 10.5),
                "pricePromo": one_of(-1, 5),
                "promoMonthDuration": one_of(3),
                "startAt": one_of("2024-01-01", ""),
                "endAt": one_of("2027-01-01", ""),
            },
        ),
        max_size=3,
    )
    return some(
        {"organizationId": one_of(world.acme.pk, world.acme.pk, world.nord.pk)},
        {
            "rentalPrice": one_of("1500€", "1 250,50 €", "free"),
            "rentalComment": one_of("c"),
            "rentalStartAt": one_of("2026-01-01"),
            "rentalEndAt": one_of("2026-12-31"),
            "rentalUrl": one_of("https://drive.example/x"),
            "rentalRenewal": one_of(0, 12),
            "contractOptions": options,
            "contractOptionsToAdd": options,
            "contractOptionsToRemove": st.lists(one_of(1, 2, *rates), max_size=2),
            "rooms": rooms,
            "roomsToAdd": rooms,
            "roomsToRemove": rooms,
        },
    )


def addresses(world: World) -> st.SearchStrategy[dict[str, Any]]:
    del world
    return some({"email": one_of(KNOWN, NEW, TEMPORARY, ARCHIVED)}, {"name": one_of("x")})


VALID = {
    "/api/check-email": addresses,
    "/api/meeting-request": meeting_requests,
    "/api/register": registrations,
    "/api/merge-contract": merges,
}


def is_told(path: str, sentence: str) -> bool:
    """Is the sentence one that the OpenAPI document allows for a 400 of this call?"""
    schema = message_schema(list_refusals(BY_CALL["POST", path]))
    choices = schema.get("anyOf", [schema])
    return any(sentence in one["enum"] if "enum" in one else re.search(one["pattern"], sentence) for one in choices)


def whole_change(path: str, payload: dict[str, Any], given: dict[str, Any]) -> None:
    """An accepted call did all of what it says it did."""
    data = payload["data"]
    if path == "/api/meeting-request" and data is not None:
        meeting = Meeting.objects.get(pk=data.get("meetingId") or data["meetingRequestId"])
        taken = [cell.cell for cell in MeetingCell.objects.filter(meeting=meeting).order_by("cell")]
        assert taken == list(cells(meeting.start, meeting.end))
        assert meeting.user is not None
    if path == "/api/register":
        user = User.objects.get(pk=data["userId"])
        assert user.organization_id == data["organizationId"]
        if payload["status"] != "USER_EXISTS":
            assert user.verifications.filter(used_at=None, revoked_at=None).count() == 1
            assert user.organization is not None
            assert user.organization.memberships.exists()
    if path == "/api/merge-contract":
        organization = Organization.objects.get(pk=data["organizationId"])
        left = set(organization.rooms.values_list("pk", flat=True))
        added = {key.strip().lower() for key in given.get("roomsToAdd") or ()}
        removed = {key.strip().lower() for key in given.get("roomsToRemove") or ()}
        assert added - removed <= left
        assert not removed & left


def answer_to(client: Client, path: str, content: bytes, content_type: str, before: Any) -> str:
    """Sends a body through the whole stack and holds the answer to the document; says in a word what came of it.

    `before` is the whole database as it was; a refusal must leave it like that.
    """
    response = client.generic("POST", path, content, content_type=content_type)
    payload = response.json()
    if response.status_code == 400:
        assert payload["retcode"] == -1
        assert is_told(path, payload["message"]), payload["message"]
        assert whole_database() == before
        # A country that nobody knows is repeated in the sentence.
        return re.sub(r'country: "[\s\S]*?"\. Use', 'country: "…". Use', payload["message"])
    assert response.status_code == 200, response.content
    assert payload["retcode"] in (1, 200)
    whole_change(path, payload, json.loads(content.decode("utf-8-sig")))
    return f"accepted: {payload.get('status', 'OK')}"


@pytest.mark.strict
@pytest.mark.parametrize("path", VALID)
def test_body_is_accepted_as_a_whole_or_refused_without_a_trace(world: World, path: str, record_property: Any) -> None:
    client = Client(headers={"authorization": f"Bearer {world.token}"})
    told: Counter[str] = Counter()
    body = booking(world.seine, contactEmail=TEMPORARY, bookedAt="2026-01-20T10:00:00Z")
    assert client.post("/api/meeting-request", body, content_type="application/json").status_code == 200
    start = whole_database()

    @PLENTY
    @given(documents(VALID[path](world)), CONTENT_TYPES)
    def send(content: bytes, content_type: str) -> None:
        # Each body meets the same database, because what one changes is taken back.
        with transaction.atomic():
            told[answer_to(client, path, content, content_type, start)] += 1
            transaction.set_rollback(True)

    send()

    assert whole_database() == start
    record_property(SENT, {"what": f"bodies to {path}", "answers": dict(told)})
    accepted = sum(count for answer, count in told.items() if answer.startswith("accepted"))
    # A mix of which hardly anything got through would prove nothing of what lies behind the first check.
    assert 0.1 < accepted / told.total() < 0.9


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
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
