"""Where the transport matters: time-outs, dropped and refused connections, on real sockets."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from portal.http.factory import build_client
from portal.http.retries import NEVER, RetryPlan
from portal.workways import (
    FeedDocument,
    MeetingAccepted,
    OutcomeUnknown,
    TooLarge,
    Unavailable,
    Unreachable,
    Workways,
    WorkwaysError,
)
from tests.portal.http.loopback import Answer, drips, drops, refused_url, says, serving
from tests.portal.workways.stand_ins import MEETING, QUICKLY, ROOM_ID, TOKEN, payload

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"


@contextmanager
def client_at(url: str, *, retries: RetryPlan = NEVER) -> Iterator[Workways]:
    with build_client(url) as http:
        yield Workways(http, token=TOKEN, retries=retries)


def silent(line: object) -> None:
    time.sleep(1)


DROPPED = {
    "before an answer": drops(),
    "within the headers": drops(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "within the body": drops(HEAD + b'{"retcode": 1'),
    "after a chunk": drops(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"ret\r\n'),
    "nonsense": drops(b"220 mail.example ESMTP\r\n"),
}
SLOW: dict[str, Answer] = {
    "silence": silent,
    "trickling headers": drips(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 900),
    "trickling body": lambda line: (line.sendall(HEAD), drips(b" " * 900)(line))[0],
}


@pytest.mark.parametrize("answer", DROPPED.values(), ids=DROPPED)
def test_dropped_answer_to_a_read_is_unavailable(answer: Answer) -> None:
    with serving(answer) as server, client_at(server.url) as workways, pytest.raises(Unavailable):
        workways.rooms()


@pytest.mark.parametrize("answer", DROPPED.values(), ids=DROPPED)
def test_dropped_answer_to_a_write_leaves_its_outcome_unknown_and_is_not_repeated(answer: Answer) -> None:
    with serving(answer) as server, client_at(server.url, retries=QUICKLY) as workways:
        with pytest.raises(OutcomeUnknown) as raised:
            workways.request_meeting(MEETING)

        assert raised.value.may_have_been_done
        assert len(server.requests) == 1


@pytest.mark.parametrize("answer", SLOW.values(), ids=SLOW)
@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda workways: workways.room_feed(ROOM_ID, timeout=0.3), Unavailable),
        (lambda workways: workways.room_price(ROOM_ID, timeout=0.3), Unavailable),
        (lambda workways: workways.request_meeting(MEETING, timeout=0.3), OutcomeUnknown),
    ],
    ids=["feed", "price", "meeting"],
)
def test_timeout_is_the_end_of_the_whole_call(
    answer: Answer, call: Callable[[Workways], object], expected: type[WorkwaysError]
) -> None:
    with serving(answer) as server, client_at(server.url, retries=QUICKLY) as workways:
        began = time.monotonic()

        with pytest.raises(expected):
            call(workways)

        assert 0.25 < time.monotonic() - began < 5
        assert len(server.requests) == 1


@pytest.mark.parametrize("retries", [NEVER, QUICKLY], ids=["once", "again"])
def test_refused_connection_sent_nothing(retries: RetryPlan) -> None:
    with client_at(refused_url(), retries=retries) as workways:
        with pytest.raises(Unreachable):
            workways.rooms()
        with pytest.raises(Unreachable) as raised:
            workways.request_meeting(MEETING)

    assert (raised.value.may_have_been_done, raised.value.retry_is_safe) == (False, True)


def test_name_that_nobody_has_is_unreachable() -> None:
    with client_at("http://two..dots.invalid") as workways, pytest.raises(Unreachable):
        workways.request_meeting(MEETING, timeout=5)


def test_time_that_is_used_up_before_sending_sends_nothing() -> None:
    with serving(says(b"")) as server, client_at(server.url) as workways:
        with pytest.raises(Unreachable):
            workways.request_meeting(MEETING, timeout=0)

        assert server.connections == 0


def test_answer_that_comes_within_its_time_is_read() -> None:
    accepted = says(payload("meeting-request.accepted.json"))

    with serving(accepted) as server, client_at(server.url) as workways:
        answer = workways.request_meeting(MEETING, timeout=5)

    assert isinstance(answer, MeetingAccepted)


def test_huge_answer_is_too_large_for_a_read_and_leaves_a_write_unknown() -> None:
    huge = says(b" " * 10_000_001)

    with serving(huge) as server, client_at(server.url) as workways:
        with pytest.raises(TooLarge) as raised:
            workways.rooms()
        with pytest.raises(OutcomeUnknown):
            workways.request_meeting(MEETING)

    assert raised.value.limit == 10_000_000


def test_feed_may_be_larger_than_other_answers() -> None:
    feed = b"BEGIN:VCALENDAR\r\n" + b"X-FILL:" + b"x" * 12_000_000 + b"\r\nEND:VCALENDAR\r\n"

    with serving(says(feed)) as server, client_at(server.url) as workways:
        document = workways.room_feed(ROOM_ID)

    assert document == FeedDocument(content=feed, etag="", last_modified="")


def test_read_whose_connection_was_dropped_is_tried_again() -> None:
    answers = iter([drops(), says(payload("countries.json"))])

    with (
        serving(lambda line: next(answers)(line)) as server,
        client_at(server.url, retries=QUICKLY) as workways,
    ):
        assert workways.countries() == ("Belgium", "France", "Ireland")
