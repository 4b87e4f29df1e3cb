"""Every calendar file of our own means what its case says, in whatever order its parts stand."""

import random

import pytest

from bookings.feeds.parse import read_feed
from bookings.feeds.readings import FeedRejected
from tests.bookings.feeds.corpus import FOLDER, Case, cases, reversed_components, seen, shuffled

CASES = cases()


def _check(case: Case, content: bytes) -> None:
    if case.status == "rejected":
        with pytest.raises(FeedRejected) as refusal:
            read_feed(content, zone=case.zone, window=case.window)
        assert refusal.value.flaw.value == case.reason
        return
    reading = read_feed(content, zone=case.zone, window=case.window)

    assert seen(reading, case.window) == case.busy, case.why
    assert {(rejected.uid, rejected.reason.value) for rejected in reading.rejected} == case.rejected
    assert reading.status == case.status


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_feed_means_what_its_case_says(case: Case) -> None:
    _check(case, case.content)


@pytest.mark.parametrize("case", [case for case in CASES if case.shuffle], ids=lambda case: case.file)
def test_order_of_components_and_lines_means_nothing(case: Case) -> None:
    _check(case, reversed_components(case.content))
    for seed in range(3):
        _check(case, shuffled(case.content, random.Random(seed)))


def test_every_file_has_its_case() -> None:
    assert {case.file for case in CASES} == {file.name for file in FOLDER.glob("*.ics")}
    assert len([case for case in CASES if case.status != "rejected"]) >= 150
    assert all(case.why for case in CASES)


def test_rearranging_keeps_every_line() -> None:
    case = next(case for case in CASES if case.file == "vtimezone-own.ics")

    mixed = shuffled(case.content, random.Random(1))

    assert mixed != case.content
    assert sorted(mixed.split()) == sorted(case.content.split())
