"""GET /api/contract-options and POST /api/merge-contract."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.embedded.declarations.operation import Answer, Example, Group, Operation, Schema, TokenRule
from portal.embedded.declarations.shapes import fields, flag, identifier, items, number, or_null, success, text
from portal.embedded.inputs import Parameter, Parameters
from portal.embedded.readers import Amount, Day, Items, NumberOrId, Object, Text, WebAddress, WholeNumber, WorkwaysId

MOST_MONTHS = 1200
MOST_QUANTITY = 100_000
OPTION_NOT_FOUND = "Contract option not found"
ALREADY_SUBSCRIBED = "Contract option already subscribed: {key}"
ROOM_NOT_FOUND = "Room not found"
ROOM_OF_ANOTHER = "Room is already allocated to another organization"
RATE_TYPES = ["other", "quote", "quantity", "promo", "promoWithQuantity"]


def _amount(about: Any) -> Schema:
    return or_null(number(about))


_OPTION = fields(
    {
        "_id": identifier(_("Id of the option; merge-contract takes it as optionModelId")),
        "key": text(_("Key of the option, such as parking or tv_rental")),
        "name": text(_("Name of the option")),
        "nameFr": text(_("Name in French")),
        "nameEn": text(_("Name in English")),
        "type": text(_("How it is priced: other, quote, quantity, promo or promoWithQuantity"), enum=RATE_TYPES),
        "isUnique": flag(_("Only once per organization?")),
        "isGeneric": flag(_("Any number of times per organization?")),
        "supportsQuantity": flag(_("Is the price multiplied by a quantity?")),
        "pricing": fields(
            {
                "publicBase": _amount(_("Price per month in euro; null when it is told on request")),
                "memberBase": _amount(_("The same for members")),
                "publicPromo": _amount(_("Promotional price for the first months, or null")),
                "memberPromo": _amount(_("The same for members")),
                "promoMonthDuration": _amount(_("How many months the promotional price holds, or null")),
                "setupFees": number(_("Fee to set it up, once")),
            },
            about=_("Prices"),
        ),
        "vat": fields(
            {
                "type": text(_("standard, none or special"), enum=["standard", "none", "special"]),
                "rate": _amount(_("Rate in percent when special, else null")),
            },
            about=_("VAT"),
        ),
    }
)
_PARKING = {
    "_id": "507f1f77bcf86cd799439011",
    "key": "parking",
    "name": "Parking space",
    "nameFr": "Place de Parking",
    "nameEn": "Parking Space",
    "type": "other",
    "isUnique": True,
    "isGeneric": False,
    "supportsQuantity": False,
    "pricing": {
        "publicBase": 150,
        "memberBase": 135,
        "publicPromo": None,
        "memberPromo": None,
        "promoMonthDuration": None,
        "setupFees": 50,
    },
    "vat": {"type": "standard", "rate": None},
}
_TELEVISION = {
    "_id": "507f1f77bcf86cd799439022",
    "key": "tv_rental",
    "name": "TV Rental",
    "nameFr": "Location TV",
    "nameEn": "TV Rental",
    "type": "quantity",
    "isUnique": False,
    "isGeneric": True,
    "supportsQuantity": True,
    "pricing": {
        "publicBase": 30,
        "memberBase": 27,
        "publicPromo": None,
        "memberPromo": None,
        "promoMonthDuration": None,
        "setupFees": 0,
    },
    "vat": {"type": "standard", "rate": None},
}
_SERVICE = {
    "_id": "507f1f77bcf86cd799439033",
    "key": "service_by_month",
    "name": "Monthly Service",
    "nameFr": "Service mensuel",
    "nameEn": "Monthly Service",
    "type": "promo",
    "isUnique": False,
    "isGeneric": True,
    "supportsQuantity": False,
    "pricing": {
        "publicBase": 200,
        "memberBase": 180,
        "publicPromo": 150,
        "memberPromo": 135,
        "promoMonthDuration": 3,
        "setupFees": 100,
    },
    "vat": {"type": "special", "rate": 10},
}

CONTRACT_OPTIONS = Operation(
    name="listContractOptions",
    method="GET",
    path="/api/contract-options",
    token=TokenRule.REQUIRED,
    group=Group.ORGANIZATIONS,
    summary=_("What a site offers beside its rooms"),
    about=_("Parking, equipment, services by the month, and their prices."),
    parameters=Parameters(
        (
            Parameter(
                name="site",
                read=WorkwaysId("Invalid site ID format"),
                about=_("Site id"),
                required=True,
                example="507f1f77bcf86cd799439011",
            ),
        )
    ),
    answers=(Answer(_("The options"), success(items(_OPTION))),),
    refusals=("Site not found",),
    examples=(
        Example(
            title=_("Of one site"),
            query={"site": "507f1f77bcf86cd799439011"},
            with_token=True,
            answer={"retcode": 1, "message": "OK", "data": [_PARKING, _TELEVISION, _SERVICE]},
        ),
    ),
    has_entity_tag=True,
)

_ORDER = Parameters(
    (
        Parameter(
            name="optionModelId",
            # A malformed id is answered like an unknown one, which no option has.
            read=WorkwaysId(""),
            about=_("Id of an option of contract-options"),
            required=True,
            example="507f1f77bcf86cd799439099",
        ),
        Parameter(
            name="key",
            read=Text("key", longest=60),
            about=_("Key of the option; its own when not given"),
            example="parking",
        ),
        Parameter(
            name="name",
            read=Text("name", longest=200),
            about=_("Name to show; the option's own when not given"),
            example="Place de parking",
        ),
        Parameter(
            name="quantity",
            read=WholeNumber("quantity", least=1, most=MOST_QUANTITY, refusal="Invalid quantity: must be at least 1"),
            about=_("Quantity; 1 when not given"),
            example=2,
        ),
        Parameter(
            name="price",
            read=Amount("price"),
            about=_("Own price per month in euro; -1: the price of the rate"),
            example=150,
        ),
        Parameter(
            name="pricePromo",
            read=Amount("pricePromo"),
            about=_("Own promotional price; -1: that of the rate"),
            example=-1,
        ),
        Parameter(
            name="promoMonthDuration",
            read=WholeNumber(
                "promoMonthDuration",
                least=0,
                most=MOST_MONTHS,
                refusal="Invalid promoMonthDuration: must be a positive number",
            ),
            about=_("How many months the promotional price holds"),
            example=3,
        ),
        Parameter(
            name="startAt", read=Day("startAt"), about=_("Start of the option, YYYY-MM-DD"), example="2024-01-01"
        ),
        Parameter(
            name="endAt",
            read=Day("endAt"),
            about=_("End of the option, YYYY-MM-DD; empty: that of the organization"),
            example="2025-12-31",
        ),
    )
)


def _orders(name: str, about: Any) -> Parameter:
    return Parameter(name=name, read=Items(name, Object(_ORDER, f"Invalid {name} format")), about=about)


def _rooms(name: str, about: Any) -> Parameter:
    # A malformed id is answered like an unknown one (W67).
    return Parameter(name=name, read=Items(name, WorkwaysId("")), about=about)


_MERGE = Parameters(
    (
        Parameter(
            name="organizationId",
            read=WorkwaysId("Invalid organizationId format"),
            about=_("Organization id"),
            required=True,
            example="507f1f77bcf86cd799439011",
        ),
        Parameter(
            name="rentalPrice",
            read=Text("rentalPrice", longest=100),
            about=_("Rent, as text; its first amount is the basePrice of organization-info"),
            example="1500€",
        ),
        Parameter(name="rentalComment", read=Text("rentalComment", longest=5000), about=_("Comment on the contract")),
        Parameter(
            name="rentalStartAt",
            read=Day("rentalStartAt"),
            about=_("Start of the contract, YYYY-MM-DD"),
            example="2024-01-01",
        ),
        Parameter(
            name="rentalEndAt",
            read=Day("rentalEndAt"),
            about=_("End of the contract, YYYY-MM-DD"),
            example="2025-12-31",
        ),
        Parameter(
            name="rentalUrl",
            read=WebAddress("rentalUrl", longest=500),
            about=_("Web address of the folder that holds the contract's papers"),
        ),
        Parameter(
            name="rentalRenewal",
            read=WholeNumber(
                "rentalRenewal", least=0, most=MOST_MONTHS, refusal="Invalid rentalRenewal: must be a positive number"
            ),
            about=_("Months by which the contract renews itself; 0: it doesn't"),
            example=12,
        ),
        _orders("contractOptionsToAdd", _("Options to add")),
        Parameter(
            name="contractOptionsToRemove",
            read=Items("contractOptionsToRemove", NumberOrId("Invalid contractOptionsToRemove format")),
            about=_("Options to remove: their number in organization-info, or the optionModelId they were made from"),
        ),
        _orders("contractOptions", _("Options that take the place of all there are")),
        _rooms("rooms", _("Ids of rooms that take the place of all there are")),
        _rooms("roomsToAdd", _("Ids of rooms to add")),
        _rooms("roomsToRemove", _("Ids of rooms to remove")),
    )
)

MERGE_CONTRACT = Operation(
    name="mergeContract",
    method="POST",
    path="/api/merge-contract",
    token=TokenRule.REQUIRED,
    group=Group.ORGANIZATIONS,
    summary=_("Change an organization's contract"),
    about=_(
        "What isn't given stays as it is. Lists are replaced first, then added to, then removed from. All of it "
        "happens, or nothing: a call that is refused changes nothing."
    ),
    parameters=_MERGE,
    answers=(
        Answer(
            _("The organization whose contract was changed"),
            success(
                fields(
                    {
                        "organizationId": identifier(_("Organization id")),
                        "organizationName": text(_("Name of the organization")),
                    }
                )
            ),
        ),
    ),
    refusals=("Organization not found", OPTION_NOT_FOUND, ALREADY_SUBSCRIBED, ROOM_NOT_FOUND, ROOM_OF_ANOTHER),
    examples=(
        Example(
            title=_("New rent, an option more, a room more"),
            body={
                "organizationId": "507f1f77bcf86cd799439011",
                "rentalPrice": "1500€",
                "rentalEndAt": "2025-12-31",
                "rentalRenewal": 12,
                "contractOptionsToAdd": [
                    {
                        "optionModelId": "507f1f77bcf86cd799439099",
                        "key": "parking",
                        "name": "Place de parking",
                        "quantity": 2,
                        "price": 150,
                    }
                ],
                "roomsToAdd": ["507f191e810c19729de860ea"],
            },
            with_token=True,
            answer={
                "retcode": 1,
                "message": "OK",
                "data": {"organizationId": "507f1f77bcf86cd799439011", "organizationName": "Acme Corp"},
            },
        ),
    ),
)
