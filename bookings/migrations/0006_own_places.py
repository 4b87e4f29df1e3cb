"""What the operator says of sites and rooms, and closures; and the catalog's stamp for whatever of it lists show."""

from importlib import import_module

import bookings.catalog.own
import django.db.models.deletion
import portal.clock
from django.db import migrations, models


_directory = import_module("bookings.migrations.0003_directory")
_OF_BOTH = (
    "is_hidden",
    "position",
    "own_name_en",
    "own_name_fr",
    "own_hours_week",
    "own_hours_saturday",
    "own_hours_sunday",
    "closings",
)
# table -> what the directory holds of it from here on, beside what it held before
WATCHED = {
    "bookings_site": (*_OF_BOTH, "holidays_on", "holidays_open", "vat_wording"),
    "bookings_room": (*_OF_BOTH, "own_picture", "own_picture_width", "own_picture_height"),
}


def watch_more(apps, schema_editor):
    """New triggers for the tables that were changed; SQLite lost the old ones with the old tables."""
    for table, columns in WATCHED.items():
        _directory.drop_triggers_of(schema_editor, table)
        _directory.make_triggers_of(schema_editor, table, (*_directory.WATCHED[table], *columns))


def drop(apps, schema_editor):
    """Before the columns go that the triggers watch."""
    for table in WATCHED:
        _directory.drop_triggers_of(schema_editor, table)


def watch_as_before(apps, schema_editor):
    """The triggers as they were."""
    for table in WATCHED:
        _directory.make_triggers_of(schema_editor, table, _directory.WATCHED[table])


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0005_upstream_calls'),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, watch_as_before),
        migrations.AddField(
            model_name='room',
            name='closings',
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.AddField(
            model_name='room',
            name='house_rules_en',
            field=models.TextField(blank=True, max_length=4000),
        ),
        migrations.AddField(
            model_name='room',
            name='house_rules_fr',
            field=models.TextField(blank=True, max_length=4000),
        ),
        migrations.AddField(
            model_name='room',
            name='is_hidden',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='room',
            name='own_description_en',
            field=models.TextField(blank=True, max_length=4000),
        ),
        migrations.AddField(
            model_name='room',
            name='own_description_fr',
            field=models.TextField(blank=True, max_length=4000),
        ),
        migrations.AddField(
            model_name='room',
            name='own_hours_saturday',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='room',
            name='own_hours_sunday',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='room',
            name='own_hours_week',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='room',
            name='own_name_en',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='room',
            name='own_name_fr',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='room',
            name='own_picture',
            field=models.CharField(blank=True, help_text='SHA-256 of the uploaded bytes', max_length=64),
        ),
        migrations.AddField(
            model_name='room',
            name='own_picture_height',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='room',
            name='own_picture_width',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='room',
            name='position',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='site',
            name='address',
            field=models.TextField(blank=True, max_length=400),
        ),
        migrations.AddField(
            model_name='site',
            name='closings',
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.AddField(
            model_name='site',
            name='contact_email',
            field=models.EmailField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name='site',
            name='contact_phone',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name='site',
            name='holidays_on',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='site',
            name='holidays_open',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='site',
            name='house_rules_en',
            field=models.TextField(blank=True, max_length=4000),
        ),
        migrations.AddField(
            model_name='site',
            name='house_rules_fr',
            field=models.TextField(blank=True, max_length=4000),
        ),
        migrations.AddField(
            model_name='site',
            name='is_hidden',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='site',
            name='own_description_en',
            field=models.TextField(blank=True, max_length=4000),
        ),
        migrations.AddField(
            model_name='site',
            name='own_description_fr',
            field=models.TextField(blank=True, max_length=4000),
        ),
        migrations.AddField(
            model_name='site',
            name='own_hours_saturday',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='site',
            name='own_hours_sunday',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='site',
            name='own_hours_week',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='site',
            name='own_name_en',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='site',
            name='own_name_fr',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='site',
            name='own_picture',
            field=models.CharField(blank=True, help_text='SHA-256 of the uploaded bytes', max_length=64),
        ),
        migrations.AddField(
            model_name='site',
            name='own_picture_height',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='site',
            name='own_picture_width',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='site',
            name='position',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='site',
            name='vat_wording',
            field=models.CharField(blank=True, choices=[('unsaid', 'Say nothing of VAT'), ('excluded', 'Prices are without VAT'), ('included', 'Prices include VAT')], max_length=10),
        ),
        migrations.CreateModel(
            name='Closure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField()),
                ('from_time', models.TimeField(blank=True, null=True)),
                ('last_day', models.DateField()),
                ('until_time', models.TimeField(blank=True, null=True)),
                ('reason_en', models.CharField(blank=True, max_length=200)),
                ('reason_fr', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(default=portal.clock.now)),
                ('room', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='closures', to='bookings.room')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='closures', to='bookings.site')),
            ],
            options={
                'ordering': ['first_day', 'pk'],
            },
        ),
        migrations.RunPython(watch_more, drop),
    ]
