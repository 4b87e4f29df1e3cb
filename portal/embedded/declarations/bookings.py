"""POST /api/check-email and /api/meeting-request."""

from django.utils.translation import gettext_lazy as _

from portal.embedded.declarations.operation import Answer, Example, Group, Operation, TokenRule
from portal.embedded.declarations.shapes import fields, flag, identifier, number, or_null, outcome, success, text
from portal.embedded.inputs import Parameter, Parameters
from portal.embedded.readers import Choice, Email, StartTime, Text, WholeNumber, WorkwaysId

LEAST_MINUTES = 30
# The document sets no upper limit; a week keeps one call from filling a room's calendar for years.
MOST_MINUTES = 7 * 24 * 60
MOST_PEOPLE = 100_000

ACCEPTED = "Your booking has been confirmed."
REQUEST_ACCEPTED = "Your meeting request has been received. Please complete your registration to confirm the booking."
ARCHIVED = "Your account is no longer valid. Please contact an administrator to restore it."
# Told only where the operator lets a room's own limits bind (W44).
TOO_SHORT = "Invalid duration: must be at least {minutes} minutes"
TOO_LONG = "Invalid duration: must be at most {minutes} minutes"
OFF_STEP = "Invalid duration: must be {least} minutes and steps of {step} minutes more"
NOT_PUBLIC = "This room is not available for public booking"
TAKEN = "Room is not available for the selected time slot"

CHECK_EMAIL = Operation(
    name="checkEmail",
    method="POST",
    path="/api/check-email",
    token=TokenRule.REQUIRED,
    group=Group.BOOKINGS,
    summary=_("Whether there is a user of an e-mail address"),
    about=_("The document names this call and says no more of it; the fields follow user-info."),
    parameters=Parameters(
        (
            Parameter(
                name="email",
                read=Email(),
                about=_("E-mail address, in any case"),
                required=True,
                example="jean.dupont@acme.com",
            ),
        )
    ),
    answers=(
        Answer(
            _("What is known of the address"),
            success(
                fields(
                    {
                        "exists": flag(_("Is there a user?")),
                        "isUserArchived": or_null(flag(_("Is the user archived? null without a user"))),
                        "hasOrganization": flag(_("Does the user belong to an organization?")),
                    }
                )
            ),
        ),
    ),
    examples=(
        Example(
            title=_("A known address"),
            body={"email": "jean.dupont@acme.com"},
            with_token=True,
            answer={
                "retcode": 1,
                "message": "OK",
                "data": {"exists": True, "isUserArchived": False, "hasOrganization": True},
            },
        ),
    ),
)


def _times(prefix: str, id_name: str, *more: str) -> dict[str, dict[str, object]]:
    """The fields that both successes have, under their own names."""
    return {
        id_name: identifier(_("Id of the meeting or of the request; /api/register takes it as meetingId")),
        **{name: identifier(_("Id of the user")) for name in more},
        "roomName": text(_("Name of the room")),
        f"{prefix}Date": text(_("Day of the start in UTC, YYYY-MM-DD"), pattern=r"^\d{4}-\d{2}-\d{2}$"),
        f"{prefix}Time": text(_("Start and end in UTC, HH:MM-HH:MM"), pattern=r"^\d{2}:\d{2}-\d{2}:\d{2}$"),
        "duration": number(_("Length in minutes")),
    }


_BOOKING = {
    "contactEmail": "jean.dupont@acme.com",
    "contactName": "Jean Dupont",
    "bookedRoom": "507f191e810c19729de860ea",
    "bookedAt": "2025-11-05T14:00:00Z",
    "duration": 60,
    "bookedUser": 4,
    "name": "Quarterly Review",
    "description": "Q4 2025 team meeting",
}

MEETING_REQUEST = Operation(
    name="requestMeeting",
    method="POST",
    path="/api/meeting-request",
    token=TokenRule.REQUIRED,
    group=Group.BOOKINGS,
    summary=_("Book a room"),
    about=_(
        "For the address of a known user the booking is confirmed at once, on the same day too. For a new one the "
        "room is kept until they register; that takes two days' notice. Archived users can't book. The field "
        "“status” of the answer says which of the three it was. Only public rooms can be booked."
    ),
    parameters=Parameters(
        (
            Parameter(
                name="contactEmail",
                read=Email(),
                about=_("Whose booking it is"),
                required=True,
                example="jean.dupont@acme.com",
            ),
            Parameter(
                name="contactName",
                read=Text("contactName", longest=200),
                about=_("Name of the contact"),
                example="Jean Dupont",
            ),
            Parameter(
                name="bookedRoom",
                # A malformed id is answered like an unknown one here (W50).
                read=WorkwaysId(""),
                about=_("Id of the room"),
                required=True,
                example="507f191e810c19729de860ea",
            ),
            Parameter(
                name="bookedAt",
                read=StartTime("bookedAt"),
                about=_("The start, in ISO 8601; without an offset it is UTC"),
                required=True,
                example="2025-11-05T14:00:00Z",
            ),
            Parameter(
                name="duration",
                read=WholeNumber(
                    "duration",
                    least=LEAST_MINUTES,
                    most=MOST_MINUTES,
                    refusal=f"Invalid duration: must be at least {LEAST_MINUTES} minutes",
                ),
                about=_("Length in minutes, at least 30"),
                required=True,
                example=60,
            ),
            Parameter(
                name="bookedUser",
                read=WholeNumber(
                    "bookedUser", least=1, most=MOST_PEOPLE, refusal="Invalid bookedUser: must be a positive number"
                ),
                about=_("Number of persons; 1 when not given"),
                example=4,
            ),
            Parameter(
                name="name",
                read=Text("name", longest=200),
                about=_("Title of the meeting"),
                example="Quarterly Review",
            ),
            Parameter(
                name="description",
                read=Text("description", longest=5000),
                about=_("Notes"),
                example="Q4 2025 team meeting",
            ),
            Parameter(
                name="language",
                read=Choice("language", ("fr", "en")),
                about=_("Language of a new user, fr or en; that of the site's country when not given"),
                example="fr",
            ),
        )
    ),
    answers=(
        Answer(
            _("A known user: the booking is confirmed"),
            outcome("ACCEPTED", ACCEPTED, fields(_times("booked", "meetingId"))),
        ),
        Answer(
            _("A new user: the registration is still needed"),
            outcome("REQUEST_ACCEPTED", REQUEST_ACCEPTED, fields(_times("requested", "meetingRequestId", "userId"))),
        ),
        Answer(
            _("An archived user, or one of an archived organization: refused, although retcode is 200"),
            outcome("ARCHIVED", ARCHIVED, {"type": "null"}),
        ),
    ),
    refusals=(
        "Room not found",
        NOT_PUBLIC,
        "Cannot book meetings for today or past dates",
        "Meetings must be booked at least 2 days in advance",
        "Cannot book meetings for past dates",
        TAKEN,
        TOO_SHORT,
        TOO_LONG,
        OFF_STEP,
    ),
    examples=(
        Example(
            title=_("A known user"),
            body=_BOOKING,
            with_token=True,
            answer={
                "retcode": 200,
                "status": "ACCEPTED",
                "message": ACCEPTED,
                "data": {
                    "meetingId": "507f191e810c19729de860ea",
                    "roomName": "Meeting Room A",
                    "bookedDate": "2025-11-05",
                    "bookedTime": "14:00-15:00",
                    "duration": 60,
                },
            },
        ),
        Example(
            title=_("A new user"),
            body={**_BOOKING, "contactEmail": "nina.neuf@startup.example"},
            with_token=True,
            answer={
                "retcode": 200,
                "status": "REQUEST_ACCEPTED",
                "message": REQUEST_ACCEPTED,
                "data": {
                    "meetingRequestId": "507f191e810c19729de860ea",
                    "userId": "507f191e810c19729de860eb",
                    "roomName": "Meeting Room A",
                    "requestedDate": "2025-11-05",
                    "requestedTime": "14:00-15:00",
                    "duration": 60,
                },
            },
        ),
        Example(
            title=_("An archived user"),
            body={**_BOOKING, "contactEmail": "paul.archive@acme.example"},
            with_token=True,
            answer={"retcode": 200, "status": "ARCHIVED", "message": ARCHIVED, "data": None},
        ),
    ),
)
