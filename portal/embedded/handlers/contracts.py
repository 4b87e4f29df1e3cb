"""GET /api/contract-options and /api/organization-info."""

from datetime import date
from typing import Any

from portal.embedded.answers import ApiResponse, Call, Refused, number_of, success
from portal.embedded.models import Organization, Rate, RateType, Room, Site, Subscription
from portal.embedded.pricing import first_amount

_WITH_QUANTITY = (RateType.QUANTITY, RateType.PROMO_WITH_QUANTITY)


def contract_options(call: Call) -> ApiResponse:
    """What a site offers beside its rooms. A quote-based option has no price, so its numbers are null (W61)."""
    site = Site.objects.filter(pk=call.values["site"], is_archived=False).first()
    if site is None:
        raise Refused("Site not found")
    return success([_option(rate) for rate in site.rates.filter(is_archived=False)])


def organization_info(call: Call) -> ApiResponse:
    """An organization with its contract. A date of a room or option is "" when the organization's own holds (W31).

    The base price is the first amount in the text of the rental price (W63); no further sum is told (W62). The sites'
    countries are codes in lower case here, and only here (W32).
    """
    organization = Organization.objects.filter(pk=call.values["id"]).first()
    if organization is None:
        raise Refused("Organization not found")
    base = first_amount(organization.rental_price)
    memberships = organization.memberships.select_related("site")
    return success(
        {
            "_id": organization.pk,
            "name": organization.name,
            "isArchived": organization.is_archived,
            "contractEndDate": _day(organization.rental_end_on),
            "renewalMonths": organization.rental_renewal_months,
            "basePrice": None if base is None else number_of(int(base)),
            "allocatedRooms": [_allocated(room) for room in organization.rooms.all()],
            "accessibleSites": [
                {"_id": member.site.pk, "name": member.site.name, "country": member.site.country.lower()}
                for member in memberships
            ],
            "contractOptions": [_subscribed(one) for one in organization.subscriptions.all()],
        }
    )


def _allocated(room: Room) -> dict[str, Any]:
    return {
        "_id": room.pk,
        "name": room.shown_name,
        "contractEndDate": _day(room.contract_end_on),
        "price": _amount(room.rent_minor),
        "siteId": room.site_id,
    }


def _subscribed(one: Subscription) -> dict[str, Any]:
    return {
        "id": one.number,
        "name": one.name,
        "key": one.key,
        "quantity": one.quantity,
        "price": _amount(one.price_minor),
        "pricePromo": _amount(one.promo_minor),
        "startDate": _day(one.start_on),
        "endDate": _day(one.end_on),
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _option(rate: Rate) -> dict[str, Any]:
    is_special = rate.vat_type == "special" and rate.vat_rate is not None
    return {
        "_id": rate.pk,
        "key": rate.key,
        "name": rate.name_en,
        "nameFr": rate.name_fr,
        "nameEn": rate.name_en,
        "type": rate.type,
        "isUnique": rate.is_unique,
        "isGeneric": not rate.is_unique,
        "supportsQuantity": rate.type in _WITH_QUANTITY,
        "pricing": {
            "publicBase": _amount(rate.public_base_minor),
            "memberBase": _amount(rate.member_base_minor),
            "publicPromo": _amount(rate.public_promo_minor),
            "memberPromo": _amount(rate.member_promo_minor),
            "promoMonthDuration": rate.promo_months,
            "setupFees": number_of(rate.setup_minor),
        },
        "vat": {
            "type": rate.vat_type,
            "rate": number_of(int((rate.vat_rate or 0) * 100)) if is_special else None,
        },
    }


def _amount(minor: int | None) -> int | float | None:
    return None if minor is None else number_of(minor)
