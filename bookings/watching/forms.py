"""What watchers send: the time and an address; a code; a name, once the time is theirs."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.booking_requests.forms import BeginForm
from bookings.catalog.models import Room


class WatchForm(BeginForm):
    """A time that is taken, and who wants to be told; read as the form that begins a booking is."""

    name = None  # type: ignore[assignment]
    subject = None  # type: ignore[assignment]
    notes = None  # type: ignore[assignment]

    def __init__(self, data: Any = None, *, room: Room, today: dt.date, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, room=room, today=today, initial=initial)
        self.auto_id = "watch-%s"
        self.fields["people"].widget = forms.HiddenInput()


class CodeForm(forms.Form):
    """The code from the mail."""

    code = forms.CharField(
        label=_("Code from the mail"),
        max_length=40,
        error_messages={
            "required": _("Enter the code from the mail."),
            "max_length": _("The code has six digits."),
        },
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="watch-%s", use_required_attribute=False)


class TakeForm(forms.Form):
    """Who takes the time that is kept; the rest is known."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        error_messages={"required": _("Enter your name."), "max_length": _("Write a shorter name.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="take-%s", use_required_attribute=False)

    def clean_name(self) -> str:
        """On one line, because it goes into subjects and calendars."""
        return " ".join(str(self.cleaned_data["name"]).split())
