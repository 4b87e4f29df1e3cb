"""The order of the steps, and names."""

from datetime import timedelta

import pytest

from bookings.registration.rules import Progress, Step, is_same_company, settle_wait, split_name


@pytest.mark.parametrize(
    ("done", "next_step"),
    [
        ((False, True, True, True), Step.CODE),
        ((True, False, False, False), Step.PERSON),
        ((True, True, False, True), Step.COMPANY),
        ((True, True, True, False), Step.USERS),
        ((True, True, True, True), Step.CHECK),
    ],
)
def test_next_step_is_the_first_one_that_is_not_filled_in(done: tuple[bool, bool, bool, bool], next_step: Step) -> None:
    progress = Progress(*done)

    assert progress.next_step == next_step
    assert [step for step in Step if progress.may_open(step)] == list(Step)[: list(Step).index(next_step) + 1]


def test_looks_become_rarer_and_end_with_staff() -> None:
    waits = [settle_wait(attempts) for attempts in range(8)]

    assert waits[0] == timedelta(seconds=20)
    assert waits[:-1] == sorted(wait for wait in waits[:-1] if wait is not None)
    assert waits[-1] is None


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Jeanne Martin", ("Jeanne", "Martin")),
        ("  Jeanne   de la Tour ", ("Jeanne", "de la Tour")),
        ("Jeanne", ("Jeanne", "")),
        ("", ("", "")),
        ("x" * 200, ("x" * 100, "")),
    ],
)
def test_name_typed_as_a_whole_is_split_for_the_form(name: str, parts: tuple[str, str]) -> None:
    assert split_name(name) == parts


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("Acme Corp", " ACME  corp", True), ("Acme Corp", "Acme Corporation", False), ("Straße", "STRASSE", True)],
)
def test_companies_are_compared_without_case_and_blanks(one: str, other: str, same: bool) -> None:
    assert is_same_company(one, other) is same
