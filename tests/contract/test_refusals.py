"""Every refusal of the document has its sentence, its status and its two keys.

A refusal changes nothing, so each test sends a whole table and compares it with what came back.
"""

from typing import Any

import httpx
import pytest

from tests.contract import document
from tests.contract.conftest import Api
from tests.portal.embedded.world import KNOWN, NEW, booking, enrolment


def refusal_of(response: httpx.Response) -> tuple[int, Any]:
    """Status and sentence; a refused country alone carries an empty list."""
    payload = response.json()
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert payload["retcode"] == -1
    is_country = payload["message"].startswith("Invalid country")
    assert payload.get("data", "absent") == ([] if is_country else "absent")
    assert set(payload) - {"data"} == {"retcode", "message"}
    return response.status_code, payload["message"]


def filled(api: Api, values: dict[str, Any]) -> dict[str, Any]:
    """The values, with the id of a room in place of its name in braces."""
    names = {name: getattr(api.world, name).pk for name in ("seine", "office", "technical", "private_office")}
    return {name: value.format(**names) if isinstance(value, str) else value for name, value in values.items()}


def test_reads(api: Api) -> None:
    told = [refusal_of(api.member.get(path, params=filled(api, query))) for path, query, _ in document.READ_REFUSALS]

    assert told == [(400, message) for _, _, message in document.READ_REFUSALS]


@pytest.mark.parametrize("table", ["meeting-request", "register", "check-email", "merge-contract"])
def test_writes(api: Api, table: str) -> None:
    good, changes = {
        "meeting-request": (booking(api.world.seine), document.MEETING_REFUSALS),
        "register": (enrolment(siteId=api.world.paris.pk), document.REGISTER_REFUSALS),
        "check-email": ({"email": KNOWN}, document.EMAIL_REFUSALS),
        "merge-contract": ({"organizationId": api.world.acme.pk, "rentalPrice": "1€"}, document.MERGE_REFUSALS),
    }[table]

    told = [refusal_of(api.member.post(f"/api/{table}", json=filled(api, {**good, **one}))) for one, _ in changes]

    assert told == [(400, message) for _, message in changes]


def test_tokens(api: Api) -> None:
    calls = [("GET", path) for path in document.READS_WITH_TOKEN] + [("POST", path) for path in document.WRITES]
    for header, message in document.TOKEN_REFUSALS:
        headers = {} if header is None else {"Authorization": header}
        told = [refusal_of(api.stranger.request(method, path, headers=headers)) for method, path in calls]

        assert told == [(401, message)] * len(calls)


def test_reads_that_need_no_token(api: Api) -> None:
    assert [api.stranger.get(path).status_code for path in document.READS_WITHOUT_TOKEN] == [200, 200, 200]


def test_taken_slot(api: Api) -> None:
    api.member.post("/api/meeting-request", json=booking(api.world.seine))

    response = api.member.post("/api/meeting-request", json=booking(api.world.seine, contactEmail=NEW))

    assert refusal_of(response) == (400, "Room is not available for the selected time slot")


def test_bodies_that_are_no_json(api: Api) -> None:
    told = [refusal_of(api.member.post(path, content=body)) for path in document.WRITES for body in document.NO_JSON]

    assert set(told) == {(400, "Invalid JSON body")}


def test_unknown_addresses_and_wrong_methods(api: Api) -> None:
    assert refusal_of(api.member.get("/api/nothing")) == (404, "Not found")
    assert refusal_of(api.member.get("/imageroom?id=nothing")) == (404, "Image not found")
    for method, path in (("POST", "/api/sites"), ("GET", "/api/register"), ("DELETE", "/api/rooms")):
        assert refusal_of(api.member.request(method, path)) == (405, "Method not allowed")
