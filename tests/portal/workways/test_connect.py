"""Remote or embedded is decided once, by the settings, and each process keeps one client."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from portal.workways import Unreachable, connect
from tests.portal.workways.stand_ins import BASE_URL, TOKEN, Server, payload

COUNTRIES = httpx.Response(200, content=payload("countries.json"))
ROOMS = httpx.Response(200, content=payload("rooms.public.json"))


@pytest.fixture
def remote(settings: Any) -> Server:
    """A remote account whose server says what the document's example says."""
    server = Server(ROOMS)
    settings.WORKWAYS_IS_EMBEDDED = False
    settings.WORKWAYS_API_URL = BASE_URL
    settings.WORKWAYS_API_TOKEN = TOKEN
    settings.WORKWAYS_TRANSPORT = httpx.MockTransport(server)
    return server


def test_remote_account_is_asked_at_its_address_with_its_token(remote: Server) -> None:
    connect.workways().rooms()

    assert str(remote.requests[0].url) == f"{BASE_URL}/api/rooms"
    assert remote.requests[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_embedded_api_is_asked_without_a_token(settings: Any) -> None:
    server = Server(ROOMS)
    settings.WORKWAYS_TRANSPORT = httpx.MockTransport(server)

    connect.workways().rooms()

    assert str(server.requests[0].url) == "http://embedded.workways.invalid/api/rooms"
    assert "authorization" not in server.requests[0].headers


def test_pictures_of_other_servers_are_guarded_in_both_modes(remote: Server, settings: Any) -> None:
    for settings.WORKWAYS_IS_EMBEDDED in (False, True):
        with pytest.raises(Unreachable, match="not a public address"):
            connect.workways().room_image("https://127.0.0.1/room.jpg")

    assert remote.requests == []


def test_client_is_kept_between_calls_and_threads(remote: Server) -> None:
    with ThreadPoolExecutor(8) as pool:
        clients = {id(client) for client in pool.map(lambda _: connect.workways(), range(50))}

    assert clients == {id(connect.workways())}


def test_other_settings_make_another_client(remote: Server, settings: Any) -> None:
    first = connect.workways()
    other = Server(COUNTRIES)
    settings.WORKWAYS_TRANSPORT = httpx.MockTransport(other)

    connect.workways().countries()

    assert connect.workways() is not first
    assert (len(remote.requests), len(other.requests)) == (0, 1)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_forked_process_makes_its_own_client_even_while_another_thread_held_the_lock(remote: Server) -> None:
    mine = connect.workways()
    reading, writing = os.pipe()

    with connect._lock:
        child = os.fork()
        if child == 0:  # pragma: no cover - runs in the child
            os.write(writing, b"other" if connect.workways() is not mine else b"same")
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        assert said.read() == b"other"
    assert os.waitpid(child, 0)[1] == 0
    assert connect.workways() is mine


def test_only_this_module_of_the_client_knows_the_settings() -> None:
    program = (
        "import sys, httpx, portal.workways, portal.http.factory as factory\n"
        'answer = b\'{"retcode": 1, "data": ["France"]}\'\n'
        "transport = httpx.MockTransport(lambda request: httpx.Response(200, content=answer))\n"
        "http = factory.build_client('https://api.example', transport=transport)\n"
        "print(portal.workways.Workways(http, token=None).countries(), 'portal.settings' in sys.modules)\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert done.stdout.strip() == "('France',) False", done.stderr
