"""A way to ask the database that Django doesn't have."""

from typing import TYPE_CHECKING, Any

from django.db.models.lookups import Lookup

if TYPE_CHECKING:
    _Lookup = Lookup[str]
else:
    # Only the checker knows what is compared.
    _Lookup = Lookup

_LAST = "\U0010ffff"


class Begins(_Lookup):
    """`filter(Begins(F("word"), "mar"))`: begins with it, letter for letter, found by an index on both databases.

    Django's own `startswith` is a LIKE with ESCAPE, for which SQLite takes no index; here it gets the two ends of the
    range. PostgreSQL takes an index for LIKE when its operator class is varchar_pattern_ops.
    """

    lookup_name = "begins"

    @property
    def beginning(self) -> str:
        """The text itself, which Django wraps where the field is only known by name."""
        return str(getattr(self.rhs, "value", self.rhs))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """A LIKE without wildcards but the one at its end."""
        field, parameters = self.process_lhs(compiler, connection)
        return f"{field} LIKE %s", (*parameters, f"{connection.ops.prep_for_like_query(self.beginning)}%")

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """From the beginning itself to the last text that has it."""
        field, parameters = self.process_lhs(compiler, connection)
        return f"({field} >= %s AND {field} < %s)", (
            *parameters,
            self.beginning,
            *parameters,
            f"{self.beginning}{_LAST}",
        )
