"""GET /api/icsfeed."""

import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from django.conf import settings
from django.db.models import Count, Max, Q

from portal.embedded.answers import ApiRequest, ApiResponse, Call
from portal.embedded.entity_tags import is_unchanged
from portal.embedded.ics import Event, calendar
from portal.embedded.models import PUBLIC_TYPES, Meeting, MeetingState, Room


def icsfeed(call: Call) -> ApiResponse:
    """The confirmed meetings of the rooms, as a calendar.

    Rooms that nobody knows, and private ones without a token, have no events (W54, W55). Pending meetings aren't told
    (W52). Without a change since the caller's copy the answer is 304, found by one small query.
    """
    rooms = _rooms(call)
    # A cancelled meeting left the feed, and the moment it did so is a change of the feed.
    told = Meeting.objects.filter(room__in=list(rooms), state__in=(MeetingState.CONFIRMED, MeetingState.CANCELLED))
    version = told.aggregate(count=Count("pk", filter=Q(state=MeetingState.CONFIRMED)), latest=Max("updated_at"))
    etag = _etag(rooms, version["count"], version["latest"])
    headers = {"etag": etag, "cache-control": "no-cache", "content-type": "text/calendar; charset=utf-8"}
    changed_at: datetime | None = version["latest"]
    if changed_at is not None:
        headers["last-modified"] = format_datetime(_safe_second(changed_at, call.now), usegmt=True)
    if _has_copy(call.request, etag, changed_at):
        return ApiResponse(304, {name: value for name, value in headers.items() if name != "content-type"}, b"")
    headers["content-disposition"] = 'attachment; filename="calendar.ics"'
    return ApiResponse(200, headers, _calendar(rooms))


def _rooms(call: Call) -> dict[str, Room]:
    """The rooms asked for that exist and may be seen, by id."""
    found = Room.objects.filter(pk__in=call.values["rooms"], is_archived=False).order_by("pk")
    if call.caller is None and not settings.EMBEDDED_TELLS_PRIVATE_CALENDARS:
        found = found.filter(type__in=PUBLIC_TYPES)
    return {room.pk: room for room in found.only("pk", "name", "public_name")}


def _calendar(rooms: dict[str, Room]) -> bytes:
    fields = ("pk", "updated_at", "start", "end", "name", "room_id", "description")
    confirmed = Meeting.objects.filter(room__in=list(rooms), state=MeetingState.CONFIRMED).order_by("start", "pk")
    return calendar(
        Event(f"{key}@workways.com", stamp, start, end, name, rooms[room].shown_name, description)
        for key, stamp, start, end, name, room, description in confirmed.values_list(*fields)
    )


def _etag(rooms: dict[str, Room], count: int, latest: datetime | None) -> str:
    """Changes with each meeting that is confirmed, moved or taken away, and with the rooms' names,
    which events carry.
    """
    names = [(key, room.shown_name) for key, room in rooms.items()]
    return f'"{hashlib.sha256(repr((names, count, latest)).encode()).hexdigest()[:32]}"'


def _safe_second(changed_at: datetime, now: datetime) -> datetime:
    """`changed_at` in whole seconds; a second earlier while its second still lasts, because more may change in it."""
    second = changed_at.astimezone(UTC).replace(microsecond=0)
    return min(second, now.astimezone(UTC).replace(microsecond=0) - timedelta(seconds=1))


def _has_copy(request: ApiRequest, etag: str, changed_at: datetime | None) -> bool:
    """RFC 9110, section 13: the entity tag decides where one is given, the date only where none is."""
    if "if-none-match" in request.headers:
        return is_unchanged(request, etag)
    since = _find_date(request.headers.get("if-modified-since"))
    return since is not None and changed_at is not None and changed_at.replace(microsecond=0) <= since


def _find_date(header: str | None) -> datetime | None:
    if header is None:
        return None
    try:
        date = parsedate_to_datetime(header)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
