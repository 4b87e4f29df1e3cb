"""Dates and instants."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from portal.embedded.answers import Refused
from portal.embedded.blanks import trimmed
from portal.embedded.inputs import Reader
from portal.embedded.readers.texts import is_clean_text

_FIRST_YEAR, _LAST_YEAR = 1970, 2200
_DATE_AND_TIME = re.compile(r"\d{4}-?\d\d-?\d\d[T ]\d\d.*", re.DOTALL)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class StartTime(Reader):
    """A date and a time in ISO 8601, as UTC; without an offset it is UTC already (1.5). Seconds stay, parts of one
    don't.
    """

    name: str

    @property
    def is_exact(self) -> bool:
        """No: not every year is taken, and a leap second is none."""
        return False

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}

    @property
    def refusals(self) -> tuple[str, ...]:
        return (f"Invalid {self.name} format",)

    def __call__(self, value: Any) -> datetime:
        moment = find_moment(value) if isinstance(value, str) else None
        if moment is None:
            raise Refused(self.refusals[0])
        return moment.replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class StartDate(Reader):
    """The document takes a "flexible format" and gives it back as it came: any date or date and time of ISO 8601 will
    do, and day, month and year in the order of the three countries (W57).
    """

    name: str

    @property
    def is_exact(self) -> bool:
        """No: the forms are too many for a schema."""
        return False

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string"}

    @property
    def refusals(self) -> tuple[str, ...]:
        return (f"Invalid {self.name} format",)

    def __call__(self, value: Any) -> str:
        if is_clean_text(value) and (find_moment(value) or _is_date(value) or _is_loose(value)):
            return str(value)
        raise Refused(self.refusals[0])


@dataclass(frozen=True, slots=True)
class Day(Reader):
    """A date in the form YYYY-MM-DD."""

    name: str

    @property
    def is_exact(self) -> bool:
        """No: the year 0 is a date of the format, and none of ours."""
        return False

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}

    @property
    def refusals(self) -> tuple[str, ...]:
        return (f"Invalid {self.name} format",)

    def __call__(self, value: Any) -> date:
        if isinstance(value, str) and _DAY.fullmatch(trimmed(value)):
            try:
                return date.fromisoformat(trimmed(value))
            except ValueError:
                pass
        raise Refused(self.refusals[0])


def find_moment(written: str) -> datetime | None:
    """The instant that a text names, or None.

    A plus sign that a query string turned into a blank is understood. Years outside 1970 to 2200 are none, so that no
    sum of an instant and a duration can leave the calendar.
    """
    written = re.sub(r" (\d\d:?\d\d)$", r"+\1", trimmed(written)) if "T" in written else trimmed(written)
    # Python's own parser would overlook a null byte at the end.
    if not is_clean_text(written) or not _DATE_AND_TIME.fullmatch(written):
        return None
    try:
        moment = datetime.fromisoformat(written)
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _is_date(written: str) -> bool:
    return _parses(lambda: date.fromisoformat(trimmed(written)))


def _is_loose(written: str) -> bool:
    """Day, month and year in the order of the three countries, with or without a time."""
    forms = ("%d/%m/%Y", "%d/%m/%Y %H:%M", "%Y/%m/%d", "%Y/%m/%d %H:%M")
    # Only the form is looked at, so a zone would mean nothing.
    return any(_parses(lambda form=form: datetime.strptime(trimmed(written), form)) for form in forms)  # type: ignore[misc]  # noqa: DTZ007  no zone is needed


def _parses(parse: Callable[[], Any]) -> bool:
    try:
        parse()
    except ValueError:
        return False
    return True
