"""What staff type about sites, rooms and closures."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.availability.closings import closed_span
from bookings.availability.hours import parse_hours
from bookings.catalog.models import Room, Site
from bookings.catalog.own import VatWording
from bookings.core.timespan import TimeSpan

if TYPE_CHECKING:
    _SiteForm = forms.ModelForm[Site]
    _RoomForm = forms.ModelForm[Room]
else:
    # Only the checker knows what kind of row a form is for.
    _SiteForm = _RoomForm = forms.ModelForm

# Further ahead than this a closure is a slip of the keyboard.
_FURTHEST = dt.timedelta(days=3 * 366)

_BOTH = (
    "own_name_en",
    "own_name_fr",
    "own_description_en",
    "own_description_fr",
    "house_rules_en",
    "house_rules_fr",
    "own_hours_week",
    "own_hours_saturday",
    "own_hours_sunday",
)
_LABELS = {
    "own_name_en": _("Name in English"),
    "own_name_fr": _("Name in French"),
    "own_description_en": _("Description in English"),
    "own_description_fr": _("Description in French"),
    "house_rules_en": _("House rules in English"),
    "house_rules_fr": _("House rules in French"),
    "own_hours_week": _("Monday to Friday"),
    "own_hours_saturday": _("Saturday"),
    "own_hours_sunday": _("Sunday"),
    "zone_override": _("Time zone"),
    "contact_email": _("Contact e-mail"),
    "contact_phone": _("Contact telephone"),
    "address": _("Address"),
    "vat_wording": _("What prices say of VAT"),
}
_WIDGETS = {
    name: forms.Textarea(attrs={"rows": 4})
    for name in ("own_description_en", "own_description_fr", "house_rules_en", "house_rules_fr")
}


class _HoursMixin:
    """Hours must be such as the portal can read."""

    cleaned_data: dict[str, Any]

    def _checked_hours(self, name: str) -> str:
        text: str = " ".join(self.cleaned_data[name].split())
        if text and not parse_hours(text).understood:
            raise forms.ValidationError(
                _("These hours can't be read. Write them as 09:00-18:00, several with a comma between, or “closed”.")
            )
        return text

    def clean_own_hours_week(self) -> str:
        """From Monday to Friday."""
        return self._checked_hours("own_hours_week")

    def clean_own_hours_saturday(self) -> str:
        """On Saturday."""
        return self._checked_hours("own_hours_saturday")

    def clean_own_hours_sunday(self) -> str:
        """On Sunday."""
        return self._checked_hours("own_hours_sunday")


class SiteForm(_HoursMixin, _SiteForm):
    """What we say of a site; an empty field leaves the word to Workways, or to the portal's settings."""

    vat_wording = forms.ChoiceField(
        label=_LABELS["vat_wording"], required=False, choices=[("", _("As in the settings")), *VatWording.choices]
    )

    class Meta:
        model = Site
        fields = (*_BOTH, "zone_override", "address", "contact_email", "contact_phone", "vat_wording")
        labels = _LABELS
        widgets = {**_WIDGETS, "address": forms.Textarea(attrs={"rows": 3})}


class RoomForm(_HoursMixin, _RoomForm):
    """What we say of a room; an empty field leaves the word to its site, or to Workways."""

    class Meta:
        model = Room
        fields = _BOTH
        labels = _LABELS
        widgets = _WIDGETS


class PictureForm(forms.Form):
    """A picture of our own."""

    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("JPEG, PNG, WebP or GIF, at most 5 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        error_messages={"required": _("Choose a file first.")},
    )


class ClosureForm(forms.Form):
    """From when until when a place is closed, by the clock of the site, and what visitors read about it."""

    first_day = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Choose the first day."), "invalid": _("Write the day as 2026-12-24.")},
    )
    from_time = forms.TimeField(
        label=_("From"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages={"invalid": _("Write the time as 14:00.")},
    )
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty: the same day."),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Write the day as 2026-12-24.")},
    )
    until_time = forms.TimeField(
        label=_("Until"),
        required=False,
        help_text=_("Without times, whole days are closed."),
        widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages={"invalid": _("Write the time as 14:00.")},
    )
    reason_en = forms.CharField(label=_("Reason in English"), required=False, max_length=200)
    reason_fr = forms.CharField(label=_("Reason in French"), required=False, max_length=200)

    def __init__(self, data: Any = None, *, site: Site, now: dt.datetime) -> None:
        super().__init__(data, prefix="closure")
        self._zone = site.zone
        self._today = now.astimezone(site.zone).date()

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for a time that is over, ends before it begins, or lies years ahead or back."""
        cleaned = super().clean() or {}
        first = cleaned.get("first_day")
        if first is None or self.errors:
            return cleaned
        last = cleaned["last_day"] = cleaned.get("last_day") or first
        if not self._today <= last or first > self._today + _FURTHEST or last > self._today + _FURTHEST:
            self.add_error(
                "last_day" if last < self._today else "first_day",
                _("This day has passed. Choose today or a later day.")
                if last < self._today
                else _("This is more than three years ahead. Look at the year."),
            )
        elif first < self._today - _FURTHEST:
            self.add_error("first_day", _("This is more than three years ago. Look at the year."))
        elif self._span(cleaned) is None:
            self.add_error("until_time", _("It would end before it begins. Look at the days and times once more."))
        return cleaned

    def _span(self, cleaned: dict[str, Any]) -> TimeSpan | None:
        opens, closes = (_minute(cleaned[name]) for name in ("from_time", "until_time"))
        return closed_span(cleaned["first_day"], opens, cleaned["last_day"], closes, self._zone)

    @property
    def span(self) -> TimeSpan:
        """The closure as instants; only of a valid form."""
        span = self._span(self.cleaned_data)
        if span is None:
            raise ValueError("The form is not valid.")
        return span


def _minute(at: dt.time | None) -> int | None:
    return None if at is None else at.hour * 60 + at.minute


class HolidaysForm(forms.Form):
    """Whether a site is closed on public holidays, and on which of the coming ones it opens all the same."""

    holidays_on = forms.BooleanField(label=_("Closed on public holidays"), required=False)
    open_days = forms.MultipleChoiceField(
        label=_("Open all the same on"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, choices: list[tuple[str, str]], initial: dict[str, Any]) -> None:
        super().__init__(data, prefix="holidays", initial=initial)
        self.fields["open_days"].choices = choices  # type: ignore[attr-defined]


class WordsForm(forms.Form):
    """Looks for a room."""

    words = forms.CharField(label=_("Find a room"), required=False, max_length=100)
