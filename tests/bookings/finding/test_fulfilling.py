"""Find my bookings: one mail with everything that is open, the same answer for every address, links that work."""

import re
import time
from typing import Any

import pytest
from django.test import Client

from bookings.booking_requests.models import BookingRequest, LinkWish
from bookings.booking_requests.states import State
from bookings.booking_requests.wishing import wish_for_links
from bookings.catalog.models import Room
from bookings.finding.fulfilling import fulfil_wishes
from bookings.inviting.states import Step
from bookings.links.models import Link
from bookings.registration.states import RegistrationState
from bookings.watching.models import SlotWatch
from bookings.watching.states import WatchState
from tests.bookings.booking_requests.guests import kinds_to, mails_to, text_of, utc
from tests.bookings.booking_requests.test_racing import run_at_once
from tests.conftest import StoppedClock
from tests.factories import make_booking_request, make_invitation, make_registration, make_room

NINA = "nina@example.org"


def links_in(text: str) -> list[str]:
    return re.findall(r"http://127\.0\.0\.1:8000(/(?:fr/)?[ilrw]/[\w-]+/)\n", text)


def find(clock: StoppedClock, *, email: str = NINA, language: str = "en") -> str:
    """Asks, and gives what the mail says."""
    wish_for_links(email=email, language=language, now=clock())
    fulfil_wishes(now=clock())
    return text_of(mails_to(email)[-1])


def make_watch(room: Room, **fields: Any) -> SlotWatch:
    values: dict[str, Any] = {
        "start": utc(14, 9),
        "end": utc(14, 10),
        "zone_name": "Europe/Paris",
        "people": 2,
        "email": NINA,
        "language": "en",
        "browser_key": "b",
        "network": "192.0.2.0",
        "state": WatchState.WAITING,
        "waiting_since": utc(7, 9),
    }
    return SlotWatch.objects.create(room=room, **{**values, **fields})


@pytest.mark.django_db
def test_one_mail_has_a_working_link_to_everything_that_is_open(clock: StoppedClock) -> None:
    room = make_room(name="Aurora")
    booked = make_booking_request(room=room, start=utc(12, 13), state=State.BOOKED, email=NINA, hold=None)
    waiting = make_booking_request(room=room, start=utc(13, 13), state=State.REGISTRATION_NEEDED, email=NINA)
    registration = make_registration(site=room.site, email=NINA)
    watch = make_watch(room)
    invitation = make_invitation(room=room, email=NINA, step=Step.SENT, sent_at=clock(), expires_at=utc(9, 9))

    said = find(clock)

    assert kinds_to(NINA) == ["found_bookings"]
    for reference in (
        booked.reference,
        waiting.reference,
        registration.reference,
        watch.reference,
        invitation.reference,
    ):
        assert said.count(reference) == 1
    assert "Aurora, Workways Bastille, Monday 12 January 2026, 14:00–15:00 (Paris time, UTC+1)\nBooked" in said
    links = links_in(said)
    assert len(links) == 5
    assert said.rstrip().splitlines().count("http://127.0.0.1:8000/l/") == 1
    pages = [Client().get(link) for link in links]
    assert [page.status_code for page in pages] == [200] * 5
    assert [booked.reference in page.content.decode() for page in pages] == [True, False, False, False, False]


@pytest.mark.django_db
def test_what_is_over_belongs_to_somebody_else_or_is_done_is_left_out(clock: StoppedClock) -> None:
    room = make_room()
    make_booking_request(room=room, start=utc(6, 13), state=State.BOOKED, email=NINA, hold=None)
    make_booking_request(room=room, start=utc(12, 9), state=State.EXPIRED, email=NINA, hold=None)
    make_booking_request(room=room, start=utc(12, 13), state=State.BOOKED, email="other@example.org", hold=None)
    make_registration(site=room.site, email=NINA, state=RegistrationState.CREATED)
    make_registration(site=room.site, email="other@example.org")
    make_watch(room, state=WatchState.STOPPED)
    make_watch(room, email="other@example.org")
    make_invitation(room=room, email=NINA)
    make_invitation(room=room, email=NINA, step=Step.SENT, sent_at=clock(), expires_at=clock())

    wish_for_links(email=NINA, language="en", now=clock())
    taken = fulfil_wishes(now=clock())

    assert taken == 1
    assert mails_to(NINA) == []
    assert not LinkWish.objects.exists()


@pytest.mark.django_db
def test_all_of_many_bookings_are_listed_the_nearest_first(clock: StoppedClock) -> None:
    room = make_room()
    made = [
        make_booking_request(room=room, start=utc(9 + day, 9), state=State.BOOKED, email=NINA, hold=None)
        for day in reversed(range(20))
    ]

    said = find(clock)

    assert re.findall(r"· (\S+)\n", said) == [request.reference for request in reversed(made)]


@pytest.mark.django_db
def test_mail_is_in_the_language_of_the_page_and_so_are_its_links(clock: StoppedClock) -> None:
    make_booking_request(start=utc(12, 13), state=State.BOOKED, email=NINA, hold=None, language="en")

    Client().post("/fr/l/", {"email": NINA})
    fulfil_wishes(now=clock())

    (mail,) = mails_to(NINA)
    assert mail.language == "fr"
    assert "lundi 12 janvier 2026" in text_of(mail)
    assert links_in(text_of(mail))[0].startswith("/fr/l/")


@pytest.mark.django_db
def test_nothing_that_somebody_typed_stands_in_the_mail(clock: StoppedClock) -> None:
    make_booking_request(
        start=utc(12, 13), state=State.AWAITING_PROOF, email=NINA, name="Buy pills", subject="at spam.example"
    )

    said = find(clock)

    assert "pills" not in said
    assert "spam" not in said


@pytest.mark.django_db
def test_links_of_earlier_mails_stay_good_because_anybody_may_ask(clock: StoppedClock) -> None:
    make_booking_request(start=utc(12, 13), state=State.BOOKED, email=NINA, hold=None)
    first = links_in(find(clock))[0]
    clock.forward(minutes=2)

    find(clock)

    assert Client().get(first).status_code == 200
    assert Link.objects.filter(revoked_at=None).count() == 2


@pytest.mark.django_db
def test_address_is_found_however_it_is_typed_and_stands_in_no_key(clock: StoppedClock) -> None:
    make_booking_request(start=utc(12, 13), state=State.BOOKED, email=NINA, hold=None)

    Client().post("/l/", {"email": " Nina@Example.ORG "})
    fulfil_wishes(now=clock())

    (mail,) = mails_to(NINA)
    assert "nina" not in mail.repeat_key


@pytest.mark.django_db
def test_page_answers_the_same_for_an_address_with_much_and_one_with_nothing(
    clock: StoppedClock, django_assert_num_queries: Any, settings: Any
) -> None:
    settings.RATELIMIT_ENABLE = False
    room = make_room()
    for day in range(15):
        make_booking_request(room=room, start=utc(9 + day, 9), state=State.BOOKED, email=NINA, hold=None)
    clients = {NINA: Client(), "nobody@example.org": Client()}
    pages, spent = {}, dict.fromkeys(clients, float("inf"))

    for _round in range(5):
        for email, client in clients.items():
            began = time.process_time()
            pages[email] = client.post("/l/", {"email": email}, follow=True)
            spent[email] = min(spent[email], time.process_time() - began)
    for email, client in clients.items():
        with django_assert_num_queries(1):
            client.post("/l/", {"email": email})

    first, second = pages.values()
    assert first.content == second.content
    assert first.redirect_chain == second.redirect_chain
    assert mails_to(NINA) == []
    # Were the mail written meanwhile, its fifteen links would cost several times as much as the page.
    assert max(spent.values()) < 2 * min(spent.values())


@pytest.mark.django_db
def test_asking_too_often_is_slowed_down(clock: StoppedClock) -> None:
    statuses = [Client().post("/l/", {"email": NINA}).status_code for _time in range(10)]

    assert statuses == [302] * 8 + [429] * 2


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["", "nobody", "a\x00b@example.org", "x" * 300 + "@example.org"])
def test_what_is_no_address_is_asked_for_again(clock: StoppedClock, email: str) -> None:
    answer = Client().post("/l/", {"email": email})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not LinkWish.objects.exists()


@pytest.mark.django_db
def test_every_page_leads_there(clock: StoppedClock) -> None:
    room = make_room()

    for path in ("/", "/sites/", f"/rooms/{room.workways_id}/", "/search/"):
        assert '<a href="/l/">Find my bookings</a>' in Client().get(path).content.decode()
    assert "<h1" in (page := Client().get("/l/").content.decode())
    assert "Find my bookings" in page


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_mail_one_answer(clock: StoppedClock) -> None:
    make_booking_request(start=utc(12, 13), state=State.BOOKED, email=NINA, hold=None)
    for _wish in range(3):
        wish_for_links(email=NINA, language="en", now=clock())

    run_at_once([lambda: fulfil_wishes(now=clock()) and None for _worker in range(4)])

    assert kinds_to(NINA) == ["found_bookings"]
    assert BookingRequest.objects.get().links.count() == 1
