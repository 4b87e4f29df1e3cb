"""What a contract says, as far as Workways tells it. Pure.

Amounts are decimal texts in euros per month, days are YYYY-MM-DD; "" for a day means that the contract's own holds.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from portal.workways import Organization


@dataclass(frozen=True, slots=True)
class RoomTerm:
    """A room in the contract."""

    id: str
    name: str
    price: str | None
    end: str


@dataclass(frozen=True, slots=True)
class OptionTerm:
    """An option in the contract; `id` is its number there, None where Workways has still to give one."""

    id: int | None
    key: str
    name: str
    quantity: int
    price: str | None
    promo: str | None
    start: str
    end: str

    @property
    def facts(self) -> tuple[object, ...]:
        """What makes two options equal: everything but the number and the name, which Workways may choose."""
        return (self.key, self.quantity, self.price, self.promo, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Terms:
    """The whole of it."""

    end: str
    renewal_months: int | None
    base_price: str | None
    rooms: tuple[RoomTerm, ...]
    options: tuple[OptionTerm, ...]

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Terms":
        """What `to_json` gave."""
        rooms = tuple(RoomTerm(**room) for room in kept["rooms"])
        options = tuple(OptionTerm(**option) for option in kept["options"])
        return cls(kept["end"], kept["renewal_months"], kept["base_price"], rooms, options)

    def to_json(self) -> dict[str, Any]:
        """For the database."""
        return asdict(self)

    @property
    def fingerprint(self) -> str:
        """The same for the same terms, whatever order Workways lists them in."""
        told = self.to_json()
        told["rooms"] = sorted(told["rooms"], key=lambda room: str(room["id"]))
        told["options"] = sorted(told["options"], key=lambda option: str(option["id"]))
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def terms_of(organization: Organization) -> Terms:
    """The contract of a company as it was just read."""
    return Terms(
        end=organization.contract_end_date,
        renewal_months=organization.renewal_months or None,
        base_price=written(organization.base_price),
        rooms=tuple(
            RoomTerm(room.id, room.name, written(room.price), room.contract_end_date)
            for room in organization.allocated_rooms
        ),
        options=tuple(
            OptionTerm(
                id=option.id,
                key=option.key,
                name=option.name,
                quantity=option.quantity or 1,
                price=written(option.price),
                promo=written(option.price_promo),
                start=option.start_date,
                end=option.end_date,
            )
            for option in organization.contract_options
        ),
    )


def written(amount: Decimal | None) -> str | None:
    """An amount as a text that is the same for 150, 150.0 and 150.00."""
    if amount is None or not amount.is_finite():
        return None
    return format(amount.normalize(), "f")
