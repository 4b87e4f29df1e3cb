"""One suite, several ways to reach the API: plain httpx against JSON, as any other program would."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from portal.embedded.transport import EmbeddedTransport
from tests.portal.embedded.world import World, build_world, make_rates

SENT: list[tuple[str, ...]] = []


def keep_mail(*mail: str) -> None:
    """Where the API leaves its mails in these tests."""
    SENT.append(mail)


@dataclass(frozen=True)
class Api:
    """An account of the API: a caller with a token, one without, and what is in it."""

    member: httpx.Client
    stranger: httpx.Client
    world: World


@pytest.fixture(
    params=[
        pytest.param("in process", marks=pytest.mark.django_db),
        pytest.param("in process, trusted", marks=pytest.mark.django_db),
        pytest.param("over HTTP", marks=pytest.mark.django_db(transaction=True)),
    ]
)
def api(request: pytest.FixtureRequest, clock: Any, settings: Any) -> Iterator[Api]:
    """The API behind each transport in turn."""
    SENT.clear()
    settings.EMBEDDED_MAILER = "tests.contract.conftest.keep_mail"
    if request.param == "over HTTP":
        address = request.getfixturevalue("live_server").url
        transports: list[httpx.BaseTransport] = [httpx.HTTPTransport(), httpx.HTTPTransport()]
    else:
        address = "http://embedded.example"
        is_trusted = request.param.endswith("trusted")
        transports = [EmbeddedTransport(trusted=is_trusted), EmbeddedTransport(trusted=False)]
    world = build_world()
    make_rates(world.paris)
    headers = {} if request.param.endswith("trusted") else {"Authorization": f"Bearer {world.token}"}
    with (
        httpx.Client(transport=transports[0], base_url=address, headers=headers) as member,
        httpx.Client(transport=transports[1], base_url=address) as stranger,
    ):
        yield Api(member, stranger, world)
