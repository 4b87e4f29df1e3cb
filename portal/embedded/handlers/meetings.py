"""POST /api/meeting-request."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings

from portal.embedded import slots
from portal.embedded.answers import ApiResponse, Call, Refused, outcome
from portal.embedded.declarations import bookings
from portal.embedded.mails import AcceptedNotice, send_accepted
from portal.embedded.models import PUBLIC_OFFICE, PUBLIC_TYPES, TEMPORARY_ROLE, Meeting, MeetingState, Room, User
from portal.embedded.questions import GIVEN, Question

_DAYS_AHEAD_OF_NEW = 2


class _BookedRoom(NamedTuple):
    """What decides about a booking of a room, and what its notice says; the names are the columns."""

    id: str
    name: str
    public_name: str
    type: str
    min_minutes: int
    max_minutes: int
    step_minutes: int
    site__name: str
    site__country: str
    site__zone_name: str

    @property
    def shown_name(self) -> str:
        """The public name, or the internal one where there is none."""
        return self.public_name or self.name

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the wall clock at the site."""
        return ZoneInfo(self.site__zone_name)


class _Contact(NamedTuple):
    """What decides about a booking in a person's name; the names are the columns."""

    id: str
    role: str
    language: str
    is_archived: bool
    verified_at: datetime | None
    organization_id: str | None
    organization__is_archived: bool | None

    @property
    def is_shut_out(self) -> bool:
        """As `User.is_shut_out`."""
        return self.is_archived or bool(self.organization__is_archived)

    @property
    def is_known(self) -> bool:
        """As `User.is_known`."""
        return self.role != TEMPORARY_ROLE and self.verified_at is not None


# Bookings come in numbers, so only what decides about one is read.
_ROOMS = Question(_BookedRoom, lambda: Room.objects.filter(is_archived=False, site__is_archived=False, pk=GIVEN))
_CONTACTS = Question(_Contact, lambda: User.objects.filter(email=GIVEN))


def meeting_request(call: Call) -> ApiResponse:
    """Books at once for somebody known, keeps the slot for somebody new, and refuses who is archived (with retcode
    200, W18).

    A person counts as known once registration and verification are done; until then, like a temporary user, as new
    (W77).
    """
    room = _ROOMS.find(call.values["bookedRoom"])
    if room is None:
        raise Refused("Room not found")
    if room.type not in PUBLIC_TYPES or (room.type == PUBLIC_OFFICE and not settings.EMBEDDED_BOOKS_OFFICES):
        # The document says of public offices both that they can be booked here and that they can't (W43).
        raise Refused(bookings.NOT_PUBLIC)
    contact = _CONTACTS.find(call.values["contactEmail"])
    if contact is not None and contact.is_shut_out:
        return outcome("ARCHIVED", bookings.ARCHIVED, None)
    if settings.EMBEDDED_KEEPS_ROOM_LIMITS:
        _refuse_beyond_limits(room, call.values["duration"])
    if contact is not None and contact.is_known:
        return _accept(room, contact, call)
    return _keep_for_registration(room, contact, call)


def default_language(country: str) -> str:
    """French in France, English elsewhere."""
    return "fr" if country == "FR" else "en"


def _refuse_beyond_limits(room: _BookedRoom, minutes: int) -> None:
    """The room's own shortest and longest booking, and the step between them; 0 is none (W44)."""
    if minutes < room.min_minutes:
        raise Refused(bookings.TOO_SHORT.format(minutes=room.min_minutes))
    if room.max_minutes and minutes > room.max_minutes:
        raise Refused(bookings.TOO_LONG.format(minutes=room.max_minutes))
    if room.step_minutes and (minutes - room.min_minutes) % room.step_minutes:
        raise Refused(bookings.OFF_STEP.format(least=room.min_minutes, step=room.step_minutes))


def _accept(room: _BookedRoom, contact: _Contact, call: Call) -> ApiResponse:
    if call.values["bookedAt"] < call.now:
        raise Refused("Cannot book meetings for past dates")
    meeting = _create(room, (contact.id, contact.organization_id), call, MeetingState.CONFIRMED)
    if call.caller is None or not call.caller.is_portal:
        notice = AcceptedNotice(room=room.shown_name, site=room.site__name, zone=room.zone, meeting=meeting)
        send_accepted(call.mailer, to=call.values["contactEmail"], notice=notice, language=contact.language)
    return outcome("ACCEPTED", bookings.ACCEPTED, _told(meeting, room, "meetingId", "booked"))


def _keep_for_registration(room: _BookedRoom, contact: _Contact | None, call: Call) -> ApiResponse:
    _refuse_too_soon(_local_day(call.values["bookedAt"], room), _local_day(call.now, room))
    whose = (contact.id, contact.organization_id) if contact else _temporary_user(room, call)
    meeting = _create(room, whose, call, MeetingState.PENDING)
    data = _told(meeting, room, "meetingRequestId", "requested")
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


def _local_day(moment: datetime, room: _BookedRoom) -> date:
    return moment.astimezone(room.zone).date()


def _temporary_user(room: _BookedRoom, call: Call) -> tuple[str, str | None]:
    """Ids of a user for an address that has none, and of their organization, which a race may have given them."""
    first_name, _, last_name = (call.values["contactName"] or "").partition(" ")
    user, _created = User.objects.get_or_create(
        email=call.values["contactEmail"],
        defaults={
            "first_name": first_name[:100],
            "last_name": last_name.strip()[:100],
            "role": TEMPORARY_ROLE,
            "language": call.values["language"] or default_language(room.site__country),
            "created_at": call.now,
        },
    )
    return user.pk, user.organization_id


def _create(room: _BookedRoom, whose: tuple[str, str | None], call: Call, state: MeetingState) -> Meeting:
    """The meeting with its slot. The database decides between two that overlap (W45)."""
    values = call.values
    start = values["bookedAt"]
    meeting = Meeting.objects.create(
        room_id=room.id,
        user_id=whose[0],
        organization_id=whose[1],
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


def _told(meeting: Meeting, room: _BookedRoom, id_name: str, prefix: str) -> dict[str, Any]:
    """What both successes tell of the meeting; day and time are UTC, like the document's example (W48)."""
    start, end = meeting.start.astimezone(UTC), meeting.end.astimezone(UTC)
    return {
        id_name: meeting.pk,
        "roomName": room.shown_name,
        f"{prefix}Date": f"{start:%Y-%m-%d}",
        f"{prefix}Time": f"{start:%H:%M}-{end:%H:%M}",
        "duration": meeting.minutes,
    }
