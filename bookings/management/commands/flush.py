"""`manage.py flush`: Django's own, for a database that has tables to which rows are only added."""

from typing import Any

from django.core.management.commands import flush
from django.db import connections

from portal.append_only import lifted


class Command(flush.Command):
    """Empties every table, those of the records included."""

    def handle(self, **options: Any) -> None:
        """What Django does, while the records give way."""
        with lifted(connections[options["database"]]):
            super().handle(**options)
