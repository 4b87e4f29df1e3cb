"""Setting a watch: from the taken slot to a place in line, and out of it again."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from bookings.catalog.models import Room
from bookings.watching import rules
from bookings.watching.models import SlotWatch
from bookings.watching.offering import move_on
from bookings.watching.states import WatchState
from portal.embedded.models import Meeting
from tests.bookings.booking_requests.guests import MONDAY_START, Guest, kinds_to, mails_to, text_of
from tests.bookings.booking_requests.test_racing import run_at_once
from tests.bookings.watching.watchers import Watcher, free, link_to, reread
from tests.conftest import StoppedClock
from tests.portal.embedded.world import ARCHIVED, KNOWN, NEW
from tests.support.html import read_html

ANN, BEN = "ann@example.org", "ben@example.org"


def test_taken_slot_leads_to_the_small_form_and_to_a_place_in_line(room: Room, taken: Meeting) -> None:
    ann = Watcher(ANN)
    query = "?date=2026-01-12&start=14:00&duration=60&people=4"
    page = read_html(ann.client.get(f"/rooms/{room.workways_id}/{query}"))
    href = page.link("Tell me if it frees up")["href"]

    form = read_html(ann.client.get(href)).get("form#watch")
    ann.page = ann.client.post(form["action"], {**form.values(), "email": ANN})
    ann.reference = ann.page.url.strip("/").split("/")[-1]
    before = ann.look().title
    ann.post("prove", code=ann.code())

    assert urlsplit(href).path == f"/rooms/{room.workways_id}/watch/"
    assert parse_qs(urlsplit(href).query).keys() == {"date", "start", "duration", "people"}
    assert [name for name in form.values() if name not in ("csrfmiddlewaretoken", "slot")] == [
        "date",
        "start",
        "duration",
        "people",
        "email",
    ]
    assert before == "Confirm your address"
    assert ann.title == "We tell you if this time frees up"
    assert "You are the first in line." in ann.html
    assert (ann.watch.state, ann.watch.start, ann.watch.people) == (WatchState.WAITING, MONDAY_START, 4)
    assert kinds_to(ANN) == ["watch_proof"]


def test_search_offers_to_tell_of_rooms_that_are_taken_at_the_wanted_time(room: Room, taken: Meeting) -> None:
    query = "/search/?date=2026-01-12&start=14:00&duration=60&people=4"

    link = read_html(Client().get(query)).link(f"Tell me if it frees up: {room.public_name}, {room.site.name}")
    any_time = Client().get("/search/?date=2026-01-12&duration=60&people=4").content.decode()

    assert link["href"] == f"/rooms/{room.workways_id}/watch/?date=2026-01-12&start=14:00&duration=60&people=4"
    assert Client().get(link["href"]).status_code == 200
    assert "Tell me if it frees up" not in any_time


def test_nothing_waits_before_the_address_is_proved(room: Room, taken: Meeting, clock: StoppedClock) -> None:
    ann = Watcher(ANN).ask(room)
    free(taken)

    reread(room, clock)

    assert ann.watch.state == WatchState.UNPROVED
    assert kinds_to(ANN) == ["watch_proof"]


def test_every_address_gets_the_same_page_and_the_same_mail(room: Room, taken: Meeting) -> None:
    Watcher(KNOWN).get_in_line(room)
    pages, mails = [], []

    for email in (KNOWN, ARCHIVED, NEW, "nobody@example.org"):
        watcher = Watcher(email).ask(room)
        secrets = rf"{re.escape(email)}|{watcher.reference}|value=\"\w{{64}}\"|\b\d{{6}}\b|/w/[\w-]+/"
        pages.append(re.sub(secrets, "", watcher.html))
        mails.append(re.sub(secrets, "", text_of(mails_to(email)[-1])))

    assert len(set(pages)) == 1
    assert len(set(mails)) == 1


def test_link_from_the_mail_proves_as_well_and_in_another_browser(room: Room, taken: Meeting) -> None:
    desk = Watcher(ANN).ask(room)
    phone = Watcher(ANN, reference=desk.reference)

    shown = phone.client.get(link_to(ANN)).content.decode()
    answer = phone.client.post(f"{link_to(ANN)}continue/")

    assert "Opening this page has not changed anything" in shown
    assert answer.url == f"/watch/{desk.reference}/"
    assert phone.look().title == "We tell you if this time frees up"
    assert desk.look().page.status_code == 404


def test_browser_that_proved_the_address_is_in_line_at_once_and_gets_the_way_back_by_mail(
    room: Room, taken: Meeting
) -> None:
    ann = Watcher(ANN).get_in_line(room)

    ann.ask(room, start="14:30")

    assert ann.title == "We tell you if this time frees up"
    assert kinds_to(ANN) == ["watch_proof", "watch_set"]
    assert Client().get(link_to(ANN)).status_code == 200


def test_wrong_code_is_answered_with_the_attempts_left(room: Room, taken: Meeting) -> None:
    ann = Watcher(ANN).ask(room)

    ann.post("prove", code="000000" if ann.code() != "000000" else "111111")

    assert ann.page.status_code == 422
    assert "This is not the code. You can try 4 more times." in ann.html
    assert ann.watch.state == WatchState.UNPROVED
    assert ann.post("prove", code="").page.status_code == 422
    assert ann.post("prove", code=ann.code()).watch.state == WatchState.WAITING


def test_new_code_can_be_had_after_a_minute(room: Room, taken: Meeting, clock: StoppedClock) -> None:
    ann = Watcher(ANN).ask(room)

    early = ann.post("resend").html
    clock.forward(minutes=1)
    late = ann.post("resend").html

    assert "A mail left a moment ago" in early
    assert "A mail is on its way to ann@example.org." in late
    assert kinds_to(ANN) == ["watch_proof", "watch_proof"]


def test_double_click_and_second_visit_make_one_watch(room: Room, taken: Meeting) -> None:
    ann = Watcher(ANN).ask(room)
    first = ann.reference

    ann.ask(room)
    ann.post("prove", code=ann.code())
    ann.ask(room)

    assert ann.reference == first
    assert SlotWatch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_clicks_at_once_make_one_watch(room: Room, taken: Meeting) -> None:
    ann = Watcher(ANN).ask(room, start="14:30")
    cookies = ann.client.cookies

    def click() -> None:
        client = Client()
        client.cookies = cookies.copy()
        assert Watcher(ANN, client).ask(room).page.status_code == 200

    run_at_once([click] * 4)

    assert SlotWatch.objects.filter(start=MONDAY_START).count() == 1


def test_same_address_in_another_browser_goes_on_with_the_place_it_has(
    room: Room, taken: Meeting, clock: StoppedClock
) -> None:
    desk = Watcher(ANN).get_in_line(room)
    Watcher(BEN).get_in_line(room)
    clock.forward(minutes=5)

    phone = Watcher(ANN).get_in_line(room)

    assert phone.reference == desk.reference
    assert "You are the first in line." in phone.html
    assert SlotWatch.objects.filter(email=ANN, state=WatchState.WAITING).count() == 1


def test_database_itself_refuses_a_second_place_for_one_address(room: Room, taken: Meeting) -> None:
    watch = Watcher(ANN).get_in_line(room).watch
    watch.pk, watch.reference = None, "2222-2222"

    with pytest.raises(IntegrityError, match=r"one_live_watch|bookings_slotwatch"), transaction.atomic():
        watch.save(force_insert=True)


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"start": "09:00"}, 409, "This time is free: you can book it now."),
        ({"start": "20:00"}, 409, "closed"),
        ({"people": "80"}, 409, "8 people"),
        ({"date": "2025-12-01"}, 422, ""),
        ({"email": "no address"}, 422, "This is no e-mail address."),
        ({"start": "late"}, 422, "This is no time of day."),
        ({"duration": "x"}, 422, "The length must be a number of minutes"),
        ({"date": "", "start": ""}, 422, "Choose a time in the calendar first."),
        ({"email": "a\x00b@example.org"}, 422, ""),
    ],
    ids=str,
)
def test_what_cannot_free_up_or_be_read_is_answered_with_a_sentence(
    room: Room, taken: Meeting, typed: dict[str, str], status: int, said: str
) -> None:
    ann = Watcher(ANN).ask(room, **typed)

    assert ann.page.status_code == status
    assert said in ann.html
    assert not SlotWatch.objects.exists()


@pytest.mark.parametrize(
    "query", ["", "?date=2026-01-12&start=09:00&duration=60&people=4", "?date=x&start=y&duration=z&people=-1"]
)
def test_page_of_the_form_without_a_taken_time_leads_back_to_the_calendar(
    room: Room, taken: Meeting, query: str
) -> None:
    page = Client().get(f"/rooms/{room.workways_id}/watch/{query}")

    assert page.status_code in (409, 422)
    assert f'href="/rooms/{room.workways_id}/' in page.content.decode()
    assert 'id="watch"' not in page.content.decode()


def test_no_room_and_an_office_have_nothing_to_wait_for(room: Room, taken: Meeting) -> None:
    office = Room.objects.get(type="publicOffice")

    for room_id in ("f" * 24, "x", office.workways_id):
        assert Client().get(f"/rooms/{room_id}/watch/").status_code == 404
        assert Client().post(f"/rooms/{room_id}/watch/", {}).status_code == 404


@pytest.mark.usefixtures("no_limits")
def test_one_browser_waits_for_ten_times_at_most(room: Room, taken: Meeting) -> None:
    ann = Watcher(ANN)
    for minute in range(rules.MOST_PER_BROWSER):
        ann.ask(room, start="14:00" if minute % 2 else "14:30", people=str(2 + minute % 2), email=f"a{minute}@x.org")
    ann.ask(room)

    assert ann.page.status_code == 409
    assert "You already wait for 10 times in this browser." in ann.html
    assert SlotWatch.objects.count() == rules.MOST_PER_BROWSER


@pytest.mark.usefixtures("no_limits")
def test_limit_of_an_address_counts_only_what_it_proved_and_is_told_only_after_the_proof(
    room: Room, taken: Meeting, clock: StoppedClock
) -> None:
    for number in range(rules.MOST_PER_ADDRESS):
        day = 12 + 7 * (number + 1)
        SlotWatch.objects.create(
            room=room,
            start=MONDAY_START.replace(day=1, month=2).replace(hour=8 + number),
            end=MONDAY_START.replace(day=1, month=2).replace(hour=9 + number),
            zone_name="Europe/Paris",
            people=2,
            email=ANN,
            language="en",
            browser_key=f"browser {day}",
            network="192.0.2.0",
            state=WatchState.WAITING,
            waiting_since=clock(),
        )

    ann = Watcher(ANN).ask(room)
    before = ann.title
    ann.post("prove", code=ann.code())

    assert before == "Confirm your address"
    assert ann.page.status_code == 409
    assert "This e-mail address already waits for 10 times." in ann.html
    assert ann.watch.state == WatchState.UNPROVED


@pytest.mark.usefixtures("no_limits")
def test_limit_of_a_network_is_told(room: Room, taken: Meeting, clock: StoppedClock) -> None:
    ann = Watcher(ANN).ask(room)
    watch = ann.watch
    for number in range(rules.MOST_PER_NETWORK - 1):
        watch.pk, watch.reference, watch.browser_key = None, f"{number:04}-2222", f"browser {number}"
        watch.save(force_insert=True)

    ben = Watcher(BEN).ask(room)

    assert ben.page.status_code == 409
    assert "60 times are already waited for from your network." in ben.html


def test_asking_too_often_in_an_hour_is_slowed_down(room: Room, taken: Meeting) -> None:
    statuses = [Watcher(ANN).ask(room).page.status_code for _time in range(10)]

    assert statuses[:8] == [200] * 8
    assert statuses[8:] == [429] * 2


def test_stopping_by_the_page_and_by_the_link_is_a_post(room: Room, taken: Meeting, clock: StoppedClock) -> None:
    ann, ben = Watcher(ANN).get_in_line(room), Watcher(BEN).get_in_line(room)
    for path in (f"/watch/{ann.reference}/stop/", f"{link_to(BEN)}stop/", f"{link_to(BEN)}continue/"):
        assert ann.client.get(path).status_code == 302
    assert {ann.watch.state, ben.watch.state} == {WatchState.WAITING}

    ann.post("stop")
    Client().post(f"{link_to(BEN)}stop/")
    free(taken)
    reread(room, clock)

    assert ann.title == "You no longer wait for this time"
    assert {ann.watch.state, ben.watch.state} == {WatchState.STOPPED}
    assert kinds_to(ANN) == kinds_to(BEN) == ["watch_proof"]


def test_opening_links_fifty_times_changes_nothing(room: Room, taken: Meeting, clock: StoppedClock) -> None:
    Watcher(ANN).ask(room)
    rows = list(SlotWatch.objects.values())

    link, client = link_to(ANN), Client()
    for _time in range(7):
        for path in (link, f"{link}continue/", f"{link}stop/", f"{link}take/"):
            assert client.get(path).status_code in (200, 302)
            assert client.head(path).status_code in (200, 302)

    assert list(SlotWatch.objects.values()) == rows


@pytest.mark.parametrize("token", ["x", "%00", "a" * 3000, "é"])
def test_link_that_never_was_is_explained(room: Room, taken: Meeting, token: str) -> None:
    assert Client().get(f"/w/{token}/").status_code == 404
    for action in ("continue", "stop", "take"):
        assert Client().post(f"/w/{token}/{action}/").status_code in (302, 404)


def test_link_to_a_booking_opens_no_watch(room: Room, taken: Meeting, upstream: Any) -> None:
    Watcher(ANN).get_in_line(room)
    Guest(KNOWN).begin(room, start="09:00")
    token = link_to(ANN).strip("/").split("/")[-1]

    assert Client().get(f"/l/{token}/").status_code == 404


def test_watch_of_another_browser_and_one_that_never_was_get_the_same_page(room: Room, taken: Meeting) -> None:
    ann = Watcher(ANN).get_in_line(room)
    stranger = Watcher(BEN).get_in_line(room)

    pages = [stranger.client.get(f"/watch/{name}/") for name in (ann.reference, "2222-2222")]

    assert [page.status_code for page in pages] == [404, 404]
    assert re.sub(r"[2-9A-Z]{4}-[2-9A-Z]{4}", "", pages[0].content.decode()) == re.sub(
        r"[2-9A-Z]{4}-[2-9A-Z]{4}", "", pages[1].content.decode()
    )
    for action in ("prove", "resend", "stop", "take"):
        assert stranger.client.post(f"/watch/{ann.reference}/{action}/").status_code == 404
    assert ann.watch.state == WatchState.WAITING


def test_watch_ends_when_its_time_comes_and_an_unproved_one_after_a_day(
    room: Room, taken: Meeting, clock: StoppedClock
) -> None:
    ann, ben = Watcher(ANN).get_in_line(room), Watcher(BEN).ask(room)

    clock.forward(hours=25)
    move_on(now=clock())
    after_a_day = ann.watch.state, ben.watch.state
    clock.set(MONDAY_START)
    move_on(now=clock())

    assert after_a_day == (WatchState.WAITING, WatchState.EXPIRED)
    assert ann.look().title == "This time has come without freeing up"
    assert kinds_to(ANN) == ["watch_proof"]
    assert Client().get(link_to(ANN)).status_code == 200
    clock.forward(hours=2)
    assert Client().get(link_to(ANN)).status_code == 410


def test_watch_on_a_time_that_somebody_only_holds_is_taken_too(
    room: Room, taken: Meeting, upstream: Any, clock: StoppedClock
) -> None:
    Guest(KNOWN).begin(room, start="09:00")

    ann = Watcher(ANN).get_in_line(room, start="09:00")

    assert ann.title == "We tell you if this time frees up"
