"""Many visitors at once, each in a thread with a connection of its own, as in the web server."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection, connections

from bookings.availability.actions import MOST_PER_BROWSER, drop_expired, move_hold, place_hold
from bookings.availability.errors import SlotTaken, TooManyHolds
from bookings.availability.models import Hold, HoldCell
from bookings.catalog.models import Room
from bookings.core.timespan import TimeSpan
from tests.conftest import StoppedClock
from tests.factories import coming_slot, make_hold, make_room

pytestmark = pytest.mark.django_db(transaction=True)

# SQLite lets one writer in after the other; more threads would only wait longer.
THREADS = 20 if connection.vendor == "postgresql" else 8
ROUNDS = 50 if connection.vendor == "postgresql" else 20


def race(*runners: Callable[[], str]) -> list[str]:
    """Lets all run at the same moment; what each answered, or the name of the error it met, in the runners' order."""
    barrier = threading.Barrier(len(runners))
    outcomes = [""] * len(runners)

    def run(place: int, runner: Callable[[], str]) -> None:
        close_old_connections()
        try:
            barrier.wait(timeout=20)
            outcomes[place] = runner()
        except Exception as error:  # noqa: BLE001  The outcome is compared below; an unexpected error shows there by name.
            outcomes[place] = type(error).__name__
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def visitor(room: Room, span: TimeSpan, clock: StoppedClock, number: int, *, browser: str = "") -> Callable[[], str]:
    """A visitor who tries to hold a slot."""

    def attempt() -> str:
        place_hold(
            room=room,
            span=span,
            browser_key=browser or f"browser-{number}",
            email=f"guest{number}@example.org",
            network=f"10.0.{number}.0",
            now=clock(),
        )
        return "won"

    return attempt


def test_overlapping_slots_have_one_winner_each_time(clock: StoppedClock) -> None:
    room = make_room()
    base = coming_slot(room)

    for number in range(ROUNDS):
        # All shifted a little and all over the same five minutes, so any two of them overlap.
        spans = [TimeSpan.lasting(base.start + timedelta(minutes=5 * (place % 11)), 60) for place in range(THREADS)]
        outcomes = race(*(visitor(room, span, clock, place) for place, span in enumerate(spans)))

        assert sorted(outcomes) == ["SlotTaken"] * (THREADS - 1) + ["won"], f"round {number}"
        hold = Hold.objects.get()
        assert hold.span == spans[outcomes.index("won")]
        assert set(HoldCell.objects.values_list("hold", flat=True)) == {hold.pk}
        assert HoldCell.objects.count() == 12
        hold.delete()


def test_the_slot_of_a_hold_that_ran_out_has_one_winner_while_it_is_tidied_up(clock: StoppedClock) -> None:
    room = make_room()
    span = coming_slot(room)

    for number in range(10):
        make_hold(room=room, span=span, expires_at=clock() - timedelta(seconds=1))

        def tidy() -> str:
            drop_expired(now=clock())
            return "tidied"

        outcomes = race(tidy, *(visitor(room, span, clock, place) for place in range(THREADS - 1)))

        assert sorted(outcomes) == ["SlotTaken"] * (THREADS - 2) + ["tidied", "won"], f"round {number}"
        assert HoldCell.objects.count() == 12
        Hold.objects.all().delete()


def test_one_browser_racing_itself_over_many_rooms_keeps_to_its_limit(clock: StoppedClock) -> None:
    rooms = [make_room() for _ in range(THREADS)]

    for number in range(5):
        outcomes = race(
            *(visitor(room, coming_slot(room), clock, place, browser="greedy") for place, room in enumerate(rooms))
        )

        assert outcomes.count("won") == MOST_PER_BROWSER, f"round {number}"
        assert set(outcomes) == {"won", TooManyHolds.__name__}
        assert Hold.objects.count() == MOST_PER_BROWSER
        Hold.objects.all().delete()


def test_a_double_click_makes_one_hold(clock: StoppedClock) -> None:
    room = make_room()
    span = coming_slot(room)

    def click() -> str:
        hold = place_hold(
            room=room, span=span, browser_key="browser-a", email="a@example.org", network="192.0.2.0", now=clock()
        )
        return str(hold.pk)

    outcomes = race(*([click] * THREADS))

    assert set(outcomes) == {str(Hold.objects.get().pk)}


def test_two_holds_that_change_places_do_not_wait_for_each_other_forever(clock: StoppedClock) -> None:
    first, second = make_room(), make_room()
    slots = (coming_slot(first), coming_slot(first, hour=14))
    holds = (make_hold(room=first, span=slots[0]), make_hold(room=second, span=slots[1]))

    def mover(hold: Hold, room: Room, span: TimeSpan) -> Callable[[], str]:
        def move() -> str:
            move_hold(hold=hold, room=room, span=span, now=clock())
            return "moved"

        return move

    for _ in range(10):
        rooms = [Hold.objects.select_related("room").get(pk=hold.pk).room for hold in holds]
        fresh = [Hold.objects.get(pk=hold.pk) for hold in holds]
        outcomes = race(mover(fresh[0], rooms[1], slots[0]), mover(fresh[1], rooms[0], slots[1]))

        assert outcomes == ["moved", "moved"]
        assert HoldCell.objects.count() == 24


def test_losers_are_told_so_and_nothing_else(clock: StoppedClock) -> None:
    room = make_room()
    make_hold(room=room)

    outcomes = race(*(visitor(room, coming_slot(room), clock, place) for place in range(THREADS)))

    assert outcomes == [SlotTaken.__name__] * THREADS
    assert Hold.objects.count() == 1
