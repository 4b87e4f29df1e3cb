"""How often a page asks the database: a fixed number of times, twelve at most."""

from typing import Any

import pytest

from bookings.booking_requests.models import AskKind, GuestAsk
from bookings.booking_requests.states import State
from bookings.catalog.models import Room
from tests.bookings.booking_requests.guests import Guest
from tests.factories import make_booking_request, make_busy_span
from tests.portal.embedded.world import KNOWN
from tests.support.transports import Recording


@pytest.mark.parametrize("items", [1, 3, 300])
def test_confirm_page_asks_a_fixed_number_of_times(
    room: Room, upstream: Recording, django_assert_num_queries: Any, items: int
) -> None:
    guest = Guest(KNOWN).begin(room)
    for number in range(items):
        make_busy_span(room=room, minutes=5, uid=f"meeting{number}")

    with django_assert_num_queries(4):
        guest.look()
    with django_assert_num_queries(6):
        guest.look("?day=2026-01-13")


@pytest.mark.parametrize("items", [1, 3, 300])
def test_page_of_a_booking_asks_a_fixed_number_of_times(
    room: Room, upstream: Recording, django_assert_num_queries: Any, items: int
) -> None:
    guest = Guest(KNOWN).begin(room).book()
    GuestAsk.objects.bulk_create(
        GuestAsk(request=guest.request, kind=AskKind.QUESTION, message=f"Question {number}") for number in range(items)
    )

    with django_assert_num_queries(2):
        guest.look()


@pytest.mark.parametrize("state", list(State))
def test_page_of_every_state_stays_within_twelve(
    room: Room, upstream: Recording, django_assert_max_num_queries: Any, state: State
) -> None:
    guest = Guest(KNOWN).begin(room, date="2026-01-13")
    made = make_booking_request(room=room, state=state, browser_key=guest.request.browser_key)
    guest.reference = made.reference

    with django_assert_max_num_queries(12):
        guest.look()

    assert guest.page.status_code == 200
    assert made.reference in guest.html
