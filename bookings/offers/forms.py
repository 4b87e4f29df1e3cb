"""What an address may ask a price for."""

from datetime import date as Day
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.availability.hours import find_start
from bookings.catalog.models import Room
from bookings.core.timespan import TimeSpan

_LONGEST_MINUTES = 24 * 60
_MOST_PEOPLE = 1000
_FURTHEST = timedelta(days=2 * 366)


class PriceForm(forms.Form):
    """A slot and a number of people: `date` (ISO), `start` (wall time at the site), `duration` (minutes), `people`.

    When it is valid, `span` is the slot.
    """

    date = forms.DateField(
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": _("Choose a date to see the price."),
            "invalid": _("This is not a date. Write it as 2026-11-24."),
        },
    )
    start = forms.CharField(max_length=12, error_messages={"required": _("Choose a start time to see the price.")})
    duration = forms.IntegerField(
        min_value=1,
        max_value=_LONGEST_MINUTES,
        error_messages={
            "required": _("Choose a duration to see the price."),
            "invalid": _("The duration must be a number of minutes."),
            "min_value": _("The duration must be at least one minute."),
            "max_value": _("The duration can't be more than a day."),
        },
    )
    people = forms.IntegerField(
        min_value=1,
        max_value=_MOST_PEOPLE,
        required=False,
        error_messages={
            "invalid": _("The number of people must be a number."),
            "min_value": _("At least one person must come."),
            "max_value": _("This is more people than any room holds."),
        },
    )

    span: TimeSpan

    def __init__(self, data: Any, *, room: Room, now: datetime) -> None:
        super().__init__(data)
        self._room = room
        self._today = now.astimezone(room.site.zone).date()

    def clean_people(self) -> int:
        """One person where the address says nothing."""
        return self.cleaned_data["people"] or 1

    def clean_date(self) -> Day:
        """A date that somebody may book: today or later, and not past all calendars."""
        day: Day = self.cleaned_data["date"]
        if day < self._today:
            raise forms.ValidationError(_("This date is past. Choose a later one."))
        if day > self._today + _FURTHEST:
            raise forms.ValidationError(_("This date is too far ahead. Choose an earlier one."))
        return day

    def clean(self) -> dict[str, Any]:
        """Finds the instant that the wall clock at the site means."""
        cleaned = self.cleaned_data
        if {"date", "start", "duration"} <= cleaned.keys():
            try:
                start = find_start(cleaned["date"], cleaned["start"], self._room.site.zone)
            except ValueError:
                self.add_error("start", _("This is not a time of day. Write it as 14:30."))
                return cleaned
            if start is None:
                self.add_error("start", _("The clocks change at that time, so it doesn't exist on this date."))
            else:
                self.span = TimeSpan.lasting(start, cleaned["duration"])
        return cleaned
