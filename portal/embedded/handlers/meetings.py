"""POST /api/meeting-request."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings

from portal.embedded import slots
from portal.embedded.answers import ApiResponse, Call, Refused, outcome
from portal.embedded.declarations import bookings
from portal.embedded.mails import send_accepted
from portal.embedded.models import PUBLIC_OFFICE, TEMPORARY_ROLE, Meeting, MeetingState, Room, User

_DAYS_AHEAD_OF_NEW = 2
# Bookings come in numbers, so only what decides about one is read, and what its notice says.
_ROOMS = (
    Room.objects.filter(is_archived=False, site__is_archived=False)
    .select_related("site")
    .only(
        *("name", "public_name", "type", "min_minutes", "max_minutes", "step_minutes"),
        *("site__name", "site__country", "site__zone_name"),
    )
    .order_by()
)
_USERS = (
    User.objects.select_related("organization")
    .only("email", "role", "language", "is_archived", "verified_at", "organization__is_archived")
    .order_by()
)


def meeting_request(call: Call) -> ApiResponse:
    """Books at once for somebody known, keeps the slot for somebody new, and refuses who is archived (with retcode
    200, W18).

    A person counts as known once registration and verification are done; until then, like a temporary user, as new
    (W77).
    """
    room = _ROOMS.filter(pk=call.values["bookedRoom"]).first()
    if room is None:
        raise Refused("Room not found")
    if not room.is_public or (room.type == PUBLIC_OFFICE and not settings.EMBEDDED_BOOKS_OFFICES):
        # The document says of public offices both that they can be booked here and that they can't (W43).
        raise Refused(bookings.NOT_PUBLIC)
    user = _USERS.filter(email=call.values["contactEmail"]).first()
    if user is not None and user.is_shut_out:
        return outcome("ARCHIVED", bookings.ARCHIVED, None)
    if settings.EMBEDDED_KEEPS_ROOM_LIMITS:
        _refuse_beyond_limits(room, call.values["duration"])
    if user is not None and user.is_known:
        return _accept(room, user, call)
    return _keep_for_registration(room, user, call)


def default_language(country: str) -> str:
    """French in France, English elsewhere."""
    return "fr" if country == "FR" else "en"


def _refuse_beyond_limits(room: Room, minutes: int) -> None:
    """The room's own shortest and longest booking, and the step between them; 0 is none (W44)."""
    if minutes < room.min_minutes:
        raise Refused(bookings.TOO_SHORT.format(minutes=room.min_minutes))
    if room.max_minutes and minutes > room.max_minutes:
        raise Refused(bookings.TOO_LONG.format(minutes=room.max_minutes))
    if room.step_minutes and (minutes - room.min_minutes) % room.step_minutes:
        raise Refused(bookings.OFF_STEP.format(least=room.min_minutes, step=room.step_minutes))


def _accept(room: Room, user: User, call: Call) -> ApiResponse:
    if call.values["bookedAt"] < call.now:
        raise Refused("Cannot book meetings for past dates")
    meeting = _create(room, user, call, MeetingState.CONFIRMED)
    if call.caller is None or not call.caller.is_portal:
        send_accepted(call.mailer, to=user.email, meeting=meeting, language=user.language)
    return outcome("ACCEPTED", bookings.ACCEPTED, _told(meeting, "meetingId", "booked"))


def _keep_for_registration(room: Room, user: User | None, call: Call) -> ApiResponse:
    _refuse_too_soon(_local_day(call.values["bookedAt"], room), _local_day(call.now, room))
    meeting = _create(room, user or _temporary_user(room, call), call, MeetingState.PENDING)
    data = _told(meeting, "meetingRequestId", "requested")
    return outcome(
        "REQUEST_ACCEPTED",
        bookings.REQUEST_ACCEPTED,
        {"meetingRequestId": data.pop("meetingRequestId"), "userId": meeting.user_id, **data},
    )


def _refuse_too_soon(day: date, today: date) -> None:
    """Somebody new books two calendar days ahead at least, by the calendar on the wall of the site (W46)."""
    if day <= today:
        raise Refused("Cannot book meetings for today or past dates")
    if day < today + timedelta(days=_DAYS_AHEAD_OF_NEW):
        raise Refused("Meetings must be booked at least 2 days in advance")


def _local_day(moment: datetime, room: Room) -> date:
    return moment.astimezone(room.site.zone).date()


def _temporary_user(room: Room, call: Call) -> User:
    first_name, _, last_name = (call.values["contactName"] or "").partition(" ")
    user, _created = User.objects.select_related("organization").get_or_create(
        email=call.values["contactEmail"],
        defaults={
            "first_name": first_name[:100],
            "last_name": last_name.strip()[:100],
            "role": TEMPORARY_ROLE,
            "language": call.values["language"] or default_language(room.site.country),
            "created_at": call.now,
        },
    )
    return user


def _create(room: Room, user: User, call: Call, state: MeetingState) -> Meeting:
    """The meeting with its slot. The database decides between two that overlap (W45)."""
    values = call.values
    start = values["bookedAt"]
    meeting = Meeting.objects.create(
        room=room,
        user=user,
        organization=user.organization,
        state=state,
        start=start,
        end=start + timedelta(minutes=values["duration"]),
        people=values["bookedUser"] or 1,
        name=values["name"] or "",
        description=values["description"] or "",
        contact_email=values["contactEmail"],
        contact_name=values["contactName"] or "",
        created_at=call.now,
        updated_at=call.now,
        lapses_at=slots.lapse_of(start, call.now) if state == MeetingState.PENDING else None,
    )
    try:
        slots.take(meeting, now=call.now)
    except slots.SlotTaken as error:
        raise Refused(bookings.TAKEN) from error
    return meeting


def _told(meeting: Meeting, id_name: str, prefix: str) -> dict[str, Any]:
    """What both successes tell of the meeting; day and time are UTC, like the document's example (W48)."""
    start, end = meeting.start.astimezone(UTC), meeting.end.astimezone(UTC)
    return {
        id_name: meeting.pk,
        "roomName": meeting.room.shown_name,
        f"{prefix}Date": f"{start:%Y-%m-%d}",
        f"{prefix}Time": f"{start:%H:%M}-{end:%H:%M}",
        "duration": meeting.minutes,
    }
