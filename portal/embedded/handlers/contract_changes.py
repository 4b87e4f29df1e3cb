"""POST /api/merge-contract."""

from collections.abc import Iterable
from typing import Any

from portal.embedded.answers import ApiResponse, Call, Refused, success
from portal.embedded.declarations import contracts
from portal.embedded.models import OFFICE_TYPES, Organization, Rate, Room

# A field of the call, and the field of the organization that it sets.
_RENTAL_FIELDS = {
    "rentalPrice": "rental_price",
    "rentalComment": "rental_comment",
    "rentalStartAt": "rental_start_on",
    "rentalEndAt": "rental_end_on",
    "rentalUrl": "rental_url",
    "rentalRenewal": "rental_renewal_months",
}


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
    rates = Rate.objects.in_bulk({wish["optionModelId"] for wish in wishes})
    subscribed = set(organization.subscriptions.values_list("key", flat=True))
    for number, wish in enumerate(wishes, start=next_number):
        rate = rates.get(wish["optionModelId"])
        if rate is None or rate.is_archived:
            raise Refused(contracts.OPTION_NOT_FOUND)
        if rate.is_unique and rate.key in subscribed:
            raise Refused(contracts.ALREADY_SUBSCRIBED.format(key=rate.key))
        subscribed.add(rate.key)
        _subscribe(organization, rate, number, wish)
    for key in values["contractOptionsToRemove"] or ():
        found = organization.subscriptions.filter(**({"number": key} if isinstance(key, int) else {"rate_id": key}))
        if not found.delete()[0]:
            raise Refused(contracts.OPTION_NOT_FOUND)


def _subscribe(organization: Organization, rate: Rate, number: int, wanted: dict[str, Any]) -> None:
    """What the call leaves open is the rate's; the quantity is kept as given, whatever the kind of rate (W60)."""
    organization.subscriptions.create(
        rate=rate,
        number=number,
        # The rate's own key, so that "once per organization" can't be evaded by another word.
        key=rate.key,
        name=wanted["name"] or rate.name_en,
        quantity=wanted["quantity"] or 1,
        price_minor=wanted["price"],
        promo_minor=wanted["pricePromo"],
        promo_months=wanted["promoMonthDuration"],
        start_on=wanted["startAt"],
        end_on=wanted["endAt"],
    )


def _merge_rooms(organization: Organization, values: Any) -> None:
    lists = {name: values[name] for name in ("rooms", "roomsToAdd", "roomsToRemove")}
    named = {key for ids in lists.values() for key in ids or ()}
    locked = Room.objects.select_for_update().filter(pk__in=named, is_archived=False).order_by("pk")
    found = {room.pk: room for room in locked}
    if named - set(found):
        raise Refused(contracts.ROOM_NOT_FOUND)
    if lists["rooms"] is not None:
        _release(organization.rooms.exclude(pk__in=lists["rooms"]))
    for key in [*(lists["rooms"] or ()), *(lists["roomsToAdd"] or ())]:
        _allocate(found[key], organization)
    _release(organization.rooms.filter(pk__in=lists["roomsToRemove"] or ()))


def _allocate(room: Room, organization: Organization) -> None:
    if room.organization_id not in (None, organization.pk):
        raise Refused(contracts.ROOM_OF_ANOTHER)
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
