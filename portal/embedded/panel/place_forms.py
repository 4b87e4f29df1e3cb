"""What staff type of sites, rooms and rates."""

from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.embedded.countries import ZONE_BY_COUNTRY, country_code, english_name
from portal.embedded.models import Rate, RateType, Room, Site
from portal.embedded.panel.fields import EuroField, HoursField
from portal.embedded.pricing import first_amount

if TYPE_CHECKING:
    _SiteForm = forms.ModelForm[Site]
    _RoomForm = forms.ModelForm[Room]
    _RateForm = forms.ModelForm[Rate]
else:
    # Only the checker knows what kind of row a form is for.
    _SiteForm = _RoomForm = _RateForm = forms.ModelForm

MOST = 1_000_000
ROOM_TYPES = {
    "publicMeeting": _("Meeting room, public"),
    "publicOffice": _("Office, public"),
    "meeting": _("Meeting room"),
    "privateMeeting": _("Meeting room, private"),
    "sharedMeeting": _("Meeting room, shared"),
    "conference": _("Conference room"),
    "office": _("Office"),
    "privateOffice": _("Office, private"),
    "sharedOffice": _("Office, shared"),
    "privateAccess": _("Room that nobody books"),
}
ROOM_STATES = {
    "bookable": _("Can be booked"),
    "free": _("Free"),
    "occupied": _("Occupied"),
    "forrent": _("For rent"),
    "rented": _("Rented"),
    "toclean": _("To be cleaned"),
}
VAT_TYPES = {"standard": _("Standard"), "none": _("None"), "special": _("A rate of its own")}


def limit_numbers(form: forms.BaseForm) -> None:
    """No whole number of a form is beyond what any of our columns can hold."""
    for field in form.fields.values():
        if isinstance(field, forms.IntegerField):
            field.max_value = MOST
            field.widget.attrs["max"] = MOST
            field.validators.append(forms.IntegerField(max_value=MOST).validators[-1])


def with_kept(choices: dict[str, Any], kept: str) -> list[tuple[str, Any]]:
    """Choices, and the value that a row has already, whatever it is."""
    return [*choices.items(), *([(kept, kept)] if kept and kept not in choices else [])]


class SiteForm(_SiteForm):
    """A site. Its time zone is that of the country unless staff write another."""

    country = forms.CharField(label=_("Country"), max_length=60, help_text=_("Its name or its code, such as FR."))
    zone_name = forms.CharField(
        label=_("Time zone"),
        max_length=60,
        required=False,
        help_text=_("Such as Europe/Paris. Left empty, it is the one of the country."),
    )

    class Meta:
        model = Site
        fields = ("name", "country", "zone_name")
        labels: ClassVar[dict[str, Any]] = {"name": _("Name")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.country:
            self.initial["country"] = english_name(self.instance.country)

    def clean_country(self) -> str:
        """The code. Raises ValidationError."""
        code = country_code(self.cleaned_data["country"])
        if code is None:
            raise ValidationError(_("We know no country of this name. Write it in English or French, or its code."))
        return code

    def clean(self) -> dict[str, Any]:
        """Fills in the country's zone. Raises ValidationError for a zone that nobody knows."""
        values = super().clean() or {}
        name = values.get("zone_name") or ZONE_BY_COUNTRY.get(values.get("country", ""), "")
        if name in available_timezones():
            values["zone_name"] = name
        elif "country" in values and not name:
            self.add_error("zone_name", _("Write the time zone: we don't know which one this country goes by."))
        elif name:
            self.add_error("zone_name", _("There is no such time zone. Write one such as Europe/Paris."))
        return values


class RoomForm(_RoomForm):
    """A room. Its site is chosen once, when it is made."""

    type = forms.ChoiceField(label=_("Type"))
    default_state = forms.ChoiceField(label=_("Usual state"))
    actual_state = forms.ChoiceField(label=_("State now"))
    slot_week = HoursField(label=_("Open Monday to Friday"))
    slot_saturday = HoursField(label=_("Open on Saturday"))
    slot_sunday = HoursField(label=_("Open on Sunday"))
    hour_minor = EuroField(label=_("Price per hour"), empty_minor=0)
    half_day_minor = EuroField(label=_("Price per half day"), empty_minor=0)
    day_minor = EuroField(label=_("Price per day"), empty_minor=0)

    class Meta:
        model = Room
        fields = (
            *("site", "name", "public_name", "type", "default_state", "actual_state", "surface", "description"),
            *("min_person", "max_person", "nb_seat", "configuration", "other_configuration"),
            *("min_minutes", "max_minutes", "step_minutes", "slot_week", "slot_saturday", "slot_sunday"),
            *("hour_minor", "half_day_minor", "day_minor", "price_per_month"),
        )
        labels: ClassVar[dict[str, Any]] = {
            "site": _("Site"),
            "name": _("Name"),
            "public_name": _("Name for the public"),
            "surface": _("Surface in m²"),
            "description": _("Description"),
            "min_person": _("People, at least"),
            "max_person": _("People, at most"),
            "nb_seat": _("Seats"),
            "configuration": _("Layout"),
            "other_configuration": _("Equipment"),
            "min_minutes": _("Shortest booking, in minutes"),
            "max_minutes": _("Longest booking, in minutes"),
            "step_minutes": _("Step, in minutes"),
            "price_per_month": _("Price per month"),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "surface": "",
            "price_per_month": _("For an office, in euro. Left empty, it is on request."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["type"].choices = with_kept(ROOM_TYPES, self.instance.type)  # type: ignore[attr-defined]
        for name in ("default_state", "actual_state"):
            self.fields[name].choices = with_kept(ROOM_STATES, getattr(self.instance, name))  # type: ignore[attr-defined]
        if self.instance._state.adding:
            self.fields["site"].queryset = Site.objects.filter(is_archived=False)  # type: ignore[attr-defined]
            usual = {"type": "publicMeeting", "default_state": "bookable", "actual_state": "bookable"}
            self.initial = {**usual, **self.initial}
        else:
            del self.fields["site"]
        for name in ("min_person", "max_person", "nb_seat", "min_minutes", "max_minutes", "step_minutes"):
            self.fields[name].required = False
        limit_numbers(self)

    def clean_price_per_month(self) -> str:
        """The text as it was typed, if there is an amount in it. Raises ValidationError."""
        written: str = self.cleaned_data["price_per_month"].strip()
        if written and (first_amount(written) is None or "-" in written):
            raise ValidationError(_("Write an amount in euro, such as 850 or 1 250,50 €."))
        return written

    def clean(self) -> dict[str, Any]:
        """A number left empty is 0. Raises ValidationError for limits that contradict each other."""
        values = super().clean() or {}
        for name in ("min_person", "max_person", "nb_seat", "min_minutes", "max_minutes", "step_minutes"):
            if name in values and values[name] is None:
                values[name] = 0
        for least, most, sentence in (
            ("min_person", "max_person", _("At most can't be less than at least.")),
            ("min_minutes", "max_minutes", _("The longest booking can't be shorter than the shortest one.")),
        ):
            if values.get(most) and (values.get(least) or 0) > values[most]:
                self.add_error(most, sentence)
        return values


class RateForm(_RateForm):
    """A contract option of a site, and its prices per month."""

    public_base_minor = EuroField(label=_("Public price"))
    member_base_minor = EuroField(label=_("Price for members"))
    public_promo_minor = EuroField(label=_("Public promotional price"))
    member_promo_minor = EuroField(label=_("Promotional price for members"))
    setup_minor = EuroField(label=_("Set-up fee, once"), empty_minor=0)
    vat_type = forms.ChoiceField(label=_("VAT"), choices=list(VAT_TYPES.items()))

    class Meta:
        model = Rate
        fields = (
            *("site", "key", "name_en", "name_fr", "type", "is_unique", "public_base_minor", "member_base_minor"),
            *("public_promo_minor", "member_promo_minor", "promo_months", "setup_minor", "vat_type", "vat_rate"),
        )
        labels: ClassVar[dict[str, Any]] = {
            "site": _("Site"),
            "key": _("Key"),
            "name_en": _("Name in English"),
            "name_fr": _("Name in French"),
            "type": _("How it is priced"),
            "is_unique": _("Only once per organization"),
            "promo_months": _("Months of the promotion"),
            "vat_rate": _("VAT rate in per cent"),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "key": _("Small letters, digits and underscores, such as parking."),
            "is_unique": "",
            "vat_rate": _("Only for a rate of its own."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["key"].validators.append(forms.RegexField(r"^[a-z0-9_]+\Z").validators[-1])
        self.fields["type"].choices = list(_RATE_TYPES.items())  # type: ignore[attr-defined]
        self.fields["vat_rate"].validators += forms.DecimalField(min_value=0, max_value=100).validators[:2]
        if self.instance._state.adding:
            self.fields["site"].queryset = Site.objects.filter(is_archived=False)  # type: ignore[attr-defined]
        else:
            del self.fields["site"]
        limit_numbers(self)

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError where type and prices, or VAT and its rate, don't fit together."""
        values = super().clean() or {}
        if values.get("type") in (RateType.PROMO, RateType.PROMO_WITH_QUANTITY) and not values.get("promo_months"):
            self.add_error("promo_months", _("Write for how many months the promotional price holds."))
        if values.get("vat_type") == "special" and values.get("vat_rate") is None and "vat_rate" not in self.errors:
            self.add_error("vat_rate", _("Write the VAT rate in per cent."))
        site = self.instance.site_id or (values["site"].pk if values.get("site") else None)
        same = Rate.objects.filter(site=site, key=values.get("key"), is_archived=False).exclude(pk=self.instance.pk)
        if site and values.get("key") and same.exists():
            self.add_error("key", _("This site has a rate with this key already."))
        return values


_RATE_TYPES = {
    RateType.OTHER: _("A fixed price"),
    RateType.QUOTE: _("On request"),
    RateType.QUANTITY: _("By quantity"),
    RateType.PROMO: _("Promotional price at first"),
    RateType.PROMO_WITH_QUANTITY: _("Promotional price at first, by quantity"),
}


class PictureForm(forms.Form):
    """A picture of a room."""

    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("JPEG, PNG, WebP or GIF, at most 5 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        error_messages={"required": _("Choose a file first.")},
    )
