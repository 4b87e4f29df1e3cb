"""The catalog's stamp changes with everything that pages show of a site or a room, not only with what lists show."""

from importlib import import_module

from django.db import migrations

_directory = import_module("bookings.migrations.0003_directory")
_own = import_module("bookings.migrations.0006_own_places")
# What each refresh of the catalog writes, and no page shows as it stands.
_LEFT_OUT = ("id", "seen_at")


def watch_all(apps, schema_editor):
    """New triggers for the tables of sites and rooms, on all columns but those left out."""
    for table, model in (("bookings_site", "Site"), ("bookings_room", "Room")):
        columns = [field.column for field in apps.get_model("bookings", model)._meta.concrete_fields]
        _directory.drop_triggers_of(schema_editor, table)
        _directory.make_triggers_of(schema_editor, table, [name for name in columns if name not in _LEFT_OUT])


def watch_as_before(apps, schema_editor):
    """The triggers as they were."""
    for table, columns in _own.WATCHED.items():
        _directory.drop_triggers_of(schema_editor, table)
        _directory.make_triggers_of(schema_editor, table, (*_directory.WATCHED[table], *columns))


class Migration(migrations.Migration):

    dependencies = [
        ("bookings", "0017_figures_by_room"),
    ]

    operations = [migrations.RunPython(watch_all, watch_as_before)]
