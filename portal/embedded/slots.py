"""How a meeting takes its slot: the database refuses the second of two that overlap."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction

from portal.embedded.models import Meeting, MeetingCell, MeetingState

_CELL_SECONDS = 300
# How long a request of somebody new keeps its slot while they register; it never outlives its own start.
PENDING_LIFE = timedelta(hours=48)


class SlotTaken(Exception):
    """Another meeting has at least one of the five-minute periods."""


def cells(start: datetime, end: datetime) -> range:
    """The five-minute periods since 1970 that a span touches; a span off the grid takes the whole period at either
    end.
    """
    first = int(start.astimezone(UTC).timestamp()) // _CELL_SECONDS
    last = -(-int(end.astimezone(UTC).timestamp()) // _CELL_SECONDS)
    return range(first, last)


def lapse_of(start: datetime, now: datetime) -> datetime:
    """When a pending meeting loses its slot to whoever asks."""
    return min(now + PENDING_LIFE, start)


def take(meeting: Meeting, *, now: datetime) -> None:
    """Takes the meeting's slot, inside the caller's transaction. Raises SlotTaken.

    Nothing looks first whether the slot is free: the insert itself is the question. Cells go in by ascending time, so
    two racing meetings wait for each other in one direction only and can't deadlock.
    """
    wanted = cells(meeting.start, meeting.end)
    _drop_lapsed(meeting.room_id, wanted, now)
    try:
        with transaction.atomic():
            MeetingCell.objects.bulk_create(build_cells(meeting))
    except IntegrityError as error:
        raise SlotTaken from error


def build_cells(meeting: Meeting) -> list[MeetingCell]:
    """The rows that keep a meeting's slot, unsaved."""
    return [
        MeetingCell(meeting=meeting, room_id=meeting.room_id, cell=cell) for cell in cells(meeting.start, meeting.end)
    ]


def give_back(meetings: Iterable[Meeting]) -> None:
    """Frees the slots of these meetings."""
    MeetingCell.objects.filter(meeting__in=[meeting.pk for meeting in meetings]).delete()


def _drop_lapsed(room_id: str, wanted: range, now: datetime) -> None:
    """Frees what pending meetings kept too long, in the order of their ids, for the same reason as above."""
    lapsed = list(
        Meeting.objects.select_for_update(of=("self",))
        .filter(room_id=room_id, state=MeetingState.PENDING, lapses_at__lte=now)
        .filter(
            pk__in=MeetingCell.objects.filter(room_id=room_id, cell__gte=wanted.start, cell__lt=wanted.stop).values(
                "meeting_id"
            )
        )
        .order_by("pk")
    )
    if lapsed:
        Meeting.objects.filter(pk__in=[meeting.pk for meeting in lapsed]).update(
            state=MeetingState.LAPSED, updated_at=now
        )
        give_back(lapsed)
