"""Tables to which rows are only added: the database itself refuses to change or delete one.

    operations = [..., AppendOnly("AuditRow")]

in a migration, after the model is made. PostgreSQL and SQLite get triggers, which raise django.db.IntegrityError for
whoever tries, by the ORM or by hand. `flush` (bookings/management/commands) empties such a table all the same, since it
empties everything: `lifted` takes the triggers away for it and puts them back.

SQLite changes a table by making it anew, and the triggers are gone with the old one: a migration that changes such a
table repeats the operation.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.operations.base import Operation

_MARK = "_append_only"
_WORDS = "Rows of {table} are never changed or deleted."


class AppendOnly(Operation):
    """From here on, rows of this model's table can be added and read, and nothing else."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Makes the triggers."""
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        for statement in _makers(schema_editor.connection.vendor, table):
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Takes the triggers away."""
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        for statement in _droppers(schema_editor.connection.vendor, table):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        """As `migrate` names it."""
        return f"Let the database refuse to change or delete rows of {self.model_name}"

    @property
    def migration_name_fragment(self) -> str:
        """The part of a migration's name."""
        return f"{self.model_name.lower()}_append_only"


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Everything can be emptied meanwhile, in one transaction; afterwards the triggers stand as before."""
    with transaction.atomic(using=connection.alias):
        if connection.vendor == "postgresql":
            triggers = _triggers(connection, "SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgname LIKE %s")
            away = [f'ALTER TABLE {table} DISABLE TRIGGER "{name}"' for table, name in triggers]
            back = [f'ALTER TABLE {table} ENABLE TRIGGER "{name}"' for table, name in triggers]
        else:
            triggers = _triggers(
                connection, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
            )
            away = [f'DROP TRIGGER "{name}"' for name, _sql in triggers]
            back = [sql for _name, sql in triggers]
        _run(connection, away)
        yield
        _run(connection, back)


def _triggers(connection: BaseDatabaseWrapper, query: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(query, [f"%{_MARK}%"])
        return [(str(row[0]), str(row[1])) for row in cursor.fetchall()]


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _makers(vendor: str, table: str) -> list[str]:
    name, words = f"{table}{_MARK}", _WORDS.format(table=table)
    if vendor == "postgresql":
        refuse = f"BEGIN RAISE EXCEPTION '{words}' USING ERRCODE = 'restrict_violation'; END"
        call = f'EXECUTE FUNCTION "{name}"()'
        trigger = f'CREATE OR REPLACE TRIGGER "{name}'
        return [
            f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$ {refuse} $$',
            f'{trigger}_row" BEFORE UPDATE OR DELETE ON "{table}" FOR EACH ROW {call}',
            f'{trigger}_table" BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT {call}',
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
    is_there = f'EXISTS (SELECT 1 FROM "{table}" WHERE id = NEW.id)'  # noqa: S608  A model's own table.
    trigger = f'CREATE TRIGGER IF NOT EXISTS "{name}'
    return [
        f'{trigger}_update" BEFORE UPDATE ON "{table}" {refuse}',
        f'{trigger}_delete" BEFORE DELETE ON "{table}" {refuse}',
        # INSERT OR REPLACE deletes without a word to the trigger above.
        f'{trigger}_replace" BEFORE INSERT ON "{table}" WHEN {is_there} {refuse}',
    ]


def _droppers(vendor: str, table: str) -> list[str]:
    name = f"{table}{_MARK}"
    if vendor == "postgresql":
        return [
            f'DROP TRIGGER "{name}_table" ON "{table}"',
            f'DROP TRIGGER "{name}_row" ON "{table}"',
            f'DROP FUNCTION "{name}"()',
        ]
    return [f'DROP TRIGGER "{name}_{what}"' for what in ("replace", "delete", "update")]
