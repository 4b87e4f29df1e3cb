"""What the first page reads: a fixed number of questions, each of which an index answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q

from bookings.booking_requests.models import BookingRequest, GuestAsk
from bookings.booking_requests.queries import waiting_keys
from bookings.booking_requests.states import Presence, State
from bookings.catalog.models import CatalogState, Site
from bookings.catalog.queries import catalog_state
from bookings.feeds.models import Feed
from bookings.mail.models import MailState, OutboxMail
from bookings.registration.models import Registration
from bookings.registration.states import NEEDS_STAFF as REGISTRATIONS_NEED_STAFF
from bookings.staff.limits import visible_to
from bookings.staff.queries import SHOWN, Some, list_feeds, list_mails, some
from portal.access import Member

# How many arrivals the page shows; the list of requests has all.
MOST_ARRIVALS = 200
# More than anybody works off before looking again.
_MOST_WAITING = 200
# How far a wall clock is from UTC at most (UTC-12 to UTC+14).
_FAR = timedelta(hours=14)
# The longest day, on which the clock is put back.
_A_DAY = timedelta(hours=25)
# What an arrival's line is made of; all that is said of a hundred rooms would be the slowest part of the page.
_TOLD = (
    "reference",
    "name",
    "start",
    "zone_name",
    "people",
    "cancelling_at",
    "room__public_name",
    "room__site__name",
    "room__site__workways_id",
)
_SILENT = Q(failures_in_a_row__gt=0) | Q(read_at=None)


@dataclass(frozen=True, slots=True)
class Inbox:
    """Everything that waits for a person."""

    requests: Some[BookingRequest]
    refused: Some[BookingRequest]
    cancelling: Some[BookingRequest]
    asks: Some[GuestAsk]
    mails: Some[OutboxMail]
    registrations: Some[Registration]
    feeds: Some[Feed]

    @property
    def is_empty(self) -> bool:
        """Does nothing wait?"""
        waiting = (self.requests, self.refused, self.cancelling, self.asks, self.mails, self.registrations, self.feeds)
        return not any(waiting)


@dataclass(frozen=True, slots=True)
class Upstream:
    """Which Workways stands behind the portal, "" for the embedded one, and how reading its catalog went."""

    host: str
    catalog: CatalogState


@dataclass(frozen=True, slots=True)
class Hour:
    """The meetings that begin within an hour of a site's wall clock, which `begins` is the first instant of."""

    begins: datetime
    meetings: tuple[BookingRequest, ...]


@dataclass(frozen=True, slots=True)
class SiteDay:
    """A site's day by its own wall clock."""

    site: Site
    day: date
    hours: tuple[Hour, ...]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Who comes on a day, by site and hour; `more` when the day has more than are told."""

    sites: tuple[SiteDay, ...]
    more: bool


def inbox(member: Member, *, now: datetime) -> Inbox:
    """What needs a person of what this member may see, the oldest first. Six queries."""
    requests = visible_to(member, BookingRequest.objects.select_related("room__site"))
    # Only what the index knows: with the end as well, SQLite would look through all that was ever booked.
    cancelling = BookingRequest.objects.filter(cancelling_at__isnull=False, start__gt=now - _A_DAY)
    ours = list(
        requests.filter(pk__in=waiting_keys().union(cancelling.values("pk"))).order_by("created_at", "pk")[
            :_MOST_WAITING
        ]
    )
    return Inbox(
        requests=_first([request for request in ours if request.waits_for_staff]),
        refused=some(
            requests.filter(state__in=[State.REFUSED, State.ARCHIVED], handled_at=None, start__gt=now).order_by(
                "start", "pk"
            )
        ),
        cancelling=_first([request for request in ours if not request.waits_for_staff and request.end > now]),
        asks=some(
            visible_to(member, GuestAsk.objects.filter(handled_at=None))
            .select_related("request__room__site")
            .order_by("created_at")
        ),
        mails=some(list_mails(member, state=MailState.FAILED)),
        registrations=some(
            visible_to(
                member, Registration.objects.filter(state__in=REGISTRATIONS_NEED_STAFF, handled_at=None)
            ).order_by("created_at")
        ),
        feeds=some(list_feeds(member).filter(_SILENT)),
    )


def _first(rows: list[BookingRequest]) -> Some[BookingRequest]:
    return Some(tuple(rows[:SHOWN]), len(rows) > SHOWN)


def upstream() -> Upstream:
    """Which Workways this portal speaks to, and how that goes. One query."""
    return Upstream(urlsplit(settings.WORKWAYS_API_URL).hostname or "", catalog_state())


def list_arrivals(member: Member, *, day: date | None, site: str, now: datetime) -> Arrivals:
    """The booked meetings of a day that the member may see, without those that left their calendar. One query.

    Without a day it is today, which is another date in another zone. `site` is a Workways id, "" for all sites.
    """
    first, last = now - _A_DAY, now + _A_DAY
    if day is not None:
        midnight = datetime.combine(day, time(), UTC)
        first, last = midnight - _FAR, midnight + _A_DAY + _FAR
    booked = visible_to(member, BookingRequest.objects.filter(state=State.BOOKED)).exclude(presence=Presence.GONE)
    coming = booked.filter(start__gte=first, start__lt=last).select_related("room__site").only(*_TOLD)
    if site:
        coming = coming.filter(room__site__workways_id=site)
    there = [
        request
        for request in coming.order_by("start", "pk")
        if request.start.astimezone(request.zone).date() == (day or now.astimezone(request.zone).date())
    ]
    return Arrivals(tuple(_by_site(there[:MOST_ARRIVALS])), len(there) > MOST_ARRIVALS)


def _by_site(requests: Iterable[BookingRequest]) -> Iterable[SiteDay]:
    in_order = sorted(requests, key=lambda request: (request.room.site.name, request.room.site_id))
    for _key, group in groupby(in_order, key=attrgetter("room.site_id")):
        meetings = list(group)
        hours = [
            Hour(begins, tuple(sorted(within, key=lambda request: (request.start, request.room.public_name))))
            for begins, within in groupby(meetings, key=_hour_of)
        ]
        yield SiteDay(meetings[0].room.site, _hour_of(meetings[0]).date(), tuple(hours))


def _hour_of(request: BookingRequest) -> datetime:
    """The hour of the wall clock in which the meeting begins; the one that a clock change repeats is two."""
    return request.start.astimezone(request.zone).replace(minute=0, second=0, microsecond=0)
