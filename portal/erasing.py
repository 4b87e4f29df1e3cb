"""Erases and exports by the data map (portal.data_map): whoever knows what belongs to a person hands it in."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Q, Value

from portal.data_map import How, Person, Table

_SCRUBBED = (models.CharField, models.TextField)


def count_rows(tables: Sequence[Table], person: Person) -> dict[str, int]:
    """How many rows of each table are of the person; tables without one are left out. One query."""
    counted = [
        table.rows.filter(table.find(person))
        .order_by()
        .values(of_table=Value(table.name))
        .annotate(of_person=Count("pk"))
        for table in tables
    ]
    found = dict(counted[0].union(*counted[1:], all=True).values_list("of_table", "of_person"))
    return {table.name: found[table.name] for table in tables if found.get(table.name)}


def erase_rows(tables: Iterable[Table], person: Person, *, word: str, email: str) -> dict[str, int]:
    """Deletes the person's rows, or puts `word` and `email` in the person's place; how many rows of which table.

    In the transaction of the caller, who has locked what others may be changing.
    """
    touched: dict[str, int] = {}
    for table in tables:
        rows = table.rows.filter(table.find(person))
        if table.rows_go:
            count = rows.count()
            rows.delete()
        else:
            values = {name: _in_place(table, name, how, word, email) for name, how in table.personal.items()}
            count = rows.update(**{name: value for name, value in values.items() if value is not How.KEPT})
        if count:
            touched[table.name] = count
    return touched


def scrub_mentions(tables: Iterable[Table], address: str, *, word: str) -> int:
    """Puts `word` in the place of an address that somebody wrote into a text about somebody else; how many texts."""
    spellings = [address, address.replace("@", "%40")]
    written = re.compile("|".join(map(re.escape, spellings)), re.IGNORECASE)
    scrubbed = 0
    for table in tables:
        for name in _free_texts(table):
            mentions = Q(**{f"{name}__icontains": spellings[0]}) | Q(**{f"{name}__icontains": spellings[1]})
            for pk, text in list(table.rows.filter(mentions).values_list("pk", name)):
                table.rows.filter(pk=pk).update(**{name: written.sub(word, text)})
                scrubbed += 1
    return scrubbed


def export_rows(tables: Iterable[Table], person: Person) -> dict[str, list[dict[str, Any]]]:
    """Everything that the tables hold of the person, but what opens or proves something: a list of rows for each."""
    told: dict[str, list[dict[str, Any]]] = {}
    for table in tables:
        hidden = set(table.hidden.split())
        names = [name for name in table.field_names() if name not in hidden]
        rows = list(table.rows.filter(table.find(person)).order_by("pk").values(*names))
        if rows:
            told[table.name] = rows
    return told


def _in_place(table: Table, name: str, how: How, word: str, email: str) -> Any:
    match how:
        case How.ADDRESS:
            return email
        case How.NAME:
            return word
        case How.BLANK:
            return table.blank(name)
        case How.KEPT:
            return How.KEPT


def _free_texts(table: Table) -> list[str]:
    """The fields in which people write what they like."""
    if table.rows_go:
        return []
    model = apps.get_model(table.model)
    blanked = [name for name, how in table.personal.items() if how == How.BLANK]
    return [name for name in blanked if isinstance(model._meta.get_field(name), _SCRUBBED)]
