"""What staff type of a booking link."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from bookings.availability.forms import MOST_MINUTES, MOST_PEOPLE, USUAL_MINUTES, checked_day, duration_choices
from bookings.booking_requests.forms import BeginForm
from bookings.catalog.models import Room, Site
from bookings.catalog.queries import Country
from bookings.inviting import rules
from bookings.inviting.states import LinkState

ASKS_FOR_FRESH = "asks_for_fresh"


def _lives() -> list[tuple[str, Any]]:
    labels = {4: _("4 hours"), 24: _("1 day"), 72: _("3 days"), 168: _("1 week"), 336: _("2 weeks"), 720: _("30 days")}
    return [(str(hours), labels[hours]) for hours in rules.LIVES]


class LinkListForm(forms.Form):
    """Narrows the list of links down."""

    words = forms.CharField(label=_("Search"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), (ASKS_FOR_FRESH, _("Asks for a fresh link")), *LinkState.choices],
    )

    def narrowing(self) -> dict[str, str]:
        """What was asked for, as far as it makes sense."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("words", "state")}


class _RecipientForm(forms.Form):
    """Who gets the link, in which language, with which words, for how long."""

    email = forms.EmailField(
        label=_("Recipient's e-mail address"),
        max_length=254,
        error_messages={
            "required": _("Enter the recipient's e-mail address."),
            "invalid": _("This is no e-mail address. It looks like name@company.com."),
            "max_length": _("This e-mail address is too long."),
        },
    )
    name = forms.CharField(
        label=_("Recipient's name"),
        required=False,
        max_length=200,
        help_text=_("Left empty, the recipient types it."),
        error_messages={"max_length": _("Write a shorter name.")},
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    note = forms.CharField(
        label=_("Note to the recipient"),
        required=False,
        max_length=1000,
        help_text=_("It stands in the mail and on the page."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("Write a note of at most 1,000 characters.")},
    )
    life = forms.TypedChoiceField(
        label=_("The link works for"),
        coerce=int,
        choices=_lives,
        initial="72",
        help_text=_("At the longest until the meeting begins."),
        error_messages={"required": _("Choose how long the link works."), "invalid_choice": _("Choose one of these.")},
    )
    renews_itself = forms.BooleanField(
        label=_("Whoever opens it too late gets a fresh link at once"),
        required=False,
        help_text=format_lazy(
            _("To the same address, at most {times} times. Otherwise you are asked."), times=rules.MOST_SELF_RENEWALS
        ),
    )

    def clean_name(self) -> str:
        """On one line, because it goes into subjects and calendars."""
        return " ".join(str(self.cleaned_data["name"]).split())


class RoomLinkForm(_RecipientForm, BeginForm):
    """A link to a room: to one time of it, or to its calendar when no time was chosen. `span` is the time or None."""

    slot = None  # type: ignore[assignment]
    subject = None  # type: ignore[assignment]
    notes = None  # type: ignore[assignment]
    wants_hold = forms.BooleanField(
        label=_("Keep the time for the recipient"),
        required=False,
        help_text=_("Everybody else sees it as taken; for three days at most, and no longer than the link works."),
    )

    def __init__(self, data: Any = None, *, room: Room, today: dt.date, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, room=room, today=today, initial=initial)
        self.auto_id = "link-%s"

    def _read_wall_clock(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("start"):
            super()._read_wall_clock(cleaned)
        if self.skipped is not None:
            self.add_error("start", _("This time does not exist on that day, because the clocks go forward."))


class SearchLinkForm(_RecipientForm):
    """A link to a search of a site, or of a country for members without limits; day and length may be left open."""

    place = forms.ChoiceField(
        label=_("Where"),
        error_messages={"required": _("Choose a place."), "invalid_choice": _("Choose one of these places.")},
    )
    date = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("This is no date. Write it as year-month-day, such as 2026-11-24.")},
    )
    duration = forms.TypedChoiceField(label=_("How long"), required=False, coerce=int, empty_value=None)
    people = forms.IntegerField(
        label=_("People"),
        min_value=1,
        max_value=MOST_PEOPLE,
        initial=2,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Say how many people will come."),
            "invalid": _("The number of people must be a whole number, such as 6."),
            "min_value": _("At least one person must come."),
            "max_value": _("No room holds more than 1,000 people."),
        },
    )

    def __init__(
        self,
        data: Any = None,
        *,
        sites: list[Site],
        countries: list[Country],
        today: dt.date,
        language: str,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial, auto_id="link-%s", use_required_attribute=False)
        self._today = today
        self._sites = {site.workways_id: site for site in sites}
        places = [(f"site:{site.workways_id}", site.name) for site in sites]
        places += [(f"country:{country.key}", country.name) for country in countries]
        self.fields["place"].choices = [("", "—"), *places]  # type: ignore[attr-defined]
        lengths = [minutes for minutes in USUAL_MINUTES if minutes <= MOST_MINUTES]
        self.fields["duration"].choices = [  # type: ignore[attr-defined]
            ("", _("Left open")),
            *((str(minutes), label) for minutes, label in duration_choices(lengths, language)),
        ]
        self.fields["date"].widget.attrs["min"] = today.isoformat()

    def clean_date(self) -> dt.date | None:
        """Neither past nor further ahead than calendars are read."""
        day: dt.date | None = self.cleaned_data["date"]
        return checked_day(day, self._today) if day else None

    @property
    def site(self) -> Site | None:
        """The site that was chosen; None for a country."""
        kind, _colon, key = str(self.cleaned_data["place"]).partition(":")
        return self._sites[key] if kind == "site" else None

    @property
    def country(self) -> str:
        """The key of the country that was chosen; "" for a site."""
        kind, _colon, key = str(self.cleaned_data["place"]).partition(":")
        return key if kind == "country" else ""
