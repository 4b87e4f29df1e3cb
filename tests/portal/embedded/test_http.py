"""The embedded API over Django's HTTP: methods, headers, errors, pictures."""

import json
from io import BytesIO
from typing import Any

import httpx
import pytest
from django.test import Client
from PIL import Image

from portal.embedded.models import Room
from portal.embedded.transport import EmbeddedTransport
from tests.portal.embedded.conftest import Call
from tests.portal.embedded.world import KNOWN, World, booking, make_room


def test_reads_are_open_to_programs_in_browsers(world: World, client: Client) -> None:
    assert client.get("/api/sites")["Access-Control-Allow-Origin"] == "*"
    assert client.get("/api/sites?country=XYZ")["Access-Control-Allow-Origin"] == "*"


def test_preflight_allows_reading_with_a_token(world: World, client: Client) -> None:
    response = client.options("/api/rooms")

    assert response.status_code == 204
    assert "Authorization" in response["Access-Control-Allow-Headers"]
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_writes_are_not_open_to_programs_in_browsers(world: World, client: Client) -> None:
    response = client.options("/api/register")

    assert (response.status_code, response["Allow"]) == (204, "POST, OPTIONS")
    assert "Access-Control-Allow-Methods" not in response
    assert "Access-Control-Allow-Origin" not in client.post("/api/register")


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/sites/extra"])
def test_unknown_path_is_404_in_json(world: World, client: Client, path: str) -> None:
    response = client.get(path)

    assert (response.status_code, response.json()) == (404, {"retcode": -1, "message": "Not found"})


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("post", "/api/sites", "GET, HEAD, OPTIONS"),
        ("get", "/api/register", "POST, OPTIONS"),
        ("delete", "/api/rooms", "GET, HEAD, OPTIONS"),
        ("put", "/api/meeting-request", "POST, OPTIONS"),
    ],
)
def test_wrong_method_is_405_in_json(world: World, client: Client, method: str, path: str, allowed: str) -> None:
    response = getattr(client, method)(path)

    assert (response.status_code, response.json()) == (405, {"retcode": -1, "message": "Method not allowed"})
    assert response["Allow"] == allowed


def test_head_has_the_headers_of_get_and_no_body(world: World, client: Client) -> None:
    got, head = client.get("/api/countries"), client.head("/api/countries")

    assert head.content == b""
    assert head["Content-Length"] == str(len(got.content))
    assert head["Content-Type"] == got["Content-Type"] == "application/json; charset=utf-8"


def test_slash_at_the_end_is_forgiven(world: World, client: Client) -> None:
    assert client.get("/api/countries/").status_code == 200


def test_no_cookie_and_no_forgery_token_are_needed(world: World) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"authorization": f"Bearer {world.token}"})

    response = strict.post("/api/check-email", {"email": KNOWN}, content_type="application/json")

    assert response.json()["data"]["exists"] is True
    assert "Set-Cookie" not in response.headers


def test_body_beyond_every_limit_is_refused_in_json(world: World) -> None:
    client = Client(headers={"authorization": f"Bearer {world.token}"})

    response = client.post("/api/check-email", b"x" * 1_500_000, content_type="application/json")

    assert response.status_code == 400
    assert response.json()["message"] == "Request body is too large: at most 256000 bytes"


def test_form_instead_of_json_is_refused_in_json(world: World) -> None:
    client = Client(headers={"authorization": f"Bearer {world.token}"})

    assert client.post("/api/check-email", {"email": KNOWN}).json()["message"] == "Invalid JSON body"


def test_thousands_of_query_fields_are_refused_in_json(world: World, client: Client) -> None:
    response = client.get("/api/sites?" + "&".join(f"a{number}=1" for number in range(2000)))

    assert (response.status_code, response.json()["retcode"]) == (400, -1)


@pytest.mark.parametrize(
    "query", ["country=%FF%FE", "country=%00", "type=%00", "type=%ED%A0%80", "site=%00", "country[]=a"]
)
def test_strange_queries_never_break(world: World, client: Client, query: str) -> None:
    for path in ("/api/sites", "/api/rooms", "/api/countries", "/api/icsfeed", "/imageroom"):
        assert client.get(f"{path}?{query}").status_code in (200, 400, 404)


def test_unforeseen_failure_is_the_documents_500_and_is_logged(
    world: World, get: Call, caplog: pytest.LogCaptureFixture
) -> None:
    # A site whose zone nobody knows is a state that the API never makes itself.
    world.seine.site.__class__.objects.update(zone_name="Mars/Base")
    client = httpx.Client(transport=EmbeddedTransport(), base_url="http://embedded")

    response = client.post("/api/meeting-request", json=booking(world.seine, contactEmail="new@x.example"))

    assert response.status_code == 500
    assert response.json() == {"retcode": -1, "message": "Internal server error"}
    assert "POST /api/meeting-request" in caplog.text


def test_picture_address_in_rooms_leads_to_a_picture(world: World, client: Client) -> None:
    rooms = client.get("/api/rooms", {"type": "publicMeeting"}).json()["data"]
    address = rooms[0]["image"]

    response = client.get(address)

    assert address.startswith("http://testserver/imageroom?id=")
    picture = Image.open(BytesIO(response.content))
    assert (picture.format, picture.size, response["Content-Type"]) == ("WEBP", (1200, 800), "image/webp")
    again = client.get(address, headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_pictures_of_rooms_differ_and_stay_the_same(world: World, get: Call) -> None:
    for seed, name in enumerate(("one", "two"), start=1):
        make_room(world.paris, name, picture_seed=seed, image_id=name)
    make_room(world.paris, "desk", picture_seed=1, image_id="desk", type="publicOffice")

    pictures = [get("/imageroom", trusted=False, id=name).body for name in ("one", "two", "desk")]

    assert len(set(pictures)) == 3
    assert get("/imageroom", trusted=False, id="one").body == pictures[0]


@pytest.mark.parametrize("query", [{}, {"id": ""}, {"id": "unknown"}, {"id": "\0"}, {"id": "../secret"}])
def test_unknown_picture_is_404_in_json(world: World, get: Call, query: dict[str, str]) -> None:
    response = get("/imageroom", trusted=False, **query)

    assert (response.status, response.payload()) == (404, {"retcode": -1, "message": "Image not found"})


def test_transport_carries_status_headers_and_body(world: World) -> None:
    client = httpx.Client(transport=EmbeddedTransport(), base_url="http://embedded.example:8080")

    rooms = client.get("/api/rooms", params={"site": world.paris.pk, "type": "publicMeeting"}).json()["data"]

    assert rooms[0]["pricePerHour"] == 45
    assert rooms[0]["image"].startswith("http://embedded.example:8080/imageroom?id=")
    assert client.head("/api/countries").content == b""
    untrusted = httpx.Client(transport=EmbeddedTransport(trusted=False), base_url="http://embedded")
    assert untrusted.get("/api/user-info").status_code == 401


def test_room_without_picture_has_no_address(world: World, get: Call) -> None:
    Room.objects.update(image_id="")

    assert {room["image"] for room in get("/api/rooms").payload()["data"]} == {""}


def test_letters_beyond_ascii_are_sent_as_they_are(world: World, client: Client) -> None:
    Room.objects.filter(pk=world.seine.pk).update(name="Salle Été")

    body: Any = client.get("/api/rooms").content

    assert "Salle Été".encode() in body
    assert json.loads(body)["retcode"] == 1
