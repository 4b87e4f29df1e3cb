"""The upstream's prices of the slots that searches show: asked for by Celery, so that no page waits for them.

A search shows two dozen slots, and the upstream names one price at a time. So a search shows what is known, the
catalog's estimate for the rest, and leaves the questions here; a worker asks them within seconds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Q

from bookings.availability.taken import among_rooms, instant_of_second, seconds_of
from bookings.core.money import Money
from bookings.offers.models import SlotPrice
from bookings.offers.queries import KEEP_SECONDS, PAUSE_KEY, PAUSE_SECONDS, ask
from portal import clock

# A price is asked for anew after this long while people look at it, and shown until the new one is there.
_FRESH = timedelta(seconds=KEEP_SECONDS)
# No price is shown that is older; nobody looked at it for as long.
_SHOWN = timedelta(hours=1)
# Whoever looked at the page has gone by then, and a worker that is away must not find a heap of old questions.
_WAITED_FOR = timedelta(seconds=60)
# How many questions may stand open, so that a flood of searches can't use up the upstream's quota.
MOST_OPEN = 400
# One waking of a worker: so many questions, no more than so many seconds.
_AT_ONCE = 40
_BUDGET = timedelta(seconds=15)
_LEASE = timedelta(seconds=60)

Key = tuple[int, datetime, int]


@dataclass(frozen=True, slots=True)
class KnownPrice:
    """What is known of one slot's price. `price` None with `is_exact` means on request.

    `is_awaited`: a worker is about to ask; `is_wanting`: nobody has been told to ask yet, or not lately.
    """

    price: Money | None = None
    is_exact: bool = False
    is_awaited: bool = False
    is_wanting: bool = True


UNKNOWN = KnownPrice()


def known_prices(
    *, first: datetime, last: datetime, people: int, now: datetime, rooms: Sequence[int] | None = None
) -> dict[Key, KnownPrice]:
    """What is known of slots that begin between two instants, by (room's number, start, minutes). One query.

    Of these rooms, or of all.
    """
    value = connection.ops.adapt_datetimefield_value
    columns = ", ".join(("room_id", *map(seconds_of, ("start", "as_of", "wanted_at")), "minutes", "minor", "is_named"))
    among, names = ("1 = 1", []) if rooms is None else among_rooms(rooms)
    table = SlotPrice._meta.db_table
    where = f"start BETWEEN %s AND %s AND people = %s AND {among}"
    statement = f"SELECT {columns} FROM {table} WHERE {where}"  # noqa: S608 (our own words)
    with connection.cursor() as cursor:
        cursor.execute(statement, [value(first), value(last), people, *names])
        rows = cursor.fetchall()
    present = int(now.timestamp())
    return {
        (room, instant_of_second(start), minutes): _known(as_of, wanted_at, minor, present, is_named=bool(is_named))
        for room, start, as_of, wanted_at, minutes, minor, is_named in rows
    }


def _known(as_of: int | None, wanted_at: int | None, minor: int | None, now: int, *, is_named: bool) -> KnownPrice:
    """All instants in seconds since 1970."""
    is_shown = as_of is not None and now - as_of < _SHOWN.total_seconds()
    is_awaited = wanted_at is not None and now - wanted_at < _WAITED_FOR.total_seconds()
    is_fresh = as_of is not None and now - as_of < _FRESH.total_seconds()
    return KnownPrice(
        price=Money(minor) if is_shown and minor is not None else None,
        is_exact=is_shown and is_named,
        is_awaited=is_awaited and not is_shown,
        is_wanting=not is_fresh and not is_awaited,
    )


def want_prices(*, slots: Iterable[Key], people: int, now: datetime) -> int:
    """Leaves questions for a worker; how many. Nothing while too many stand open already.

    Three statements, whatever the number. The same question asked by two pages at once is one.
    """
    asked = [
        SlotPrice(room_id=room, start=start, minutes=minutes, people=people, wanted_at=now)
        for room, start, minutes in slots
    ]
    open_questions = SlotPrice.objects.filter(wanted_at__gt=now - _WAITED_FOR).count()
    if not asked or open_questions + len(asked) > MOST_OPEN:
        return 0
    SlotPrice.objects.bulk_create(
        asked,
        update_conflicts=True,
        unique_fields=["room", "start", "minutes", "people"],
        update_fields=["wanted_at"],
    )
    return len(asked)


def fill_prices(*, now: datetime, limit: int = _AT_ONCE) -> int:
    """Asks the upstream the open questions, the newest first; how many it answered.

    Any number of workers may call this at once. An upstream that fails is left alone for half a minute, by everybody.
    """
    _forget(now)
    if cache.get(PAUSE_KEY):
        return 0
    answered = 0
    claimed = _claim(now, limit)
    for question in claimed:
        if clock.now() - now > _BUDGET:
            break
        span = {"start": question.start, "duration_minutes": question.minutes, "people": question.people}
        answer = ask(question.room, span, clock.now())
        if answer is None:
            cache.set(PAUSE_KEY, True, PAUSE_SECONDS)
            break
        SlotPrice.objects.filter(pk=question.pk).update(
            minor=None if answer.price is None else answer.price.minor,
            is_named=answer.is_known,
            as_of=answer.as_of,
            wanted_at=None,
            claimed_until=None,
        )
        answered += 1
    # What was not asked, or not answered, is anybody's again.
    left = [question.pk for question in claimed[answered:]]
    SlotPrice.objects.filter(pk__in=left).update(claimed_until=None)
    return answered


def _claim(now: datetime, limit: int) -> list[SlotPrice]:
    """Open questions for the caller alone until the lease runs out."""
    unclaimed = Q(claimed_until=None) | Q(claimed_until__lte=now)
    with transaction.atomic():
        waiting = SlotPrice.objects.filter(unclaimed, wanted_at__gt=now - _WAITED_FOR).order_by("-wanted_at", "pk")
        locked = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("room")
        claimed = list(locked[:limit])
        if claimed:
            SlotPrice.objects.filter(pk__in=[one.pk for one in claimed]).update(claimed_until=now + _LEASE)
    return claimed


def _forget(now: datetime) -> None:
    """Drops what nobody is shown any more and nobody waits for."""
    nobody_waits = Q(wanted_at=None) | Q(wanted_at__lte=now - _WAITED_FOR)
    unshown = Q(as_of=None) | Q(as_of__lte=now - _SHOWN)
    SlotPrice.objects.filter(nobody_waits, unshown).delete()
