"""Which sites a member of staff may see, applied to whatever the panel reads.

    visible_to(member, BookingRequest.objects.all())

A limited member gets rows of their sites only. What belongs to no site at all is for members without limits. A single
page gets its object through the same narrowing, so another site's object answers 404 like one that doesn't exist.
"""

from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from bookings.availability.models import Closure
from bookings.booking_requests.models import BookingRequest, GuestAsk
from bookings.catalog.models import Room, Site
from bookings.feeds.models import Feed
from bookings.figures.models import MailFigure, PageCount, RequestFigure, RoomDay, SiteHour
from bookings.inviting.models import Invitation
from bookings.links.models import Link
from bookings.mail.messages import FROM_WORKWAYS, STAFF_KINDS
from bookings.mail.models import OutboxMail
from bookings.registration.models import Registration
from bookings.watching.models import SlotWatch
from portal.access import Member, Role, member_of

_Row = TypeVar("_Row", bound=Model)

# Each model's ways to a site; a row is of every site that any of them leads to. A new model of the panel needs a line.
PATHS: dict[type[Model], tuple[str, ...]] = {
    Site: ("",),
    Room: ("site",),
    Closure: ("site",),
    Feed: ("room__site",),
    BookingRequest: ("room__site",),
    GuestAsk: ("request__room__site",),
    RoomDay: ("room__site",),
    SiteHour: ("site",),
    PageCount: ("site",),
    RequestFigure: ("site",),
    MailFigure: ("site",),
    Registration: ("site", "room__site", "booking_request__room__site"),
    Invitation: ("site",),
    OutboxMail: (
        "booking_request__room__site",
        "registration__site",
        "registration__room__site",
        "registration__booking_request__room__site",
        "invitation__site",
    ),
    SlotWatch: ("room__site",),
    Link: (
        "booking_request__room__site",
        "registration__site",
        "registration__room__site",
        "registration__booking_request__room__site",
        "watch__room__site",
        "invitation__site",
    ),
}


def acting_member(request: HttpRequest) -> Member:
    """The member of staff who sent this request. Raises ValueError outside of views that are marked for staff."""
    member = member_of(request)
    if member is None:
        raise ValueError("This view is not marked for staff.")
    return member


def visible_to(member: Member, rows: QuerySet[_Row]) -> QuerySet[_Row]:
    """The rows that this member may see. Raises KeyError for a model whose ways to a site nobody wrote down."""
    paths = PATHS[rows.model]
    if rows.model is OutboxMail:
        rows = rows.exclude(kind__in=_kinds_kept_from(member))
    if member.sites is None:
        return rows
    wanted = Q(pk__in=[])
    for path in paths:
        wanted |= Q(**{f"{path}__workways_id__in" if path else "workways_id__in": sorted(member.sites)})
    return rows.filter(wanted)


def _kinds_kept_from(member: Member) -> list[str]:
    """Mails with links that open more than their reader may: those to members, and those to the API's accounts.

    A developer's link to choose a password leads to tokens, which only admins give out.
    """
    return [] if member.rank >= Role.ADMIN else [*STAFF_KINDS, FROM_WORKWAYS]
