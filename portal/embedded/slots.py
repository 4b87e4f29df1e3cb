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

    Nothing looks first whether the slot is free: the insert itself is the question. Only when it is refused, pending
    meetings that kept the slot too long are made to leave, and it is tried once more.
    """
    if _try(meeting):
        return
    if not _drop_lapsed(meeting, now) or not _try(meeting):
        raise SlotTaken


def build_cells(meeting: Meeting) -> list[MeetingCell]:
    """The rows that keep a meeting's slot, unsaved."""
    return [
        MeetingCell(meeting=meeting, room_id=meeting.room_id, cell=cell) for cell in cells(meeting.start, meeting.end)
    ]


def give_back(meetings: Iterable[Meeting]) -> None:
    """Frees the slots of these meetings."""
    MeetingCell.objects.filter(meeting__in=[meeting.pk for meeting in meetings]).delete()


def _try(meeting: Meeting) -> bool:
    """Cells go in by ascending time, so racing meetings wait for each other in one direction and can't deadlock."""
    try:
        with transaction.atomic():
            MeetingCell.objects.bulk_create(build_cells(meeting))
    except IntegrityError:
        return False
    return True


def _drop_lapsed(meeting: Meeting, now: datetime) -> bool:
    """Frees the slot of what lapsed in it and says whether that was anything; everybody locks in the order of ids."""
    wanted = cells(meeting.start, meeting.end)
    in_the_way = MeetingCell.objects.filter(room_id=meeting.room_id, cell__gte=wanted.start, cell__lt=wanted.stop)
    lapsed = list(
        Meeting.objects.select_for_update(of=("self",))
        .filter(pk__in=in_the_way.values("meeting_id"), state=MeetingState.PENDING, lapses_at__lte=now)
        .order_by("pk")
    )
    Meeting.objects.filter(pk__in=[one.pk for one in lapsed]).update(state=MeetingState.LAPSED, updated_at=now)
    give_back(lapsed)
    return bool(lapsed)
