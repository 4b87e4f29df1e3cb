"""Many callers want the same slot at once: the database lets one have it."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import httpx
import pytest
from django.db import connections

from portal.embedded import accounts, slots
from portal.embedded.models import ApiUse, Meeting, MeetingCell, MeetingState, User, Verification
from portal.embedded.transport import EmbeddedTransport
from tests.portal.embedded.world import DEVELOPER, NEW, World, booking, build_world, enrolment, utc

THREADS = 50
# PORTAL_TESTS_ROUNDS=100 races for long; each round is another day.
ROUNDS = int(os.environ.get("PORTAL_TESTS_ROUNDS", "3"))
TAKEN = "Room is not available for the selected time slot"


@pytest.fixture
def world(clock: Any, settings: Any, transactional_db: None) -> World:
    """A world that every thread sees."""
    settings.EMBEDDED_MAILER = "tests.contract.conftest.keep_mail"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return build_world()


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """The results of calls that start together, each in its own thread with its own connection."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(run, call) for call in calls]]


def ask(body: dict[str, Any], path: str = "/api/meeting-request") -> Any:
    with httpx.Client(transport=EmbeddedTransport(), base_url="http://embedded") as client:
        return client.post(path, json=body).json()


def list_cells(meeting: Meeting) -> list[int]:
    return list(meeting.cells.order_by("cell").values_list("cell", flat=True))


def ask_with(token: str) -> bool:
    """Is a call with this token let in?"""
    with httpx.Client(transport=EmbeddedTransport(trusted=False), base_url="http://embedded") as client:
        status = client.get("/api/rooms", headers={"Authorization": f"Bearer {token}"}).status_code
    assert status in (200, 429)
    return status == 200


def set_password(verification: Verification, now: datetime) -> None:
    accounts.verify(verification=verification, password="four calm words here", now=now)


def test_one_of_many_overlapping_requests_wins(world: World) -> None:
    for round_ in range(ROUNDS):
        day = utc(12, 9) + timedelta(days=round_)
        # Each overlaps each other one: all of them cover the quarter before ten.
        bodies = [
            booking(
                world.seine,
                contactEmail=f"person{number}@startup.example" if number % 2 else "jean.dupont@acme.example",
                bookedAt=(day + timedelta(minutes=number % 9 * 5)).isoformat(),
                duration=60 + number,
            )
            for number in range(THREADS)
        ]

        answers = at_once([partial(ask, body) for body in bodies])

        winners = [answer for answer in answers if answer["retcode"] == 200]
        losers = [answer["message"] for answer in answers if answer["retcode"] != 200]
        assert len(winners) == 1
        assert losers == [TAKEN] * (THREADS - 1)
        (meeting,) = Meeting.objects.filter(start__date=day.date())
        assert list_cells(meeting) == list(slots.cells(meeting.start, meeting.end))
    assert MeetingCell.objects.count() == sum(len(slots.cells(one.start, one.end)) for one in Meeting.objects.all())


def test_ladder_of_overlapping_requests_leaves_no_slot_to_two(world: World) -> None:
    for round_ in range(ROUNDS):
        day = utc(12, 7) + timedelta(days=round_)
        # Each overlaps the next few only, so several can win; whoever loses must have lost to one of them.
        bodies = [
            booking(world.seine, bookedAt=(day + timedelta(minutes=10 * number)).isoformat(), duration=45)
            for number in range(40)
        ]

        answers = at_once([partial(ask, body) for body in reversed(bodies)])

        assert {answer["message"] for answer in answers} <= {TAKEN, "Your booking has been confirmed."}
        won = list(Meeting.objects.filter(start__date=day.date()).order_by("start"))
        assert len(won) == sum(answer["retcode"] == 200 for answer in answers)
        assert all(one.end <= following.start for one, following in pairwise(won))
        lost_starts = {day + timedelta(minutes=10 * number) for number in range(40)} - {one.start for one in won}
        assert all(any(abs(start - one.start) < timedelta(minutes=45) for one in won) for start in lost_starts)


def test_lapsed_slot_goes_to_requests_that_leave_each_other_room(world: World, clock: Any) -> None:
    for round_ in range(ROUNDS):
        start = clock().replace(hour=9) + timedelta(days=10)
        asked = ask(booking(world.seine, contactEmail=f"late{round_}@startup.example", bookedAt=start.isoformat()))
        assert asked["retcode"] == 200
        clock.forward(hours=49)
        # An hour long each, and all over the lapsed hour, which is the only thing that keeps the first and last apart.
        bodies = [
            booking(world.seine, bookedAt=(start + timedelta(minutes=5 * step)).isoformat()) for step in range(-11, 12)
        ]

        answers = at_once([partial(ask, body) for body in bodies * 2])

        assert {answer["message"] for answer in answers} <= {TAKEN, "Your booking has been confirmed."}
        won = list(Meeting.objects.filter(state=MeetingState.CONFIRMED, start__date=start.date()).order_by("start"))
        assert len(won) == sum(answer["retcode"] == 200 for answer in answers)
        assert 1 <= len(won) <= 2
        assert all(one.end <= following.start for one, following in pairwise(won))
        assert Meeting.objects.get(pk=asked["data"]["meetingRequestId"]).state == MeetingState.LAPSED


def test_disjoint_requests_all_succeed(world: World) -> None:
    bodies = [booking(world.seine, bookedAt=utc(12, 8 + number).isoformat()) for number in range(10)]

    answers = at_once([partial(ask, body) for body in bodies])

    assert [answer["retcode"] for answer in answers] == [200] * 10
    assert MeetingCell.objects.count() == 120


def test_never_more_calls_than_the_quota_get_through(world: World) -> None:
    quota = 10
    User.objects.filter(email=DEVELOPER).update(daily_quota=quota, monthly_quota=1_000)
    for _round in range(ROUNDS):
        ApiUse.objects.all().delete()

        let_in = sum(at_once([partial(ask_with, world.token)] * 30))
        then = sum(ask_with(world.token) for _ in range(quota - let_in + 3))

        # Of those that race for the last places more may be refused than must be, but none of them was counted.
        assert 1 <= let_in <= quota
        assert let_in + then == quota
        assert ApiUse.objects.count() == quota


def test_two_first_requests_of_one_address_make_one_user(world: World) -> None:
    bodies = [booking(world.seine, contactEmail=NEW, bookedAt=utc(12, 8 + number).isoformat()) for number in range(8)]

    answers = at_once([partial(ask, body) for body in bodies])

    assert {answer["data"]["userId"] for answer in answers} == {User.objects.get(email=NEW).pk}


def test_company_registered_by_many_at_once_is_made_once(world: World) -> None:
    bodies = [
        enrolment(email=f"person{number}@startup.example", companyNumber="55210055400013", siteId=world.paris.pk)
        for number in range(8)
    ]

    answers = at_once([partial(ask, body, "/api/register") for body in bodies])

    assert sorted(answer["status"] for answer in answers) == ["CREATED"] + ["UPDATED"] * 7
    assert len({answer["data"]["organizationId"] for answer in answers}) == 1


def test_address_registered_many_times_at_once_is_registered_once(world: World) -> None:
    bodies = [enrolment(name=f"Company {number}", siteId=world.paris.pk) for number in range(8)]

    answers = at_once([partial(ask, body, "/api/register") for body in bodies])

    assert sorted(answer["status"] for answer in answers) == ["CREATED"] + ["USER_EXISTS"] * 7
    assert len({answer["data"]["organizationId"] for answer in answers}) == 1


def test_late_verification_and_new_bookings_never_share_a_slot(world: World, clock: Any) -> None:
    for round_ in range(ROUNDS):
        email = f"late{round_}@startup.example"
        start = utc(20, 14) + timedelta(days=3 * round_)
        asked = ask(booking(world.seine, contactEmail=email, bookedAt=start.isoformat()))
        ask(enrolment(email=email, name=email, meetingId=asked["data"]["meetingRequestId"]), "/api/register")
        user = User.objects.get(email=email)
        verification = user.verifications.get()
        clock.forward(hours=49)
        overlapping = booking(world.seine, bookedAt=(start + timedelta(minutes=30)).isoformat())

        at_once([partial(set_password, verification, clock()), *[partial(ask, overlapping)] * 5])

        confirmed = Meeting.objects.filter(start__date=start.date(), state=MeetingState.CONFIRMED)
        assert len(confirmed) == 1
        assert confirmed[0].cells.count() == 12
        user.refresh_from_db()
        assert user.verified_at is not None
