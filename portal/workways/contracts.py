"""The wire values of organizations and their contracts; see `wire` for how fields are written."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocatedRoom:
    """A room that an organization rents. `contract_end_date` "" means the organization's; `price` is per month."""

    id: str
    name: str
    contract_end_date: str
    price: Decimal | None
    site_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessibleSite:
    """A site that an organization may enter. `country` is a code such as "fr" here, not a name."""

    id: str
    name: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribedOption:
    """An option in an organization's contract. Prices None mean the default rate, dates "" the organization's."""

    id: int
    name: str
    key: str
    quantity: int | None
    price: Decimal | None
    price_promo: Decimal | None
    start_date: str
    end_date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """An organization and its contract (GET /api/organization-info). `base_price` is per month, None when not set.

    `contract_end_date` is YYYY-MM-DD or ""; `renewal_months` None means no automatic renewal.
    """

    id: str
    name: str
    is_archived: bool
    contract_end_date: str
    renewal_months: int | None
    base_price: Decimal | None
    allocated_rooms: tuple[AllocatedRoom, ...]
    accessible_sites: tuple[AccessibleSite, ...]
    contract_options: tuple[SubscribedOption, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionPricing:
    """Prices of a contract option: per month, in euros, except the one-time `setup_fees`. None where there is none.

    The promotional price holds for the first `promo_months`.
    """

    public_base: Decimal | None
    member_base: Decimal | None
    public_promo: Decimal | None
    member_promo: Decimal | None
    promo_months: int | None
    setup_fees: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionVat:
    """VAT of a contract option: "standard", "none", or "special" with its `rate` in percent."""

    type: str
    rate: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractOption:
    """An additional service of a site (GET /api/contract-options).

    `type` is other, quote, quantity, promo or promoWithQuantity.
    """

    id: str
    key: str
    name: str
    name_fr: str
    name_en: str
    type: str
    is_unique: bool
    is_generic: bool
    supports_quantity: bool
    pricing: OptionPricing
    vat: OptionVat


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionOrder:
    """An option to put into a contract. `option_model_id` is the id of a `ContractOption`.

    What is None or "" is left out: the default rate, the organization's dates.
    """

    option_model_id: str
    key: str = ""
    name: str = ""
    quantity: int | None = None
    price: Decimal | None = None
    price_promo: Decimal | None = None
    promo_months: int | None = None
    start_at: str = ""
    end_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractMerge:
    """Changes to an organization's contract (POST /api/merge-contract); None leaves a thing as it is.

    `contract_options` and `rooms` replace the whole list, so an empty tuple empties it; the `_to_add` and `_to_remove`
    ones change it step by step. Dates are YYYY-MM-DD. `rental_price` is a text such as "1500€".
    """

    organization_id: str
    rental_price: str | None = None
    rental_comment: str | None = None
    rental_start_at: str | None = None
    rental_end_at: str | None = None
    rental_url: str | None = None
    rental_renewal_months: int | None = None
    contract_options_to_add: tuple[OptionOrder, ...] | None = None
    contract_options_to_remove: tuple[int, ...] | None = None
    contract_options: tuple[OptionOrder, ...] | None = None
    rooms: tuple[str, ...] | None = None
    rooms_to_add: tuple[str, ...] | None = None
    rooms_to_remove: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedContract:
    """The organization whose contract was changed."""

    organization_id: str
    organization_name: str
