"""What several pages say of places, ready for their templates."""

from functools import lru_cache
from itertools import groupby

from babel import Locale
from django.utils.translation import get_language

from bookings.catalog.directory import ListedSite
from bookings.catalog.models import Site
from bookings.catalog.queries import AnySite, Country, SiteOverview
from bookings.core.formats import locale_of


def country_name(site: Site | ListedSite) -> str:
    """The site's country in the language of the page, or as the upstream names it where we don't know the country."""
    return _territory(site.country_code, get_language() or "en") or site.country


@lru_cache(maxsize=1024)
def _territory(code: str, language: str) -> str:
    return str(Locale.parse(locale_of(language)).territories.get(code, ""))


def country_of(site: Site | ListedSite) -> Country:
    """The site's country, as addresses and pages name it."""
    return Country(site.country_code or site.country, country_name(site))


def sites_by_country(sites: list[SiteOverview[AnySite]]) -> list[tuple[Country, list[SiteOverview[AnySite]]]]:
    """The sites in groups, by the country's name in the language of the page; in each group as they came."""
    ordered = sorted(sites, key=lambda one: country_name(one.site))
    return [(country, list(group)) for country, group in groupby(ordered, key=lambda one: country_of(one.site))]
