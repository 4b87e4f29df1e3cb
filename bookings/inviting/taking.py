"""What the recipient does: is seen, books, books under another address, goes on to a search, asks for a fresh link."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from django.db import transaction
from django.db.models import F

from bookings.availability.actions import hand_over_hold
from bookings.booking_requests import actions as booking
from bookings.booking_requests.actions import GUEST, AtLimit, Begun, Denied, Details, Visitor, record
from bookings.booking_requests.actions import send_fresh_link as send_link_of_request
from bookings.booking_requests.states import What
from bookings.core.timespan import TimeSpan
from bookings.inviting import queries, rules
from bookings.inviting.actions import NotBookable, locked, renew
from bookings.inviting.errors import InvitationError
from bookings.inviting.models import Invitation
from bookings.inviting.states import LinkState
from bookings.links import tokens
from bookings.links.actions import record_proof
from bookings.links.models import Link
from bookings.offers.rules import Offer


class _NotBegun(Exception):
    """Undoes what was written; the result says why."""

    def __init__(self, result: Denied | AtLimit) -> None:
        super().__init__()
        self.result = result


class Asked(Enum):
    """What came of asking for a fresh link."""

    SENT = auto()
    WAITS_FOR_TEAM = auto()


@dataclass(frozen=True, slots=True)
class Taker:
    """Who books: at which browser, and whether the link's own address stands for them."""

    visitor: Visitor
    is_recipient: bool


def note_opened(*, invitation: Invitation, now: datetime) -> None:
    """A person has the page before them."""
    Invitation.objects.filter(pk=invitation.pk, opened_at=None).update(opened_at=now)
    Invitation.objects.filter(pk=invitation.pk).update(openings=F("openings") + 1)


def take(
    *, invitation: Invitation, link: Link, span: TimeSpan, details: Details, offer: Offer, taker: Taker, now: datetime
) -> Begun | Denied | AtLimit:
    """Makes a booking request of the link's time, or of another one in its place; the link's hold goes along.

    The recipient's address is proved by the press of the button, anybody else's is still to be. A second press of the
    same browser gets the same request. Raises MovedMeanwhile when the link was used or taken back this moment.
    """
    if taker.is_recipient:
        record_proof(browser_key=taker.visitor.browser_key, email=invitation.email, now=now)
    try:
        with transaction.atomic():
            return _take(invitation, link, span, details, offer, taker, now=now)
    except _NotBegun as undone:
        return undone.result


def _take(
    invitation: Invitation,
    link: Link,
    span: TimeSpan,
    details: Details,
    offer: Offer,
    taker: Taker,
    *,
    now: datetime,
) -> Begun:
    mine = locked(invitation, queries.in_state(LinkState.OPEN, now=now))
    if mine.room is None:
        raise InvitationError("A link without a room books nothing by itself.")
    if mine.hold is not None and getattr(mine.hold, "request", None) is None:
        until = now + rules.HOLD_AFTER_PRESS
        hand_over_hold(hold=mine.hold, browser_key=taker.visitor.browser_key, until=until)
    result = booking.begin(room=mine.room, span=span, details=details, offer=offer, visitor=taker.visitor, now=now)
    if not isinstance(result, Begun):
        raise _NotBegun(result)
    record(request=result.request, actor=GUEST, what=What.INVITED, now=now, note=mine.reference)
    tokens.mark_used(link=link, now=now)
    Invitation.objects.filter(pk=mine.pk).update(used_at=now, booking_request=result.request, hold=None)
    _count_press(mine, now=now)
    return result


@transaction.atomic
def go_on(*, invitation: Invitation, link: Link, browser_key: str, now: datetime) -> None:
    """The recipient goes on to the free times, the address proved in this browser. Raises MovedMeanwhile."""
    mine = locked(invitation, queries.in_state(LinkState.OPEN, now=now))
    record_proof(browser_key=browser_key, email=mine.email, now=now)
    tokens.mark_used(link=link, now=now)
    Invitation.objects.filter(pk=mine.pk).update(used_at=now)
    _count_press(mine, now=now)


def _count_press(invitation: Invitation, *, now: datetime) -> None:
    """Who presses has opened it, also without scripts."""
    Invitation.objects.filter(pk=invitation.pk, opened_at=None).update(opened_at=now, openings=1)


def ask_for_fresh(*, invitation: Invitation, now: datetime) -> Asked:
    """A fresh link to the same address at once where the team allowed it; otherwise the team is asked.

    Whatever keeps it from being sent is for the team to look at. Of a used link the request's own address gets the
    link to what was made of it.
    """
    if invitation.is_used and invitation.booking_request is not None:
        send_link_of_request(request=invitation.booking_request, now=now)
        return Asked.SENT
    may_renew = invitation.renews_itself and invitation.self_renewals < rules.MOST_SELF_RENEWALS
    if may_renew and invitation.revoked_at is None:
        try:
            renew(invitation=invitation, member_id=0, now=now, by_recipient=True)
        except (InvitationError, NotBookable):
            return _ask_team(invitation, now=now)
        return Asked.SENT
    return _ask_team(invitation, now=now)


def _ask_team(invitation: Invitation, *, now: datetime) -> Asked:
    Invitation.objects.filter(pk=invitation.pk, fresh_asked_at=None).update(fresh_asked_at=now)
    return Asked.WAITS_FOR_TEAM
