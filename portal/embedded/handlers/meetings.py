"""POST /api/meeting-request."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from portal.embedded import slots
from portal.embedded.answers import ApiResponse, Call, Refused, outcome
from portal.embedded.ids import is_id
from portal.embedded.inputs import Parameter, email, language, start_time, text, whole_number
from portal.embedded.mails import send_accepted
from portal.embedded.models import TEMPORARY_ROLE, Meeting, MeetingState, Room, User

ARCHIVED_MESSAGE = "Your account is no longer valid. Please contact an administrator to restore it."
_LEAST_MINUTES = 30
# The document sets no upper limit; a week keeps one call from filling a room's calendar for years.
_MOST_MINUTES = 7 * 24 * 60
_MOST_PEOPLE = 100_000
_DAYS_AHEAD_OF_NEW = 2


def _room_id(value: Any) -> str:
    """A malformed id is answered like an unknown one here (W50), so it becomes one that no room has."""
    return value.strip().lower() if isinstance(value, str) and is_id(value.strip()) else ""


PARAMETERS = (
    Parameter("contactEmail", email, required=True),
    Parameter("contactName", text("contactName", longest=200)),
    Parameter("bookedRoom", _room_id, required=True),
    Parameter("bookedAt", start_time, required=True),
    Parameter(
        "duration",
        whole_number(
            "duration",
            least=_LEAST_MINUTES,
            most=_MOST_MINUTES,
            refusal=f"Invalid duration: must be at least {_LEAST_MINUTES} minutes",
        ),
        required=True,
    ),
    Parameter(
        "bookedUser",
        whole_number("bookedUser", least=1, most=_MOST_PEOPLE, refusal="Invalid bookedUser: must be a positive number"),
    ),
    Parameter("name", text("name", longest=200)),
    Parameter("description", text("description", longest=5000)),
    Parameter("language", language),
)


def meeting_request(call: Call) -> ApiResponse:
    """Books at once for somebody known, keeps the slot for somebody new, and refuses who is archived (with retcode
    200, W18).

    A person counts as known once registration and verification are done; until then, like a temporary user, as new
    (W77).
    """
    room = Room.objects.select_related("site").filter(pk=call.values["bookedRoom"], is_archived=False).first()
    if room is None or room.site.is_archived:
        raise Refused("Room not found")
    if not room.is_public:
        raise Refused("This room is not available for public booking")
    user = User.objects.select_related("organization").filter(email=call.values["contactEmail"]).first()
    if user is not None and user.is_shut_out:
        return outcome("ARCHIVED", ARCHIVED_MESSAGE, None)
    if user is not None and user.is_known:
        return _accept(room, user, call)
    return _keep_for_registration(room, user, call)


def default_language(country: str) -> str:
    """French in France, English elsewhere."""
    return "fr" if country == "FR" else "en"


def _accept(room: Room, user: User, call: Call) -> ApiResponse:
    if call.values["bookedAt"] < call.now:
        raise Refused("Cannot book meetings for past dates")
    meeting = _create(room, user, call, MeetingState.CONFIRMED)
    if call.caller is None or not call.caller.is_portal:
        send_accepted(call.mailer, to=user.email, meeting=meeting, language=user.language)
    return outcome("ACCEPTED", "Your booking has been confirmed.", _told(meeting, "meetingId", "booked"))


def _keep_for_registration(room: Room, user: User | None, call: Call) -> ApiResponse:
    _refuse_too_soon(_local_day(call.values["bookedAt"], room), _local_day(call.now, room))
    meeting = _create(room, user or _temporary_user(room, call), call, MeetingState.PENDING)
    data = _told(meeting, "meetingRequestId", "requested")
    return outcome(
        "REQUEST_ACCEPTED",
        "Your meeting request has been received. Please complete your registration to confirm the booking.",
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
        raise Refused("Room is not available for the selected time slot") from error
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
