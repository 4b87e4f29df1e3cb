"""Exact prices of searched slots: asked for by a worker, never by a page."""

from typing import Any

import httpx
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.catalog.models import Room
from bookings.core.money import Money
from bookings.offers.models import SlotPrice
from bookings.offers.slot_prices import MOST_OPEN, UNKNOWN, Key, KnownPrice, fill_prices, known_prices, want_prices
from bookings.offers.tasks import fill_prices as fill_prices_task
from tests.conftest import StoppedClock
from tests.factories import coming_slot, make_room
from tests.support.transports import Recording, rejects, times_out

pytestmark = pytest.mark.django_db


class Prices(httpx.BaseTransport):
    """An upstream that asks this price for whatever is asked, or fails."""

    def __init__(self) -> None:
        self.price: object = 37.5
        self.trouble: httpx.BaseTransport | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.trouble is not None:
            return self.trouble.handle_request(request)
        data = {"roomId": request.url.params["roomId"], "roomType": "publicMeeting", "price": self.price}
        return httpx.Response(200, json={"retcode": 1, "message": "OK", "data": data}, request=request)


@pytest.fixture
def prices() -> Prices:
    return Prices()


@pytest.fixture(autouse=True)
def recording(prices: Prices, settings: Any) -> Recording:
    settings.WORKWAYS_TRANSPORT = recording = Recording(prices)
    return recording


@pytest.fixture
def room(clock: StoppedClock, db: None) -> Room:
    return make_room(feed=False, workways_id="c" * 24)


def key_of(room: Room, minutes: int = 90) -> Key:
    return (room.pk, coming_slot(room).start, minutes)


def known(room: Room, clock: StoppedClock, *, minutes: int = 90, people: int = 4) -> KnownPrice:
    start = coming_slot(room).start
    found = known_prices(first=start, last=start, people=people, now=clock(), rooms=[room.pk])
    return found.get(key_of(room, minutes), UNKNOWN)


def want(room: Room, clock: StoppedClock, *, people: int = 4) -> int:
    return want_prices(slots=[key_of(room)], people=people, now=clock())


def test_question_is_asked_by_a_worker_and_the_answer_is_shown(
    room: Room, clock: StoppedClock, recording: Recording
) -> None:
    before = known(room, clock)
    wanted = want(room, clock)
    while_waiting = known(room, clock)

    fill_prices_task()

    assert (before, wanted) == (UNKNOWN, 1)
    assert while_waiting == KnownPrice(None, is_awaited=True, is_wanting=False)
    assert known(room, clock) == KnownPrice(Money(3750), is_exact=True, is_wanting=False)
    assert [dict(request.url.params) for request in recording.requests] == [
        {"roomId": "c" * 24, "startDate": "2026-01-09T09:00:00Z", "duration": "90", "nbPersons": "4"}
    ]


def test_answer_is_for_just_this_length_and_number_of_people(room: Room, clock: StoppedClock) -> None:
    want(room, clock)
    fill_prices(now=clock())

    assert known(room, clock, minutes=60) == UNKNOWN
    assert known(room, clock, people=5) == UNKNOWN


def test_price_on_request_is_exact_as_well(room: Room, clock: StoppedClock, prices: Prices) -> None:
    prices.price = -1
    want(room, clock)

    fill_prices(now=clock())

    assert known(room, clock) == KnownPrice(None, is_exact=True, is_wanting=False)


def test_upstream_that_names_no_price_leaves_the_estimate(room: Room, clock: StoppedClock, prices: Prices) -> None:
    prices.trouble = rejects("Room not found")
    want(room, clock)

    fill_prices(now=clock())

    assert known(room, clock) == KnownPrice(None, is_exact=False, is_wanting=False)


def test_old_price_is_shown_while_a_new_one_is_asked_for_and_forgotten_after_an_hour(
    room: Room, clock: StoppedClock, prices: Prices
) -> None:
    want(room, clock)
    fill_prices(now=clock())
    prices.price = 50

    clock.forward(minutes=11)
    old = known(room, clock)
    want(room, clock)
    while_waiting = known(room, clock)
    fill_prices(now=clock())
    new = known(room, clock)
    clock.forward(hours=1)
    after_an_hour = known(room, clock)

    assert old == KnownPrice(Money(3750), is_exact=True, is_wanting=True)
    assert while_waiting == KnownPrice(Money(3750), is_exact=True, is_wanting=False)
    assert new == KnownPrice(Money(5000), is_exact=True, is_wanting=False)
    assert after_an_hour == UNKNOWN
    fill_prices(now=clock())
    assert not SlotPrice.objects.exists()


def test_question_that_nobody_waits_for_any_more_is_not_asked(
    room: Room, clock: StoppedClock, recording: Recording
) -> None:
    want(room, clock)
    clock.forward(minutes=2)

    answered = fill_prices(now=clock())

    assert (answered, recording.requests, SlotPrice.objects.count()) == (0, [], 0)


def test_same_question_of_two_pages_is_one(room: Room, clock: StoppedClock, recording: Recording) -> None:
    want(room, clock)
    want(room, clock)

    fill_prices(now=clock())

    assert len(recording.requests) == 1


def test_upstream_that_fails_is_left_alone_for_a_while_and_no_question_is_lost(
    room: Room, clock: StoppedClock, prices: Prices, recording: Recording
) -> None:
    prices.trouble = times_out()
    want(room, clock)

    assert [fill_prices(now=clock()), fill_prices(now=clock())] == [0, 0]
    asked_while_down = len(recording.requests)
    prices.trouble = None
    cache.clear()

    assert (asked_while_down, fill_prices(now=clock())) == (1, 1)


def test_question_that_another_worker_is_asking_is_left_to_it(
    room: Room, clock: StoppedClock, recording: Recording
) -> None:
    want(room, clock)
    SlotPrice.objects.update(claimed_until=clock.instant.replace(minute=1))

    assert fill_prices(now=clock()) == 0
    assert recording.requests == []


def test_flood_of_searches_leaves_no_more_questions_than_a_few_hundred(room: Room, clock: StoppedClock) -> None:
    many = [key_of(room, minutes) for minutes in range(1, MOST_OPEN + 1)]

    taken = [want_prices(slots=slots, people=2, now=clock()) for slots in (many, [key_of(room, MOST_OPEN + 1)])]
    clock.forward(minutes=2)

    assert taken == [MOST_OPEN, 0]
    assert want(room, clock) == 1


def test_one_waking_asks_so_many_and_the_next_the_others(room: Room, clock: StoppedClock) -> None:
    for people in range(1, 6):
        want(room, clock, people=people)

    assert [fill_prices(now=clock(), limit=3), fill_prices(now=clock(), limit=3)] == [3, 2]


@pytest.mark.parametrize("number", [1, 30])
def test_wanting_and_knowing_cost_the_same_queries_for_any_number(clock: StoppedClock, number: int) -> None:
    rooms = [make_room(feed=False) for _ in range(number)]
    start = coming_slot(rooms[0]).start

    with CaptureQueriesContext(connection) as wanting:
        want_prices(slots=[key_of(room) for room in rooms], people=2, now=clock())
    with CaptureQueriesContext(connection) as knowing:
        found = known_prices(first=start, last=start, people=2, now=clock())

    assert (len(wanting), len(knowing), len(found)) == (2, 1, number)
