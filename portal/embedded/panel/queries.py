"""What the operator's lists and pages read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from django.db.models import Count, Model, Q, QuerySet

from portal.embedded.models import (
    ApiToken,
    AuditEntry,
    Closure,
    Meeting,
    MeetingState,
    Organization,
    Rate,
    Room,
    Site,
    User,
)
from portal.embedded.panel.audit import Told, actors_and_things, tell

_Row = TypeVar("_Row", bound=Model)


def list_sites(*, words: str = "", state: str = "") -> QuerySet[Site]:
    """Sites by name; each has `live_rooms`, the number of its rooms in use."""
    sites = _narrowed(Site.objects.all(), words, state, ("name",))
    return sites.annotate(live_rooms=Count("rooms", filter=Q(rooms__is_archived=False))).order_by("name", "pk")


def list_rooms(*, words: str = "", state: str = "") -> QuerySet[Room]:
    """Rooms by site and name; a word is part of the room's or the site's name, or of the type."""
    rooms = Room.objects.select_related("site", "organization")
    rooms = _narrowed(rooms, words, state, ("name", "public_name", "site__name", "type"))
    return rooms.order_by("site__name", "name", "pk")


def list_rates(*, words: str = "", state: str = "") -> QuerySet[Rate]:
    """Rates by site and key."""
    rates = _narrowed(Rate.objects.select_related("site"), words, state, ("key", "name_en", "name_fr", "site__name"))
    return rates.order_by("site__name", "key", "pk")


def list_organizations(*, words: str = "", state: str = "") -> QuerySet[Organization]:
    """Organizations by name; each has `people` and `rented`, the numbers of its users and rooms in use."""
    organizations = _narrowed(Organization.objects.all(), words, state, ("name", "company_number", "email"))
    return organizations.annotate(
        people=Count("users", filter=Q(users__is_archived=False), distinct=True),
        rented=Count("rooms", filter=Q(rooms__is_archived=False), distinct=True),
    ).order_by("name", "pk")


def list_users(*, words: str = "", state: str = "") -> QuerySet[User]:
    """Users by address."""
    fields = ("email", "first_name", "last_name", "role", "organization__name")
    return _narrowed(User.objects.select_related("organization"), words, state, fields).order_by("email")


def list_tokens() -> QuerySet[ApiToken]:
    """All developer tokens, active ones first, then the newest."""
    return ApiToken.objects.select_related("user", "user__organization").order_by("-is_active", "-created_at", "pk")


def list_meetings(
    *, words: str = "", state: str = "", room: str = "", since: datetime | None = None
) -> QuerySet[Meeting]:
    """Meetings by start, without closures; `since` leaves out what is over by then."""
    meetings = Meeting.objects.filter(closure=None).select_related("room__site", "user", "organization")
    if room:
        meetings = meetings.filter(room_id=room)
    if state:
        meetings = meetings.filter(state=state)
    if since is not None:
        meetings = meetings.filter(end__gt=since)
    for word in words.split():
        meetings = meetings.filter(
            Q(name__icontains=word)
            | Q(contact_email__icontains=word)
            | Q(contact_name__icontains=word)
            | Q(user__email__icontains=word)
            | Q(organization__name__icontains=word)
            | Q(room__name__icontains=word)
        )
    return meetings.order_by("start", "pk")


def list_closures() -> QuerySet[Closure]:
    """Closures, the latest first."""
    return Closure.objects.select_related("site", "room__site").order_by("-start", "pk")


def list_audit(*, words: str = "") -> QuerySet[AuditEntry]:
    """The record, newest first; a word is part of a name or address."""
    entries = AuditEntry.objects.all()
    for word in words.split():
        entries = entries.filter(actors_and_things(word))
    return entries.order_by("-at", "-pk")


def audit_of(*things: Model) -> list[Told]:
    """The newest of what was done to a thing, or to any of several."""
    ids = [thing.pk for thing in things]
    return tell(AuditEntry.objects.filter(thing_id__in=ids).order_by("-at", "-pk")[:10])


def counts() -> dict[str, int]:
    """How many of each are in use. Seven queries."""
    return {
        "sites": Site.objects.filter(is_archived=False).count(),
        "rooms": Room.objects.filter(is_archived=False).count(),
        "rates": Rate.objects.filter(is_archived=False).count(),
        "organizations": Organization.objects.filter(is_archived=False).count(),
        "users": User.objects.filter(is_archived=False).count(),
        "closures": Closure.objects.filter(lifted_at=None).count(),
        "tokens": ApiToken.objects.filter(is_active=True).count(),
    }


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a room: its opening hours as written, and what keeps it busy."""

    day: date
    hours: str
    meetings: tuple[Meeting, ...]


def week_of(room: Room, monday: date) -> list[Day]:
    """Seven days of a room by the wall clock of its site; one query. A meeting over midnight stands in each day."""
    zone = room.site.zone
    bounds = [datetime.combine(monday + timedelta(days=n), time(), zone).astimezone(UTC) for n in range(8)]
    kept = Meeting.objects.filter(room=room, state__in=(MeetingState.CONFIRMED, MeetingState.PENDING))
    kept = kept.filter(start__lt=bounds[-1], end__gt=bounds[0]).select_related("user", "organization", "closure")
    meetings = list(kept.order_by("start", "pk"))
    return [
        Day(
            monday + timedelta(days=n),
            _hours_of(room, n),
            tuple(_between(meetings, bounds[n], bounds[n + 1])),
        )
        for n in range(7)
    ]


def _hours_of(room: Room, weekday: int) -> str:
    return {5: room.slot_saturday, 6: room.slot_sunday}.get(weekday, room.slot_week)


def _between(meetings: Iterable[Meeting], start: datetime, end: datetime) -> Iterable[Meeting]:
    return (meeting for meeting in meetings if meeting.start < end and meeting.end > start)


def _narrowed(rows: QuerySet[_Row], words: str, state: str, fields: tuple[str, ...]) -> QuerySet[_Row]:
    if state != "all":
        rows = rows.filter(is_archived=state == "archived")
    for word in words.split():
        wanted = Q()
        for field in fields:
            wanted |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(wanted)
    return rows


def live_rooms_by_site() -> list[tuple[Any, list[tuple[str, str]]]]:
    """Choices for a list of rooms, grouped by site. One query."""
    groups: dict[str, list[tuple[str, str]]] = {}
    rooms = Room.objects.filter(is_archived=False, site__is_archived=False).select_related("site")
    for room in rooms.order_by("site__name", "name", "pk"):
        groups.setdefault(room.site.name, []).append((room.pk, room.name))
    return list(groups.items())
