"""Comparing addresses, standings and networks."""

import pytest

from bookings.core.answers import Standing
from bookings.links.rules import (
    best_standing,
    is_nearby,
    network_of_address,
    normalized_code,
    normalized_email,
)


def test_addresses_are_compared_without_blanks_and_case() -> None:
    assert normalized_email("  Jean.Dupont@ACME.example ") == "jean.dupont@acme.example"


@pytest.mark.parametrize(
    ("standings", "best"),
    [
        ([], Standing.UNKNOWN),
        ([Standing.UNKNOWN, Standing.ARCHIVED], Standing.ARCHIVED),
        ([Standing.ARCHIVED, Standing.NEW], Standing.NEW),
        ([Standing.NEW, Standing.KNOWN, Standing.ARCHIVED], Standing.KNOWN),
    ],
)
def test_best_standing_is_the_one_that_allows_most(standings: list[Standing], best: Standing) -> None:
    assert best_standing(standings) == best


@pytest.mark.parametrize("typed", ["042 917", "042-917", " 042917\t", "042\u00a0917", "0.4.2.9.1.7"])
def test_code_may_be_typed_with_blanks_and_dashes(typed: str) -> None:
    assert normalized_code(typed) == "042917"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0"),
        ("2001:db8:1:2:3::4", "2001:db8:1::"),
        ("::ffff:203.0.113.77", "203.0.113.0"),
        ("not an address", ""),
        ("", ""),
    ],
)
def test_network_is_the_24_or_the_48(address: str, network: str) -> None:
    assert network_of_address(address) == network


@pytest.mark.parametrize(
    ("address", "nearby"),
    [("127.0.0.1", True), ("10.1.2.3", True), ("::1", True), ("8.8.8.8", False), ("garbage", False)],
)
def test_nearby_is_what_lies_in_the_operators_own_network(address: str, nearby: bool) -> None:
    assert is_nearby(address) is nearby
