"""POST /api/register."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.embedded.declarations.bookings import ARCHIVED
from portal.embedded.declarations.operation import Answer, Example, Group, Operation, TokenRule
from portal.embedded.declarations.shapes import fields, flag, identifier, number, or_null, outcome, text, whole
from portal.embedded.inputs import Parameter, Parameters
from portal.embedded.readers import Choice, Country, Email, Phone, Text, WholeNumber, WorkwaysId

MOST_USERS = 100_000
CREATED = "Organization registered successfully. A verification email has been sent."
UPDATED = "Registration successful. Your organization has been updated."
USER_EXISTS = "User already registered with an organization."


def _text(name: str, longest: int, about: Any, example: str, *, required: bool = False) -> Parameter:
    return Parameter(name=name, read=Text(name, longest=longest), about=about, example=example, required=required)


def _id(name: str, about: Any, example: str) -> Parameter:
    return Parameter(name=name, read=WorkwaysId(f"Invalid {name} format"), about=about, example=example)


_PARAMETERS = Parameters(
    (
        _text("name", 200, _("Name of the company"), "Acme Corp", required=True),
        _text("firstName", 100, _("First name of the contact"), "Jean", required=True),
        _text("lastName", 100, _("Last name of the contact"), "Dupont"),
        Parameter(
            name="email",
            read=Email(),
            about=_("E-mail address of the contact, for bills and notices"),
            required=True,
            example="jean.dupont@acme.com",
        ),
        Parameter(
            name="phone",
            read=Phone(),
            about=_("Telephone number of the contact, with the country's code"),
            required=True,
            example="+33612345678",
        ),
        Parameter(
            name="country",
            read=Country(),
            about=_("Country code: fr, be or ie; that of the site when not given"),
            example="fr",
        ),
        Parameter(
            name="maxResidentUsers",
            read=WholeNumber(
                "maxResidentUsers", least=1, most=MOST_USERS, refusal="Invalid maxResidentUsers: must be at least 1"
            ),
            about=_("How many people may use the site, at least 1"),
            required=True,
            example=5,
        ),
        _text("companyNumber", 40, _("SIRET (France), KBO (Belgium) or VAT number (Ireland)"), "12345678901234"),
        _text("address", 500, _("Address for bills"), "123 rue de la Paix, 75001 Paris, France"),
        _text("vatNumber", 40, _("VAT number"), "FR12345678901"),
        Parameter(
            name="language",
            read=Choice("language", ("fr", "en")),
            about=_("Language of the contact, fr or en; that of the site's country when not given"),
            example="fr",
        ),
        _id("siteId", _("Id of the site to register for; goes before the other two"), "507f1f77bcf86cd799439011"),
        _id(
            "roomId", _("Id of a room of interest; its site counts when there is no siteId"), "507f191e810c19729de860ea"
        ),
        _id(
            "meetingId",
            _("Id of a waiting meeting request to link; its site counts when there is neither siteId nor roomId"),
            "507f191e810c19729de860ea",
        ),
    ),
    any_of=("siteId", "roomId", "meetingId"),
)

_DONE = fields(
    {
        "userId": identifier(_("Id of the user, new or known")),
        "userEmail": text(_("E-mail address of the user")),
        "userRole": text(_("Role of the user, mostly principal-admin")),
        "userCreated": flag(_("Is the user new?")),
        "organizationId": identifier(_("Id of the organization, new or known")),
        "organizationName": text(_("Name of the organization")),
        "organizationCreated": flag(_("Is the organization new?")),
        "meetingsUpdated": whole(_("Waiting meeting requests that now belong to the organization")),
        "roomOfInterest": or_null(
            fields(
                {
                    "_id": identifier(_("Room id")),
                    "name": text(_("Name of the room")),
                    "siteName": text(_("Name of its site")),
                    "siteId": identifier(_("Id of its site")),
                },
                about=_("The room of roomId, or null"),
            )
        ),
        "identityVerification": or_null(
            fields(
                {
                    "source": text(_("Which register the number is of, such as insee_siret")),
                    "confidence": number(_("How sure the check is, in percent")),
                    "verifiedName": text(_("Name of the company")),
                    "verifiedNumber": text(_("Number of the company")),
                },
                about=_("What the check of companyNumber said, or null"),
            )
        ),
    }
)
_EXISTS = fields(
    {
        "userId": identifier(_("Id of the user")),
        "organizationId": identifier(_("Id of the organization that the user already belongs to")),
    }
)

_COMPANY = {
    "name": "Acme Corp",
    "firstName": "Jean",
    "lastName": "Dupont",
    "email": "jean.dupont@acme.com",
    "phone": "+33612345678",
    "maxResidentUsers": 5,
    "companyNumber": "12345678901234",
    "address": "123 rue de la Paix, 75001 Paris, France",
    "vatNumber": "FR12345678901",
    "language": "fr",
    "siteId": "507f1f77bcf86cd799439011",
    "roomId": "507f191e810c19729de860ea",
}
_KNOWN_COMPANY = {
    name: value for name, value in _COMPANY.items() if name not in ("companyNumber", "vatNumber", "roomId")
}
_CREATED = {
    "userId": "507f1f77bcf86cd799439011",
    "userEmail": "jean.dupont@acme.com",
    "userRole": "principal-admin",
    "userCreated": True,
    "organizationId": "507f191e810c19729de860ea",
    "organizationName": "Acme Corp",
    "organizationCreated": True,
    "meetingsUpdated": 1,
    "roomOfInterest": {
        "_id": "507f1f77bcf86cd799439022",
        "name": "Office Premium",
        "siteName": "Workways Paris",
        "siteId": "507f1f77bcf86cd799439033",
    },
    "identityVerification": {
        "source": "insee_siret",
        "confidence": 100,
        "verifiedName": "ACME CORPORATION",
        "verifiedNumber": "12345678901234",
    },
}
_UPDATED = {
    **_CREATED,
    "userCreated": False,
    "organizationCreated": False,
    "meetingsUpdated": 0,
    "roomOfInterest": None,
    "identityVerification": None,
}

REGISTER = Operation(
    name="registerOrganization",
    method="POST",
    path="/api/register",
    token=TokenRule.REQUIRED,
    group=Group.BOOKINGS,
    summary=_("Register a company"),
    about=_(
        "Makes the organization and its first user, links the meeting requests that wait for them, and mails a link "
        "that verifies the address. At least one of siteId, roomId and meetingId must be given; when they point to "
        "different sites, the organization may use all of them."
    ),
    parameters=_PARAMETERS,
    answers=(
        Answer(_("A new organization"), outcome("CREATED", CREATED, _DONE)),
        Answer(_("An organization that was known"), outcome("UPDATED", UPDATED, _DONE)),
        Answer(
            _("A user who belongs to an organization: nothing changes"), outcome("USER_EXISTS", USER_EXISTS, _EXISTS)
        ),
    ),
    refusals=("Site not found", "Room not found", "Meeting request not found", ARCHIVED),
    examples=(
        Example(
            title=_("A new organization"),
            body=_COMPANY,
            with_token=True,
            answer={"retcode": 200, "status": "CREATED", "message": CREATED, "data": _CREATED},
        ),
        Example(
            title=_("An organization that was known"),
            body=_KNOWN_COMPANY,
            with_token=True,
            answer={"retcode": 200, "status": "UPDATED", "message": UPDATED, "data": _UPDATED},
        ),
        Example(
            title=_("A user who belongs to an organization"),
            body=_COMPANY,
            with_token=True,
            answer={
                "retcode": 200,
                "status": "USER_EXISTS",
                "message": USER_EXISTS,
                "data": {"userId": "507f1f77bcf86cd799439011", "organizationId": "507f191e810c19729de860ea"},
            },
        ),
    ),
)
