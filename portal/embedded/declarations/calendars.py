"""GET /api/icsfeed and /api/room-price."""

from django.utils.translation import gettext_lazy as _

from portal.embedded.declarations.operation import Answer, Example, Group, Operation, TokenRule
from portal.embedded.declarations.shapes import fields, identifier, number, success, text, whole
from portal.embedded.inputs import Parameter, Parameters
from portal.embedded.readers import Choice, QueryNumber, StartDate, WorkwaysId, WorkwaysIds

LONGEST_MINUTES = 366 * 24 * 60
MOST_PERSONS = 100_000
NO_ROOMS = 'Bad request: "rooms" query parameter is missing, empty, or contains invalid IDs.'
NO_PRICE = "Price calculation not available for this room state/type"

_CALENDAR = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Workways//Meeting Calendar//EN
CALSCALE:GREGORIAN
BEGIN:VEVENT
UID:meeting123@workways.com
DTSTART:20251030T140000Z
DTEND:20251030T150000Z
SUMMARY:Team Meeting
LOCATION:Meeting Room A
DESCRIPTION:Weekly team sync
END:VEVENT
END:VCALENDAR
"""

FEED = Operation(
    name="getCalendar",
    method="GET",
    path="/api/icsfeed",
    token=TokenRule.IGNORED,
    group=Group.CALENDARS,
    summary=_("The meetings of one or more rooms, as a calendar"),
    about=_(
        "An iCalendar file that Google Calendar, Outlook and Apple Calendar subscribe to by its address. It holds "
        "confirmed meetings; a request that waits for its registration isn't told. Rooms that aren't public have "
        "events only with a token."
    ),
    parameters=Parameters(
        (
            Parameter(
                name="rooms",
                read=WorkwaysIds(NO_ROOMS),
                about=_("Ids of rooms, with commas between them"),
                required=True,
                missing=NO_ROOMS,
                example="507f191e810c19729de860ea,507f1f77bcf86cd799439011",
            ),
        )
    ),
    answers=(Answer(_("The calendar"), {"type": "string"}, "text/calendar"),),
    examples=(
        Example(title=_("One room"), query={"rooms": "507f191e810c19729de860ea"}, answer=_CALENDAR),
        Example(title=_("Several rooms"), query={"rooms": "507f191e810c19729de860ea,507f1f77bcf86cd799439011"}),
    ),
    has_entity_tag=True,
)

_PRICED = {
    "roomId": identifier(_("Room id")),
    "roomType": text(_("Type of the room, such as publicMeeting or privateOffice")),
    "defaultState": text(_("The room's usual state, such as bookable or rented")),
    "actualState": text(_("The room's state now, such as free or occupied")),
}
_PRICE = number(_("The price in euro"), minimum=0)
_MEETING_PRICE = fields(
    {
        **_PRICED,
        "startDate": text(_("Meeting rooms only: the start, as it was given")),
        "duration": number(_("Meeting rooms only: length in minutes")),
        "nbPersons": number(_("Meeting rooms only: number of persons")),
        "price": _PRICE,
    },
    optional=("startDate",),
)
_OFFICE_PRICE = fields(
    {**_PRICED, "period": text(_("Offices only: week or month"), enum=["week", "month"]), "price": _PRICE}
)
_UNPRICED = fields(
    {
        "retcode": whole(const=-1),
        "message": text(const=NO_PRICE),
        "data": fields({**_PRICED, "price": number(_("-1: there is no price to tell"), const=-1)}),
    }
)

PRICE = Operation(
    name="getRoomPrice",
    method="GET",
    path="/api/room-price",
    token=TokenRule.REQUIRED,
    group=Group.CALENDARS,
    summary=_("What a room costs"),
    about=_(
        "Meeting rooms are priced by their length, offices by week or month. publicMeeting and publicOffice have a "
        "price in any state; meeting, privateMeeting, sharedMeeting and conference when their usual state is "
        "bookable or occupied; office, privateOffice and sharedOffice when it is rented or forrent."
    ),
    parameters=Parameters(
        (
            Parameter(
                name="roomId",
                read=WorkwaysId("Invalid roomId format"),
                about=_("Id of the room"),
                required=True,
                example="507f1f77bcf86cd799439011",
            ),
            Parameter(
                name="startDate",
                read=StartDate("startDate"),
                about=_("Meeting rooms: the start, such as 2025-01-18T10:00:00; it doesn't change the price"),
                deferred=True,
                example="2025-01-18T10:00:00",
            ),
            Parameter(
                name="duration",
                read=QueryNumber("Invalid duration: must be a positive number", most=LONGEST_MINUTES),
                about=_("Meeting rooms: length in minutes; 60 when not given"),
                deferred=True,
                example=120,
            ),
            Parameter(
                name="nbPersons",
                read=QueryNumber("Invalid nbPersons: must be a positive number", most=MOST_PERSONS),
                about=_("Meeting rooms: number of persons, 2 when not given; it doesn't change the price"),
                deferred=True,
                example=4,
            ),
            Parameter(
                name="period",
                read=Choice("period", ("week", "month")),
                about=_("Offices: week or month; month when not given"),
                deferred=True,
                example="month",
            ),
        )
    ),
    answers=(
        Answer(_("The price of a meeting room"), success(_MEETING_PRICE)),
        Answer(_("The price of an office"), success(_OFFICE_PRICE)),
        Answer(_("No price in this state of the room, or none at all: HTTP 200, retcode -1 and price -1"), _UNPRICED),
    ),
    refusals=("Room not found", "Price calculation not supported for room type: {type}"),
    examples=(
        Example(
            title=_("A meeting room"),
            query={
                "roomId": "507f1f77bcf86cd799439011",
                "startDate": "2025-01-18T10:00:00",
                "duration": "120",
                "nbPersons": "4",
            },
            with_token=True,
            answer={
                "retcode": 1,
                "message": "OK",
                "data": {
                    "roomId": "507f1f77bcf86cd799439011",
                    "roomType": "privateMeeting",
                    "defaultState": "bookable",
                    "actualState": "free",
                    "startDate": "2025-01-18T10:00:00",
                    "duration": 120,
                    "nbPersons": 4,
                    "price": 100,
                },
            },
        ),
        Example(
            title=_("An office"),
            query={"roomId": "507f1f77bcf86cd799439011", "period": "month"},
            with_token=True,
            answer={
                "retcode": 1,
                "message": "OK",
                "data": {
                    "roomId": "507f1f77bcf86cd799439011",
                    "roomType": "privateOffice",
                    "defaultState": "rented",
                    "actualState": "rented",
                    "period": "month",
                    "price": 100,
                },
            },
        ),
        Example(
            title=_("A room without a price in its state"),
            query={"roomId": "507f1f77bcf86cd799439011"},
            with_token=True,
            answer={
                "retcode": -1,
                "message": NO_PRICE,
                "data": {
                    "roomId": "507f1f77bcf86cd799439011",
                    "roomType": "meeting",
                    "defaultState": "toclean",
                    "actualState": "toclean",
                    "price": -1,
                },
            },
        ),
    ),
)
