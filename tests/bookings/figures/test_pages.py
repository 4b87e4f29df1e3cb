"""Pages are counted without a cookie, without a write, without anybody's data, and once."""

from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.figures.models import PageCount
from bookings.figures.pages import PageCounter, collect_pages
from bookings.figures.rules import Seen
from portal import kept_pages
from tests.bookings.links.test_limits import BrokenCache
from tests.bookings.staff.conftest import PASSWORD
from tests.conftest import StoppedClock
from tests.factories import make_room
from tests.factories.members import make_member

pytestmark = pytest.mark.django_db

PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def _counter(monkeypatch: pytest.MonkeyPatch, clock: StoppedClock) -> None:
    """A counter of this test alone, which lays down what it counts each time that the clock moved on."""
    monkeypatch.setattr("bookings.figures.middleware.counter", PageCounter())


@pytest.fixture
def person() -> Client:
    """A browser without any cookie."""
    return Client(headers={"user-agent": PERSON})


def collected(clock: StoppedClock) -> dict[tuple[str, str], int]:
    """What stands in the figures once the ten minutes are over."""
    clock.forward(minutes=12)
    collect_pages(now=clock())
    return {(row.step, str(row.site or "")): row.number for row in PageCount.objects.select_related("site")}


def look(client: Client, clock: StoppedClock, path: str, **headers: str) -> Any:
    """Opens a page a while after the one before."""
    clock.forward(seconds=11)
    return client.get(path, headers=headers)


def test_steps_are_counted_by_site_and_day(person: Client, clock: StoppedClock) -> None:
    room = make_room()
    slot = f"/rooms/{room.workways_id}/?date=2026-01-12&start=10:00&duration=60&people=2"

    for path in ("/search/", "/fr/search/?people=4", f"/rooms/{room.workways_id}/", slot):
        assert look(person, clock, path).status_code == 200

    assert collected(clock) == {("looked", ""): 2, ("room", "Workways Bastille"): 2, ("time", "Workways Bastille"): 1}
    assert {row.day for row in PageCount.objects.all()} == {date(2026, 1, 7)}


def test_counting_sets_no_cookie_and_keeps_nothing_of_who_looked(person: Client, clock: StoppedClock) -> None:
    response = look(person, clock, "/search/")

    assert not response.cookies
    collected(clock)
    kept = str(list(PageCount.objects.values())) + str(getattr(cache, "_cache", ""))
    assert "Firefox" not in kept
    assert "127.0.0.1" not in kept


def test_page_that_is_kept_is_counted_each_time_without_a_statement(
    person: Client, clock: StoppedClock, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PAGES_KEPT_SECONDS = 60
    monkeypatch.setattr(kept_pages, "_pages", {})
    path = f"/rooms/{make_room().workways_id}/"
    look(person, clock, path)

    with CaptureQueriesContext(connection) as statements:
        for _ in range(3):
            look(person, clock, path)

    assert len(statements) == 0
    assert collected(clock) == {("room", "Workways Bastille"): 4}


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": "Googlebot/2.1"},
        {"user-agent": ""},
        {"sec-purpose": "prefetch;prerender"},
        {"hx-request": "true", "hx-target": "section#calendar"},
    ],
)
def test_what_is_no_persons_look_is_not_counted(person: Client, clock: StoppedClock, headers: dict[str, str]) -> None:
    look(person, clock, f"/rooms/{make_room().workways_id}/", **headers)

    assert collected(clock) == {}


def test_staff_who_look_around_are_not_counted(person: Client, clock: StoppedClock) -> None:
    person.force_login(make_member(password=PASSWORD).user)
    look(person, clock, "/search/")

    assert collected(clock) == {}


def test_missing_room_and_bad_search_are_not_counted(person: Client, clock: StoppedClock) -> None:
    look(person, clock, f"/rooms/{'0' * 24}/")
    look(person, clock, "/search/?date=nonsense")

    assert collected(clock) == {}


def test_of_two_workers_one_adds(person: Client, clock: StoppedClock) -> None:
    look(person, clock, "/search/")
    clock.forward(minutes=12)
    now = clock()

    assert [collect_pages(now=now), collect_pages(now=now)] == [1, 0]
    assert PageCount.objects.get().number == 1


def test_counting_goes_on_while_the_cache_is_away(
    clock: StoppedClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    counter = PageCounter()
    with monkeypatch.context() as away:
        away.setattr("bookings.figures.pages.cache", BrokenCache("", {}))
        counter.count(Seen(("looked",)), now=clock())
    clock.forward(seconds=11)
    counter.count(Seen(("looked",)), now=clock())

    assert "The cache failed" in caplog.text
    assert collected(clock) == {("looked", ""): 2}
