"""A room's busy time for programs: JSON for a window, and a calendar to subscribe to. Neither says more than "busy".

Programs read English here, so these answers are not translated.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from bookings.availability.feed_file import BusyFile, write_busy_file
from bookings.availability.queries import busy_between, feed_age, find_listed_room
from bookings.availability.rules import Freshness
from bookings.core.timespan import TimeSpan
from bookings.feeds.actions import mark_looked_at
from portal import clock
from portal.access import public

_LONGEST_WINDOW = timedelta(days=62)
# Short enough that a hold is seen by others while it matters, long enough to take the edge off a page left open.
_FRESH_SECONDS = 15
# A subscriber's calendar shows some past too; what is further ahead than this is in no feed that we read.
_PAST_IN_FILE = timedelta(days=31)
_FUTURE_IN_FILE = timedelta(days=400)
_FILE_KEPT_SECONDS = 3600
_NO_ROOM = "There is no room with this id. The list of rooms is at /sites/."


class _BadWindow(ValueError):
    """The window of a request makes no sense; the text says why, for whoever sent it."""


@public
@require_safe
def room_availability(request: HttpRequest, room_id: str) -> HttpResponse:
    """The room's busy time in a window (DESIGN, section 4)."""
    room = find_listed_room(room_id)
    if room is None:
        return _json({"error": _NO_ROOM}, status=404)
    try:
        window = _read_window(request)
    except _BadWindow as error:
        return _json({"error": str(error)}, status=400)
    now = clock.now()
    mark_looked_at(room_ids=[room.pk], now=now)
    age = feed_age(room)
    return _json(
        {
            "room": room.workways_id,
            "timezone": room.site.zone_name,
            "start": _iso(window.start),
            "end": _iso(window.end),
            "busy": [
                {"start": _iso(span.start), "end": _iso(span.end)} for span in busy_between(room, window, now=now)
            ],
            "fetched_at": None if age.read_at is None else _iso(age.read_at),
            "stale": age.freshness(now) is not Freshness.FRESH,
        }
    )


@public
@require_safe
def room_busy(request: HttpRequest, room_id: str) -> HttpResponseBase:
    """The room's busy time as a calendar file, with an entity tag so that asking again costs little."""
    room = find_listed_room(room_id)
    if room is None:
        return HttpResponse(_NO_ROOM, status=404, content_type="text/plain; charset=utf-8")
    now = clock.now()
    mark_looked_at(room_ids=[room.pk], now=now)
    # From midnight, so that what is clipped there doesn't change with every second.
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    window = TimeSpan(today - _PAST_IN_FILE, today + _FUTURE_IN_FILE)
    file = BusyFile(
        room_id=room.workways_id,
        room_name=room.shown_name,
        spans=busy_between(room, window, now=now),
        secret=settings.SECRET_KEY,
        host=urlsplit(settings.PORTAL_URL).hostname or "localhost",
    )
    response = get_conditional_response(request, etag=file.etag)
    if response is None:
        response = HttpResponse(
            _kept_file(file, feed_age(room).read_at or now), content_type="text/calendar; charset=utf-8"
        )
        response["Content-Disposition"] = f'inline; filename="busy-{room.workways_id}.ics"'
    response["ETag"] = file.etag
    patch_cache_control(response, public=True, max_age=_FRESH_SECONDS)
    return response


def _kept_file(file: BusyFile, stamped_at: datetime) -> bytes:
    """The file, written once for as long as it stays the same, because a year of meetings takes a while to write."""
    key = f"busy-file:{file.etag}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = write_busy_file(file, stamped_at=stamped_at)
        cache.set(key, kept, _FILE_KEPT_SECONDS)
    return kept


def _read_window(request: HttpRequest) -> TimeSpan:
    start, end = (_read_instant(request.GET.get(name, ""), name) for name in ("start", "end"))
    if end <= start:
        raise _BadWindow("The window is empty: end must be later than start.")
    if end - start > _LONGEST_WINDOW:
        raise _BadWindow(f"The window is too long: ask for at most {_LONGEST_WINDOW.days} days at once.")
    return TimeSpan(start, end)


def _read_instant(text: str, name: str) -> datetime:
    example = "as in 2026-01-31T09:00:00Z"
    if not text:
        raise _BadWindow(f"{name} is missing: give an ISO 8601 instant, {example}.")
    # A plus sign that was not encoded arrives as a blank.
    mended = re.sub(r" (?=\d\d:?\d\d$)", "+", text[:64])
    try:
        instant = datetime.fromisoformat(mended)
    except ValueError as error:
        raise _BadWindow(f"{name} can't be read: give an ISO 8601 instant, {example}.") from error
    if instant.tzinfo is None:
        raise _BadWindow(f"{name} has no UTC offset: add Z or an offset, {example}.")
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise _BadWindow(f"{name} is beyond all calendars: give an instant in this century, {example}.") from error


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _json(content: dict[str, Any], *, status: int = 200) -> JsonResponse:
    response = JsonResponse(content, status=status)
    if status == 200:
        patch_cache_control(response, public=True, max_age=_FRESH_SECONDS)
    return response
