"""What recipients send: who they are, as far as the link doesn't say, and what the page showed them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.booking_requests.forms import SlotField


class _NameForm(forms.Form):
    """A name, on one line because it goes into subjects and calendars."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        error_messages={"required": _("Enter your name."), "max_length": _("Write a shorter name.")},
    )

    def clean_name(self) -> str:
        """The name without line breaks."""
        return " ".join(str(self.cleaned_data["name"]).split())


class TakeForm(_NameForm):
    """The one button. `seen` stands for the offer on the page, `slot` for another time than the link's.

    The name is only asked for where the team gave none, `is_me` only in a browser that has proved other addresses.
    """

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    slot = SlotField(required=False)
    is_me = forms.BooleanField(
        error_messages={"required": _("Tick that you book for this person, or book under your own address below.")}
    )

    def __init__(self, data: Any = None, *, needs_name: bool, asks_who: str = "") -> None:
        super().__init__(data, auto_id="take-%s", use_required_attribute=False)
        if not needs_name:
            del self.fields["name"]
        if asks_who:
            self.fields["is_me"].label = _("I am %(email)s, or I book for this person") % {"email": asks_who}
        else:
            del self.fields["is_me"]

    def clean_name(self) -> str:
        """The name that was typed; "" where none is asked for."""
        return super().clean_name() if "name" in self.fields else ""


class OtherForm(_NameForm):
    """Somebody else, whom the mail was passed on to, books under an address of their own."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("We send a code to it, to be sure that it is yours."),
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("This is no e-mail address. It looks like name@company.com."),
            "max_length": _("This e-mail address is too long."),
        },
    )
    slot = SlotField(required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="other-%s", use_required_attribute=False)
