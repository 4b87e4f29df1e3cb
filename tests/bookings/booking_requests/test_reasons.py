"""Every reason why a slot can't be had: one place where it happens, its sentence there, and a way on that works.

The table must name every `Reason`: a new one without its place, its words on the slot or its way on fails here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.test import Client

from bookings.availability.sentences import explain
from bookings.catalog.models import OFFICE_TYPE, Room
from bookings.core.answers import Blocked, Reason, Standing
from bookings.core.timespan import TimeSpan
from portal import clock
from tests.factories import make_busy_span, make_feed, make_hold, make_room
from tests.support.html import Element, read_html
from tests.support.monday import at, busy
from tests.support.people import proved_client

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.django_db]

MONDAY = "date=2026-01-12&start=14:00&duration=60&people=2"


def plain() -> Room:
    return make_room()


def taken() -> Room:
    room = make_room()
    busy(room, 14, 15)
    return room


def held() -> Room:
    room = make_room()
    make_hold(room=room, start=at(14), minutes=60)
    return room


def read_for_five_days() -> Room:
    room = make_room(feed=False)
    make_feed(room=room, covers_until=clock.now() + timedelta(days=4))
    return room


def gone() -> Room:
    return make_room(vanished_at=clock.now())


@dataclass(frozen=True)
class Scene:
    """Where a reason is met: the room, what is asked of it, by whom; `on_slot` is what the week's grid says there, and
    `said_once` that it is said above the grid, because no start would do."""

    sentence: str
    way_on: str
    query: str = MONDAY
    make: Callable[[], Room] = plain
    standing: Standing = Standing.UNKNOWN
    on_slot: str = ""
    said_once: bool = False
    status: int = 200


SCENES = {
    Reason.PAST: Scene(
        "This time has passed.",
        "1 h later, at 10:00, it is free.",
        "date=2026-01-07&start=09:00&duration=60&people=2",
        on_slot="Past 09:00–10:00",
    ),
    Reason.CLOSED: Scene(
        "The room is closed at that time.",
        "It is free on Mon 19 Jan at 09:00.",
        "date=2026-01-17&start=14:00&duration=60&people=2",
        on_slot="Closed 09:00–18:00",
    ),
    Reason.BUSY: Scene(
        "The room is taken at that time.",
        "1 h later, at 15:00, it is free.",
        make=taken,
        on_slot="Taken 14:00–15:00 Free at 15:00",
    ),
    Reason.HELD: Scene(
        "Somebody else is booking this time right now.",
        "1 h later, at 15:00, it is free.",
        make=held,
        on_slot="Being booked 14:00–15:00 Free at 15:00",
    ),
    Reason.TOO_SOON_FOR_NEW: Scene(
        "New companies can book from the day after tomorrow on.",
        "It is free on Fri 9 Jan at 09:00.",
        "date=2026-01-08&start=14:00&duration=60&people=2",
        standing=Standing.NEW,
        on_slot="Too soon for new companies 09:00–18:00 Free Fri 9 Jan, 09:00",
    ),
    Reason.TOO_SHORT: Scene(
        "This room is booked for at least 1 h.",
        "Please choose another duration.",
        "date=2026-01-12&start=14:00&duration=30&people=2",
        said_once=True,
    ),
    Reason.TOO_LONG: Scene(
        "This room is booked for at most 8 h.",
        "Please choose another duration.",
        "date=2026-01-12&start=09:00&duration=540&people=2",
        said_once=True,
    ),
    Reason.OFF_STEP: Scene(
        "This room is booked in steps of 30 min.",
        "20 min later, at 14:30, it is free.",
        "date=2026-01-12&start=14:10&duration=60&people=2",
        on_slot="14:00",
    ),
    Reason.TOO_MANY_PEOPLE: Scene(
        "This room is for up to 8 people.",
        "Please look for a larger room.",
        "date=2026-01-12&start=14:00&duration=60&people=9",
        said_once=True,
    ),
    Reason.TOO_FAR_AHEAD: Scene(
        "This room can be booked up to 4 days ahead.",
        "Please choose an earlier day.",
        make=read_for_five_days,
        on_slot="Not yet open 09:00–18:00 Try an earlier day",
    ),
    Reason.NO_SUCH_TIME: Scene(
        "This time does not exist on that day, because the clocks go forward.",
        "It is free on Sun 29 Mar at 03:00.",
        "date=2026-03-29&start=02:30&duration=60&people=2",
        make=lambda: make_room(hours_week="", hours_sunday="00:00-24:00"),
        on_slot="03:00",
    ),
    Reason.FEED_UNKNOWN: Scene(
        "We do not know yet when this room is free.",
        "Please try again in a few minutes, or choose another room.",
        make=lambda: make_room(feed=False),
        on_slot="Not known yet 09:00–18:00 Try again in a few minutes",
    ),
    Reason.NOT_A_MEETING_ROOM: Scene(
        "This room is not rented by the hour.",
        "Please ask for it, or choose a meeting room.",
        make=lambda: make_room(type=OFFICE_TYPE),
    ),
    Reason.NO_LONGER_LISTED: Scene(
        "This room is no longer offered.", "Please choose another room.", make=gone, status=404
    ),
}
# What has no calendar has a page of its own instead.
WITHOUT_CALENDAR = {Reason.NOT_A_MEETING_ROOM, Reason.NO_LONGER_LISTED}
with_calendar = pytest.mark.parametrize("reason", [one for one in Reason if one not in WITHOUT_CALENDAR])


def plain_text(text: str) -> str:
    return text.replace("\u00a0", " ")


def open_scene(scene: Scene, view: str = "week") -> Element:
    """The room's page, as the person of the scene sees it."""
    room = scene.make()
    client = Client()
    if scene.standing is not Standing.UNKNOWN:
        client = proved_client("somebody@example.org", scene.standing)
    response = client.get(f"/rooms/{room.workways_id}/?{scene.query}&view={view}")
    assert response.status_code == scene.status
    return read_html(response)


def test_every_reason_has_its_scene() -> None:
    assert set(SCENES) == set(Reason)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words_and_a_way_on_with_and_without_a_later_time(reason: Reason) -> None:
    zone = make_room().site.zone

    for later in (None, at(15)):
        told = explain(Blocked(reason, next_start=later, limit=2), zone=zone, start=at(14))
        assert told.sentence.endswith("."), reason
        assert told.way_on.endswith("."), reason
        assert told.sentence != told.way_on


@with_calendar
@pytest.mark.parametrize("view", ["week", "month", "list"])
def test_reason_is_told_of_the_chosen_slot_with_a_way_on_in_every_view(reason: Reason, view: str) -> None:
    scene = SCENES[reason]

    panel = open_scene(scene, view).get("#booking")

    assert plain_text(panel.get(".alert-title").text) == scene.sentence
    assert plain_text(panel.find_all(".alert-body p")[1].text) == scene.way_on
    ways = [link["href"] for link in panel.find_all("a")]
    assert any(address.startswith("/search/") for address in ways)
    assert panel.find("form.begin-form") is None


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason.BUSY, "Taken 14:00–15:00. Free at 15:00."),
        (Reason.HELD, "Being booked 14:00–15:00. Free at 15:00."),
        (Reason.TOO_SOON_FOR_NEW, "Too soon for new companies 09:00–18:00. Free Fri 9 Jan, 09:00."),
        (Reason.TOO_FAR_AHEAD, "Not yet open 09:00–18:00. Try an earlier day."),
        (Reason.FEED_UNKNOWN, "Not known yet 09:00–18:00. Try again in a few minutes."),
        (Reason.PAST, "Past 09:00–10:00"),
    ],
)
def test_list_says_reason_and_way_on_as_sentences(reason: Reason, words: str) -> None:
    first_day = open_scene(SCENES[reason], "list").find_all(".listed-day")[0]

    assert words in [stretch.text for stretch in first_day.find_all(".stretch")]


@with_calendar
def test_reason_and_way_on_stand_on_the_slot_before_it_is_pressed(reason: Reason) -> None:
    scene = SCENES[reason]

    page = open_scene(scene)

    if scene.said_once:
        told = page.get("#calendar .alert")
        assert [plain_text(part.text) for part in told.find_all("p")] == [scene.sentence, scene.way_on]
        assert page.find_all(".week a") == []
    else:
        day = date.fromisoformat(scene.query[5:15])
        words = [plain_text(cell.text) for cell in page.find_all(".day")[day.weekday()].find_all("li")]
        assert scene.on_slot in words


@pytest.mark.parametrize("reason", [Reason.BUSY, Reason.HELD, Reason.TOO_SOON_FOR_NEW, Reason.TOO_FAR_AHEAD])
@pytest.mark.parametrize("view", ["week", "list"])
def test_slot_that_can_not_be_had_is_a_link_to_all_that_is_known_of_it(reason: Reason, view: str) -> None:
    scene = SCENES[reason]
    page = open_scene(scene, view)
    on_slot = scene.on_slot if view == "week" else ""

    links = [link for link in page.find_all("#calendar .why") if not on_slot or plain_text(link.text) == on_slot]

    assert links
    assert "start=" in links[0]["href"]
    assert "aria-label" not in links[0].attributes, "Its words are its name."


def test_office_says_how_it_is_had_instead() -> None:
    page = open_scene(SCENES[Reason.NOT_A_MEETING_ROOM])

    assert page.find("#calendar") is None
    assert page.link("Ask for this office")["href"].startswith("/registration/start/")


def test_room_that_is_gone_says_so_and_leads_to_the_others_of_its_site(client: Client) -> None:
    scene = SCENES[Reason.NO_LONGER_LISTED]
    room = gone()

    response = client.get(f"/rooms/{room.workways_id}/")

    page = read_html(response)
    assert response.status_code == 404
    assert page.get(".empty-state h2").text == scene.sentence
    assert page.get(".empty-state p").text == scene.way_on
    assert client.get(page.link("Other rooms of this site")["href"]).status_code == 200


def test_room_that_is_gone_with_its_site_leads_to_the_search(client: Client) -> None:
    room = gone()
    room.site.vanished_at = clock.now()
    room.site.save()

    page = read_html(client.get(f"/rooms/{room.workways_id}/"))

    assert page.get(".empty-state h2").text == "This room is no longer offered."
    assert page.get(".empty-state a")["href"] == "/"


def test_way_on_from_a_meeting_shorter_than_the_step_is_told_too(client: Client) -> None:
    room = make_room()
    make_busy_span(room=room, span=TimeSpan(at(10, 35), at(10, 45)))

    page = read_html(client.get(f"/rooms/{room.workways_id}/?date=2026-01-12&duration=60&people=2"))

    words = [link.text for link in page.find_all(".day")[0].find_all(".why")]
    assert "Taken 10:35–10:45 Free at 11:00" in words


def test_way_on_from_the_last_taken_time_of_a_day_names_the_next_day(client: Client) -> None:
    room = make_room()
    make_busy_span(room=room, span=TimeSpan(at(12), at(18)))

    page = read_html(client.get(f"/rooms/{room.workways_id}/?date=2026-01-12&duration=60&people=2"))

    assert page.find_all(".day")[0].find_all(".why")[-1].text == "Taken 12:00–18:00 Free Tue 13 Jan, 09:00"


def test_way_on_in_a_day_of_all_rooms_stays_within_the_day(client: Client) -> None:
    room = make_room()
    busy(room, 9, 11)
    make_busy_span(room=room, span=TimeSpan(at(15), at(18)))

    page = read_html(client.get(f"/sites/{room.site.workways_id}/day/?date=2026-01-12&duration=60&people=2"))

    assert [link.text for link in page.find_all(".site-row-times .why")] == [
        "Taken 09:00–11:00 Free at 11:00",
        "Taken 15:00–18:00 Try another day",
    ]
