"""What staff type."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.catalog.models import OperatorSettings
from bookings.registration.states import RegistrationState

if TYPE_CHECKING:
    _OperatorForm = forms.ModelForm[OperatorSettings]
else:
    # Only the checker knows what kind of row a form is for.
    _OperatorForm = forms.ModelForm


class ListForm(forms.Form):
    """The two ways to narrow a list down."""

    words = forms.CharField(label=_("Search"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, data: Any, *, states: list[tuple[str, Any]]) -> None:
        super().__init__(data)
        self.fields["state"].choices = [("", _("All")), *states]  # type: ignore[attr-defined]

    def narrowing(self) -> dict[str, str]:
        """What was asked for, as far as it makes sense."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("words", "state")}


def registration_list_form(data: Any) -> ListForm:
    """Narrows the list of registrations."""
    return ListForm(data, states=list(RegistrationState.choices))


class SettleForm(forms.Form):
    """What became of a request that only a person can tell; the guest is told the outcome."""

    outcome = forms.ChoiceField(
        label=_("What became of it?"),
        choices=[("booked", _("It is booked in Workways")), ("not_booked", _("It is not booked"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what became of the request.")},
    )
    reason = forms.CharField(
        label=_("How do you know, or why not?"),
        help_text=_("Kept in the history. The guest gets a mail about the outcome."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a sentence, so that colleagues understand the decision.")},
    )


class SettleRegistrationForm(forms.Form):
    """What became of a registration that only a person can tell; the guest is told the outcome."""

    to = forms.ChoiceField(
        label=_("What became of it?"),
        choices=[
            (RegistrationState.CREATED, _("The company is registered")),
            (RegistrationState.UPDATED, _("The company was there, and is up to date now")),
            (RegistrationState.USER_EXISTS, _("The person belongs to a company already")),
            (RegistrationState.REFUSED, _("Workways refuses it")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what became of the registration.")},
    )
    reason = forms.CharField(
        label=_("How do you know, or why not?"),
        help_text=_("Kept in the history. If it is refused, the guest reads this sentence."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a sentence, so that colleagues understand the decision.")},
    )


class HandledForm(forms.Form):
    """A note for colleagues."""

    note = forms.CharField(
        label=_("What did you do?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write a sentence, so that colleagues know what was done.")},
    )


class AnswerForm(forms.Form):
    """The answer to what a guest asked; it is mailed to them."""

    answer = forms.CharField(
        label=_("Your answer"),
        help_text=_("It is sent to the guest by mail."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write the answer that the guest should read.")},
    )


class OperatorForm(_OperatorForm):
    """Who runs this portal, and how prices are worded."""

    class Meta:
        model = OperatorSettings
        fields = ("name", "contact_email", "contact_phone", "vat_wording", "reminder_hours", "names_shown_to")
        widgets = {"vat_wording": forms.RadioSelect, "names_shown_to": forms.RadioSelect}
        labels = {
            "name": _("Name of the portal"),
            "contact_email": _("Contact e-mail"),
            "contact_phone": _("Contact telephone"),
            "vat_wording": _("What prices say of VAT"),
            "reminder_hours": _("Hours between a reminder and the meeting"),
            "names_shown_to": _("Who reads names in the panel's calendars"),
        }
