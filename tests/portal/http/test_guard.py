"""Addresses that come from data lead nowhere but to public servers, over https."""

from collections.abc import Sequence
from typing import Any

import httpcore
import httpx
import pytest

from portal.http.errors import AddressRefused
from portal.http.factory import build_client, build_guarded_client
from portal.http.guard import is_public, permit_public
from portal.http.network import Network
from portal.http.transport import SocketTransport
from tests.portal.http.loopback import says, serving

PUBLIC = "93.184.215.14"
OTHER_PUBLIC = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"


class RecordedSockets(httpcore.MockBackend):
    """Sockets that connect nowhere, give the prepared answer, and remember where they were sent."""

    def __init__(self, *pieces: bytes) -> None:
        super().__init__(list(pieces))
        self.connected: list[str] = []

    def connect_tcp(self, host: str, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        self.connected.append(host)
        return super().connect_tcp(host, *args, **kwargs)


def guarded(sockets: RecordedSockets, **names: Sequence[str]) -> httpx.Client:
    """A guarded client that knows the names `<keyword>.example`."""
    network = Network(
        permit=permit_public, look_up=lambda host, port: names[host.removesuffix(".example")], sockets=sockets
    )
    return build_guarded_client(transport=SocketTransport(network, connections=4, idle_seconds=5))


@pytest.mark.parametrize("address", [PUBLIC, OTHER_PUBLIC, "1.1.1.1", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1"])
def test_public_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",  # noqa: S104 - it is an address to refuse, nothing listens here
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "localhost",
        "",
    ],
)
def test_private_reserved_and_disguised_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_public_server_is_reached_at_the_address_that_was_checked() -> None:
    sockets = RecordedSockets(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")

    with guarded(sockets, pictures=[PUBLIC]) as client:
        response = client.get("https://pictures.example/room.jpg")

    assert response.content == b"hello"
    assert sockets.connected == [PUBLIC]


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["10.0.0.7"], ["::1"], [PUBLIC, "10.0.0.7"], ["169.254.169.254", PUBLIC], []]
)
def test_name_with_any_private_address_is_refused_before_connecting(addresses: list[str]) -> None:
    sockets = RecordedSockets()

    with guarded(sockets, inside=addresses) as client, pytest.raises(AddressRefused):
        client.get("https://inside.example/")

    assert sockets.connected == []


def test_name_that_changes_its_address_later_is_refused_then() -> None:
    sockets = RecordedSockets(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
    look_ups = iter([[PUBLIC], ["127.0.0.1"]])
    network = Network(permit=permit_public, look_up=lambda host, port: next(look_ups), sockets=sockets)
    transport = SocketTransport(network, connections=4, idle_seconds=5)

    with build_guarded_client(transport=transport) as client:
        client.get("https://rebound.example/")
        with pytest.raises(AddressRefused):
            client.get("https://rebound.example/")

    assert sockets.connected == [PUBLIC]


@pytest.mark.parametrize(
    "address",
    [
        "http://pictures.example/",
        "ftp://pictures.example/",
        "file:///etc/passwd",
        "https://",
        "https://user:password@pictures.example/",
        "//pictures.example/",
        "pictures.example",
    ],
)
def test_address_that_is_not_plain_https_is_refused(address: str) -> None:
    sockets = RecordedSockets()

    with guarded(sockets, pictures=[PUBLIC]) as client, pytest.raises((AddressRefused, httpx.UnsupportedProtocol)):
        client.get(address)

    assert sockets.connected == []


@pytest.mark.parametrize(
    "address",
    [
        "https://localhost/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
    ],
)
def test_every_way_to_write_this_machine_is_refused(address: str) -> None:
    with build_guarded_client() as client, pytest.raises((AddressRefused, httpx.InvalidURL)):
        client.get(address)


@pytest.mark.parametrize("target", ["https://inside.example/", "http://pictures.example/", "https://127.0.0.1/admin"])
def test_redirect_to_a_refused_address_is_refused(target: str) -> None:
    sockets = RecordedSockets(f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode())

    with guarded(sockets, pictures=[PUBLIC], inside=["10.0.0.1"]) as client, pytest.raises(AddressRefused):
        client.get("https://pictures.example/")

    assert sockets.connected == [PUBLIC]


def test_redirects_to_public_addresses_are_followed_three_times_at_most() -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: https://pictures.example/\r\nContent-Length: 0\r\n\r\n"
    sockets = RecordedSockets(*[answer] * 10)

    with guarded(sockets, pictures=[PUBLIC]) as client, pytest.raises(httpx.TooManyRedirects):
        client.get("https://pictures.example/")


def test_unguarded_client_reaches_this_machine() -> None:
    with serving(says(b"hello")) as server, build_client(server.url) as client:
        assert client.get("/").content == b"hello"
