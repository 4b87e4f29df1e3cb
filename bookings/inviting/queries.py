"""Finds invitations: for the team, for a link, for an address."""

from datetime import datetime

from django.db.models import Q, QuerySet

from bookings.availability.models import Hold
from bookings.booking_requests.states import State
from bookings.inviting.models import Invitation
from bookings.inviting.states import LinkState, Step


def invitations() -> QuerySet[Invitation]:
    """All of them, with what a page about one needs."""
    return Invitation.objects.select_related(
        "room__site", "room__feed", "room__picture", "site", "hold__request", "booking_request__room__site"
    )


def in_state(state: LinkState, *, now: datetime) -> Q:
    """Which invitations stand like that; `Invitation.state_at` says the same of one."""
    nothing_came = Q(booking_request__isnull=False, booking_request__state=State.EXPIRED)
    used = Q(used_at__isnull=False) & ~nothing_came
    match state:
        case LinkState.DRAFT:
            return Q(step=Step.DRAFT)
        case LinkState.USED:
            return used & ~Q(step=Step.DRAFT)
        case LinkState.REVOKED:
            return Q(step=Step.REVOKED) & ~used
        case LinkState.OPEN:
            return Q(step=Step.SENT, expires_at__gt=now) & ~used
        case LinkState.EXPIRED:
            return Q(step=Step.SENT, expires_at__lte=now) & ~used


def list_by_address(*, email: str, now: datetime) -> list[Invitation]:
    """What is open for an address, what ends first in front."""
    return list(invitations().filter(in_state(LinkState.OPEN, now=now), email=email).order_by("expires_at", "pk"))


def count_open(*, email: str, now: datetime) -> int:
    """How many links wait for an address."""
    return Invitation.objects.filter(in_state(LinkState.OPEN, now=now), email=email).count()


def held_by_links(*, now: datetime) -> QuerySet[Hold]:
    """The times that are kept by links nobody has used yet."""
    return Hold.objects.filter(invitation__isnull=False, request__isnull=True, expires_at__gt=now)
