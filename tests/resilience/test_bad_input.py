"""Nonsense at every door: no answer is a failure of ours, and every refusal says something.

The features' own tests look at the sentences; these look at everything else that can be sent, at every route there is.

On PostgreSQL, the stricter database, each field of each form and query meets every value. Elsewhere each field meets a
third of them, in turn, so that still every field meets some and every value meets many.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from itertools import count
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import override_settings
from django.urls import URLPattern
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.catalog.models import Room
from portal.embedded.declarations import OPERATIONS
from tests.architecture.test_routes import ROUTES
from tests.resilience.door import SLOT, Door
from tests.resilience.doors import Portal

FORM = "application/x-www-form-urlencoded"
MANY_SIGNS = "<script>alert('1')</script>{{7*7}}%(x)s{0}\r\nSet-Cookie: a=b; é\u202e\U0001f984 ../../etc/passwd"
# What any parameter and any field may hold. Bytes are sent as they are: broken UTF-8, the halves of a surrogate pair.
ANYTHING: tuple[str | bytes, ...] = (
    "",
    " ",
    MANY_SIGNS,
    "a\x00b",
    b"\xff\xfe\xed\xa0\x80",
    "x" * 100_000,
    "-1",
    "9" * 5000,
    "99999999999999999999",
    "1e400",
    "١٢",
    "f" * 24,
)
_DAYS = ("0000-00-00", "0001-01-01", "2026-01-06", "2026-02-30", "9999-12-31", "10000-01-01", "2026-W02-3", "20260113")
_TIMES = ("02:30", "02:30-99:99", "24:00", "25:00", "-1:00", "10:00:00", "23:59")
_INSTANTS = (
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-03-29T02:30:00",
    "2026-01-12T00:00:00+25:00",
    "2026-01-12T23:59:60Z",
    "2020-01-12T00:00:00Z",
    "2026-01-12T00:00:00Z/60",
    "9999-12-31T23:59:59Z/1440",
)
_NUMBERS = ("1.5", "NaN", "-Infinity", "1e5", "0")
_ADDRESSES = ("a@" + "b" * 250 + ".example", "é@é.example", "a@b.example\nBcc: c@d.example", '"a b"@[127.0.0.1]')
_QUERIES = (
    "site=%00&room=%FF&state=;&order=-1",
    "a=1&" * 900,
    "meeting_since=0001-01-01&created_until=9999-12-31",
    "date=9999-12-31&start=24:00&%0D%0ALocation:",
)
# What is worth trying besides where the name, or its last word, tells what is expected.
BY_NAME: dict[str, tuple[str, ...]] = {
    "date": _DAYS,
    "day": _DAYS,
    "start": (*_TIMES, *_INSTANTS),
    "end": (*_DAYS, *_INSTANTS),
    "since": _DAYS,
    "until": _DAYS,
    "days": _DAYS,
    "time": _TIMES,
    "rent": _NUMBERS,
    "price": _NUMBERS,
    "quantity": _NUMBERS,
    "months": _NUMBERS,
    "life": _NUMBERS,
    "email": _ADDRESSES,
    "address": _ADDRESSES,
    "about": _ADDRESSES,
    "query": _QUERIES,
    "filters": _QUERIES,
    "place": ("site:", "country:", "site", ":", "country:FR:FR"),
    "slot": _INSTANTS,
    "startDate": (*_DAYS, *_INSTANTS),
    "duration": ("7", "1.5", "1441"),
    "people": ("1.5", "1001"),
    "rooms": (",,,", "f" * 24 + "," + "f" * 23, ",".join(["f" * 24] * 500)),
    "phone": ("+33", "00000000000000000000", "+1 (555) call-me"),
    "code": ("12345", "1234567", "１２３４５６"),
    "next": ("https://else.example/", "//else.example", "javascript:alert(1)"),
}
# What may stand in a path where an id, a reference, a token, a number or a step is expected.
IN_PATHS = (
    "0" * 24,
    "F" * 24,
    "AAAA-AAAA",
    "AAAA-AAA%00",
    "%00",
    "%FF%ED%A0%80",
    "x" * 5000,
    "..%2F..",
    "-1",
    "9" * 30,
)
BODIES = (
    ("application/json", b'{"email": "nina@startup.example"'),
    ("text/plain", b"email=nina@startup.example"),
    ("multipart/form-data", b"--x\r\n"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\nnina'),
    (
        "multipart/form-data; boundary=x",
        b"--x\r\nContent-Disposition: form-data; name=e; filename=a\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n",
    ),
    (f"{FORM}; charset=utf-16", b"\xff\xfe\x00" * 40),
    (f"{FORM}; charset=nonsense", b"email=x"),
    (FORM, b"&".join(b"field%d=1" % number for number in range(2000))),
    (FORM, b"email=" + b"x" * 1_100_000),
)
HEADERS: tuple[dict[str, str], ...] = (
    {"host": "else.example"},
    {"host": "\x00<>"},
    {"accept-language": "xx-" + "y" * 5000 + ", fr;q=nonsense, *;q=9"},
    {"x-forwarded-for": "nonsense, ::ffff:999.1.1.1, 203.0.113.9%eth0, " + "1," * 1000},
    {"if-none-match": '"', "if-modified-since": "Someday, 99 Nox 0000 25:61:61 GMT"},
    {
        "hx-request": "true",
        "hx-target": MANY_SIGNS.replace("\r\n", ""),
        "hx-current-url": "http://[",
        "hx-boosted": "x",
    },
    {"hx-request": "true", "hx-target": "div#choose"},
    {
        "cookie": "visitor=forged:1:signature; sessionid="
        + "x" * 300
        + "; messages=[[; csrftoken=\x01; django_language=xx"
    },
    {"cookie": "visitor=; sessionid=%00; messages=;;;==; =; csrftoken=" + "é" * 40},
    {"authorization": "Bearer \x00"},
    {"authorization": "Basic " + "x" * 9000},
    {"range": "bytes=9-1", "accept": "nonsense", "accept-encoding": "zstd;q=x"},
)


QUICK_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# All doors at once would keep one process busy when the others have nothing left to do.
PARTS = 4
parts = pytest.mark.parametrize("part", range(PARTS))


class Knocks:
    """Knocks at doors and leaves everything as it was: rows, cookies and counters."""

    def __init__(self, portal: Portal, doors: list[Door]) -> None:
        self.portal = portal
        self.doors = doors
        self._step = 1 if connection.vendor == "postgresql" else 3
        self._turns = count()
        self._cookies = {id(door.client): door.client.cookies.output() for door in self.doors}

    def some(self, values: Sequence[Any]) -> Sequence[Any]:
        """All of them on PostgreSQL, elsewhere every third, each time beginning with another one."""
        return values[next(self._turns) % self._step :: self._step]

    def spoiled(self, fields: Mapping[str, str]) -> Iterator[str]:
        """The fields with one of them spoiled, in some ways."""
        for name in fields:
            rest = {other: value for other, value in fields.items() if other != name}
            yield encoded(rest)
            yield f"{encoded(fields)}&{name}=1&{name}=2&{name}[]=3"
            for value in self.some((*ANYTHING, *BY_NAME.get(re.split("[-_]", name)[-1], ()))):
                yield encoded({**fields, name: value})

    def knock(
        self,
        door: Door,
        method: str = "GET",
        *,
        path: str = "",
        query: str = "",
        body: bytes = b"",
        content_type: str = FORM,
        french: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """One request and its answer, which has a status below 500 and, if it is a refusal, says something.

        An exception in the portal's code comes through, with a note of what was asked.
        """
        cache.clear()
        path = ("/fr" if french and door.has_language else "") + (path or door.path)
        before = transaction.savepoint()
        try:
            answer = door.client.generic(
                method, path, body, content_type=content_type, QUERY_STRING=query, headers=headers
            )
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            asked = f"{method} {path[:200]}?{query[:300]} {body[:300]!r} {content_type} {headers or ''}"
            assert answer.status_code < 500, asked
            assert answer.status_code < 400 or method == "HEAD" or _says_something(content), asked
        except Exception as error:
            error.add_note(f"{method} {path[:200]}?{query[:300]} {body[:300]!r} {content_type} {headers or ''}")
            raise
        finally:
            transaction.savepoint_rollback(before)
            door.client.cookies = SimpleCookie()
            door.client.cookies.load(self._cookies[id(door.client)].replace("Set-Cookie: ", "").replace("\r\n", "; "))
        return answer


def _says_something(content: bytes) -> bool:
    """Is there a sentence in it?"""
    text = re.sub(r"<(script|style|svg).*?</\1>|<[^>]+>", " ", content.decode(), flags=re.DOTALL)
    if text.startswith("{"):
        said = json.loads(text)
        text = said.get("error") or said.get("message") or ""
    return len(text.split()) >= 2


def encoded(fields: Mapping[str, str | bytes]) -> str:
    """Fields as a query string or the body of a form."""
    return "&".join(f"{name}={quote_from_bytes(_bytes(value), safe='')}" for name, value in fields.items())


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


@pytest.fixture(scope="module")
def portal(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Portal, list[Door]]]:
    """A portal with one of everything in it, and its doors; made once, because every knock leaves it as it was."""
    now = datetime(2026, 1, 7, 9, 0, tzinfo=UTC)
    around = transaction.atomic()
    # As Django's test cases mark theirs: what insists on being the outermost transaction may begin inside.
    around._from_testcase = True  # type: ignore[attr-defined]
    with django_db_blocker.unblock(), override_settings(CLOCK=lambda: now, PASSWORD_HASHERS=QUICK_HASHERS), around:
        made = Portal()
        yield made, made.doors()
        transaction.set_rollback(True)


@pytest.fixture
def knocks(portal: tuple[Portal, list[Door]], clock: Any, db: None, settings: Any) -> Knocks:
    """Somebody who knocks at every door."""
    settings.PASSWORD_HASHERS = QUICK_HASHERS
    return Knocks(*portal)


def test_every_route_has_a_door_that_opens_and_knows_its_methods(knocks: Knocks) -> None:
    reads = {operation.path for operation in OPERATIONS if operation.is_read}

    assert {route.name for route in _own_routes()} - {door.route for door in knocks.doors} == set()
    assert reads - {door.path for door in knocks.doors} == set()
    for door in knocks.doors:
        for french in (False, True):
            answer = knocks.knock(door, query=encoded(door.query), french=french)
            assert answer.status_code in (200, 302) or door.form is not None or door.path == "/api/nothing", door.path
        for number, method in enumerate(("HEAD", "POST", "PUT", "DELETE", "OPTIONS")):
            answer = knocks.knock(door, method, query=encoded(door.query), french=number % 2 == 1)
            assert method != "HEAD" or answer.streaming or answer.content == b"", door.path


def _own_routes() -> list[URLPattern]:
    """All but the pages around the embedded API, which come and go with it."""
    return [route for _address, route in ROUTES if not route.callback.__module__.startswith("portal.embedded")]


@parts
def test_query_strings_and_paths(knocks: Knocks, part: int) -> None:
    for door in knocks.doors[part::PARTS]:
        for number, query in enumerate(knocks.spoiled(door.query)):
            knocks.knock(door, query=query, french=number % 3 == 2)
        for argument in door.arguments:
            for number, value in enumerate(knocks.some(IN_PATHS)):
                path = value.join(door.path.rsplit(argument, 1))
                answer = knocks.knock(door, "GET" if door.form is None else "POST", path=path, french=number % 3 == 2)
                assert answer.status_code in (302, 404, 405), path[:200]


def test_routes_of_the_embedded_api_with_anything_in_their_places(knocks: Knocks) -> None:
    foreign = [address for address, route in ROUTES if route not in _own_routes()]
    for address in foreign:
        for value in knocks.some(IN_PATHS):
            path = "/" + re.sub(r"<[^>]+>|\(.*|[\^$]", value, address)
            knocks.knock(Door(route="", path=path, client=knocks.portal.visitor), "POST" if "x" in value else "GET")


@parts
def test_forms(knocks: Knocks, part: int) -> None:
    for door in knocks.doors[part::PARTS]:
        form, query = door.form or {}, encoded(door.query)
        for number, body in enumerate(knocks.spoiled(form)):
            answer = knocks.knock(door, "POST", query=query, body=body.encode(), french=number % 3 == 2)
            # Django's own sign-in shows its form again under 200, with the reason in it; a file is an answer too.
            is_told = answer.streaming or door.route == "staff-login"
            assert answer.status_code != 200 or is_told, f"{door.path} says nothing: {body[:200]}"
        for number, (content_type, raw) in enumerate(knocks.some(BODIES) if form else ()):
            knocks.knock(door, "POST", body=raw, content_type=content_type, french=number % 3 == 2)


def test_headers_and_cookies(knocks: Knocks) -> None:
    some = ("home", "search", "booking-link-lost", "staff-home", "registration-start", "room", "booking", "room-busy")
    for door in knocks.doors:
        if door.route not in some and door.path != "/api/rooms":
            continue
        for number, headers in enumerate(knocks.some(HEADERS)):
            knocks.knock(door, query=encoded(door.query), headers=headers, french=number % 2 == 1)
            if door.form:
                knocks.knock(door, "POST", body=encoded(door.form).encode(), headers=headers)


def test_json_for_the_api(knocks: Knocks) -> None:
    program = knocks.portal.program
    bodies: dict[str, dict[str, Any]] = {
        "/api/check-email": {"email": "nina@startup.example"},
        "/api/meeting-request": {
            "contactEmail": "nina@startup.example",
            "contactName": "Nina",
            "bookedRoom": knocks.portal.world.seine.id,
            "bookedAt": "2026-01-13T10:00:00Z",
            "duration": 60,
            "bookedUser": 2,
            "name": "Review",
            "description": "Notes",
        },
        "/api/register": {
            "name": "Startup",
            "firstName": "Nina",
            "email": "nina@startup.example",
            "phone": "+33612345678",
            "maxResidentUsers": 2,
            "country": "FR",
            "site": knocks.portal.world.site.id,
        },
        "/api/merge-contract": {"organizationId": knocks.portal.world.acme.pk, "rentalPrice": "1500€"},
    }
    values = [
        None,
        True,
        [],
        {},
        [[]],
        0,
        -1,
        1.5,
        1e308,
        10**40,
        "",
        "\x00",
        "\ud800",
        MANY_SIGNS,
        "9" * 5000,
        "x" * 9999,
    ]
    assert set(bodies) == {operation.path for operation in OPERATIONS if not operation.is_read}
    for path, good in bodies.items():
        door = Door(route="workways-api", path=path, client=program)
        for raw in (
            b"",
            b"[]",
            b"null",
            b"{",
            b'{"a":NaN}',
            b"\xff\xfe",
            b"[" * 5000,
            b'{"a":1' * 5000,
            b"x" * 300_000,
        ):
            answer = knocks.knock(door, "POST", body=raw, content_type="application/json")
            assert answer.status_code == 400
        for name in good:
            for value in values:
                body = json.dumps({**good, name: value}).encode()
                knocks.knock(door, "POST", body=body, content_type="application/json")


def test_time_that_is_skipped_and_time_that_comes_twice(knocks: Knocks) -> None:
    Room.objects.update(hours_sunday="00:00-24:00")
    doors = {door.route: door for door in knocks.doors if door.client is knocks.portal.visitor}
    for day, offsets in (("2026-03-29", ("", "+01:00", "+02:00")), ("2026-10-25", ("", "+02:00", "+01:00"))):
        for offset in offsets:
            slot = {**SLOT, "date": day, "start": f"02:30{offset}"}
            for french in (False, True):
                page = knocks.knock(doors["room"], query=encoded(slot), french=french)
                found = knocks.knock(doors["search"], query=encoded({**slot, "start": "02:30"}), french=french)
                price = knocks.knock(doors["room-price"], query=encoded(slot), french=french)
                form = {**(doors["booking-begin"].form or {}), **slot}
                begun = knocks.knock(doors["booking-begin"], "POST", body=encoded(form).encode(), french=french)

                is_skipped = day == "2026-03-29"
                assert (page.status_code, found.status_code) == (200, 200)
                assert price.status_code == (400 if is_skipped else 200)
                assert begun.status_code == (409 if is_skipped else 302)


_words = st.one_of(
    st.text(max_size=60),
    st.binary(max_size=60),
    st.sampled_from([*ANYTHING, *(value for values in BY_NAME.values() for value in values)]),
    st.dates().map(str),
    st.times().map(str),
    st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
    st.integers().map(str),
)


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.large_base_example],
)
@given(data=st.data())
def test_whatever_hypothesis_thinks_of(knocks: Knocks, data: st.DataObject) -> None:
    door = data.draw(st.sampled_from([door for door in knocks.doors if door.query or door.form]), label="door")
    names = [*door.query, *(door.form or {})]
    changed = data.draw(st.dictionaries(st.sampled_from(names), _words, min_size=1), label="changed")
    query = encoded({**door.query, **{name: value for name, value in changed.items() if name in door.query}})
    french = data.draw(st.booleans(), label="french")
    if door.form:
        form = {**door.form, **{name: value for name, value in changed.items() if name in (door.form or {})}}
        knocks.knock(door, "POST", query=query, body=encoded(form).encode(), french=french)
    else:
        knocks.knock(door, query=query, french=french)
