"""Booking links in the panel: written on the public calendar, looked over, sent, followed, ended."""

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from bookings.audit.models import AuditRow
from bookings.audit.vocabulary import Act
from bookings.availability.models import Hold
from bookings.booking_requests.states import State
from bookings.catalog.models import Room
from bookings.core.timespan import TimeSpan
from bookings.inviting.models import Invitation
from bookings.inviting.states import Step
from bookings.mail.models import MailState, OutboxMail
from bookings.mail.queries import open_body
from portal.access import Role
from tests.bookings.booking_requests.guests import MONDAY, MONDAY_START, kinds_to, mails_to, text_of
from tests.bookings.inviting.recipients import Recipient, link_to, send
from tests.conftest import StoppedClock
from tests.factories import make_booking_request, make_busy_span, make_invitation, make_room, make_site
from tests.factories.members import make_member
from tests.portal.embedded.world import KNOWN
from tests.support.html import read_html
from tests.support.transports import Recording

TYPED = {
    **MONDAY,
    "people": "4",
    "email": KNOWN,
    "name": "Jean Dupont",
    "language": "en",
    "note": "As we said on the telephone.",
    "life": "72",
    "wants_hold": "on",
}
WHEN = "?date=2026-01-12&start=14:00&duration=60&people=4"


@pytest.fixture
def desk(room: Room, clock: StoppedClock) -> Client:
    """Somebody of the front desk of the room's site."""
    sofia = make_member(role=Role.FRONT_DESK, sites=[room.site.workways_id], first_name="Sofia", last_name="Keller")
    client = Client()
    client.force_login(sofia.user)
    return client


def prepare(desk: Client, room: Room, **typed: str) -> str:
    """Writes a link; the address of its page."""
    answer = desk.post(f"/staff/booking-links/new/{room.workways_id}/", {**TYPED, **typed})
    assert answer.status_code == 302, unescape(answer.content.decode())
    return str(answer["Location"])


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def test_front_desk_sends_a_link_that_books(desk: Client, room: Room, upstream: Recording) -> None:
    page = prepare(desk, room)
    preview = words(desk.get(page))
    framed = desk.get(f"{page}mail/")

    sent = desk.post(f"{page}send/", follow=True)

    mail = mails_to(KNOWN)[0]
    assert mail.subject in preview
    shown = re.sub(r"/i/[\w-]+/", "", unescape(preview))
    assert all(line in shown for line in re.sub(r"http\S+/i/[\w-]+/", "", text_of(mail)).splitlines())
    assert re.sub(r"/i/[\w-]+/", "", open_body(mail).html) == re.sub(
        r"/i/[\w-]+/", "", framed.content.decode().replace('<base target="_top">', "", 1)
    )
    assert "sandbox" in framed["Content-Security-Policy"]
    assert f"The link is on its way to {KNOWN}." in words(sent)
    assert Recipient().open().press().title == "Your room is booked"
    listed = words(desk.get("/staff/booking-links/"))
    assert "Used" in listed
    assert "Booked" in listed


def test_room_page_of_the_panel_chooses_on_the_public_calendar(desk: Client, room: Room) -> None:
    path = f"/staff/booking-links/new/{room.workways_id}/"

    page = read_html(desk.get(f"{path}{WHEN}"))
    month = desk.get(f"{path}{WHEN}&view=month")
    part = desk.get(f"{path}{WHEN}", headers={"HX-Request": "true", "HX-Target": "section#booking"})
    calendar = desk.get(f"{path}{WHEN}", headers={"HX-Request": "true", "HX-Target": "section#calendar"})

    hidden = {
        element["name"]: element["value"]
        for element in page.elements
        if element.attributes.get("form") == "link-form" and element.tag == "input"
    }
    assert hidden == {**MONDAY, "people": "4"}
    assert page.get("#calendar-tools")["action"] == f"{path}#calendar"
    assert month.status_code == 200
    assert "<html" not in part.content.decode()
    assert 'id="calendar"' in calendar.content.decode()
    assert "<html" not in calendar.content.decode()
    again = desk.get(
        f"{path}{WHEN}",
        headers={"HX-Request": "true", "HX-Target": "section#calendar", "If-None-Match": calendar["ETag"]},
    )
    assert again.status_code == 304


def test_taken_time_is_told_before_anything_is_typed(desk: Client, room: Room) -> None:
    make_busy_span(room=room, start=MONDAY_START)

    page = words(desk.get(f"/staff/booking-links/new/{room.workways_id}/{WHEN}"))

    assert "This time can't be booked" in page
    assert "15:00–16:00" in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"email": ""}, "Enter the recipient's e-mail address."),
        ({"email": "no"}, "This is no e-mail address."),
        ({"date": "yesterday"}, "This is no date."),
        ({"date": "2020-01-01"}, "This day has passed."),
        ({"start": "25:00"}, "This is no time of day."),
        ({"date": "2026-03-29", "start": "02:30"}, "because the clocks go forward"),
        ({"duration": "x"}, "The length must be a number of minutes"),
        ({"people": "0"}, "At least one person must come."),
        ({"life": "999"}, "Choose one of these."),
        ({"language": "xx"}, "xx"),
        ({"note": "x" * 1001}, "Write a note of at most 1,000 characters."),
        ({"name": "x" * 201}, "Write a shorter name."),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(
    desk: Client,
    room: Room,
    typed: dict[str, str],
    sentence: str,
) -> None:
    answer = desk.post(f"/staff/booking-links/new/{room.workways_id}/", {**TYPED, **typed})

    assert answer.status_code == 400
    assert sentence in words(answer)
    assert "note" in typed or "As we said on the telephone." in words(answer)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("path", ["new/", "new/search/", "new/{room}/", "for/{request}/", "{link}/change/"])
@pytest.mark.parametrize("query", ["?site=%00", "?date=x&start=y&duration=z&people=-1", "?view=nonsense", "?page=0"])
def test_damaged_addresses_never_break_a_page(desk: Client, room: Room, path: str, query: str) -> None:
    request, link = make_booking_request(room=room), make_invitation(room=room)
    path = path.format(room=room.workways_id, request=request.reference, link=link.reference)

    assert desk.get(f"/staff/booking-links/{path}{query}").status_code in (200, 400)


def test_link_without_a_time_leads_to_the_calendar(desk: Client, room: Room, upstream: Recording) -> None:
    page = prepare(desk, room, start="", date="2026-01-12", wants_hold="on")
    desk.post(f"{page}send/")

    made = Invitation.objects.get()
    assert (made.span, made.wants_hold, made.minutes, made.hold) == (None, False, 60, None)
    assert Recipient().open().title == "Choose your time"


def test_link_to_a_search_of_a_site_or_of_a_country(
    desk: Client,
    room: Room,
    clock: StoppedClock,
    upstream: Recording,
) -> None:
    site = f"site:{room.site.workways_id}"
    typed = {**TYPED, "place": site, "date": "", "duration": "90"}
    admin = Client()
    admin.force_login(make_member(username="ada").user)

    by_desk = desk.post("/staff/booking-links/new/search/", typed, follow=True)
    refused = desk.post("/staff/booking-links/new/search/", {**typed, "place": "country:FR"})
    by_admin = admin.post("/staff/booking-links/new/search/", {**typed, "place": "country:FR"}, follow=True)

    assert "Choose your time:" in words(by_desk)
    assert "Choose one of these places." in words(refused)
    assert [(made.site, made.country) for made in Invitation.objects.order_by("pk")] == [(room.site, ""), (None, "FR")]
    assert "France" in words(by_admin)
    country = Invitation.objects.get(country="FR")
    assert desk.get(f"/staff/booking-links/{country.reference}/").status_code == 404
    assert country.reference not in words(desk.get("/staff/booking-links/"))


def test_request_begins_a_link_with_its_person_and_time(desk: Client, room: Room) -> None:
    request = make_booking_request(room=room, start=MONDAY_START, people=3, name="Nina Neuf", state=State.EXPIRED)

    page = read_html(desk.get(f"/staff/booking-links/for/{request.reference}/"))
    story = words(desk.get(f"/staff/requests/{request.reference}/"))

    assert page.get("#link-email")["value"] == request.email
    assert page.get("#link-name")["value"] == "Nina Neuf"
    assert page.get("input[name=start][form=link-form]")["value"] == "14:00"
    assert f'href="/staff/booking-links/for/{request.reference}/"' in story
    assert request.email not in "".join(
        element.attributes.get("href", "") for element in page.elements if element.tag == "a"
    )


def test_draft_is_changed_without_typing_it_again(desk: Client, room: Room, upstream: Recording) -> None:
    page = prepare(desk, room)

    form = read_html(desk.get(f"{page}change/"))
    changed = desk.post(f"{page}change/", {**TYPED, "note": "Another note", "start": "15:00"}, follow=True)
    desk.post(f"{page}send/")
    late = desk.post(f"{page}change/", TYPED)

    assert form.get("#link-email")["value"] == KNOWN
    assert "Another note" in words(changed)
    assert Invitation.objects.get().note == "Another note"
    assert late["Location"] == page
    assert "15:00–16:00" in text_of(mails_to(KNOWN)[0])


def test_pressing_send_twice_sends_once_and_says_so(desk: Client, room: Room) -> None:
    page = prepare(desk, room)

    desk.post(f"{page}send/")
    again = desk.post(f"{page}send/", follow=True)

    assert "nothing was done" in words(again)
    assert kinds_to(KNOWN) == ["slot_invitation"]
    assert AuditRow.objects.filter(act=Act.LINK_SENT).count() == 1


def test_time_that_went_meanwhile_is_not_sent_and_the_reason_is_told(desk: Client, room: Room) -> None:
    page = prepare(desk, room)
    make_busy_span(room=room, start=MONDAY_START)

    answer = desk.post(f"{page}send/", follow=True)

    assert "Nothing was sent." in words(answer)
    assert kinds_to(KNOWN) == []
    assert not AuditRow.objects.filter(act=Act.LINK_SENT).exists()


def test_limits_are_told_with_a_way_on(desk: Client, room: Room) -> None:
    for number in range(5):
        span = TimeSpan.lasting(MONDAY_START.replace(hour=8 + number), 60)
        send(room, span=span, wants_hold=True, email=f"guest{number}@example.org", member=number)
    page = prepare(desk, room, start="16:30")

    answer = desk.post(f"{page}send/", follow=True)

    assert "Links already keep 5 times of this room." in words(answer)


def test_revoking_and_renewing_from_the_panel(desk: Client, room: Room, upstream: Recording) -> None:
    page = prepare(desk, room)
    desk.post(f"{page}send/")
    old = link_to(KNOWN)

    revoked = desk.post(f"{page}revoke/", follow=True)
    renewed = desk.post(f"{page}fresh/", follow=True)

    assert "opens nothing any more" in words(revoked)
    assert "Sofia Keller" in words(revoked)
    assert "A fresh link is on its way" in words(renewed)
    assert Client().get(old).status_code == 410
    assert Recipient().open().title == "Your room is ready to book"
    assert Hold.objects.count() == 1
    acts = list(AuditRow.objects.exclude(act=Act.SAW).order_by("pk").values_list("act", flat=True))
    assert acts == [Act.LINK_PREPARED, Act.LINK_SENT, Act.LINK_REVOKED, Act.LINK_RENEWED]
    assert not [row for row in AuditRow.objects.all() if KNOWN in f"{row.reference}{row.details}"]


def test_thrown_away_link_is_gone(desk: Client, room: Room) -> None:
    page = prepare(desk, room)

    answer = desk.post(f"{page}discard/", follow=True)

    assert "was thrown away" in words(answer)
    assert not Invitation.objects.exists()


def test_list_tells_state_delivery_opening_and_who_asks(
    desk: Client,
    room: Room,
    clock: StoppedClock,
    upstream: Recording,
) -> None:
    asked = send(room, life_hours=4)
    there = Recipient().open()
    there.client.post(f"{there.link}seen/")
    OutboxMail.objects.update(state=MailState.FAILED)
    clock.forward(hours=4)
    there.open().press("fresh")
    send(room, email="other@example.org")

    everything = words(desk.get("/staff/booking-links/"))
    waiting = words(desk.get("/staff/booking-links/?state=asks_for_fresh"))
    found = words(desk.get("/staff/booking-links/?words=OTHER@&state=open"))

    for told in ("Expired", "Waiting for the recipient", "Asks for a fresh link", "Failed", "1 time"):
        assert told in everything
    assert asked.reference in waiting
    assert "other@example.org" not in waiting
    assert "other@example.org" in found
    assert asked.reference not in found


def test_link_that_was_passed_on_says_so(desk: Client, room: Room, upstream: Recording) -> None:
    sent = send(room)
    Recipient().open().press("other", email="bob@example.org", name="Bob")

    page = words(desk.get(f"/staff/booking-links/{sent.reference}/"))

    assert "The link was passed on" in page
    assert "bob@example.org" in page


@pytest.mark.parametrize("count", [1, 3, 40])
def test_pages_ask_a_fixed_number_of_times(
    desk: Client,
    room: Room,
    django_assert_max_num_queries: Any,
    count: int,
) -> None:
    for _number in range(count):
        make_invitation(room=room)
    one = Invitation.objects.latest("pk")

    for path in ("", "new/", f"new/{room.workways_id}/{WHEN}", f"{one.reference}/", f"{one.reference}/change/"):
        desk.get(f"/staff/booking-links/{path}")
        with django_assert_max_num_queries(12):
            assert desk.get(f"/staff/booking-links/{path}").status_code == 200


def test_french_panel_sends_in_the_recipients_language(
    desk: Client,
    room: Room,
    upstream: Recording,
) -> None:
    answer = desk.post(f"/fr/staff/booking-links/new/{room.workways_id}/", {**TYPED, "language": "en"})

    preview = words(desk.get(answer["Location"]))
    desk.post(f"{answer['Location']}send/")

    assert '<html lang="fr">' in preview
    assert "We have filled everything in for you" in preview
    assert link_to(KNOWN).startswith("/i/")


def test_other_sites_rooms_and_requests_cannot_be_chosen(desk: Client, room: Room) -> None:
    elsewhere = make_room(site=make_site(name="Elsewhere"))
    request = make_booking_request(room=elsewhere)

    assert desk.get(f"/staff/booking-links/new/{elsewhere.workways_id}/").status_code == 404
    assert desk.get(f"/staff/booking-links/for/{request.reference}/").status_code == 404
    assert "Elsewhere" not in words(desk.get(f"/staff/booking-links/new/?site={elsewhere.site.workways_id}"))


def test_mail_of_a_link_is_seen_by_its_site_only(desk: Client, room: Room) -> None:
    own = send(room)
    elsewhere = send(make_room(), email="far@example.org")

    page = words(desk.get("/staff/outbox/"))

    assert own.email in page
    assert elsewhere.email not in page


def test_viewer_is_refused(room: Room, clock: StoppedClock) -> None:
    viewer: User = make_member(role=Role.VIEWER).user
    client = Client()
    client.force_login(viewer)
    draft = make_invitation(room=room)

    assert client.get("/staff/booking-links/").status_code == 403
    assert client.post(f"/staff/booking-links/{draft.reference}/send/").status_code == 403
    draft.refresh_from_db()
    assert draft.step == Step.DRAFT
