"""Company and VAT numbers by the rules of their countries, checked before anything is sent. Pure; no register is asked.

The form alone is checked: SIRET (France, 14 digits, Luhn), KBO or BCE (Belgium, 10 digits, modulo 97), VAT number
(Ireland), as the API document asks for per country; VAT numbers of any country of the EU.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from stdnum.be import vat as belgian
from stdnum.eu import vat as european
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidLength, ValidationError
from stdnum.fr import siren, siret
from stdnum.ie import vat as irish

COUNTRIES = ("fr", "be", "ie")
# How many characters the number has where that is fixed.
LENGTHS = {"fr": 14, "be": 10}

_COMPANY_RULES: dict[str, Any] = {"fr": siret, "be": belgian, "ie": irish}


class Problem(StrEnum):
    """What is wrong with a number."""

    SIREN_ONLY = "siren_only"
    LENGTH = "length"
    CHARACTERS = "characters"
    CHECK_DIGIT = "check_digit"
    OTHER_COUNTRY = "other_country"


@dataclass(frozen=True, slots=True)
class Right:
    """The number in the form in which it is kept and sent: without blanks and points."""

    number: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why it can't be right; `length` is how many characters were given."""

    problem: Problem
    length: int


Checked = Right | Wrong


def country_of_site(code: str) -> str:
    """The country that a company at such a site most likely has, as the API writes it; "" for one it doesn't take."""
    return code.lower() if code.lower() in COUNTRIES else ""


def check_company_number(text: str, country: str) -> Checked:
    """A SIRET, KBO or VAT number, by the company's country ("fr", "be", "ie")."""
    written = _plain(text)
    digits = "".join(character for character in written if character.isalnum())
    if country == "fr" and len(digits) == 9 and siren.is_valid(digits):
        return Wrong(Problem.SIREN_ONLY, 9)
    if not written.isascii():
        return Wrong(Problem.CHARACTERS, len(digits))
    try:
        return Right(_COMPANY_RULES[country].validate(written))
    except ValidationError as error:
        return Wrong(_problem(error), len(digits))


def check_vat_number(text: str, country: str) -> Checked:
    """A VAT number; one without the two letters in front is taken to be of the company's country."""
    written = "".join(character for character in _plain(text).upper() if character.isalnum())
    if not written.isascii():
        return Wrong(Problem.CHARACTERS, len(written))
    has_country = written[:2].isalpha() and not (country == "fr" and european.is_valid(f"FR{written}"))
    full = written if has_country else f"{country.upper()}{written}"
    try:
        return Right(european.validate(full))
    except InvalidComponent:
        return Wrong(Problem.OTHER_COUNTRY, len(full))
    except ValidationError as error:
        return Wrong(_problem(error), len(full))


def _plain(text: str) -> str:
    # Pasted numbers bring full-width digits, thin blanks and typographic dashes.
    return unicodedata.normalize("NFKC", text).strip()


def _problem(error: ValidationError) -> Problem:
    match error:
        case InvalidLength():
            return Problem.LENGTH
        case InvalidChecksum():
            return Problem.CHECK_DIGIT
        case _:
            return Problem.CHARACTERS
