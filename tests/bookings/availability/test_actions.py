from datetime import timedelta

import pytest

from bookings.availability.actions import (
    MOST_PER_ADDRESS,
    MOST_PER_BROWSER,
    MOST_PER_NETWORK,
    drop_expired,
    extend_hold,
    keep_hold,
    move_hold,
    place_hold,
    release_hold,
)
from bookings.availability.errors import AlreadyExtended, HoldGone, HoldLimit, SlotTaken, TooManyHolds
from bookings.availability.models import Hold, HoldCell
from bookings.availability.tasks import drop_expired_holds
from bookings.booking_requests.states import State
from bookings.catalog.models import Room
from bookings.core.timespan import TimeSpan
from tests.conftest import StoppedClock
from tests.factories import Auto, coming_slot, make_booking_request, make_hold, make_room

pytestmark = pytest.mark.django_db


def hold_slot(
    clock: StoppedClock,
    room: Room,
    *,
    span: TimeSpan = Auto,
    browser: str = "browser-a",
    email: str = Auto,
    network: str = "192.0.2.0",
    replaces: Hold | None = None,
) -> Hold:
    """A hold placed the way a visitor does it."""
    return place_hold(
        room=room,
        span=coming_slot(room) if span is Auto else span,
        browser_key=browser,
        email=f"{browser}@example.org" if email is Auto else email,
        network=network,
        now=clock(),
        replaces=replaces,
    )


def cells(room: Room) -> list[str]:
    return [
        f"{cell:%H:%M}" for cell in HoldCell.objects.filter(room=room).order_by("cell").values_list("cell", flat=True)
    ]


def test_hold_takes_its_cells_for_ten_minutes(clock: StoppedClock) -> None:
    room = make_room()

    hold = hold_slot(clock, room, email=" Jean@Example.org ")

    assert hold.expires_at == clock() + timedelta(minutes=10)
    assert (hold.email, hold.extended) == ("jean@example.org", False)
    assert cells(room) == [f"09:{minute:02}" for minute in range(0, 60, 5)]


@pytest.mark.parametrize("shift", [-30, 0, 30, 55, -55])
def test_overlapping_slot_is_taken_and_leaves_nothing_behind(clock: StoppedClock, shift: int) -> None:
    room = make_room()
    hold = hold_slot(clock, room)
    other = TimeSpan.lasting(hold.start + timedelta(minutes=shift), 60)

    with pytest.raises(SlotTaken):
        hold_slot(clock, room, span=other, browser="browser-b")

    assert list(Hold.objects.all()) == [hold]
    assert len(cells(room)) == 12


@pytest.mark.parametrize("shift", [-60, 60])
def test_neighbouring_slot_is_free(clock: StoppedClock, shift: int) -> None:
    room = make_room()
    hold = hold_slot(clock, room)

    other = hold_slot(
        clock, room, span=TimeSpan.lasting(hold.start + timedelta(minutes=shift), 60), browser="browser-b"
    )

    assert Hold.objects.count() == 2
    assert other.pk != hold.pk


def test_same_time_in_another_room_is_free(clock: StoppedClock) -> None:
    first, second = make_room(), make_room()

    hold_slot(clock, first)
    hold_slot(clock, second, browser="browser-b")

    assert Hold.objects.count() == 2


def test_hold_that_ran_out_makes_room_without_anybody_tidying_up(clock: StoppedClock) -> None:
    room = make_room()
    first = hold_slot(clock, room)
    clock.forward(minutes=10)

    second = hold_slot(clock, room, browser="browser-b")

    assert set(HoldCell.objects.values_list("hold", flat=True)) == {second.pk}
    assert Hold.objects.filter(pk=first.pk).exists()


def test_hold_blocks_until_its_last_second(clock: StoppedClock) -> None:
    room = make_room()
    hold_slot(clock, room)
    clock.forward(minutes=9, seconds=59)

    with pytest.raises(SlotTaken):
        hold_slot(clock, room, browser="browser-b")


def test_asking_twice_for_the_same_slot_gives_the_same_hold(clock: StoppedClock) -> None:
    room = make_room()
    first = hold_slot(clock, room)
    clock.forward(minutes=3)

    again = hold_slot(clock, room)

    assert (again.pk, again.expires_at) == (first.pk, first.expires_at)
    assert Hold.objects.count() == 1


def test_own_overlapping_hold_gives_way(clock: StoppedClock) -> None:
    room = make_room()
    first = hold_slot(clock, room)

    second = hold_slot(clock, room, span=TimeSpan.lasting(first.start + timedelta(minutes=30), 60))

    first.refresh_from_db()
    assert first.expires_at == clock()
    assert set(HoldCell.objects.values_list("hold", flat=True)) == {second.pk}


def test_own_hold_that_is_kept_for_an_open_request_does_not_give_way(clock: StoppedClock) -> None:
    room = make_room()
    keep_hold(hold=hold_slot(clock, room), now=clock())

    with pytest.raises(SlotTaken):
        hold_slot(clock, room)


def test_replaced_hold_runs_out_at_once_and_does_not_count(clock: StoppedClock) -> None:
    rooms = [make_room() for _ in range(MOST_PER_BROWSER + 1)]
    holds = [hold_slot(clock, room) for room in rooms[:-1]]

    hold_slot(clock, rooms[-1], replaces=holds[0])

    holds[0].refresh_from_db()
    assert holds[0].expires_at == clock()
    assert cells(rooms[0]) == []


def test_replaced_hold_stays_when_the_new_slot_is_taken(clock: StoppedClock) -> None:
    first, second = make_room(), make_room()
    make_hold(room=second)
    hold = hold_slot(clock, first)

    with pytest.raises(SlotTaken):
        hold_slot(clock, second, replaces=hold)

    hold.refresh_from_db()
    assert hold.expires_at == clock() + timedelta(minutes=10)
    assert len(cells(first)) == 12


@pytest.mark.parametrize(
    ("which", "limit"),
    [
        (HoldLimit.BROWSER, MOST_PER_BROWSER),
        (HoldLimit.ADDRESS, MOST_PER_ADDRESS),
        (HoldLimit.NETWORK, MOST_PER_NETWORK),
    ],
)
def test_holds_of_one_browser_address_and_network_are_limited(
    clock: StoppedClock, which: HoldLimit, limit: int
) -> None:
    def attempt(number: int) -> Hold:
        return hold_slot(
            clock,
            make_room(),
            browser="the-same" if which is HoldLimit.BROWSER else f"browser-{number}",
            email="the-same@example.org" if which is HoldLimit.ADDRESS else f"guest{number}@example.org",
            network="192.0.2.0" if which is HoldLimit.NETWORK else f"10.0.{number}.0",
        )

    for number in range(limit):
        attempt(number)
    with pytest.raises(TooManyHolds) as caught:
        attempt(limit)

    assert (caught.value.which, caught.value.limit) == (which, limit)
    assert Hold.objects.count() == limit


def test_limits_count_live_holds_only(clock: StoppedClock) -> None:
    for _ in range(MOST_PER_BROWSER):
        hold_slot(clock, make_room())
    clock.forward(minutes=10)

    hold_slot(clock, make_room())

    assert Hold.objects.filter(expires_at__gt=clock()).count() == 1


def test_kept_holds_count_too(clock: StoppedClock) -> None:
    for _ in range(MOST_PER_BROWSER):
        keep_hold(hold=hold_slot(clock, make_room()), now=clock())
    clock.forward(days=1)

    with pytest.raises(TooManyHolds):
        hold_slot(clock, make_room())


def test_holds_without_an_address_are_not_counted_as_one_person(clock: StoppedClock) -> None:
    for number in range(MOST_PER_ADDRESS + 1):
        hold_slot(clock, make_room(), browser=f"browser-{number}", email="")

    assert Hold.objects.count() == MOST_PER_ADDRESS + 1


def test_hold_is_extended_once(clock: StoppedClock) -> None:
    hold = hold_slot(clock, make_room())
    clock.forward(minutes=8)

    extended = extend_hold(hold=hold, now=clock())

    assert extended.expires_at == clock() + timedelta(minutes=12)
    with pytest.raises(AlreadyExtended):
        extend_hold(hold=extended, now=clock())


def test_hold_that_ran_out_comes_back_if_its_time_is_still_free(clock: StoppedClock) -> None:
    room = make_room()
    hold = make_booking_request(room=room).hold
    assert hold is not None
    clock.forward(minutes=11)
    drop_expired(now=clock())
    assert cells(room) == []

    extended = extend_hold(hold=hold, now=clock())

    assert extended.expires_at == clock() + timedelta(minutes=10)
    assert len(cells(room)) == 12


def test_hold_that_ran_out_is_lost_when_somebody_took_a_part(clock: StoppedClock) -> None:
    room = make_room()
    hold = make_booking_request(room=room).hold
    assert hold is not None
    clock.forward(minutes=11)
    winner = hold_slot(clock, room, span=TimeSpan.lasting(hold.start + timedelta(minutes=30), 60), browser="browser-b")

    for revive in (extend_hold, keep_hold):
        with pytest.raises(SlotTaken):
            revive(hold=hold, now=clock())

    hold.refresh_from_db()
    assert (hold.extended, hold.expires_at) == (False, clock() - timedelta(minutes=1))
    assert HoldCell.objects.filter(hold=winner).count() == 12


def test_kept_hold_has_no_end(clock: StoppedClock) -> None:
    room = make_room()
    hold = hold_slot(clock, room)

    keep_hold(hold=hold, now=clock())
    clock.forward(days=30)
    drop_expired(now=clock())

    hold.refresh_from_db()
    assert hold.expires_at is None
    with pytest.raises(SlotTaken):
        hold_slot(clock, room, span=hold.span, browser="browser-b")


def test_extending_a_kept_hold_changes_nothing(clock: StoppedClock) -> None:
    hold = keep_hold(hold=hold_slot(clock, make_room()), now=clock())

    assert extend_hold(hold=hold, now=clock()).expires_at is None


def test_moved_hold_keeps_its_time_left_and_frees_the_old_slot(clock: StoppedClock) -> None:
    first, second = make_room(), make_room()
    hold = hold_slot(clock, first)
    clock.forward(minutes=4)
    span = coming_slot(second, minutes=90)

    moved = move_hold(hold=hold, room=second, span=span, now=clock())

    assert (moved.pk, moved.room, moved.span) == (hold.pk, second, span)
    assert moved.expires_at == hold.expires_at
    assert (len(cells(first)), len(cells(second))) == (0, 18)


def test_moved_hold_may_overlap_itself(clock: StoppedClock) -> None:
    room = make_room()
    hold = hold_slot(clock, room)
    span = TimeSpan.lasting(hold.start + timedelta(minutes=30), 60)

    move_hold(hold=hold, room=room, span=span, now=clock())

    assert cells(room)[0] == "09:30"
    assert len(cells(room)) == 12


def test_hold_stays_where_it_is_when_the_other_slot_is_taken(clock: StoppedClock) -> None:
    room = make_room()
    hold = hold_slot(clock, room)
    taken = TimeSpan.lasting(hold.start + timedelta(hours=2), 60)
    make_hold(room=room, span=taken)

    with pytest.raises(SlotTaken):
        move_hold(hold=hold, room=room, span=taken, now=clock())

    hold.refresh_from_db()
    assert hold.span == coming_slot(room)
    assert HoldCell.objects.filter(hold=hold).count() == 12


def test_moving_a_hold_that_ran_out_gives_it_its_minutes_anew(clock: StoppedClock) -> None:
    room = make_room()
    hold = hold_slot(clock, room)
    clock.forward(minutes=20)

    moved = move_hold(hold=hold, room=room, span=hold.span, now=clock())

    assert moved.expires_at == clock() + timedelta(minutes=10)


def test_released_hold_frees_its_slot_and_leaves_the_request(clock: StoppedClock) -> None:
    room = make_room()
    request = make_booking_request(room=room)
    assert request.hold is not None

    release_hold(hold=request.hold)
    release_hold(hold=Hold(pk=request.hold_id, room=room))

    request.refresh_from_db()
    assert request.hold is None
    assert cells(room) == []


def test_released_hold_can_not_come_back(clock: StoppedClock) -> None:
    hold = hold_slot(clock, make_room())
    gone = Hold.objects.get(pk=hold.pk)
    release_hold(hold=hold)

    for action in (extend_hold, keep_hold):
        with pytest.raises(HoldGone):
            action(hold=gone, now=clock())


def test_dropping_expired_holds_forgets_those_without_a_request(clock: StoppedClock) -> None:
    alone = hold_slot(clock, make_room())
    of_request = make_booking_request(state=State.AWAITING_PROOF).hold
    kept = make_booking_request(state=State.BEING_CONFIRMED).hold
    clock.forward(minutes=10)
    live = hold_slot(clock, make_room())

    dropped = drop_expired(now=clock())

    assert dropped == 2
    assert set(Hold.objects.all()) == {of_request, kept, live}
    assert set(HoldCell.objects.values_list("hold", flat=True)) == {kept.pk, live.pk}
    assert not Hold.objects.filter(pk=alone.pk).exists()
    assert drop_expired(now=clock()) == 0


def test_task_drops_what_ran_out_by_the_portal_clock(clock: StoppedClock) -> None:
    hold_slot(clock, make_room())
    clock.forward(minutes=10)

    drop_expired_holds()

    assert not Hold.objects.exists()
