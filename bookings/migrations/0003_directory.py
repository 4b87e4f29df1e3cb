"""Lets the database itself give the catalog a new stamp whenever anything in the directory of rooms changes.

On SQLite a later migration that rebuilds one of these tables drops its triggers; then tests/bookings/catalog/
test_directory.py fails, and that migration has to run `make_triggers` again.
"""

from django.db import migrations

# table -> its columns that the directory holds
WATCHED = {
    "bookings_site": ("workways_id", "name", "country", "zone_override", "vanished_at"),
    "bookings_room": (
        "site_id",
        "workways_id",
        "public_name",
        "type",
        "surface",
        "min_people",
        "max_people",
        "seats",
        "configuration",
        "equipment",
        "min_minutes",
        "max_minutes",
        "step_minutes",
        "hours_week",
        "hours_saturday",
        "hours_sunday",
        "hour_minor",
        "half_day_minor",
        "day_minor",
        "month_minor",
        "vanished_at",
    ),
    "bookings_roompicture": ("room_id", "digest", "width", "height"),
    # Of a feed only whether there is one; what it says is read by each search.
    "bookings_feed": ("room_id",),
}
_FUNCTION = """
CREATE FUNCTION bookings_draw_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO bookings_catalogstamp (id, stamp) VALUES (1, hashtextextended(gen_random_uuid()::text, 0))
  ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp;
  RETURN NULL;
END $$
"""
# Two statements, because a conflict clause inside a trigger gives way to that of the statement which set it off.
_DRAW = (
    "BEGIN DELETE FROM bookings_catalogstamp; INSERT INTO bookings_catalogstamp (id, stamp) VALUES (1, random()); END"
)
_LONG = {
    "postgresql": """ "end" - start > interval '1 day' """,
    "sqlite": """ julianday("end") - julianday(start) > 1.0 """,
}


def make_triggers(apps, schema_editor):
    """The triggers, and a first stamp."""
    is_postgres = schema_editor.connection.vendor == "postgresql"
    if is_postgres:
        schema_editor.execute(_FUNCTION)
    for table, columns in WATCHED.items():
        make_triggers_of(schema_editor, table, columns)
    draw = "hashtextextended(gen_random_uuid()::text, 0)" if is_postgres else "random()"
    schema_editor.execute(f"INSERT INTO bookings_catalogstamp (id, stamp) VALUES (1, {draw})")  # noqa: S608 (our own words)


def make_triggers_of(schema_editor, table, columns):
    """Those of one table."""
    is_postgres = schema_editor.connection.vendor == "postgresql"
    old, new = (", ".join(f"{side}.{column}" for column in columns) for side in ("OLD", "NEW"))
    updated = f"UPDATE OF {', '.join(columns)}"
    if is_postgres:
        schema_editor.execute(
            f"CREATE TRIGGER {table}_comes_or_goes AFTER INSERT OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION bookings_draw_stamp()"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_changes AFTER {updated} ON {table} FOR EACH ROW "
            f"WHEN (ROW({old}) IS DISTINCT FROM ROW({new})) EXECUTE FUNCTION bookings_draw_stamp()"
        )
    else:
        for name, event in (("comes", "INSERT"), ("goes", "DELETE")):
            schema_editor.execute(f"CREATE TRIGGER {table}_{name} AFTER {event} ON {table} {_DRAW}")
        differs = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
        schema_editor.execute(f"CREATE TRIGGER {table}_changes AFTER {updated} ON {table} WHEN {differs} {_DRAW}")


def drop_triggers_of(schema_editor, table):
    """Those of one table, as far as they are there."""
    is_postgres = schema_editor.connection.vendor == "postgresql"
    for name in ("comes_or_goes", "changes") if is_postgres else ("comes", "goes", "changes"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}" + (f" ON {table}" if is_postgres else ""))


def drop_triggers(apps, schema_editor):
    """Leaves everything as it was."""
    is_postgres = schema_editor.connection.vendor == "postgresql"
    for table in WATCHED:
        drop_triggers_of(schema_editor, table)
    if is_postgres:
        schema_editor.execute("DROP FUNCTION bookings_draw_stamp()")
    schema_editor.execute("DELETE FROM bookings_catalogstamp")


def make_index(apps, schema_editor):
    """Busy spans longer than a day by themselves, so that a search need not look back for them through all others."""
    schema_editor.execute(
        'CREATE INDEX bookings_busyspan_long ON bookings_busyspan (start, "end", room_id) '
        f"WHERE {_LONG[schema_editor.connection.vendor]}"
    )


def drop_index(apps, schema_editor):
    """Leaves everything as it was."""
    schema_editor.execute("DROP INDEX bookings_busyspan_long")


class Migration(migrations.Migration):
    dependencies = [("bookings", "0002_watches_and_changes")]

    operations = [
        migrations.RunPython(make_triggers, drop_triggers),
        migrations.RunPython(make_index, drop_index),
    ]
