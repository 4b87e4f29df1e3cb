"""What each step takes, and what it says when it doesn't."""

from typing import Any

import pytest

from bookings.registration.forms import CodeForm, CompanyForm, PersonForm, UsersForm


def person(**changes: str) -> PersonForm:
    return PersonForm({"first_name": "Nina", "last_name": "Neuf", "phone": "0612345678"} | changes, region="FR")


def company(**changes: str) -> CompanyForm:
    return CompanyForm({"company": "Startup Neuf", "country": "fr"} | changes)


@pytest.mark.parametrize(
    ("region", "typed", "kept"),
    [
        ("FR", "06 12 34 56 78", "+33612345678"),
        ("FR", "+32 470 12 34 56", "+32470123456"),
        ("BE", "0470/12.34.56", "+32470123456"),
        ("IE", "(085) 012 3456", "+353850123456"),
        ("", "+33 6 12 34 56 78", "+33612345678"),
        ("FR", "0033612345678", "+33612345678"),
    ],
)
def test_telephone_number_is_kept_with_its_country_code(region: str, typed: str, kept: str) -> None:
    form = PersonForm({"first_name": "Nina", "phone": typed}, region=region)

    assert form.is_valid()
    assert form.cleaned_data["phone"] == kept


@pytest.mark.parametrize("typed", ["12", "06 12 34 56", "hello", "+999 123456789", "0" * 40])
def test_impossible_telephone_number_is_refused_with_an_example(typed: str) -> None:
    form = person(phone=typed)

    assert not form.is_valid()
    (error,) = form.errors["phone"]
    assert "+33 6" in error


def test_telephone_number_without_country_code_needs_a_known_country() -> None:
    form = PersonForm({"first_name": "Nina", "phone": "0612345678"}, region="")

    assert not form.is_valid()


def test_names_are_put_on_one_line() -> None:
    form = person(first_name=" Nina\r\nMaria ", last_name="\tde la  Tour")

    assert form.is_valid()
    assert (form.cleaned_data["first_name"], form.cleaned_data["last_name"]) == ("Nina Maria", "de la Tour")


def test_numbers_are_optional_and_kept_plain() -> None:
    without = company()
    with_both = company(company_number="732 829 320 00074", vat_number="40 303 265 045")

    assert without.is_valid()
    assert with_both.is_valid()
    assert with_both.cleaned_data["company_number"] == "73282932000074"
    assert with_both.cleaned_data["vat_number"] == "FR40303265045"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"company_number": "732829320"}, "company_number", "This is the SIREN"),
        ({"company_number": "7328293200007"}, "company_number", "The SIRET has 14 digits, and this one has 13."),
        ({"company_number": "73282932000075"}, "company_number", "typing error in this SIRET"),
        ({"country": "be", "company_number": "041749"}, "company_number", "has 10 digits, and this one has 6."),
        ({"country": "be", "company_number": "0417497107"}, "company_number", "typing error in this KBO"),
        ({"country": "ie", "company_number": "6433435E"}, "company_number", "typing error in this VAT number"),
        ({"vat_number": "FR4030326504"}, "vat_number", "too short or too long"),
        ({"vat_number": "XX123456789"}, "vat_number", "no country of the European Union"),
        ({"company_number": "7328293200007A"}, "company_number", "characters that it can't have"),
    ],
)
def test_wrong_number_is_told_kindly(changes: dict[str, str], field: str, words: str) -> None:
    form = company(**changes)

    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert words in form.errors[field][0]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (person(first_name=""), "first_name"),
        (person(first_name="x" * 101), "first_name"),
        (person(last_name="x" * 101), "last_name"),
        (person(phone=""), "phone"),
        (person(first_name="a\x00b"), "first_name"),
        (company(company=""), "company"),
        (company(company="x" * 201), "company"),
        (company(country=""), "country"),
        (company(country="de"), "country"),
        (company(address="x" * 501), "address"),
        (company(company_number="1" * 41), "company_number"),
        (UsersForm({"users": ""}), "users"),
        (UsersForm({"users": "0"}), "users"),
        (UsersForm({"users": "-3"}), "users"),
        (UsersForm({"users": "many"}), "users"),
        (UsersForm({"users": "1e3"}), "users"),
        (UsersForm({"users": "9" * 400}), "users"),
        (UsersForm({"users": "2.5"}), "users"),
        (CodeForm({"code": ""}), "code"),
        (CodeForm({"code": "1" * 41}), "code"),
    ],
)
def test_bad_input_is_a_sentence_at_its_field(form: Any, field: str) -> None:
    assert not form.is_valid()
    assert field in form.errors
    assert len(form.errors[field][0]) > 10
