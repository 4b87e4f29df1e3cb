"""POST /api/check-email and GET /api/user-info."""

from typing import Any

import pytest

from portal.embedded.models import User
from tests.portal.embedded.conftest import Call
from tests.portal.embedded.world import ARCHIVED, KNOWN, NEW, OF_ARCHIVED_COMPANY, TEMPORARY, World


@pytest.mark.parametrize(
    ("email", "exists", "is_archived", "has_organization"),
    [
        (KNOWN, True, False, True),
        (KNOWN.upper(), True, False, True),
        (TEMPORARY, True, False, False),
        (ARCHIVED, True, True, True),
        (NEW, False, None, False),
    ],
)
def test_check_email(
    world: World, post: Call, email: str, exists: bool, is_archived: bool | None, has_organization: bool
) -> None:
    response = post("/api/check-email", {"email": email})

    assert response.payload() == {
        "retcode": 1,
        "message": "OK",
        "data": {"exists": exists, "isUserArchived": is_archived, "hasOrganization": has_organization},
    }


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Missing required parameter: email"),
        ({"email": ""}, "Missing required parameter: email"),
        ({"email": None}, "Missing required parameter: email"),
        ({"email": "nobody"}, "Invalid email format"),
        ({"email": 5}, "Invalid email format"),
        ({"email": ["a@b.example"]}, "Invalid email format"),
        ({"email": "a\0@b.example"}, "Invalid email format"),
        ({"email": "a\ud800@b.example"}, "Invalid email format"),
        ({"email": "a" * 250 + "@b.example"}, "Invalid email format"),
    ],
)
def test_check_email_refuses(world: World, post: Call, body: dict[str, Any], message: str) -> None:
    response = post("/api/check-email", body)

    assert (response.status, response.payload()) == (400, {"retcode": -1, "message": message})


def test_user_info_by_address_in_any_case(world: World, get: Call) -> None:
    response = get("/api/user-info", email=" Jean.Dupont@ACME.example ")

    assert response.payload() == {
        "retcode": 1,
        "message": "OK",
        "data": {
            "_id": User.objects.get(email=KNOWN).pk,
            "firstName": "Jean",
            "lastName": "Dupont",
            "email": KNOWN,
            "role": "principal-admin",
            "isUserArchived": False,
            "organizationId": world.acme.pk,
            "organizationName": "Acme Corp",
            "isOrganizationArchived": False,
        },
    }


def test_user_info_without_organization_has_nulls(world: World, get: Call) -> None:
    data = get("/api/user-info", email=TEMPORARY).payload()["data"]

    assert data["role"] == "temp"
    assert (data["organizationId"], data["organizationName"], data["isOrganizationArchived"]) == (None, None, None)


def test_user_info_tells_who_is_archived(world: World, get: Call) -> None:
    assert get("/api/user-info", email=ARCHIVED).payload()["data"]["isUserArchived"] is True
    assert get("/api/user-info", email=OF_ARCHIVED_COMPANY).payload()["data"]["isOrganizationArchived"] is True


def test_user_info_prefers_the_id_and_never_looks_at_the_address(world: World, get: Call) -> None:
    marie = User.objects.get(email=TEMPORARY)

    assert get("/api/user-info", id=marie.pk, email="not an address").payload()["data"]["email"] == TEMPORARY


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({}, "Missing required parameter: id or email"),
        ({"id": "", "email": ""}, "Missing required parameter: id or email"),
        ({"id": "abc"}, "Invalid user ID format"),
        ({"id": "abc", "email": KNOWN}, "Invalid user ID format"),
        ({"email": "abc"}, "Invalid email format"),
        ({"email": "a\0b@c.example"}, "Invalid email format"),
        ({"id": "f" * 24}, "User not found"),
        ({"email": NEW}, "User not found"),
    ],
)
def test_user_info_refuses(world: World, get: Call, query: dict[str, str], message: str) -> None:
    response = get("/api/user-info", **query)

    assert (response.status, response.payload()) == (400, {"retcode": -1, "message": message})
