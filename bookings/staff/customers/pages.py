"""What Workways told, as pages show it: amounts as money, days as dates, ids with their names."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.catalog.models import Room
from bookings.core.money import Money
from portal.workways import ContractOption, Organization

_MOST_EUROS = 100_000_000
# What Workways calls people (API document, user roles); another word is shown as it came.
ROLES: dict[str, Promise] = {
    "principal-admin": _("principal administrator, gets the invoices"),
    "admin": _("administrator"),
    "user": _("user"),
    "temp": _("not registered yet"),
}
_KINDS: dict[str, Promise] = {
    "other": _("fixed price"),
    "quote": _("price on request"),
    "quantity": _("price for each"),
    "promo": _("cheaper at first"),
    "promoWithQuantity": _("price for each, cheaper at first"),
}


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room in a contract; `end` is "" where the contract's own end holds. `is_mirrored`: has it a public page?"""

    id: str
    name: str
    site: str
    price: Money | None
    end: date | str
    is_mirrored: bool


@dataclass(frozen=True, slots=True)
class OptionLine:
    """An option in a contract; prices are None where the default rate holds, dates "" where the contract's do."""

    name: str
    key: str
    quantity: int
    price: Money | None
    promo: Money | None
    start: date | str
    end: date | str


@dataclass(frozen=True, slots=True)
class ContractPage:
    """A company and its contract."""

    id: str
    name: str
    is_archived: bool
    end: date | str
    renewal_months: int | None
    base_price: Money | None
    rooms: tuple[RoomLine, ...]
    options: tuple[OptionLine, ...]
    sites: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OfferedOption:
    """An option of a site with its prices for members and for the public."""

    name: str
    key: str
    kind: Promise | str
    is_unique: bool
    member: Money | None
    public: Money | None
    member_promo: Money | None
    public_promo: Money | None
    promo_months: int | None
    setup: Money | None
    vat_type: str
    vat_rate: Decimal | None


def contract_page(organization: Organization) -> ContractPage:
    """The page of a contract. One query, for the rooms that have a page of their own."""
    named = [room.id for room in organization.allocated_rooms]
    mirrored = {room.workways_id: room for room in Room.objects.filter(workways_id__in=named).select_related("site")}
    sites = {site.id: site.name for site in organization.accessible_sites}
    return ContractPage(
        id=organization.id,
        name=organization.name,
        is_archived=organization.is_archived,
        end=day(organization.contract_end_date),
        renewal_months=organization.renewal_months or None,
        base_price=euro(organization.base_price),
        rooms=tuple(
            RoomLine(
                id=room.id,
                name=room.name,
                site=sites.get(room.site_id or "") or (mirrored[room.id].site.name if room.id in mirrored else ""),
                price=euro(room.price),
                end=day(room.contract_end_date),
                is_mirrored=room.id in mirrored,
            )
            for room in organization.allocated_rooms
        ),
        options=tuple(
            OptionLine(
                name=option.name,
                key=option.key,
                quantity=option.quantity or 1,
                price=euro(option.price),
                promo=euro(option.price_promo),
                start=day(option.start_date),
                end=day(option.end_date),
            )
            for option in organization.contract_options
        ),
        sites=tuple((site.id, site.name) for site in organization.accessible_sites),
    )


def offered_option(option: ContractOption, language: str) -> OfferedOption:
    """An option in the language of the page."""
    pricing = option.pricing
    return OfferedOption(
        name=name_of(option, language),
        key=option.key,
        kind=_KINDS.get(option.type, option.type),
        is_unique=option.is_unique,
        member=euro(pricing.member_base),
        public=euro(pricing.public_base),
        member_promo=euro(pricing.member_promo),
        public_promo=euro(pricing.public_promo),
        promo_months=pricing.promo_months,
        setup=euro(pricing.setup_fees),
        vat_type=option.vat.type,
        vat_rate=option.vat.rate,
    )


def name_of(option: ContractOption, language: str) -> str:
    """What the option is called in a language, as far as Workways has a name there."""
    return (option.name_fr if language == "fr" else option.name_en) or option.name or option.key


def euro(amount: Decimal | None) -> Money | None:
    """An amount in euros, as Workways writes them; None for none and for one that is a mistake at the source."""
    if amount is None or not amount.is_finite() or not 0 <= amount < _MOST_EUROS:
        return None
    return Money.from_decimal(amount)


def day(text: str) -> date | str:
    """A day as Workways writes it, YYYY-MM-DD; what is no day stays as it came."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
