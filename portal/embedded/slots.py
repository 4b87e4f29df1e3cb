"""How a meeting takes its slot: the database refuses the second of two that overlap."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache

from django.db import connection

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

    The insert itself is the question whether the slot is free. Only when it is refused, pending meetings that kept the
    slot too long are made to leave, and it is tried once more.
    """
    if _try(meeting):
        return
    _drop_lapsed(meeting, now)
    if not _try(meeting):
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
    """Puts the cells in, all in one statement; false when any of them was taken before it began.

    Raises SlotTaken when somebody was faster at some of them while it ran. Nobody who is that fast has lapsed, so there
    is nobody to make leave; and no other lock may be waited for any more, because the cells that did go in hold others
    up until the transaction ends, also after they were taken out again.
    """
    wanted = cells(meeting.start, meeting.end)
    span = {"first": wanted.start, "last": wanted.stop - 1}
    with connection.cursor() as cursor:
        cursor.execute(_take_statement(), {**span, "meeting": meeting.pk, "room": meeting.room_id})
        taken: int = cursor.rowcount
    if 0 < taken < len(wanted):
        give_back([meeting])
        raise SlotTaken
    return taken == len(wanted)


@cache
def _take_statement() -> str:
    """A cell that somebody else has is skipped rather than an error, which would need a savepoint around each try.

    What is plainly taken is left alone altogether, so that a refused meeting holds nobody up. The cells go in by
    ascending time: racing meetings wait for each other in one direction and can't deadlock. Against all races stands
    the constraint, for an insert waits for the transaction that has the same cell.
    """
    table = connection.ops.quote_name(MeetingCell._meta.db_table)
    return (
        f"INSERT INTO {table} (meeting_id, room_id, cell) "  # noqa: S608  our own name
        "WITH RECURSIVE wanted(cell) AS "
        "(SELECT CAST(%(first)s AS bigint) UNION ALL SELECT cell + 1 FROM wanted WHERE cell < %(last)s) "
        "SELECT %(meeting)s, %(room)s, cell FROM wanted WHERE NOT EXISTS "
        f"(SELECT 1 FROM {table} AS other WHERE other.room_id = %(room)s "
        "AND other.cell BETWEEN %(first)s AND %(last)s) "
        "ON CONFLICT DO NOTHING"
    )


def _drop_lapsed(meeting: Meeting, now: datetime) -> None:
    """Frees the slot of what lapsed in it; everybody locks in the order of ids."""
    wanted = cells(meeting.start, meeting.end)
    in_the_way = MeetingCell.objects.filter(room_id=meeting.room_id, cell__gte=wanted.start, cell__lt=wanted.stop)
    lapsed = list(
        Meeting.objects.select_for_update(of=("self",))
        .filter(pk__in=in_the_way.values("meeting_id"), state=MeetingState.PENDING, lapses_at__lte=now)
        .order_by("pk")
    )
    Meeting.objects.filter(pk__in=[one.pk for one in lapsed]).update(state=MeetingState.LAPSED, updated_at=now)
    give_back(lapsed)
