"""What the team does with an invitation: prepares, sends, renews, takes back, throws away.

Where both are locked, the invitation's row comes before its hold, so nobody waits in a circle.
"""

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from bookings.availability.actions import end_hold, place_hold, release_hold
from bookings.availability.errors import SlotTaken, TooManyHolds
from bookings.availability.models import Hold
from bookings.availability.queries import Asker, slot_answer
from bookings.catalog.models import Room, Site
from bookings.core.answers import Blocked, Reason
from bookings.core.timespan import TimeSpan
from bookings.inviting import notices, queries, rules
from bookings.inviting.errors import InvitationLimit, MovedMeanwhile, TooMany
from bookings.inviting.models import Invitation
from bookings.inviting.states import LinkState, Step
from bookings.links import tokens
from bookings.links.models import Purpose
from bookings.links.rules import normalized_email


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody of the team wants to send, to whom; a span needs its room, `site` is the room's."""

    email: str
    name: str
    language: str
    note: str
    life_hours: int
    people: int
    zone_name: str
    site: Site | None = None
    country: str = ""
    room: Room | None = None
    span: TimeSpan | None = None
    day: dt.date | None = None
    minutes: int | None = None
    wants_hold: bool = False
    renews_itself: bool = False


class NotBookable(Exception):
    """The invitation's time can't be had, for this reason; nothing was sent."""

    def __init__(self, answer: Blocked) -> None:
        super().__init__(answer.reason)
        self.answer = answer


@transaction.atomic
def prepare(*, wish: Wish, by: str, now: datetime, draft: Invitation | None = None) -> Invitation:
    """Keeps what is to be sent, so that it can be looked at first; in place of `draft` if that is given.

    Raises MovedMeanwhile for a draft that was sent or thrown away.
    """
    fields = {
        "site": wish.room.site if wish.room else wish.site,
        "country": wish.country,
        "room": wish.room,
        "start": wish.span.start if wish.span else None,
        "end": wish.span.end if wish.span else None,
        "day": wish.day,
        "minutes": wish.minutes,
        "people": wish.people,
        "zone_name": wish.zone_name,
        "email": normalized_email(wish.email),
        "name": wish.name,
        "language": wish.language,
        "note": wish.note,
        "life_hours": wish.life_hours,
        "wants_hold": wish.wants_hold and wish.span is not None,
        "renews_itself": wish.renews_itself,
        "created_by": by[:150],
    }
    if draft is None:
        return Invitation.objects.create(created_at=now, **fields)
    if Invitation.objects.filter(pk=draft.pk, step=Step.DRAFT).update(**fields) != 1:
        raise MovedMeanwhile(draft.reference)
    return queries.invitations().get(pk=draft.pk)


def as_sent(*, invitation: Invitation, now: datetime) -> Invitation:
    """The invitation with the times that it would have if it were sent now; for the preview, nothing is written."""
    seen = queries.invitations().get(pk=invitation.pk)
    seen.expires_at = rules.ends_at(now, seen.life_hours, seen.start)
    seen.held_until = rules.held_until(now, seen.expires_at) if seen.wants_hold else None
    return seen


@transaction.atomic
def send(*, invitation: Invitation, member_id: int, now: datetime) -> Invitation:
    """Mails the link, and keeps its time if that was chosen; of two presses one sends.

    Raises MovedMeanwhile when it was sent or thrown away, NotBookable when its time can't be had, and TooMany.
    """
    return _send(invitation, Q(step=Step.DRAFT), member_id=member_id, now=now)


@transaction.atomic
def renew(*, invitation: Invitation, member_id: int, now: datetime, by_recipient: bool = False) -> Invitation:
    """Mails a fresh link with a whole life; the older ones end. For what was sent and isn't used.

    Raises as `send` does. `by_recipient` counts against what a recipient may do alone.
    """
    is_sent = Q(step__in=[Step.SENT, Step.REVOKED]) & ~queries.in_state(LinkState.USED, now=now)
    renewed = _send(invitation, is_sent, member_id=member_id, now=now)
    if by_recipient:
        Invitation.objects.filter(pk=renewed.pk).update(self_renewals=F("self_renewals") + 1)
    return renewed


def _send(invitation: Invitation, allowed: Q, *, member_id: int, now: datetime) -> Invitation:
    sent = locked(invitation, allowed)
    _refuse_if_not_bookable(sent, now=now)
    if queries.count_open(email=sent.email, now=now) >= rules.MOST_OPEN_PER_ADDRESS:
        raise TooMany(InvitationLimit.ADDRESS, rules.MOST_OPEN_PER_ADDRESS)
    ends = rules.ends_at(now, sent.life_hours, sent.start)
    if sent.hold is not None and getattr(sent.hold, "request", None) is None:
        # Ended without a lock, because the next hold takes all of its locks at once.
        end_hold(hold=sent.hold, now=now)
    until = rules.held_until(now, ends) if sent.wants_hold else None
    hold = _keep_time(sent, member_id=member_id, until=until, now=now) if until else None
    Invitation.objects.filter(pk=sent.pk).update(
        step=Step.SENT,
        sent_at=now,
        sendings=F("sendings") + 1,
        expires_at=ends,
        hold=hold,
        held_until=until,
        used_at=None,
        booking_request=None,
        revoked_at=None,
        revoked_by="",
        fresh_asked_at=None,
    )
    sent = queries.invitations().get(pk=sent.pk)
    notices.mail_link(sent, now=now)
    return sent


def locked(invitation: Invitation, allowed: Q) -> Invitation:
    """The invitation as it is now, and nobody else's until the transaction ends. Raises MovedMeanwhile."""
    mine = Invitation.objects.filter(pk=invitation.pk)
    # On PostgreSQL the row's lock; on SQLite a writing transaction is alone anyway.
    found = mine.select_for_update().values_list("pk", flat=True).first()
    if found is None or not mine.filter(allowed).exists():
        raise MovedMeanwhile(invitation.reference)
    return queries.invitations().get(pk=found)


def _refuse_if_not_bookable(invitation: Invitation, *, now: datetime) -> None:
    if invitation.room is not None and not invitation.room.is_listed:
        raise NotBookable(Blocked(Reason.NO_LONGER_LISTED))
    if invitation.room is None or invitation.span is None:
        return
    asker = Asker(browser_key=hold_key(invitation), people=invitation.people)
    answer = slot_answer(invitation.room, invitation.span, asker=asker, now=now)
    if isinstance(answer, Blocked):
        raise NotBookable(answer)


def hold_key(invitation: Invitation) -> str:
    """What stands for the browser in the hold of a link that nobody has used; no browser's cookie can say it."""
    return f"invitation {invitation.reference}"


def _keep_time(invitation: Invitation, *, member_id: int, until: datetime, now: datetime) -> Hold:
    """The hold, under the same guard as everybody's; the room and the member are locked while it is counted."""
    room, span = invitation.room, invitation.span
    if room is None or span is None:
        raise ValueError("Only a time of a room can be kept.")
    try:
        with _counted(room=room, member_id=member_id, now=now):
            return place_hold(
                room=room,
                span=span,
                browser_key=hold_key(invitation),
                email=invitation.email,
                network=_network(member_id),
                now=now,
                minutes=max(1, int((until - now).total_seconds() // 60)),
            )
    except SlotTaken as error:
        raise NotBookable(Blocked(Reason.HELD)) from error
    except TooManyHolds as error:
        raise TooMany(InvitationLimit.ADDRESS_HOLDS, error.limit) from error


@contextmanager
def _counted(*, room: Room, member_id: int, now: datetime) -> Iterator[None]:
    """Counts once the hold is there and its locks are held; the exception undoes the hold with everything else."""
    held = queries.held_by_links(now=now)
    yield
    if held.filter(network=_network(member_id)).count() >= rules.MOST_HELD_PER_MEMBER:
        raise TooMany(InvitationLimit.MEMBER_HOLDS, rules.MOST_HELD_PER_MEMBER)
    if held.filter(room=room).count() >= rules.MOST_HELD_PER_ROOM:
        raise TooMany(InvitationLimit.ROOM_HOLDS, rules.MOST_HELD_PER_ROOM)


def _network(member_id: int) -> str:
    """What stands for the network in the holds of links: who of the team sent them."""
    return f"staff {member_id}"


@transaction.atomic
def revoke(*, invitation: Invitation, by: str, now: datetime) -> None:
    """Ends the link and gives its time back. Raises MovedMeanwhile for one that is used, or not sent."""
    not_used = Q(step=Step.SENT) & ~queries.in_state(LinkState.USED, now=now)
    mine = locked(invitation, not_used)
    let_go(mine)
    tokens.revoke(purpose=Purpose.INVITATION, invitation=mine, now=now)
    Invitation.objects.filter(pk=mine.pk).update(
        step=Step.REVOKED, revoked_at=now, revoked_by=by[:150], hold=None, fresh_asked_at=None
    )


def let_go(invitation: Invitation) -> None:
    """Gives the time back that the link keeps, unless a request has it by now."""
    hold = invitation.hold
    if hold is not None and getattr(hold, "request", None) is None:
        release_hold(hold=hold)


@transaction.atomic
def discard(*, invitation: Invitation) -> None:
    """Throws a prepared link away. Raises MovedMeanwhile for one that was sent."""
    if not Invitation.objects.filter(pk=invitation.pk, step=Step.DRAFT).delete()[0]:
        raise MovedMeanwhile(invitation.reference)


@transaction.atomic
def end_invitations(keys: Collection[int], *, now: datetime) -> None:
    """Their person is erased: what was not sent goes, the rest opens nothing and keeps no time any more."""
    Invitation.objects.filter(pk__in=keys, step=Step.DRAFT).delete()
    Hold.objects.filter(invitation__in=keys, request=None).delete()
    sent = Invitation.objects.filter(pk__in=keys, step=Step.SENT)
    sent.update(step=Step.REVOKED, revoked_at=now, fresh_asked_at=None)


def drop_old_drafts(*, now: datetime) -> int:
    """Throws away what was prepared long ago and never sent; how many there were."""
    old = Invitation.objects.filter(step=Step.DRAFT, created_at__lte=now - rules.DRAFT_LIFETIME)
    # Asked first, because on SQLite even a deletion of nothing waits for every other writer.
    return old.delete()[0] if old.exists() else 0
