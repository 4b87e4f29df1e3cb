"""SIGKILL in the middle of a refresh, a mail, a booking: nothing is lost, nothing is there twice.

Real processes on the test's own database, a real upstream and a real mail server on this machine. Leases are not waited
for: the test puts them into the past.
"""

import re
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape

import httpx
import pytest
from django.utils import timezone

from bookings.booking_requests import sending
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import NEEDS_STAFF, State
from bookings.feeds.models import BusySpan, Feed, UpstreamConnection
from bookings.mail.actions import enqueue_from_workways
from bookings.mail.models import MailState, OutboxMail
from portal.embedded.models import Meeting, Room
from tests.bookings.booking_requests.guests import code_to, kinds_to
from tests.factories import coming_slot
from tests.portal.embedded.world import make_meeting
from tests.resilience.processes import (
    Halt,
    Running,
    SlowApi,
    eventually,
    running_api,
    running_mailbox,
    running_web,
    running_worker,
)
from tests.support.transports import FEED, MEETING_REQUEST, USER_INFO
from tests.support.world import KNOWN, World, build_world, work

LONG_AGO = timedelta(minutes=5)


@pytest.fixture
def world(transactional_db: None) -> World:
    """A site with rooms, mirrored; its clock is the real one, as for every process here."""
    return build_world()


@pytest.fixture
def api(world: World) -> Iterator[SlowApi]:
    """The upstream of the processes."""
    with running_api() as made:
        yield made


def remote(api: SlowApi) -> dict[str, str]:
    """What a process must be told to take this upstream for its remote account."""
    return {"WORKWAYS_API_URL": api.url, "WORKWAYS_API_TOKEN": "ww_dev_0"}


def mirrored(room: Room) -> list[tuple[datetime, datetime]]:
    """The busy time that the portal knows of a room."""
    return list(BusySpan.objects.filter(room__workways_id=room.id).order_by("start").values_list("start", "end"))


def taken(room: Room) -> list[tuple[datetime, datetime]]:
    """The meetings that the upstream has."""
    return list(Meeting.objects.filter(room=room).order_by("start").values_list("start", "end"))


def test_worker_killed_in_a_refresh_leaves_the_rest_to_the_next_one(world: World, api: SlowApi) -> None:
    rooms = (world.seine, world.marne)
    first = coming_slot(world.mirrored, hour=9).start
    for room in rooms:
        for hours in (0, 2, 24):
            make_meeting(room, first + timedelta(hours=hours))
    Feed.objects.update(due_at=timezone.now() - LONG_AGO)
    halt = api.halt(f"{FEED}?rooms={world.seine.id}", moment="after")

    with running_worker("feeds.refresh_due", **remote(api)) as worker:
        assert halt.reached.wait(40)
        eventually(lambda: len(api.calls) == 2, "the other calendar was asked for")
        worker.kill()
    claimed = Feed.objects.filter(claimed_until__gt=timezone.now())
    assert {feed.room.workways_id for feed in claimed} >= {world.seine.id}
    assert mirrored(world.seine) == []

    api.let_go()
    claimed.update(claimed_until=timezone.now() - LONG_AGO)
    UpstreamConnection.objects.update(taken_until=timezone.now() - LONG_AGO)
    with running_worker("feeds.refresh_due", **remote(api)):
        eventually(lambda: all(mirrored(room) == taken(room) for room in rooms), "both calendars were read")
        eventually(lambda: not Feed.objects.exclude(claimed_until=None).exists(), "the worker was done")

    assert [len(mirrored(room)) for room in rooms] == [3, 3]
    assert not Feed.objects.exclude(failure="").exists()


def test_worker_killed_while_a_mail_travels_has_it_sent_once_under_the_same_name(transactional_db: None) -> None:
    enqueue_from_workways(to=KNOWN, subject="Welcome", text="Hello", html="<p>Hello</p>", language="en")
    mail = OutboxMail.objects.get()
    with running_mailbox() as mailbox:
        mailbox.hesitates = True
        server = {"EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}"}

        with running_worker("mail.send_due", **server) as worker:
            assert mailbox.reached.wait(40)
            worker.kill()
        mail.refresh_from_db()
        assert (mail.state, mailbox.accepted) == (MailState.SENDING, [])
        assert mail.claimed_until is not None
        assert mail.claimed_until > timezone.now()

        mailbox.hesitates = False
        OutboxMail.objects.update(claimed_until=timezone.now() - LONG_AGO)
        with running_worker("mail.send_due", **server):
            eventually(lambda: OutboxMail.objects.get().state == MailState.SENT, "the mail was sent")

        assert mailbox.accepted == [f"Message-ID: {mail.message_id}"]
        assert mailbox.begun == mailbox.accepted * 2


class Booker:
    """Somebody at a browser, in front of a real web server."""

    def __init__(self, url: str, world: World) -> None:
        self._http = httpx.Client(base_url=url, timeout=40, trust_env=False)
        self._world = world

    def begin(self) -> BookingRequest:
        """Chooses a slot and gives name and address; stands before "Check and book"."""
        room = self._world.mirrored
        local = coming_slot(room, hour=10).start.astimezone(room.site.zone)
        slot = {"date": f"{local:%Y-%m-%d}", "start": "10:00", "duration": "60", "people": "2"}
        page = self._http.get(f"/rooms/{room.workways_id}/", params=slot)
        typed = {
            **slot,
            "email": KNOWN,
            "name": "Jean Dupont",
            "csrfmiddlewaretoken": _field(page, "csrfmiddlewaretoken"),
        }
        answer = self._http.post(f"/rooms/{room.workways_id}/book/", data=typed)
        assert answer.status_code == 302, answer.text
        return BookingRequest.objects.get(reference=answer.headers["location"].strip("/").split("/")[-1])

    def book(self, request: BookingRequest, code: str) -> None:
        """Types the code and presses the button."""
        page = self._http.get(f"/booking/{request.reference}/")
        typed = {"seen": _field(page, "seen"), "csrfmiddlewaretoken": _field(page, "csrfmiddlewaretoken")}
        self._http.post(f"/booking/{request.reference}/book/", data={**typed, "code": code})


def _field(page: httpx.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, page.text
    return unescape(found[1])


def press_and_kill(world: World, web: Running, url: str, halt: Halt) -> BookingRequest:
    """Books, and kills the web server as soon as the call under way is where the test wants it."""
    booker = Booker(url, world)
    request = booker.begin()
    code = code_to(KNOWN)
    broken: list[Exception] = []

    def press() -> None:
        try:
            booker.book(request, code)
        except httpx.TransportError as error:
            broken.append(error)

    thread = threading.Thread(target=press)
    thread.start()
    assert halt.reached.wait(40)
    web.kill()
    thread.join(40)
    assert broken
    request.refresh_from_db()
    assert request.state == State.SENDING
    return request


def settle_later(request: BookingRequest) -> None:
    """What the worker finds once the request is due for a look."""
    BookingRequest.objects.filter(pk=request.pk).update(settle_due_at=timezone.now() - LONG_AGO)
    work()
    request.refresh_from_db()


def test_web_server_killed_after_the_upstream_booked_is_found_out(world: World, api: SlowApi) -> None:
    halt = api.halt(MEETING_REQUEST, moment="after")
    with running_web(**remote(api)) as (web, url):
        request = press_and_kill(world, web, url, halt)
    api.let_go()

    settle_later(request)

    assert request.state == State.BOOKED
    assert taken(world.seine) == [(request.start, request.end)]
    assert api.calls.count(f"POST {MEETING_REQUEST}") == 1
    assert kinds_to(KNOWN) == ["prove_address", "being_confirmed", "booked"]


def test_web_server_killed_before_it_sent_leaves_a_request_for_staff(world: World, api: SlowApi) -> None:
    halt = api.halt(FEED, moment="before")
    with running_web(**remote(api)) as (web, url):
        request = press_and_kill(world, web, url, halt)
    api.let_go()

    settle_later(request)

    assert request.state == State.KEPT
    assert request.state in NEEDS_STAFF
    assert request.hold is not None
    assert taken(world.seine) == []
    assert f"POST {MEETING_REQUEST}" not in api.calls
    sending.staff_send_again(request=request, actor="Ada", now=timezone.now())
    assert request.state == State.BOOKED
    assert taken(world.seine) == [(request.start, request.end)]


def test_upstream_that_books_long_after_the_web_server_was_killed_is_found_out_too(world: World, api: SlowApi) -> None:
    halt = api.halt(MEETING_REQUEST, moment="before")
    with running_web(**remote(api)) as (web, url):
        request = press_and_kill(world, web, url, halt)

    settle_later(request)
    settle_later(request)
    assert request.state == State.BEING_CONFIRMED
    assert request.state in NEEDS_STAFF
    assert taken(world.seine) == []
    api.let_go()
    eventually(lambda: len(taken(world.seine)) == 1, "the upstream booked")
    settle_later(request)

    assert request.state == State.BOOKED
    assert taken(world.seine) == [(request.start, request.end)]
    assert api.calls.count(f"POST {MEETING_REQUEST}") == 1
    assert api.calls.count(f"GET {USER_INFO}") == 1
