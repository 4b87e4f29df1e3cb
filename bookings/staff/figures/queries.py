"""What the figures' page reads: one statement for each kind, of the sites that the member sees."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeVar

from django.db.models import Case, Count, IntegerField, Model, QuerySet, Sum, Value, When

from bookings.catalog.models import Room, Site
from bookings.figures.models import MailFigure, PageCount, RequestFigure, RoomDay, SiteHour
from bookings.staff.limits import visible_to
from portal.access import Member

_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose eyes, which days (both included), which site by its Workways id, "" for all."""

    member: Member
    first: date
    last: date
    site: str = ""


class RoomShare(NamedTuple):
    """How long a room was open and busy, in minutes."""

    site: str
    room: str
    open_minutes: int
    busy_minutes: int


class Fate(NamedTuple):
    """What became of so many requests; `lead` is the place of their notice in the list of limits."""

    is_proved: bool
    is_sent: bool
    is_booked: bool
    ending: str
    reason: str
    lead: int
    number: int


def list_sites(member: Member) -> list[Site]:
    """The sites that the member sees, also those that have gone: their figures stay."""
    return list(visible_to(member, Site.objects.all()))


def rooms(asked: Asked) -> list[RoomShare]:
    """Each room that was open in these days. Two queries."""
    # Summed up by key alone, which the index answers; the names of a thousand rooms are a small second question.
    rows = _of(asked, RoomDay.objects.all(), "room__site").values_list("room_id")
    summed = rows.annotate(Sum("open_minutes"), Sum("busy_minutes")).order_by()
    shares = {room: (opened, busy) for room, opened, busy in summed if opened}
    named = visible_to(asked.member, Room.objects.all()).order_by("site__name", "public_name", "pk")
    names = named.values_list("pk", "site__name", "public_name")
    return [RoomShare(site, room, *shares[key]) for key, site, room in names if key in shares]


def hours(asked: Asked) -> dict[tuple[int, int], tuple[int, int]]:
    """Open and busy minutes by weekday (1 is Monday) and hour of the wall clock."""
    rows = _of(asked, SiteHour.objects.all(), "site").values_list("day", "hour")
    sums: dict[tuple[int, int], tuple[int, int]] = {}
    for day, hour, opened, busy in rows.annotate(Sum("open_minutes"), Sum("busy_minutes")).order_by():
        before = sums.get((day.isoweekday(), hour), (0, 0))
        sums[day.isoweekday(), hour] = (before[0] + opened, before[1] + busy)
    return sums


def pages(asked: Asked) -> dict[str, int]:
    """How often the pages of each step were shown."""
    rows = _of(asked, PageCount.objects.all(), "site").values_list("step")
    return dict(rows.annotate(Sum("number")).order_by())


def fates(asked: Asked, limits: Sequence[int]) -> list[Fate]:
    """What became of the requests begun in these days, together with how long before the meeting that was.

    `limits` are minutes, ascending: the notice's place is the first limit that it lies below, or their number.
    """
    below = [When(lead_minutes__lt=limit, then=Value(place)) for place, limit in enumerate(limits)]
    lead = Case(*below, default=Value(len(limits)), output_field=IntegerField())
    rows = _of(asked, RequestFigure.objects.all(), "site").annotate(lead=lead)
    kinds = ("is_proved", "is_sent", "is_booked", "ending", "reason", "lead")
    return [Fate(*row) for row in rows.values_list(*kinds).annotate(Count("pk")).order_by()]


def mails(asked: Asked) -> Counter[tuple[str, int | None]]:
    """How many mails of these days came to what, and after how many seconds."""
    rows = _of(asked, MailFigure.objects.all(), "site").values_list("outcome", "seconds")
    return Counter({(outcome, after): number for outcome, after, number in rows.annotate(Count("pk")).order_by()})


def _of(asked: Asked, rows: QuerySet[_Row], site: str) -> QuerySet[_Row]:
    rows = visible_to(asked.member, rows).filter(day__gte=asked.first, day__lte=asked.last)
    return rows.filter(**{f"{site}__workways_id": asked.site}) if asked.site else rows
