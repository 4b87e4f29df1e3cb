"""The two kinds of places, which share their pages, and how an address names one."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from bookings.audit.vocabulary import Subject
from bookings.catalog.models import Room, Site
from bookings.staff.limits import acting_member, visible_to
from portal.access import Role


class Kind(StrEnum):
    """As addresses name it."""

    SITE = "sites"
    ROOM = "rooms"


SUBJECTS = {Kind.SITE: Subject.SITE, Kind.ROOM: Subject.ROOM}


class KindConverter:
    """`sites` or `rooms` in an address."""

    regex = "|".join(Kind)

    def to_python(self, value: str) -> Kind:
        """The kind."""
        return Kind(value)

    def to_url(self, value: str) -> str:
        """The word."""
        return str(value)


@dataclass(frozen=True, slots=True)
class Place:
    """A site, or a room and its site; exactly what the upstream still has, be it hidden or not."""

    kind: Kind
    row: Site | Room

    @property
    def site(self) -> Site:
        """The site itself, or that of the room."""
        return self.row.site if isinstance(self.row, Room) else self.row

    @property
    def room(self) -> Room | None:
        """The room, or None for a site."""
        return self.row if isinstance(self.row, Room) else None

    @property
    def subject(self) -> Subject:
        """As the audit names it."""
        return SUBJECTS[self.kind]


def find_place(request: HttpRequest, kind: Kind, place_id: str) -> Place:
    """The place of an address, as long as this member may see it. One query. Raises Http404."""
    member = acting_member(request)
    rows: QuerySet[Site] | QuerySet[Room]
    if kind is Kind.SITE:
        rows = visible_to(member, Site.objects.filter(vanished_at=None))
    else:
        rooms = Room.objects.filter(vanished_at=None, site__vanished_at=None).select_related("site", "picture", "feed")
        rows = visible_to(member, rooms)
    found = rows.filter(workways_id=place_id).first()
    if found is None:
        raise Http404("No such place.")
    return Place(kind, found)


def may_change(request: HttpRequest) -> bool:
    """May this member change places, those of their sites?"""
    return acting_member(request).rank >= Role.MANAGER


def may_order(request: HttpRequest, kind: Kind) -> bool:
    """May this member move a place? The order of sites is everybody's, so not for who is limited to some."""
    member = acting_member(request)
    return member.rank >= Role.MANAGER and (kind is Kind.ROOM or member.sites is None)
