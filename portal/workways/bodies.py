"""Wire values to the JSON bodies of the calls that send one. Pure; what is empty or None is left out."""

import json
from datetime import UTC, datetime
from decimal import Decimal

from portal.workways import contracts, wire


def instant(moment: datetime) -> str:
    """An aware instant as the API reads it: "2025-11-05T14:00:00Z". Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("An instant needs its time zone.")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def meeting_request(request: wire.MeetingRequest) -> bytes:
    """The body of POST /api/meeting-request."""
    return _body(
        contactEmail=request.contact_email,
        contactName=request.contact_name or None,
        bookedRoom=request.room_id,
        bookedAt=instant(request.start),
        duration=request.duration_minutes,
        bookedUser=request.people,
        name=request.name or None,
        description=request.description or None,
        language=request.language or None,
    )


def registration(registration: wire.CompanyRegistration) -> bytes:
    """The body of POST /api/register."""
    return _body(
        name=registration.name,
        firstName=registration.first_name,
        lastName=registration.last_name or None,
        email=registration.email,
        phone=registration.phone,
        country=registration.country or None,
        maxResidentUsers=registration.max_resident_users,
        companyNumber=registration.company_number or None,
        address=registration.address or None,
        vatNumber=registration.vat_number or None,
        language=registration.language or None,
        siteId=registration.site_id or None,
        roomId=registration.room_id or None,
        meetingId=registration.meeting_id or None,
    )


def check_email(email: str) -> bytes:
    """The body of POST /api/check-email."""
    return _body(email=email)


def merge_contract(merge: contracts.ContractMerge) -> bytes:
    """The body of POST /api/merge-contract."""
    return _body(
        organizationId=merge.organization_id,
        rentalPrice=merge.rental_price,
        rentalComment=merge.rental_comment,
        rentalStartAt=merge.rental_start_at,
        rentalEndAt=merge.rental_end_at,
        rentalUrl=merge.rental_url,
        rentalRenewal=merge.rental_renewal_months,
        contractOptionsToAdd=_orders(merge.contract_options_to_add),
        contractOptionsToRemove=merge.contract_options_to_remove,
        contractOptions=_orders(merge.contract_options),
        rooms=merge.rooms,
        roomsToAdd=merge.rooms_to_add,
        roomsToRemove=merge.rooms_to_remove,
    )


def _orders(orders: tuple[contracts.OptionOrder, ...] | None) -> list[dict[str, object]] | None:
    if orders is None:
        return None
    return [
        _present(
            optionModelId=order.option_model_id,
            key=order.key or None,
            name=order.name or None,
            quantity=order.quantity,
            price=order.price,
            pricePromo=order.price_promo,
            promoMonthDuration=order.promo_months,
            startAt=order.start_at or None,
            endAt=order.end_at or None,
        )
        for order in orders
    ]


def _present(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}


def _body(**values: object) -> bytes:
    return _json(_present(**values)).encode("ascii")


def _json(value: object) -> str:
    # The standard encoder knows Decimals only as floats or as texts; the API wants numbers, and we no floats.
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(_json(item) for item in value) + "]"
    return json.dumps(value)
