"""The legs of the suite: the same cases against the core in this process, over HTTP, against the document's recorded
answers and, by hand, against a remote account. A leg differs from another by its fixture alone.

For a remote account set WORKWAYS_CONTRACT_URL and WORKWAYS_CONTRACT_TOKEN; WORKWAYS_CONTRACT_EMAIL names somebody the
account knows, and only WORKWAYS_CONTRACT_WRITES=yes lets the suite book and register there: what it books is booked.
"""

import os
import secrets
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import icalendar
import pytest
from stdnum import luhn

from portal.embedded.models import ApiToken, Room, Site, User
from portal.embedded.transport import EmbeddedTransport
from tests.conftest import StoppedClock, _real_connect
from tests.contract import recordings
from tests.contract.accounts import Account
from tests.contract.coverage import PROPERTY, Case, Fact
from tests.contract.inventory import Row, others
from tests.portal.embedded.world import (
    ARCHIVED,
    KNOWN,
    NEW,
    TEMPORARY,
    World,
    build_world,
    make_rate,
    make_room,
    make_token,
    utc,
)

SENT: list[tuple[str, ...]] = []
REMOTE_URL = os.environ.get("WORKWAYS_CONTRACT_URL", "")
_REMOTE_WRITES = os.environ.get("WORKWAYS_CONTRACT_WRITES") == "yes"
_REMOTE_PERSON = os.environ.get("WORKWAYS_CONTRACT_EMAIL", "")
IN_PROCESS, AS_PORTAL, OVER_HTTP = "core in process", "core in process, as the portal calls it", "core over HTTP"
RECORDED, REMOTE = "recorded answers", "a remote account"
_READS_ONLY: frozenset[Fact] = frozenset()
FACTS: dict[str, frozenset[Fact]] = {
    IN_PROCESS: frozenset(Fact),
    AS_PORTAL: frozenset(Fact),
    OVER_HTTP: frozenset(Fact),
    RECORDED: frozenset({Fact.WRITES, Fact.PERSON, Fact.PEOPLE, Fact.DEAD_TOKENS, Fact.FAILS}),
}
if REMOTE_URL:
    FACTS[REMOTE] = frozenset(
        ({Fact.WRITES, Fact.STATE} if _REMOTE_WRITES else _READS_ONLY)
        | ({Fact.PERSON} if _REMOTE_PERSON else _READS_ONLY)
    )
_MARKS = {
    IN_PROCESS: [pytest.mark.django_db],
    AS_PORTAL: [pytest.mark.django_db],
    OVER_HTTP: [pytest.mark.django_db(transaction=True)],
}


def keep_mail(*mail: str) -> None:
    """Where the API leaves its mails in these tests."""
    SENT.append(mail)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each case runs in every leg that has what it needs."""
    case: Case | None = getattr(metafunc.function, "case", None)
    if case is not None:
        legs = [leg for leg, facts in FACTS.items() if case.needs <= facts]
        metafunc.parametrize("leg", [pytest.param(leg, marks=_MARKS.get(leg, ())) for leg in legs])


@pytest.fixture
def account(leg: str, request: pytest.FixtureRequest) -> Iterator[Account]:
    """The account of this leg."""

    def confirm(rows: Iterable[Row]) -> None:
        request.node.user_properties.append((PROPERTY, {"leg": leg, "rows": [str(row) for row in rows]}))

    with ExitStack() as stack:

        def client(transport: httpx.BaseTransport, address: str, token: str | None) -> httpx.Client:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            return stack.enter_context(httpx.Client(transport=transport, base_url=address, headers=headers, timeout=30))

        build = {RECORDED: _recorded, REMOTE: _remote}.get(leg, _core)
        yield build(leg, request, client, confirm)


_Client = Callable[[httpx.BaseTransport, str, str | None], httpx.Client]
_Confirm = Callable[[Iterable[Row]], None]


def _core(leg: str, request: pytest.FixtureRequest, client: _Client, confirm: _Confirm) -> Account:
    clock: StoppedClock = request.getfixturevalue("clock")
    SENT.clear()
    request.getfixturevalue("settings").EMBEDDED_MAILER = "tests.contract.conftest.keep_mail"
    if leg == OVER_HTTP:
        address = request.getfixturevalue("live_server").url
        transports: list[httpx.BaseTransport] = [httpx.HTTPTransport(), httpx.HTTPTransport()]
    else:
        address = "http://embedded.example"
        transports = [EmbeddedTransport(trusted=leg == AS_PORTAL), EmbeddedTransport(trusted=False)]
    world, failing = _world_of_every_kind()
    return Account(
        leg=leg,
        facts=FACTS[leg],
        member=client(transports[0], address, None if leg == AS_PORTAL else world.token),
        stranger=client(transports[1], address, None),
        now=clock(),
        first_start=utc(12, 14),
        new_person=NEW,
        confirm=confirm,
        people={
            **{role: f"{role}@acme.example" for role in ("admin", "user")},
            "known": KNOWN,
            "temp": TEMPORARY,
            "archived": ARCHIVED,
            "principal-admin": KNOWN,
        },
        tokens=_dead_tokens(),
        rooms={
            "failing": failing.pk,
            "meeting": world.seine.pk,
            "office": world.office.pk,
            "private": world.private_office.pk,
        },
        mails=SENT,
        world=world,
    )


def _world_of_every_kind() -> tuple[World, Room]:
    """The small world, with an option of every key and type, somebody in every role, a room whose state has no price,
    and a room whose site makes a booking by somebody new fail: its zone is one that the API itself would never keep.
    """
    world = build_world()
    types = [row.name for row in others("type of rate")]
    for table, is_unique in (("option that is unique", True), ("option that is generic", False)):
        for site in (world.paris, world.dublin):
            for number, row in enumerate(others(table)):
                make_rate(site, row.name, types[number % len(types)], is_unique=is_unique)
    for role in ("admin", "user"):
        User.objects.create(email=f"{role}@acme.example", role=role, organization=world.acme, verified_at=utc(1, 1))
    make_room(world.paris, "Toclean", type="meeting", default_state="toclean", actual_state="toclean", image_id="")
    mars = Site.objects.create(name="Mars", country="FR", zone_name="Mars/Base")
    return world, make_room(mars, "Crater", image_id="")


def _dead_tokens() -> dict[str, str]:
    tokens = {what: make_token(f"{what}@integrator.example") for what in ("revoked", "inactive", "closed", "archived")}
    of = {what: ApiToken.objects.filter(user__email=f"{what}@integrator.example") for what in tokens}
    of["revoked"].delete()
    of["inactive"].update(is_active=False)
    User.objects.filter(email="closed@integrator.example").update(is_api_disabled=True)
    User.objects.filter(email="archived@integrator.example").update(is_archived=True)
    return {what: f"Bearer {token}" for what, token in tokens.items()}


def _recorded(leg: str, request: pytest.FixtureRequest, client: _Client, confirm: _Confirm) -> Account:
    del request
    address = "https://recorded.example"
    return Account(
        leg=leg,
        facts=FACTS[leg],
        member=client(recordings.Player(), address, recordings.TOKEN),
        stranger=client(recordings.Player(), address, None),
        now=recordings.NOW,
        first_start=recordings.START,
        new_person=recordings.NEW_PERSON,
        confirm=confirm,
        people=recordings.PEOPLE,
        tokens=recordings.DEAD_TOKENS,
        rooms={"meeting": recordings.MEETING, **recordings.ROOMS},
    )


def _remote(leg: str, request: pytest.FixtureRequest, client: _Client, confirm: _Confirm) -> Account:
    host = urlsplit(REMOTE_URL).hostname or ""
    addresses = {info[4][0] for info in socket.getaddrinfo(host, None)}

    def connect(self: socket.socket, address: Any) -> Any:
        assert address[0] in addresses, f"A test tried to reach {address[0]} instead of {host}."
        return _real_connect(self, address)

    request.getfixturevalue("monkeypatch").setattr(socket.socket, "connect", connect)
    account = Account(
        leg=leg,
        facts=FACTS[leg],
        member=client(httpx.HTTPTransport(), REMOTE_URL, os.environ["WORKWAYS_CONTRACT_TOKEN"]),
        stranger=client(httpx.HTTPTransport(), REMOTE_URL, None),
        now=datetime.now(UTC),
        first_start=datetime.now(UTC),
        new_person=f"contract-{secrets.token_hex(6)}@example.com",
        confirm=confirm,
        people={"known": _REMOTE_PERSON} if _REMOTE_PERSON else {},
        tokens={"revoked": "Bearer ww_dev_" + "0" * 64},
        is_remote=True,
        company=f"Contract {secrets.token_hex(4)}",
        siret=_some_siret(),
        kbo=_some_kbo(),
    )
    if _REMOTE_WRITES:
        account.first_start = _free_start(account)
    return account


def _some_siret() -> str:
    """A number that the French register could give out: nine digits with their check digit, five more with another."""
    siren = f"{secrets.randbelow(10**8):08}"
    siren += luhn.calc_check_digit(siren)
    return f"{siren}0001{luhn.calc_check_digit(f'{siren}0001')}"


def _some_kbo() -> str:
    """One of the Belgian register, whose last two digits check the others."""
    number = 4 * 10**6 + secrets.randbelow(10**6)
    return f"0{number}{97 - number % 97:02}"


def _free_start(account: Account) -> datetime:
    """A time three weeks ahead at least, when the account's meeting room has four hours. Each case has another one,
    since a request that waits for its registration isn't in the feed.
    """
    feed = account.stranger.get("/api/icsfeed", params={"rooms": account.room("meeting")})
    busy = [(event.DTSTART, event.DTEND) for event in icalendar.Calendar.from_ical(feed.content).events]
    day, hour = 21 + secrets.randbelow(300), 8 + secrets.randbelow(9)
    start = account.now.replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=day)
    while start.weekday() > 4 or any(begin < start + timedelta(hours=4) and end > start for begin, end in busy):
        start += timedelta(days=1)
    return start
