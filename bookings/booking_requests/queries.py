"""Finds requests: for the browser that has them, for the tasks that move them on."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from bookings.availability.queries import Asker, slot_answer
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import NEEDS_STAFF, OPEN, UNSENT, Presence, State, Why
from bookings.catalog.models import Room
from bookings.core.answers import Answer, Blocked, Reason
from bookings.core.pseudonyms import PSEUDONYM_HOST
from bookings.core.timespan import TimeSpan
from bookings.links.queries import standing_of_address

# The person was erased, so there is nobody to tell.
_OF_NOBODY = Q(email__endswith=f"@{PSEUDONYM_HOST}")
_WAITING = (State.REGISTRATION_NEEDED, State.VERIFICATION_NEEDED)


def _requests() -> QuerySet[BookingRequest]:
    return BookingRequest.objects.select_related("room__site", "room__feed", "room__picture", "hold")


def find_request(*, reference: str, browser_key: str) -> BookingRequest | None:
    """The request of this reference, if this very browser began or adopted it; a reference alone opens nothing."""
    if not browser_key:
        return None
    return _requests().filter(reference=reference.upper(), browser_key=browser_key).first()


def get_by_pk(pk: int) -> BookingRequest:
    """The request of a link, with all that its page needs. Raises DoesNotExist."""
    return _requests().get(pk=pk)


def find_same(*, room: Room, span: TimeSpan, email: str, browser_key: str, now: datetime) -> BookingRequest | None:
    """What this browser already asked for: this room, this time, this address, and it is not over.

    An unsent one whose hold ran out doesn't count: whoever begins again wants a hold.
    """
    mine = _requests().filter(
        browser_key=browser_key, room=room, start=span.start, end=span.end, email=email, state__in=[*OPEN, State.BOOKED]
    )
    ran_out = Q(state__in=UNSENT) & (Q(hold=None) | Q(hold__expires_at__lte=now))
    gone = Q(state=State.BOOKED, presence=Presence.GONE)
    return mine.exclude(ran_out | gone).order_by("-created_at", "-pk").first()


def list_unsent(*, browser_key: str) -> list[BookingRequest]:
    """What this browser began and has not sent, newest first."""
    return list(_requests().filter(browser_key=browser_key, state__in=UNSENT).order_by("-created_at", "-pk"))


def list_by_address(*, email: str, now: datetime) -> list[BookingRequest]:
    """Requests of an address whose meeting is not over and that didn't end unsent, the nearest first."""
    mine = _requests().filter(email=email, end__gt=now).exclude(state=State.EXPIRED)
    return list(mine.order_by("start", "pk"))


def waits_for_staff() -> Q:
    """Which requests need a person."""
    return Q(pk__in=waiting_keys())


def waiting_keys() -> QuerySet[Any]:
    """The keys of requests that need a person: staff must settle them, or their meeting moved or left the calendar.

    Staff take them off the list by marking them as handled; a further change brings them back. Two sets of keys, each
    found by an index of its own, because the few that wait must be found among all that ever were. Only booked meetings
    change, so the second set doesn't ask for the state, whose index would lead through everything that was ever booked.
    """
    unsettled = BookingRequest.objects.filter(handled_at=None, state__in=sorted(NEEDS_STAFF))
    changed = BookingRequest.objects.filter(handled_at=None, changed_at__isnull=False)
    return unsettled.values("pk").union(changed.values("pk"))


def to_compare(*, now: datetime) -> QuerySet[BookingRequest]:
    """Booked meetings that are not over and that a good reading, newer than the last look, may tell of, by room."""
    version = Q(feed_version=None) | ~Q(feed_version=F("room__feed__version"))
    missing = Q(presence=Presence.MISSING, room__feed__read_at__gt=F("presence_at"))
    good = _requests().filter(room__feed__read_at__isnull=False, room__feed__failures_in_a_row=0)
    due = good.filter(version | missing, state=State.BOOKED, end__gt=now)
    return due.exclude(_OF_NOBODY).order_by("room_id", "pk")


def to_remind_of(*, now: datetime, until: datetime) -> QuerySet[BookingRequest]:
    """Booked meetings that begin from now to then, are in their room's calendar, and of which nobody was reminded."""
    coming = _requests().filter(state=State.BOOKED, presence=Presence.SHOWN, start__gt=now, start__lte=until)
    return coming.filter(reminded_at=None).exclude(_OF_NOBODY).order_by("start", "pk")


def asker_of(*, browser_key: str, email: str, people: int, now: datetime) -> Asker:
    """Who asks for a slot: what is known of the address, if this browser proved it, and whose hold is no obstacle."""
    standing = standing_of_address(browser_key=browser_key, email=email, now=now)
    return Asker(standing=standing, browser_key=browser_key, people=people)


def asker_behind(request: BookingRequest, *, now: datetime) -> Asker:
    """Who stands behind a request."""
    return asker_of(browser_key=request.browser_key, email=request.email, people=request.people, now=now)


def answer_for(*, request: BookingRequest, now: datetime, span: TimeSpan | None = None) -> Answer:
    """May an unsent request's time, or another one in its place, still be booked, by what the mirror knows?"""
    if span is None and request.refusal == Why.SLOT_TAKEN:
        return Blocked(Reason.BUSY)
    return slot_answer(request.room, span or request.span, asker=asker_behind(request, now=now), now=now)


def ran_out(*, now: datetime) -> QuerySet[BookingRequest]:
    """Unsent requests that nobody holds a time for any more; one whose time was lost has until `settle_due_at`."""
    without = Q(hold=None) & (Q(settle_due_at=None) | Q(settle_due_at__lte=now))
    return _requests().filter(Q(state__in=UNSENT) & (Q(hold__expires_at__lte=now) | without))


def never_confirmed(*, now: datetime) -> QuerySet[BookingRequest]:
    """Requests that still wait for a registration when their time comes, or for an activation when it is over."""
    unregistered = Q(state=State.REGISTRATION_NEEDED, start__lte=now)
    return _requests().filter(unregistered | Q(state=State.VERIFICATION_NEEDED, end__lte=now))


def stale_sending(*, now: datetime) -> QuerySet[BookingRequest]:
    """Requests whose sender fell silent."""
    return _requests().filter(state=State.SENDING, settle_due_at__lte=now)


def unclear_due(*, now: datetime) -> QuerySet[BookingRequest]:
    """Requests of unknown outcome that are due for a look."""
    return _requests().filter(state=State.BEING_CONFIRMED, settle_due_at__lte=now)


def taken_while_waiting() -> QuerySet[BookingRequest]:
    """Requests that wait for their company while the mirror shows a meeting in their time."""
    return (
        _requests()
        .filter(state__in=_WAITING, room__busy_spans__start__lt=F("end"), room__busy_spans__end__gt=F("start"))
        .distinct()
    )


def awaiting_feed(*, now: datetime) -> QuerySet[BookingRequest]:
    """Requests that wait for their company and for whose room's calendar it is time to look again."""
    return _requests().filter(state__in=_WAITING, settle_due_at__lte=now)


def needlessly_held(*, now: datetime) -> QuerySet[BookingRequest]:
    """Requests whose hold does no more good: booked and shown by the mirror, or their time is over."""
    shown = Q(state=State.BOOKED, room__busy_spans__start__lte=F("start"), room__busy_spans__end__gte=F("end"))
    return _requests().filter(shown | Q(end__lte=now), hold__isnull=False).distinct()
