"""Moves the line on: what has freed up is offered to the first in line, what was not taken goes to the next.

An offer is a hold of the time, the watch's move and a mail in one transaction. The cells of the hold are unique in the
database, so of any number of workers one makes the offer, and two watchers never get the same time. The rules judge the
time once more for each watcher, with what is known of them.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from bookings.availability.actions import end_hold, place_hold
from bookings.availability.errors import SlotTaken, TooManyHolds
from bookings.availability.queries import slot_answer
from bookings.booking_requests.queries import asker_of
from bookings.core.answers import Bookable
from bookings.watching import notices, queries
from bookings.watching.errors import MovedMeanwhile
from bookings.watching.models import SlotWatch
from bookings.watching.rules import HAND_OVER_MINUTES, OFFER_MINUTES
from bookings.watching.states import WatchState

log = logging.getLogger(__name__)

# What becomes of a watch that still has its offer's hold, when that is passed on.
ENDS_AS = {WatchState.OFFERED: WatchState.LAPSED, WatchState.STOPPED: WatchState.STOPPED}


def move_on(*, now: datetime) -> int:
    """Ends what is over, passes on what was not taken, offers what has freed up; says how many offers were made."""
    # Asked first, because on SQLite even an update of nothing waits for every other writer.
    if queries.over(now=now).exists():
        queries.over(now=now).update(state=WatchState.EXPIRED, ended_at=now)
    offered = sum(_pass_on(watch, now=now) for watch in queries.lapsed(now=now))
    return offered + sum(_offer(watch, now=now) for watch in queries.freed(now=now))


def _offer(watch: SlotWatch, *, now: datetime) -> bool:
    """Keeps the time for this watcher and tells them; False when it can't be had, or another worker was quicker."""
    try:
        with transaction.atomic():
            return _try_offer(watch, now=now)
    except (SlotTaken, MovedMeanwhile):
        return False
    except TooManyHolds as error:
        log.info("Watch %s can't be offered its time now: %s", watch.reference, error)
        return False


def _try_offer(watch: SlotWatch, *, now: datetime) -> bool:
    asker = asker_of(browser_key=watch.browser_key, email=watch.email, people=watch.people, now=now)
    if not isinstance(slot_answer(watch.room, watch.span, asker=asker, now=now), Bookable):
        return False
    hold = place_hold(
        room=watch.room,
        span=watch.span,
        browser_key=watch.browser_key,
        email=watch.email,
        network=watch.network,
        now=now,
        minutes=OFFER_MINUTES + HAND_OVER_MINUTES,
    )
    until = min(now + timedelta(minutes=OFFER_MINUTES), watch.start)
    waiting = SlotWatch.objects.filter(pk=watch.pk, state=WatchState.WAITING, browser_key=watch.browser_key)
    if waiting.update(state=WatchState.OFFERED, hold=hold, offered_at=now, offered_until=until) != 1:
        # Stopped this moment, or offered by another worker whose hold this is; undone as a whole.
        raise MovedMeanwhile(watch.reference)
    notices.mail_offer(watch, until=until, now=now)
    return True


@transaction.atomic
def _pass_on(watch: SlotWatch, *, now: datetime) -> bool:
    """The offer ran out: the time goes to the next in line in the same transaction, so nobody gets in between."""
    hold = watch.hold
    request = getattr(hold, "request", None)
    mine = SlotWatch.objects.filter(pk=watch.pk, state=watch.state, hold=hold)
    if request is not None:
        # Begun by way of the room's own page; the hold is the request's.
        mine.update(state=WatchState.TAKEN, ended_at=now, booking_request=request, hold=None)
        return False
    if mine.update(state=ENDS_AS[WatchState(watch.state)], ended_at=now, hold=None) != 1 or hold is None:
        return False
    end_hold(hold=hold, now=now)
    rivals = queries.freed(now=now).filter(room=watch.room_id, start__lt=watch.end, end__gt=watch.start)
    # One offer in one transaction, because each takes its locks at once; the rest is freed, and offered next.
    return any(_offer(rival, now=now) for rival in rivals)
