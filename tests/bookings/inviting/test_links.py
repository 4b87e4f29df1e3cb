"""The recipient's side: one button books, and every link that can't is explained with a way on."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from bookings.availability.models import Hold
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import State, What
from bookings.catalog.models import Room
from bookings.inviting import actions
from bookings.inviting.models import Invitation
from bookings.inviting.states import LinkState
from bookings.links.models import ProvedAddress
from tests.bookings.booking_requests.guests import MONDAY_START, Guest, kinds_to, title, utc
from tests.bookings.booking_requests.guests import link_to as booking_link_to
from tests.bookings.inviting.recipients import Recipient, link_to, prepare, send
from tests.conftest import StoppedClock
from tests.factories import make_busy_span
from tests.portal.embedded.world import ARCHIVED, KNOWN, NEW
from tests.support.transports import MEETING_REQUEST, Recording

CASES = pytest.mark.parametrize("wants_hold", [True, False], ids=["kept", "not kept"])


def dump(capsys: pytest.CaptureFixture[str]) -> str:
    """Every row of both apps, but for what the portal notes of its own calls: the page asks for the exact price."""
    capsys.readouterr()
    call_command("dumpdata", "bookings", "embedded", exclude=["bookings.upstreamcall", "bookings.calltally"])
    return capsys.readouterr().out


@CASES
def test_one_button_books(room: Room, upstream: Recording, wants_hold: bool) -> None:
    send(room, wants_hold=wants_hold)

    jean = Recipient().open()

    assert jean.title == "Your room is ready to book"
    for told in (room.public_name, room.site.name, "Monday 12 January 2026, 14:00–15:00 (Paris time, UTC+1)", "€45"):
        assert told in jean.html
    assert "As we said on the telephone." in jean.html
    assert ("We keep this time for you until" in jean.html) == wants_hold
    jean.press()
    assert jean.title == "Your room is booked"
    assert (jean.request.state, jean.request.email, jean.request.name) == (State.BOOKED, KNOWN, "Jean Dupont")
    assert len(upstream.sent_to(MEETING_REQUEST)) == 1
    assert kinds_to(KNOWN) == ["slot_invitation", "booked"]
    assert ProvedAddress.objects.get().email == KNOWN
    assert What.INVITED in [event.what for event in jean.request.events.all()]


def test_name_is_asked_for_where_the_team_gave_none(room: Room, upstream: Recording) -> None:
    send(room, name="")
    jean = Recipient().open()

    without = jean.client.post(f"{jean.link}book/", {"seen": "x"})
    jean.press(name="Jean\nDupont ")

    assert without.status_code == 422
    assert "Enter your name." in without.content.decode()
    assert jean.request.name == "Jean Dupont"


def test_new_company_goes_on_to_its_registration(room: Room, upstream: Recording) -> None:
    send(room, email=NEW, name="Nina Neuf")

    nina = Recipient(NEW).open().press()

    assert nina.title == "One step left: register your company"
    assert f'action="/registration/from-booking/{nina.request.reference}/"' in nina.html


def test_archived_person_is_told(room: Room, upstream: Recording) -> None:
    send(room, email=ARCHIVED)

    assert Recipient(ARCHIVED).open().press().title == "This account is archived"


def test_pressing_twice_and_in_a_second_tab_books_once(room: Room, upstream: Recording) -> None:
    send(room, wants_hold=True)
    jean = Recipient().open()
    page = jean.page

    jean.press()
    jean.page = page
    jean.press()

    assert jean.title == "Your room is booked"
    assert len(upstream.sent_to(MEETING_REQUEST)) == 1
    assert BookingRequest.objects.count() == 1


@pytest.mark.parametrize("state", ["open", "search", "used", "revoked", "expired"])
def test_opening_fifty_times_changes_no_row(
    room: Room, upstream: Recording, clock: StoppedClock, capsys: pytest.CaptureFixture[str], state: str
) -> None:
    sent = send(room, span=None) if state == "search" else send(room, wants_hold=True)
    link = link_to(KNOWN)
    if state == "used":
        Recipient().open().press()
    if state == "revoked":
        actions.revoke(invitation=sent, by="Sofia", now=clock())
    if state == "expired":
        clock.forward(days=4)
    before = dump(capsys)

    for _time in range(50):
        assert Client().get(link).status_code in (200, 410)
    for path in (link, *(f"{link}{button}/" for button in ("book", "other", "go", "seen", "fresh"))):
        assert Client().get(path).status_code in (200, 302, 410)
        assert Client().head(path).status_code in (200, 302, 410)

    assert dump(capsys) == before


def test_link_opened_fifty_times_still_books(room: Room, upstream: Recording) -> None:
    send(room, wants_hold=True)
    for _time in range(50):
        Client().get(link_to(KNOWN))

    assert Recipient().open().press().title == "Your room is booked"


def test_persons_are_counted_and_programs_are_not(room: Room, clock: StoppedClock, upstream: Recording) -> None:
    sent = send(room)
    jean = Recipient().open()
    assert Invitation.objects.get().opened_at is None

    answers = [jean.client.post(f"{jean.link}seen/").status_code for _time in range(2)]
    clock.forward(minutes=5)

    sent.refresh_from_db()
    assert (answers, sent.openings, sent.opened_at) == ([204, 204], 2, utc(7, 9))
    jean.press()
    sent.refresh_from_db()
    assert (sent.openings, sent.used_at) == (2, utc(7, 9, 5))


def test_pressing_the_button_counts_as_opened_without_scripts(room: Room, upstream: Recording) -> None:
    send(room)

    Recipient().open().press()

    assert Invitation.objects.get().openings == 1


def test_page_keeps_out_of_caches_search_engines_and_logs(room: Room, upstream: Recording) -> None:
    send(room)

    page = Recipient().open().page

    assert page["Cache-Control"] == "private, no-store"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "strict-origin"
    assert KNOWN not in page.content.decode()


def test_used_link_shows_the_booking_and_opens_nothing(room: Room, upstream: Recording) -> None:
    send(room)
    jean = Recipient().open().press()
    other = Recipient().open()

    assert other.title == "This link has been used"
    assert "Booked" in other.html
    assert not [told for told in (KNOWN, "Jean Dupont", jean.request.reference) if told in other.html]
    assert other.press().title == "This link has been used"
    assert other.press("fresh").title == "Look into your mails"
    assert kinds_to(KNOWN) == ["slot_invitation", "booked", "booking_link"]
    assert Guest(client=jean.client, reference=jean.request.reference).look().page.status_code == 200
    assert f'href="/booking/{jean.request.reference}/"' in jean.open().html


def test_request_that_came_to_nothing_gives_the_link_back(room: Room, upstream: Recording, clock: StoppedClock) -> None:
    send(room)
    bob = Recipient().open().press("other", email="bob@example.org", name="Bob")
    Guest(client=bob.client, reference=bob.request.reference).post("release")

    assert Invitation.objects.get().state_at(clock()) == LinkState.OPEN
    assert Recipient().open().press().title == "Your room is booked"
    assert BookingRequest.objects.get(state=State.BOOKED).email == KNOWN


def test_expired_link_offers_to_ask_the_team(room: Room, upstream: Recording, clock: StoppedClock) -> None:
    sent = send(room)
    clock.forward(days=3)

    jean = Recipient().open()

    assert (jean.page.status_code, jean.title) == (410, "This link has expired")
    assert "Ask our team for a fresh link" in jean.html
    assert jean.press("fresh").title == "Our team has been asked"
    sent.refresh_from_db()
    assert sent.fresh_asked_at == clock()
    assert kinds_to(KNOWN) == ["slot_invitation"]
    assert jean.open().press().page.status_code == 410
    assert not BookingRequest.objects.exists()


def test_expired_link_renews_itself_where_the_team_allowed_it_three_times(
    room: Room, upstream: Recording, clock: StoppedClock
) -> None:
    send(room, renews_itself=True, life_hours=4, wants_hold=True)
    titles = []
    for _time in range(4):
        clock.forward(hours=4)
        titles.append(Recipient().open().press("fresh").title)

    assert titles == ["Look into your mails"] * 3 + ["Our team has been asked"]
    assert kinds_to(KNOWN) == ["slot_invitation"] * 4
    assert Hold.objects.filter(expires_at__gt=clock()).count() == 0


def test_expired_link_whose_time_has_gone_asks_the_team(room: Room, upstream: Recording, clock: StoppedClock) -> None:
    send(room, renews_itself=True, life_hours=4)
    clock.forward(hours=4)
    make_busy_span(room=room, start=MONDAY_START)

    assert Recipient().open().press("fresh").title == "Our team has been asked"
    assert kinds_to(KNOWN) == ["slot_invitation"]


def test_revoked_link_says_so_with_a_way_on(room: Room, upstream: Recording, clock: StoppedClock) -> None:
    actions.revoke(invitation=send(room), by="Sofia", now=clock())

    jean = Recipient().open()

    assert (jean.page.status_code, jean.title) == (410, "Our team took this link back")
    assert f'href="/rooms/{room.workways_id}/?date=2026-01-12&start=14:00&duration=60&people=4#booking"' in jean.html
    assert jean.press().page.status_code == 410


def test_older_link_says_that_there_is_a_newer_one(room: Room, upstream: Recording, clock: StoppedClock) -> None:
    sent = send(room)
    old = Recipient(link=link_to(KNOWN))
    actions.renew(invitation=sent, member_id=1, now=clock())

    assert old.open().title == "A newer link took the place of this one"


@pytest.mark.parametrize("prefix", ["", "/fr"])
@pytest.mark.parametrize("token", ["x", "%00", "a" * 3000, "%F0%9F%98%80", "..%2F..%2Fetc"])
def test_altered_link_is_explained_and_does_nothing(room: Room, upstream: Recording, prefix: str, token: str) -> None:
    send(room)

    assert Client().get(f"{prefix}/i/{token}/").status_code == 404
    for button in ("book", "other", "go", "seen", "fresh"):
        assert Client().post(f"{prefix}/i/{token}/{button}/").status_code in (302, 404)
    assert not BookingRequest.objects.exists()


def test_cut_off_link_opens_nothing(room: Room, upstream: Recording) -> None:
    send(room)

    cut = Recipient(link=link_to(KNOWN)[:-2] + "/").open()

    assert (cut.page.status_code, cut.title) == (404, "This link doesn't work")


def test_link_of_another_purpose_opens_nothing_here_nor_this_one_there(room: Room, upstream: Recording) -> None:
    send(room, email=NEW)
    Guest(KNOWN).begin(room, date="2026-01-13")
    token = booking_link_to(KNOWN).strip("/").split("/")[-1]
    mine = link_to(NEW).strip("/").split("/")[-1]

    assert Client().get(f"/i/{token}/").status_code == 404
    for way in ("l", "w", "r"):
        assert Client().get(f"/{way}/{mine}/").status_code == 404
    assert not ProvedAddress.objects.exists()


def test_time_that_is_gone_shows_others_with_their_price_and_one_of_them_books(room: Room, upstream: Recording) -> None:
    send(room)
    make_busy_span(room=room, start=MONDAY_START)

    jean = Recipient().open()

    assert jean.title == "This time can't be booked any more"
    assert jean.html.count('class="time-choice"') == 4
    assert "€45" in jean.html
    jean.open("?slot=2026-01-12T14:00:00Z/60")
    assert jean.title == "Your room is ready to book"
    assert "15:00–16:00" in jean.html
    jean.press()
    assert jean.title == "Your room is booked"
    assert jean.request.start == utc(12, 14)


@pytest.mark.parametrize("query", ["?slot=2026-01-12T15:00:00Z/60", "?slot=nonsense", "?slot=", "?slot=%00"])
def test_other_time_is_only_offered_once_the_links_own_is_gone(room: Room, upstream: Recording, query: str) -> None:
    send(room)

    assert "14:00–15:00" in Recipient().open(query).html


def test_time_that_goes_between_page_and_press_is_not_booked(room: Room, upstream: Recording) -> None:
    send(room)
    jean = Recipient().open()
    Guest(NEW).begin(room)

    jean.press()

    assert (jean.page.status_code, jean.title) == (409, "This time can't be booked any more")
    assert 'class="time-choice"' in jean.html
    assert BookingRequest.objects.count() == 1


def test_price_that_moved_is_shown_and_not_booked(room: Room, upstream: Recording) -> None:
    send(room)
    jean = Recipient().open()

    jean.press(seen="another")
    assert jean.page.status_code == 409
    assert "The price has changed" in jean.html
    assert not BookingRequest.objects.exists()
    assert jean.press().title == "Your room is booked"


def test_room_that_is_gone_leads_to_the_others(room: Room, upstream: Recording, clock: StoppedClock) -> None:
    send(room)
    send(room, span=None, email=NEW)
    Room.objects.filter(pk=room.pk).update(vanished_at=clock())

    for person in (Recipient(), Recipient(NEW)):
        assert person.open().title == "This room is no longer offered"
        assert f'href="/sites/{room.site.workways_id}/"' in person.html
    assert Recipient().open().press().page.status_code == 409


def test_somebody_else_books_under_an_own_address_with_a_code(room: Room, upstream: Recording) -> None:
    sent = send(room, wants_hold=True)
    bob = Recipient().open()
    assert "Not you?" in bob.html

    bob.press("other", email="bob@example.org", name="Bob")

    assert bob.title == "Check and book"
    guest = Guest("bob@example.org", client=bob.client, reference=bob.request.reference, page=bob.page)
    assert (guest.request.state, guest.request.email) == (State.AWAITING_PROOF, "bob@example.org")
    assert kinds_to("bob@example.org") == ["prove_address"]
    assert not ProvedAddress.objects.exists()
    assert title(guest.book()) == "One step left: register your company"
    sent.refresh_from_db()
    assert sent.is_passed_on
    assert Recipient().open().title == "This link has been used"


@pytest.mark.parametrize("typed", [{"email": "no", "name": "Bob"}, {"email": "bob@example.org"}, {}])
def test_wrong_details_of_somebody_else_get_a_sentence(room: Room, upstream: Recording, typed: dict[str, str]) -> None:
    send(room)
    bob = Recipient().open()

    bob.press("other", **typed)

    assert bob.page.status_code == 422
    assert 'id="error-summary"' in bob.html


def test_browser_of_somebody_else_never_books_in_the_first_persons_name_unless_they_say_so(
    room: Room, upstream: Recording
) -> None:
    nina = Guest(NEW).begin(room, date="2026-01-13").book()
    send(room)
    there = Recipient(client=nina.client).open()

    assert "I am j•••t@a•••.example, or I book for this person" in there.html
    refused = there.press()
    assert refused.page.status_code == 422
    assert "Tick that you book for this person" in refused.html
    assert BookingRequest.objects.filter(email=KNOWN).count() == 0
    there.press(is_me="on")
    assert there.title == "Your room is booked"


def test_hold_does_not_outlive_a_press_that_leads_nowhere(room: Room, upstream: Recording, clock: StoppedClock) -> None:
    send(room, wants_hold=True)

    bob = Recipient().open().press("other", email="bob@example.org", name="Bob")

    assert bob.request.hold is not None
    assert bob.request.hold.expires_at == clock() + timedelta(minutes=10)
    assert Hold.objects.filter(expires_at__gt=clock()).count() == 1


def test_link_without_a_time_proves_the_address_and_leads_to_the_free_times(room: Room, upstream: Recording) -> None:
    send(None, span=None, site=room.site, minutes=90, people=3)
    jean = Recipient().open()
    assert jean.title == "Choose your room and time"

    jean.press("go")

    assert jean.page.redirect_chain[-1][0] == f"/search/?site={room.site.workways_id}&duration=90&people=3"
    assert jean.page.status_code == 200
    guest = Guest(KNOWN, client=jean.client).begin(room)
    assert guest.request.state == State.READY
    assert kinds_to(KNOWN) == ["search_invitation"]


def test_link_to_a_room_without_a_time_leads_to_its_calendar(room: Room, upstream: Recording) -> None:
    send(room, span=None, minutes=60, day=MONDAY_START.date())
    jean = Recipient().open()
    assert jean.title == "Choose your time"

    jean.press("go")

    assert jean.page.redirect_chain[-1][0] == f"/rooms/{room.workways_id}/?date=2026-01-12&duration=60&people=4"
    chosen = jean.client.get(f"/rooms/{room.workways_id}/?date=2026-01-12&start=10:00&duration=60&people=2")
    assert f'value="{KNOWN}"' in chosen.content.decode()


def test_link_without_a_time_works_once_and_later_without_its_power(room: Room, upstream: Recording) -> None:
    send(None, span=None, country="FR")
    Recipient().open().press("go")
    other = Recipient().open()

    assert other.title == "This link has been used"
    assert 'href="/search/?country=FR&people=4"' in other.html
    other.client.post(f"{other.link}go/")
    assert ProvedAddress.objects.count() == 1


def test_french_recipient_gets_french_pages_and_mails(room: Room, upstream: Recording) -> None:
    send(room, language="fr")

    jean = Recipient().open()

    assert jean.link.startswith("/fr/i/")
    assert '<html lang="fr">' in jean.html
    assert jean.press().request.language == "fr"


@pytest.mark.parametrize("busy", [1, 3, 100])
def test_page_asks_a_fixed_number_of_times(
    room: Room, upstream: Recording, django_assert_max_num_queries: object, busy: int
) -> None:
    send(room)
    for number in range(busy):
        make_busy_span(room=room, start=utc(13, 8) + timedelta(minutes=5 * number), minutes=5)
    Recipient().open()

    with django_assert_max_num_queries(6):  # type: ignore[operator]
        assert Recipient().open().page.status_code == 200


def test_draft_has_no_link(room: Room) -> None:
    prepare(room)

    assert kinds_to(KNOWN) == []
