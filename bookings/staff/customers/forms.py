"""What is typed to find a customer."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from bookings.core.identifiers import is_workways_id
from bookings.links.rules import normalized_email


class FindForm(forms.Form):
    """An e-mail address, or the Workways id of a company."""

    about = forms.CharField(
        label=_("E-mail address, or Workways id of a company"),
        max_length=254,
        error_messages={"required": _("Type the e-mail address of a person, or the Workways id of a company.")},
    )

    def clean_about(self) -> str:
        """Raises ValidationError for what is neither."""
        about = normalized_email(self.cleaned_data["about"])
        if is_workways_id(about):
            return about
        try:
            EmailValidator()(about)
        except ValidationError as error:
            raise ValidationError(
                _("This is neither an e-mail address nor a Workways id, which is 24 digits and letters from a to f.")
            ) from error
        return about
