"""Values for any column of a table, for tests that go through all of them."""

from datetime import timedelta
from typing import Any

from django.db import models

from portal import clock
from tests.factories import make_room, make_site


def other_value(model: type[models.Model], name: str) -> Any:
    """A value that this column of a site, a room or a picture made here doesn't have."""
    if name in ("site_id", "room_id"):
        return make_site().pk if name == "site_id" else make_room().pk
    if name == "zone_override":
        return "Europe/Dublin"
    if name == "vat_wording":
        return "excluded"
    kind = model._meta.get_field(name).get_internal_type()
    if kind == "DateTimeField":
        return clock.now() + timedelta(minutes=5)
    return {"PositiveIntegerField": 77, "PositiveSmallIntegerField": 7, "BooleanField": True}.get(kind, "b" * 24)
