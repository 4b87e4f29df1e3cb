"""The log tells every call, and neither a token nor anybody's address."""

import logging
import re
from collections.abc import Callable

import httpx
import pytest

from portal.workways import Workways, WorkwaysError
from tests.portal.workways.stand_ins import IMAGE, QUICKLY, READS, TOKEN, WRITES, Server, client_of, payload

CALLS = READS | WRITES | IMAGE


@pytest.mark.parametrize("outcome", [httpx.Response(200), httpx.Response(500), httpx.ReadTimeout("slow")])
@pytest.mark.parametrize("name", sorted(CALLS))
def test_every_call_is_one_line_without_query_token_or_address(
    name: str, outcome: httpx.Response | Exception, caplog: pytest.LogCaptureFixture
) -> None:
    call: Callable[[Workways], object] = CALLS[name]

    with caplog.at_level(logging.DEBUG, logger="portal"), pytest.raises(WorkwaysError) as raised:
        call(client_of(Server(outcome)))

    (line,) = [record.getMessage() for record in caplog.records if record.name.startswith("portal")]
    method = "POST" if name in WRITES or name == "check-email" else "GET"
    path = "/imageroom" if name == "imageroom" else f"/api/{name}"
    assert re.fullmatch(rf"{method} {path} (200|500|ReadTimeout) \d+ ms", line)
    for text in (line, str(raised.value), repr(raised.value)):
        assert TOKEN not in text
        assert "jean" not in text


def test_every_try_is_a_line(caplog: pytest.LogCaptureFixture) -> None:
    server = Server(httpx.Response(503), httpx.Response(200, content=payload("countries.json")))

    with caplog.at_level(logging.INFO, logger="portal"):
        client_of(server, retries=QUICKLY).countries()

    assert [record.getMessage().split()[2] for record in caplog.records if record.name == "portal.workways"] == [
        "503",
        "200",
    ]


def test_client_shows_no_token() -> None:
    workways = client_of(Server(httpx.Response(200)))

    assert repr(workways) == "Workways(api.workways.example)"
    assert TOKEN not in "".join(map(repr, vars(workways).values()))


def test_error_about_the_token_shows_no_token() -> None:
    body = f'{{"retcode": -1, "message": "Unauthorized: {TOKEN} is revoked"}}'.encode()

    with pytest.raises(WorkwaysError) as raised:
        client_of(Server(httpx.Response(401, content=body))).rooms()

    assert TOKEN not in str(raised.value) + repr(raised.value)
