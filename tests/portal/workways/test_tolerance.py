"""Tolerant of more: what the document doesn't know passes through, and numbers stay exact."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from portal.workways import Room, UnknownAnswer
from tests.portal.workways.stand_ins import MEETING, ROOM_ID, answered, payload


def room_with(**changes: Any) -> Room:
    """The document's room with some fields set to other values."""
    answer = json.loads(payload("rooms.public.json"))
    answer["data"][0].update(changes)
    (room,) = answered(json.dumps(answer).encode()).rooms()
    return room


def price_of(data: str, *, retcode: int = 1, status: int = 200) -> Decimal | None:
    body = f'{{"retcode": {retcode}, "message": "m", "data": {data}}}'
    return answered(body.encode(), status).room_price(ROOM_ID).price


def test_unknown_fields_are_ignored() -> None:
    assert room_with(brandNew={"deep": [1]}) == room_with()


def test_unknown_types_and_states_pass_through() -> None:
    room = room_with(type="publicRooftop", actualState="flooded")

    assert (room.type, room.actual_state) == ("publicRooftop", "flooded")


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("surface", "surface"),
        ("minPerson", "min_person"),
        ("maxPerson", "max_person"),
        ("nbSeat", "nb_seat"),
        ("minDurationBooking", "min_duration"),
        ("maxDurationBooking", "max_duration"),
        ("stepDurationBooking", "step_duration"),
        ("pricePerHour", "price_per_hour"),
        ("pricePerHalfDay", "price_per_half_day"),
        ("pricePerDay", "price_per_day"),
    ],
)
@pytest.mark.parametrize("nothing", [0, -1, None, ""])
def test_ways_of_saying_nothing_are_none(key: str, field: str, nothing: object) -> None:
    assert getattr(room_with(**{key: nothing}), field) is None


def test_name_stands_in_for_a_missing_public_name() -> None:
    assert room_with(publicName="").public_name == "Meeting Room A"
    assert room_with(publicName=None).public_name == "Meeting Room A"


def test_numbers_written_as_texts_and_texts_as_numbers_are_read() -> None:
    room = room_with(maxPerson="12", pricePerMonth=1500)

    assert (room.max_person, room.price_per_month) == (12, "1500")


def test_characters_that_no_database_takes_are_replaced() -> None:
    assert room_with(description="a\x00b\ud800c").description == "a\ufffdb\ufffdc"


def test_prices_are_exact() -> None:
    assert price_of('{"price": 45.10}') == Decimal("45.10")
    assert str(price_of('{"price": 0.1}')) == "0.1"
    assert price_of('{"price": 100}') == 100


@pytest.mark.parametrize("written", ["-1", "-1.0", '"-1"'])
@pytest.mark.parametrize("retcode", [1, -1])
def test_price_minus_one_is_on_request(written: str, retcode: int) -> None:
    assert price_of(f'{{"price": {written}}}', retcode=retcode) is None


def test_price_of_nothing_is_a_price() -> None:
    assert price_of('{"price": 0}') == 0


def test_byte_order_mark_before_json_and_feed_is_ignored() -> None:
    assert answered(b"\xef\xbb\xbf" + payload("countries.json")).countries() == ("Belgium", "France", "Ireland")
    assert answered(b"\xef\xbb\xbf" + payload("icsfeed.ics") + b"\r\n\r\n").room_feed(ROOM_ID)


@pytest.mark.parametrize("retcode", [1, 200])
def test_both_retcodes_of_success_are_success_everywhere(retcode: int) -> None:
    assert answered(b'{"retcode": %d, "data": []}' % retcode).rooms() == ()


@pytest.mark.parametrize("status", ["WAITLISTED", "accepted", ""])
def test_unknown_status_passes_through(status: str) -> None:
    body = {"retcode": 200, "status": status, "message": "Bonjour", "data": {"x": 1}}

    answer = answered(json.dumps(body).encode()).request_meeting(MEETING)

    assert answer == UnknownAnswer(status=status, message="Bonjour", data={"x": 1})


def test_answer_without_a_status_is_an_unknown_one() -> None:
    assert answered(b'{"retcode": 1}').request_meeting(MEETING) == UnknownAnswer(status="", message="", data=None)


def test_email_standing_is_read() -> None:
    body = b'{"retcode": 1, "data": {"exists": false, "isUserArchived": null, "hasOrganization": false}}'

    standing = answered(body).check_email("a@b.example")

    assert (standing.exists, standing.is_user_archived, standing.has_organization) == (False, False, False)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Wed, 07 Jan 2026 09:00:00 GMT", datetime(2026, 1, 7, 9, tzinfo=UTC)),
        ("Wed, 07 Jan 2026 09:00:00 -0000", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_time_of_the_server_is_read_where_it_says_one(date: str, expected: datetime | None) -> None:
    assert answered(payload("countries.json"), date=date).server_time() == expected
