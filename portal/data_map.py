"""The data map: of every table and field, whether it is personal, of whom, why it is kept, how it is erased.

    Table("bookings.BookingRequest", whose=Whose.GUEST, why=_("..."),
          find=lambda person: Q(pk__in=person.of("requests")),
          personal={"email": How.ADDRESS, "name": How.NAME, "notes": How.BLANK},
          plain="reference state room start end")

Each part of the portal keeps its own list, `TABLES`, in a module that `PARTS` names. Erasing and exporting go by the
map (bookings/personal_data), so what stands here is what happens; a test compares it with the models, and a field
without a place in it fails. `plain` names the fields that say nothing of a person, separated by blanks. Of a table
whose rows go (`rows_go`) every personal field goes with them.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

PARTS = [
    "bookings.personal_data.guests",
    "bookings.personal_data.places",
    "portal.members.data_map",
    "portal.embedded.data_map",
]


class Whose(models.TextChoices):
    """Whom a table speaks of."""

    GUEST = "guest", _("Guests")
    MEMBER = "member", _("Members of staff")
    WORKWAYS = "workways", _("People in the embedded Workways data")
    NOBODY = "nobody", _("Nobody")


class How(Enum):
    """What takes the place of a personal field when its person is erased."""

    ADDRESS = "address"
    NAME = "name"
    BLANK = "blank"
    KEPT = "kept"


HOW_IN_WORDS = {
    How.ADDRESS: _("An opaque address takes its place"),
    How.NAME: _("An opaque word takes its place"),
    How.BLANK: _("Emptied"),
    How.KEPT: _("Stays"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """What belongs to one person: an address, and the keys of the things that other rows hang on, by their kind."""

    email: str
    keys: Mapping[str, Collection[Any]] = field(default_factory=dict)

    def of(self, kind: str) -> Collection[Any]:
        """The keys of the things of this kind; none where there are none."""
        return self.keys.get(kind, ())


def nobodys(person: Person) -> Q:
    """No row at all: for tables that hold nothing of guests."""
    return Q(pk__in=[])


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of the map.

    `title` is what people call it. `find` tells which of its rows are of a person. `hidden` are fields that no export
    holds, since they open or prove something. `empty` gives a value of its own for a field that can't be empty.
    """

    model: str
    whose: Whose
    title: Any = ""
    why: Any = ""
    find: Callable[[Person], Q] = nobodys
    rows_go: bool = False
    personal: Mapping[str, How] = field(default_factory=dict)
    plain: str = ""
    hidden: str = ""
    empty: Mapping[str, Callable[[], Any]] = field(default_factory=dict)

    @property
    def rows(self) -> "models.QuerySet[Any]":
        """All of its rows."""
        rows: models.QuerySet[Any] = apps.get_model(self.model)._default_manager.all()
        return rows

    @property
    def name(self) -> str:
        """What the database calls its model."""
        return self.model.partition(".")[2]

    def field_names(self) -> list[str]:
        """Every field that the map speaks of."""
        return [*self.personal, *self.plain.split()]

    def blank(self, name: str) -> Any:
        """What an emptied field holds."""
        if name in self.empty:
            return self.empty[name]()
        found = apps.get_model(self.model)._meta.get_field(name)
        if found.null:
            return None
        return found.get_default() if isinstance(found, models.JSONField) else ""


@cache
def tables() -> tuple[Table, ...]:
    """The whole map, in the order of `PARTS`."""
    return tuple(table for part in PARTS for table in import_string(f"{part}.TABLES"))


def tables_of(whose: Whose) -> list[Table]:
    """Those that speak of such people."""
    return [table for table in tables() if table.whose == whose]
