"""Countries in the three forms the document takes, and in the English name it answers with."""

from functools import cache

from babel import Locale

# The zone of the wall clock, where a new site doesn't say another.
ZONE_BY_COUNTRY = {"FR": "Europe/Paris", "BE": "Europe/Brussels", "IE": "Europe/Dublin"}
# Two-letter codes that stand for no country: unions, currency areas, outlying islands as a group, and test codes.
_NOT_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}


@cache
def _names() -> tuple[dict[str, str], dict[str, str]]:
    """Code by any folded form, and English name by code."""
    code_by_form: dict[str, str] = {}
    english: dict[str, str] = {}
    for language in ("en", "fr"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES:
                code_by_form[name.casefold()] = code
                code_by_form[code.casefold()] = code
                if language == "en":
                    english[code] = name
    return code_by_form, english


def country_code(written: str) -> str | None:
    """The ISO code of a country written as a code, in English or in French, in any case; None for no country (W34)."""
    return _names()[0].get(" ".join(written.split()).casefold())


def english_name(code: str) -> str:
    """ "Ireland" for IE."""
    return _names()[1].get(code, code)
