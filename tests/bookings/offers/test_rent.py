"""The rent of offices: exact while the upstream tells it, from the catalog while it doesn't."""

from typing import Any

import httpx
import pytest
from django.test import Client

from bookings.catalog.models import OFFICE_TYPE, Room
from bookings.core.money import Money
from bookings.offers.queries import catalog_rent, exact_rent
from bookings.offers.rules import Rent, week_of_month
from portal import clock
from tests.factories import make_room
from tests.support.html import read_html
from tests.support.transports import Recording, server_error

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def tells_rent(request: httpx.Request) -> httpx.Response:
    price = {"week": 300, "month": 1250}[request.url.params["period"]]
    data = {"roomId": request.url.params["roomId"], "roomType": "publicOffice", "price": price}
    return httpx.Response(200, json={"retcode": 1, "message": "OK", "data": data}, request=request)


@pytest.fixture
def office() -> Room:
    return make_room(type=OFFICE_TYPE, month_minor=120000)


@pytest.mark.parametrize(
    ("month", "week"), [(Money(145000), Money(33462)), (Money(52), Money(12)), (Money(1), Money(0)), (None, None)]
)
def test_week_is_estimated_as_twelve_months_over_fifty_two_weeks(month: Money | None, week: Money | None) -> None:
    assert week_of_month(month) == week


def test_catalog_knows_the_month(office: Room) -> None:
    assert catalog_rent(office) == Rent(Money(27692), Money(120000), False)


def test_upstream_is_asked_for_both_periods_once_in_ten_minutes(office: Room, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = recording = Recording(httpx.MockTransport(tells_rent))

    first = exact_rent(office, now=clock.now())
    second = exact_rent(office, now=clock.now())

    assert first == second == Rent(Money(30000), Money(125000), True)
    assert [request.url.params["period"] for request in recording.requests] == ["week", "month"]


def test_failing_upstream_leaves_the_catalogs_rent_and_is_asked_once(office: Room, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = recording = Recording(server_error())

    assert exact_rent(office, now=clock.now()) == catalog_rent(office)
    assert len(recording.requests) == 1


def test_fragment_shows_the_exact_rent(client: Client, office: Room, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = Recording(httpx.MockTransport(tells_rent))

    response = client.get(f"/rooms/{office.workways_id}/rent/")

    assert read_html(response).get("#rent").text == "A month €1,250 A week €300"
    assert "<html" not in response.content.decode()


def test_meeting_room_and_unknown_office_have_no_rent(client: Client) -> None:
    room = make_room()

    assert client.get(f"/rooms/{room.workways_id}/rent/").status_code == 404
    assert client.get(f"/rooms/{'f' * 24}/rent/").status_code == 404
