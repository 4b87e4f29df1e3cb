"""The catalog's price of a slot, and the fingerprint of an offer."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings.core.money import Money
from bookings.core.timespan import TimeSpan
from bookings.offers.rules import catalog_price, fingerprint

HOUR, HALF_DAY, DAY = Money(2000), Money(7000), Money(12000)
START = datetime(2026, 1, 12, 9, tzinfo=UTC)
ROOM = "1" * 24


@pytest.mark.parametrize(
    ("minutes", "minor"),
    [
        (30, 1000),
        (60, 2000),
        (90, 3000),
        (180, 6000),
        (210, 7000),
        (240, 7000),
        (241, 8033),
        (300, 10000),
        (360, 12000),
        (480, 12000),
        (540, 12000),
        (24 * 60, 12000),
        (25 * 60, 14000),
        (48 * 60, 24000),
    ],
)
def test_hours_are_capped_by_half_days_and_days(minutes: int, minor: int) -> None:
    assert catalog_price(HOUR, HALF_DAY, DAY, minutes) == Money(minor)


def test_half_a_cent_is_rounded_up() -> None:
    assert catalog_price(Money(4550), None, None, 1) == Money(76)
    assert catalog_price(Money(30), None, None, 1) == Money(1)


@pytest.mark.parametrize(
    ("hour", "half_day", "day", "minutes", "price"),
    [
        (None, None, None, 60, None),
        (HOUR, None, None, 600, Money(20000)),
        (None, HALF_DAY, None, 60, HALF_DAY),
        (None, HALF_DAY, None, 241, None),
        (None, None, DAY, 30, DAY),
        (None, HALF_DAY, DAY, 300, DAY),
        (None, HALF_DAY, None, 24 * 60 + 60, None),
    ],
)
def test_prices_that_the_catalog_lacks(
    hour: Money | None, half_day: Money | None, day: Money | None, minutes: int, price: Money | None
) -> None:
    assert catalog_price(hour, half_day, day, minutes) == price


def test_half_day_dearer_than_its_hours_is_not_taken() -> None:
    assert catalog_price(HOUR, Money(9000), None, 60) == HOUR


@pytest.mark.parametrize("minutes", [0, -60])
def test_no_time_has_no_price(minutes: int) -> None:
    with pytest.raises(ValueError, match="at least one minute"):
        catalog_price(HOUR, None, None, minutes)


rates = st.integers(min_value=1, max_value=10**9).map(Money)


@given(hour=rates, half_day=st.none() | rates, day=st.none() | rates, minutes=st.integers(1, 5000))
def test_caps_never_make_it_dearer(hour: Money, half_day: Money | None, day: Money | None, minutes: int) -> None:
    by_the_hour = catalog_price(hour, None, None, minutes)
    capped = catalog_price(hour, half_day, day, minutes)

    assert by_the_hour is not None
    assert capped is not None
    # Each whole day is rounded by itself, so a cent may come on top for each.
    assert capped.minor <= by_the_hour.minor + minutes // (24 * 60) + 1


def test_fingerprint_is_the_same_for_the_same_offer_only() -> None:
    span = TimeSpan.lasting(START, 60)
    offers = [
        (ROOM, span, 2, HOUR),
        ("2" * 24, span, 2, HOUR),
        (ROOM, TimeSpan.lasting(START, 90), 2, HOUR),
        (ROOM, TimeSpan(span.start.replace(hour=8), span.end), 2, HOUR),
        (ROOM, span, 3, HOUR),
        (ROOM, span, 2, Money(2001)),
        (ROOM, span, 2, Money(2000, "CHF")),
        (ROOM, span, 2, None),
    ]

    prints = [fingerprint(*offer) for offer in offers]

    assert len(set(prints)) == len(offers)
    assert prints == [fingerprint(*offer) for offer in offers]
    assert {len(one) for one in prints} == {64}
