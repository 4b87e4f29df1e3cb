"""GET /api/sites, /api/rooms, /api/countries and /imageroom."""

from django.utils.translation import gettext_lazy as _

from portal.embedded.declarations.operation import Answer, Example, Group, Operation, TokenRule
from portal.embedded.declarations.shapes import day, fields, identifier, items, number, success, text, whole
from portal.embedded.inputs import Parameter, Parameters
from portal.embedded.readers import AnyText, Country, Text, WorkwaysId

_COUNTRY = Parameter(
    name="country",
    read=Country(),
    about=_("An ISO code (IE), or the English (Ireland) or French (Irlande) name, in any case"),
    example="Ireland",
)
_TYPE = Parameter(
    name="type",
    read=Text("type", longest=100),
    about=_(
        "publicOffice or publicMeeting; with a token any room type, or “all”. A type that no room has gives no rooms."
    ),
)

_LISTED_ROOM = fields(
    {
        "_id": identifier(_("Room id")),
        "name": text(_("Internal name")),
        "publicName": text(_("Name to show; the internal name where there is none")),
        "type": text(_("publicOffice or publicMeeting; with a token, other types too")),
        "surface": number(_("Surface in m², or -1 when unknown")),
        "actualState": text(_("With a token only: state of the room, such as bookable or rented")),
    },
    optional=("actualState",),
)
_SITE = fields(
    {
        "_id": identifier(_("Site id")),
        "name": text(_("Name of the site")),
        "country": text(_("English name of the country")),
        "roomCount": whole(_("Offices among the rooms listed here")),
        "meetingRoomCount": whole(_("Meeting rooms among the rooms listed here")),
        "publicRooms": items(_LISTED_ROOM, _("Public rooms of the site")),
        "otherRooms": items(_LISTED_ROOM, _("With a token only: the rooms that aren't public")),
    },
    optional=("otherRooms",),
)
_ROOM = fields(
    {
        "_id": identifier(_("Room id")),
        "name": text(_("Internal name")),
        "publicName": text(_("Name to show; the internal name where there is none")),
        "type": text(_("publicOffice or publicMeeting; with a token, other types too")),
        "description": text(_("Description")),
        "actualState": text(_("State of the room, such as bookable, rented or forrent")),
        "surface": number(_("Surface in m², or -1 when unknown")),
        "siteId": identifier(_("Id of its site")),
        "siteName": text(_("Name of its site")),
        "country": text(_("English name of the country")),
        "minPerson": number(_("Fewest persons")),
        "maxPerson": number(_("Most persons")),
        "nbSeat": number(_("Seats")),
        "configuration": text(_("How the room is laid out")),
        "otherConfiguration": text(_("More about the layout and equipment")),
        "minDurationBooking": number(_("Shortest booking, in minutes")),
        "maxDurationBooking": number(_("Longest booking, in minutes")),
        "stepDurationBooking": number(_("Step of booking lengths, in minutes")),
        "slotWeek": text(_("Opening hours on weekdays, such as 09:00-18:00; empty when closed")),
        "slotSaturday": text(_("Opening hours on Saturday; empty when closed")),
        "slotSunday": text(_("Opening hours on Sunday; empty when closed")),
        "pricePerHour": number(_("Price of an hour in euro; 0 without a token")),
        "pricePerHalfDay": number(_("Price of half a day in euro; 0 without a token")),
        "pricePerDay": number(_("Price of a day in euro; 0 without a token")),
        "pricePerMonth": text(_("Rent of a month, as text")),
        "image": text(_("Address of the room's picture; empty when there is none")),
        "organizationId": identifier(_("With a token, for a rented room: who rents it")),
        "organizationName": text(_("With a token, for a rented room: name of who rents it")),
        "contractEndDate": day(_("With a token, for a rented room: end of the contract, YYYY-MM-DD or empty")),
    },
    optional=("organizationId", "organizationName", "contractEndDate"),
)

_MEETING_ROOM_A = {
    "_id": "507f191e810c19729de860ea",
    "name": "Meeting Room A",
    "publicName": "Meeting Room A",
    "type": "publicMeeting",
    "surface": 25,
}
_HOT_DESK = {
    "_id": "507f191e810c19729de860eb",
    "name": "Hot Desk 1",
    "publicName": "Hot Desk Area",
    "type": "publicOffice",
    "surface": -1,
}
_PRIVATE_OFFICE = {
    "_id": "507f191e810c19729de860ec",
    "name": "Private Office 101",
    "publicName": "Executive Suite",
    "type": "privateOffice",
    "surface": 45,
    "actualState": "rented",
}
_DUBLIN = {
    "_id": "507f1f77bcf86cd799439011",
    "name": "Dublin Coworking Center",
    "country": "Ireland",
    "roomCount": 1,
    "meetingRoomCount": 1,
}
_PUBLIC_SITES = {"retcode": 1, "message": "OK", "data": [{**_DUBLIN, "publicRooms": [_MEETING_ROOM_A, _HOT_DESK]}]}
# The document's own example leaves the hot desk out, which stands in the one before (W24).
_ALL_SITES = {
    "retcode": 1,
    "message": "OK",
    "data": [
        {
            **_DUBLIN,
            "publicRooms": [{**_MEETING_ROOM_A, "actualState": "bookable"}],
            "otherRooms": [_PRIVATE_OFFICE],
        }
    ],
}
_PUBLIC_ROOMS = {
    "retcode": 1,
    "message": "OK",
    "data": [
        {
            "_id": "507f191e810c19729de860ea",
            "name": "Meeting Room A",
            "publicName": "Meeting Room A",
            "type": "publicMeeting",
            "description": "Modern meeting room with video conferencing",
            "actualState": "bookable",
            "surface": 25,
            "siteId": "507f1f77bcf86cd799439011",
            "siteName": "Dublin Coworking Center",
            "country": "Ireland",
            "minPerson": 2,
            "maxPerson": 8,
            "nbSeat": 8,
            "configuration": "boardroom",
            "otherConfiguration": "Video conferencing, whiteboard",
            "minDurationBooking": 60,
            "maxDurationBooking": 480,
            "stepDurationBooking": 30,
            "slotWeek": "09:00-18:00",
            "slotSaturday": "",
            "slotSunday": "",
            "pricePerHour": 0,
            "pricePerHalfDay": 0,
            "pricePerDay": 0,
            "pricePerMonth": "500",
            "image": "https://apidev.workways.com/imageroom?id=imageId123",
        }
    ],
}
_RENTED_ROOM = {
    "retcode": 1,
    "message": "OK",
    "data": [
        {
            "_id": "507f191e810c19729de860ec",
            "name": "Private Office 101",
            "publicName": "Executive Suite",
            "type": "privateOffice",
            "description": "Fully equipped private office",
            "actualState": "rented",
            "surface": 45,
            "siteId": "507f1f77bcf86cd799439011",
            "siteName": "Dublin Coworking Center",
            "country": "Ireland",
            "minPerson": 1,
            "maxPerson": 4,
            "nbSeat": 4,
            "configuration": "office",
            "otherConfiguration": "",
            "minDurationBooking": 0,
            "maxDurationBooking": 0,
            "stepDurationBooking": 0,
            "slotWeek": "",
            "slotSaturday": "",
            "slotSunday": "",
            "pricePerHour": 0,
            "pricePerHalfDay": 0,
            "pricePerDay": 0,
            "pricePerMonth": "1500",
            "image": "https://apidev.workways.com/imageroom?id=imageId456",
            "organizationId": "507f1f77bcf86cd799439099",
            "organizationName": "Acme Corp",
            "contractEndDate": "2025-11-30",
        }
    ],
}

SITES = Operation(
    name="listSites",
    method="GET",
    path="/api/sites",
    token=TokenRule.OPTIONAL,
    group=Group.PLACES,
    summary=_("The public sites with their rooms"),
    about=_(
        "Without a token: the public rooms. With a token: all rooms, private ones too, and their state. "
        "A site is listed when it has at least one public room."
    ),
    parameters=Parameters((_COUNTRY, _TYPE)),
    answers=(Answer(_("The sites, by name"), success(items(_SITE))),),
    examples=(
        Example(title=_("By English name"), query={"country": "Ireland"}, answer=_PUBLIC_SITES),
        Example(title=_("By ISO code"), query={"country": "IE"}, answer=_PUBLIC_SITES),
        Example(title=_("By French name"), query={"country": "Irlande"}, answer=_PUBLIC_SITES),
        Example(title=_("In any case"), query={"country": "ireland"}, answer=_PUBLIC_SITES),
        Example(title=_("All types, with a token"), query={"type": "all"}, with_token=True, answer=_ALL_SITES),
    ),
    has_entity_tag=True,
)
ROOMS = Operation(
    name="listRooms",
    method="GET",
    path="/api/rooms",
    token=TokenRule.OPTIONAL,
    group=Group.PLACES,
    summary=_("The rooms with capacity, hours and prices"),
    about=_(
        "Without a token: public rooms, whose prices by hour, half day and day are 0. With a token: all types, "
        "with prices, and for a rented room who rents it and until when."
    ),
    parameters=Parameters(
        (
            _COUNTRY,
            Parameter(
                name="site",
                read=WorkwaysId("Invalid site ID format."),
                about=_("Id of a site; one that nobody knows has no rooms"),
                example="507f1f77bcf86cd799439011",
            ),
            _TYPE,
        )
    ),
    answers=(Answer(_("The rooms, by name"), success(items(_ROOM))),),
    examples=(
        Example(title=_("By English name"), query={"country": "Ireland"}, answer=_PUBLIC_ROOMS),
        Example(title=_("By ISO code"), query={"country": "FR"}),
        Example(title=_("Of one site"), query={"site": "507f1f77bcf86cd799439011"}, answer=_PUBLIC_ROOMS),
        Example(title=_("Both together"), query={"country": "belgique", "site": "507f1f77bcf86cd799439011"}),
        Example(
            title=_("A private room, with a token"),
            query={"type": "privateOffice"},
            with_token=True,
            answer=_RENTED_ROOM,
        ),
    ),
    has_entity_tag=True,
)
COUNTRIES = Operation(
    name="listCountries",
    method="GET",
    path="/api/countries",
    token=TokenRule.IGNORED,
    group=Group.PLACES,
    summary=_("The countries that have public sites"),
    about=_("Good for filling a list of countries in a form."),
    answers=(Answer(_("English names, in alphabetical order"), success(items(text(_("Name of a country"))))),),
    examples=(
        Example(
            title=_("All"),
            answer={"retcode": 1, "message": "OK", "data": ["Belgium", "France", "Ireland"]},
        ),
    ),
    has_entity_tag=True,
)
PICTURE = Operation(
    name="getRoomPicture",
    method="GET",
    path="/imageroom",
    token=TokenRule.IGNORED,
    group=Group.PLACES,
    summary=_("A room's picture"),
    about=_("The address that a room's “image” leads to. A copy may be kept for a day."),
    parameters=Parameters(
        (
            Parameter(
                name="id",
                read=AnyText(),
                about=_("Id of the picture, from the address in “image”"),
                deferred=True,
                example="imageId123",
            ),
        )
    ),
    answers=(Answer(_("The picture"), {"type": "string", "contentMediaType": "image/webp"}, "image/webp"),),
    not_found=("Image not found",),
    has_entity_tag=True,
)
