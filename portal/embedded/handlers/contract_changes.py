"""POST /api/merge-contract."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from portal.embedded.answers import ApiResponse, Call, Refused, success
from portal.embedded.ids import is_id
from portal.embedded.inputs import (
    Parameter,
    amount,
    calendar_day,
    missing,
    text,
    web_address,
    whole_number,
    workways_id,
)
from portal.embedded.models import OFFICE_TYPES, Organization, Rate, Room

_MOST = 100_000
_OPTION_NOT_FOUND = "Contract option not found"
_OPTION_PARAMETERS = (
    Parameter("key", text("key", longest=60)),
    Parameter("name", text("name", longest=200)),
    Parameter(
        "quantity", whole_number("quantity", least=1, most=_MOST, refusal="Invalid quantity: must be at least 1")
    ),
    Parameter("price", amount("price")),
    Parameter("pricePromo", amount("pricePromo")),
    Parameter(
        "promoMonthDuration",
        whole_number(
            "promoMonthDuration", least=0, most=1200, refusal="Invalid promoMonthDuration: must be a positive number"
        ),
    ),
    Parameter("startAt", calendar_day("startAt")),
    Parameter("endAt", calendar_day("endAt")),
)
# A field of the call, and the field of the organization that it sets.
_RENTAL_FIELDS = {
    "rentalPrice": "rental_price",
    "rentalComment": "rental_comment",
    "rentalStartAt": "rental_start_on",
    "rentalEndAt": "rental_end_on",
    "rentalUrl": "rental_url",
    "rentalRenewal": "rental_renewal_months",
}


@dataclass(frozen=True, slots=True)
class _Wish:
    """An option that the contract shall have, its form checked."""

    rate_id: str
    values: dict[str, Any]


def _wishes(name: str) -> Any:
    def read(value: Any) -> list[_Wish]:
        return [_wish(item, name) for item in _listed(value, name)]

    return read


def _wish(item: Any, name: str) -> _Wish:
    if not isinstance(item, dict):
        raise Refused(f"Invalid {name} format")
    rate_id = item.get("optionModelId")
    if rate_id is None or rate_id == "":
        raise missing("optionModelId")
    values = {}
    for parameter in _OPTION_PARAMETERS:
        given = item.get(parameter.name)
        values[parameter.name] = None if given is None or given == "" else parameter.read(given)
    # A malformed id is answered like an unknown one, which no option has.
    return _Wish(rate_id.lower() if isinstance(rate_id, str) and is_id(rate_id) else "", values)


def _rooms(name: str) -> Any:
    """Ids of rooms; a malformed one is answered like an unknown one (W67)."""

    def read(value: Any) -> list[str]:
        return [item.lower() if isinstance(item, str) and is_id(item) else "" for item in _listed(value, name)]

    return read


def _options_to_remove(value: Any) -> list[int | str]:
    """The numeric ids that organization-info tells, or ids of contract-options (W65)."""
    items = _listed(value, "contractOptionsToRemove")
    if any(isinstance(item, bool) or not isinstance(item, int | str) for item in items):
        raise Refused("Invalid contractOptionsToRemove format")
    # A malformed id is answered like an unknown one, which no option has.
    return [item if isinstance(item, int) else item.lower() if is_id(item) else "" for item in items]


def _listed(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise Refused(f"Invalid {name} format")
    return value


PARAMETERS = (
    Parameter("organizationId", workways_id("Invalid organizationId format"), required=True),
    Parameter("rentalPrice", text("rentalPrice", longest=100)),
    Parameter("rentalComment", text("rentalComment", longest=5000)),
    Parameter("rentalStartAt", calendar_day("rentalStartAt")),
    Parameter("rentalEndAt", calendar_day("rentalEndAt")),
    Parameter("rentalUrl", web_address("rentalUrl", longest=500)),
    Parameter(
        "rentalRenewal",
        whole_number("rentalRenewal", least=0, most=1200, refusal="Invalid rentalRenewal: must be a positive number"),
    ),
    Parameter("contractOptionsToAdd", _wishes("contractOptionsToAdd")),
    Parameter("contractOptionsToRemove", _options_to_remove),
    Parameter("contractOptions", _wishes("contractOptions")),
    Parameter("rooms", _rooms("rooms")),
    Parameter("roomsToAdd", _rooms("roomsToAdd")),
    Parameter("roomsToRemove", _rooms("roomsToRemove")),
)


def merge_contract(call: Call) -> ApiResponse:
    """Changes a contract as a whole or not at all: lists are replaced first, then added to, then taken from (W66)."""
    values = call.values
    organization = Organization.objects.select_for_update().filter(pk=values["organizationId"]).first()
    if organization is None:
        raise Refused("Organization not found")
    changed = [name for name in _RENTAL_FIELDS if values[name] is not None]
    for name in changed:
        setattr(organization, _RENTAL_FIELDS[name], values[name])
    organization.save(update_fields=[_RENTAL_FIELDS[name] for name in changed])
    _merge_options(organization, values)
    _merge_rooms(organization, values)
    return success({"organizationId": organization.pk, "organizationName": organization.name})


def _merge_options(organization: Organization, values: Any) -> None:
    next_number = max((one.number for one in organization.subscriptions.all()), default=0) + 1
    if values["contractOptions"] is not None:
        organization.subscriptions.all().delete()
    wishes = [*(values["contractOptions"] or ()), *(values["contractOptionsToAdd"] or ())]
    rates = Rate.objects.in_bulk({wish.rate_id for wish in wishes})
    subscribed = set(organization.subscriptions.values_list("key", flat=True))
    for number, wish in enumerate(wishes, start=next_number):
        rate = rates.get(wish.rate_id)
        if rate is None or rate.is_archived:
            raise Refused(_OPTION_NOT_FOUND)
        if rate.is_unique and rate.key in subscribed:
            raise Refused(f"Contract option already subscribed: {rate.key}")
        subscribed.add(rate.key)
        _subscribe(organization, rate, number, wish.values)
    for key in values["contractOptionsToRemove"] or ():
        found = organization.subscriptions.filter(**({"number": key} if isinstance(key, int) else {"rate_id": key}))
        if not found.delete()[0]:
            raise Refused(_OPTION_NOT_FOUND)


def _subscribe(organization: Organization, rate: Rate, number: int, wanted: dict[str, Any]) -> None:
    """What the call leaves open is the rate's; the quantity is kept as given, whatever the kind of rate (W60)."""
    organization.subscriptions.create(
        rate=rate,
        number=number,
        # The rate's own key, so that "once per organization" can't be evaded by another word.
        key=rate.key,
        name=wanted["name"] or rate.name_en,
        quantity=wanted["quantity"] or 1,
        price_minor=_custom(wanted["price"]),
        promo_minor=_custom(wanted["pricePromo"]),
        promo_months=wanted["promoMonthDuration"],
        start_on=wanted["startAt"],
        end_on=wanted["endAt"],
    )


def _custom(minor: int | None) -> int | None:
    """A price of -1 stands for the rate's own (W64)."""
    return None if minor is None or minor < 0 else minor


def _merge_rooms(organization: Organization, values: Any) -> None:
    lists = {name: values[name] for name in ("rooms", "roomsToAdd", "roomsToRemove")}
    named = {key for ids in lists.values() for key in ids or ()}
    locked = Room.objects.select_for_update().filter(pk__in=named, is_archived=False).order_by("pk")
    found = {room.pk: room for room in locked}
    if named - set(found):
        raise Refused("Room not found")
    if lists["rooms"] is not None:
        _release(organization.rooms.exclude(pk__in=lists["rooms"]))
    for key in [*(lists["rooms"] or ()), *(lists["roomsToAdd"] or ())]:
        _allocate(found[key], organization)
    _release(organization.rooms.filter(pk__in=lists["roomsToRemove"] or ()))


def _allocate(room: Room, organization: Organization) -> None:
    if room.organization_id not in (None, organization.pk):
        raise Refused("Room is already allocated to another organization")
    room.organization = organization
    if room.type in OFFICE_TYPES:
        room.actual_state = "rented"
    room.save(update_fields=["organization", "actual_state"])


def _release(rooms: Iterable[Room]) -> None:
    """The room is free again, and what was agreed for it is forgotten."""
    for room in rooms:
        room.organization = None
        room.contract_end_on = None
        room.rent_minor = None
        if room.type in OFFICE_TYPES:
            room.actual_state = "forrent"
        room.save(update_fields=["organization", "contract_end_on", "rent_minor", "actual_state"])
