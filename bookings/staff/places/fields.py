"""Each field of a place with the word that holds without ours, so that a page can show both side by side."""

from dataclasses import dataclass
from typing import NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bookings.catalog.models import Room, Site
from bookings.catalog.own import HOURS, VatWording
from bookings.catalog.queries import operator_settings
from bookings.core.zones import zone_of_country

# Fields of which the audit keeps that they changed, and not from what to what: an address or number may be a person's.
PERSONAL = frozenset({"contact_email", "contact_phone"})

_TEXTS = ("own_name_en", "own_name_fr", "own_description_en", "own_description_fr", "house_rules_en", "house_rules_fr")
_HOURS = tuple(f"own_hours_{days}" for days in HOURS)
_REACH = ("address", "contact_email", "contact_phone", "vat_wording", "zone_override")
_WORKWAYS, _SETTINGS = _("Workways says"), _("The settings say")
_COUNTRY, _SITE = _("Its country has"), _("Its site says")


class Theirs(NamedTuple):
    """The word that holds while we have none: whose it is, and what it says, "" for nothing."""

    source: str | Promise
    words: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field: the control for our word, the other side's, and whether ours is set."""

    name: str
    control: BoundField
    theirs: Theirs
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together, under a heading, with a sentence about them."""

    title: str | Promise
    hint: str | Promise
    fields: list[Field]


def groups_of(row: Site | Room, form: forms.BaseForm) -> list[Group]:
    """The fields of a place in the order of its page; the form may carry what was typed just now."""
    theirs = _beside_room(row) if isinstance(row, Room) else _beside_site(row)

    def fields(names: tuple[str, ...]) -> list[Field]:
        shown = [name for name in names if name in form.fields]
        return [Field(name, form[name], theirs[name], is_ours=bool(form.initial.get(name))) for name in shown]

    texts = _("Where a field is empty, the other side's word holds.")
    hours = _("Such as 09:00-18:00, several with a comma between, or “closed”; by the clock of the site.")
    reach = _("For all rooms of the site, on its pages and in mails. Booked meetings keep their instant.")
    groups = [
        Group(_("Texts"), texts, fields(_TEXTS)),
        Group(_("Opening hours"), hours, fields(_HOURS)),
        Group(_("Contact, prices and clock"), reach, fields(_REACH)),
    ]
    return [group for group in groups if group.fields]


def _beside_site(site: Site) -> dict[str, Theirs]:
    operator = operator_settings()
    return {
        **{name: Theirs(_WORKWAYS, site.name) for name in _TEXTS[:2]},
        **{name: Theirs(_WORKWAYS, "") for name in _TEXTS[2:]},
        **{name: Theirs(_WORKWAYS, gettext("Each room has hours of its own.")) for name in _HOURS},
        "address": Theirs(_WORKWAYS, ""),
        "contact_email": Theirs(_SETTINGS, operator.contact_email),
        "contact_phone": Theirs(_SETTINGS, operator.contact_phone),
        "vat_wording": Theirs(_SETTINGS, str(VatWording(operator.vat_wording).label)),
        "zone_override": Theirs(_COUNTRY, zone_of_country(site.country)),
    }


def _beside_room(room: Room) -> dict[str, Theirs]:
    site = room.site
    theirs = {
        **{name: Theirs(_WORKWAYS, room.public_name) for name in _TEXTS[:2]},
        **{name: Theirs(_WORKWAYS, room.description) for name in _TEXTS[2:4]},
        **{name: Theirs(_SITE, getattr(site, name)) for name in _TEXTS[4:]},
    }
    for days, name in zip(HOURS, _HOURS, strict=True):
        of_site, upstream = getattr(site, name), getattr(room, f"hours_{days}")
        theirs[name] = Theirs(_SITE, of_site) if of_site else Theirs(_WORKWAYS, upstream or gettext("Closed"))
    return theirs
