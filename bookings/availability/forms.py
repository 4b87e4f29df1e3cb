"""The query strings of the search and of a room's page: nothing that an address holds gets past them unchecked."""

import datetime as dt
from collections.abc import Iterable, Mapping
from copy import copy
from enum import StrEnum
from functools import lru_cache
from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bookings.availability.hours import find_start
from bookings.availability.rules import HORIZON_DAYS, NEW_COMPANY_DAYS, RoomRules, fitting_duration, list_durations
from bookings.core.formats import duration as duration_in_words

DEFAULT_START = dt.time(10)
DEFAULT_MINUTES = 60
DEFAULT_PEOPLE = 2
MOST_PEOPLE = 1000
MOST_MINUTES = 24 * 60
# Letters in an address, beyond which its form is not kept for the next request.
_MOST_KEPT = 200
# What the list of durations offers; an address may name any other.
USUAL_MINUTES = (30, 60, 90, 120, 150, 180, 240, 300, 360, 420, 480)


class View(StrEnum):
    """How a room's calendar is shown."""

    WEEK = "week"
    MONTH = "month"
    LIST = "list"


def default_day(now: dt.datetime) -> dt.date:
    """The day a search starts with: the first weekday on which a new company may book as well."""
    day = now.date() + dt.timedelta(days=NEW_COMPANY_DAYS)
    return day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def duration_choices(minutes: Iterable[int], language: str) -> list[tuple[int, str]]:
    """Durations as a list to choose from, in words."""
    return [(one, duration_in_words(one, language)) for one in minutes]


class _WhenForm(forms.Form):
    """A day, a length, a number of people; everything may be missing."""

    date = forms.DateField(
        label=pgettext_lazy("day", "Date"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("This is no date. Write it as year-month-day, such as 2026-11-24.")},
    )
    duration = forms.IntegerField(
        label=_("How long"),
        required=False,
        min_value=5,
        max_value=MOST_MINUTES,
        widget=forms.Select,
        error_messages={
            "invalid": _("The length must be a number of minutes, such as 60."),
            "min_value": _("The length must be at least 5 minutes."),
            "max_value": _("The length can be 24 hours at most."),
        },
    )
    people = forms.IntegerField(
        label=_("People"),
        required=False,
        min_value=1,
        max_value=MOST_PEOPLE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": _("The number of people must be a whole number, such as 6."),
            "min_value": _("At least one person must come."),
            "max_value": _("No room holds more than 1,000 people."),
        },
    )

    def _begin(self, usual: dict[str, str], data: dict[str, str], *, today: dt.date, auto_id: str) -> None:
        """Fills in what the address leaves out."""
        forms.Form.__init__(self, {**usual, **{key: value for key, value in data.items() if value}}, auto_id=auto_id)
        self._today = today
        self.fields["date"].widget.attrs["min"] = today.isoformat()

    @property
    def key(self) -> tuple[object, ...]:
        """All that decides how the form is drawn, in a language: two forms of the same kind and key look the same."""
        limits = (field.widget.attrs.get("max") for field in self.fields.values())
        offered = cast(forms.Select, self.fields["duration"].widget).choices
        return self._today, *self.data.items(), *limits, *(minutes for minutes, _words in offered)

    def clean_date(self) -> dt.date | None:
        """Neither past nor further ahead than calendars are read."""
        day: dt.date | None = self.cleaned_data["date"]
        return None if day is None else checked_day(day, self._today)


class DayForm(_WhenForm):
    """Which day of a site to show, and for what kind of meeting."""

    def __init__(self, data: dict[str, str], *, today: dt.date, language: str) -> None:
        self._usual = {
            "date": today.isoformat(),
            "duration": str(DEFAULT_MINUTES),
            "people": str(DEFAULT_PEOPLE),
        }
        self._begin(self._usual, data, today=today, auto_id="day-%s")
        _offer_durations(self, USUAL_MINUTES, language)

    def wanted(self) -> tuple[dt.date, int, int]:
        """Day, minutes and people, the usual ones in place of what made no sense."""
        said = self.cleaned_data if self.is_valid() else {}
        return (
            said.get("date") or self._today,
            said.get("duration") or DEFAULT_MINUTES,
            said.get("people") or DEFAULT_PEOPLE,
        )


class SlotForm(_WhenForm):
    """Which week of a room to show, for how long a meeting, and which slot was chosen, if any.

    Everything may be missing; `start` is written as `hours.start_key` writes it.
    """

    start = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    view = forms.ChoiceField(
        required=False,
        choices=[(view.value, view.value) for view in View],
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("There is no such view. The calendar is shown as week, month or list.")},
    )

    def __init__(self, data: dict[str, str], *, rules: RoomRules, today: dt.date, language: str) -> None:
        usual = {
            "duration": str(fitting_duration(DEFAULT_MINUTES, rules)),
            "people": str(min(DEFAULT_PEOPLE, rules.max_people or DEFAULT_PEOPLE)),
        }
        self._usual = usual
        self._begin(usual, data, today=today, auto_id="slot-%s")
        self._rules = rules
        if rules.max_people:
            self.fields["people"].widget.attrs["max"] = rules.max_people
        _offer_durations(self, list_durations(rules), language)

    def clean_start(self) -> str:
        """A time of day."""
        key: str = self.cleaned_data["start"]
        if key:
            try:
                find_start(self._today, key, self._rules.zone)
            except ValueError:
                raise forms.ValidationError(
                    _("This is no time of day. Write it as hours and minutes, such as 14:00.")
                ) from None
        return key

    def wanted(self) -> tuple[dt.date | None, str, int, int]:
        """Day, start, minutes and people, the usual ones in place of what made no sense; a start needs its day."""
        said = self.cleaned_data if self.is_bound and self.is_valid() else {}
        usual = self._usual
        return (
            said.get("date"),
            said.get("start", ""),
            said.get("duration", int(usual["duration"])),
            said.get("people", int(usual["people"])),
        )

    @property
    def wanted_view(self) -> View:
        """The view that is asked for, the week when none or nonsense is."""
        said = self.data.get("view", "")
        return View(said) if said in set(View) else View.WEEK

    def showing(self, day: dt.date) -> "SlotForm":
        """The same form with the day of the week that is shown in its field, unless the address named one."""
        if self.data.get("date"):
            return self
        shown = copy(self)
        shown.data = {**self.data, "date": day.isoformat()}
        # Fields that were drawn already belong to this form, not to the copy.
        shown._bound_fields_cache = {}  # type: ignore[attr-defined]
        return shown


def read_day_form(data: Mapping[str, str], *, today: dt.date, language: str) -> DayForm:
    """The form of a site's day, filled in by the address, checked. It may be another request's: nobody changes it."""
    read = _read_day_form if _is_short(data) else _read_day_form.__wrapped__
    return read(tuple(data.items()), today, language)


def read_slot_form(data: Mapping[str, str], *, rules: RoomRules, today: dt.date, language: str) -> SlotForm:
    """The same for a room's calendar."""
    read = _read_slot_form if _is_short(data) else _read_slot_form.__wrapped__
    return read(tuple(data.items()), rules, today, language)


@lru_cache(maxsize=256)
def _read_day_form(data: tuple[tuple[str, str], ...], today: dt.date, language: str) -> DayForm:
    # A form depends on nothing else, and to make and check one takes as long as to draw a calendar.
    form = DayForm(dict(data), today=today, language=language)
    form.full_clean()
    return form


@lru_cache(maxsize=256)
def _read_slot_form(data: tuple[tuple[str, str], ...], rules: RoomRules, today: dt.date, language: str) -> SlotForm:
    form = SlotForm(dict(data), rules=rules, today=today, language=language)
    form.full_clean()
    return form


def _is_short(data: Mapping[str, str]) -> bool:
    """Is it what people ask for? Of long nonsense nothing is kept."""
    return sum(len(name) + len(value) for name, value in data.items()) <= _MOST_KEPT


def checked_day(day: dt.date, today: dt.date) -> dt.date:
    """The day itself. Raises ValidationError for one that is past or too far ahead."""
    if day < today:
        raise forms.ValidationError(_("This day has passed. Choose today or a later day."))
    if day > today + dt.timedelta(days=HORIZON_DAYS):
        raise forms.ValidationError(
            _("Rooms can be booked at most %(days)s days ahead. Choose an earlier day."), params={"days": HORIZON_DAYS}
        )
    return day


def _offer_durations(form: forms.Form, usual: Iterable[int], language: str) -> None:
    """Puts durations into the form's list, together with the one that the address asks for."""
    widget = cast(forms.Select, form.fields["duration"].widget)
    offered = set(usual)
    asked = str(form.data.get("duration", ""))
    if asked.isascii() and asked.isdigit() and 5 <= int(asked[:5]) <= MOST_MINUTES:
        offered.add(int(asked[:5]))
    widget.choices = duration_choices(sorted(offered), language)
