"""Codes and what a browser proved."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import RequestFactory

from bookings.core.answers import Standing
from bookings.links.actions import (
    CodeExpired,
    JustSent,
    NewCode,
    Right,
    TooMany,
    Wrong,
    check_code,
    forget,
    record_proof,
    record_standing,
    start_proof,
)
from bookings.links.browser import COOKIE, ensure_browser, remember_browser
from bookings.links.models import AddressProof, ProvedAddress
from bookings.links.queries import is_proved, proved_addresses, standing_of, standing_of_address

EMAIL = "jeanne@example.org"


def new_code(clock: Any, *, browser_key: str = "browser", email: str = EMAIL) -> str:
    made = start_proof(browser_key=browser_key, email=email, now=clock.instant)
    assert isinstance(made, NewCode)
    return made.code


def check(clock: Any, code: str, *, browser_key: str = "browser", email: str = EMAIL) -> Any:
    return check_code(browser_key=browser_key, email=email, code=code, now=clock.instant)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def request_of(browser_key: str) -> Any:
    """A GET of the browser with this key."""
    from django.http import HttpResponse

    post = RequestFactory().post("/")
    post._visitor = browser_key  # type: ignore[attr-defined]
    ensure_browser(post)
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = remember_browser(post, HttpResponse()).cookies[COOKIE].value
    return request


@pytest.mark.django_db
def test_code_has_six_digits_and_is_kept_as_a_hash_only(clock: Any) -> None:
    code = new_code(clock)

    assert len(code) == 6
    assert code.isdigit()
    assert code not in str(AddressProof.objects.values_list("code_hash", flat=True).get())


@pytest.mark.django_db
def test_right_code_proves_the_address_for_30_days(clock: Any) -> None:
    code = new_code(clock)

    answer = check(clock, f" {code[:3]} {code[3:]} ")

    assert answer == Right()
    assert is_proved(browser_key="browser", email="JEANNE@example.org", now=clock.instant)
    clock.forward(days=30, seconds=-1)
    assert is_proved(browser_key="browser", email=EMAIL, now=clock.instant)
    clock.forward(seconds=1)
    assert not is_proved(browser_key="browser", email=EMAIL, now=clock.instant)


@pytest.mark.django_db
def test_code_is_good_for_its_browser_and_address_only(clock: Any) -> None:
    code = new_code(clock)

    assert check(clock, code, browser_key="another browser") == CodeExpired()
    assert check(clock, code, email="another@example.org") == CodeExpired()
    assert not ProvedAddress.objects.exists()


@pytest.mark.django_db
def test_wrong_code_says_how_many_attempts_are_left(clock: Any) -> None:
    code = new_code(clock)

    answers = [check(clock, wrong(code)) for _ in range(6)]

    assert answers == [Wrong(left=4), Wrong(left=3), Wrong(left=2), Wrong(left=1), TooMany(), TooMany()]


@pytest.mark.django_db
def test_right_code_comes_too_late_after_five_wrong_ones(clock: Any) -> None:
    code = new_code(clock)
    for _ in range(5):
        check(clock, wrong(code))

    assert check(clock, code) == TooMany()
    assert not ProvedAddress.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "abcdef", "١٢٣٤٥٦", "1" * 10_000, "\x00"])
def test_nonsense_is_a_wrong_code(clock: Any, typed: str) -> None:
    new_code(clock)

    assert check(clock, typed) == Wrong(left=4)


@pytest.mark.django_db
def test_code_expires_after_15_minutes(clock: Any) -> None:
    code = new_code(clock)

    clock.forward(minutes=15)

    assert check(clock, code) == CodeExpired()


@pytest.mark.django_db
def test_right_code_typed_twice_is_right_twice(clock: Any) -> None:
    code = new_code(clock)

    assert check(clock, code) == Right()
    assert check(clock, code) == Right()
    assert ProvedAddress.objects.count() == 1


@pytest.mark.django_db
def test_second_request_within_a_minute_keeps_the_first_code_alive(clock: Any) -> None:
    code = new_code(clock)

    clock.forward(seconds=20)
    again = start_proof(browser_key="browser", email=EMAIL, now=clock.instant)

    assert again == JustSent(wait_seconds=40)
    assert check(clock, code) == Right()


@pytest.mark.django_db
def test_code_of_a_later_request_replaces_the_earlier_one_and_its_attempts(clock: Any) -> None:
    first = start_proof(browser_key="browser", email=EMAIL, now=clock.instant)
    assert isinstance(first, NewCode)
    check(clock, wrong(first.code))

    clock.forward(seconds=60)
    second = start_proof(browser_key="browser", email=EMAIL, now=clock.instant)

    assert isinstance(second, NewCode)
    assert second.serial != first.serial
    assert AddressProof.objects.get().sendings == 2
    if first.code != second.code:
        assert check(clock, first.code) == Wrong(left=4)
    assert check(clock, second.code) == Right()


@pytest.mark.django_db
def test_checking_inside_another_transaction_is_refused(clock: Any) -> None:
    code = new_code(clock)

    with transaction.atomic(), pytest.raises(RuntimeError):
        check(clock, code)


@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_get_five_attempts_together(clock: Any) -> None:
    code = new_code(clock)
    answers: list[Any] = []
    together = threading.Barrier(8, timeout=30)

    def guess() -> None:
        together.wait()
        try:
            answers.extend(check(clock, wrong(code)) for _ in range(3))
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.left for answer in answers if isinstance(answer, Wrong)) == [1, 2, 3, 4]
    assert answers.count(TooMany()) == 20
    assert AddressProof.objects.get().attempts == 5


@pytest.mark.django_db(transaction=True)
def test_parallel_requests_make_one_code(clock: Any) -> None:
    made: list[Any] = []
    together = threading.Barrier(6, timeout=30)

    def start() -> None:
        together.wait()
        try:
            made.append(start_proof(browser_key="browser", email=EMAIL, now=clock.instant))
        finally:
            connection.close()

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    codes = [each for each in made if isinstance(each, NewCode)]
    assert len(codes) == 1
    assert made.count(JustSent(wait_seconds=60)) == 5
    assert check(clock, codes[0].code) == Right()


@pytest.mark.django_db
def test_standing_of_a_browser_is_the_best_of_its_proved_addresses(clock: Any) -> None:
    for email, standing in [("new@example.org", Standing.NEW), ("known@example.org", Standing.KNOWN)]:
        record_proof(browser_key="browser", email=email, now=clock.instant)
        record_standing(browser_key="browser", email=email, standing=standing, now=clock.instant)
        clock.forward(minutes=1)
    request = request_of("browser")

    assert standing_of(request) == Standing.KNOWN
    assert proved_addresses(request) == ["known@example.org", "new@example.org"]
    found = standing_of_address(browser_key="browser", email="new@example.org", now=clock.instant)
    assert found == Standing.NEW


@pytest.mark.django_db
def test_standing_ends_with_its_proof(clock: Any) -> None:
    record_proof(browser_key="browser", email=EMAIL, now=clock.instant)
    record_standing(browser_key="browser", email=EMAIL, standing=Standing.KNOWN, now=clock.instant)

    clock.forward(days=30)

    assert standing_of(request_of("browser")) == Standing.UNKNOWN
    assert standing_of_address(browser_key="browser", email=EMAIL, now=clock.instant) == Standing.UNKNOWN


@pytest.mark.django_db
def test_standing_of_an_address_that_nobody_proved_is_not_kept(clock: Any) -> None:
    record_standing(browser_key="browser", email=EMAIL, standing=Standing.KNOWN, now=clock.instant)

    assert standing_of(request_of("browser")) == Standing.UNKNOWN


@pytest.mark.django_db
def test_browser_without_a_key_is_unknown_without_a_query(clock: Any, django_assert_num_queries: Any) -> None:
    request = RequestFactory().get("/")

    with django_assert_num_queries(0):
        assert standing_of(request) == Standing.UNKNOWN
        assert proved_addresses(request) == []
        assert not is_proved(browser_key="", email=EMAIL, now=clock.instant)


@pytest.mark.django_db
def test_proving_again_starts_the_30_days_anew(clock: Any) -> None:
    record_proof(browser_key="browser", email=EMAIL, now=clock.instant)

    clock.forward(days=20)
    record_proof(browser_key="browser", email=EMAIL, now=clock.instant)
    clock.forward(days=20)

    assert is_proved(browser_key="browser", email=EMAIL, now=clock.instant)


@pytest.mark.django_db
def test_forgetting_ends_every_proof_of_the_browser_and_of_no_other(clock: Any) -> None:
    for browser in ("browser", "other"):
        record_proof(browser_key=browser, email=EMAIL, now=clock.instant)
    code = new_code(clock)

    assert forget(browser_key="browser") == 1

    assert not is_proved(browser_key="browser", email=EMAIL, now=clock.instant)
    assert is_proved(browser_key="other", email=EMAIL, now=clock.instant)
    assert check(clock, code) == CodeExpired()
