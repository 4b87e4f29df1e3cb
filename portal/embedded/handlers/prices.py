"""GET /api/room-price."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.embedded.answers import ApiResponse, Call, Refused, json_response, number_of, success
from portal.embedded.inputs import Parameter, find_moment, is_clean_text, query_number, workways_id
from portal.embedded.models import MEETING_TYPES, OFFICE_TYPES, Room
from portal.embedded.pricing import meeting_price, office_price

_LONGEST_MINUTES = 366 * 24 * 60
_MOST_PERSONS = 100_000
# Public rooms have a price in any state; the others only in these default states.
_PRICED_STATES = {
    **dict.fromkeys(MEETING_TYPES[1:], ("bookable", "occupied")),
    **dict.fromkeys(OFFICE_TYPES[1:], ("rented", "forrent")),
}


def _start_date(value: str) -> str:
    """The document takes a "flexible format" and gives it back as it came: any date or date and time of ISO 8601 will
    do (W57).
    """
    if is_clean_text(value) and (find_moment(value) or _is_date(value) or _is_loose(value)):
        return value
    raise Refused("Invalid startDate format")


PARAMETERS = (
    Parameter("roomId", workways_id("Invalid roomId format"), required=True),
    Parameter("startDate", _start_date, deferred=True),
    Parameter(
        "duration", query_number("Invalid duration: must be a positive number", most=_LONGEST_MINUTES), deferred=True
    ),
    Parameter(
        "nbPersons", query_number("Invalid nbPersons: must be a positive number", most=_MOST_PERSONS), deferred=True
    ),
    Parameter("period", str, deferred=True),
)
_READERS: dict[str, Callable[[Any], Any]] = {parameter.name: parameter.read for parameter in PARAMETERS}


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
        message = "Price calculation not available for this room state/type"
        return json_response({"retcode": -1, "message": message, "data": {**data, "price": -1}})
    return success({**data, **details, "price": number_of(price)})


def _is_priced_state(room: Room) -> bool:
    return room.type not in _PRICED_STATES or room.default_state in _PRICED_STATES[room.type]


def _meeting(room: Room, call: Call) -> tuple[dict[str, Any], int | None]:
    start = _read(call, "startDate", None)
    duration = _read(call, "duration", Decimal(60))
    people = _read(call, "nbPersons", Decimal(2))
    details = {"startDate": start} if start is not None else {}
    price = meeting_price(
        duration, hour_minor=room.hour_minor, half_day_minor=room.half_day_minor, day_minor=room.day_minor
    )
    return {**details, "duration": _plain(duration), "nbPersons": _plain(people)}, price


def _office(room: Room, call: Call) -> tuple[dict[str, Any], int | None]:
    period = call.values["period"] or "month"
    if period not in ("week", "month"):
        raise Refused('Invalid period: must be "week" or "month"')
    return {"period": period}, office_price(room.price_per_month, period=period)


def _read(call: Call, name: str, default: Any) -> Any:
    given = call.values[name]
    return default if given is None else _READERS[name](given)


def _plain(number: Decimal) -> int | float:
    return int(number) if number == int(number) else float(number)


def _is_date(written: str) -> bool:
    try:
        date.fromisoformat(written.strip())
    except ValueError:
        return False
    return True


def _is_loose(written: str) -> bool:
    """Day, month and year in the order of the three countries, with or without a time."""
    for form in ("%d/%m/%Y", "%d/%m/%Y %H:%M", "%Y/%m/%d", "%Y/%m/%d %H:%M"):
        try:
            datetime.strptime(written.strip(), form)  # noqa: DTZ007  only the form is looked at
        except ValueError:
            continue
        return True
    return False
