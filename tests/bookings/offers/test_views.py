"""The fragment with a slot's price, and bad questions."""

from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bookings.catalog.models import OFFICE_TYPE, Room, Site
from bookings.links.limits import ALLOWANCES, Act
from bookings.offers.queries import exact_price
from tests.conftest import StoppedClock
from tests.factories import coming_slot, make_room
from tests.support.transports import Recording, server_error

pytestmark = pytest.mark.django_db

GOOD = {"date": "2026-01-09", "start": "10:00", "duration": "60", "people": "2"}


def tells_price(request: httpx.Request) -> httpx.Response:
    data = {"roomId": request.url.params["roomId"], "roomType": "publicMeeting", "price": 37.5}
    return httpx.Response(200, json={"retcode": 1, "message": "OK", "data": data}, request=request)


@pytest.fixture
def upstream(settings: Any) -> Recording:
    settings.WORKWAYS_TRANSPORT = recording = Recording(httpx.MockTransport(tells_price))
    return recording


@pytest.fixture
def room(clock: StoppedClock, db: None) -> Room:
    return make_room(feed=False)


def ask(client: Client, room: Room, language: str = "", **changes: str | None) -> Any:
    question = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return client.get(f"{language}/rooms/{room.workways_id}/price/?{urlencode(question)}")


def test_exact_price_is_shown_with_its_fingerprint(
    client: Client, upstream: Recording, room: Room, clock: StoppedClock
) -> None:
    response = ask(client, room)

    offer = exact_price(room, coming_slot(room), 2, now=clock.instant)
    page = response.content.decode()
    assert response.status_code == 200
    assert "€37.50" in page
    assert "Price for exactly this slot, as of 10:00." in page
    assert offer.fingerprint in page
    assert len(upstream.requests) == 1


def test_price_is_written_in_the_pages_language(client: Client, upstream: Recording, room: Room) -> None:
    assert "37,50\u00a0€" in ask(client, room, language="/fr").content.decode()


def test_estimate_says_that_it_is_one(client: Client, room: Room, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = server_error(inner=httpx.MockTransport(tells_price))

    page = ask(client, room).content.decode()

    assert "€20" in page
    assert "Estimated from the price list" in page


def test_clocks_that_change_are_told(client: Client, upstream: Recording, room: Room) -> None:
    skipped = ask(client, room, date="2026-03-29", start="02:30")
    doubled = ask(client, room, date="2026-10-25", start="02:30")

    assert skipped.status_code == 400
    assert "clocks change" in skipped.content.decode()
    assert doubled.status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"date": None},
        {"date": ""},
        {"date": "09/01/2026"},
        {"date": "2026-02-30"},
        {"date": "2026-01-06"},
        {"date": "0001-01-01"},
        {"date": "9999-12-31"},
        {"date": "2026-01-09\x00"},
        {"date": "١٢"},
        {"start": None},
        {"start": "25:00"},
        {"start": "noon"},
        {"start": "10:00" * 100},
        {"start": "\N{GRINNING FACE}"},
        {"duration": None},
        {"duration": "0"},
        {"duration": "-60"},
        {"duration": "1e9"},
        {"duration": "9" * 400},
        {"duration": "NaN"},
        {"people": "0"},
        {"people": "-3"},
        {"people": "many"},
        {"people": "9" * 30},
    ],
    ids=str,
)
@pytest.mark.parametrize("language", ["", "/fr"])
def test_bad_question_gets_a_sentence(
    client: Client, upstream: Recording, room: Room, changes: dict[str, str | None], language: str
) -> None:
    response = ask(client, room, language, **changes)

    assert response.status_code == 400
    assert 'role="alert"' in response.content.decode()
    assert upstream.requests == []


def test_people_may_be_left_out(client: Client, upstream: Recording, room: Room) -> None:
    assert ask(client, room, people=None).status_code == 200
    assert upstream.requests[0].url.params["nbPersons"] == "1"


@pytest.mark.parametrize("id", ["x", "0" * 24, "%00", "é" * 24])
def test_unknown_room_is_not_found(client: Client, upstream: Recording, db: None, id: str) -> None:
    assert client.get(f"/rooms/{id}/price/?{urlencode(GOOD)}").status_code == 404


def test_office_and_vanished_room_have_no_price_by_the_hour(
    client: Client, upstream: Recording, clock: StoppedClock, room: Room
) -> None:
    office = make_room(type=OFFICE_TYPE)
    gone = make_room(feed=False, vanished_at=clock.instant)

    assert [ask(client, one).status_code for one in (office, gone)] == [404, 404]


def test_who_asks_too_often_gets_the_catalogs_price(
    client: Client, upstream: Recording, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = type(ALLOWANCES[Act.ASK_PRICE])(network=2, address=2, seconds=3600)
    monkeypatch.setitem(ALLOWANCES, Act.ASK_PRICE, few)

    pages = [ask(client, room, people=str(people)).content.decode() for people in range(1, 5)]

    assert ["€37.50" in page for page in pages] == [True, True, False, False]
    assert "€20" in pages[3]
    assert len(upstream.requests) == 2


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    question=st.dictionaries(
        st.sampled_from([*GOOD, "other"]),
        st.text(max_size=30) | st.integers().map(str) | st.dates().map(str) | st.times().map(str),
    )
)
def test_no_question_breaks_it(client: Client, upstream: Recording, room: Room, question: dict[str, str]) -> None:
    query = urlencode(question, errors="surrogatepass")

    response = client.get(f"/rooms/{room.workways_id}/price/?{query}")

    assert response.status_code in (200, 400)


def test_price_of_another_zone_is_asked_for_its_own_instant(client: Client, upstream: Recording, room: Room) -> None:
    Site.objects.update(zone_override="America/New_York")

    ask(client, room)

    assert upstream.requests[0].url.params["startDate"] == "2026-01-09T15:00:00Z"
