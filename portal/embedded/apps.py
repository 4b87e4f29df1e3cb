"""Registers the embedded Workways API with Django."""

from django.apps import AppConfig


class EmbeddedConfig(AppConfig):
    """Its own tables and its own migration history, apart from the domain's."""

    name = "portal.embedded"
    label = "embedded"
    verbose_name = "Embedded Workways API"
