"""What is kept of a call, and what tallies say."""

from datetime import UTC, datetime

import pytest

from bookings.upstream_calls.rules import BOUNDS, bound_of, percentile, slot_of, without_names


@pytest.mark.parametrize(("took", "bound"), [(0, 5), (5, 5), (6, 10), (29_999, 30_000), (10**9, BOUNDS[-1])])
def test_call_counts_under_the_first_bound_that_it_does_not_exceed(took: int, bound: int) -> None:
    assert bound_of(took) == bound


@pytest.mark.parametrize(
    ("counts", "share", "expected"),
    [
        ({}, 0.5, None),
        ({10: 1}, 0.95, 10),
        ({10: 50, 200: 50}, 0.5, 10),
        ({10: 49, 200: 51}, 0.5, 200),
        ({10: 94, 200: 5, 3000: 1}, 0.95, 200),
        ({10: 0, 20: 3}, 0.5, 20),
    ],
)
def test_percentile_is_the_bound_that_so_many_kept(counts: dict[int, int], share: float, expected: int | None) -> None:
    assert percentile(counts, share) == expected


def test_slots_are_ten_minutes() -> None:
    assert slot_of(datetime(2026, 1, 7, 9, 59, 59, 5, tzinfo=UTC)) == datetime(2026, 1, 7, 9, 50, tzinfo=UTC)


def test_no_word_of_a_name_is_left_and_no_text_as_a_whole() -> None:
    said = "User Jean DUPONT (jean) of Acme Corp asked: Quarterly review. The review can't be booked; de Jeanne."

    kept = without_names(said, ["Jean Dupont", "Acme Corp", "de", ""], ["Quarterly review"])

    assert kept == ("User [hidden] ([hidden]) of [hidden] asked: [hidden]. The review can't be booked; de Jeanne.")
