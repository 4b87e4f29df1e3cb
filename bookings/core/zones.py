"""Which zone a site's wall clock shows."""

from zoneinfo import ZoneInfo, available_timezones

ZONE_BY_COUNTRY = {"FR": "Europe/Paris", "BE": "Europe/Brussels", "IE": "Europe/Dublin"}
_CODE_BY_NAME = {"france": "FR", "belgium": "BE", "belgique": "BE", "ireland": "IE", "irlande": "IE"}


def country_code(name: str) -> str:
    """The two-letter code of a country as the upstream names it in English, or "" for one we don't know."""
    folded = name.strip().casefold()
    return folded.upper() if len(folded) == 2 else _CODE_BY_NAME.get(folded, "")


def zone_of_country(name: str) -> str:
    """The zone's name for a country; Paris where the country is none of ours, which staff can override per site."""
    return ZONE_BY_COUNTRY.get(country_code(name), "Europe/Paris")


def is_zone(name: str) -> bool:
    """Is this a zone that we know?"""
    return name in available_timezones()


def zone(name: str) -> ZoneInfo:
    """The zone itself. Raises ZoneInfoNotFoundError for a name that isn't one."""
    return ZoneInfo(name)
