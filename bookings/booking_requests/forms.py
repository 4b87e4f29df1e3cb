"""What guests send: the slot and their details, a code, a wish. Nothing gets past them unchecked."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from bookings.availability.forms import MOST_MINUTES, MOST_PEOPLE, checked_day
from bookings.availability.hours import find_start
from bookings.booking_requests.models import AskKind
from bookings.catalog.models import Room
from bookings.core.timespan import TimeSpan

_SLOT = re.compile(r"([0-9TZ:+-]{16,25})/(\d{1,4})")


def slot_value(span: TimeSpan) -> str:
    """How a button names a slot: its first instant in UTC and its minutes, so no clock change makes it two."""
    return f"{span.start:%Y-%m-%dT%H:%M:%SZ}/{span.minutes}"


def parse_slot(text: str) -> TimeSpan:
    """The slot that a button named. Raises ValueError for anything else."""
    found = _SLOT.fullmatch(text.strip())
    instant = parse_datetime(found[1]) if found else None
    if found is None or instant is None or instant.tzinfo is None or not 2000 <= instant.year < 2200:
        raise ValueError("This is no slot.")
    if not 0 < int(found[2]) <= MOST_MINUTES:
        raise ValueError("This is no length of a slot.")
    return TimeSpan.lasting(instant.astimezone(dt.UTC).replace(microsecond=0), int(found[2]))


@dataclass(frozen=True, slots=True)
class SkippedTime:
    """The clock skips this time on that day."""

    day: dt.date
    minutes: int


class SlotField(forms.CharField):
    """A slot as `slot_value` writes it; cleans to a TimeSpan, or None when it is left out."""

    widget = forms.HiddenInput
    default_error_messages = {"invalid": _("This time can't be read. Choose one from the calendar.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, **options)

    def clean(self, value: Any) -> Any:
        """Raises ValidationError for what is no slot."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_slot(text)
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


class BeginForm(forms.Form):
    """A slot and who wants it.

    The slot comes as one value, as our own buttons send it, or as date, start and duration on the site's wall clock.
    """

    slot = SlotField(required=False)
    date = forms.DateField(
        required=False,
        widget=forms.HiddenInput,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("This is no date. Write it as year-month-day, such as 2026-11-24.")},
    )
    start = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    duration = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
        widget=forms.HiddenInput,
        error_messages={
            "invalid": _("The length must be a number of minutes, such as 60."),
            "min_value": _("The length must be a number of minutes, such as 60."),
            "max_value": _("The length can be 24 hours at most. For longer, look for an office."),
        },
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("We send a code to it, to be sure that it is yours."),
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("This is no e-mail address. It looks like name@company.com."),
            "max_length": _("This e-mail address is too long."),
        },
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        error_messages={"required": _("Enter your name."), "max_length": _("Write a shorter name.")},
    )
    people = forms.IntegerField(
        label=_("People"),
        min_value=1,
        max_value=MOST_PEOPLE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Say how many people will come."),
            "invalid": _("The number of people must be a whole number, such as 6."),
            "min_value": _("At least one person must come."),
            "max_value": _("No room holds more than 1,000 people."),
        },
    )
    subject = forms.CharField(
        label=_("Subject of the meeting"),
        required=False,
        max_length=200,
        error_messages={"max_length": _("Write a subject of at most 200 characters.")},
    )
    notes = forms.CharField(
        label=_("Notes for the site's team"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("Write notes of at most 2,000 characters.")},
    )

    def __init__(self, data: Any = None, *, room: Room, today: dt.date, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, auto_id="begin-%s", use_required_attribute=False)
        self._zone = room.site.zone
        self._today = today
        self.span: TimeSpan | None = None
        self.skipped: SkippedTime | None = None

    def clean_name(self) -> str:
        """On one line, because it goes into subjects and calendars."""
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean_subject(self) -> str:
        """On one line, for the same reason."""
        return " ".join(str(self.cleaned_data["subject"]).split())

    def clean(self) -> dict[str, Any]:
        """Finds the slot; `span` stays None and `skipped` is set for a time that the clock skips."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "slot" in self.errors:
            return cleaned
        self.span = cleaned.get("slot")
        if self.span is None and not {"date", "start", "duration"} & set(self.errors):
            self._read_wall_clock(cleaned)
        return cleaned

    def _read_wall_clock(self, cleaned: dict[str, Any]) -> None:
        day, start, minutes = cleaned.get("date"), cleaned.get("start"), cleaned.get("duration")
        if not (day and start and minutes):
            self.add_error(None, _("Choose a time in the calendar first."))
            return
        try:
            day = checked_day(day, self._today)
            instant = find_start(day, start, self._zone)
        except forms.ValidationError as error:
            self.add_error("date", error)
        except ValueError:
            self.add_error("start", _("This is no time of day. Write it as hours and minutes, such as 14:00."))
        else:
            if instant is None:
                self.skipped = SkippedTime(day, minutes)
            else:
                self.span = TimeSpan.lasting(instant, minutes)


class BookForm(forms.Form):
    """The press of "Check and book": what the page showed, and the code unless the address is proved already."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Code from the mail"),
        required=False,
        max_length=40,
        error_messages={"max_length": _("The code has six digits.")},
    )

    def __init__(self, data: Any = None, *, needs_code: bool) -> None:
        super().__init__(data, auto_id="book-%s", use_required_attribute=False)
        if needs_code:
            field = self.fields["code"]
            field.required = True
            field.error_messages["required"] = _("Enter the code from the mail.")


class OtherSlotForm(forms.Form):
    """Another time for the same request."""

    slot = SlotField(error_messages={"required": _("Choose a time.")})


class DayForm(forms.Form):
    """The day whose free times the page lists."""

    day = forms.DateField(
        label=_("Another day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("This is no date. Write it as year-month-day, such as 2026-11-24.")},
    )

    def __init__(self, data: Any, *, today: dt.date) -> None:
        super().__init__(data, auto_id="day-%s", use_required_attribute=False)
        self._today = today
        self.fields["day"].widget.attrs["min"] = today.isoformat()

    def clean_day(self) -> dt.date | None:
        """Neither past nor further ahead than calendars are read."""
        day: dt.date | None = self.cleaned_data["day"]
        return checked_day(day, self._today) if day else None


class AskForm(forms.Form):
    """A wish to the team."""

    kind = forms.ChoiceField(
        label=_("What do you need?"),
        choices=AskKind.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what you need."),
            "invalid_choice": _("Choose what you need."),
        },
    )
    message = forms.CharField(
        label=_("Your message"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Write what you need, for example the new time."),
            "max_length": _("Write at most 2,000 characters."),
        },
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="ask-%s", use_required_attribute=False)


class LostLinkForm(forms.Form):
    """The address that a fresh link is wanted for."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("This is no e-mail address. It looks like name@company.com."),
        },
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="lost-%s", use_required_attribute=False)
