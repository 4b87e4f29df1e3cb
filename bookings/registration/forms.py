"""One form for each step; each hands out checked values under the names of the registration's fields."""

from typing import Any

import phonenumbers
from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.catalog.models import Site
from bookings.registration import companies
from bookings.registration.companies import LENGTHS, Problem, Wrong

MOST_USERS = 10_000


class _StepForm(forms.Form):
    """Fields that point to themselves by `prefix-name` ids; browsers leave the checking to us."""

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, auto_id="registration-%s", use_required_attribute=False)


class StartForm(_StepForm):
    """The address, and the site when the page doesn't know it yet."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("We send a code to it, to be sure that it is yours."),
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("This is no e-mail address. It looks like name@company.com."),
            "max_length": _("This e-mail address is too long."),
        },
    )
    site = forms.ChoiceField(
        label=_("Site"),
        error_messages={"required": _("Choose a site."), "invalid_choice": _("Choose a site.")},
    )

    def __init__(
        self, data: Any = None, *, sites: list[Site] | None = None, initial: dict[str, Any] | None = None
    ) -> None:
        """`sites` to choose from; None when the place is known."""
        super().__init__(data, initial=initial)
        if sites is None:
            del self.fields["site"]
        else:
            choices = [("", _("Choose a site")), *((site.workways_id, site.shown_name) for site in sites)]
            self.fields["site"].widget.choices = self.fields["site"].choices = choices  # type: ignore[attr-defined]


class CodeForm(_StepForm):
    """The code from the mail."""

    code = forms.CharField(
        label=_("Code from the mail"),
        max_length=40,
        error_messages={
            "required": _("Enter the code from the mail."),
            "max_length": _("The code has six digits."),
        },
    )


class PersonForm(_StepForm):
    """Who registers. `region` is the country whose telephone numbers need no country code: FR, BE, IE or ""."""

    first_name = forms.CharField(
        label=_("First name"),
        max_length=100,
        error_messages={"required": _("Enter your first name."), "max_length": _("Write a shorter first name.")},
    )
    last_name = forms.CharField(
        label=_("Last name"),
        required=False,
        max_length=100,
        error_messages={"max_length": _("Write a shorter last name.")},
    )
    phone = forms.CharField(
        label=_("Telephone number"),
        max_length=40,
        error_messages={
            "required": _("Enter your telephone number."),
            "max_length": _("This telephone number is too long."),
        },
    )

    def __init__(self, data: Any = None, *, region: str, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self._region = region

    @property
    def phone_example(self) -> str:
        """A number of that country, as one writes it abroad."""
        number = phonenumbers.example_number_for_type(self._region or "FR", phonenumbers.PhoneNumberType.MOBILE)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL) if number else ""

    def clean_first_name(self) -> str:
        """On one line."""
        return " ".join(str(self.cleaned_data["first_name"]).split())

    def clean_last_name(self) -> str:
        """On one line."""
        return " ".join(str(self.cleaned_data["last_name"]).split())

    def clean_phone(self) -> str:
        """With its country code, as the API wants it: +33612345678."""
        try:
            number = phonenumbers.parse(self.cleaned_data["phone"], self._region or None)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_valid_number(number):
            raise forms.ValidationError(
                _("This telephone number can't be right. Write it with its country code, such as %(example)s."),
                params={"example": self.phone_example},
            )
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


_COUNTRY_NAMES = [("fr", _("France")), ("be", _("Belgium")), ("ie", _("Ireland"))]

_NUMBER_NAMES = {"fr": _("SIRET"), "be": _("KBO or BCE number"), "ie": _("VAT number")}


class CompanyForm(_StepForm):
    """The company, its number and its address; numbers are optional, but a wrong one is not taken."""

    company = forms.CharField(
        label=_("Name of the company"),
        max_length=200,
        error_messages={
            "required": _("Enter the name of your company."),
            "max_length": _("Write a shorter name of the company."),
        },
    )
    country = forms.ChoiceField(
        label=_("Country of the company"),
        choices=[("", _("Choose a country")), *_COUNTRY_NAMES],
        error_messages={"required": _("Choose a country."), "invalid_choice": _("Choose a country.")},
    )
    company_number = forms.CharField(
        label=_("Company number"),
        required=False,
        max_length=40,
        help_text=_("France: SIRET, 14 digits. Belgium: KBO or BCE number, 10 digits. Ireland: VAT number."),
        error_messages={"max_length": _("This number is too long.")},
    )
    vat_number = forms.CharField(
        label=_("VAT number"),
        required=False,
        max_length=40,
        error_messages={"max_length": _("This number is too long.")},
    )
    address = forms.CharField(
        label=_("Billing address"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("Write an address of at most 500 characters.")},
    )

    def clean_company(self) -> str:
        """On one line."""
        return " ".join(str(self.cleaned_data["company"]).split())

    def clean(self) -> dict[str, Any]:
        """Checks both numbers by the rules of the country."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        country = cleaned.get("country")
        if not country:
            return cleaned
        for name, check in (
            ("company_number", companies.check_company_number),
            ("vat_number", companies.check_vat_number),
        ):
            if not cleaned.get(name):
                continue
            checked = check(cleaned[name], country)
            if isinstance(checked, Wrong):
                self.add_error(name, _number_error(name, country, checked))
            else:
                cleaned[name] = checked.number
        return cleaned


def _number_error(name: str, country: str, wrong: Wrong) -> forms.ValidationError:
    is_company_number = name == "company_number"
    facts: dict[str, Any] = {
        "name": _NUMBER_NAMES[country] if is_company_number else _("VAT number"),
        "given": wrong.length,
        "length": LENGTHS.get(country, 0),
    }
    match wrong.problem:
        case Problem.SIREN_ONLY:
            text = _("This is the SIREN of the company, 9 digits. The SIRET has 5 more digits, for the establishment.")
        case Problem.LENGTH if is_company_number and country in LENGTHS:
            text = _("The %(name)s has %(length)s digits, and this one has %(given)s.")
        case Problem.LENGTH:
            text = _("This %(name)s is too short or too long.")
        case Problem.CHECK_DIGIT:
            text = _("There is a typing error in this %(name)s: its check digits don't fit. Compare it once more.")
        case Problem.OTHER_COUNTRY:
            text = _("This VAT number begins with letters of no country of the European Union.")
        case Problem.CHARACTERS:
            text = _("This %(name)s holds characters that it can't have. Compare it once more.")
    return forms.ValidationError(text, params=facts)


class UsersForm(_StepForm):
    """How many people get access."""

    users = forms.IntegerField(
        label=_("Number of people who will use the site"),
        min_value=1,
        max_value=MOST_USERS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Say how many people will use the site."),
            "invalid": _("The number of people must be a whole number, such as 6."),
            "min_value": _("At least one person must use the site."),
            "max_value": _("For more than 10,000 people, please call us."),
        },
    )
