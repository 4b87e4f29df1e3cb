"""The embedded API with a small world in it, and a way to call its core."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from portal import clock
from portal.embedded.answers import ApiRequest, ApiResponse
from portal.embedded.api import handle
from tests.portal.embedded.world import World, build_world


@dataclass
class Mailbox:
    """A mailer that keeps what it is given."""

    mails: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, to: str, subject: str, text: str, html: str, language: str) -> None:
        self.mails.append({"to": to, "subject": subject, "text": text, "html": html, "language": language})


Call = Callable[..., ApiResponse]


@pytest.fixture
def world(clock: Any, db: None) -> World:
    """Two sites with rooms, two companies, people of every kind."""
    return build_world()


@pytest.fixture
def mailbox() -> Mailbox:
    """What the core mails in this test."""
    return Mailbox()


@pytest.fixture
def get(mailbox: Mailbox) -> Call:
    """Calls the core with a query, trusted unless told otherwise."""

    def call(path: str, *, trusted: bool = True, headers: dict[str, str] | None = None, **query: str) -> ApiResponse:
        request = ApiRequest("GET", path, query, headers or {}, base_url="https://api.example")
        return handle(request, now=clock.now(), mailer=mailbox, trusted=trusted)

    return call


@pytest.fixture
def post(mailbox: Mailbox) -> Call:
    """Calls the core with a JSON body, or with the bytes of one; trusted unless told otherwise."""

    def call(path: str, body: Any, *, trusted: bool = True, headers: dict[str, str] | None = None) -> ApiResponse:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = ApiRequest("POST", path, {}, headers or {}, content, base_url="https://api.example")
        return handle(request, now=clock.now(), mailer=mailbox, trusted=trusted)

    return call
