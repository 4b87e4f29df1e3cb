"""The public holidays of the countries, by name in both languages. Pure; the library `holidays` knows the laws.

Regional ones are left out, because nobody tells us the region of a site: staff close such a day by hand.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from holidays import country_holidays

COUNTRIES = frozenset({"FR", "BE", "IE"})
_ENGLISH, _FRENCH = "en_US", "fr"
# The library has no French for Ireland.
_IRISH_IN_FRENCH = {
    "New Year's Day": "Jour de l’an",
    "Saint Brigid's Day": "Sainte-Brigitte",
    "Saint Patrick's Day": "Saint-Patrick",
    "Easter Monday": "Lundi de Pâques",
    "May Bank Holiday": "Jour férié de mai",
    "June Bank Holiday": "Jour férié de juin",
    "August Bank Holiday": "Jour férié d’août",
    "October Bank Holiday": "Jour férié d’octobre",
    "Christmas Day": "Noël",
    "Saint Stephen's Day": "Saint-Étienne",
}


@lru_cache(maxsize=512)
def holidays_of(country: str, year: int) -> Mapping[date, tuple[str, str]]:
    """The public holidays of a country (FR, BE, IE) in a year: date to English and French name; none for any other."""
    if country not in COUNTRIES:
        return {}
    english = country_holidays(country, years=year, language=_ENGLISH)
    if country == "IE":
        return {day: (name, _IRISH_IN_FRENCH.get(name, name)) for day, name in sorted(english.items())}
    french = country_holidays(country, years=year, language=_FRENCH)
    return {day: (name, french.get(day, name)) for day, name in sorted(english.items())}
