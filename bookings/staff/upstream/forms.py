"""What is asked of the upstream's pages."""

from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.availability.forms import DEFAULT_MINUTES, DEFAULT_PEOPLE, MOST_MINUTES, MOST_PEOPLE, default_day
from bookings.availability.hours import find_start
from bookings.catalog.models import Room, Site
from bookings.core.answers import Standing
from bookings.staff.limits import visible_to
from bookings.staff.upstream.explaining import PEOPLE
from bookings.staff.upstream.queries import FeedHealth
from portal.access import Member

SPANS = {"hour": _("Last hour"), "day": _("Last day")}


class CalendarsForm(forms.Form):
    """Narrows the calendars down; what makes no sense narrows nothing."""

    words = forms.CharField(label=_("Room"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *FeedHealth.choices])
    site = forms.ChoiceField(label=_("Site"), required=False)

    def __init__(self, data: Any, *, member: Member) -> None:
        super().__init__(data)
        sites = visible_to(member, Site.objects.filter(vanished_at=None)).order_by("name", "workways_id")
        choices = [("", _("All")), *((site.workways_id, site.name) for site in sites)]
        self.fields["site"].choices = choices  # type: ignore[attr-defined]

    def narrowing(self) -> dict[str, str]:
        """What was asked for, as far as it makes sense."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class ExplainForm(forms.Form):
    """A slot and a person: of which room, when, how long, how many people, and who asks."""

    room = forms.ChoiceField(label=_("Room"), error_messages={"required": _("Choose a room.")})
    date = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": _("Choose a day."),
            "invalid": _("This is no date. Write it as year-month-day, such as 2026-11-24."),
        },
    )
    start = forms.CharField(
        label=_("Start"),
        max_length=12,
        help_text=_("By the clock of the site, such as 14:00."),
        error_messages={"required": _("Write when it starts, such as 14:00.")},
    )
    duration = forms.IntegerField(
        label=_("Minutes"),
        min_value=5,
        max_value=MOST_MINUTES,
        initial=DEFAULT_MINUTES,
        error_messages={"required": _("Write how many minutes it lasts, such as 60.")},
    )
    people = forms.IntegerField(
        label=_("People"),
        min_value=1,
        max_value=MOST_PEOPLE,
        initial=DEFAULT_PEOPLE,
        error_messages={"required": _("Write how many people come.")},
    )
    person = forms.TypedChoiceField(
        label=_("Who asks"),
        coerce=Standing,
        empty_value=Standing.UNKNOWN,
        required=False,
        choices=[(standing.value, words) for standing, words in PEOPLE.items()],
    )

    def __init__(self, data: Any, *, member: Member, now: datetime) -> None:
        super().__init__(data, initial={"date": default_day(now), "start": "10:00"})
        self.now = now
        rooms = visible_to(member, Room.objects.select_related("site", "feed"))
        self._rooms = {room.workways_id: room for room in rooms.order_by("site__name", "site__pk", "public_name")}
        self.fields["room"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose a room")),
            *(
                (site.name, [(room.workways_id, room.public_name) for room in of_site])
                for site, of_site in groupby(self._rooms.values(), key=lambda room: room.site)
            ),
        ]

    @property
    def room_row(self) -> Room:
        """The chosen room, with its site and feed; only of a valid form."""
        return self._rooms[self.cleaned_data["room"]]

    def clean_start(self) -> str:
        """A time of day. Raises ValidationError for any other text."""
        start: str = self.cleaned_data["start"]
        try:
            find_start(self.now.date(), start, ZoneInfo("UTC"))
        except ValueError as error:
            words = _("This is no time of day. Write it as hours and minutes, such as 14:00.")
            raise forms.ValidationError(words) from error
        return start


class PersonForm(forms.Form):
    """Whose standing to ask Workways for."""

    email = forms.EmailField(label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"}))
