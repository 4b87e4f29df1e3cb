"""Who was of staff before there were roles loses nothing."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE, AFTER = [("members", "0001_initial")], [("members", "0002_present_staff")]


@pytest.mark.django_db(transaction=True)
def test_present_staff_become_managers_and_superusers_admins() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    users = executor.loader.project_state(BEFORE).apps.get_model("auth", "User")
    for name, is_staff, is_superuser in (("root", True, True), ("sofia", True, False), ("olaf", False, False)):
        users.objects.create(username=name, is_staff=is_staff, is_superuser=is_superuser)

    executor = MigrationExecutor(connection)
    executor.migrate(AFTER)

    members = executor.loader.project_state(AFTER).apps.get_model("members", "Member")
    roles = dict(members.objects.values_list("user__username", "role"))
    newest = MigrationExecutor(connection)
    newest.migrate(newest.loader.graph.leaf_nodes())
    assert roles == {"root": 40, "sofia": 30}
