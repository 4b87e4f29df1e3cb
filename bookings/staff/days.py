"""Days that narrow a list down, and the instants between which they lie."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

_TOO_FAR = _("This day is too far away. Look at the year.")
# Wide enough for every row, and narrow enough that no zone's midnight leaves what a date can be.
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)


def day_field(label: Any) -> forms.DateField:
    """A day that may be left open; of this century or the next, the rest is refused with a sentence."""
    return forms.DateField(
        label=label,
        required=False,
        validators=[MinValueValidator(_FIRST_DAY), MaxValueValidator(_LAST_DAY)],
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "invalid": _("This is no date. Write it as year-month-day, such as 2026-11-24."),
            "min_value": _TOO_FAR,
            "max_value": _TOO_FAR,
        },
    )


def instants_between(since: date | None, until: date | None, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """The beginning of the first day and the end of the last one; None where a side is open."""
    return (
        None if since is None else datetime.combine(since, time(), zone),
        None if until is None else datetime.combine(until + timedelta(days=1), time(), zone),
    )
