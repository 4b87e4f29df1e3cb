"""The record of who did what."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.embedded.models import AuditEntry


class Act(models.TextChoices):
    """What can be done to a thing."""

    CREATED = "created", _("Created")
    CHANGED = "changed", _("Changed")
    ARCHIVED = "archived", _("Archived")
    RESTORED = "restored", _("Restored")
    CANCELLED = "cancelled", _("Cancelled")
    LIFTED = "lifted", _("Lifted")
    PICTURE_SET = "picture_set", _("Picture uploaded")
    PICTURE_DROPPED = "picture_dropped", _("Picture removed")
    RENTED = "rented", _("Rented")
    GIVEN_BACK = "given_back", _("Given back")
    DEVELOPER_MADE = "developer_made", _("Made a developer")
    TOKEN_CREATED = "token_created", _("Token created")
    TOKEN_REGENERATED = "token_regenerated", _("Token regenerated")
    TOKEN_DELETED = "token_deleted", _("Token deleted")
    TOKEN_DEACTIVATED = "token_deactivated", _("Token deactivated")
    QUOTA_SET = "quota_set", _("Quotas set")
    IMPORTED = "imported", _("Imported")
    REFRESHED = "refreshed", _("Refresh asked for")


ACTS: dict[str, Any] = dict(Act.choices)
KINDS = {
    "site": _("Site"),
    "room": _("Room"),
    "rate": _("Rate"),
    "organization": _("Organization"),
    "user": _("User"),
    "meeting": _("Meeting"),
    "closure": _("Closure"),
    "token": _("Token"),
    "rooms": _("Rooms"),
    "users": _("Users"),
    "portal": _("Portal"),
}
_LONGEST_NAME = 300


def record(*, actor: str, act: Act, thing: models.Model | None = None, now: datetime, **details: Any) -> AuditEntry:
    """Adds an entry, in the transaction of what it speaks of. `details` never hold a secret.

    Without a thing, `details` name the `kind` and `name` of what was done.
    """
    kind = details.pop("kind", thing._meta.model_name if thing is not None else "")
    name = details.pop("name", str(thing) if thing is not None else "")
    return AuditEntry.objects.create(
        at=now,
        actor=actor[:150],
        act=act,
        kind="token" if kind == "apitoken" else kind,
        thing_id=str(thing.pk) if thing is not None else "",
        thing=name[:_LONGEST_NAME],
        details=details,
    )


def name_of(thing: models.Model) -> str:
    """What people call a thing."""
    return str(getattr(thing, "email", "") or thing) if thing._meta.model_name == "user" else str(thing)
