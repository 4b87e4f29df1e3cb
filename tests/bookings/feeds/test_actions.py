"""The mirror of one room's calendar: what is asked, what is written, what stays."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.feeds import actions
from bookings.feeds.models import BusySpan, Feed, RejectedEvent
from bookings.feeds.readings import Flaw
from portal import clock
from portal.workways import Garbled, Unavailable, Unreachable
from portal.workways.connect import workways
from tests.bookings.feeds.upstream import Calendars, at, calendar, event
from tests.conftest import StoppedClock
from tests.factories import make_busy_span, make_feed, make_room

pytestmark = pytest.mark.django_db

ROOM = "1" * 24
MORNING = event("a", "0112T0900", "0112T1000")
NOON = event("b", "0112T1200", "0112T1300")
NOT_A_CALENDAR = "What Workways gave is not a calendar."
FLOOD = calendar(event("a", "0112T0900", "0112T1000", "RRULE:FREQ=SECONDLY"))


@pytest.fixture
def upstream(settings: Any, clock: StoppedClock) -> Calendars:
    """An upstream whose one room has a meeting in the morning."""
    calendars = Calendars()
    calendars.content[ROOM] = calendar(MORNING)
    settings.WORKWAYS_TRANSPORT = calendars
    return calendars


@pytest.fixture
def feed(upstream: Calendars) -> Feed:
    """The room's feed, never read."""
    return make_feed(room=make_room(workways_id=ROOM, feed=False), read_at=None, version=0, due_at=clock.now())


def refresh(feed: Feed) -> bool:
    """Reads the feed as a worker does: from its row."""
    row = Feed.objects.select_related("room__site").get(pk=feed.pk)
    return actions.refresh_feed(feed=row, client=workways(), now=clock.now())


def stored(feed: Feed) -> list[tuple[str, datetime, datetime]]:
    """What is stored of the room's busy time."""
    return list(BusySpan.objects.filter(room=feed.room).order_by("start").values_list("uid", "start", "end"))


def written(queries: CaptureQueriesContext) -> list[str]:
    """The statements that changed something."""
    statements = [query["sql"] for query in queries.captured_queries]
    return [sql for sql in statements if sql.startswith(("INSERT", "UPDATE", "DELETE"))]


def test_first_reading_stores_busy_time(feed: Feed) -> None:
    assert refresh(feed)

    feed.refresh_from_db()
    assert stored(feed) == [("a", at("0112T0900"), at("0112T1000"))]
    assert (feed.version, feed.events, feed.failures_in_a_row, feed.failure) == (1, 1, 0, "")
    assert feed.read_at == clock.now()
    assert feed.covers_until == datetime(2027, 2, 7, tzinfo=UTC)
    assert feed.due_at > clock.now()


def test_unchanged_calendar_is_asked_for_with_its_validators_and_costs_one_stamp(
    feed: Feed, upstream: Calendars, clock: StoppedClock
) -> None:
    refresh(feed)
    clock.forward(minutes=5)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert refresh(feed)

    feed.refresh_from_db()
    assert upstream.requests[1].headers["If-None-Match"]
    assert len(written(queries)) == 1
    assert len(queries) == 2
    assert (feed.version, feed.read_at) == (1, clock())


def test_same_bytes_without_validators_are_not_parsed(feed: Feed, upstream: Calendars, clock: StoppedClock) -> None:
    upstream.validators = False
    refresh(feed)
    # A parse would write this down anew.
    Feed.objects.update(events=99)
    clock.forward(minutes=5)

    with CaptureQueriesContext(connection) as queries:
        assert refresh(feed)

    feed.refresh_from_db()
    assert len(written(queries)) == 1
    assert (feed.events, feed.version, feed.read_at) == (99, 1, clock())


def test_new_bytes_with_the_same_time_write_no_span(feed: Feed, upstream: Calendars) -> None:
    refresh(feed)
    kept = BusySpan.objects.get().pk
    upstream.content[ROOM] = calendar(MORNING.replace("Team meeting", "Another title"))

    assert refresh(feed)

    feed.refresh_from_db()
    assert feed.version == 1
    assert BusySpan.objects.get().pk == kept


def test_only_the_difference_is_written(feed: Feed, upstream: Calendars) -> None:
    upstream.content[ROOM] = calendar(MORNING, NOON)
    refresh(feed)
    kept = BusySpan.objects.get(uid="b").pk
    upstream.content[ROOM] = calendar(NOON, event("c", "0113T0900", "0113T1000"))

    refresh(feed)

    feed.refresh_from_db()
    assert [uid for uid, _, _ in stored(feed)] == ["b", "c"]
    assert BusySpan.objects.get(uid="b").pk == kept
    assert feed.version == 2


def test_number_of_statements_does_not_grow_with_the_calendar(feed: Feed, upstream: Calendars) -> None:
    counts = []
    for size in (1, 300):
        upstream.content[ROOM] = calendar(*(event(f"{size}-{n}", "0112T0900", "0112T1000") for n in range(size)))
        with CaptureQueriesContext(connection) as queries:
            refresh(feed)
        counts.append(len(queries))

    # One to delete what is gone, and SQLite takes some 250 rows at a time.
    assert counts[1] <= counts[0] + 2


def test_spans_that_ended_before_yesterday_go(feed: Feed, clock: StoppedClock) -> None:
    refresh(feed)
    clock.set(at("0210T0900"))

    refresh(feed)

    assert stored(feed) == []


def test_calendar_is_expanded_anew_when_the_horizon_has_moved_on(
    feed: Feed, upstream: Calendars, clock: StoppedClock
) -> None:
    upstream.content[ROOM] = calendar(event("w", "0112T0900", "0112T1000", "RRULE:FREQ=WEEKLY"))
    refresh(feed)
    last = stored(feed)[-1]
    clock.forward(days=31)

    refresh(feed)

    assert "If-None-Match" not in upstream.requests[1].headers
    assert stored(feed)[-1] > last


def test_calendar_is_read_anew_when_the_site_gets_another_zone(feed: Feed, upstream: Calendars) -> None:
    upstream.content[ROOM] = calendar(
        "BEGIN:VEVENT\r\nUID:d\r\nDTSTART:20260112T090000\r\nDTEND:20260112T100000\r\nEND:VEVENT\r\n"
    )
    refresh(feed)
    site = feed.room.site
    site.zone_override = "America/New_York"
    site.save()

    refresh(feed)

    assert stored(feed) == [("d", at("0112T1400"), at("0112T1500"))]


def _refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("[Errno 111] Connection refused", request=request)


def _hang(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("The read operation timed out", request=request)


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (_refuse, "Workways can't be reached."),
        (_hang, "Workways gave no usable answer."),
        (lambda request: httpx.Response(503), "Workways gave no usable answer."),
        (
            lambda request: httpx.Response(200, text="<html>Please sign in</html>"),
            NOT_A_CALENDAR,
        ),
        (lambda request: httpx.Response(200, content=calendar(MORNING)[:-20]), NOT_A_CALENDAR),
        (
            lambda request: httpx.Response(
                200, content=calendar(MORNING.replace("SUMMARY:", "RRULE:FREQ=SECONDLY\r\nX:"))
            ),
            Flaw.TOO_MANY_OCCURRENCES.value,
        ),
        (
            lambda request: httpx.Response(400, json={"retcode": -1, "message": "Bad request: Canary"}),
            "Workways refuses to give this calendar.",
        ),
    ],
)
def test_failure_keeps_what_was_known_and_says_why(
    feed: Feed, upstream: Calendars, clock: StoppedClock, trouble: Any, sentence: str
) -> None:
    refresh(feed)
    read_at = clock()
    upstream.trouble = trouble
    clock.forward(minutes=5)

    assert not refresh(feed)

    feed.refresh_from_db()
    assert [uid for uid, _, _ in stored(feed)] == ["a"]
    assert (feed.read_at, feed.attempted_at) == (read_at, clock())
    assert (feed.version, feed.failures_in_a_row, feed.failure) == (1, 1, sentence)


def test_failing_feed_waits_longer_each_time_and_recovers(feed: Feed, upstream: Calendars, clock: StoppedClock) -> None:
    refresh(feed)
    upstream.trouble = _refuse
    waits = []
    for _ in range(8):
        refresh(feed)
        feed.refresh_from_db()
        waits.append(feed.due_at - clock())
        clock.set(feed.due_at)
    upstream.trouble = None

    assert refresh(feed)

    feed.refresh_from_db()
    assert waits[0] <= timedelta(seconds=30)
    assert all(later > timedelta(seconds=15) * 2**index for index, later in enumerate(waits[:6]))
    assert timedelta(minutes=15) <= waits[-1] <= timedelta(minutes=30)
    assert (feed.failures_in_a_row, feed.failure, feed.read_at) == (0, "", clock())


def test_wait_that_workways_asks_for_is_kept(feed: Feed, upstream: Calendars, clock: StoppedClock) -> None:
    upstream.trouble = lambda request: httpx.Response(429, headers={"Retry-After": "600"}, json={"retcode": -1})

    refresh(feed)

    feed.refresh_from_db()
    assert feed.due_at >= clock() + timedelta(minutes=10)


def test_rejected_events_are_recorded_and_forgotten_when_mended(feed: Feed, upstream: Calendars) -> None:
    upstream.content[ROOM] = calendar(MORNING, event("b", "0112T1300", "0112T1200"))
    refresh(feed)
    assert list(RejectedEvent.objects.values_list("uid", "reason")) == [("b", Flaw.END_BEFORE_START.value)]

    upstream.content[ROOM] = calendar(MORNING, NOON)
    refresh(feed)

    assert not RejectedEvent.objects.exists()
    assert [uid for uid, _, _ in stored(feed)] == ["a", "b"]


def test_event_that_cannot_be_read_any_more_keeps_its_time(feed: Feed, upstream: Calendars) -> None:
    upstream.content[ROOM] = calendar(MORNING, NOON)
    refresh(feed)
    upstream.content[ROOM] = calendar(MORNING, NOON.replace("DTSTART:2026", "DTSTART:MMXXVI"))

    refresh(feed)

    assert [uid for uid, _, _ in stored(feed)] == ["a", "b"]
    assert RejectedEvent.objects.get().uid == "b"


def test_older_answer_never_overwrites_a_newer_one(feed: Feed, upstream: Calendars, clock: StoppedClock) -> None:
    refresh(feed)
    slow = Feed.objects.select_related("room__site").get(pk=feed.pk)
    asked_at = clock()
    Feed.objects.update(etag="")
    slow.etag = ""
    document = actions.fetch(feed=slow, client=workways(), now=asked_at)
    clock.forward(seconds=2)
    upstream.content[ROOM] = calendar(NOON)
    refresh(feed)

    slow.digest = ""
    actions.store(feed=slow, document=document, now=asked_at)

    feed.refresh_from_db()
    assert [uid for uid, _, _ in stored(feed)] == ["b"]
    assert feed.read_at == clock()


def test_live_reading_gives_and_stores_what_is_there_now(feed: Feed, upstream: Calendars) -> None:
    refresh(feed)
    upstream.content[ROOM] = calendar(MORNING, NOON)

    reading = actions.read_live(room=feed.room, client=workways(), now=clock.now(), timeout=3)

    assert [busy.uid for busy in reading.busy] == ["a", "b"]
    assert [uid for uid, _, _ in stored(feed)] == ["a", "b"]


def test_live_reading_of_an_unchanged_calendar_gives_what_is_stored(feed: Feed) -> None:
    refresh(feed)

    reading = actions.read_live(room=feed.room, client=workways(), now=clock.now(), timeout=3)

    assert [busy.uid for busy in reading.busy] == ["a"]


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (_refuse, Unreachable),
        (_hang, Unavailable),
        (lambda request: httpx.Response(200, text="<html>"), Garbled),
        (
            lambda request: httpx.Response(
                200, content=calendar(MORNING.replace("SUMMARY:", "RRULE:FREQ=SECONDLY\r\nX:"))
            ),
            Garbled,
        ),
    ],
)
def test_live_reading_that_fails_raises_and_keeps_what_was_known(
    feed: Feed, upstream: Calendars, trouble: Any, error: type[Exception]
) -> None:
    refresh(feed)
    upstream.trouble = trouble

    with pytest.raises(error):
        actions.read_live(room=feed.room, client=workways(), now=clock.now(), timeout=3)

    assert [uid for uid, _, _ in stored(feed)] == ["a"]


def test_live_reading_makes_the_feed_of_a_new_room(upstream: Calendars) -> None:
    room = make_room(workways_id=ROOM, feed=False)

    actions.read_live(room=room, client=workways(), now=clock.now(), timeout=3)

    assert Feed.objects.get(room=room).version == 1


def test_title_of_a_meeting_reaches_no_table_and_no_log(
    feed: Feed, upstream: Calendars, caplog: pytest.LogCaptureFixture
) -> None:
    canary = "Canary-4711"
    caplog.set_level(logging.DEBUG)
    people = f"DESCRIPTION:{canary}\r\nLOCATION:{canary}\r\nORGANIZER;CN={canary}:mailto:{canary}@acme.example"
    good = event("a", "0112T0900", "0112T1000", people).replace("Team meeting", canary)
    bad = event("b", "0112T1000", "0112T0900", people).replace("Team meeting", canary)
    upstream.content[ROOM] = calendar(good, bad)
    refresh(feed)
    upstream.content[ROOM] = calendar(good, bad)[:-20]
    refresh(feed)

    rows = [
        str(value) for model in (Feed, BusySpan, RejectedEvent) for row in model.objects.values_list() for value in row
    ]

    assert len(rows) > 20
    assert canary not in "\n".join([*rows, caplog.text])


def test_stored_uid_is_safe_whatever_it_was(feed: Feed, upstream: Calendars) -> None:
    long = "é" * 300
    upstream.content[ROOM] = calendar(
        event(f"a\x00b{long}", "0112T0900", "0112T1000"), event("", "0113T0900", "0113T1000")
    )

    refresh(feed)

    uids = [uid for uid, _, _ in stored(feed)]
    assert uids[0].startswith("abé")
    assert [len(uid) for uid in uids] == [255, 0]


def test_spans_of_other_rooms_are_left_alone(feed: Feed) -> None:
    other = make_busy_span()

    refresh(feed)

    assert BusySpan.objects.filter(pk=other.pk).exists()
