"""Offers: exact while the upstream tells them, from the catalog while it doesn't."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.core.cache import cache
from pytest_django import DjangoAssertNumQueries

from bookings.catalog.models import Room
from bookings.core.money import Money
from bookings.core.timespan import TimeSpan
from bookings.offers.queries import catalog_offer, exact_price
from bookings.offers.rules import Offer
from tests.conftest import StoppedClock
from tests.factories import coming_slot, make_room
from tests.support.transports import (
    Recording,
    refuses_connections,
    rejects,
    rubbish,
    server_error,
    throttled,
    times_out,
    unauthorized,
)

pytestmark = pytest.mark.django_db


class Prices(httpx.BaseTransport):
    """An upstream that asks this price for whatever is asked."""

    def __init__(self) -> None:
        self.price: object = 37.5

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        data = {"roomId": request.url.params["roomId"], "roomType": "publicMeeting", "price": self.price}
        return httpx.Response(200, json={"retcode": 1, "message": "OK", "data": data}, request=request)


@pytest.fixture
def prices() -> Prices:
    return Prices()


@pytest.fixture
def recording(prices: Prices, settings: Any) -> Recording:
    settings.WORKWAYS_TRANSPORT = recording = Recording(prices)
    return recording


@pytest.fixture
def room(clock: StoppedClock, db: None) -> Room:
    return make_room(feed=False, workways_id="c" * 24)


def offer(room: Room, clock: StoppedClock, *, minutes: int = 90, people: int = 4) -> Offer:
    return exact_price(room, coming_slot(room, minutes=minutes), people, now=clock.instant)


def test_upstream_is_asked_for_exactly_this_slot(recording: Recording, room: Room, clock: StoppedClock) -> None:
    result = offer(room, clock)

    (request,) = recording.requests
    assert (result.price, result.is_exact, result.as_of) == (Money(3750), True, clock.instant)
    assert dict(request.url.params) == {
        "roomId": "c" * 24,
        "startDate": "2026-01-09T09:00:00Z",
        "duration": "90",
        "nbPersons": "4",
    }


def test_answer_is_kept_for_each_slot_and_number_of_people(
    recording: Recording, room: Room, clock: StoppedClock
) -> None:
    first = offer(room, clock)
    offer(room, clock, minutes=60)
    offer(room, clock, people=5)
    other = exact_price(make_room(feed=False), coming_slot(room, minutes=90), 4, now=clock.instant)
    asked = len(recording.requests)
    clock.forward(minutes=5)

    again = offer(room, clock)

    assert asked == len(recording.requests) == 4
    assert again == first
    assert other.fingerprint != first.fingerprint


def test_fingerprint_moves_with_the_price(
    prices: Prices, recording: Recording, room: Room, clock: StoppedClock
) -> None:
    before = offer(room, clock)
    cache.clear()
    prices.price = 40

    after = offer(room, clock)

    assert after.price == Money(4000)
    assert after.fingerprint != before.fingerprint


@pytest.mark.parametrize("price", [-1, 0, 10**12])
def test_no_price_or_nonsense_is_on_request(
    prices: Prices, recording: Recording, room: Room, clock: StoppedClock, price: int
) -> None:
    prices.price = price

    result = offer(room, clock)

    assert (result.price, result.is_exact) == (None, True)


@pytest.mark.parametrize(
    "trouble",
    [server_error, times_out, refuses_connections, rubbish, unauthorized, throttled],
    ids=lambda trouble: trouble.__name__,
)
def test_failing_upstream_means_the_catalogs_price_and_is_left_alone(
    prices: Prices, room: Room, clock: StoppedClock, settings: Any, trouble: Any
) -> None:
    settings.WORKWAYS_TRANSPORT = transport = trouble(inner=prices)

    first = offer(room, clock)
    second = offer(room, clock, minutes=60)

    assert (first.price, first.is_exact, first.as_of) == (Money(3000), False, room.seen_at)
    assert (second.price, second.is_exact) == (Money(2000), False)
    assert transport.calls == 1


def test_failing_upstream_doesnt_take_back_what_it_said(
    prices: Prices, recording: Recording, room: Room, clock: StoppedClock, settings: Any
) -> None:
    before = offer(room, clock)
    settings.WORKWAYS_TRANSPORT = server_error(inner=prices)
    offer(room, clock, minutes=60)

    assert offer(room, clock) == before


def test_refused_slot_is_not_asked_for_again_but_others_are(
    prices: Prices, room: Room, clock: StoppedClock, settings: Any
) -> None:
    settings.WORKWAYS_TRANSPORT = transport = rejects("Room not found", inner=prices)

    results = [offer(room, clock), offer(room, clock), offer(room, clock, people=5)]

    assert not any(result.is_exact for result in results)
    assert transport.calls == 2


def test_waiting_ends_after_two_seconds(prices: Prices, room: Room, clock: StoppedClock, settings: Any) -> None:
    seconds = []

    def note(request: httpx.Request) -> httpx.Response:
        seconds.extend(request.extensions["timeout"].values())
        return prices.handle_request(request)

    settings.WORKWAYS_TRANSPORT = httpx.MockTransport(note)

    offer(room, clock)

    assert seconds
    assert max(seconds) <= 2


def test_catalogs_offer_never_asks(
    recording: Recording, room: Room, clock: StoppedClock, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    span = coming_slot(room, minutes=240)

    with django_assert_num_queries(0):
        result = catalog_offer(room, span, 2)

    assert (result.price, result.is_exact, result.as_of) == (Money(7000), False, room.seen_at)
    assert recording.requests == []


def test_room_without_prices_is_on_request(recording: Recording, clock: StoppedClock) -> None:
    room = make_room(feed=False, hour_minor=None, half_day_minor=None, day_minor=None)

    assert catalog_offer(room, coming_slot(room), 2).price is None


def test_same_price_has_the_same_fingerprint_from_either_source(
    prices: Prices, recording: Recording, room: Room, clock: StoppedClock
) -> None:
    prices.price = 30
    span = TimeSpan.lasting(coming_slot(room).start + timedelta(hours=1), 90)

    exact, estimate = exact_price(room, span, 4, now=clock.instant), catalog_offer(room, span, 4)

    assert exact.is_exact
    assert exact.fingerprint == estimate.fingerprint
