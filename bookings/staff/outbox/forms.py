"""What narrows the outbox down, and why something is done to a mail."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.mail.models import MailState
from bookings.mail.names import KIND_NAMES
from bookings.staff.days import day_field, instants_between

# The two forms on a mail's page, told apart by what their fields begin with.
RESEND, CANCEL = "resend", "cancel"


class OutboxForm(forms.Form):
    """Narrows the outbox down; what makes no sense narrows nothing, and says so."""

    words = forms.CharField(
        label=_("Search"), required=False, max_length=100, help_text=_("In subject, address and reference.")
    )
    to = forms.CharField(label=_("To"), required=False, max_length=254)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *KIND_NAMES.items()])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *MailState.choices])
    since = day_field(_("From"))
    until = day_field(_("To the day"))

    def narrowing(self, zone: ZoneInfo) -> dict[str, Any]:
        """What was asked for, as far as it makes sense; days are those of `zone`."""
        self.is_valid()
        asked = self.cleaned_data
        narrowed: dict[str, Any] = {name: asked.get(name, "") for name in ("words", "to", "kind", "state")}
        since, until = instants_between(asked.get("since"), asked.get("until"), zone)
        narrowed |= {name: at for name, at in (("since", since), ("until", until)) if at is not None}
        return narrowed


class ReasonForm(forms.Form):
    """Why; kept in the mail's history."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write a sentence, so that colleagues understand why.")},
    )
