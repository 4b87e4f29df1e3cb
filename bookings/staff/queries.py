"""What the panel's pages read; each function asks the database a fixed number of times, whatever there is."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db.models import Count, F, Model, Q, QuerySet

from bookings.booking_requests.models import BookingRequest, GuestAsk, RequestEvent
from bookings.catalog.models import Site
from bookings.core.zones import zone
from bookings.feeds.models import Feed
from bookings.mail.models import OutboxMail
from bookings.registration.models import Registration
from bookings.staff.limits import visible_to
from bookings.staff.moments import TriedMail, with_steps
from portal.access import Member

# How many of a kind the first page shows; the lists behind it show all.
SHOWN = 20

_ZONE_KEY = "staff:zone"
_ZONE_SECONDS = 300

_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Some(Generic[_Row]):
    """The first rows of a kind, and whether there are more."""

    rows: tuple[_Row, ...]
    more: bool

    def __bool__(self) -> bool:
        return bool(self.rows)


@dataclass(frozen=True, slots=True)
class Story:
    """Everything known of one request, oldest first."""

    request: BookingRequest
    events: tuple[RequestEvent, ...]
    mails: tuple[TriedMail, ...]
    asks: tuple[GuestAsk, ...]
    registrations: tuple[Registration, ...]


def panel_zone() -> ZoneInfo:
    """The zone of most of the sites, in which the panel tells times that belong to no site; kept for five minutes."""
    name: str | None = cache.get(_ZONE_KEY)
    if name is None:
        zones = Counter(site.zone_name for site in Site.objects.filter(vanished_at=None).order_by("pk"))
        name = zones.most_common(1)[0][0] if zones else "Europe/Paris"
        cache.set(_ZONE_KEY, name, _ZONE_SECONDS)
    return zone(name)


def find_story(member: Member, reference: str) -> Story | None:
    """The whole story of the request with this reference, or None where there is none for the member. Five queries."""
    requests = visible_to(member, BookingRequest.objects.select_related("room__site", "room__feed", "hold"))
    request = requests.filter(reference=reference.upper()).first()
    if request is None:
        return None
    return Story(
        request=request,
        events=tuple(request.events.order_by("at", "pk")),
        mails=tuple(with_steps(request.mails.all())),
        asks=tuple(request.asks.order_by("created_at", "pk")),
        registrations=tuple(request.registrations.order_by("created_at", "pk")),
    )


def list_mails(
    member: Member,
    *,
    state: str = "",
    kind: str = "",
    words: str = "",
    to: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[OutboxMail]:
    """Mails that the member may see, the newest first, without their sealed bodies.

    Each word is part of the address, subject or reference, one with an "@" of the address; so is `to`. Written from
    `since` on and before `until`.
    """
    mails = visible_to(member, OutboxMail.objects.defer("sealed").select_related("booking_request", "registration"))
    if state:
        mails = mails.filter(state=state)
    if kind:
        mails = mails.filter(kind=kind)
    if to:
        mails = mails.filter(pk__in=_mails_to(to))
    if since is not None:
        mails = mails.filter(created_at__gte=since)
    if until is not None:
        mails = mails.filter(created_at__lt=until)
    for word in words.split():
        if "@" in word:
            mails = mails.filter(pk__in=_mails_to(word))
        else:
            mails = mails.filter(
                Q(to__icontains=word) | Q(subject__icontains=word) | Q(booking_request__reference__icontains=word)
            )
    return mails.order_by("-created_at", "-pk")


def _mails_to(part: str) -> QuerySet[OutboxMail, Any]:
    # Asked by itself, this is answered from the index of addresses alone, a fraction of the table.
    return OutboxMail.objects.filter(to__icontains=part).values("pk")


def list_feeds(member: Member) -> QuerySet[Feed]:
    """The feeds of listed rooms that the member may see, failing ones first.

    Each has `rejections`, the number of events it could not read.
    """
    return (
        visible_to(member, Feed.objects.filter(room__vanished_at=None))
        .select_related("room__site")
        .annotate(rejections=Count("rejected"))
        .order_by("-failures_in_a_row", F("read_at").asc(nulls_first=True), "room__site__name", "room__public_name")
    )


def list_registrations(member: Member, *, state: str = "", words: str = "") -> QuerySet[Registration]:
    """Registrations that the member may see, the newest first.

    Each word is part of the reference, the company, the person or the address.
    """
    registrations = visible_to(member, Registration.objects.select_related("site", "room__site", "booking_request"))
    if state:
        registrations = registrations.filter(state=state)
    for word in words.split():
        registrations = registrations.filter(
            Q(reference__icontains=word)
            | Q(company__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(email__icontains=word)
        )
    return registrations.order_by("-created_at", "-pk")


def some(rows: QuerySet[_Row]) -> Some[_Row]:
    """The first of these rows. One query."""
    found = tuple(rows[: SHOWN + 1])
    return Some(found[:SHOWN], len(found) > SHOWN)
