"""What the pages about booking links read; each function asks the database a fixed number of times."""

from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from bookings.catalog.models import MEETING_TYPE, Room, Site
from bookings.catalog.queries import listed_rooms
from bookings.inviting import queries as inviting
from bookings.inviting.models import Invitation
from bookings.inviting.states import LinkState
from bookings.mail.models import OutboxMail
from bookings.staff.booking_links.forms import ASKS_FOR_FRESH
from bookings.staff.limits import visible_to
from portal.access import Member


def list_links(member: Member, *, now: datetime, words: str = "", state: str = "") -> QuerySet[Invitation]:
    """Links that the member may see, the newest first, in one state; each word is part of recipient, place or number.

    Each has its mails, the newest first, without their sealed bodies. Two queries.
    """
    rows = visible_to(member, _links())
    if state == ASKS_FOR_FRESH:
        rows = rows.filter(fresh_asked_at__isnull=False)
    elif state in LinkState.values:
        rows = rows.filter(inviting.in_state(LinkState(state), now=now))
    for word in words.split():
        rows = rows.filter(
            Q(reference__icontains=word)
            | Q(email__icontains=word)
            | Q(name__icontains=word)
            | Q(room__public_name__icontains=word)
            | Q(site__name__icontains=word)
        )
    return rows.order_by("-created_at", "-pk")


def find_link(member: Member, reference: str) -> Invitation | None:
    """One link with its mails, or None where there is none for the member. Two queries."""
    return visible_to(member, _links()).filter(reference=reference.upper()).first()


def list_sites(member: Member) -> list[Site]:
    """The sites that a link may lead to. One query."""
    listed = Site.objects.filter(vanished_at=None, is_hidden=False)
    return list(visible_to(member, listed).order_by("name", "workways_id"))


def list_rooms(member: Member, site: Site) -> list[Room]:
    """A site's meeting rooms. One query."""
    return list(visible_to(member, listed_rooms().filter(site=site, type=MEETING_TYPE)))


def find_room(member: Member, workways_id: str) -> Room | None:
    """The listed meeting room, or None where there is none for the member. One query."""
    rooms = visible_to(member, listed_rooms().filter(type=MEETING_TYPE).select_related("feed"))
    return rooms.filter(workways_id=workways_id).first()


def _links() -> QuerySet[Invitation]:
    mails = OutboxMail.objects.defer("sealed").order_by("-created_at", "-pk")
    return inviting.invitations().prefetch_related(Prefetch("mails", queryset=mails))
