"""What pages read of the catalog."""

from django.core.cache import cache

from bookings.catalog.models import OperatorSettings


def operator_settings() -> OperatorSettings:
    """Who runs this portal; cached for half a minute, because every page asks."""
    kept = cache.get("operator-settings")
    if kept is None:
        kept = OperatorSettings.objects.first() or OperatorSettings()
        cache.set("operator-settings", kept, 30)
    return kept
