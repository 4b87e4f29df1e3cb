"""What is to change in a contract: what is sent for it, what the contract should say then, and how both differ. Pure.

Lists are replaced first, then added to, then taken from (the document doesn't say; so does the embedded API). An option
that a company has only once can't be added before it is removed, so whoever changes one sends the whole list anew.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any

from bookings.core.money import parse_price
from bookings.staff.customers.errors import CannotBeKept
from bookings.staff.customers.terms import OptionTerm, RoomTerm, Terms, written
from portal.workways import ContractMerge, OptionOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRoom:
    """A room to add; `price` is what the catalog asks for a month, None where it doesn't say."""

    id: str
    name: str
    price: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOption:
    """An option to add. A price of None is the usual rate, a day of "" the contract's own."""

    model_id: str
    key: str
    name: str
    quantity: int = 1
    price: str | None = None
    promo: str | None = None
    promo_months: int | None = None
    start: str = ""
    end: str = ""

    @property
    def term(self) -> OptionTerm:
        """What the contract says of it then."""
        return OptionTerm(None, self.key, self.name, self.quantity, self.price, self.promo, self.start, self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is wanted; None leaves a thing as it is.

    `rooms_anew` and `options_anew` send the whole list instead of single changes. `models` are the ids of the options
    that the sites offer, by key; `rates` their usual monthly prices for members and for the public.
    """

    rent: str | None = None
    comment: str | None = None
    start: str | None = None
    end: str | None = None
    folder: str | None = None
    renewal_months: int | None = None
    rooms_add: tuple[NewRoom, ...] = ()
    rooms_remove: tuple[str, ...] = ()
    rooms_anew: bool = False
    options_add: tuple[NewOption, ...] = ()
    options_remove: tuple[int, ...] = ()
    options_anew: bool = False
    models: dict[str, str] = field(default_factory=dict)
    rates: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Plan":
        """What `to_json` gave."""
        values = dict(kept)
        values["rooms_add"] = tuple(NewRoom(**room) for room in kept["rooms_add"])
        values["options_add"] = tuple(NewOption(**option) for option in kept["options_add"])
        values["rooms_remove"], values["options_remove"] = tuple(kept["rooms_remove"]), tuple(kept["options_remove"])
        values["rates"] = {key: (rates[0], rates[1]) for key, rates in kept["rates"].items()}
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """For the database."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum per month in euros, and of how many things no price is known."""

    amount: Decimal
    unknown: int


def is_idle(plan: Plan, terms: Terms) -> bool:
    """Would sending this change nothing that we know of?"""
    is_told = any(value is not None for value in (plan.comment, plan.start, plan.folder))
    return not is_told and not mismatches(result_of(plan, terms), terms)


def result_of(plan: Plan, terms: Terms) -> Terms:
    """What the contract should say afterwards."""
    known = {room.id for room in terms.rooms}
    added = tuple(RoomTerm(room.id, room.name, room.price, "") for room in plan.rooms_add if room.id not in known)
    result = replace(
        terms,
        rooms=(*(room for room in terms.rooms if room.id not in plan.rooms_remove), *added),
        options=(*_kept_options(plan, terms), *(option.term for option in plan.options_add)),
    )
    if plan.end is not None:
        result = replace(result, end=plan.end)
    if plan.renewal_months is not None:
        result = replace(result, renewal_months=plan.renewal_months or None)
    if plan.rent is not None:
        price = parse_price(plan.rent)
        result = replace(result, base_price=written(price.amount) if price else None)
    return result


def merge_of(plan: Plan, terms: Terms, organization_id: str) -> ContractMerge:
    """The call that makes the change. Raises CannotBeKept for a list that can't be sent anew as a whole."""
    result = result_of(plan, terms)
    known = {room.id for room in terms.rooms}
    present = {option.id for option in terms.options}
    merge = ContractMerge(
        organization_id=organization_id,
        rental_price=plan.rent,
        rental_comment=plan.comment,
        rental_start_at=plan.start,
        rental_end_at=plan.end,
        rental_url=plan.folder,
        rental_renewal_months=plan.renewal_months,
    )
    if plan.rooms_anew:
        merge = replace(merge, rooms=tuple(room.id for room in result.rooms))
    else:
        merge = replace(
            merge,
            rooms_to_add=tuple(room.id for room in plan.rooms_add if room.id not in known) or None,
            rooms_to_remove=tuple(id for id in plan.rooms_remove if id in known) or None,
        )
    orders = tuple(_order(option) for option in plan.options_add)
    if plan.options_anew:
        kept = tuple(_order(_as_new(option, plan)) for option in _kept_options(plan, terms))
        return replace(merge, contract_options=(*kept, *orders))
    removed = tuple(number for number in plan.options_remove if number in present)
    return replace(merge, contract_options_to_add=orders or None, contract_options_to_remove=removed or None)


def mismatches(meant: Terms, seen: Terms) -> list[str]:
    """In what two contracts differ: end, renewal, rent, rooms, options. The numbers of options don't count."""
    differ = [
        ("end", meant.end, seen.end),
        ("renewal", meant.renewal_months, seen.renewal_months),
        ("rent", meant.base_price, seen.base_price),
        ("rooms", {room.id for room in meant.rooms}, {room.id for room in seen.rooms}),
        ("options", Counter(one.facts for one in meant.options), Counter(one.facts for one in seen.options)),
    ]
    return [name for name, one, other in differ if one != other]


def sum_of_rooms(terms: Terms) -> Sum:
    """What the rooms cost together, per month."""
    return _sum([room.price for room in terms.rooms])


def sum_of_options(terms: Terms, plan: Plan, *, for_members: bool) -> Sum:
    """What the options cost together, per month: each by its own price, else by the usual rate."""
    prices: list[str | None] = []
    for option in terms.options:
        member, public = plan.rates.get(option.key, (None, None))
        price = option.price if option.price is not None else (member if for_members else public)
        prices.append(None if price is None else str(Decimal(price) * option.quantity))
    return _sum(prices)


def _sum(prices: list[str | None]) -> Sum:
    known = [Decimal(price) for price in prices if price is not None]
    return Sum(sum(known, Decimal(0)), len(prices) - len(known))


def _kept_options(plan: Plan, terms: Terms) -> tuple[OptionTerm, ...]:
    return tuple(option for option in terms.options if option.id not in plan.options_remove)


def _as_new(option: OptionTerm, plan: Plan) -> NewOption:
    model = plan.models.get(option.key)
    if model is None:
        raise CannotBeKept(option.name)
    return NewOption(
        model_id=model,
        key=option.key,
        name=option.name,
        quantity=option.quantity,
        price=option.price,
        promo=option.promo,
        start=option.start,
        end=option.end,
    )


def _order(option: NewOption) -> OptionOrder:
    return OptionOrder(
        option_model_id=option.model_id,
        key=option.key,
        name=option.name,
        quantity=option.quantity,
        price=None if option.price is None else Decimal(option.price),
        price_promo=None if option.promo is None else Decimal(option.promo),
        promo_months=option.promo_months,
        start_at=option.start,
        end_at=option.end,
    )
