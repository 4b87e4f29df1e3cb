"""What is asked of the audit."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.audit.queries import list_actors
from bookings.audit.vocabulary import Act, Subject
from bookings.staff.audit.queries import things_of
from bookings.staff.days import day_field, instants_between


class AuditForm(forms.Form):
    """Narrows the audit down; what makes no sense narrows nothing, and says so."""

    member = forms.TypedChoiceField(
        label=_("Member of staff"), required=False, coerce=int, empty_value=None, choices=[]
    )
    act = forms.ChoiceField(label=_("Act"), required=False, choices=[("", _("All")), *Act.choices])
    subject = forms.ChoiceField(label=_("Of what kind"), required=False, choices=[("", _("All")), *Subject.choices])
    about = forms.CharField(
        label=_("About"),
        required=False,
        max_length=254,
        help_text=_("A reference, or the e-mail address of a person."),
    )
    since = day_field(_("From"))
    until = day_field(_("To"))

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["member"].choices = [("", _("All")), *list_actors()]  # type: ignore[attr-defined]

    def narrowing(self, zone: ZoneInfo) -> dict[str, Any]:
        """What was asked for, as far as it makes sense; days are those of `zone`."""
        self.is_valid()
        asked = self.cleaned_data
        about = (asked.get("about") or "").strip()
        narrowed: dict[str, Any] = {
            "user_id": asked.get("member"),
            "act": asked.get("act", ""),
            "subject": asked.get("subject", ""),
        }
        if "@" in about:
            narrowed["about"] = things_of(about)
        else:
            narrowed["reference"] = about
        since, until = instants_between(asked.get("since"), asked.get("until"), zone)
        narrowed |= {name: at for name, at in (("since", since), ("until", until)) if at is not None}
        return narrowed
