"""Every answer of the upstream, and every way of not answering, has its page, its mail and its next step."""

from typing import Any

import httpx
import pytest

from bookings.booking_requests.states import State, Why
from bookings.catalog.models import Room
from portal.embedded.models import Meeting
from tests.bookings.booking_requests.guests import Guest, kinds_to, title
from tests.portal.embedded.world import KNOWN, World
from tests.support import transports
from tests.support.transports import FEED, MEETING_REQUEST, USER_INFO

REFUSALS = (
    ("Cannot book meetings for today or past dates", Why.TODAY_OR_PAST, "new companies for today"),
    ("Meetings must be booked at least 2 days in advance", Why.TOO_SOON, "from two days ahead on"),
    ("Cannot book meetings for past dates", Why.PAST, "has begun already"),
    ("This room is not available for public booking", Why.NOT_PUBLIC, "doesn't offer this room"),
    ("Room not found", Why.ROOM_NOT_FOUND, "doesn't know this room"),
)


@pytest.mark.parametrize(("message", "why", "words"), REFUSALS, ids=[why.value for _m, why, _w in REFUSALS])
def test_documented_refusal_says_why_and_offers_other_times(
    room: Room, settings: Any, message: str, why: Why, words: str
) -> None:
    settings.WORKWAYS_TRANSPORT = transports.rejects(message, MEETING_REQUEST)
    guest = Guest(KNOWN).begin(room).book()

    assert title(guest) == "This could not be booked"
    assert words in guest.html
    assert message not in guest.html
    assert guest.html.count('name="slot"') >= 1
    assert (guest.request.state, guest.request.refusal, guest.request.hold) == (State.REFUSED, why, None)
    assert kinds_to(KNOWN) == ["prove_address", "refused"]


def test_undocumented_refusal_is_shown_as_workways_own_words(room: Room, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = transports.rejects_in_french(MEETING_REQUEST)

    guest = Guest(KNOWN).begin(room).book()

    assert "Workways answered: “Le numéro de société n'a pas pu être vérifié”" in guest.html
    assert (guest.request.state, guest.request.refusal) == (State.REFUSED, Why.OTHER)


def test_refused_guest_goes_on_with_another_time_and_types_nothing_again(room: Room, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = transports.rejects("Cannot book meetings for past dates", MEETING_REQUEST)
    guest = Guest(KNOWN).begin(room, subject="Quarterly Review").book()
    refused = guest.reference
    settings.WORKWAYS_TRANSPORT = None

    guest.press_slot()

    assert guest.reference != refused
    assert (guest.request.name, guest.request.subject, guest.request.people) == ("Nina Neuf", "Quarterly Review", 4)
    assert guest.book().request.state == State.BOOKED


KEEPING = (
    (transports.unauthorized, MEETING_REQUEST, Why.UNAUTHORIZED),
    (transports.unauthorized, USER_INFO, Why.UNAUTHORIZED),
    (transports.throttled, MEETING_REQUEST, Why.THROTTLED),
    (transports.throttled, USER_INFO, Why.THROTTLED),
    (transports.refuses_connections, MEETING_REQUEST, Why.UNREACHABLE),
    (transports.refuses_connections, USER_INFO, Why.UNREACHABLE),
    (transports.refuses_connections, FEED, Why.UNREACHABLE),
    (transports.server_error, FEED, Why.FEED_UNREADABLE),
    (transports.times_out, FEED, Why.FEED_UNREADABLE),
    (transports.rubbish, FEED, Why.FEED_UNREADABLE),
)


@pytest.mark.parametrize(("trouble", "path", "why"), KEEPING, ids=[f"{t.__name__}-{p}" for t, p, _w in KEEPING])
def test_request_that_could_not_be_sent_is_kept(room: Room, settings: Any, trouble: Any, path: str, why: Why) -> None:
    settings.WORKWAYS_TRANSPORT = trouble(path)

    guest = Guest(KNOWN).begin(room).book()

    assert title(guest) == "We have kept your request"
    assert (guest.request.state, guest.request.refusal) == (State.KEPT, why)
    assert guest.request.hold is not None
    assert guest.request.hold.expires_at is None
    assert kinds_to(KNOWN) == ["prove_address", "kept"]
    assert not Meeting.objects.exists()


def test_person_that_cannot_be_looked_up_books_all_the_same(room: Room, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = transports.server_error(USER_INFO)

    guest = Guest(KNOWN).begin(room).book()

    assert guest.request.state == State.BOOKED


UNCLEAR = (
    transports.server_error,
    transports.times_out,
    transports.drops,
    transports.rubbish,
    transports.commits_then_drops,
)


@pytest.mark.parametrize("trouble", UNCLEAR, ids=lambda trouble: trouble.__name__)
def test_sending_without_an_answer_is_neither_yes_nor_no(room: Room, settings: Any, trouble: Any) -> None:
    transport = settings.WORKWAYS_TRANSPORT = trouble(MEETING_REQUEST)

    guest = Guest(KNOWN).begin(room).book()
    guest.look()
    guest.book(seen=guest.request.price_fingerprint)

    assert title(guest) == "Your booking is being confirmed"
    assert (guest.request.state, guest.request.refusal) == (State.BEING_CONFIRMED, Why.NO_ANSWER)
    assert kinds_to(KNOWN) == ["prove_address", "being_confirmed"]
    assert transport.calls == 1


def test_answer_that_nobody_knows_is_being_confirmed(room: Room, settings: Any) -> None:
    body = {"retcode": 200, "status": "QUEUED", "message": "We will see.", "data": None}
    settings.WORKWAYS_TRANSPORT = transports.answers(200, body, MEETING_REQUEST)

    guest = Guest(KNOWN).begin(room).book()

    assert (guest.request.state, guest.request.refusal) == (State.BEING_CONFIRMED, Why.UNKNOWN_ANSWER)
    assert guest.request.upstream_message == "We will see."


def test_upstream_that_fails_on_every_call_loses_nothing(room: Room, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = transports.server_error()

    guest = Guest(KNOWN).begin(room)
    assert guest.page.status_code == 200
    guest.book()

    assert guest.request.state == State.KEPT
    assert guest.request.price is not None
    assert guest.request.price_is_exact is False


def test_slot_taken_upstream_at_the_last_moment_is_a_lost_slot(world: World, room: Room, settings: Any) -> None:
    def booked_meanwhile(request: httpx.Request) -> httpx.Response:
        message = "Room is not available for the selected time slot"
        return httpx.Response(400, json={"retcode": -1, "message": message}, request=request)

    settings.WORKWAYS_TRANSPORT = transports.Troubled(booked_meanwhile, fail_on=MEETING_REQUEST)
    guest = Guest(KNOWN).begin(room).book()

    assert title(guest) == "This time has just been taken"
    assert (guest.request.state, guest.request.refusal) == (State.READY, Why.SLOT_TAKEN)
    settings.WORKWAYS_TRANSPORT = None
    assert guest.press_slot().book().request.state == State.BOOKED
