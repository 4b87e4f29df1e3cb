"""What staff type about requests."""

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bookings.booking_requests.states import State
from bookings.staff.days import day_field, instants_between
from bookings.staff.requests.queries import ORDERS, Narrowing

NEEDS_STAFF = "needs_staff"
_ORDERS = {
    "-created": _("Newest first"),
    "created": _("Oldest first"),
    "start": _("By meeting, earliest first"),
    "-start": _("By meeting, latest first"),
}
# What a saved view keeps. The words aren't among it, because they are mostly somebody's name.
_KEPT = ("state", "site", "room", "meeting_since", "meeting_until", "created_since", "created_until", "order")


class RequestListForm(forms.Form):
    """Narrows the list of requests down; what makes no sense narrows nothing, and says so.

    Rooms are offered once a site is chosen, because a list of a thousand helps nobody.
    """

    words = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        help_text=_("Beginnings of name, e-mail, company, room or site; or a whole reference."),
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), (NEEDS_STAFF, _("Needs a person")), *State.choices],
    )
    site = forms.ChoiceField(label=_("Site"), required=False)
    room = forms.ChoiceField(label=_("Room"), required=False)
    meeting_since = day_field(_("Meeting from"))
    meeting_until = day_field(_("Meeting to"))
    created_since = day_field(_("Begun from"))
    created_until = day_field(_("Begun to"))
    order = forms.ChoiceField(label=_("Order"), required=False, choices=list(_ORDERS.items()))

    def __init__(self, data: QueryDict, *, sites: list[tuple[str, str]], rooms: list[tuple[str, str]]) -> None:
        if data.get("room") not in dict(rooms):
            # Whoever chooses another site still has the former one's room in the form.
            data = data.copy()
            data.pop("room", None)
        super().__init__(data)
        self.fields["site"].choices = [("", _("All")), *sites]  # type: ignore[attr-defined]
        if rooms:
            self.fields["room"].choices = [("", _("All")), *rooms]  # type: ignore[attr-defined]
        else:
            del self.fields["room"]

    def narrowing(self, zone: ZoneInfo) -> Narrowing:
        """What was asked for, as far as it makes sense; days are those of `zone`."""
        self.is_valid()
        asked = self.cleaned_data
        state = asked.get("state", "")
        return Narrowing(
            words=asked.get("words", ""),
            state="" if state == NEEDS_STAFF else state,
            needs_staff=state == NEEDS_STAFF,
            site=asked.get("site", ""),
            room=asked.get("room", ""),
            meeting=instants_between(asked.get("meeting_since"), asked.get("meeting_until"), zone),
            created=instants_between(asked.get("created_since"), asked.get("created_until"), zone),
            order=asked.get("order") or next(iter(ORDERS)),
        )

    def to_keep(self) -> dict[str, str]:
        """What a saved view keeps of it: the fields that make sense, as they stand in an address."""
        self.is_valid()
        return {name: str(self.cleaned_data[name]) for name in _KEPT if self.cleaned_data.get(name)}

    @property
    def is_narrowed(self) -> bool:
        """Does it ask for less than everything?"""
        self.is_valid()
        return any(value for name, value in self.cleaned_data.items() if name != "order")


def query_of(filters: dict[str, str]) -> str:
    """The query of the list's address that a saved view stands for."""
    return urlencode([(name, filters[name]) for name in _KEPT if name in filters])


class ViewForm(forms.Form):
    """The name of a saved view, and who sees it."""

    name = forms.CharField(
        label=_("Name of the view"),
        max_length=60,
        error_messages={"required": _("Give the view a name.")},
    )
    is_shared = forms.BooleanField(label=_("Everybody on the team sees it"), required=False)


class SendForm(forms.Form):
    """Why a request is sent once more."""

    reason = forms.CharField(
        label=_("Why is it sent again?"),
        help_text=_("Kept in the history. The guest gets a mail about the outcome."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write a sentence, so that colleagues understand why.")},
    )


class MailAgainForm(forms.Form):
    """Why the guest gets the mail once more."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write a sentence, so that colleagues understand why.")},
    )


class ContactForm(forms.Form):
    """Another name or address of the guest."""

    name = forms.CharField(
        label=_("Name"), max_length=200, error_messages={"required": _("Write the name of the guest.")}
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write the address of the guest.")},
    )
    reason = forms.CharField(
        label=_("Who asked for it, and how do you know it is them?"),
        help_text=_(
            "Kept in the history. With another address, links in earlier mails end, both addresses are told, and "
            "nothing is sent to Workways before the new one is confirmed."
        ),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write a sentence, so that colleagues understand why.")},
    )


class NoteForm(forms.Form):
    """A sentence for colleagues."""

    note = forms.CharField(
        label=_("Note for colleagues"),
        help_text=_("The guest never sees it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write the note first.")},
    )


class CancelForm(forms.Form):
    """What the guest reads of the cancellation."""

    message = forms.CharField(
        label=_("What should the guest know?"),
        help_text=_(
            "It is mailed to the guest. Cancel the meeting in Workways as well: the portal can't. It watches the "
            "room's calendar and tells the guest when the meeting has left it."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what the guest should read.")},
    )
