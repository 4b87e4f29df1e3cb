"""What staff type of organizations, users and tokens."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from portal.embedded.companies import comparable
from portal.embedded.countries import country_code, english_name
from portal.embedded.models import DEVELOPER_ROLES, Membership, Organization, Room, Site, User
from portal.embedded.panel.fields import DayField, EuroField
from portal.embedded.panel.place_forms import limit_numbers, with_kept

if TYPE_CHECKING:
    _OrganizationForm = forms.ModelForm[Organization]
    _UserForm = forms.ModelForm[User]
else:
    # Only the checker knows what kind of row a form is for.
    _OrganizationForm = _UserForm = forms.ModelForm

ROLES = {
    "principal-admin": _("Principal administrator of the organization"),
    "admin": _("Administrator of the organization"),
    "user": _("Member"),
    "temp": _("Temporary, still to register"),
    "api-developer": _("Developer, may have tokens"),
    "app-admin": _("Administrator of the application, may have tokens"),
}
LANGUAGES = {"en": _("English"), "fr": _("French")}
_SITE = "site_"


class OrganizationForm(_OrganizationForm):
    """An organization, its contract, and the sites it may use in their order."""

    country = forms.CharField(
        label=_("Country"), max_length=60, required=False, help_text=_("Its name or its code, such as FR.")
    )
    rental_start_on = DayField(label=_("Contract from"), required=False)
    rental_end_on = DayField(label=_("Contract until"), required=False)

    class Meta:
        model = Organization
        fields = (
            *("name", "country", "company_number", "vat_number", "address", "email", "phone", "max_resident_users"),
            *("rental_price", "rental_comment", "rental_start_on", "rental_end_on", "rental_url"),
            *("rental_renewal_months", "has_member_prices"),
        )
        labels: ClassVar[dict[str, Any]] = {
            "name": _("Name"),
            "company_number": _("Company number"),
            "vat_number": _("VAT number"),
            "address": _("Address"),
            "email": _("E-mail"),
            "phone": _("Telephone"),
            "max_resident_users": _("People, at most"),
            "rental_price": _("Rent per month"),
            "rental_comment": _("Remark"),
            "rental_url": _("Address of the contract"),
            "rental_renewal_months": _("Renewed for months"),
            "has_member_prices": _("Pays the prices for members"),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "company_number": "",
            "rental_price": _("In euro, as it stands in the contract."),
            "folded_name": "",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.country:
            self.initial["country"] = english_name(self.instance.country)
        places: dict[str, int] = {}
        if not self.instance._state.adding:
            places = dict(self.instance.memberships.values_list("site_id", "position"))
        order = {site: number for number, (site, _place) in enumerate(sorted(places.items(), key=lambda p: p[1]), 1)}
        self.site_fields: list[str] = []
        for site in Site.objects.order_by("name", "pk"):
            if site.is_archived and site.pk not in places:
                continue
            name = f"{_SITE}{site.pk}"
            self.fields[name] = forms.IntegerField(
                label=site.name, required=False, min_value=1, initial=order.get(site.pk)
            )
            self.site_fields.append(name)
        limit_numbers(self)

    def clean_country(self) -> str:
        """The code, or "". Raises ValidationError."""
        written: str = self.cleaned_data["country"]
        code = country_code(written) if written else ""
        if code is None:
            raise ValidationError(_("We know no country of this name. Write it in English or French, or its code."))
        return code

    def clean_company_number(self) -> str:
        """As it is compared. Raises ValidationError when another organization has it."""
        number = comparable(self.cleaned_data["company_number"])
        if number and Organization.objects.filter(company_number=number).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another organization has this company number."))
        return number

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for a contract that ends before it starts."""
        values = super().clean() or {}
        start, end = values.get("rental_start_on"), values.get("rental_end_on")
        if start and end and end < start:
            self.add_error("rental_end_on", _("The contract can't end before it starts."))
        return values

    def build_memberships(self, organization: Organization) -> list[Membership]:
        """The sites that got a number, in the order of the numbers; unsaved."""
        numbered = [(self.cleaned_data[name], name) for name in self.site_fields if self.cleaned_data.get(name)]
        return [
            Membership(organization=organization, site_id=name.removeprefix(_SITE), position=position)
            for position, (_number, name) in enumerate(sorted(numbered), start=1)
        ]


class RentForm(forms.Form):
    """A room that an organization rents."""

    room = forms.ModelChoiceField(label=_("Room"), queryset=Room.objects.none(), empty_label=_("Choose a room"))
    contract_end_on = DayField(label=_("Until"), required=False)
    rent_minor = EuroField(label=_("Rent per month"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        free = Room.objects.filter(organization=None, is_archived=False, site__is_archived=False)
        field: Any = self.fields["room"]
        field.queryset = free.select_related("site").order_by("site__name", "name", "pk")
        field.label_from_instance = lambda room: f"{room.site.name}: {room.name}"


class UserForm(_UserForm):
    """A person. An address is what they are known by, so it is written once and in small letters."""

    role = forms.ChoiceField(label=_("Role"))
    language = forms.ChoiceField(label=_("Language"), choices=list(LANGUAGES.items()))

    class Meta:
        model = User
        fields = (
            *("email", "first_name", "last_name", "phone", "language", "role", "organization"),
            *("daily_quota", "monthly_quota", "is_api_disabled"),
        )
        labels: ClassVar[dict[str, Any]] = {
            "email": _("E-mail"),
            "first_name": _("First name"),
            "last_name": _("Last name"),
            "phone": _("Telephone"),
            "organization": _("Organization"),
            "daily_quota": _("API calls a day, at most"),
            "monthly_quota": _("API calls a month, at most"),
            "is_api_disabled": _("API access is closed"),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "email": "",
            "is_api_disabled": "",
            "daily_quota": _("Left empty, there is no limit."),
            "monthly_quota": _("Left empty, there is no limit."),
        }

    def __init__(self, *args: Any, by_admin: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self._by_admin = by_admin
        self.fields["role"].choices = with_kept(ROLES, self.instance.role)  # type: ignore[attr-defined]
        self.fields["email"].validators.append(validate_email)
        if self.instance._state.adding:
            self.initial = {"role": "user", "language": "en", **self.initial}
        limit_numbers(self)

    def clean_email(self) -> str:
        """In small letters. Raises ValidationError when somebody else has it."""
        email: str = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another user has this address."))
        return email

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for what would get around who may give out tokens of the API."""
        cleaned = super().clean() or {}
        if self._by_admin:
            return cleaned
        former, role = self.instance.role, cleaned.get("role", self.instance.role)
        if former in DEVELOPER_ROLES and (role != former or cleaned.get("email", "") != self.instance.email):
            self.add_error(
                "role", _("This account may have tokens of the API, so only an admin changes its address or role.")
            )
        elif former not in DEVELOPER_ROLES and role in DEVELOPER_ROLES:
            self.add_error("role", _("Only an admin lets somebody have tokens of the API."))
        return cleaned


class DeveloperForm(forms.Form):
    """Who is to be a developer."""

    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        validators=[validate_email],
        widget=forms.EmailInput,
        help_text=_("Somebody new gets an account; a user who is there keeps it and becomes a developer."),
    )

    def clean_email(self) -> str:
        """In small letters. Raises ValidationError for somebody archived."""
        email: str = self.cleaned_data["email"].strip().lower()
        found = User.objects.select_related("organization").filter(email=email).first()
        if found is not None and found.is_shut_out:
            raise ValidationError(_("This account is archived, so its tokens would be refused. Restore it first."))
        return email


class TokenForm(forms.Form):
    """What a new token is for."""

    name = forms.CharField(label=_("What is the token for?"), max_length=100, help_text=_("Such as Make.com."))


class QuotaForm(_UserForm):
    """How much a developer may call."""

    class Meta:
        model = User
        fields = ("daily_quota", "monthly_quota")
        labels: ClassVar[dict[str, Any]] = {
            "daily_quota": _("API calls a day, at most"),
            "monthly_quota": _("API calls a month, at most"),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        limit_numbers(self)
