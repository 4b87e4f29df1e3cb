"""Queries that each call asks, put into SQL once: making their text anew takes longer than the database's answer."""

from collections.abc import Callable
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection
from django.db.models import QuerySet

# Stands in a query where each call's own value goes.
GIVEN = "<given by each call>"

_Row = TypeVar("_Row", bound=NamedTuple)


class Question(Generic[_Row]):
    """One query for at most one row, whose columns are the names of `row`; a foreign key's end with `_id`.

    `build` makes the query, with `GIVEN` for the value, a text. It is called when the question is first asked.
    """

    def __init__(self, row: type[_Row], build: Callable[[], QuerySet[Any]]) -> None:
        self._row = row
        self._build = build
        self._compiled = cache(self._compile)

    def find(self, value: str) -> _Row | None:
        """The row for a value, or None when there is none."""
        sql, params, convert = self._compiled()
        with connection.cursor() as cursor:
            cursor.execute(sql, [value if param == GIVEN else param for param in params])
            found = cursor.fetchone()
        return None if found is None else self._row(*convert(found))

    def _compile(self) -> tuple[str, tuple[Any, ...], Callable[[tuple[Any, ...]], Any]]:
        query = self._build().order_by().values_list(*self._row._fields).query
        compiler: Any = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        # SQLite has no truth values and no instants, so those are made from what it has.
        converters = compiler.get_converters([selected[0] for selected in compiler.select])
        if not converters:
            return sql, params, lambda found: found
        return sql, params, lambda found: next(compiler.apply_converters([found], converters))
