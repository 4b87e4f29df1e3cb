"""Registers the domain with Django."""

from django.apps import AppConfig
from django.urls import register_converter

from bookings.core.converters import ReferenceConverter, WorkwaysIdConverter


class BookingsConfig(AppConfig):
    """One app, one migration history."""

    name = "bookings"
    verbose_name = "Workways booking portal"

    def ready(self) -> None:
        """Makes the system checks known, and what the parts of addresses look like."""
        register_converter(ReferenceConverter, "reference")
        register_converter(WorkwaysIdConverter, "workways_id")
        from bookings.upstream_calls import signals  # Imported here, because it needs the models.

        signals.connect()
        from portal import checks  # noqa: F401  Checks can only be registered once the apps are loaded.
