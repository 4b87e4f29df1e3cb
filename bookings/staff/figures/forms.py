"""Of which days and which site figures are asked."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.catalog.models import Site
from bookings.staff.figures.ranges import MOST_DAYS, Preset, days_of

_NO_DATE = {"invalid": _("This is no date. Write it as year-month-day, such as 2026-11-24.")}


class FiguresForm(forms.Form):
    """A range of days and a site; the last thirty days of all sites when nothing is said."""

    since = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages=_NO_DATE,
    )
    until = forms.DateField(
        label=_("To"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages=_NO_DATE,
    )
    site = forms.ChoiceField(
        label=_("Site"),
        required=False,
        error_messages={"invalid_choice": _("This site isn't among those you see. Choose one from the list.")},
    )

    def __init__(self, data: Any, *, sites: list[Site], today: date) -> None:
        first, last = days_of(Preset.DAYS_30, today)
        usual = {"since": first.isoformat(), "until": last.isoformat()}
        super().__init__({**usual, **{name: value for name, value in data.items() if value}})
        self._usual = first, last
        choices = [("", _("All sites")), *((site.workways_id, site.name) for site in sites)]
        self.fields["site"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The last day isn't before the first, and the range not longer than a page bears."""
        asked = self.cleaned_data
        since, until = asked.get("since"), asked.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first. Choose a later one."))
        elif since and until and (until - since).days >= MOST_DAYS:
            self.add_error("until", _("At most three years can be shown at once. Choose a shorter time."))
        return asked

    def wanted(self) -> tuple[date, date, str]:
        """First day, last day, site; the usual ones in place of what made no sense."""
        if self.is_valid():
            return self.cleaned_data["since"], self.cleaned_data["until"], self.cleaned_data["site"]
        return (*self._usual, "")
