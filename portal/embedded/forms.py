"""The one form behind the mails of the embedded API."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class PasswordForm(forms.Form):
    """A new password, twice, held to the site's rules."""

    password = forms.CharField(
        label=_("Password"), max_length=200, strip=False, widget=forms.PasswordInput, validators=[validate_password]
    )
    again = forms.CharField(label=_("The same password again"), max_length=200, strip=False, widget=forms.PasswordInput)

    def clean(self) -> dict[str, Any]:
        """Refuses two that differ."""
        values = super().clean() or {}
        if "password" in values and "again" in values and values["password"] != values["again"]:
            self.add_error("again", ValidationError(_("The two passwords differ. Please type the same one twice.")))
        return values
