"""GET /api/room-price, and the rules of prices behind it."""

from decimal import Decimal

import pytest

from portal.embedded.models import Room
from portal.embedded.pricing import first_amount, meeting_price, office_price
from tests.portal.embedded.conftest import Call
from tests.portal.embedded.world import World, make_room

UNAVAILABLE = "Price calculation not available for this room state/type"


def price(minutes: str, hour: int = 4500, half: int = 15000, day: int = 27000) -> int | None:
    return meeting_price(Decimal(minutes), hour_minor=hour, half_day_minor=half, day_minor=day)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        ("60", 4500),
        ("30", 2250),
        ("90", 6750),
        ("200", 15000),
        ("240", 15000),
        ("241", 18075),
        ("300", 22500),
        ("360", 27000),
        ("480", 27000),
        ("1440", 27000),
        ("1500", 31500),
        ("2880", 54000),
        ("50.5", 3788),
    ],
)
def test_meeting_costs_hours_up_to_half_day_and_day(minutes: str, expected: int) -> None:
    assert price(minutes) == expected


def test_missing_prices_are_no_limits() -> None:
    assert price("480", half=0, day=0) == 36000
    assert price("60", hour=0) == 15000
    assert price("300", hour=0) == 27000
    assert price("300", hour=0, day=0) is None
    assert price("60", hour=0, half=0, day=0) is None
    assert price("1500", hour=0, half=15000, day=0) is None


@pytest.mark.parametrize(
    ("written", "minor"),
    [
        ("1500", 150000),
        ("1500€", 150000),
        ("€ 1,250.50 a month", 125050),
        ("1.250,50", 125050),
        ("1 250,5 €", 125050),
        ("1\u202f250", 125000),
        ("850,00", 85000),
        ("1,500", 150000),
        ("0.5", 50),
        ("on request", None),
        ("", None),
        ("1.2.3", None),
        ("9" * 30, None),
        ("from 300.", 30000),
    ],
)
def test_amount_is_read_out_of_a_text(written: str, minor: int | None) -> None:
    assert first_amount(written) == minor


def test_week_is_twelve_months_over_52_weeks() -> None:
    assert office_price("1300", period="month") == 130000
    assert office_price("1300", period="week") == 30000
    assert office_price("1450", period="week") == 33462
    assert office_price("on request", period="week") is None


def test_meeting_room_answers_as_documented(world: World, get: Call) -> None:
    response = get(
        "/api/room-price", roomId=world.seine.pk, startDate="2025-01-18T10:00:00", duration="120", nbPersons="4"
    )

    assert response.payload() == {
        "retcode": 1,
        "message": "OK",
        "data": {
            "roomId": world.seine.pk,
            "roomType": "publicMeeting",
            "defaultState": "bookable",
            "actualState": "bookable",
            "startDate": "2025-01-18T10:00:00",
            "duration": 120,
            "nbPersons": 4,
            "price": 90,
        },
    }


def test_meeting_room_has_defaults_and_leaves_out_the_start(world: World, get: Call) -> None:
    data = get("/api/room-price", roomId=world.seine.pk, period="nonsense").payload()["data"]

    assert (data["duration"], data["nbPersons"], data["price"]) == (60, 2, 45)
    assert "startDate" not in data
    assert "period" not in data


def test_office_answers_month_by_default_and_week(world: World, get: Call) -> None:
    month = get("/api/room-price", roomId=world.office.pk, duration="nonsense").payload()["data"]
    week = get("/api/room-price", roomId=world.office.pk, period="week").payload()["data"]

    assert (month["period"], month["price"]) == ("month", 1300)
    assert (week["period"], week["price"]) == ("week", 300)
    assert "duration" not in month


@pytest.mark.parametrize(
    "written",
    [
        "2025-01-18",
        "2025-01-18T10:00",
        "2025-01-18 10:00:00",
        "2025-01-18T10:00:00Z",
        "2025-01-18T10:00:00 01:00",
        "18/01/2025",
        "18/01/2025 10:00",
        "2025/01/18",
    ],
)
def test_start_is_taken_in_flexible_form(world: World, get: Call, written: str) -> None:
    data = get("/api/room-price", roomId=world.seine.pk, startDate=written).payload()["data"]

    assert data["startDate"] == written


@pytest.mark.parametrize("written", ["tomorrow", "2025-13-01", "2025-01-18T25:00", "99999-01-01", "\0", "31/02/2025"])
def test_start_that_is_no_time_is_refused(world: World, get: Call, written: str) -> None:
    response = get("/api/room-price", roomId=world.seine.pk, startDate=written)

    assert (response.status, response.payload()["message"]) == (400, "Invalid startDate format")


@pytest.mark.parametrize("written", ["0", "-60", "abc", "NaN", "Infinity", "1e400", "9" * 40, "1_000", "\0", "600000"])
def test_bad_duration_is_refused(world: World, get: Call, written: str) -> None:
    response = get("/api/room-price", roomId=world.seine.pk, duration=written)

    assert response.status == 400
    assert response.payload() == {"retcode": -1, "message": "Invalid duration: must be a positive number"}


@pytest.mark.parametrize("written", ["0", "-1", "many"])
def test_bad_number_of_persons_is_refused(world: World, get: Call, written: str) -> None:
    response = get("/api/room-price", roomId=world.seine.pk, nbPersons=written)

    assert (response.status, response.payload()["message"]) == (400, "Invalid nbPersons: must be a positive number")


def test_bad_period_is_refused(world: World, get: Call) -> None:
    response = get("/api/room-price", roomId=world.office.pk, period="year")

    assert response.status == 400
    assert response.payload() == {"retcode": -1, "message": 'Invalid period: must be "week" or "month"'}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({}, "Missing required parameter: roomId"),
        ({"roomId": " "}, "Missing required parameter: roomId"),
        ({"roomId": "abc"}, "Invalid roomId format"),
        ({"roomId": "f" * 24}, "Room not found"),
    ],
)
def test_room_that_is_none_is_refused(world: World, get: Call, query: dict[str, str], message: str) -> None:
    response = get("/api/room-price", **query)

    assert (response.status, response.payload()) == (400, {"retcode": -1, "message": message})


def test_type_without_price_is_refused_by_name(world: World, get: Call) -> None:
    response = get("/api/room-price", roomId=world.technical.pk)

    assert response.status == 400
    assert response.payload()["message"] == "Price calculation not supported for room type: privateAccess"


@pytest.mark.parametrize(
    ("type_", "state", "is_priced"),
    [
        *[("publicMeeting", "toclean", True), ("publicOffice", "toclean", True)],
        *[(name, state, state in ("bookable", "occupied"))
          for name in ("meeting", "privateMeeting", "sharedMeeting", "conference")
          for state in ("bookable", "occupied", "rented", "toclean")],
        *[(name, state, state in ("rented", "forrent"))
          for name in ("office", "privateOffice", "sharedOffice")
          for state in ("rented", "forrent", "bookable", "toclean")],
    ],
)  # fmt: skip
def test_state_decides_whether_there_is_a_price(
    world: World, get: Call, type_: str, state: str, is_priced: bool
) -> None:
    room = make_room(world.paris, "Any", type=type_, default_state=state, actual_state="free", price_per_month="100")

    response = get("/api/room-price", roomId=room.pk)

    assert response.status == 200
    if is_priced:
        assert response.payload()["data"]["price"] > 0
    else:
        assert response.payload() == {
            "retcode": -1,
            "message": UNAVAILABLE,
            "data": {
                "roomId": room.pk,
                "roomType": type_,
                "defaultState": state,
                "actualState": "free",
                "price": -1,
            },
        }


def test_room_without_any_price_is_on_request(world: World, get: Call) -> None:
    Room.objects.filter(pk=world.seine.pk).update(hour_minor=0, half_day_minor=0, day_minor=0)

    payload = get("/api/room-price", roomId=world.seine.pk).payload()

    assert (payload["retcode"], payload["message"], payload["data"]["price"]) == (-1, UNAVAILABLE, -1)
