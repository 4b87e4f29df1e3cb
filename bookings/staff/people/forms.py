"""What is typed about members of staff, by themselves and by admins."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.access import DUTIES, Member, Role
from portal.members.models import TwoFactorFor
from portal.members.queries import find_member, is_address_taken

ALL, SOME = "all", "some"


class SignInForm(AuthenticationForm):
    """Lets staff in, and nobody else."""

    error_messages = {
        "invalid_login": _("This user name and password don't fit together. Both must be written exactly."),
        "inactive": _("This account is switched off. Ask a colleague to switch it on."),
        "no_staff": _("This account may not open the staff panel. Ask an admin of the team to invite you."),
    }

    def confirm_login_allowed(self, user: User) -> None:
        """Raises ValidationError for an account that is not of staff."""
        super().confirm_login_allowed(user)
        if find_member(user) is None:
            raise ValidationError(self.error_messages["no_staff"], code="no_staff")


class CodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"), max_length=40, error_messages={"required": _("Type the code that your app shows.")}
    )


class ForgottenForm(forms.Form):
    """Whose password is lost."""

    name = forms.CharField(
        label=_("E-mail address or user name"),
        max_length=254,
        error_messages={"required": _("Type your e-mail address or your user name.")},
    )


class PasswordForm(forms.Form):
    """One's own password, before something that a stranger at one's desk should not do."""

    password = forms.CharField(
        label=_("Your password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": _("Type your password.")},
    )

    def __init__(self, user: User, data: Any = None, *, prefix: str) -> None:
        super().__init__(data, prefix=prefix)
        self._user = user

    def clean_password(self) -> str:
        """Raises ValidationError for a wrong one."""
        password: str = self.cleaned_data["password"]
        if not self._user.check_password(password):
            raise ValidationError(_("This is not your password. Type it once more."))
        return password


class NewPasswordForm(forms.Form):
    """A new password, typed twice because nobody sees it."""

    first = forms.CharField(
        label=_("New password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": _("Type a new password.")},
    )
    second = forms.CharField(
        label=_("New password, once more"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": _("Type the new password once more.")},
    )

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.user = user

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError when the two differ, or the rules for passwords say no."""
        cleaned = super().clean() or {}
        first, second = cleaned.get("first"), cleaned.get("second")
        if first and second and first != second:
            self.add_error("second", _("The two passwords are not the same."))
        elif first and second:
            try:
                password_validation.validate_password(first, self.user)
            except ValidationError as error:
                self.add_error("first", error)
        return cleaned


class ChangePasswordForm(NewPasswordForm):
    """The present password and a new one."""

    present = forms.CharField(
        label=_("Present password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput,
        error_messages={"required": _("Type your present password.")},
    )
    field_order = ("present", "first", "second")

    def clean_present(self) -> str:
        """Raises ValidationError for a wrong one."""
        present: str = self.cleaned_data["present"]
        if not self.user.check_password(present):
            raise ValidationError(_("This is not your present password. Type it once more."))
        return present


class RoleForm(forms.Form):
    """What a member may do, and for which sites."""

    role = forms.TypedChoiceField(
        label=_("Role"),
        coerce=lambda value: Role(int(value)),
        choices=Role.choices,
        widget=forms.RadioSelect,
        initial=Role.FRONT_DESK.value,
        error_messages={"required": _("Choose a role.")},
    )
    reach = forms.ChoiceField(
        label=_("Sites"),
        choices=[(ALL, _("All sites, also those to come")), (SOME, _("Only those ticked below"))],
        widget=forms.RadioSelect,
        initial=ALL,
    )
    sites = forms.MultipleChoiceField(
        label=_("Which sites"), required=False, widget=forms.CheckboxSelectMultiple, choices=[]
    )

    def __init__(self, data: Any = None, *, sites: Sequence[tuple[str, str]], member: Member | None = None) -> None:
        initial = None
        if member is not None:
            reach = SOME if member.is_limited else ALL
            initial = {"role": member.role, "reach": reach, "sites": member.site_ids}
        super().__init__(data, initial=initial)
        told = [(role.value, _("%(role)s: %(duties)s") % {"role": role.label, "duties": DUTIES[role]}) for role in Role]
        self.fields["role"].choices = told  # type: ignore[attr-defined]
        self.fields["sites"].choices = sites  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for a limited admin, and for a limit without a site."""
        cleaned = super().clean() or {}
        if cleaned.get("reach") == SOME:
            if cleaned.get("role") == Role.ADMIN:
                self.add_error("reach", _("An admin decides about the whole team, so an admin is for all sites."))
            elif not cleaned.get("sites"):
                self.add_error("sites", _("Tick at least one site."))
        return cleaned

    @property
    def site_ids(self) -> list[str] | None:
        """The Workways ids of the ticked sites; None for all sites."""
        return sorted(self.cleaned_data["sites"]) if self.cleaned_data["reach"] == SOME else None


class InviteForm(RoleForm):
    """Somebody new."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=150,
        help_text=_("It is the user name too."),
        error_messages={"required": _("Type the address that the invitation goes to.")},
    )
    first_name = forms.CharField(label=_("First name"), max_length=100, error_messages={"required": _("Type a name.")})
    last_name = forms.CharField(label=_("Last name"), max_length=100, required=False)
    language = forms.ChoiceField(label=_("Language of the mails"), choices=settings.LANGUAGES, initial="en")
    field_order = ("email", "first_name", "last_name", "language", "role", "reach", "sites")

    def clean_email(self) -> str:
        """Raises ValidationError when somebody has this address already."""
        email: str = self.cleaned_data["email"].strip().lower()
        if is_address_taken(email):
            raise ValidationError(_("There is an account with this address already. Look for it in the list."))
        return email


class RulesForm(forms.Form):
    """What holds for the whole team."""

    two_factor_for = forms.ChoiceField(
        label=_("Two-factor sign-in is required for"), choices=TwoFactorFor.choices, widget=forms.RadioSelect
    )
