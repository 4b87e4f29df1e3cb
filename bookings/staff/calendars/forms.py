"""Which day is shown."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CalendarForm(forms.Form):
    """A day, past ones as well; today when nothing is said or what is said makes no sense."""

    date = forms.DateField(
        label=pgettext_lazy("day", "Date"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("This is no date. Write it as year-month-day, such as 2026-11-24.")},
    )

    def __init__(self, data: Any, *, today: dt.date) -> None:
        super().__init__({"date": data.get("date") or today.isoformat()})
        self._today = today

    def wanted(self) -> dt.date:
        """The day to show."""
        day: dt.date | None = self.cleaned_data["date"] if self.is_valid() else None
        return day or self._today
