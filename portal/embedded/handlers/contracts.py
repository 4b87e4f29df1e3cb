"""GET /api/contract-options."""

from typing import Any

from portal.embedded.answers import ApiResponse, Call, Refused, number_of, success
from portal.embedded.inputs import Parameter, workways_id
from portal.embedded.models import Rate, RateType, Site

CONTRACT_OPTIONS_PARAMETERS = (Parameter("site", workways_id("Invalid site ID format"), required=True),)
_WITH_QUANTITY = (RateType.QUANTITY, RateType.PROMO_WITH_QUANTITY)


def contract_options(call: Call) -> ApiResponse:
    """What a site offers beside its rooms. A quote-based option has no price, so its numbers are null (W61)."""
    site = Site.objects.filter(pk=call.values["site"], is_archived=False).first()
    if site is None:
        raise Refused("Site not found")
    return success([_option(rate) for rate in site.rates.filter(is_archived=False)])


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
