"""Whatever is sent, a sentence comes back: a 400-class answer or the form once more, never a 500."""

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import State
from bookings.catalog.models import Room
from tests.bookings.booking_requests.guests import MONDAY, Guest
from tests.portal.embedded.world import KNOWN, NEW
from tests.support.transports import Recording

HUGE = "x" * 20_000
GOOD = {**MONDAY, "email": NEW, "name": "Nina", "people": "4"}
# field, what it holds, a part of the sentence that comes back
BEGIN: list[tuple[str, Any, str]] = [
    ("email", "", "Enter your e-mail address."),
    ("email", "nina", "This is no e-mail address."),
    ("email", "nina@", "This is no e-mail address."),
    ("email", "nina@startup.example, jean@acme.example", "This is no e-mail address."),
    ("email", f"{'n' * 300}@startup.example", "e-mail address"),
    ("email", "nina\x00@startup.example", "Null characters are not allowed."),
    ("email", "<script>alert(1)</script>@x.example", "This is no e-mail address."),
    ("name", "", "Enter your name."),
    ("name", "   ", "Enter your name."),
    ("name", HUGE, "Write a shorter name."),
    ("name", "Ni\x00na", "Null characters are not allowed."),
    ("people", "", "Say how many people will come."),
    ("people", "many", "The number of people must be a whole number"),
    ("people", "4.5", "The number of people must be a whole number"),
    ("people", "0", "At least one person must come."),
    ("people", "-3", "At least one person must come."),
    ("people", "9" * 400, "people"),
    ("people", "9", "This room is for up to 8 people."),
    ("subject", HUGE, "Write a subject of at most 200 characters."),
    ("notes", HUGE, "Write notes of at most 2,000 characters."),
    ("notes", "a\x00b", "Null characters are not allowed."),
    ("date", "", "Choose a time in the calendar first."),
    ("date", "12.01.2026", "This is no date."),
    ("date", "2026-02-30", "This is no date."),
    ("date", "2026-01-06", "This day has passed."),
    ("date", "0001-01-01", "This day has passed."),
    ("date", "9999-12-31", "days ahead"),
    ("date", "2027-01-07", "days ahead"),
    ("start", "", "Choose a time in the calendar first."),
    ("start", "noon", "This is no time of day."),
    ("start", "25:00", "This is no time of day."),
    ("start", "14:00+99:99", "does not exist"),
    ("start", "22:00", "The room is closed at that time."),
    ("start", "14:07", "This room is booked in steps of"),
    ("start", HUGE, "at most 20 characters"),
    ("duration", "", "Choose a time in the calendar first."),
    ("duration", "-60", "The length must be a number of minutes"),
    ("duration", "0", "The length must be a number of minutes"),
    ("duration", "1e9", "The length must be a number of minutes"),
    ("duration", "99999999999999999999", "The length can be 24 hours at most."),
    ("duration", "30", "This room is booked for at least 1\u00a0h."),
    ("duration", "1440", "This room is booked for at most 8\u00a0h."),
    ("slot", "now", "This time can't be read."),
    ("slot", "2026-01-12T13:00:00Z", "This time can't be read."),
    ("slot", "2026-01-12T13:00:00/60", "This time can't be read."),
    ("slot", "2026-01-12T13:00:00Z/0", "This time can't be read."),
    ("slot", "2026-01-12T13:00:00Z/9999", "This time can't be read."),
    ("slot", "0001-01-01T00:00:00Z/60", "This time can't be read."),
    ("slot", "9999-12-31T23:59:59Z/60", "This time can't be read."),
    ("slot", "2026-13-45T99:00:00Z/60", "This time can't be read."),
    ("slot", "2026-01-07T08:00:00Z/60", "This time has passed."),
    ("slot", "2026-01-12T13:00:30Z/60", "This room is booked in steps of"),
    ("slot", HUGE, "at most 40 characters"),
]


@pytest.mark.parametrize(("field", "value", "words"), BEGIN, ids=[f"{f}-{str(v)[:24]!a}" for f, v, _w in BEGIN])
def test_begin_answers_bad_input_with_a_sentence_and_keeps_the_rest(
    room: Room, upstream: Recording, field: str, value: Any, words: str
) -> None:
    guest = Guest(NEW)

    guest.page = guest.client.post(f"/rooms/{room.workways_id}/book/", {**GOOD, field: value})

    assert guest.page.status_code in (409, 422)
    assert words in guest.html
    if field != "email":
        assert f'value="{NEW}"' in guest.html
    assert not BookingRequest.objects.exists()


def test_time_that_the_clock_skips_is_explained_with_other_times(room: Room, upstream: Recording) -> None:
    Room.objects.update(hours_sunday="00:00-24:00")
    guest = Guest(NEW)

    guest.page = guest.client.post(f"/rooms/{room.workways_id}/book/", {**GOOD, "date": "2026-03-29", "start": "02:30"})

    assert guest.page.status_code == 409
    assert "This time does not exist on that day, because the clocks go forward." in guest.html
    assert guest.html.count('name="slot"') >= 1


@pytest.mark.parametrize(("start", "utc_hour"), [("02:30", 0), ("02:30+02:00", 0), ("02:30+01:00", 1)])
def test_time_that_comes_twice_is_the_one_that_was_named(
    room: Room, upstream: Recording, start: str, utc_hour: int
) -> None:
    Room.objects.update(hours_sunday="00:00-24:00")

    guest = Guest(NEW).begin(room, date="2026-10-25", start=start)

    assert (guest.request.start.hour, guest.request.start.minute) == (utc_hour, 30)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/rooms/nonsense/book/", 404),
        ("/rooms/ffffffffffffffffffffffff/book/", 404),
        ("/rooms/%00/book/", 404),
        (f"/rooms/{'f' * 5000}/book/", 404),
        ("/booking/0000-0000/book/", 404),
        ("/booking/nonsense/", 404),
        ("/booking/%00%00%00%00-AAAA/", 404),
        ("/booking/AAAA-AAAA%0A/", 404),
    ],
)
def test_addresses_that_lead_nowhere_are_404(room: Room, upstream: Recording, path: str, status: int) -> None:
    assert Client().post(path, GOOD).status_code == status
    assert Client().get(path).status_code in (status, 302)


def test_room_page_comes_back_for_a_begin_address_that_is_only_opened(room: Room, upstream: Recording) -> None:
    answer = Client().get(f"/rooms/{room.workways_id}/book/")

    assert (answer.status_code, answer.url) == (302, f"/rooms/{room.workways_id}/")


def test_office_is_not_booked_by_the_hour(room: Room, upstream: Recording) -> None:
    office = Room.objects.get(type="publicOffice")

    page = Client().post(f"/rooms/{office.workways_id}/book/", GOOD)

    assert page.status_code == 409
    assert "This room is not rented by the hour." in page.content.decode()


def test_other_encodings_are_read_as_far_as_they_go(room: Room, upstream: Recording) -> None:
    body = b"email=nina%40x.example&name=%E9%FF%00&people=4&date=2026-01-12&start=14:00&duration=60"

    for content_type in (
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=latin-1",
        "application/x-www-form-urlencoded; charset=utf-16",
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
    ):
        page = Client().post(f"/rooms/{room.workways_id}/book/", body, content_type=content_type)
        assert 400 <= page.status_code < 500


BOOK = [
    ({}, "Enter the code from the mail."),
    ({"code": ""}, "Enter the code from the mail."),
    ({"code": "abc"}, "This is not the code."),
    ({"code": HUGE}, "The code has six digits."),
    ({"code": "12\x003456"}, "Null characters are not allowed."),
    ({"code": "１２３４５６"}, "This is not the code."),
]


@pytest.mark.parametrize(("data", "words"), BOOK)
def test_bad_codes_get_a_sentence(room: Room, upstream: Recording, data: dict[str, str], words: str) -> None:
    guest = Guest(KNOWN).begin(room)

    guest.post("book", **data)

    assert guest.page.status_code == 422
    assert words in guest.html
    assert guest.request.state == State.AWAITING_PROOF


@pytest.mark.parametrize("slot", ["", "x", "\x00", HUGE, "2026-01-12T13:00:00Z/61", "2026-01-10T13:00:00Z/60"])
def test_other_slot_that_makes_no_sense_leaves_everything_as_it_is(room: Room, upstream: Recording, slot: str) -> None:
    guest = Guest(KNOWN).begin(room)
    start = guest.request.start

    guest.post("slot", slot=slot)

    assert guest.page.status_code in (200, 409)
    assert guest.request.start == start
    assert "alert" in guest.html


@pytest.mark.parametrize("day", ["x", "2026-02-31", "0001-01-01", "9999-12-31", "2025-01-01", "%00", "2026-01-11"])
def test_list_of_another_day_survives_any_day(room: Room, upstream: Recording, day: str) -> None:
    guest = Guest(KNOWN).begin(room)

    guest.look(f"?day={day}")

    assert guest.page.status_code == 200
    assert "Check and book" in guest.html


@pytest.mark.parametrize(
    "data", [{}, {"kind": "burn", "message": "x"}, {"kind": "cancel"}, {"kind": "cancel", "message": HUGE}]
)
def test_bad_questions_get_a_sentence(room: Room, upstream: Recording, data: dict[str, str]) -> None:
    guest = Guest(KNOWN).begin(room).book()

    guest.post("ask", **data)

    assert guest.page.status_code == 422
    assert "Please check what you entered" in guest.html
    assert not guest.request.asks.exists()


def test_unsent_request_has_nothing_to_ask_about(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room)

    guest.post("ask", kind="cancel", message="No")

    assert "Nothing has been sent yet" in guest.html


def test_team_is_not_flooded_with_questions(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room).book()

    for number in range(7):
        guest.post("ask", kind="question", message=f"Question {number}")

    assert guest.request.asks.count() == 5
    assert "Our team has several messages of yours already" in guest.html


def test_sent_request_can_no_longer_be_given_up_or_moved(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room).book()

    for action in ("release", "extend", "slot", "book"):
        guest.post(action, slot="2026-01-13T09:00:00Z/60")

        assert guest.page.status_code == 200
        assert guest.request.state == State.BOOKED


@pytest.mark.parametrize("email", ["", "x", HUGE, "a\x00@b.example"])
def test_lost_link_form_answers_bad_addresses_with_a_sentence(room: Room, upstream: Recording, email: str) -> None:
    page = Client().post("/l/", {"email": email})

    assert page.status_code == 422
    assert "Please check what you entered" in page.content.decode()


# Texts as nobody would type them, and as somebody nearly would.
WILD = st.one_of(
    st.text(max_size=60),
    st.sampled_from([HUGE, "2026-01-12", "14:00", "60", "4", NEW, "2026-01-12T13:00:00Z/60", "-1", "1e309", "\ud800"]),
    st.integers().map(str),
    st.datetimes().map(str),
    st.dates().map(str),
    st.times().map(str),
)
WILDLY = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def encodable(data: dict[str, str]) -> dict[str, str]:
    """What a browser can send at all: no halves of surrogate pairs."""
    return {name: value.encode("utf-8", "replace").decode() for name, value in data.items()}


@pytest.mark.strict
@WILDLY
@given(data=st.dictionaries(st.sampled_from([*GOOD, "subject", "notes", "slot"]), WILD))
def test_begin_survives_anything(room: Room, upstream: Recording, no_limits: None, data: dict[str, str]) -> None:
    page = Client().post(f"/rooms/{room.workways_id}/book/", encodable({**GOOD, **data}))

    assert page.status_code in (302, 409, 422)
    if page.status_code != 302:
        assert "alert" in page.content.decode()


@pytest.mark.strict
@WILDLY
@given(
    action=st.sampled_from(["book", "extend", "slot", "resend", "ask"]),
    data=st.dictionaries(st.sampled_from(["code", "seen", "slot", "kind", "message"]), WILD),
    day=WILD,
)
def test_page_of_a_request_survives_anything(
    room: Room, upstream: Recording, no_limits: None, begun: Guest, action: str, data: dict[str, str], day: str
) -> None:
    begun.page = begun.client.post(f"/booking/{begun.reference}/{action}/", encodable(data), follow=True)
    assert begun.page.status_code in (200, 409, 422)

    begun.page = begun.client.get(f"/booking/{begun.reference}/", encodable({"day": day}))
    assert begun.page.status_code == 200
    assert begun.request.state == State.AWAITING_PROOF


@pytest.mark.strict
@WILDLY
@given(token=st.text(min_size=1, max_size=80), email=WILD)
def test_links_survive_anything(upstream: Recording, no_limits: None, token: str, email: str) -> None:
    name = quote(token.encode("utf-8", "replace"), safe="")
    for path in (f"/l/{name}/", f"/l/{name}/meeting.ics", f"/booking/{name}/"):
        assert Client().get(path).status_code in (200, 302, 301, 404)
    for path in (f"/l/{name}/continue/", f"/l/{name}/fresh/"):
        assert Client().post(path).status_code in (302, 404)
    assert Client().post("/l/", encodable({"email": email})).status_code in (302, 422)
