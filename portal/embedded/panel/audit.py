"""The record of who did what.

The database refuses to change or delete an entry, so none holds what a person may want forgotten: somebody of the API
is "user" and their id, and their address is looked up when the record is shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.embedded.models import AuditEntry, User


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
    ERASED = "erased", _("Erased")


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
# How `str` names a user of the API.
_USER = "user "
# Of so many people with a word in their address the record is searched.
_MOST_PEOPLE = 200


def record(*, actor: str, act: Act, thing: models.Model | None = None, now: datetime, **details: Any) -> AuditEntry:
    """Adds an entry, in the transaction of what it speaks of. `details` hold neither a secret nor anything of a person.

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


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as it is shown: with the addresses that people of the API have today."""

    at: datetime
    actor: str
    act: str
    kind: str
    thing: str


def tell(entries: Iterable[AuditEntry]) -> list[Told]:
    """The entries, for people. One query at most; somebody who is gone stays "user" and an id."""
    entries = list(entries)
    actors = {entry.actor.removeprefix(_USER) for entry in entries if entry.actor.startswith(_USER)}
    ids = actors | {entry.thing_id for entry in entries if entry.kind == "user"}
    addresses = dict(User.objects.filter(pk__in=ids).values_list("pk", "email")) if ids else {}
    return [
        Told(
            at=entry.at,
            actor=addresses.get(entry.actor.removeprefix(_USER), entry.actor),
            act=entry.act,
            kind=entry.kind,
            thing=addresses.get(entry.thing_id, entry.thing) if entry.kind == "user" else entry.thing,
        )
        for entry in entries
    ]


def name_of(thing: models.Model) -> str:
    """What people call a thing."""
    return thing.email if isinstance(thing, User) else str(thing)


def actors_and_things(word: str) -> Q:
    """The entries that a word belongs to: a part of a name, or of the address of somebody of the API."""
    users = list(User.objects.filter(email__icontains=word).values_list("pk", flat=True)[:_MOST_PEOPLE])
    of_people = Q(thing_id__in=users) | Q(actor__in=[f"{_USER}{user}" for user in users])
    return Q(actor__icontains=word) | Q(thing__icontains=word) | of_people
