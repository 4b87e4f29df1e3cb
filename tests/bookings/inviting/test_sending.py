"""The team's side: what is kept, sent, renewed, taken back, and how much may be kept by links at once."""

import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from bookings.availability.actions import drop_expired
from bookings.availability.models import Hold
from bookings.catalog.models import Room
from bookings.core.answers import Reason
from bookings.core.timespan import TimeSpan
from bookings.inviting import actions, queries, rules
from bookings.inviting.actions import NotBookable, drop_old_drafts
from bookings.inviting.errors import InvitationLimit, MovedMeanwhile, TooMany
from bookings.inviting.models import Invitation
from bookings.inviting.notices import build_context
from bookings.inviting.states import LinkState
from bookings.links.models import Link
from bookings.mail.messages import absolute_url
from bookings.mail.rendering import render
from tests.bookings.booking_requests.guests import MONDAY_START, Guest, kinds_to, mails_to, text_of, utc
from tests.bookings.inviting.recipients import MEMBER, Recipient, link_to, prepare, send
from tests.conftest import StoppedClock
from tests.factories import make_busy_span, make_hold, make_room
from tests.portal.embedded.world import KNOWN, NEW
from tests.support.transports import Recording


def slot(hour: int, day: int = 12, minutes: int = 60) -> TimeSpan:
    """A time of January in UTC, an hour behind Paris."""
    return TimeSpan.lasting(utc(day, hour), minutes)


def test_preview_is_the_mail_but_for_the_links_secret(room: Room, clock: StoppedClock) -> None:
    draft = prepare(room, wants_hold=True)

    seen = actions.as_sent(invitation=draft, now=clock())
    preview = render(build_context(seen, absolute_url("invitation", "x", language="en")), "en")
    sent = actions.send(invitation=draft, member_id=MEMBER, now=clock())

    mail = mails_to(KNOWN)[0]
    assert re.sub(r"/i/[\w-]+/", "/i/x/", text_of(mail)) == preview.text
    assert mail.subject == preview.subject
    assert mail.invitation_id == sent.pk
    assert "until Saturday 10 January 2026, 10:00 (Paris time, UTC+1)" in preview.text


def test_preview_writes_nothing(room: Room, clock: StoppedClock) -> None:
    draft = prepare(room, wants_hold=True)

    actions.as_sent(invitation=draft, now=clock())

    draft.refresh_from_db()
    assert (draft.expires_at, draft.held_until, Hold.objects.count(), mails_to(KNOWN)) == (None, None, 0, [])


def test_link_is_sent_once_however_often_it_is_pressed(room: Room, clock: StoppedClock) -> None:
    draft = prepare(room)

    actions.send(invitation=draft, member_id=MEMBER, now=clock())
    with pytest.raises(MovedMeanwhile):
        actions.send(invitation=draft, member_id=MEMBER, now=clock())

    assert kinds_to(KNOWN) == ["slot_invitation"]


def test_secret_is_kept_only_as_a_hash(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    send(room)

    call_command("dumpdata", "bookings")

    assert link_to(KNOWN).strip("/").split("/")[-1] not in capsys.readouterr().out


def test_time_that_is_kept_is_taken_for_everybody_else_until_the_end_that_was_said(
    room: Room, clock: StoppedClock, upstream: Recording
) -> None:
    sent = send(room, wants_hold=True, life_hours=24)

    assert sent.held_until == sent.expires_at == utc(8, 9)
    assert Guest(NEW).begin(room).page.status_code == 409
    clock.set(utc(8, 8, 59))
    drop_expired(now=clock())
    assert Guest(NEW).begin(room).page.status_code == 409
    clock.set(utc(8, 9))
    assert Guest(NEW).begin(room).request.span == sent.span


def test_time_is_not_kept_unless_that_was_chosen(room: Room, upstream: Recording) -> None:
    sent = send(room)

    assert (sent.hold, sent.held_until) == (None, None)
    assert Guest(NEW).begin(room).request.span == sent.span


@pytest.mark.parametrize("wants_hold", [True, False])
def test_taken_time_is_not_sent(room: Room, clock: StoppedClock, wants_hold: bool) -> None:
    draft = prepare(room, wants_hold=wants_hold)
    make_busy_span(room=room, start=MONDAY_START)

    with pytest.raises(NotBookable) as refused:
        actions.send(invitation=draft, member_id=MEMBER, now=clock())

    assert refused.value.answer.reason == Reason.BUSY
    assert mails_to(KNOWN) == []


def test_time_that_somebody_holds_is_not_sent(room: Room, clock: StoppedClock) -> None:
    draft = prepare(room, wants_hold=True)
    make_hold(room=room, start=MONDAY_START)

    with pytest.raises(NotBookable) as refused:
        actions.send(invitation=draft, member_id=MEMBER, now=clock())

    assert refused.value.answer.reason == Reason.HELD


def test_time_that_has_passed_and_a_room_that_is_gone_are_not_sent(room: Room, clock: StoppedClock) -> None:
    draft, search = prepare(room), prepare(room, span=None)
    clock.set(utc(12, 14))
    with pytest.raises(NotBookable) as past:
        actions.send(invitation=draft, member_id=MEMBER, now=clock())
    Room.objects.filter(pk=room.pk).update(vanished_at=clock())
    with pytest.raises(NotBookable) as gone:
        actions.send(invitation=search, member_id=MEMBER, now=clock())

    assert past.value.answer.reason == Reason.PAST
    assert gone.value.answer.reason == Reason.NO_LONGER_LISTED


def test_one_member_cannot_empty_calendars(room: Room, clock: StoppedClock) -> None:
    rooms = [room, *(make_room(site=room.site) for _number in range(rules.MOST_HELD_PER_MEMBER))]
    for number, one in enumerate(rooms[:-1]):
        send(one, span=slot(9), wants_hold=True, email=f"guest{number}@example.org")

    with pytest.raises(TooMany) as refused:
        send(rooms[-1], span=slot(9), wants_hold=True)
    send(rooms[-1], span=slot(9), wants_hold=True, member=MEMBER + 1)

    assert refused.value.which == InvitationLimit.MEMBER_HOLDS
    assert Hold.objects.count() == rules.MOST_HELD_PER_MEMBER + 1


def test_links_keep_only_so_many_times_of_a_room(room: Room) -> None:
    for number in range(rules.MOST_HELD_PER_ROOM):
        send(room, span=slot(8 + number), wants_hold=True, email=f"guest{number}@example.org", member=number)

    with pytest.raises(TooMany) as refused:
        send(room, span=slot(9, day=13), wants_hold=True)

    assert refused.value.which == InvitationLimit.ROOM_HOLDS
    assert Hold.objects.count() == rules.MOST_HELD_PER_ROOM


def test_address_has_no_more_times_kept_than_anybody(room: Room) -> None:
    for number in range(3):
        send(room, span=slot(8 + number), wants_hold=True)

    with pytest.raises(TooMany) as refused:
        send(room, span=slot(12), wants_hold=True)

    assert refused.value.which == InvitationLimit.ADDRESS_HOLDS
    assert send(room, span=slot(12)).hold is None


def test_address_gets_only_so_many_links(room: Room) -> None:
    for _number in range(rules.MOST_OPEN_PER_ADDRESS):
        send(room)

    with pytest.raises(TooMany) as refused:
        send(room)

    assert refused.value.which == InvitationLimit.ADDRESS


def test_taking_back_ends_the_link_and_frees_its_time(room: Room, clock: StoppedClock, upstream: Recording) -> None:
    sent = send(room, wants_hold=True)
    link = link_to(KNOWN)

    actions.revoke(invitation=sent, by="Sofia Keller", now=clock())

    assert Hold.objects.count() == 0
    assert Guest(NEW).begin(room).page.status_code == 200
    assert Client().get(link).status_code == 410
    sent.refresh_from_db()
    assert (sent.state_at(clock()), sent.revoked_by) == (LinkState.REVOKED, "Sofia Keller")
    with pytest.raises(MovedMeanwhile):
        actions.revoke(invitation=sent, by="Sofia Keller", now=clock())


@pytest.mark.parametrize("wants_hold", [True, False])
def test_fresh_link_has_a_whole_life_and_ends_the_earlier_one(
    room: Room, clock: StoppedClock, upstream: Recording, wants_hold: bool
) -> None:
    sent = send(room, wants_hold=wants_hold, life_hours=24)
    old = link_to(KNOWN)
    clock.forward(hours=12)

    fresh = actions.renew(invitation=sent, member_id=MEMBER, now=clock())

    assert (fresh.expires_at, fresh.sendings) == (utc(8, 21), 2)
    assert (fresh.hold is not None, Client().get(old).status_code) == (wants_hold, 410)
    assert queries.held_by_links(now=clock()).count() == wants_hold
    assert kinds_to(KNOWN) == ["slot_invitation"] * 2
    assert Link.objects.filter(revoked_at=None).count() == 1


def test_link_that_was_taken_back_can_be_sent_afresh(room: Room, clock: StoppedClock) -> None:
    sent = send(room)
    actions.revoke(invitation=sent, by="Sofia", now=clock())

    fresh = actions.renew(invitation=sent, member_id=MEMBER, now=clock())

    assert fresh.state_at(clock()) == LinkState.OPEN
    assert Client().get(link_to(KNOWN)).status_code == 200


def test_used_link_is_neither_renewed_nor_taken_back(room: Room, clock: StoppedClock, upstream: Recording) -> None:
    sent = send(room)
    Recipient().open().press()

    with pytest.raises(MovedMeanwhile):
        actions.renew(invitation=sent, member_id=MEMBER, now=clock())
    with pytest.raises(MovedMeanwhile):
        actions.revoke(invitation=sent, by="Sofia", now=clock())


def test_draft_can_be_changed_and_thrown_away_until_it_is_sent(room: Room, clock: StoppedClock) -> None:
    draft, sent = prepare(room), send(room)
    wish: Any = actions.Wish(
        email="Other@Example.org", name="", language="fr", note="", life_hours=4, people=2, zone_name="Europe/Paris"
    )

    changed = actions.prepare(wish=wish, by="Otto", now=clock(), draft=draft)
    actions.discard(invitation=changed)
    for act in (
        lambda: actions.prepare(wish=wish, by="Otto", now=clock(), draft=sent),
        lambda: actions.discard(invitation=sent),
    ):
        with pytest.raises(MovedMeanwhile):
            act()

    assert (changed.email, changed.room, changed.created_by) == ("other@example.org", None, "Otto")
    assert Invitation.objects.get().pk == sent.pk


def test_what_was_never_sent_is_forgotten_after_a_week(room: Room, clock: StoppedClock) -> None:
    prepare(room)
    send(room)
    clock.forward(days=6, hours=23)
    assert drop_old_drafts(now=clock()) == 0
    clock.forward(hours=1)

    assert drop_old_drafts(now=clock()) == 1
    assert Invitation.objects.get().sent_at is not None


def test_database_and_row_agree_on_every_state(room: Room, clock: StoppedClock, upstream: Recording) -> None:
    made = {
        LinkState.DRAFT: prepare(room),
        LinkState.OPEN: send(room, email="open@example.org"),
        LinkState.REVOKED: send(room, email="revoked@example.org"),
        LinkState.EXPIRED: send(room, email="expired@example.org", life_hours=4),
        LinkState.USED: send(room),
    }
    actions.revoke(invitation=made[LinkState.REVOKED], by="Sofia", now=clock())
    Recipient().open().press()
    clock.forward(hours=5)

    for state, invitation in made.items():
        invitation.refresh_from_db()
        assert invitation.state_at(clock()) == state
        assert list(Invitation.objects.filter(queries.in_state(state, now=clock()))) == [invitation]
