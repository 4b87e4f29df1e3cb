"""Gives everybody who is of staff already a role that loses them nothing: superusers admin, others manager."""

from django.db import migrations

MANAGER, ADMIN = 30, 40


def make_members(apps, schema_editor):
    User = apps.get_model("auth", "User")
    Member = apps.get_model("members", "Member")
    Member.objects.bulk_create(
        Member(user=user, role=ADMIN if user.is_superuser else MANAGER)
        for user in User.objects.filter(is_staff=True).order_by("pk")
    )


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]
    # Backwards there is nothing to do: the table goes with the migration before.
    operations = [migrations.RunPython(make_members, migrations.RunPython.noop)]
