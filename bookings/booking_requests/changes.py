"""Notices when a booked meeting moves in the room's calendar, leaves it, or comes back, and tells guest and staff once.

Only a good reading says anything: while a feed fails its last meetings stand. A reading is compared when the feed's
version moved since the last comparison, so unchanged calendars cost no write; a missing meeting is looked for again
in every further reading. Each change is claimed by one conditional update, together with its mail.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from bookings.availability.actions import release_hold
from bookings.booking_requests import notices, queries, rules
from bookings.booking_requests.actions import SYSTEM, record
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.rules import Change, Meeting
from bookings.booking_requests.states import Presence, State, What
from bookings.core.timespan import TimeSpan
from bookings.feeds.actions import mark_looked_at
from bookings.feeds.models import BusySpan

_TOLD: dict[Change, What] = {
    Change.MOVED: What.MEETING_MOVED,
    Change.GONE: What.MEETING_GONE,
    Change.BACK: What.MEETING_BACK,
}


def watch_changes(*, now: datetime) -> int:
    """Compares booked meetings with what the mirror shows by now; says how many had changed."""
    changed = sum(compare(request=request, now=now) for request in queries.to_compare(now=now))
    missing = BookingRequest.objects.filter(state=State.BOOKED, presence=Presence.MISSING, end__gt=now)
    rooms = sorted(set(missing.values_list("room_id", flat=True)))
    if rooms:
        mark_looked_at(room_ids=rooms, now=now)
    return changed


def compare(*, request: BookingRequest, now: datetime) -> bool:
    """One meeting against the mirror. Did it move, leave or come back, and was it this call that told so?"""
    feed = request.room.feed
    found = rules.find_booked(
        _candidates(request),
        span=request.span,
        workways_id=request.workways_id,
        uid=request.meeting_uid,
        known_uids=request.known_uids,
        presence=Presence(request.presence),
    )
    change = rules.judge_reading(
        found,
        span=request.span,
        presence=Presence(request.presence),
        missing_for=_missing_for(request, feed.read_at),
        is_empty=feed.events == 0,
    )
    return _note(request, change, found, read_at=feed.read_at or now, version=feed.version, now=now)


def _candidates(request: BookingRequest) -> Iterable[Meeting]:
    """The events of the room that may be the meeting."""
    maybe = Q(start=request.start, end=request.end)
    if request.meeting_uid:
        maybe |= Q(uid=request.meeting_uid)
    if request.workways_id:
        maybe |= Q(uid__contains=request.workways_id)
    spans = BusySpan.objects.filter(maybe, room=request.room_id).values_list("uid", "start", "end")
    return [Meeting(TimeSpan(start, end), uid) for uid, start, end in spans]


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
