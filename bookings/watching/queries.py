"""Finds watches: for the browser that set them, for the line, for a person."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from bookings.availability.models import Hold
from bookings.core.timespan import TimeSpan
from bookings.feeds.models import BusySpan
from bookings.watching.models import SlotWatch
from bookings.watching.rules import UNPROVED_LIFETIME
from bookings.watching.states import LIVE, STOPPABLE, WatchState


def watches() -> QuerySet[SlotWatch]:
    """All of them, with what a page about one needs."""
    return SlotWatch.objects.select_related(
        "room__site", "room__feed", "room__picture", "hold__request", "booking_request"
    )


def find_own(*, reference: str, browser_key: str) -> SlotWatch | None:
    """The watch of this reference if it belongs to this browser; a reference alone opens nothing."""
    if not browser_key:
        return None
    return watches().filter(reference=reference.upper(), browser_key=browser_key).first()


def find_same(*, room_id: int, span: TimeSpan, email: str, browser_key: str) -> SlotWatch | None:
    """What this browser already watches: this room, this time, this address."""
    mine = watches().filter(room=room_id, start=span.start, end=span.end, email=email, browser_key=browser_key)
    return mine.filter(state__in=STOPPABLE).order_by("-pk").first()


def find_live(watch: SlotWatch) -> SlotWatch | None:
    """The one of the same address for the same time that is in line already."""
    same = watches().filter(room=watch.room_id, start=watch.start, end=watch.end, email=watch.email)
    return same.filter(state__in=LIVE).exclude(pk=watch.pk).first()


def list_by_address(*, email: str, now: datetime) -> list[SlotWatch]:
    """What an address waits for, the nearest first."""
    return list(watches().filter(email=email, state__in=LIVE, start__gt=now).order_by("start", "pk"))


def place_in_line(watch: SlotWatch) -> int:
    """How many wait for this time or a part of it, up to and including this one."""
    rivals = SlotWatch.objects.filter(
        room=watch.room_id, state__in=LIVE, start__lt=watch.end, end__gt=watch.start
    ).exclude(pk=watch.pk)
    earlier = Q(waiting_since__lt=watch.waiting_since) | Q(waiting_since=watch.waiting_since, pk__lt=watch.pk)
    return rivals.filter(earlier).count() + 1


def freed(*, now: datetime) -> QuerySet[SlotWatch]:
    """Watches in line whose whole time is free by a good reading of the feed, the longest waiting first.

    A feed that fails frees nothing, nor does one that doesn't reach so far.
    """
    taken = BusySpan.objects.filter(room=OuterRef("room"), start__lt=OuterRef("end"), end__gt=OuterRef("start"))
    live = Hold.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now))
    held = live.filter(room=OuterRef("room"), start__lt=OuterRef("end"), end__gt=OuterRef("start"))
    waiting = watches().filter(
        state=WatchState.WAITING,
        start__gt=now,
        room__vanished_at=None,
        room__is_hidden=False,
        room__site__is_hidden=False,
        room__feed__failures_in_a_row=0,
        room__feed__covers_until__gte=F("end"),
    )
    return waiting.filter(~Exists(taken), ~Exists(held)).order_by("waiting_since", "pk")


def lapsed(*, now: datetime) -> QuerySet[SlotWatch]:
    """Watches whose offer has run out, and those that were stopped while their time was kept for them."""
    ran_out = Q(state=WatchState.OFFERED, offered_until__lte=now)
    stopped = Q(state=WatchState.STOPPED, hold__isnull=False)
    return watches().filter(ran_out | stopped).order_by("offered_until", "pk")


def over(*, now: datetime) -> QuerySet[SlotWatch]:
    """Watches whose time has come, and those whose address nobody confirmed."""
    unproved = Q(state=WatchState.UNPROVED, created_at__lte=now - UNPROVED_LIFETIME)
    return SlotWatch.objects.filter(unproved | Q(state__in=STOPPABLE - {WatchState.OFFERED}, start__lte=now))


def counted() -> QuerySet[SlotWatch]:
    """What counts against the limits."""
    return SlotWatch.objects.filter(state__in=STOPPABLE)
