"""The record of the operator's side can only be added to, and names nobody of the API any more; sums of calls."""

import django.db.models.deletion
from django.db import migrations, models

from portal.append_only import AppendOnly


def name_by_id(apps, schema_editor):
    """Entries of before name people of the API by their address; from now on by "user" and their id."""
    entries, users = apps.get_model("embedded", "AuditEntry"), apps.get_model("embedded", "User")
    ids = dict(users.objects.values_list("email", "pk"))
    for entry in entries.objects.order_by("pk").iterator():
        owner = entry.details.pop("owner", "")
        if owner:
            entry.details["owner"] = ids.get(owner, "")
        if "@" in entry.actor:
            entry.actor = f"user {ids[entry.actor]}" if entry.actor in ids else "user"
        if entry.kind == "user":
            entry.thing = f"user {entry.thing_id}"
        entry.save(update_fields=["actor", "thing", "details"])


class Migration(migrations.Migration):

    dependencies = [
        ('embedded', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ApiUseDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('calls', models.PositiveIntegerField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='embedded.user')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'day'), name='one_sum_of_uses_per_day')],
            },
        ),
        # Addresses that were taken out don't come back when the migration is undone.
        migrations.RunPython(name_by_id, migrations.RunPython.noop),
        AppendOnly('AuditEntry'),
    ]
