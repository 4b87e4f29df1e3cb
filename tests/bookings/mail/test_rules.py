"""When a mail is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from bookings.mail.rules import may_be_tried_again, next_attempt_at

NOW = datetime(2026, 1, 7, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 5), (3, 30)])
def test_failed_mail_waits_longer_each_time(attempts: int, minutes: int) -> None:
    assert next_attempt_at(attempts, now=NOW, jitter=0) == NOW + timedelta(minutes=minutes)


def test_fourth_failure_is_the_last() -> None:
    assert next_attempt_at(4, now=NOW, jitter=0) is None


def test_jitter_stretches_a_wait_by_a_fifth_at_most() -> None:
    assert next_attempt_at(2, now=NOW, jitter=1) == NOW + timedelta(minutes=6)


@pytest.mark.parametrize(("code", "again"), [(421, True), (450, True), (499, True), (550, False), (554, False)])
def test_only_passing_trouble_is_tried_again(code: int, again: bool) -> None:
    assert may_be_tried_again(code) is again
