"""The document's own answers, played back: a transport that knows which request each of them was recorded for.

The document writes one placeholder where many ids stand, so an answer tells the id that was asked for in its place. A
request that nobody recorded fails the test that sent it.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

PAYLOADS = Path(__file__).parents[1] / "fixtures" / "workways" / "v1"
NOW = datetime(2025, 10, 20, 9, tzinfo=UTC)
START = datetime(2025, 11, 5, 14, tzinfo=UTC)
TOKEN = "ww_dev_recorded"
PEOPLE = {"known": "jean.dupont@acme.com", "temp": "marie.martin@example.com", "archived": "paul@acme.com"}
NEW_PERSON = "nina.neuf@startup.example"
DEAD_TOKENS = {
    "revoked": "Bearer ww_dev_revoked",
    "inactive": "Bearer ww_dev_inactive",
    "closed": "Bearer ww_dev_closed",
    "archived": "Bearer ww_dev_archived",
}
MEETING, PRIVATE, ANY = "507f191e810c19729de860ea", "507f191e810c19729de860ec", "507f1f77bcf86cd799439011"
# The document shows these answers without a room of its lists behind them.
ROOMS = {"office": "a" * 24, "unpriced": "b" * 24, "technical": "c" * 24, "failing": "d" * 24}
UNKNOWN = "f" * 24


def _at(days: float) -> str:
    return f"{NOW + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True)
class Recording:
    """An answer, and the requests that it is played to: those that have these values, None standing for none at all
    and ... for any. `echoes` are the keys of its data that tell an id of the request, by the name it has there.
    """

    file: str
    call: str
    given: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    token: Any = ...
    echoes: dict[str, str] = field(default_factory=dict)

    def is_of(self, call: str, given: dict[str, Any], authorization: str | None) -> bool:
        """Was it recorded for this request?"""
        if self.call not in (call, "*") or (self.token is not ... and self.token != authorization):
            return False
        return all(
            value == given.get(name) if value is not ... else name in given for name, value in self.given.items()
        )


_BEARER = f"Bearer {TOKEN}"
_WITH_TOKEN = (
    *("register", "meeting-request", "check-email", "room-price", "contract-options", "user-info"),
    *("organization-info", "merge-contract"),
)
# The document shows the answer to a missing header at five of them; the first one of all speaks for the others.
_SHOW_IT = ("room-price", "contract-options", "user-info", "organization-info", "merge-contract")
_UNAUTHORIZED = [
    Recording(
        f"{call}.unauthorized.json" if call in _SHOW_IT else "unauthorized.no-header.json", call, status=401, token=None
    )
    for call in _WITH_TOKEN
] + [
    Recording("unauthorized.wrong-format.json", "*", status=401, token="ww_dev_x"),
    Recording("unauthorized.revoked.json", "*", status=401, token=DEAD_TOKENS["revoked"]),
    Recording("unauthorized.expired.json", "*", status=401, token=DEAD_TOKENS["inactive"]),
    Recording("unauthorized.account-disabled.json", "*", status=401, token=DEAD_TOKENS["closed"]),
    Recording("unauthorized.user-archived.json", "*", status=401, token=DEAD_TOKENS["archived"]),
]
_READS = [
    Recording("rooms.refused.country.json", "sites", {"country": "XYZ"}, 400),
    *[Recording("sites.public.json", "sites", {"country": name}) for name in ("Ireland", "IE", "Irlande", "ireland")],
    Recording("sites.public.json", "sites", {"country": None, "type": None}, token=None),
    Recording("sites.all.json", "sites", {"country": None, "type": "all"}, token=_BEARER),
    Recording("rooms.refused.country.json", "rooms", {"country": "XYZ"}, 400),
    Recording("rooms.refused.site.json", "rooms", {"site": "x"}, 400),
    *[Recording("rooms.public.json", "rooms", {"country": name}) for name in ("Ireland", "IE", "Irlande", "ireland")],
    Recording("rooms.public.json", "rooms", {"country": None, "site": ANY}, token=None),
    Recording("rooms.public.json", "rooms", {"country": None, "site": None}, token=None),
    Recording("rooms.private.json", "rooms", {"country": None, "site": None}, token=_BEARER),
    Recording("countries.json", "countries"),
    *[Recording("icsfeed.refused.invalid-rooms.json", "icsfeed", {"rooms": bad}, 400) for bad in (None, "", "x")],
    Recording("icsfeed.ics", "icsfeed", {"rooms": ...}),
    Recording("room-price.refused.missing-room.json", "room-price", {"roomId": None}, 400),
    Recording("room-price.refused.invalid-room.json", "room-price", {"roomId": "x"}, 400),
    Recording("room-price.refused.room-not-found.json", "room-price", {"roomId": UNKNOWN}, 400),
    Recording("room-price.refused.type.json", "room-price", {"roomId": ROOMS["technical"]}, 400),
    Recording("room-price.on-request.json", "room-price", {"roomId": ROOMS["unpriced"]}, echoes={"roomId": "roomId"}),
    Recording("room-price.refused.period.json", "room-price", {"roomId": ROOMS["office"], "period": "year"}, 400),
    Recording("room-price.office.json", "room-price", {"period": "month"}, echoes={"roomId": "roomId"}),
    Recording("room-price.refused.duration.json", "room-price", {"duration": "-1"}, 400),
    Recording(
        "room-price.meeting.json",
        "room-price",
        {"startDate": "2025-01-18T10:00:00", "duration": "120", "nbPersons": "4"},
        echoes={"roomId": "roomId"},
    ),
    Recording("contract-options.refused.missing-site.json", "contract-options", {"site": None}, 400),
    Recording("contract-options.refused.invalid-site.json", "contract-options", {"site": "x"}, 400),
    Recording("contract-options.refused.site-not-found.json", "contract-options", {"site": UNKNOWN}, 400),
    Recording("contract-options.json", "contract-options", {"site": ANY}),
    Recording("user-info.refused.missing-parameter.json", "user-info", {"id": None, "email": None}, 400),
    Recording("user-info.refused.invalid-id.json", "user-info", {"id": "x"}, 400),
    Recording("user-info.refused.invalid-email.json", "user-info", {"id": None, "email": "x"}, 400),
    Recording("user-info.refused.user-not-found.json", "user-info", {"id": UNKNOWN}, 400),
    Recording("user-info.without-organization.json", "user-info", {"email": PEOPLE["temp"]}),
    Recording("user-info.with-organization.json", "user-info", {"email": PEOPLE["known"]}),
    Recording("user-info.with-organization.json", "user-info", {"email": PEOPLE["known"].upper()}),
    Recording("user-info.with-organization.json", "user-info", {"id": ANY}),
    Recording("organization-info.refused.missing-id.json", "organization-info", {"id": None}, 400),
    Recording("organization-info.refused.invalid-id.json", "organization-info", {"id": "x"}, 400),
    Recording("organization-info.refused.organization-not-found.json", "organization-info", {"id": UNKNOWN}, 400),
    Recording("organization-info.json", "organization-info", {"id": ...}, echoes={"_id": "id"}),
]
_BOOKED = {"bookedRoom": MEETING, "duration": 60}
_WRITES = [
    Recording("meeting-request.refused.room-not-found.json", "meeting-request", {"bookedRoom": "x"}, 400),
    Recording("meeting-request.refused.room-not-found.json", "meeting-request", {"bookedRoom": UNKNOWN}, 400),
    Recording("meeting-request.refused.not-public.json", "meeting-request", {"bookedRoom": PRIVATE}, 400),
    Recording("internal-server-error.json", "meeting-request", {"bookedRoom": ROOMS["failing"]}, 500),
    *[
        Recording(f"meeting-request.refused.{file}.json", "meeting-request", {"contactEmail": who, "bookedAt": at}, 400)
        for file, who, at in (
            ("today-or-past", NEW_PERSON, _at(0.25)),
            ("today-or-past", NEW_PERSON, _at(-365)),
            ("too-soon", NEW_PERSON, _at(1)),
            ("past", PEOPLE["known"], _at(-1)),
        )
    ],
    *[
        Recording(f"meeting-request.{file}.json", "meeting-request", {**_BOOKED, "contactEmail": who, "bookedAt": at})
        for file, who, at in (
            ("archived", PEOPLE["archived"], f"{START:%Y-%m-%dT%H:%M:%SZ}"),
            ("accepted", PEOPLE["known"], f"{START:%Y-%m-%dT%H:%M:%SZ}"),
            ("request-accepted", NEW_PERSON, f"{START:%Y-%m-%dT%H:%M:%SZ}"),
        )
    ],
    Recording("register.user-exists.json", "register", {"email": PEOPLE["known"]}),
    Recording("register.updated.json", "register", {"name": "acme corp"}),
    Recording("register.created.json", "register", {"email": NEW_PERSON, "companyNumber": ...}),
    Recording("merge-contract.refused.missing-organization.json", "merge-contract", {"organizationId": None}, 400),
    Recording("merge-contract.refused.invalid-organization.json", "merge-contract", {"organizationId": "x"}, 400),
    Recording("merge-contract.refused.organization-not-found.json", "merge-contract", {"organizationId": UNKNOWN}, 400),
    Recording(
        "merge-contract.merged.json",
        "merge-contract",
        {"organizationId": ...},
        echoes={"organizationId": "organizationId"},
    ),
]
RECORDINGS = (*_UNAUTHORIZED, *_READS, *_WRITES)


class Player(httpx.BaseTransport):
    """Answers with recordings."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The first recording of this request."""
        call = request.url.path.removeprefix("/api/")
        body = request.read()
        given = json.loads(body) if body else dict(request.url.params)
        authorization = request.headers.get("authorization")
        found = next((one for one in RECORDINGS if one.is_of(call, given, authorization)), None)
        assert found is not None, f"Nobody recorded an answer to {request.method} {call} {given}."
        content = (PAYLOADS / found.file).read_bytes()
        if found.file.endswith(".ics"):
            return httpx.Response(200, headers={"content-type": "text/calendar; charset=utf-8"}, content=content)
        if found.echoes:
            payload = json.loads(content)
            payload["data"] |= {key: given[name] for key, name in found.echoes.items()}
            content = json.dumps(payload, ensure_ascii=False).encode()
        headers = {"content-type": "application/json; charset=utf-8"}
        return httpx.Response(found.status, headers=headers, content=content)
