from zoneinfo import ZoneInfoNotFoundError

import pytest

from bookings.core.zones import country_code, is_zone, zone, zone_of_country


@pytest.mark.parametrize(
    ("name", "code", "zone_name"),
    [
        ("France", "FR", "Europe/Paris"),
        ("france ", "FR", "Europe/Paris"),
        ("FR", "FR", "Europe/Paris"),
        ("Belgium", "BE", "Europe/Brussels"),
        ("Belgique", "BE", "Europe/Brussels"),
        ("Ireland", "IE", "Europe/Dublin"),
        ("ie", "IE", "Europe/Dublin"),
        ("Atlantis", "", "Europe/Paris"),
        ("", "", "Europe/Paris"),
    ],
)
def test_country_leads_to_its_zone(name: str, code: str, zone_name: str) -> None:
    assert (country_code(name), zone_of_country(name)) == (code, zone_name)


def test_only_names_of_zones_are_zones() -> None:
    assert is_zone("Europe/Dublin")
    assert not is_zone("Europe/Atlantis")
    with pytest.raises(ZoneInfoNotFoundError):
        zone("Europe/Atlantis")
