"""Company and VAT numbers by the rules of their countries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings.registration.companies import (
    COUNTRIES,
    Problem,
    Right,
    Wrong,
    check_company_number,
    check_vat_number,
    country_of_site,
)


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("fr", "73282932000074", "73282932000074"),
        ("fr", " 732 829 320 00074 ", "73282932000074"),
        ("fr", "732.829.320.00074", "73282932000074"),
        ("fr", "\u0037\u00a032829320\u202f00074", "73282932000074"),
        ("fr", "356 000 000 49837", "35600000049837"),
        ("be", "0417.497.106", "0417497106"),
        ("be", "BE 0417 497 106", "0417497106"),
        ("be", "417497106", "0417497106"),
        ("ie", "IE 6433435F", "6433435F"),
        ("ie", "6433435oa", "6433435OA"),
    ],
)
def test_right_company_number_is_kept_without_blanks_and_points(country: str, typed: str, kept: str) -> None:
    assert check_company_number(typed, country) == Right(kept)


@pytest.mark.parametrize(
    ("country", "typed", "wrong"),
    [
        ("fr", "732 829 320", Wrong(Problem.SIREN_ONLY, 9)),
        ("fr", "7328293200007", Wrong(Problem.LENGTH, 13)),
        ("fr", "73282932000075", Wrong(Problem.CHECK_DIGIT, 14)),
        ("fr", "7328293200007A", Wrong(Problem.CHARACTERS, 14)),
        ("fr", "٧٣٢٨٢٩٣٢٠٠٠٠٧٤", Wrong(Problem.CHARACTERS, 14)),
        ("be", "0417497107", Wrong(Problem.CHECK_DIGIT, 10)),
        ("be", "04174971", Wrong(Problem.LENGTH, 8)),
        ("ie", "6433435E", Wrong(Problem.CHECK_DIGIT, 8)),
        ("ie", "12", Wrong(Problem.CHARACTERS, 2)),
    ],
)
def test_wrong_company_number_says_what_is_wrong(country: str, typed: str, wrong: Wrong) -> None:
    checked = check_company_number(typed, country)

    assert checked == wrong


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("fr", "FR 40 303 265 045", "FR40303265045"),
        ("fr", "40303265045", "FR40303265045"),
        ("fr", "K7399859412", "FRK7399859412"),
        ("be", "0417497106", "BE0417497106"),
        ("be", "be 0417.497.106", "BE0417497106"),
        ("ie", "6433435F", "IE6433435F"),
        ("fr", "DE136695976", "DE136695976"),
    ],
)
def test_right_vat_number_is_kept_with_its_country(country: str, typed: str, kept: str) -> None:
    assert check_vat_number(typed, country) == Right(kept)


@pytest.mark.parametrize(
    ("country", "typed", "problem"),
    [
        ("fr", "FR41303265045", Problem.CHECK_DIGIT),
        ("fr", "FR4030326504", Problem.LENGTH),
        ("fr", "XX123456789", Problem.OTHER_COUNTRY),
        ("be", "٠٤١٧٤٩٧١٠٦", Problem.CHARACTERS),
    ],
)
def test_wrong_vat_number_says_what_is_wrong(country: str, typed: str, problem: Problem) -> None:
    checked = check_vat_number(typed, country)

    assert isinstance(checked, Wrong)
    assert checked.problem == problem


@given(text=st.text(max_size=60), country=st.sampled_from(COUNTRIES))
def test_any_text_gets_an_answer_and_what_is_kept_is_plain(text: str, country: str) -> None:
    for checked in (check_company_number(text, country), check_vat_number(text, country)):
        assert isinstance(checked, Wrong) or (checked.number.isascii() and checked.number.isalnum())


@pytest.mark.parametrize(("code", "country"), [("FR", "fr"), ("BE", "be"), ("IE", "ie"), ("", ""), ("ES", "")])
def test_site_suggests_the_country_of_the_company(code: str, country: str) -> None:
    assert country_of_site(code) == country
