"""The form that changes a contract: its terms, its rooms, its options; and what is to be done, made from it."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookings.core.money import parse_price
from bookings.staff.customers.pages import name_of
from bookings.staff.customers.plans import NewOption, NewRoom, Plan
from bookings.staff.customers.reading import Offers
from bookings.staff.customers.terms import OptionTerm, Terms, written
from portal.workways import ContractOption

# How many rooms and options one change can add.
ROWS = 3
MOST_MONTHS = 1200
MOST_EUROS = 10_000_000
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _amount(label: Any, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_value=MOST_EUROS, max_digits=10, decimal_places=2, **options
    )


class ContractForm(forms.Form):
    """What changes is sent; a field that stays as it was is not."""

    as_read = forms.CharField(widget=forms.HiddenInput, required=False)
    rent = _amount(_("Rent for a month, in euros"))
    start = forms.DateField(
        label=_("Contract starts"),
        required=False,
        widget=_DAY,
        help_text=_("Workways doesn't tell the present one. Leave it empty to leave it as it is."),
    )
    end = forms.DateField(label=_("Contract ends"), required=False, widget=_DAY)
    renewal_months = forms.IntegerField(
        label=_("Renews itself by so many months"),
        required=False,
        min_value=0,
        max_value=MOST_MONTHS,
        help_text=_("0: it doesn't."),
    )
    folder = forms.URLField(
        label=_("Web address of the folder with the papers"), required=False, max_length=500, assume_scheme="https"
    )
    comment = forms.CharField(
        label=_("Comment on the contract"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Takes the place of the present one, which Workways doesn't tell."),
    )
    keep_rooms = forms.MultipleChoiceField(
        label=_("Rooms that stay"), required=False, widget=forms.CheckboxSelectMultiple
    )
    rooms_anew = forms.BooleanField(
        label=_("Send the whole list of rooms anew, instead of what changes"), required=False
    )
    keep_options = forms.MultipleChoiceField(
        label=_("Options that stay"), required=False, widget=forms.CheckboxSelectMultiple
    )
    options_anew = forms.BooleanField(
        label=_("Send the whole list of options anew, instead of what changes"),
        required=False,
        help_text=_("Needed to change an option that a company has only once."),
    )

    def __init__(self, data: Any, *, terms: Terms, offers: Offers) -> None:
        super().__init__(data, initial=_initial(terms))
        self.terms = terms
        self._choose("keep_rooms", [(room.id, room.name) for room in terms.rooms])
        self._choose("keep_options", [(str(one.id), _described(one)) for one in terms.options])
        free = [room for room in offers.rooms if room.id not in {kept.id for kept in terms.rooms}]
        rooms = [
            (room.id, f"{room.public_name or room.name}, {room.site_name}") for room in free if not room.organization_id
        ]
        for number in range(1, ROWS + 1):
            self.fields[f"add_room{number}"] = forms.ChoiceField(
                label=_("Room to add"),
                required=False,
                choices=[("", _("None")), *sorted(rooms, key=lambda one: one[1])],
            )

    @property
    def added_rooms(self) -> list[forms.BoundField]:
        """The fields of the rooms to add."""
        return [self[f"add_room{number}"] for number in range(1, ROWS + 1)]

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for a contract that is another one by now, and for what Workways can't be told."""
        asked = super().clean() or self.cleaned_data
        if asked.get("as_read") != self.terms.fingerprint:
            raise ValidationError(
                _("The contract has changed since you opened this form. Check it against what you meant, and go on.")
            )
        for name in ("rent", "end"):
            if name not in self.errors and asked.get(name) is None and self.initial.get(name) is not None:
                self.add_error(name, _("Workways can't be told to remove this; only to change it."))
        return asked

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class OptionForm(forms.Form):
    """One option to add; empty when no option is chosen."""

    option = forms.ChoiceField(label=_("Option to add"), required=False)
    quantity = forms.IntegerField(label=_("Quantity"), required=False, min_value=1, max_value=100_000)
    price = _amount(_("Own price for a month"), help_text=_("Empty: the usual rate."))
    promo = _amount(_("Own first price"))
    promo_months = forms.IntegerField(
        label=_("Months of the first price"), required=False, min_value=1, max_value=MOST_MONTHS
    )
    start = forms.DateField(label=_("Starts"), required=False, widget=_DAY)
    end = forms.DateField(label=_("Ends"), required=False, widget=_DAY)

    def __init__(self, data: Any, *, offers: Offers, language: str, number: int) -> None:
        super().__init__(data, prefix=f"option{number}")
        choices = [(option.id, name_of(option, language)) for option in offers.options]
        self.fields["option"].choices = [("", _("None")), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for details of no option, and for days in the wrong order."""
        asked = super().clean() or self.cleaned_data
        details = [name for name, value in asked.items() if name != "option" and value is not None]
        if details and not asked.get("option") and "option" not in self.errors:
            self.add_error("option", _("Choose which option this is."))
        if asked.get("start") and asked.get("end") and asked["start"] > asked["end"]:
            self.add_error("end", _("This day is before the option starts."))
        return asked


def option_forms(data: Any, *, offers: Offers, language: str) -> list[OptionForm]:
    """The rows for options to add."""
    return [OptionForm(data, offers=offers, language=language, number=number) for number in range(1, ROWS + 1)]


def plan_of(form: ContractForm, rows: Sequence[OptionForm], offers: Offers, language: str) -> Plan:
    """What is to be done. Adds an error to the form where what is asked for can't be."""
    asked, terms = form.cleaned_data, form.terms
    by_id = {option.id: option for option in offers.options}
    rooms = {room.id: room for room in offers.rooms}
    chosen = dict.fromkeys(asked[f"add_room{n}"] for n in range(1, ROWS + 1) if asked.get(f"add_room{n}"))
    added = tuple(
        _new_option(by_id[row.cleaned_data["option"]], row.cleaned_data, language)
        for row in rows
        if row.cleaned_data.get("option")
    )
    plan = Plan(
        rent=_changed(form, "rent", lambda amount: f"{written(amount)}€"),
        comment=asked["comment"] or None,
        start=asked["start"].isoformat() if asked["start"] else None,
        end=_changed(form, "end", lambda day: day.isoformat()),
        folder=asked["folder"] or None,
        renewal_months=_changed_months(form),
        rooms_add=tuple(
            NewRoom(id=id, name=rooms[id].public_name or rooms[id].name, price=_rent_of(rooms[id].price_per_month))
            for id in chosen
        ),
        rooms_remove=tuple(room.id for room in terms.rooms if room.id not in asked["keep_rooms"]),
        rooms_anew=asked["rooms_anew"],
        options_add=added,
        options_remove=tuple(
            one.id for one in terms.options if one.id is not None and str(one.id) not in asked["keep_options"]
        ),
        options_anew=asked["options_anew"],
        models={option.key: option.id for option in offers.options},
        rates={
            option.key: (written(option.pricing.member_base), written(option.pricing.public_base))
            for option in offers.options
        },
    )
    _refuse_twice(form, plan, offers.options)
    return plan


def _initial(terms: Terms) -> dict[str, Any]:
    return {
        "as_read": terms.fingerprint,
        "rent": None if terms.base_price is None else Decimal(terms.base_price),
        "end": terms.end or None,
        "renewal_months": terms.renewal_months,
        "keep_rooms": [room.id for room in terms.rooms],
        "keep_options": [str(option.id) for option in terms.options],
    }


def _changed(form: ContractForm, name: str, write: Any) -> str | None:
    return str(write(form.cleaned_data[name])) if name in form.changed_data else None


def _changed_months(form: ContractForm) -> int | None:
    months: int = form.cleaned_data["renewal_months"] or 0
    return months if months != (form.terms.renewal_months or 0) else None


def _refuse_twice(form: ContractForm, plan: Plan, offered: Iterable[ContractOption]) -> None:
    """Workways refuses a second option of a kind that a company has once; better to say so here."""
    unique = {option.key for option in offered if option.is_unique}
    stay = {one.key for one in form.terms.options if one.id not in plan.options_remove}
    there = stay if plan.options_anew else {one.key for one in form.terms.options}
    for option in plan.options_add:
        if option.key in unique and option.key in there:
            form.add_error(
                "options_anew",
                _("A company has “%(option)s” only once. To change it, untick it above and send the whole list anew.")
                % {"option": option.name},
            )


def _new_option(option: ContractOption, asked: dict[str, Any], language: str) -> NewOption:
    return NewOption(
        model_id=option.id,
        key=option.key,
        name=name_of(option, language),
        quantity=asked["quantity"] or 1,
        price=written(asked["price"]),
        promo=written(asked["promo"]),
        promo_months=asked["promo_months"],
        start=asked["start"].isoformat() if asked["start"] else "",
        end=asked["end"].isoformat() if asked["end"] else "",
    )


def _rent_of(text: str) -> str | None:
    price = parse_price(text)
    return written(price.amount) if price else None


def _described(option: OptionTerm) -> str:
    return f"{option.quantity} × {option.name}" if option.quantity != 1 else option.name
