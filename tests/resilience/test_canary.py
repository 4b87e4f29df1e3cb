"""What other people wrote into their meetings is dropped where it comes in, and turns up nowhere afterwards.

A word that nothing else holds stands in every place of a calendar where people write; then every place is searched
where the portal could have left it.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.contrib.auth.models import User as Staff
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from bookings.feeds.models import BusySpan, Feed, RejectedEvent
from tests.bookings.booking_requests.guests import MONDAY, Guest
from tests.conftest import StoppedClock
from tests.factories.members import make_member
from tests.portal.embedded.world import make_meeting
from tests.support import transports
from tests.support.traces import files, kept_in_redis, logged, places_with, rows
from tests.support.world import World, build_world, mirror, work

CANARY = "canarybird"
# Nine in the morning of the 13th in Paris, and everything around it that people can write.
FULL = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//canarybird//EN
X-WR-CALNAME:canarybird calendar
X-WR-TIMEZONE:canarybird/zone
BEGIN:VTIMEZONE
TZID:canarybird zone
COMMENT:canarybird
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0100
TZOFFSETTO:+0100
TZNAME:canarybird
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID;X-TITLE="canarybird: \\"salary\\" talks":plain-1
DTSTART:20260113T080000Z
DTEND:20260113T090000Z
SUMMARY;LANGUAGE=en:canarybird summary
SUMMARY:can
 arybird folded
DESCRIPTION;ALTREP="cid:canarybird@else.example":canarybird description\\nUID:canarybird
ORGANIZER;CN="canarybird":mailto:canarybird@else.example
ATTENDEE;CN=canarybird;ROLE=CHAIR:mailto:canarybird@else.example
LOCATION:canarybird
CONTACT:canarybird
COMMENT:canarybird
CATEGORIES:canarybird
RESOURCES:canarybird
URL:https://else.example/canarybird
ATTACH;FMTTYPE=text/plain:https://else.example/canarybird
X-ALT-DESC;FMTTYPE=text/html:<p>canarybird</p>
BEGIN:VALARM
ACTION:EMAIL
TRIGGER:-PT15M
SUMMARY:canarybird
DESCRIPTION:canarybird
ATTENDEE:mailto:canarybird@else.example
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:series-2
DTSTART;TZID=canarybird zone:20260114T100000
DTEND;TZID=canarybird zone:20260114T110000
RRULE:FREQ=DAILY;COUNT=3
SUMMARY:canarybird
END:VEVENT
BEGIN:VEVENT
UID:series-2
RECURRENCE-ID;TZID=canarybird zone:20260115T100000
DTSTART;TZID=canarybird zone:20260115T120000
DTEND;TZID=canarybird zone:20260115T130000
SUMMARY:canarybird moved
END:VEVENT
BEGIN:VEVENT
SUMMARY:canarybird without a UID
DTSTART;TZID=canarybird/nowhere:20260116T080000
DTEND:20260116T090000Z
END:VEVENT
BEGIN:VEVENT
UID:broken-start
DTSTART:canarybird
SUMMARY:canarybird
END:VEVENT
BEGIN:VEVENT
UID:broken-rule
DTSTART:20260116T120000Z
DTEND:20260116T130000Z
RRULE:FREQ=canarybird;X=canarybird
EXDATE:canarybird
SUMMARY:canarybird
END:VEVENT
BEGIN:VEVENT
UID:broken-end
DTSTART:20260117T120000Z
DURATION:canarybird
STATUS:canarybird
TRANSP:canarybird
SEQUENCE:canarybird
END:VEVENT
BEGIN:VEVENT
UID;X-OWNER=canarybird:
DTSTART:nonsense
SUMMARY:canarybird
END:VEVENT
BEGIN:VFREEBUSY
UID:free-busy
ORGANIZER:mailto:canarybird@else.example
FREEBUSY;FBTYPE=canarybird:20260119T090000Z/canarybird
COMMENT:canarybird
END:VFREEBUSY
BEGIN:VTODO
UID:todo
SUMMARY:canarybird
END:VTODO
END:VCALENDAR
"""
USELESS = {
    "cut off": FULL[:700],
    "a web page": "<!doctype html><title>canarybird</title><p>Sign in, canarybird",
    "no calendar": "canarybird, canarybird",
    "a refusal": '{"retcode": -1, "message": "canarybird may not", "data": "canarybird"}',
    "an answer of another kind": '{"retcode": 1, "message": "canarybird", "data": ["canarybird"]}',
}


class Singing(httpx.BaseTransport):
    """The embedded API, whose calendars are `calendar`, or a failure with that text in it."""

    def __init__(self, calendar: str, *, status: int = 200) -> None:
        self.calendar, self.status = calendar, status
        self._inner = transports.embedded()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != transports.FEED:
            return self._inner.handle_request(request)
        return httpx.Response(
            self.status,
            content=self.calendar.replace("\n", "\r\n").encode(),
            headers={"Content-Type": "text/calendar", "X-Note": CANARY, "Content-Disposition": f"inline; x={CANARY}"},
            request=request,
        )


@pytest.fixture
def world(clock: StoppedClock, db: None) -> World:
    """A site with rooms, one of which has a meeting that its owner named and described."""
    return build_world()


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything that is logged, at every level."""
    caplog.set_level(logging.DEBUG)
    return caplog


def shown(world: World) -> Iterator[tuple[str, str]]:
    """Everything that anybody or staff can open about rooms and their time."""
    visitor, staff = Client(), Client()
    found = Staff.objects.filter(username="sofia").first()
    staff.force_login(found or make_member().user)
    room, site = world.seine.id, world.site.id
    week, slot = "date=2026-01-13", "date=2026-01-13&start=09:00&duration=60&people=2"
    window = "start=2026-01-12T00:00:00Z&end=2026-01-26T00:00:00Z"
    pages = ["/", f"/search/?{slot}", "/sites/", f"/sites/{site}/", f"/sites/{site}/day/?{week}"]
    pages += [f"/rooms/{room}/?{week}", f"/rooms/{room}/?{slot}"]
    files = [f"/rooms/{room}/availability.json?{window}", f"/rooms/{room}/busy.ics", "/metrics", "/readyz"]
    panel = ["/staff/", "/staff/upstream/calendars/", "/staff/requests/", "/staff/outbox/"]
    for client, paths in ((visitor, pages), (visitor, [f"/fr{path}" for path in pages]), (visitor, files)):
        yield from ((path, _opened(client, path)) for path in paths)
    yield from ((path, _opened(staff, path)) for path in [*panel, *(f"/fr{path}" for path in panel)])
    part = visitor.get(f"/rooms/{room}/?{slot}", headers={"hx-request": "true", "hx-target": "div#choose"})
    yield "part of the room's page", part.content.decode()


def _opened(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code in (200, 503), path
    return f"{answer.headers} {answer.content.decode()}"


def read_by_command(path: Path) -> str:
    """What support is shown of a calendar file, whether it is of any use or not."""
    told = StringIO()
    window = ("--start=2026-01-01T00:00:00Z", "--end=2026-02-01T00:00:00Z")
    with suppress(SystemExit):
        call_command("readfeed", str(path), "--timezone=Europe/Paris", *window, stdout=told, stderr=told)
    assert json.loads(told.getvalue())["status"] in ("partial", "rejected")
    return told.getvalue()


def test_meeting_of_somebody_else_is_busy_time_and_nothing_more(
    world: World, heard: pytest.LogCaptureFixture, settings: Any, tmp_path: Path
) -> None:
    start = datetime.fromisoformat("2026-01-20T09:00:00Z")
    make_meeting(
        world.marne, start, name="Canarybird review", description="Canarybird notes", contact_name="Canarybird"
    )
    mirror()
    settings.WORKWAYS_TRANSPORT = Singing(FULL)
    mirror()
    work()
    file = tmp_path / "feed.ics"
    file.write_text(FULL)

    told = [("readfeed", read_by_command(file))]

    assert BusySpan.objects.filter(room=world.mirrored).count() >= 5
    assert set(RejectedEvent.objects.filter(feed__room=world.mirrored).values_list("uid", flat=True)) >= {
        "broken-start",
        "broken-rule",
    }
    pages = list(shown(world))
    assert places_with(CANARY, rows(), files(), kept_in_redis(), iter(pages), logged(heard), iter(told)) == []


def test_calendar_of_no_use_is_not_quoted(
    world: World, heard: pytest.LogCaptureFixture, settings: Any, tmp_path: Path
) -> None:
    told = []
    for content in USELESS.values():
        for status in (200, 400, 500):
            settings.WORKWAYS_TRANSPORT = Singing(content, status=status)
            mirror()
            assert Feed.objects.get(room=world.mirrored).failure
            assert places_with(CANARY, rows()) == []
        file = tmp_path / "feed.ics"
        file.write_text(content)
        told.append(("readfeed", read_by_command(file)))

    pages = list(shown(world))

    assert places_with(CANARY, files(), kept_in_redis(), iter(pages), logged(heard), iter(told)) == []


def test_booking_goes_on_without_a_word_of_the_calendar_it_looks_at(
    world: World, heard: pytest.LogCaptureFixture, settings: Any
) -> None:
    settings.WORKWAYS_TRANSPORT = Singing(FULL)
    guest = Guest().begin(world.mirrored, **MONDAY).book()

    work()

    assert guest.request.state == "booked"
    assert places_with(CANARY, rows(), files(), kept_in_redis(), iter([("page", guest.html)]), logged(heard)) == []


def test_what_a_visitor_wrote_is_for_the_site_and_not_for_the_public(
    world: World, heard: pytest.LogCaptureFixture
) -> None:
    guest = Guest().begin(
        world.mirrored, subject="Mockingbird plans", notes="Mockingbird notes", name="Mockingbird Dee"
    )
    pages_while_held = list(shown_to_the_public(world))
    guest.book()
    mirror()
    work()

    assert guest.request.state == "booked"
    assert places_with("mockingbird", iter(pages_while_held), shown_to_the_public(world), logged(heard)) == []
    assert places_with(guest.email, shown_to_the_public(world), logged(heard), files(), kept_in_redis()) == []


def shown_to_the_public(world: World) -> Iterator[tuple[str, str]]:
    """Everything that needs no sign-in."""
    return ((place, text) for place, text in shown(world) if "/staff/" not in place)


def test_search_finds_what_it_searches_for(world: World, heard: pytest.LogCaptureFixture) -> None:
    """The searches themselves: each finds a word that was put where it looks."""
    cache.set("places", {"word": "mockingbird in a cache " * 50})
    logging.getLogger("bookings").debug("mockingbird in a log")
    world.seine.description = "Mockingbird in a table and on a page"
    world.seine.save()
    mirror()

    assert any(place.startswith("log") for place in places_with("mockingbird", logged(heard)))
    assert any(place.startswith("table bookings_room") for place in places_with("mockingbird", rows()))
    assert any("/fr/rooms/" in place for place in places_with("mockingbird", shown(world)))
    assert places_with("mockingbird", kept_in_redis(), files())
