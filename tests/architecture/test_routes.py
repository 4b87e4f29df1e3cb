"""Every route says who may open it."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

MARKS = {"public", "link", "staff", "developer"}


def every_route(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Address pattern and route of everything that is mounted."""
    for entry in resolver.url_patterns:
        address = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from every_route(entry, address)
        else:
            yield address, entry


ROUTES = list(every_route(get_resolver()))


@pytest.mark.parametrize("route", [route for _, route in ROUTES], ids=[address or "/" for address, _ in ROUTES])
def test_route_says_who_may_open_it(route: URLPattern) -> None:
    mark = getattr(route.callback, "access", None)

    assert mark in MARKS


def test_staff_addresses_and_staff_marks_are_the_same_set() -> None:
    for address, route in ROUTES:
        is_staff_address = "staff/" in address and route.name not in ("staff-login", "staff-logout")

        assert (getattr(route.callback, "access", None) == "staff") == is_staff_address, address
