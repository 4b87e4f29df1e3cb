"""What is checked first, where a call has several faults: token, required parameters, their forms, existence, rules."""

from typing import Any

import pytest

from portal.embedded.models import User
from tests.portal.embedded.conftest import Call
from tests.portal.embedded.world import ARCHIVED, KNOWN, NEW, World, booking, enrolment, make_rates

NO_HEADER = "Unauthorized: Authorization header is required. Use: Authorization: Bearer <your_token>"
UNKNOWN = "f" * 24
ARCHIVED_MESSAGE = "Your account is no longer valid. Please contact an administrator to restore it."


def mended(broken: dict[str, Any], steps: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    """Each sentence with the body that draws it: everything wrong at first, then one fault less at a time."""
    told = []
    for message, mend in steps:
        told.append((message, dict(broken)))
        broken = {**broken, **mend}
    return told


def heard(post: Call, path: str, bodies: list[tuple[str, dict[str, Any]]]) -> list[str]:
    return [str(post(path, body).payload()["message"]) for _, body in bodies]


def test_meeting_request(world: World, post: Call) -> None:
    User.objects.filter(email=ARCHIVED).update(organization=world.nord)
    broken = booking(
        world.seine, contactEmail=None, bookedRoom=UNKNOWN, bookedAt="yesterday", duration=5, language="nl"
    )
    bodies = mended(
        broken,
        [
            ("Missing required parameter: contactEmail", {"contactEmail": "x"}),
            ("Invalid email format", {"contactEmail": ARCHIVED}),
            ("Invalid bookedAt format", {"bookedAt": "2020-01-01T10:00:00Z"}),
            ("Invalid duration: must be at least 30 minutes", {"duration": 60}),
            ('Invalid language: must be "fr" or "en"', {"language": "fr"}),
            ("Room not found", {"bookedRoom": world.private_office.pk}),
            ("This room is not available for public booking", {"bookedRoom": world.seine.pk}),
            (ARCHIVED_MESSAGE, {"contactEmail": NEW}),
            ("Cannot book meetings for today or past dates", {"contactEmail": KNOWN}),
            ("Cannot book meetings for past dates", {"bookedAt": "2026-01-12T14:00:00Z"}),
            ("Your booking has been confirmed.", {}),
        ],
    )

    assert heard(post, "/api/meeting-request", bodies) == [message for message, _ in bodies]
    # The slot is gone now, and that is found out last of all.
    assert (
        post(
            "/api/meeting-request", {**bodies[-1][1], "bookedAt": "2026-01-08T14:00:00Z", "contactEmail": NEW}
        ).payload()["message"]
        == "Meetings must be booked at least 2 days in advance"
    )
    assert post("/api/meeting-request", bodies[-1][1]).payload()["message"] == (
        "Room is not available for the selected time slot"
    )


def test_register(world: World, post: Call) -> None:
    broken = enrolment(name=None, email="x", phone="x", country="XYZ", siteId=None)
    bodies = mended(
        broken,
        [
            ("Missing required parameter: name", {"name": "Atelier Nord"}),
            ("Missing required parameter: siteId, roomId or meetingId", {"siteId": "x"}),
            ("Invalid email format", {"email": ARCHIVED}),
            ("Invalid phone format", {"phone": "+33612345678"}),
            (
                'Invalid country: "XYZ". Use ISO code (e.g., "FR", "BE") or country name (e.g., "France", "Belgium")',
                {"country": "France"},
            ),
            ("Invalid siteId format", {"siteId": UNKNOWN}),
            ("Site not found", {"siteId": world.paris.pk}),
            (ARCHIVED_MESSAGE, {"email": NEW}),
            (ARCHIVED_MESSAGE, {"name": "Startup SAS"}),
            ("Organization registered successfully. A verification email has been sent.", {}),
        ],
    )

    assert heard(post, "/api/register", bodies) == [message for message, _ in bodies]


def test_merge_contract(world: World, post: Call) -> None:
    parking = make_rates(world.paris)[0]
    broken = {
        "organizationId": None,
        "rentalEndAt": "soon",
        "contractOptionsToAdd": [{"quantity": 0}],
        "roomsToAdd": [UNKNOWN],
    }
    bodies = mended(
        broken,
        [
            ("Missing required parameter: organizationId", {"organizationId": "x"}),
            ("Invalid organizationId format", {"organizationId": UNKNOWN}),
            ("Invalid rentalEndAt format", {"rentalEndAt": "2026-12-31"}),
            (
                "Missing required parameter: optionModelId",
                {"contractOptionsToAdd": [{"optionModelId": UNKNOWN, "quantity": 0}]},
            ),
            ("Invalid quantity: must be at least 1", {"contractOptionsToAdd": [{"optionModelId": UNKNOWN}]}),
            ("Organization not found", {"organizationId": world.acme.pk}),
            ("Contract option not found", {"contractOptionsToAdd": [{"optionModelId": parking.pk}] * 2}),
            (
                "Contract option already subscribed: parking",
                {"contractOptionsToAdd": [{"optionModelId": parking.pk}]},
            ),
            ("Room not found", {"roomsToAdd": [world.office.pk]}),
            ("OK", {}),
        ],
    )

    assert heard(post, "/api/merge-contract", bodies) == [message for message, _ in bodies]


@pytest.mark.parametrize(
    ("path", "query", "messages"),
    [
        (
            "/api/room-price",
            ({}, {"roomId": "x", "duration": "-1"}, {"roomId": UNKNOWN, "duration": "-1"}),
            ("Missing required parameter: roomId", "Invalid roomId format", "Room not found"),
        ),
        (
            "/api/user-info",
            ({}, {"id": "x", "email": "x"}, {"id": UNKNOWN, "email": "x"}),
            ("Missing required parameter: id or email", "Invalid user ID format", "User not found"),
        ),
    ],
)
def test_reads(
    world: World, get: Call, path: str, query: tuple[dict[str, str], ...], messages: tuple[str, ...]
) -> None:
    without = get(path, trusted=False, **query[0])

    assert (without.status, without.payload()["message"]) == (401, NO_HEADER)
    assert tuple(get(path, **one).payload()["message"] for one in query) == messages


def test_method_and_path_come_before_the_token_and_the_token_before_the_body(
    world: World, get: Call, post: Call
) -> None:
    assert get("/api/register", trusted=False).status == 405
    assert get("/api/nothing", trusted=False).status == 404
    assert post("/api/register", b"{", trusted=False).payload()["message"] == NO_HEADER
    assert post("/api/register", b"{").payload()["message"] == "Invalid JSON body"
