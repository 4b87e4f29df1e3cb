"""What staff type of meetings and closures."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from portal.embedded.models import Closure, Meeting, MeetingState, Room, Site
from portal.embedded.panel.fields import ClockField, DayField, instant_of
from portal.embedded.panel.queries import live_rooms_by_site

LONGEST_MINUTES = 7 * 24 * 60
LONGEST_CLOSURE = timedelta(days=31)
MEETING_STATES = {
    MeetingState.CONFIRMED: _("Confirmed"),
    MeetingState.PENDING: _("Waiting for registration"),
    MeetingState.LAPSED: _("Lapsed"),
    MeetingState.CANCELLED: _("Cancelled"),
}


class MeetingListForm(forms.Form):
    """The ways to narrow the meetings down."""

    words = forms.CharField(label=_("Search"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *MEETING_STATES.items()])
    room = forms.ChoiceField(label=_("Room"), required=False)
    since = DayField(label=_("From"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["room"].choices = [("", _("All")), *live_rooms_by_site()]  # type: ignore[attr-defined]

    def narrowing(self) -> dict[str, Any]:
        """What was asked for, as far as it makes sense."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in ("words", "state", "room", "since")}


class MeetingForm(forms.Form):
    """A meeting, by the wall clock of the room's site."""

    room = forms.ChoiceField(label=_("Room"))
    day = DayField(label=_("Day"))
    start = ClockField(label=_("Start"), help_text=_("By the clock of the site."))
    minutes = forms.IntegerField(label=_("Length in minutes"), min_value=5, max_value=LONGEST_MINUTES, initial=60)
    people = forms.IntegerField(label=_("People"), min_value=1, max_value=100_000, initial=1)
    name = forms.CharField(label=_("Title"), max_length=200, required=False)
    description = forms.CharField(
        label=_("Description"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    contact_email = forms.CharField(
        label=_("E-mail of the person"), max_length=254, required=False, validators=[validate_email]
    )
    contact_name = forms.CharField(label=_("Name of the person"), max_length=200, required=False)

    def __init__(self, *args: Any, meeting: Meeting | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        choices: list[Any] = live_rooms_by_site()
        if meeting is not None:
            choices.append((_("Now"), [(meeting.room_id, meeting.room.name)]))
            self.initial = {**_typed(meeting), **self.initial}
        self.fields["room"].choices = [("", _("Choose a room")), *choices]  # type: ignore[attr-defined]

    def clean_contact_email(self) -> str:
        """In small letters."""
        return str(self.cleaned_data["contact_email"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        """Adds `room_row` and the instants `begins` and `ends`. Raises ValidationError."""
        values = super().clean() or {}
        if {"room", "day", "start", "minutes"} <= values.keys():
            room = Room.objects.select_related("site").get(pk=values["room"])
            try:
                values["begins"] = instant_of(values["day"], values["start"], room.site.zone)
            except ValidationError as error:
                self.add_error("start", error)
            else:
                values["ends"] = values["begins"] + timedelta(minutes=values["minutes"])
            values["room_row"] = room
        return values


def _typed(meeting: Meeting) -> dict[str, Any]:
    """A meeting as the form has it."""
    local = meeting.start.astimezone(meeting.room.site.zone)
    return {
        "room": meeting.room_id,
        "day": local.date(),
        "start": local.time(),
        "minutes": meeting.minutes,
        "people": meeting.people,
        "name": meeting.name,
        "description": meeting.description,
        "contact_email": meeting.contact_email,
        "contact_name": meeting.contact_name,
    }


class ClosureForm(forms.Form):
    """A span in which a room or a site is closed, by the site's wall clock."""

    place = forms.ChoiceField(label=_("What is closed?"))
    first_day = DayField(label=_("From"))
    start = ClockField(label=_("Time"))
    last_day = DayField(label=_("Until"))
    end = ClockField(label=_("Time"))
    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, help_text=_("For colleagues; the calendar only says Closed.")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        sites = [(f"site-{site.pk}", site.name) for site in Site.objects.filter(is_archived=False)]
        rooms = [
            (name, [(f"room-{key}", f"{name}: {label}") for key, label in listed])
            for name, listed in live_rooms_by_site()
        ]
        self.fields["place"].choices = [("", _("Choose a place")), (_("A whole site"), sites), *rooms]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Adds `site`, `room` and the instants `begins` and `ends`. Raises ValidationError."""
        values = super().clean() or {}
        if not {"place", "first_day", "start", "last_day", "end"} <= values.keys():
            return values
        kind, _dash, key = values["place"].partition("-")
        room = Room.objects.select_related("site").get(pk=key) if kind == "room" else None
        values["room"] = room
        values["site"] = room.site if room else Site.objects.get(pk=key)
        for instant, day, moment in (("begins", "first_day", "start"), ("ends", "last_day", "end")):
            try:
                values[instant] = instant_of(values[day], values[moment], values["site"].zone)
            except ValidationError as error:
                self.add_error(moment, error)
        if {"begins", "ends"} <= values.keys():
            self._check_length(values["ends"] - values["begins"])
        return values

    def _check_length(self, length: timedelta) -> None:
        if length <= timedelta(0):
            self.add_error("last_day", _("It must end after it starts."))
        elif length > LONGEST_CLOSURE:
            sentence = _("It may last 31 days at most. Write several for a longer time, or archive the room.")
            self.add_error("last_day", sentence)


def place_of(closure: Closure) -> str:
    """What is closed, in words."""
    return f"{closure.site.name}: {closure.room.name}" if closure.room else closure.site.name
