"""Notices when a booked meeting moves in the room's calendar, leaves it, or comes back, and tells guest and staff once.

Only a good reading says anything: while a feed fails its last meetings stand. A reading is compared when the feed's
version moved since the last comparison, so unchanged calendars cost no write; a missing meeting is looked for again
in every further reading. Each change is claimed by one conditional update, together with its mail.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.db import transaction
from django.db.models import F

from bookings.availability.actions import release_hold
from bookings.booking_requests import notices, queries, rules
from bookings.booking_requests.actions import SYSTEM, record
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.rules import Change, Meeting
from bookings.booking_requests.states import Presence, State, What
from bookings.core.timespan import TimeSpan
from bookings.feeds.actions import mark_looked_at
from bookings.feeds.models import BusySpan

_AT_ONCE = 2000
_TOLD: dict[Change, What] = {
    Change.MOVED: What.MEETING_MOVED,
    Change.GONE: What.MEETING_GONE,
    Change.BACK: What.MEETING_BACK,
}


def watch_changes(*, now: datetime) -> int:
    """Compares booked meetings with what the mirror shows by now; says how many had changed.

    One query and one update for each room in which nothing happened to our meetings; what one call leaves over for the
    next is the same work as before.
    """
    due = queries.to_compare(now=now)[:_AT_ONCE]
    changed = sum(_compare_room(list(group), now=now) for _room, group in groupby(due, key=attrgetter("room_id")))
    missing = BookingRequest.objects.filter(state=State.BOOKED, presence=Presence.MISSING, end__gt=now)
    rooms = sorted(set(missing.values_list("room_id", flat=True)))
    if rooms:
        mark_looked_at(room_ids=rooms, now=now)
    return changed


def _compare_room(requests: Sequence[BookingRequest], *, now: datetime) -> int:
    """The booked meetings of one room against what the mirror shows of it; how many changed by this call."""
    feed = requests[0].room.feed
    spans = BusySpan.objects.filter(room=feed.room_id).values_list("uid", "start", "end")
    meetings = [Meeting(TimeSpan(start, end), uid) for uid, start, end in spans]
    unchanged, changed = [], 0
    for request in requests:
        presence = Presence(request.presence)
        found = rules.find_booked(
            meetings,
            span=request.span,
            workways_id=request.workways_id,
            uid=request.meeting_uid,
            known_uids=request.known_uids,
            presence=presence,
        )
        change = rules.judge_reading(
            found,
            span=request.span,
            presence=presence,
            missing_for=_missing_for(request, feed.read_at),
            is_empty=feed.events == 0,
        )
        if change == Change.NONE and (found is None or found.uid == request.meeting_uid):
            if request.feed_version != feed.version:
                unchanged.append(request.pk)
        else:
            changed += _note(request, change, found, read_at=feed.read_at or now, version=feed.version, now=now)
    if unchanged:
        BookingRequest.objects.filter(pk__in=unchanged).update(feed_version=feed.version)
    return changed


def _missing_for(request: BookingRequest, read_at: datetime | None) -> timedelta | None:
    if request.presence_at is None or read_at is None:
        return None
    return read_at - request.presence_at


@transaction.atomic
def _note(
    request: BookingRequest, change: Change, found: Meeting | None, *, read_at: datetime, version: int, now: datetime
) -> bool:
    fields: dict[str, object] = {"feed_version": version}
    if found is not None:
        fields["meeting_uid"] = found.uid
    if change == Change.MISSING:
        fields |= {"presence": Presence.MISSING, "presence_at": read_at}
    elif change != Change.NONE:
        fields |= {"presence": Presence.GONE if change == Change.GONE else Presence.SHOWN, "presence_at": read_at}
    former = request.span
    if change in _TOLD:
        fields |= {"changed_at": now, "handled_at": None, "calendar_sequence": F("calendar_sequence") + 1}
        if change == Change.GONE and request.cancelling_at is not None:
            # The team has been waiting for just this.
            fields |= {"handled_at": now, "cancelling_at": None}
        if found is not None and found.span != former:
            fields |= {"start": found.span.start, "end": found.span.end, "reminded_at": None}
            fields |= {"former_start": former.start, "former_end": former.end}
        if request.hold is not None:
            # It keeps a time at which the meeting isn't any more. Always locked before the request's own row.
            release_hold(hold=request.hold)
            fields["hold"] = None
    as_read = BookingRequest.objects.filter(
        pk=request.pk,
        state=State.BOOKED,
        presence=request.presence,
        presence_at=request.presence_at,
        feed_version=request.feed_version,
        calendar_sequence=request.calendar_sequence,
    )
    if as_read.update(**fields) != 1 or change not in _TOLD:
        return False
    request.refresh_from_db()
    note = " -> ".join(_in_words(span) for span in dict.fromkeys((former, request.span)))
    record(request=request, actor=SYSTEM, what=_TOLD[change], now=now, note=note)
    notices.mail_change(request, change, former=former, now=now)
    return True


def _in_words(span: TimeSpan) -> str:
    return f"{span.start:%Y-%m-%d %H:%M}/{span.end:%Y-%m-%d %H:%M} UTC"
