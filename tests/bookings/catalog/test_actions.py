"""Reading the upstream's catalog: what is asked, and what becomes of a failure."""

import json
from typing import Any

import httpx
import pytest

from bookings.catalog import actions
from bookings.catalog.models import CatalogState, Room
from bookings.catalog.tasks import refresh
from portal.workways.connect import workways
from tests.conftest import StoppedClock
from tests.support.transports import Recording, refuses_connections, rubbish, server_error, throttled, unauthorized

pytestmark = pytest.mark.django_db

SITE = {"_id": "a" * 24, "name": "Bastille", "country": "France", "publicRooms": [], "otherRooms": []}
ROOM = {
    "_id": "1" * 24,
    "name": "Room A",
    "publicName": "Room A",
    "type": "publicMeeting",
    "siteId": "a" * 24,
    "siteName": "Bastille",
    "country": "France",
    "pricePerHour": 45.5,
    "pricePerMonth": "",
    "stepDurationBooking": 30,
}


class Catalog(httpx.BaseTransport):
    """An upstream with these sites and rooms."""

    def __init__(self) -> None:
        self.sites: list[dict[str, Any]] = [SITE]
        self.rooms: list[dict[str, Any]] = [ROOM]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        data = {"/api/sites": self.sites, "/api/rooms": self.rooms}[request.url.path]
        return httpx.Response(200, content=json.dumps({"retcode": 1, "message": "OK", "data": data}), request=request)


@pytest.fixture
def catalog(settings: Any, clock: StoppedClock) -> Catalog:
    upstream = Catalog()
    settings.WORKWAYS_TRANSPORT = upstream
    return upstream


def read(clock: StoppedClock) -> actions.CatalogRefresh:
    return actions.refresh_catalog(client=workways(), now=clock.instant)


def test_catalog_is_read_and_stamped(catalog: Catalog, clock: StoppedClock) -> None:
    result = read(clock)

    state = CatalogState.objects.get()
    assert result.changes.rooms.added == ("1" * 24,)
    assert result.failure == ""
    assert Room.objects.get().hour_minor == 4550
    assert (state.refreshed_at, state.attempted_at, state.version) == (clock.instant, clock.instant, 1)


@pytest.mark.parametrize(
    "trouble",
    [server_error, rubbish, unauthorized, throttled, refuses_connections],
    ids=lambda trouble: trouble.__name__,
)
@pytest.mark.parametrize("path", ["/api/sites", "/api/rooms"])
def test_failure_is_recorded_and_changes_nothing(
    catalog: Catalog, clock: StoppedClock, settings: Any, trouble: Any, path: str
) -> None:
    read(clock)
    first = clock.instant
    catalog.rooms = []
    clock.forward(minutes=5)
    settings.WORKWAYS_TRANSPORT = trouble(path, inner=catalog)

    results = [read(clock), read(clock)]

    state = CatalogState.objects.get()
    assert all(result.failure and not result.changes for result in results)
    assert state.failure == results[0].failure[:300]
    assert (state.failures_in_a_row, state.refreshed_at, state.attempted_at) == (2, first, clock.instant)
    assert Room.objects.get().vanished_at is None


def test_success_ends_a_failure(catalog: Catalog, clock: StoppedClock, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = server_error(inner=catalog)
    read(clock)
    settings.WORKWAYS_TRANSPORT = catalog

    read(clock)

    state = CatalogState.objects.get()
    assert (state.failure, state.failures_in_a_row, state.refreshed_at) == ("", 0, clock.instant)


def test_empty_answer_counts_as_a_failure_once_there_are_rooms(catalog: Catalog, clock: StoppedClock) -> None:
    read(clock)
    catalog.sites, catalog.rooms = [], []

    result = read(clock)

    assert result.failure == CatalogState.objects.get().failure != ""
    assert Room.objects.get().vanished_at is None


def test_empty_answer_of_a_new_account_is_fine(catalog: Catalog, clock: StoppedClock) -> None:
    catalog.sites, catalog.rooms = [], []

    result = read(clock)

    assert result.failure == ""
    assert CatalogState.objects.get().refreshed_at == clock.instant


def test_token_travels_with_both_questions(catalog: Catalog, clock: StoppedClock, settings: Any) -> None:
    settings.WORKWAYS_IS_EMBEDDED = False
    settings.WORKWAYS_API_URL = "https://workways.example"
    settings.WORKWAYS_API_TOKEN = "ww_dev_" + "0" * 64
    settings.WORKWAYS_TRANSPORT = recording = Recording(catalog)

    read(clock)

    assert recording.calls == ["GET /api/sites", "GET /api/rooms"]
    assert {request.headers["Authorization"] for request in recording.requests} == {"Bearer ww_dev_" + "0" * 64}


def test_two_workers_do_one_refresh(catalog: Catalog, clock: StoppedClock, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = recording = Recording(catalog)

    refresh()
    refresh()
    clock.forward(minutes=5)
    refresh()

    assert recording.calls == ["GET /api/sites", "GET /api/rooms"] * 2
