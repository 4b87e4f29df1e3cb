"""What is asked before somebody's data is shown, taken along or erased."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookings.catalog.models import LEAST_RETENTION_MONTHS, MOST_RETENTION_MONTHS, OperatorSettings
from bookings.links.rules import normalized_email
from bookings.personal_data.actions import Reason

if TYPE_CHECKING:
    _OperatorForm = forms.ModelForm[OperatorSettings]
else:
    # Only the checker knows what kind of row a form is for.
    _OperatorForm = forms.ModelForm

REASONS = [
    (Reason.ASKED.value, _("The person asked for it")),
    (Reason.MISTAKE.value, _("The data is here by mistake")),
    (Reason.OTHER.value, _("Another reason")),
]


class AddressForm(forms.Form):
    """Whose data."""

    address = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={"required": _("Type the person's e-mail address.")},
    )

    def clean_address(self) -> str:
        """As addresses are compared."""
        return normalized_email(self.cleaned_data["address"])


class EraseForm(AddressForm):
    """The address once more, typed by hand, why, and the decision about what goes on."""

    address = forms.EmailField(max_length=254, widget=forms.HiddenInput)
    typed = forms.CharField(
        label=_("Type the address once more"),
        max_length=254,
        help_text=_("What is erased can't be brought back."),
        error_messages={"required": _("Type the address once more, so that nobody is erased by a slip.")},
    )
    reason = forms.ChoiceField(
        label=_("Why?"),
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why; the audit keeps it.")},
    )
    closes_open = forms.BooleanField(
        label=_("End what is under way; booked meetings stay in Workways, and nobody is told of them any more"),
        required=False,
    )

    def __init__(self, data: Any = None, *, needs_decision: bool = False, **options: Any) -> None:
        super().__init__(data, **options)
        if not needs_decision:
            del self.fields["closes_open"]

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError when the two addresses differ."""
        cleaned = super().clean() or {}
        typed = normalized_email(cleaned.get("typed", ""))
        if typed and typed != cleaned.get("address"):
            self.add_error("typed", ValidationError(_("This is another address. Type the one that is to be erased.")))
        if "closes_open" in self.fields and not cleaned.get("closes_open"):
            self.add_error(
                "closes_open",
                ValidationError(_("Something of this person goes on. Tick this, or wait until it is over.")),
            )
        return cleaned


class RetentionForm(_OperatorForm):
    """How long personal data is kept."""

    class Meta:
        model = OperatorSettings
        fields = ("retention_months",)
        labels = {"retention_months": _("Months after the meeting")}
        error_messages = {
            "retention_months": {
                "min_value": _("It is at least %(limit_value)s month."),
                "max_value": _("It is at most %(limit_value)s months: nothing is kept for ever."),
            }
        }
        widgets = {
            "retention_months": forms.NumberInput(
                attrs={"min": LEAST_RETENTION_MONTHS, "max": MOST_RETENTION_MONTHS, "inputmode": "numeric"}
            )
        }
