"""The search's query string: nothing that an address holds gets past it unchecked."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bookings.availability.forms import (
    DEFAULT_MINUTES,
    DEFAULT_PEOPLE,
    DEFAULT_START,
    MOST_MINUTES,
    MOST_PEOPLE,
    checked_day,
    default_day,
)
from bookings.availability.search import MOST_DAYS, SearchQuery
from bookings.catalog.models import MEETING_TYPE, OFFICE_TYPE
from bookings.catalog.words import wanted_words
from bookings.core import formats
from bookings.core.identifiers import is_workways_id
from bookings.core.zones import country_code
from bookings.offers.sorting import Sort

_NO_TIME = _("This is no time of day. Write it as hours and minutes, such as 14:00.")
_NO_DATE = _("This is no date. Write it as year-month-day, such as 2026-11-24.")
# With any of these in the address, a start that it doesn't name means any time rather than the usual one.
_TIMES = ("until", "earliest", "latest")


def _time_field(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        widget=forms.TimeInput(format="%H:%M"),
        input_formats=["%H:%M", "%H:%M:%S"],
        error_messages={"invalid": _NO_TIME},
    )


class SearchForm(forms.Form):
    """Where, when, how long, for how many; and what else matters to whoever looks.

    `site` holds a site's id or a country's key, so that one list answers "where"; `country` is what links from other
    pages use. What an address leaves out is filled with a usual value; what it names must make sense. Dates and times
    are the wall clock's at each site; without a start any time of the day will do.
    """

    type = forms.ChoiceField(
        label=_("What"),
        choices=[(MEETING_TYPE, _("Meeting room")), (OFFICE_TYPE, _("Office"))],
        error_messages={"invalid_choice": _("Choose a meeting room or an office.")},
    )
    country = forms.CharField(required=False, max_length=80)
    site = forms.CharField(label=_("Where"), required=False, max_length=80)
    date = forms.DateField(
        label=pgettext_lazy("day", "Date"),
        input_formats=["%Y-%m-%d"],
        error_messages={"required": _("Choose a day."), "invalid": _NO_DATE},
    )
    until = forms.DateField(
        label=_("Any day until"),
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _NO_DATE},
    )
    start = _time_field(_("From"))
    earliest = _time_field(_("Not before"))
    latest = _time_field(_("Over by"))
    duration = forms.IntegerField(
        label=_("How long"),
        min_value=5,
        max_value=MOST_MINUTES,
        error_messages={
            "required": _("Choose how long it lasts."),
            "invalid": _("The length must be a number of minutes, such as 60."),
            "min_value": _("The length must be at least 5 minutes."),
            "max_value": _("The length can be 24 hours at most. For longer, look for an office."),
        },
    )
    people = forms.IntegerField(
        label=_("People"),
        min_value=1,
        max_value=MOST_PEOPLE,
        error_messages={
            "required": _("Say how many people will come."),
            "invalid": _("The number of people must be a whole number, such as 6."),
            "min_value": _("At least one person must come."),
            "max_value": _("No room holds more than 1,000 people."),
        },
    )
    words = forms.CharField(
        label=_("Equipment"),
        required=False,
        max_length=100,
        error_messages={"max_length": _("Name the equipment in a few words, 100 letters at most.")},
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        choices=[(one.value, one.label) for one in Sort],
        error_messages={"invalid_choice": _("Results can be put in order by time, price or size.")},
    )

    def __init__(self, data: dict[str, str], *, now: dt.datetime, places: Iterable[str]) -> None:
        """`places` are the ids and countries' keys that "where" may name."""
        usual = {
            "type": MEETING_TYPE,
            "site": country_code(data.get("country", "")) or data.get("country", ""),
            "date": default_day(now).isoformat(),
            "start": "" if any(data.get(name) for name in _TIMES) else f"{DEFAULT_START:%H:%M}",
            "duration": str(DEFAULT_MINUTES),
            "people": str(DEFAULT_PEOPLE),
            "sort": Sort.TIME.value,
        }
        super().__init__({**usual, **data}, auto_id="search-%s", use_required_attribute=False)
        self._today = now.date()
        self._places = places

    @property
    def today(self) -> dt.date:
        """The first day that can be asked for."""
        return self._today

    @property
    def has_more(self) -> bool:
        """Does the address use any of the fields that stand behind "More choices", or get one of them wrong?"""
        names = ("until", "earliest", "latest", "words")
        return any(self.data.get(name) or name in self.errors for name in names) or bool(
            {"type", "sort"} & self.errors.keys()
        )

    def clean_site(self) -> str:
        """A site or country that has something to offer, or none."""
        said: str = self.cleaned_data["site"]
        if said and said not in self._places:
            raise forms.ValidationError(_("This place is not on offer. Choose one of the list."))
        return said

    def clean_date(self) -> dt.date:
        """Neither past nor further ahead than calendars are read."""
        return checked_day(self.cleaned_data["date"], self._today)

    def clean_until(self) -> dt.date | None:
        """The same for the last day."""
        day: dt.date | None = self.cleaned_data["until"]
        return None if day is None else checked_day(day, self._today)

    def clean(self) -> dict[str, Any]:
        """Splits "where" into a country and a site, of which one at most is set, and holds the times together."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        where = cleaned.get("site", "")
        is_site = is_workways_id(where)
        cleaned["country"], cleaned["site"] = ("", where) if is_site else (where, "")
        self._check_days(cleaned)
        if not self.errors.keys() & {"start", "earliest", "latest", "duration"}:
            self._check_times(cleaned)
        return cleaned

    def _check_days(self, cleaned: dict[str, Any]) -> None:
        first, last = cleaned.get("date"), cleaned.get("until")
        if first is None or last is None:
            return
        if last < first:
            self.add_error("until", _("The last day must not be before the first one."))
        elif (last - first).days >= MOST_DAYS:
            sentence = _("Look through %(days)s days at most. Choose an earlier last day.") % {"days": MOST_DAYS}
            self.add_error("until", sentence)

    def _check_times(self, cleaned: dict[str, Any]) -> None:
        """The meeting must fit between the earliest start and the latest end; an exact start must lie there as well."""
        first = _minutes(cleaned["earliest"]) or 0
        last = _minutes(cleaned["latest"]) or MOST_MINUTES
        length = cleaned["duration"]
        words = {"duration": formats.duration(length, "en")}
        if (cleaned["earliest"] or cleaned["latest"]) and last - first < length:
            self.add_error("latest", _("A meeting of %(duration)s does not fit between these times.") % words)
            return
        start = _minutes(cleaned["start"])
        if start is not None and cleaned["earliest"] and start < first:
            self.add_error("start", _("This is earlier than the earliest start. Leave it empty for any later time."))
        elif start is not None and cleaned["latest"] and start + length > last:
            self.add_error("start", _("The meeting would end too late. Leave the start empty for any earlier time."))

    def query(self) -> SearchQuery:
        """What is looked for; only after the form was found valid."""
        said = self.cleaned_data
        return SearchQuery(
            date=said["date"],
            country=said["country"],
            site=said["site"],
            start=said["start"],
            duration_minutes=said["duration"],
            people=said["people"],
            type=said["type"],
            until=said["until"],
            earliest=said["earliest"],
            latest=said["latest"],
            words=wanted_words(said["words"]),
        )


def _minutes(at: dt.time | None) -> int | None:
    return None if at is None else at.hour * 60 + at.minute
