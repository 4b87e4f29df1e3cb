"""The line moves on: who is offered a freed time, in which order, for how long, and never twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bookings.availability.actions import drop_expired
from bookings.availability.models import Hold
from bookings.booking_requests.states import State
from bookings.catalog.models import Room
from bookings.feeds.models import BusySpan, Feed
from bookings.watching.models import SlotWatch
from bookings.watching.offering import move_on
from bookings.watching.states import WatchState
from portal.embedded.models import Meeting
from tests.bookings.booking_requests.guests import MONDAY_START, Guest, kinds_to, mails_to, text_of, utc
from tests.bookings.booking_requests.test_racing import run_at_once
from tests.bookings.watching.watchers import Watcher, free, link_to, offers_to, reread
from tests.conftest import StoppedClock
from tests.portal.embedded.world import KNOWN, NEW, World, make_meeting
from tests.support import transports
from tests.support.transports import FEED, Recording

ANN, BEN, CLEO = "ann@example.org", "ben@example.org", "cleo@example.org"


@pytest.fixture
def line(room: Room, taken: Meeting, clock: StoppedClock) -> list[Watcher]:
    """Ann and Ben wait for the same time, Ann a minute longer."""
    ann = Watcher(ANN).get_in_line(room)
    clock.forward(minutes=1)
    return [ann, Watcher(BEN).get_in_line(room)]


def states(line: list[Watcher]) -> list[str]:
    return [watcher.watch.state for watcher in line]


def test_first_in_line_gets_one_mail_and_the_time_for_fifteen_minutes_then_the_next(
    room: Room, taken: Meeting, clock: StoppedClock, line: list[Watcher]
) -> None:
    free(taken)
    reread(room, clock)
    move_on(now=clock())
    assert states(line) == [WatchState.OFFERED, WatchState.WAITING]
    assert (offers_to(ANN), offers_to(BEN)) == (1, 0)
    offered_at = clock()

    clock.set(offered_at + timedelta(minutes=14, seconds=59))
    move_on(now=clock())
    assert states(line) == [WatchState.OFFERED, WatchState.WAITING]
    clock.set(offered_at + timedelta(minutes=15))
    move_on(now=clock())
    move_on(now=clock())
    assert states(line) == [WatchState.LAPSED, WatchState.OFFERED]
    clock.forward(minutes=15)
    move_on(now=clock())

    assert states(line) == [WatchState.LAPSED, WatchState.LAPSED]
    assert (offers_to(ANN), offers_to(BEN)) == (1, 1)
    assert Guest(KNOWN).begin(room).request.state == State.AWAITING_PROOF


def test_nobody_else_gets_the_time_while_it_is_offered_nor_in_between(
    room: Room, taken: Meeting, clock: StoppedClock, line: list[Watcher], upstream: Recording
) -> None:
    free(taken)
    reread(room, clock)

    for minutes in (1, 14, 1):
        assert Guest(NEW).begin(room).page.status_code == 409
        clock.forward(minutes=minutes - 0.01)
        drop_expired(now=clock())
    clock.forward(minutes=1)
    assert Guest(NEW).begin(room).page.status_code == 409
    move_on(now=clock())

    assert Guest(NEW).begin(room).page.status_code == 409
    assert states(line) == [WatchState.LAPSED, WatchState.OFFERED]


def test_watcher_takes_the_time_from_the_mail_with_one_field_and_two_buttons(
    room: Room, taken: Meeting, clock: StoppedClock, line: list[Watcher], upstream: Recording
) -> None:
    free(taken)
    reread(room, clock)
    said = text_of(mails_to(ANN)[-1])
    phone = Guest(ANN, client=Client())

    page = phone.client.get(link_to(ANN)).content.decode()
    answer = phone.client.post(f"{link_to(ANN)}take/", {"name": "Ann"})
    phone.reference = answer.url.strip("/").split("/")[-1]

    assert "for 15 minutes, until 10:18" in said
    assert "until 10:18" in page
    assert phone.request.state == State.READY
    assert phone.request.span == line[0].watch.span
    assert states(line) == [WatchState.TAKEN, WatchState.WAITING]
    assert Hold.objects.count() == 1
    phone.look().book()
    assert phone.request.state == State.REGISTRATION_NEEDED
    clock.forward(minutes=60)
    move_on(now=clock())
    assert states(line) == [WatchState.TAKEN, WatchState.WAITING]
    assert offers_to(BEN) == 0


def test_time_that_was_taken_and_given_up_goes_to_the_next(
    room: Room, taken: Meeting, clock: StoppedClock, line: list[Watcher], upstream: Recording
) -> None:
    free(taken)
    reread(room, clock)
    ann = line[0].look().post("take", name="Ann")
    guest = Guest(ANN, client=ann.client, reference=ann.watch.booking_request.reference)

    guest.post("release")
    move_on(now=clock())

    assert states(line) == [WatchState.TAKEN, WatchState.OFFERED]


def test_offered_time_booked_on_the_rooms_own_page_counts_as_taken(
    room: Room, taken: Meeting, clock: StoppedClock, line: list[Watcher], upstream: Recording
) -> None:
    free(taken)
    reread(room, clock)
    guest = Guest(ANN, client=line[0].client).begin(room)
    clock.forward(minutes=15)

    move_on(now=clock())

    assert states(line) == [WatchState.TAKEN, WatchState.WAITING]
    assert line[0].watch.booking_request == guest.request


def test_stopping_an_offer_passes_it_on_at_once(
    room: Room, taken: Meeting, clock: StoppedClock, line: list[Watcher], upstream: Recording
) -> None:
    free(taken)
    reread(room, clock)

    line[0].post("stop")
    assert Guest(NEW).begin(room).page.status_code == 409
    move_on(now=clock())
    move_on(now=clock())

    assert states(line) == [WatchState.STOPPED, WatchState.OFFERED]
    assert (offers_to(ANN), offers_to(BEN)) == (1, 1)


def test_offer_that_ran_out_cannot_be_taken_any_more(
    room: Room, taken: Meeting, clock: StoppedClock, line: list[Watcher]
) -> None:
    free(taken)
    reread(room, clock)
    clock.forward(minutes=15)

    by_link = Client().post(f"{link_to(ANN)}take/", {"name": "Ann"})
    by_page = line[0].post("take", name="Ann")

    assert by_link.url == link_to(ANN)
    assert by_page.page.status_code == 409
    assert "This offer is over" in by_page.html
    assert "<h1>The offer has run out</h1>" in Client().get(link_to(ANN)).content.decode()
    assert line[0].watch.booking_request is None


def test_name_is_asked_for(room: Room, taken: Meeting, clock: StoppedClock, line: list[Watcher]) -> None:
    free(taken)
    reread(room, clock)

    for answer in (Client().post(f"{link_to(ANN)}take/", {}), line[0].post("take", name=" ").page):
        assert answer.status_code == 422
        assert "Enter your name." in answer.content.decode()


@pytest.mark.parametrize("trouble", [transports.server_error, transports.rubbish])
def test_feed_that_fails_frees_nothing(
    room: Room, taken: Meeting, clock: StoppedClock, line: list[Watcher], settings: Any, trouble: Any
) -> None:
    free(taken)
    settings.WORKWAYS_TRANSPORT = trouble(FEED)

    for _reading in range(3):
        reread(room, clock)

    assert states(line) == [WatchState.WAITING] * 2


def test_hold_of_the_last_good_reading_that_ends_frees_nothing_while_the_feed_fails(
    room: Room, taken: Meeting, clock: StoppedClock, upstream: Recording
) -> None:
    Guest(KNOWN).begin(room, start="09:00")
    ann = Watcher(ANN).get_in_line(room, start="09:00")
    Feed.objects.filter(room=room).update(failures_in_a_row=1)
    clock.forward(minutes=11)

    move_on(now=clock())
    still = ann.watch.state
    Feed.objects.filter(room=room).update(failures_in_a_row=0)
    move_on(now=clock())

    assert (still, ann.watch.state) == (WatchState.WAITING, WatchState.OFFERED)


def test_time_that_is_only_partly_free_is_not_offered(
    world: World, room: Room, taken: Meeting, clock: StoppedClock, line: list[Watcher]
) -> None:
    free(taken)
    make_meeting(world.seine, MONDAY_START + timedelta(minutes=30))

    reread(room, clock)

    assert states(line) == [WatchState.WAITING] * 2


def test_overlapping_times_are_one_line(room: Room, taken: Meeting, clock: StoppedClock, line: list[Watcher]) -> None:
    clock.forward(minutes=1)
    cleo = Watcher(CLEO).get_in_line(room, duration="90")
    assert "You are number 3 in line." in cleo.html
    free(taken)

    reread(room, clock)

    assert states([*line, cleo]) == [WatchState.OFFERED, WatchState.WAITING, WatchState.WAITING]


def test_shorter_waits_share_what_a_longer_offer_leaves(
    world: World, room: Room, taken: Meeting, clock: StoppedClock
) -> None:
    free(taken)
    meeting = make_meeting(world.seine, MONDAY_START, minutes=120)
    reread(room, clock)
    ann = Watcher(ANN).get_in_line(room, duration="120")
    clock.forward(minutes=1)
    ben, cleo = Watcher(BEN).get_in_line(room), Watcher(CLEO).get_in_line(room, start="15:00")
    free(meeting)
    reread(room, clock)
    assert states([ann, ben, cleo]) == [WatchState.OFFERED, WatchState.WAITING, WatchState.WAITING]

    clock.forward(minutes=15)
    move_on(now=clock())

    assert states([ann, ben, cleo]) == [WatchState.LAPSED, WatchState.OFFERED, WatchState.OFFERED]
    assert [offers_to(email) for email in (ANN, BEN, CLEO)] == [1, 1, 1]


def test_watcher_who_holds_as_many_times_as_one_may_is_passed_over(
    room: Room, taken: Meeting, clock: StoppedClock, line: list[Watcher], upstream: Recording
) -> None:
    for number, start in enumerate(("09:00", "10:30", "12:00")):
        Guest(ANN, client=Client()).begin(room, start=start, people=str(2 + number))
    free(taken)

    reread(room, clock)

    assert states(line) == [WatchState.WAITING, WatchState.OFFERED]


def test_offer_shortly_before_the_start_ends_with_it(
    room: Room, taken: Meeting, clock: StoppedClock, line: list[Watcher]
) -> None:
    free(taken)
    clock.set(MONDAY_START - timedelta(minutes=6))
    Watcher(KNOWN).get_in_line(room)

    reread(room, clock)

    offered = SlotWatch.objects.filter(state=WatchState.OFFERED)
    assert [watch.offered_until for watch in offered] == [MONDAY_START]


def test_each_state_has_its_page(room: Room, taken: Meeting, clock: StoppedClock, line: list[Watcher]) -> None:
    ann, ben = line
    waiting = ann.look().title, ben.look().html
    free(taken)
    reread(room, clock)
    offered = ann.look().title
    ann.post("take", name="Ann")
    taken_title = ann.look().title
    ben.post("stop")

    assert waiting[0] == "We tell you if this time frees up"
    assert "You are number 2 in line." in waiting[1]
    assert offered == "It is free: this time is yours to take"
    assert taken_title == "You took this time"
    assert f"/booking/{ann.watch.booking_request.reference}/" in ann.html
    assert ben.title == "You no longer wait for this time"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_number", range(3))
def test_workers_at_once_offer_one_time_to_one_watcher(
    room: Room, taken: Meeting, clock: StoppedClock, line: list[Watcher], round_number: int
) -> None:
    BusySpan.objects.filter(room=room, start=utc(12, 13)).delete()

    run_at_once([lambda: move_on(now=clock()) and None for _worker in range(4)])
    assert states(line) == [WatchState.OFFERED, WatchState.WAITING]
    assert (offers_to(ANN), offers_to(BEN)) == (1, 0)
    clock.forward(minutes=15)
    run_at_once([lambda: move_on(now=clock()) and None for _worker in range(4)])

    assert states(line) == [WatchState.LAPSED, WatchState.OFFERED]
    assert (kinds_to(ANN), kinds_to(BEN)) == (["watch_proof", "watch_offer"],) * 2
    assert Hold.objects.filter(expires_at__gt=clock()).count() == 1


@pytest.mark.django_db(transaction=True)
def test_stopping_and_offering_at_once_leaves_one_of_the_two(
    room: Room, taken: Meeting, clock: StoppedClock, line: list[Watcher]
) -> None:
    BusySpan.objects.filter(room=room, start=utc(12, 13)).delete()

    run_at_once([lambda: line[0].post("stop") and None, lambda: move_on(now=clock()) and None])
    for _round in range(2):
        move_on(now=clock())

    assert states(line) == [WatchState.STOPPED, WatchState.OFFERED]
    assert Hold.objects.filter(expires_at__gt=clock()).count() == 1


def test_the_line_of_many_costs_the_same_while_nothing_is_free(
    room: Room, taken: Meeting, clock: StoppedClock, line: list[Watcher], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):
        move_on(now=clock())
