"""Every route says who may open it."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from bookings.audit.vocabulary import Act, Subject
from portal.access import Role

MARKS = {"public", "link", "staff", "developer"}
# The ways into the panel, which are for whoever isn't signed in yet.
DOORS = {"staff-login", "staff-logout", "staff-code", "staff-forgotten", "staff-invitation", "staff-password-link"}


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
        is_staff_address = "staff/" in address and route.name not in DOORS

        assert (getattr(route.callback, "access", None) == "staff") == is_staff_address, address


def test_what_marks_tell_the_audit_are_words_of_the_audit() -> None:
    views = [route.callback for _, route in ROUTES if getattr(route.callback, "access", None) == "staff"]

    told = {view.shows for view in views} | {view.exports for view in views}
    acts = {view.act for view in views}

    assert told - {""} <= set(Subject.values)
    assert acts - {""} <= set(Act.values)
    assert all(isinstance(view.least, Role) for view in views)
