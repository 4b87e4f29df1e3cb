"""Registers the members of staff with Django."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """Tables and a migration history of their own, beside the domain's."""

    name = "portal.members"
    label = "members"
    verbose_name = "Members of staff"
