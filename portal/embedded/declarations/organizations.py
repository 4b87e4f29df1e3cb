"""GET /api/user-info and /api/organization-info."""

from django.utils.translation import gettext_lazy as _

from portal.embedded.declarations.operation import Answer, Example, Group, Operation, TokenRule
from portal.embedded.declarations.shapes import (
    day,
    fields,
    flag,
    identifier,
    items,
    number,
    or_null,
    success,
    text,
    whole,
)
from portal.embedded.inputs import Parameter, Parameters
from portal.embedded.readers import Email, WorkwaysId

_USER = fields(
    {
        "_id": identifier(_("User id")),
        "firstName": text(_("First name")),
        "lastName": text(_("Last name; may be empty")),
        "email": text(_("E-mail address")),
        "role": text(_("Role, such as principal-admin, admin, user or temp (not registered yet)")),
        "isUserArchived": flag(_("Is the user archived?")),
        "organizationId": or_null(identifier(_("Id of the user's organization, or null"))),
        "organizationName": or_null(text(_("Name of the user's organization, or null"))),
        "isOrganizationArchived": or_null(flag(_("Is the organization archived? null without one"))),
    }
)
_JEAN = {
    "_id": "507f1f77bcf86cd799439011",
    "firstName": "Jean",
    "lastName": "Dupont",
    "email": "jean.dupont@acme.com",
    "role": "principal-admin",
    "isUserArchived": False,
    "organizationId": "507f191e810c19729de860ea",
    "organizationName": "Acme Corp",
    "isOrganizationArchived": False,
}
_MARIE = {
    "_id": "507f1f77bcf86cd799439011",
    "firstName": "Marie",
    "lastName": "Martin",
    "email": "marie.martin@example.com",
    "role": "temp",
    "isUserArchived": False,
    "organizationId": None,
    "organizationName": None,
    "isOrganizationArchived": None,
}

USER_INFO = Operation(
    name="getUser",
    method="GET",
    path="/api/user-info",
    token=TokenRule.REQUIRED,
    group=Group.ORGANIZATIONS,
    summary=_("A user, by id or e-mail address"),
    about=_("One of id and email is needed; with both, the id counts."),
    parameters=Parameters(
        (
            Parameter(
                name="id",
                read=WorkwaysId("Invalid user ID format"),
                about=_("User id"),
                example="507f1f77bcf86cd799439011",
            ),
            Parameter(
                name="email",
                read=Email(),
                about=_("E-mail address, in any case"),
                # With an id the address isn't even looked at.
                deferred=True,
                example="jean.dupont@acme.com",
            ),
        ),
        any_of=("id", "email"),
    ),
    answers=(Answer(_("The user"), success(_USER)),),
    refusals=("User not found",),
    examples=(
        Example(
            title=_("By id"),
            query={"id": "507f1f77bcf86cd799439011"},
            with_token=True,
            answer={"retcode": 1, "message": "OK", "data": _JEAN},
        ),
        Example(
            title=_("By e-mail address"),
            query={"email": "jean.dupont@acme.com"},
            with_token=True,
            answer={"retcode": 1, "message": "OK", "data": _JEAN},
        ),
        Example(
            title=_("A user without an organization"),
            query={"email": "marie.martin@example.com"},
            with_token=True,
            answer={"retcode": 1, "message": "OK", "data": _MARIE},
        ),
    ),
)

_ORGANIZATION = fields(
    {
        "_id": identifier(_("Organization id")),
        "name": text(_("Name of the organization")),
        "isArchived": flag(_("Is the organization archived?")),
        "contractEndDate": day(_("End of the contract, YYYY-MM-DD; empty without an end")),
        "renewalMonths": or_null(number(_("Months by which the contract renews itself, or null"))),
        "allocatedRooms": items(
            fields(
                {
                    "_id": identifier(_("Room id")),
                    "name": text(_("Name of the room")),
                    "contractEndDate": day(_("End of the contract for this room; empty: that of the organization")),
                    "price": or_null(number(_("Rent of this room per month in euro, or null"))),
                    "siteId": or_null(identifier(_("Id of the room's site"))),
                }
            ),
            _("Rooms that the organization rents"),
        ),
        "accessibleSites": items(
            fields(
                {
                    "_id": identifier(_("Site id")),
                    "name": text(_("Name of the site")),
                    "country": text(_("Country code, such as fr, be or ie")),
                }
            ),
            _("Sites that the organization may use"),
        ),
        "basePrice": or_null(number(_("Rent per month in euro: the first amount in rentalPrice, or null"))),
        "contractOptions": items(
            fields(
                {
                    "id": whole(_("Number of the option within the organization")),
                    "name": text(_("Name of the option")),
                    "key": text(_("Key of the option, such as parking or tv_rental")),
                    "quantity": number(_("Quantity")),
                    "price": or_null(number(_("Own price per month in euro; null: the price of the rate"))),
                    "pricePromo": or_null(number(_("Own promotional price; null: that of the rate"))),
                    "startDate": day(_("Start, YYYY-MM-DD; empty: that of the organization")),
                    "endDate": day(_("End, YYYY-MM-DD; empty: that of the organization")),
                }
            ),
            _("Options in the contract"),
        ),
    }
)
_PARIS = "507f1f77bcf86cd799439022"
_ACME = {
    "_id": "507f1f77bcf86cd799439011",
    "name": "Acme Corp",
    "isArchived": False,
    "contractEndDate": "2025-12-31",
    "renewalMonths": 12,
    "allocatedRooms": [
        {
            "_id": "507f191e810c19729de860ea",
            "name": "Bureau Premium A12",
            "contractEndDate": "2025-12-31",
            "price": 850,
            "siteId": _PARIS,
        },
        {
            "_id": "507f191e810c19729de860eb",
            "name": "Bureau Standard B05",
            "contractEndDate": "",
            "price": 450,
            "siteId": _PARIS,
        },
    ],
    "accessibleSites": [
        {"_id": _PARIS, "name": "Workways Paris", "country": "fr"},
        {"_id": "507f1f77bcf86cd799439033", "name": "Workways Lyon", "country": "fr"},
    ],
    "basePrice": 1300,
    "contractOptions": [
        {
            "id": 1,
            "name": "Place de parking",
            "key": "parking",
            "quantity": 2,
            "price": 150,
            "pricePromo": None,
            "startDate": "2024-01-01",
            "endDate": "",
        },
        {
            "id": 2,
            "name": "Location TV",
            "key": "tv_rental",
            "quantity": 1,
            "price": 30,
            "pricePromo": None,
            "startDate": "",
            "endDate": "",
        },
    ],
}

ORGANIZATION_INFO = Operation(
    name="getOrganization",
    method="GET",
    path="/api/organization-info",
    token=TokenRule.REQUIRED,
    group=Group.ORGANIZATIONS,
    summary=_("An organization and its contract"),
    about=_("Contract, rooms, sites and options of an organization."),
    parameters=Parameters(
        (
            Parameter(
                name="id",
                read=WorkwaysId("Invalid organization ID format"),
                about=_("Organization id"),
                required=True,
                example="507f1f77bcf86cd799439011",
            ),
        )
    ),
    answers=(Answer(_("The organization"), success(_ORGANIZATION)),),
    refusals=("Organization not found",),
    examples=(
        Example(
            title=_("An organization with rooms and options"),
            query={"id": "507f1f77bcf86cd799439011"},
            with_token=True,
            answer={"retcode": 1, "message": "OK", "data": _ACME},
        ),
    ),
)
