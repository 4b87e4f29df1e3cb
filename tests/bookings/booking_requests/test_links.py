"""Mailed links: they show and change nothing, a button acts, and an old one explains itself."""

import re

import pytest
from django.core.management import call_command
from django.test import Client

from bookings.booking_requests.models import BookingRequest, LinkWish
from bookings.booking_requests.states import State, What
from bookings.catalog.models import Room
from bookings.finding.fulfilling import fulfil_wishes
from bookings.links.models import Link, ProvedAddress
from tests.bookings.booking_requests.guests import Guest, kinds_to, link_to, titles
from tests.conftest import StoppedClock
from tests.portal.embedded.world import KNOWN, NEW
from tests.support.transports import MEETING_REQUEST, Recording
from tests.support.world import work


def dump(capsys: pytest.CaptureFixture[str]) -> str:
    """Every row of the portal's and the embedded API's tables."""
    capsys.readouterr()
    call_command("dumpdata", "bookings", "embedded")
    return capsys.readouterr().out


@pytest.mark.parametrize("outcome", ["begun", "booked", "registration_needed"])
def test_opening_links_fifty_times_changes_no_row(
    room: Room, upstream: Recording, capsys: pytest.CaptureFixture[str], outcome: str
) -> None:
    guest = Guest(NEW if outcome == "registration_needed" else KNOWN).begin(room)
    if outcome != "begun":
        guest.book()
    link = link_to(guest.email)
    before = dump(capsys)
    assert guest.reference in before

    for _time in range(25):
        for path in (link, f"{link}continue/", f"{link}fresh/", f"{link}meeting.ics"):
            assert Client().get(path).status_code in (200, 302)
            assert Client().head(path).status_code in (200, 302)

    assert dump(capsys) == before


def test_link_shows_the_state_and_stays_out_of_search_engines_and_other_sites_logs(
    room: Room, upstream: Recording
) -> None:
    guest = Guest(KNOWN).begin(room).book()

    page = Client().get(link_to(KNOWN))

    assert titles([page.content.decode()]) == ["Your room is booked"]
    assert guest.reference in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Cache-Control"] == "private, no-store"
    assert page["Referrer-Policy"] == "strict-origin"


def test_button_behind_the_link_proves_the_address_and_goes_on_in_another_browser(
    room: Room, upstream: Recording
) -> None:
    desk = Guest(KNOWN).begin(room)
    phone = Guest(KNOWN, client=Client(enforce_csrf_checks=True), reference=desk.reference)
    page = phone.client.get(link_to(KNOWN)).content.decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]

    refused = phone.client.post(f"{link_to(KNOWN)}continue/")
    answer = phone.client.post(f"{link_to(KNOWN)}continue/", {"csrfmiddlewaretoken": token})

    assert refused.status_code == 403
    assert answer.url == f"/booking/{desk.reference}/"
    phone.look()
    assert 'name="code"' not in phone.html
    assert desk.look().page.status_code == 404
    assert [event.what for event in phone.request.events.all()] == [What.BEGUN, What.ADOPTED, What.PROVED]
    phone.client.handler.enforce_csrf_checks = False
    assert phone.book().request.state == State.BOOKED
    assert len(upstream.sent_to(MEETING_REQUEST)) == 1


def test_hold_goes_along_to_the_other_browser(room: Room, upstream: Recording) -> None:
    desk = Guest(KNOWN).begin(room)
    phone = Guest(KNOWN, reference=desk.reference)

    phone.client.post(f"{link_to(KNOWN)}continue/")
    phone.look().post("extend")

    assert "until 10:20" in phone.html
    assert phone.press_slot_of_day("2026-01-13").book().request.state == State.BOOKED


def test_link_of_an_older_mail_is_revoked_and_a_fresh_one_can_be_had(
    room: Room, upstream: Recording, clock: StoppedClock
) -> None:
    guest = Guest(KNOWN).begin(room)
    old = link_to(KNOWN)
    guest.book()
    client = Client()

    page = client.get(old)
    sent = client.post(f"{old}fresh/", follow=True)

    assert page.status_code == 410
    assert "A newer link took the place of this one" in page.content.decode()
    assert titles([sent.content.decode()]) == ["Look into your mails"]
    assert kinds_to(KNOWN) == ["prove_address", "booked", "booking_link"]
    assert Client().get(link_to(KNOWN)).status_code == 200


def test_old_link_acts_no_more(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room)
    old = link_to(KNOWN)
    guest.book()
    owner = guest.request.browser_key

    answer = Client().post(f"{old}continue/")

    assert answer.url == old
    assert guest.request.browser_key == owner


def test_expired_link_says_so_and_offers_a_fresh_one(room: Room, upstream: Recording, clock: StoppedClock) -> None:
    Guest(KNOWN).begin(room).book()
    clock.forward(days=40)

    page = Client().get(link_to(KNOWN))

    assert page.status_code == 410
    assert "This link has expired" in page.content.decode()
    assert "Send me a fresh link" in page.content.decode()


@pytest.mark.parametrize("token", ["x", "%00", "a" * 3000, "%F0%9F%98%80", "..%2F..%2Fetc", "é"])
def test_link_that_never_was_is_explained(room: Room, upstream: Recording, token: str) -> None:
    for path in (f"/l/{token}/", f"/fr/l/{token}/"):
        page = Client().get(path)

        assert page.status_code == 404
        assert "/l/" in page.content.decode() or "<h1" in page.content.decode()
    assert Client().post(f"/l/{token}/continue/").status_code in (302, 404)
    assert Client().post(f"/l/{token}/fresh/").status_code in (302, 404)


def test_cut_off_link_opens_nothing(room: Room, upstream: Recording) -> None:
    Guest(KNOWN).begin(room)

    assert Client().get(link_to(KNOWN)[:-2] + "/").status_code == 404


def test_asking_for_a_fresh_link_answers_the_same_for_every_address(room: Room, upstream: Recording) -> None:
    Guest(KNOWN).begin(room).book()

    known, unknown = (
        Client().post("/l/", {"email": email}, follow=True) for email in (KNOWN.upper(), "nobody@example.org")
    )

    assert known.redirect_chain == unknown.redirect_chain
    assert known.content == unknown.content
    assert kinds_to(KNOWN) == ["prove_address", "booked"]
    work()
    assert kinds_to(KNOWN) == ["prove_address", "booked", "found_bookings"]
    assert not LinkWish.objects.exists()
    assert kinds_to("nobody@example.org") == []


def test_fresh_links_are_not_mailed_twice_a_minute(room: Room, upstream: Recording, clock: StoppedClock) -> None:
    Guest(KNOWN).begin(room).book()
    for _time in range(3):
        Client().post("/l/", {"email": KNOWN})
    fulfil_wishes(now=clock())
    clock.forward(minutes=1)
    Client().post("/l/", {"email": KNOWN})
    fulfil_wishes(now=clock())

    assert kinds_to(KNOWN).count("found_bookings") == 2


def test_calendar_file_comes_with_the_link(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room)
    before = Client().get(f"{link_to(KNOWN)}meeting.ics")
    guest.book()

    after = Client().get(f"{link_to(KNOWN)}meeting.ics")

    assert before.status_code == 302
    assert f"UID:{guest.reference}@" in after.content.decode()


def test_links_are_kept_only_as_hashes(room: Room, upstream: Recording, capsys: pytest.CaptureFixture[str]) -> None:
    Guest(KNOWN).begin(room).book()
    token = link_to(KNOWN).strip("/").split("/")[-1]

    assert Link.objects.filter(revoked_at=None).count() == 1
    assert token not in dump(capsys)


def test_request_of_another_browser_and_one_that_never_was_get_the_same_page(room: Room, upstream: Recording) -> None:
    guest = Guest(KNOWN).begin(room)
    stranger = Guest(NEW).begin(room, date="2026-01-13")

    others = [
        stranger.client.get(path).content.decode() for path in (f"/booking/{guest.reference}/", "/booking/2222-2222/")
    ]

    assert re.sub(r"[2-9A-Z]{4}-[2-9A-Z]{4}", "", others[0]) == re.sub(r"[2-9A-Z]{4}-[2-9A-Z]{4}", "", others[1])
    assert titles(others[:1]) == ["This page opens with its link"]
    for action in ("book", "extend", "release", "slot", "resend", "ask"):
        assert stranger.client.post(f"/booking/{guest.reference}/{action}/", {"kind": "cancel"}).status_code == 404
        assert stranger.client.get(f"/booking/{guest.reference}/{action}/").status_code == 302
    assert stranger.client.get(f"/booking/{guest.reference}/meeting.ics").status_code == 404
    assert BookingRequest.objects.get(reference=guest.reference).state == State.AWAITING_PROOF
    assert not ProvedAddress.objects.exists()
