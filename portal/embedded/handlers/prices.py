"""GET /api/room-price."""

from decimal import Decimal
from typing import Any

from portal.embedded.answers import ApiResponse, Call, Refused, json_response, number_of, success
from portal.embedded.declarations.calendars import NO_PRICE
from portal.embedded.models import MEETING_TYPES, OFFICE_TYPES, Room
from portal.embedded.pricing import meeting_price, office_price

# Public rooms have a price in any state; the others only in these default states.
_PRICED_STATES = {
    **dict.fromkeys(MEETING_TYPES[1:], ("bookable", "occupied")),
    **dict.fromkeys(OFFICE_TYPES[1:], ("rented", "forrent")),
}


def room_price(call: Call) -> ApiResponse:
    """The price of a room for a length of time. The type of the room decides which parameters mean something, so they
    are read after the room is found; the others are ignored. The number of persons and the start don't change the
    price (W58).
    """
    room = Room.objects.filter(pk=call.values["roomId"], is_archived=False).first()
    if room is None:
        raise Refused("Room not found")
    if room.type in MEETING_TYPES:
        details, price = _meeting(room, call)
    elif room.type in OFFICE_TYPES:
        details, price = _office(room, call)
    else:
        raise Refused(f"Price calculation not supported for room type: {room.type}")
    data = {
        "roomId": room.pk,
        "roomType": room.type,
        "defaultState": room.default_state,
        "actualState": room.actual_state,
    }
    if price is None or not _is_priced_state(room):
        # Refused and yet HTTP 200, as the document wants it (W15); a room without any price is answered in the same
        # way.
        return json_response({"retcode": -1, "message": NO_PRICE, "data": {**data, "price": -1}})
    return success({**data, **details, "price": number_of(price)})


def _is_priced_state(room: Room) -> bool:
    return room.type not in _PRICED_STATES or room.default_state in _PRICED_STATES[room.type]


def _meeting(room: Room, call: Call) -> tuple[dict[str, Any], int | None]:
    start = call.read("startDate")
    duration = call.read("duration", Decimal(60))
    people = call.read("nbPersons", Decimal(2))
    details = {"startDate": start} if start is not None else {}
    price = meeting_price(
        duration, hour_minor=room.hour_minor, half_day_minor=room.half_day_minor, day_minor=room.day_minor
    )
    return {**details, "duration": _plain(duration), "nbPersons": _plain(people)}, price


def _office(room: Room, call: Call) -> tuple[dict[str, Any], int | None]:
    period = call.read("period", "month")
    return {"period": period}, office_price(room.price_per_month, period=period)


def _plain(number: Decimal) -> int | float:
    return int(number) if number == int(number) else float(number)
