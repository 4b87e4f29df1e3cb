"""What a response carries whatever its view was."""

import gzip

import pytest
from django.test import Client

from tests.factories import make_room
from tests.factories.members import make_member
from tests.support.html import read_html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "words"),
    [("/sites/", "This address doesn't work like that"), ("/fr/sites/", "Cette adresse ne s’utilise pas ainsi")],
)
def test_wrong_method_gets_a_page_in_the_addresses_language(client: Client, path: str, words: str) -> None:
    answer = client.delete(path)

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert read_html(answer).get("main h2").text == words


@pytest.mark.django_db
def test_signing_in_on_the_way_to_a_button_ends_at_a_page(client: Client) -> None:
    client.force_login(make_member().user)

    answer = client.get("/staff/upstream/calendars/1/refresh/")

    assert answer.status_code == 405
    assert "press the button once more" in answer.content.decode()


@pytest.mark.django_db
def test_answer_of_the_api_to_a_wrong_method_stays_json(client: Client) -> None:
    assert client.delete("/api/rooms").json() == {"retcode": -1, "message": "Method not allowed"}


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "title"), [("/l/", "Not allowed"), ("/fr/l/", "Accès refusé")])
def test_form_that_is_not_ours_gets_our_own_page(path: str, title: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(path, {"email": "nina@startup.example"})

    assert answer.status_code == 403
    assert read_html(answer).get("h1").text == title


@pytest.mark.django_db
def test_every_response_has_a_request_id_and_a_policy(client: Client) -> None:
    answer = client.get("/nowhere/")

    assert len(answer["X-Request-ID"]) == 12
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_page_travels_packed_for_who_can_unpack_it(client: Client) -> None:
    # A page with next to nothing on it is so short that the chance part of the packed one counts.
    for _ in range(5):
        make_room()
    plain = client.get("/sites/")
    packed = client.get("/sites/", headers={"Accept-Encoding": "br, gzip"})

    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content) / 2
    assert read_html(gzip.decompress(packed.content).decode()).get("h1").text == read_html(plain).get("h1").text
    assert "Accept-Encoding" in plain["Vary"]
    assert "Accept-Encoding" in packed["Vary"]


@pytest.mark.django_db
def test_size_of_a_packed_page_varies_by_chance(client: Client) -> None:
    sizes = {len(client.get("/sites/", headers={"Accept-Encoding": "gzip"}).content) for _ in range(20)}

    assert len(sizes) > 5


def test_short_answer_is_not_packed(client: Client) -> None:
    response = client.get("/healthz", headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in response
