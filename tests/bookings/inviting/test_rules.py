"""How long links live and times are kept, and what an address looks like to somebody else."""

from datetime import timedelta

import pytest

from bookings.inviting import rules
from tests.bookings.booking_requests.guests import utc

NOW = utc(7, 9)


def test_link_ends_with_its_life_or_when_its_meeting_begins() -> None:
    assert rules.ends_at(NOW, 72, None) == utc(10, 9)
    assert rules.ends_at(NOW, 72, utc(12, 13)) == utc(10, 9)
    assert rules.ends_at(NOW, 720, utc(12, 13)) == utc(12, 13)


def test_time_is_kept_no_longer_than_the_link_lives_and_three_days_at_most() -> None:
    assert rules.held_until(NOW, utc(8, 9)) == utc(8, 9)
    assert rules.held_until(NOW, utc(30, 9)) == NOW + timedelta(days=3)


@pytest.mark.parametrize(
    ("email", "masked"),
    [
        ("jean.dupont@acme.example", "j•••t@a•••.example"),
        ("al@x.co.uk", "a•••@x•••.uk"),
        ("ann@localhost", "a•••@l•••"),
    ],
)
def test_masked_address_is_known_to_its_owner_only(email: str, masked: str) -> None:
    assert rules.masked(email) == masked
