"""Registers the domain with Django."""

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    """One app, one migration history."""

    name = "bookings"
    verbose_name = "Workways booking portal"

    def ready(self) -> None:
        """Makes the system checks known."""
        from portal import checks  # noqa: F401  Checks can only be registered once the apps are loaded.
