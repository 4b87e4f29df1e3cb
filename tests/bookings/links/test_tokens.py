"""Tokens of mailed links: what each is worth, and that reading changes nothing."""

from datetime import timedelta
from typing import Any

import pytest

from bookings.links.models import Link, Purpose
from bookings.links.tokens import Expired, Invalid, Revoked, Valid, issue, mark_used, read, revoke
from tests.factories import make_booking_request, make_registration


def booking_token(request: Any, clock: Any, **options: Any) -> str:
    return issue(
        purpose=Purpose.BOOKING, email="Jeanne@Example.org", now=clock.instant, booking_request=request, **options
    )


@pytest.mark.django_db
def test_token_opens_its_own_request(clock: Any) -> None:
    request = make_booking_request()

    token = booking_token(request, clock)

    reading = read(token, Purpose.BOOKING, now=clock.instant)
    assert isinstance(reading, Valid)
    assert reading.link.booking_request == request
    assert reading.link.email == "jeanne@example.org"


@pytest.mark.django_db
def test_token_is_long_and_stands_nowhere_in_the_database(clock: Any) -> None:
    token = booking_token(make_booking_request(), clock)

    row = str(Link.objects.values().get())

    assert len(token) >= 43
    assert token not in row


@pytest.mark.django_db
@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: token.swapcase(),
        lambda token: "",
        lambda token: "é" * 43,
        lambda token: "\x00" * 43,
        lambda token: "a" * 100_000,
    ],
    ids=["cut", "longer", "altered", "empty", "not ascii", "zeros", "huge"],
)
def test_anything_but_the_token_is_invalid(clock: Any, spoil: Any) -> None:
    token = booking_token(make_booking_request(), clock)

    assert isinstance(read(spoil(token), Purpose.BOOKING, now=clock.instant), Invalid)


@pytest.mark.django_db
def test_token_of_another_purpose_is_invalid(clock: Any) -> None:
    token = booking_token(make_booking_request(), clock)

    assert isinstance(read(token, Purpose.REGISTRATION, now=clock.instant), Invalid)


@pytest.mark.django_db
def test_booking_link_ends_30_days_after_the_meeting(clock: Any) -> None:
    request = make_booking_request()
    token = booking_token(request, clock)

    clock.set(request.end + timedelta(days=30) - timedelta(seconds=1))
    before = read(token, Purpose.BOOKING, now=clock.instant)
    clock.forward(seconds=1)
    after = read(token, Purpose.BOOKING, now=clock.instant)

    assert isinstance(before, Valid)
    assert isinstance(after, Expired)
    assert after.link.booking_request == request


@pytest.mark.django_db
def test_registration_link_ends_after_30_days(clock: Any) -> None:
    registration = make_registration()
    token = issue(
        purpose=Purpose.REGISTRATION, email="jeanne@example.org", now=clock.instant, registration=registration
    )

    clock.forward(days=30, seconds=-1)
    before = read(token, Purpose.REGISTRATION, now=clock.instant)
    clock.forward(seconds=1)
    after = read(token, Purpose.REGISTRATION, now=clock.instant)

    assert isinstance(before, Valid)
    assert isinstance(after, Expired)


@pytest.mark.django_db
def test_newer_link_ends_the_older_ones_of_the_same_thing_only(clock: Any) -> None:
    request, other = make_booking_request(), make_booking_request()
    old, others = booking_token(request, clock), booking_token(other, clock)

    new = booking_token(request, clock, revoke_older=True)

    assert isinstance(read(old, Purpose.BOOKING, now=clock.instant), Revoked)
    assert isinstance(read(new, Purpose.BOOKING, now=clock.instant), Valid)
    assert isinstance(read(others, Purpose.BOOKING, now=clock.instant), Valid)


@pytest.mark.django_db
def test_revoking_says_how_many_links_it_ended(clock: Any) -> None:
    registration = make_registration()
    for _ in range(2):
        issue(purpose=Purpose.REGISTRATION, email="a@example.org", now=clock.instant, registration=registration)

    assert revoke(purpose=Purpose.REGISTRATION, registration=registration, now=clock.instant) == 2
    assert revoke(purpose=Purpose.REGISTRATION, registration=registration, now=clock.instant) == 0


@pytest.mark.django_db
def test_reading_fifty_times_changes_no_row(clock: Any) -> None:
    token = booking_token(make_booking_request(), clock)
    before = Link.objects.values().get()

    for _ in range(50):
        clock.forward(minutes=1)
        read(token, Purpose.BOOKING, now=clock.instant)

    assert Link.objects.values().get() == before


@pytest.mark.django_db
def test_first_use_is_noted_and_later_ones_leave_it(clock: Any) -> None:
    reading = read(booking_token(make_booking_request(), clock), Purpose.BOOKING, now=clock.instant)
    assert isinstance(reading, Valid)
    first = clock.instant

    mark_used(link=reading.link, now=first)
    clock.forward(hours=1)
    mark_used(link=reading.link, now=clock.instant)

    assert Link.objects.get().used_at == first


@pytest.mark.django_db
def test_link_without_its_thing_is_refused(clock: Any) -> None:
    with pytest.raises(ValueError, match="needs its booking"):
        issue(purpose=Purpose.BOOKING, email="a@example.org", now=clock.instant)
