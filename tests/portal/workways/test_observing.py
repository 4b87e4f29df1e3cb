"""An observer is told of every call, and of nobody."""

import json
import logging
from collections.abc import Callable

import httpx
import pytest

from portal.workways import Rejected, Unavailable, Workways, WorkwaysError
from portal.workways.observing import Report
from tests.portal.workways.stand_ins import IMAGE, QUICKLY, READS, ROOM_ID, TOKEN, WRITES, Server, client_of, payload

CALLS = READS | WRITES | IMAGE
PERSONAL = ("jean", "dupont", "acme", "+3361234", TOKEN)


@pytest.mark.parametrize(
    ("outcome", "status"), [(httpx.Response(200), 200), (httpx.Response(500), 500), (httpx.ReadTimeout("slow"), None)]
)
@pytest.mark.parametrize("name", sorted(CALLS))
def test_every_call_is_told_once_and_without_anybodys_data(
    name: str, outcome: httpx.Response | Exception, status: int | None
) -> None:
    told: list[Report] = []
    call: Callable[[Workways], object] = CALLS[name]

    with pytest.raises(WorkwaysError) as raised:
        call(client_of(Server(outcome), observer=told.append))

    (report,) = told
    assert (report.path, report.status) == ("/imageroom" if name == "imageroom" else f"/api/{name}", status)
    assert report.outcome == type(raised.value).__name__
    assert report.writes == (name in WRITES)
    assert not [word for word in PERSONAL if word in repr(report).lower()]


def test_of_what_was_sent_only_places_times_and_numbers_are_told() -> None:
    told: list[Report] = []
    server = Server(httpx.Response(200, content=payload("meeting-request.accepted.json")))

    WRITES["meeting-request"](client_of(server, observer=told.append))

    assert told[0].sent == {
        "contactEmail": "[hidden]",
        "bookedRoom": ROOM_ID,
        "bookedAt": "2025-11-05T14:00:00Z",
        "duration": "60",
        "bookedUser": told[0].sent["bookedUser"],
    }
    assert told[0].outcome == "ok"
    assert told[0].answered["status"] == "ACCEPTED"
    assert set(told[0].answered) <= {"status", "meetingId"}
    assert told[0].message == json.loads(payload("meeting-request.accepted.json"))["message"]


def test_message_comes_without_addresses_and_tokens() -> None:
    told: list[Report] = []
    said = {"retcode": -1, "message": f"Refusé: jean@acme.example {TOKEN}"}

    with pytest.raises(Rejected):
        client_of(Server(httpx.Response(200, json=said)), observer=told.append).rooms()

    assert told[0].message == "Refusé: [hidden] [hidden]"


def test_tries_of_one_call_are_one_call() -> None:
    told: list[Report] = []

    with pytest.raises(Unavailable):
        client_of(Server(httpx.Response(503)), retries=QUICKLY, observer=told.append).rooms()

    assert len(told) == 1


def test_observer_that_fails_costs_the_call_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def fail(report: Report) -> None:
        raise RuntimeError("The disk is full.")

    server = Server(httpx.Response(200, content=payload("countries.json")))

    with caplog.at_level(logging.ERROR, logger="portal"):
        assert client_of(server, observer=fail).countries()

    assert "A call of /api/countries could not be written down." in caplog.text
