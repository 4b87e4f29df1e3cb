"""The forms of the account area."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SignInForm(forms.Form):
    """Address and password."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    password = forms.CharField(label=_("Password"), max_length=200, strip=False, widget=forms.PasswordInput)


class PasswordLinkForm(forms.Form):
    """Where the link to choose a password shall go."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)


class TokenForm(forms.Form):
    """What a token is called, so that its owner knows it again."""

    name = forms.CharField(label=_("Name of the token"), max_length=100)
