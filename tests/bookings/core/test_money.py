from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings.core.money import Money, parse_price


@pytest.mark.parametrize(
    ("amount", "minor"), [("45", 4500), ("45.5", 4550), ("0.005", 1), ("0.004", 0), ("19.995", 2000), ("-1", -100)]
)
def test_money_from_decimal_rounds_half_a_cent_up(amount: str, minor: int) -> None:
    assert Money.from_decimal(Decimal(amount)) == Money(minor)


@given(st.integers(-(10**9), 10**9))
def test_money_survives_the_way_there_and_back(minor: int) -> None:
    assert Money.from_decimal(Money(minor).amount) == Money(minor)


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("500", 50000),
        ("500.00", 50000),
        ("1 250,50 €", 125050),
        ("1.250,50", 125050),
        ("1,250.50", 125050),
        ("€ 99,9 / month", 9990),
    ],
)
def test_parse_price_reads_what_people_write(text: str, minor: int) -> None:
    assert parse_price(text) == Money(minor)


@pytest.mark.parametrize("text", ["", "0", "0,00", "on request", "sur devis", "-", "..", "1.2.3", "9" * 40])
def test_parse_price_is_none_without_an_amount(text: str) -> None:
    assert parse_price(text) is None
