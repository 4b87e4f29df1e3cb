"""/api/openapi.json and /api/docs say what the API does."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.embedded.api import OPERATIONS
from portal.embedded.declarations import Operation, TokenRule
from portal.embedded.models import Rate, User
from portal.embedded.openapi import build_document, list_refusals, message_schema
from tests.contract import document
from tests.portal.embedded.world import World, make_rates, make_room

BY_PATH = {operation.path: operation for operation in OPERATIONS}


def described(operation: Operation) -> dict[str, Any]:
    paths = build_document("https://api.example")["paths"]
    found: dict[str, Any] = paths[operation.path][operation.method.lower()]
    return found


def is_told(operation: Operation, sentence: str) -> bool:
    """Is the sentence one that the document allows for a 400 of this operation?"""
    schema = message_schema(list_refusals(operation))
    choices = schema.get("anyOf", [schema])
    return any(
        sentence in choice["enum"] if "enum" in choice else re.search(choice["pattern"], sentence) for choice in choices
    )


@pytest.mark.django_db
def test_document_is_served_to_any_program_in_english(client: Client) -> None:
    response = client.get("/api/openapi.json", headers={"accept-language": "fr"})

    told = response.json()
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert (told["openapi"], told["servers"]) == ("3.1.0", [{"url": "http://testserver"}])
    assert told["paths"]["/api/sites"]["get"]["summary"] == "The public sites with their rooms"


def test_document_has_every_line_of_the_documents_table() -> None:
    told = build_document("https://api.example")["paths"]

    assert {path: set(methods) for path, methods in told.items()} == {
        "/api/sites": {"get"},
        "/api/rooms": {"get"},
        "/api/countries": {"get"},
        "/api/icsfeed": {"get"},
        "/api/register": {"post"},
        "/api/meeting-request": {"post"},
        "/api/check-email": {"post"},
        "/api/room-price": {"get"},
        "/api/contract-options": {"get"},
        "/api/user-info": {"get"},
        "/api/organization-info": {"get"},
        "/api/merge-contract": {"post"},
        "/imageroom": {"get"},
    }


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.path)
def test_operation_tells_its_statuses_and_its_token(operation: Operation) -> None:
    told = described(operation)

    wanted = {"200", "400", "405", "500"}
    wanted |= {"401", "429"} if operation.token is not TokenRule.IGNORED else set()
    wanted |= {"304"} if operation.has_entity_tag else set()
    wanted |= {"404"} if operation.path == "/imageroom" else set()
    assert set(told["responses"]) == wanted
    tokens = {TokenRule.IGNORED: [], TokenRule.OPTIONAL: [{}, {"token": []}], TokenRule.REQUIRED: [{"token": []}]}
    assert told["security"] == tokens[operation.token]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.path)
def test_every_parameter_takes_its_own_example(operation: Operation) -> None:
    for item in operation.parameters.items:
        given = item.example if not operation.is_read or item.example is None else str(item.example)

        assert given is None or item.read(given) is not None
        assert str(item.about)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        *((path, sentence) for path, _query, sentence in document.READ_REFUSALS),
        *(("/api/meeting-request", sentence) for _change, sentence in document.MEETING_REFUSALS),
        *(("/api/register", sentence) for _change, sentence in document.REGISTER_REFUSALS),
        *(("/api/check-email", sentence) for _change, sentence in document.EMAIL_REFUSALS),
    ],
)
def test_every_sentence_of_the_document_is_told(path: str, sentence: str) -> None:
    assert is_told(BY_PATH[path], sentence)
    assert not is_told(BY_PATH[path], f"Oh: {sentence}")


def test_sentences_that_vary_are_told_with_their_gap() -> None:
    merge = BY_PATH["/api/merge-contract"]

    assert is_told(merge, "Contract option already subscribed: parking")
    assert not is_told(merge, "Contract option already subscribed")


@pytest.mark.parametrize("address", ["/api/docs", "/api/docs/", "/fr/api/docs"])
def test_page_shows_every_operation_in_few_queries(
    world: World, client: Client, address: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8):
        page = client.get(address).content.decode()

    for operation in OPERATIONS:
        assert f'id="{operation.path.strip("/").replace("/", "-")}"' in page
    assert 'lang="fr"' in page if "/fr/" in address else 'lang="en"' in page


def test_page_is_one_address_in_two_languages(world: World, client: Client) -> None:
    page = client.get(reverse("workways-docs")).content.decode()

    assert reverse("workways-docs") == "/api/docs"
    assert 'href="/fr/api/docs"' in page


def test_forms_of_the_page_hold_values_that_work_here(world: World, client: Client) -> None:
    page = client.get("/api/docs").content.decode()

    (rooms,) = re.findall(r'id="api-icsfeed-rooms" name="rooms" value="(\w+)"', page)
    assert client.get("/api/icsfeed", {"rooms": rooms}).status_code == 200
    (room,) = re.findall(r'id="api-room-price-roomId" name="roomId" value="(\w+)"', page)
    headers = {"authorization": f"Bearer {world.token}"}
    assert client.get("/api/room-price", {"roomId": room}, headers=headers).json()["retcode"] == 1


def test_page_of_a_real_installation_names_no_person_and_no_contract(
    world: World, client: Client, settings: Any
) -> None:
    make_rates(world.paris)
    settings.IS_DEMO = True
    demo = client.get("/api/docs").content.decode()
    settings.IS_DEMO = False

    page = client.get("/api/docs").content.decode()

    secrets = [*User.objects.values_list("email", flat=True), world.acme.pk, *Rate.objects.values_list("pk", flat=True)]
    assert [secret for secret in secrets if secret in demo] != []
    # The document's own example names an archived address of the demo.
    assert [secret for secret in secrets if secret in page and secret != "paul.archive@acme.example"] == []


def test_page_without_any_room_is_still_there(db: None, client: Client) -> None:
    assert client.get("/api/docs").status_code == 200


@pytest.mark.parametrize("path", ["/api/sites", "/api/rooms", "/api/countries", "/api/contract-options"])
def test_lists_are_not_sent_twice_without_a_change(world: World, client: Client, path: str) -> None:
    make_rates(world.paris)
    headers = {"authorization": f"Bearer {world.token}"}
    query = {"site": world.paris.pk}
    first = client.get(path, query, headers=headers)

    again = client.get(path, query, headers={**headers, "if-none-match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert "Authorization" in first["Vary"]
    world.paris.rates.update(setup_minor=1)
    world.paris.rooms.update(name="Renamed")
    world.dublin.rooms.update(is_archived=True)
    changed = client.get(path, query, headers={**headers, "if-none-match": first["ETag"]})
    assert changed.status_code == 200


def test_a_stranger_and_a_member_have_copies_of_their_own(world: World, client: Client) -> None:
    stranger = client.get("/api/rooms")

    member = client.get(
        "/api/rooms", headers={"authorization": f"Bearer {world.token}", "if-none-match": stranger["ETag"]}
    )

    assert member.status_code == 200
    assert member["ETag"] != stranger["ETag"]


def test_long_lists_are_sent_compressed(world: World, client: Client) -> None:
    response = client.get("/api/rooms", headers={"accept-encoding": "gzip"})

    assert response["Content-Encoding"] == "gzip"
    # Compressed or not, it is the same answer.
    again = client.get("/api/rooms", headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(("path", "queries"), [("/api/sites", 2), ("/api/rooms", 1), ("/api/countries", 1)])
def test_lists_take_the_same_queries_for_any_number_of_rooms(
    world: World, client: Client, path: str, queries: int, django_assert_num_queries: Any
) -> None:
    for number in range(30):
        make_room(world.paris, f"Room {number}", organization=world.acme)

    with django_assert_num_queries(queries):
        client.get(path)
