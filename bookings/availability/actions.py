"""Placing, extending, keeping, moving and releasing holds.

Whoever writes a room's cells holds that room's lock until the transaction ends; so do the counters of a browser, an
address and a network, else two first holds could each count none. On PostgreSQL these are advisory locks, all taken at
once in one order, so that no two transactions wait for each other; on SQLite a writing transaction is alone anyway. To
change a slot use `replaces` or `move_hold` rather than a release and a new hold in one transaction, which would take
locks in two goes. The unique constraint on the cells is the guard; the locks make waiting short and counting right.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet

from bookings.availability.errors import AlreadyExtended, HoldGone, HoldLimit, SlotTaken, TooManyHolds
from bookings.availability.models import Hold, HoldCell
from bookings.catalog.models import Room
from bookings.core.timespan import TimeSpan, five_minute_cells
from bookings.links.rules import normalized_email

# Long enough for a code to arrive and be typed.
HOLD_MINUTES = 10
# Somebody comparing a few rooms in several tabs; more is emptying a calendar.
MOST_PER_BROWSER = 3
# The same person on telephone and desk; also what a forged address can cost its owner.
MOST_PER_ADDRESS = 3
# A whole office behind one address of the internet, on a busy morning.
MOST_PER_NETWORK = 20


@transaction.atomic
def place_hold(
    *,
    room: Room,
    span: TimeSpan,
    browser_key: str,
    email: str,
    network: str,
    now: datetime,
    minutes: int = HOLD_MINUTES,
    replaces: Hold | None = None,
) -> Hold:
    """Keeps a slot for a browser for some minutes.

    The same browser asking again for the same slot and address gets the hold it has, so a double click makes one
    (`hold.request` is then the request that has it). Its other holds on this time, and `replaces`, run out at once,
    unless they are kept for an open request. Whether the slot may be booked at all is `queries.slot_answer`'s to say.
    Raises SlotTaken and TooManyHolds.
    """
    email = normalized_email(email)
    rooms = {room.pk} if replaces is None else {room.pk, replaces.room_id}
    _lock(*(_room_lock(pk) for pk in rooms), f"browser {browser_key}", f"network {network}", f"address {email}")
    own = _live(now).filter(room=room, browser_key=browser_key, expires_at__isnull=False)
    same = own.filter(start=span.start, end=span.end, email=email).first()
    if same is not None:
        return same
    outdated = own.filter(start__lt=span.end, end__gt=span.start)
    if replaces is not None:
        outdated = outdated | _live(now).filter(pk=replaces.pk, expires_at__isnull=False)
    _retire(outdated, now)
    _refuse_too_many(now=now, browser_key=browser_key, email=email, network=network)
    hold = Hold(
        room=room,
        start=span.start,
        end=span.end,
        browser_key=browser_key,
        email=email,
        network=network,
        created_at=now,
        expires_at=now + timedelta(minutes=minutes),
    )
    try:
        # A savepoint, so that losing leaves the caller's transaction usable and the hold's row undone.
        with transaction.atomic():
            hold.save(force_insert=True)
            _take_cells(hold, now)
    except IntegrityError as error:
        raise SlotTaken from error
    return hold


@transaction.atomic
def extend_hold(*, hold: Hold, now: datetime, minutes: int = HOLD_MINUTES) -> Hold:
    """Gives a hold more minutes, once. One that ran out comes back if nobody took its time.

    Raises AlreadyExtended, SlotTaken and HoldGone.
    """
    fresh = _locked(hold)
    if fresh.expires_at is None:
        return fresh
    if fresh.extended:
        raise AlreadyExtended
    fresh.expires_at = max(fresh.expires_at, now) + timedelta(minutes=minutes)
    fresh.extended = True
    _revive(fresh, now)
    fresh.save(update_fields=["expires_at", "extended"])
    return fresh


@transaction.atomic
def keep_hold(*, hold: Hold, now: datetime) -> Hold:
    """Keeps a hold without end, for as long as its request is open; to be called before the request is sent.

    One that ran out comes back if nobody took its time. Raises SlotTaken and HoldGone.
    """
    fresh = _locked(hold)
    fresh.expires_at = None
    _revive(fresh, now)
    fresh.save(update_fields=["expires_at"])
    return fresh


@transaction.atomic
def move_hold(*, hold: Hold, room: Room, span: TimeSpan, now: datetime, minutes: int = HOLD_MINUTES) -> Hold:
    """Lets the same hold keep another slot, in the same room or another; it keeps the old one when that fails.

    The time that was left stays; a hold that ran out gets its minutes anew. Raises SlotTaken and HoldGone.
    """
    fresh = _locked(hold, room.pk)
    if fresh.expires_at is not None and fresh.expires_at <= now:
        fresh.expires_at = now + timedelta(minutes=minutes)
    fresh.room, fresh.start, fresh.end = room, span.start, span.end
    try:
        with transaction.atomic():
            HoldCell.objects.filter(hold=fresh).delete()
            _take_cells(fresh, now)
    except IntegrityError as error:
        raise SlotTaken from error
    fresh.save(update_fields=["room", "start", "end", "expires_at"])
    return fresh


@transaction.atomic
def hand_over_hold(*, hold: Hold, browser_key: str, until: datetime | None = None) -> None:
    """Gives a hold to another browser: its person came back on another device and proved the same address.

    With `until` it ends then at the latest.
    """
    Hold.objects.filter(pk=hold.pk).update(browser_key=browser_key)
    if until is not None:
        Hold.objects.filter(pk=hold.pk, expires_at__gt=until).update(expires_at=until)


@transaction.atomic
def release_hold(*, hold: Hold) -> None:
    """Gives the slot back. The request that had the hold has none afterwards; once more does no harm."""
    _lock(_room_lock(hold.room_id))
    Hold.objects.filter(pk=hold.pk).delete()


def end_hold(*, hold: Hold, now: datetime) -> None:
    """Lets a hold run out this moment; its cells go to whoever takes the time next.

    Takes no lock, so that the transaction may still place another hold, which takes all of its locks at once.
    """
    Hold.objects.filter(pk=hold.pk, expires_at__gt=now).update(expires_at=now)


def drop_expired(*, now: datetime) -> int:
    """Frees the cells of holds that ran out, and forgets those without a request; answers how many it dealt with.

    A hold that ran out blocks nobody even before; this keeps the tables small. The row of a request's hold stays, so
    that the request can say until when it was held, and get it back.
    """
    forgotten = Hold.objects.filter(expires_at__lte=now, request__isnull=True)
    holding = Hold.objects.filter(expires_at__lte=now, cells__isnull=False)
    rooms = sorted({*forgotten.values_list("room", flat=True), *holding.values_list("room", flat=True)})
    dropped = 0
    for room_id in rooms:
        # One transaction per room: nobody waits for more than their own room.
        with transaction.atomic():
            _lock(_room_lock(room_id))
            done = {*forgotten.filter(room=room_id).values_list("pk", flat=True)}
            done |= {*holding.filter(room=room_id).values_list("pk", flat=True)}
            HoldCell.objects.filter(hold__in=done).delete()
            forgotten.filter(room=room_id, pk__in=done).delete()
            dropped += len(done)
    return dropped


def _live(now: datetime) -> QuerySet[Hold]:
    return Hold.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))


def _locked(hold: Hold, *other_rooms: int) -> Hold:
    """The hold as it stands now, with its room locked. Raises HoldGone."""
    _lock(*{_room_lock(pk) for pk in (hold.room_id, *other_rooms)})
    fresh = Hold.objects.filter(pk=hold.pk).select_related("room").first()
    if fresh is None:
        raise HoldGone
    return fresh


def _retire(holds: QuerySet[Hold], now: datetime) -> None:
    """Lets holds run out now. Their rows stay: a request may point at them, and is another transaction's to change."""
    pks = list(holds.values_list("pk", flat=True))
    if pks:
        HoldCell.objects.filter(hold__in=pks).delete()
        Hold.objects.filter(pk__in=pks).update(expires_at=now)


def _refuse_too_many(*, now: datetime, browser_key: str, email: str, network: str) -> None:
    live = _live(now)
    if live.filter(browser_key=browser_key).count() >= MOST_PER_BROWSER:
        raise TooManyHolds(HoldLimit.BROWSER, MOST_PER_BROWSER)
    if email and live.filter(email=email).count() >= MOST_PER_ADDRESS:
        raise TooManyHolds(HoldLimit.ADDRESS, MOST_PER_ADDRESS)
    if network and live.filter(network=network).count() >= MOST_PER_NETWORK:
        raise TooManyHolds(HoldLimit.NETWORK, MOST_PER_NETWORK)


def _revive(hold: Hold, now: datetime) -> None:
    """Makes sure that a hold has its cells. Raises SlotTaken."""
    try:
        with transaction.atomic():
            _take_cells(hold, now)
    except IntegrityError as error:
        raise SlotTaken from error


def _take_cells(hold: Hold, now: datetime) -> None:
    """Writes the cells that the hold lacks, over those of holds that ran out; IntegrityError when one is taken."""
    cells = list(five_minute_cells(hold.span))
    wanted = HoldCell.objects.filter(room_id=hold.room_id, cell__gte=cells[0], cell__lte=cells[-1])
    wanted.filter(hold__expires_at__lte=now).exclude(hold=hold).delete()
    present = set(wanted.filter(hold=hold).values_list("cell", flat=True))
    HoldCell.objects.bulk_create(
        HoldCell(hold=hold, room_id=hold.room_id, cell=cell) for cell in cells if cell not in present
    )


def _room_lock(room_id: int) -> str:
    return f"room {room_id}"


def _lock(*names: str) -> None:
    """Waits for the named locks and holds them until the transaction ends."""
    if connection.vendor != "postgresql":
        return
    keys = sorted(_lock_number(names))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [keys])


def _lock_number(names: Iterable[str]) -> set[int]:
    digests = (hashlib.blake2b(name.encode(), digest_size=8, person=b"hold").digest() for name in names)
    return {int.from_bytes(digest, "big", signed=True) for digest in digests}
