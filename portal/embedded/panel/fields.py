"""Form fields for what staff type: euros, opening hours, days."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
_EURO = re.compile(r"(\d{1,7})(?:[.,](\d{1,2}))?")
_RANGE = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class Euro:
    """An amount for the page's `money` filter."""

    minor: int
    currency: str = "EUR"

    @property
    def amount(self) -> Decimal:
        """In euros."""
        return Decimal(self.minor) / 100


class EuroField(forms.CharField):
    """An amount typed in euro ("45", "45.50", "1 250,50 €") and kept in minor units; empty is `empty_minor`."""

    default_error_messages = {"euro": _("Write an amount in euro, such as 45 or 45.50.")}

    def __init__(self, *, empty_minor: int | None = None, **options: Any) -> None:
        super().__init__(max_length=20, required=False, **options)
        self.empty_minor = empty_minor
        self.widget.attrs["inputmode"] = "decimal"

    def to_python(self, value: Any) -> Any:
        """The minor units. Raises ValidationError."""
        written = re.sub(r"[\s€]", "", super().to_python(value) or "")
        if not written:
            return self.empty_minor
        found = _EURO.fullmatch(written)
        if found is None:
            raise ValidationError(self.error_messages["euro"], code="euro")
        return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))

    def run_validators(self, value: Any) -> None:
        """The text's own limits were the widget's; a number has none left."""

    def prepare_value(self, value: Any) -> Any:
        """Minor units as people write them; what somebody typed stays as it was."""
        return written_euro(value) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compared as amounts, so that "45" and "45.00" are the same."""
        try:
            return bool(self.to_python(data) != (self.empty_minor if initial in (None, "") else initial))
        except ValidationError:
            return True


def written_euro(minor: int | None) -> str:
    """ "45", or "45.50"; "" for none."""
    if minor is None:
        return ""
    whole, cents = divmod(minor, 100)
    return f"{whole}.{cents:02}" if cents else str(whole)


class HoursField(forms.CharField):
    """Opening hours such as "09:00-18:00", or several ranges with commas between them; empty is closed."""

    default_error_messages = {
        "hours": _("Write hours such as 09:00-18:00, or 09:00-12:00, 14:00-18:00. Leave it empty for closed."),
        "order": _("Each range must end after it starts, and after the one before it."),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=100, required=False, **options)

    def clean(self, value: Any) -> str:
        """The hours in the document's form. Raises ValidationError."""
        written = str(super().clean(value)).strip()
        if not written:
            return ""
        end_of_last = -1
        ranges = []
        for part in written.split(","):
            start, end = self._range(part.strip())
            if not end_of_last < start < end:
                raise ValidationError(self.error_messages["order"], code="order")
            end_of_last = end
            ranges.append(f"{_clock(start)}-{_clock(end)}")
        return ", ".join(ranges)

    def _range(self, part: str) -> tuple[int, int]:
        found = _RANGE.fullmatch(part)
        if found is not None:
            hour, minute, end_hour, end_minute = (int(number) for number in found.groups())
            start, end = hour * 60 + minute, end_hour * 60 + end_minute
            if minute < 60 and end_minute < 60 and start < 24 * 60 and end <= 24 * 60:
                return start, end
        raise ValidationError(self.error_messages["hours"], code="hours")


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


class DayField(forms.DateField):
    """A day of this century."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "min": FIRST_DAY, "max": LAST_DAY})
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **options)

    def clean(self, value: Any) -> date | None:
        """Raises ValidationError for another century, where no calendar of ours reaches."""
        day: date | None = super().clean(value)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(_("Choose a day between 2000 and 2100."), code="day")
        return day


class ClockField(forms.TimeField):
    """A time of day in hours and minutes."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        super().__init__(widget=widget, input_formats=["%H:%M", "%H:%M:%S"], **options)


def instant_of(day: date, moment: time, zone: ZoneInfo) -> datetime:
    """The instant at which the wall clock of a zone shows this; the first of two.

    Raises ValidationError for a time that the clock leaps over in spring.
    """
    wall = datetime.combine(day, moment.replace(tzinfo=None), zone)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise ValidationError(_("The clocks go forward over this time that day. Choose another one."), code="gap")
    return instant
