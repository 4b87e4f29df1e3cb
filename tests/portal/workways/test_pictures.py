"""Room pictures: from the API itself like any call, from anywhere else through the address guard."""

import httpx
import pytest

from portal.http.factory import build_guarded_client
from portal.workways import (
    Garbled,
    ImageDocument,
    Missing,
    NotModified,
    Rejected,
    TooLarge,
    Unavailable,
    Unreachable,
    Workways,
)
from tests.portal.workways.stand_ins import BASE_URL, Server, client_of

PICTURE = httpx.Response(200, content=b"\xff\xd8picture", headers={"Content-Type": "image/jpeg", "ETag": '"p1"'})
ELSEWHERE = "https://pictures.example/room.jpg?size=2"


def with_elsewhere(here: Server, elsewhere: Server) -> Workways:
    """A client whose guarded pictures come from a second server."""
    return client_of(here, images=build_guarded_client(transport=httpx.MockTransport(elsewhere)))


@pytest.mark.parametrize(
    "address",
    [
        "imageId123",
        "507f1f77bcf86cd799439011",
        f"{BASE_URL}/imageroom?id=imageId123",
        "/imageroom?id=imageId123",
        f"{BASE_URL}:443/imageroom?id=imageId123",
        "HTTPS://API.WORKWAYS.EXAMPLE/imageroom?id=imageId123",
    ],
)
def test_own_picture_is_asked_for_like_any_call_but_without_the_token(address: str) -> None:
    here = Server(PICTURE)

    picture = client_of(here).room_image(address)

    assert picture == ImageDocument(content=b"\xff\xd8picture", content_type="image/jpeg", etag='"p1"')
    assert here.requests[0].url.host == "api.workways.example"
    assert here.requests[0].url.path == "/imageroom"
    assert "authorization" not in here.requests[0].headers


def test_picture_elsewhere_goes_through_the_guarded_client_only() -> None:
    here, elsewhere = Server(PICTURE), Server(PICTURE)

    with_elsewhere(here, elsewhere).room_image(ELSEWHERE)

    assert here.requests == []
    assert str(elsewhere.requests[0].url) == ELSEWHERE
    assert "authorization" not in elsewhere.requests[0].headers


@pytest.mark.parametrize(
    "address",
    [
        "http://pictures.example/room.jpg",
        "http://api.workways.example/imageroom?id=1",
        "https://user:password@pictures.example/room.jpg",
        "file:///etc/passwd",
        "ftp://pictures.example/room.jpg",
        "https://" + "x" * 70_000,
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
    ],
)
def test_address_that_the_guard_refuses_is_unreachable(address: str) -> None:
    here, elsewhere = Server(PICTURE), Server(PICTURE)

    with pytest.raises(Unreachable):
        with_elsewhere(here, elsewhere).room_image(address)

    assert (here.requests, elsewhere.requests) == ([], [])


@pytest.mark.parametrize("address", ["//pictures.example/room.jpg", "\\\\pictures.example\\room.jpg", "", "   "])
def test_odd_address_never_takes_the_picture_of_another_server_for_our_own(address: str) -> None:
    here, elsewhere = Server(PICTURE), Server(PICTURE)

    with_elsewhere(here, elsewhere).room_image(address)

    assert all(request.url.host == "api.workways.example" for request in here.requests)
    assert all(request.url.host == "pictures.example" for request in elsewhere.requests)


def test_pictures_elsewhere_are_refused_without_a_guarded_client() -> None:
    here = Server(PICTURE)

    with pytest.raises(Unreachable):
        client_of(here).room_image(ELSEWHERE)

    assert here.requests == []


@pytest.mark.parametrize("address", ["https://127.0.0.1/room.jpg", "https://localhost/room.jpg", "https://[::1]/"])
def test_picture_within_our_own_network_is_unreachable(address: str) -> None:
    workways = client_of(Server(PICTURE), images=build_guarded_client())

    with pytest.raises(Unreachable, match="not a public address"):
        workways.room_image(address)


def test_own_picture_that_moved_elsewhere_is_fetched_there() -> None:
    here = Server(httpx.Response(302, headers={"Location": ELSEWHERE}))
    elsewhere = Server(PICTURE)

    picture = with_elsewhere(here, elsewhere).room_image("imageId123")

    assert isinstance(picture, ImageDocument)
    assert (len(here.requests), len(elsewhere.requests)) == (1, 1)


def test_own_picture_that_moved_to_a_private_address_is_unreachable() -> None:
    here = Server(httpx.Response(302, headers={"Location": "http://169.254.169.254/latest"}))
    elsewhere = Server(PICTURE)

    with pytest.raises(Unreachable):
        with_elsewhere(here, elsewhere).room_image("imageId123")

    assert elsewhere.requests == []


def test_picture_that_moves_in_circles_is_given_up() -> None:
    here = Server(httpx.Response(302, headers={"Location": "/imageroom?id=imageId123"}))

    with pytest.raises(Unavailable, match="too often"):
        client_of(here).room_image("imageId123")

    assert len(here.requests) == 4


def test_picture_is_asked_for_only_if_it_changed() -> None:
    here = Server(httpx.Response(304))

    assert client_of(here).room_image("imageId123", etag='"p1"') == NotModified()
    assert here.requests[0].headers["if-none-match"] == '"p1"'


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.Response(404), Missing),
        (httpx.Response(404, content=b'{"retcode": -1, "message": "Image not found"}'), Missing),
        (httpx.Response(410), Missing),
        (httpx.Response(400, content=b'{"retcode": -1, "message": "Invalid id"}'), Rejected),
        (httpx.Response(500), Unavailable),
        (httpx.Response(304), Unavailable),
        (httpx.Response(200, content=b"<html>", headers={"Content-Type": "text/html"}), Garbled),
        (httpx.Response(200, content=b"", headers={"Content-Type": "image/png"}), Garbled),
        (httpx.Response(200, content=b"x" * 5_000_001, headers={"Content-Type": "image/png"}), TooLarge),
    ],
)
def test_answer_that_is_no_picture(answer: httpx.Response, expected: type[Exception]) -> None:
    with pytest.raises(expected):
        client_of(Server(answer)).room_image("imageId123")


@pytest.mark.parametrize("status", [401, 403, 400, 500])
def test_refusal_of_another_server_says_nothing_of_our_token(status: int) -> None:
    with pytest.raises(Unavailable):
        with_elsewhere(Server(PICTURE), Server(httpx.Response(status))).room_image(ELSEWHERE)


def test_picture_without_a_type_is_taken_for_what_it_may_be() -> None:
    picture = client_of(Server(httpx.Response(200, content=b"\xff\xd8"))).room_image("imageId123")

    assert picture == ImageDocument(content=b"\xff\xd8", content_type="", etag="")
