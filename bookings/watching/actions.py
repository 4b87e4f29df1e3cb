"""Sets a watch, proves its address, stops it, takes what it was offered; the line itself moves on in `offering`."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from bookings.availability.actions import hand_over_hold
from bookings.availability.queries import slot_answer
from bookings.booking_requests import actions as booking
from bookings.booking_requests.actions import AtLimit, Begun, Denied, Details, Visitor
from bookings.booking_requests.queries import asker_of
from bookings.catalog.models import Room
from bookings.core.answers import Answer
from bookings.core.timespan import TimeSpan
from bookings.links.actions import NewCode, record_proof, start_proof
from bookings.links.queries import is_proved
from bookings.links.rules import normalized_email
from bookings.offers.rules import Offer
from bookings.watching import notices, rules
from bookings.watching.errors import MovedMeanwhile, TooManyWatches, WatchLimit
from bookings.watching.models import SlotWatch
from bookings.watching.queries import counted, find_live, find_same
from bookings.watching.states import LIVE, STOPPABLE, WatchState


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to be told of, and at which address."""

    room: Room
    span: TimeSpan
    people: int
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Watched:
    """There is a watch; whether it was set now or by an earlier click makes no difference."""

    watch: SlotWatch


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Nobody has this time, so there is nothing to wait for: it is free, or a rule forbids it."""

    answer: Answer


@transaction.atomic
def begin(*, wanted: Wanted, visitor: Visitor, now: datetime) -> Watched | NotTaken:
    """Sets a watch: a code on its way, or in line at once if this browser proved the address.

    Whether the address has watches of its own, or is known at all, changes nothing before the proof. Raises
    TooManyWatches.
    """
    email = normalized_email(wanted.email)
    same = find_same(room_id=wanted.room.pk, span=wanted.span, email=email, browser_key=visitor.browser_key)
    if same is not None:
        return Watched(same)
    asker = asker_of(browser_key=visitor.browser_key, email=email, people=wanted.people, now=now)
    answer = slot_answer(wanted.room, wanted.span, asker=asker, now=now)
    if not rules.may_be_watched(answer):
        return NotTaken(answer)
    _refuse_too_many(visitor)
    watch = SlotWatch(
        room=wanted.room,
        start=wanted.span.start,
        end=wanted.span.end,
        zone_name=wanted.room.site.zone_name,
        people=wanted.people,
        email=email,
        language=wanted.language,
        browser_key=visitor.browser_key,
        network=visitor.network,
        created_at=now,
    )
    try:
        with transaction.atomic():
            watch.save(force_insert=True)
    except IntegrityError:
        # The other half of a double click was quicker.
        same = find_same(room_id=wanted.room.pk, span=wanted.span, email=email, browser_key=visitor.browser_key)
        if same is None:
            raise
        return Watched(same)
    if is_proved(browser_key=visitor.browser_key, email=email, now=now):
        placed = get_in_line(watch=watch, now=now)
        if placed.pk == watch.pk:
            notices.mail_set(watch, now=now)
        return Watched(placed)
    send_code(watch=watch, now=now)
    return Watched(watch)


@transaction.atomic
def send_code(*, watch: SlotWatch, now: datetime) -> int:
    """Mails a code, unless one left less than a minute ago: then the seconds until another can be had, else 0."""
    made = start_proof(browser_key=watch.browser_key, email=watch.email, now=now)
    if not isinstance(made, NewCode):
        return made.wait_seconds
    notices.mail_code(watch, made, now=now)
    return 0


@transaction.atomic
def get_in_line(*, watch: SlotWatch, now: datetime) -> SlotWatch:
    """The address is proved: the watch takes its place, at the end of the line.

    Gives back the earlier watch when the address is in line for this very time already; this browser has that one then.
    Raises TooManyWatches, and MovedMeanwhile when it is no longer waiting for its proof.
    """
    if counted().filter(email=watch.email, state__in=LIVE).count() >= rules.MOST_PER_ADDRESS:
        raise TooManyWatches(WatchLimit.ADDRESS, rules.MOST_PER_ADDRESS)
    mine = SlotWatch.objects.filter(pk=watch.pk, state=WatchState.UNPROVED)
    try:
        with transaction.atomic():
            moved = mine.update(state=WatchState.WAITING, waiting_since=now)
    except IntegrityError:
        return _go_on_with_earlier(watch, now=now)
    if moved != 1:
        raise MovedMeanwhile(watch.reference)
    watch.refresh_from_db()
    return watch


def _go_on_with_earlier(watch: SlotWatch, *, now: datetime) -> SlotWatch:
    earlier = find_live(watch)
    if earlier is None:
        raise MovedMeanwhile(watch.reference)
    SlotWatch.objects.filter(pk=watch.pk).update(state=WatchState.STOPPED, ended_at=now)
    _hand_over(earlier, watch.browser_key)
    return earlier


@transaction.atomic
def adopt(*, watch: SlotWatch, browser_key: str, now: datetime) -> SlotWatch:
    """Somebody pressed a button behind the mailed link: this browser has the watch, and its address is proved."""
    record_proof(browser_key=browser_key, email=watch.email, now=now)
    _hand_over(watch, browser_key)
    if watch.state == WatchState.UNPROVED:
        return get_in_line(watch=watch, now=now)
    return watch


def _hand_over(watch: SlotWatch, browser_key: str) -> None:
    if watch.browser_key == browser_key:
        return
    if watch.hold is not None:
        hand_over_hold(hold=watch.hold, browser_key=browser_key)
    # An unproved watch of that browser for the same time and address would be in the way, and is of no more use.
    SlotWatch.objects.filter(
        room=watch.room_id,
        start=watch.start,
        end=watch.end,
        email=watch.email,
        browser_key=browser_key,
        state=WatchState.UNPROVED,
    ).exclude(pk=watch.pk).delete()
    SlotWatch.objects.filter(pk=watch.pk).update(browser_key=browser_key)
    watch.refresh_from_db()


@transaction.atomic
def stop(*, watch: SlotWatch, now: datetime) -> bool:
    """The watcher doesn't want to wait any more; False when it was over.

    What was kept for them goes to the next in line, or is free to all, the next time that the line moves on.
    """
    stopped = SlotWatch.objects.filter(pk=watch.pk, state__in=STOPPABLE).update(state=WatchState.STOPPED, ended_at=now)
    watch.refresh_from_db()
    return stopped == 1


@transaction.atomic
def take(
    *, watch: SlotWatch, details: Details, offer: Offer, visitor: Visitor, now: datetime
) -> Begun | Denied | AtLimit:
    """Makes a booking request of the time that is kept for the watcher; its hold goes along.

    Raises MovedMeanwhile when nothing is offered any more.
    """
    if watch.state != WatchState.OFFERED or watch.offered_until is None or watch.offered_until <= now:
        raise MovedMeanwhile(watch.reference)
    result = booking.begin(room=watch.room, span=watch.span, details=details, offer=offer, visitor=visitor, now=now)
    if isinstance(result, Begun):
        taken = SlotWatch.objects.filter(pk=watch.pk, state=WatchState.OFFERED).update(
            state=WatchState.TAKEN, ended_at=now, booking_request=result.request
        )
        if taken != 1:
            raise MovedMeanwhile(watch.reference)
        watch.refresh_from_db()
    return result


def _refuse_too_many(visitor: Visitor) -> None:
    if counted().filter(browser_key=visitor.browser_key).count() >= rules.MOST_PER_BROWSER:
        raise TooManyWatches(WatchLimit.BROWSER, rules.MOST_PER_BROWSER)
    if visitor.network and counted().filter(network=visitor.network).count() >= rules.MOST_PER_NETWORK:
        raise TooManyWatches(WatchLimit.NETWORK, rules.MOST_PER_NETWORK)
