"""Keeping meetings and closures; both take their time through the same guard as the API's bookings."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.embedded import slots
from portal.embedded.models import Closure, Meeting, MeetingCell, MeetingState, Room, Site, User
from portal.embedded.panel.audit import Act, record

CLOSED = "Closed"


class InTheWay(Exception):
    """Other meetings have a part of the time; nothing was changed."""

    def __init__(self, meetings: Iterable[Meeting]) -> None:
        super().__init__("Other meetings have a part of the time.")
        self.meetings = tuple(meetings)


class NotOpen(Exception):
    """The meeting or closure was ended meanwhile, so it can't be changed."""


def list_in_the_way(room: Room, start: datetime, end: datetime) -> list[Meeting]:
    """The meetings and closures that have a part of this time in a room."""
    wanted = slots.cells(start, end)
    kept = MeetingCell.objects.filter(room=room, cell__gte=wanted.start, cell__lt=wanted.stop)
    found = Meeting.objects.filter(pk__in=kept.values("meeting_id"))
    return list(found.select_related("room__site", "closure").order_by("start", "pk"))


@transaction.atomic
def create_meeting(*, values: dict[str, Any], actor: str, now: datetime) -> Meeting:
    """Books a room, as the values of a valid MeetingForm say. Raises InTheWay."""
    meeting = Meeting(state=MeetingState.CONFIRMED, created_at=now)
    _fill(meeting, values, now)
    meeting.save(force_insert=True)
    _take(meeting, now)
    record(actor=actor, act=Act.CREATED, thing=meeting, name=_told(meeting), now=now)
    return meeting


@transaction.atomic
def change_meeting(*, meeting: Meeting, values: dict[str, Any], actor: str, now: datetime) -> Meeting:
    """Moves or rewrites a meeting. Raises NotOpen, or InTheWay; then it stays where it was."""
    meeting = _locked(meeting)
    slots.give_back([meeting])
    _fill(meeting, values, now)
    if meeting.state == MeetingState.PENDING:
        meeting.lapses_at = slots.lapse_of(meeting.start, now)
    meeting.save()
    _take(meeting, now)
    record(actor=actor, act=Act.CHANGED, thing=meeting, name=_told(meeting), now=now)
    return meeting


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, actor: str, now: datetime) -> None:
    """Ends a meeting and frees its time; the row stays as history. Raises NotOpen."""
    meeting = _locked(meeting)
    _end([meeting], now)
    record(actor=actor, act=Act.CANCELLED, thing=meeting, name=_told(meeting), now=now)


@transaction.atomic
def create_closure(*, values: dict[str, Any], actor: str, now: datetime) -> Closure:
    """Closes a room, or each room in use of a site, as a valid ClosureForm says.

    Raises InTheWay with all meetings that are booked in that time; they have to be moved or cancelled first.
    """
    site: Site = values["site"]
    closure = Closure.objects.create(
        site=site,
        room=values["room"],
        start=values["begins"],
        end=values["ends"],
        reason=values["reason"],
        created_at=now,
    )
    rooms = [values["room"]] if values["room"] else list(site.rooms.filter(is_archived=False).order_by("pk"))
    in_the_way: list[Meeting] = []
    for room in rooms:
        try:
            with transaction.atomic():
                close_room(closure=closure, room=room, now=now)
        except InTheWay as error:
            in_the_way.extend(error.meetings)
    if in_the_way:
        raise InTheWay(in_the_way)
    name = f"{values['room'] or site}, {closure.start:%Y-%m-%d %H:%M}–{closure.end:%Y-%m-%d %H:%M} UTC"
    record(actor=actor, act=Act.CREATED, thing=closure, name=name, now=now)
    return closure


def close_room(*, closure: Closure, room: Room, now: datetime) -> None:
    """One room's part of a closure, inside the caller's transaction. Raises InTheWay."""
    meeting = Meeting.objects.create(
        room=room,
        closure=closure,
        state=MeetingState.CONFIRMED,
        start=closure.start,
        end=closure.end,
        name=CLOSED,
        created_at=now,
        updated_at=now,
    )
    _take(meeting, now)


@transaction.atomic
def lift_closure(*, closure: Closure, actor: str, now: datetime) -> None:
    """Opens again; the row stays as history. Raises NotOpen."""
    if Closure.objects.filter(pk=closure.pk, lifted_at=None).update(lifted_at=now) != 1:
        raise NotOpen
    _end(list(closure.meetings.select_for_update().order_by("pk")), now)
    record(actor=actor, act=Act.LIFTED, thing=closure, name=str(closure.room or closure.site), now=now)


def _locked(meeting: Meeting) -> Meeting:
    open_states = (MeetingState.CONFIRMED, MeetingState.PENDING)
    found = Meeting.objects.select_for_update(of=("self",)).select_related("room__site")
    locked = found.filter(pk=meeting.pk, state__in=open_states, closure=None).first()
    if locked is None:
        raise NotOpen
    return locked


def _fill(meeting: Meeting, values: dict[str, Any], now: datetime) -> None:
    for name in ("people", "name", "description", "contact_email", "contact_name"):
        setattr(meeting, name, values[name])
    meeting.room, meeting.start, meeting.end, meeting.updated_at = (
        values["room_row"],
        values["begins"],
        values["ends"],
        now,
    )
    found = User.objects.select_related("organization").filter(email=values["contact_email"]).first()
    if found is not None or not values["contact_email"]:
        meeting.user = found
        meeting.organization = found.organization if found else None


def _take(meeting: Meeting, now: datetime) -> None:
    try:
        slots.take(meeting, now=now)
    except slots.SlotTaken as error:
        raise InTheWay(list_in_the_way(meeting.room, meeting.start, meeting.end)) from error


def _end(meetings: list[Meeting], now: datetime) -> None:
    Meeting.objects.filter(pk__in=[one.pk for one in meetings]).update(
        state=MeetingState.CANCELLED, updated_at=now, lapses_at=None
    )
    slots.give_back(meetings)


def _told(meeting: Meeting) -> str:
    local = meeting.start.astimezone(meeting.room.site.zone)
    return f"{meeting.room.name}, {local:%Y-%m-%d %H:%M}, {meeting.minutes} min"
