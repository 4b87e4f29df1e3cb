"""POST /api/check-email and GET /api/user-info."""

from portal.embedded.answers import ApiResponse, Call, Refused, success
from portal.embedded.models import User


def check_email(call: Call) -> ApiResponse:
    """Is there a user of this address? The document names the endpoint and says no more; the names follow user-info
    (1.5).
    """
    user = User.objects.filter(email=call.values["email"]).first()
    return success(
        {
            "exists": user is not None,
            "isUserArchived": user.is_archived if user else None,
            "hasOrganization": user is not None and user.organization_id is not None,
        }
    )


def user_info(call: Call) -> ApiResponse:
    """A user by id, or else by address; with an id the address isn't even looked at."""
    if call.values["id"]:
        found = User.objects.filter(pk=call.values["id"])
    else:
        found = User.objects.filter(email=call.read("email"))
    user = found.select_related("organization").first()
    if user is None:
        raise Refused("User not found")
    organization = user.organization
    return success(
        {
            "_id": user.pk,
            "firstName": user.first_name,
            "lastName": user.last_name,
            "email": user.email,
            "role": user.role,
            "isUserArchived": user.is_archived,
            "organizationId": organization.pk if organization else None,
            "organizationName": organization.name if organization else None,
            "isOrganizationArchived": organization.is_archived if organization else None,
        }
    )
