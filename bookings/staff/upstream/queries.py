"""What the upstream's pages read; each function asks the database a fixed number of times."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bookings.availability.rules import STALE_AFTER
from bookings.catalog.models import CatalogState
from bookings.catalog.queries import catalog_state
from bookings.feeds.models import Feed, Upstream
from bookings.staff.limits import visible_to
from bookings.staff.queries import list_feeds
from portal.access import Member


class FeedHealth(models.TextChoices):
    """How a room's calendar is doing."""

    FAILING = "failing", _("Can't be read")
    STALE = "stale", _("Older than 15 minutes")
    UNREAD = "unread", _("Not read yet")
    REJECTED = "rejected", _("With unreadable events")
    FINE = "fine", _("Fine")


@dataclass(frozen=True, slots=True)
class Breaker:
    """A host that calendars come from: whether it is left alone for now, and how many requests are under way."""

    host: str
    failures_in_a_row: int
    rests_until: datetime | None
    under_way: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Which Workways stands behind this portal, and how far its catalog is known; `host` is "" for the embedded one."""

    version: str
    host: str
    catalog: CatalogState
    breakers: list[Breaker]
    feeds: dict[str, int]


def read_standing(member: Member, *, now: datetime) -> Standing:
    """All of it for this member. Three queries."""
    return Standing(
        version=portal_version(),
        host=urlsplit(settings.WORKWAYS_API_URL).hostname or "",
        catalog=catalog_state(),
        breakers=[] if settings.WORKWAYS_IS_EMBEDDED else list_breakers(now=now),
        feeds=_count_feeds(member, now=now),
    )


def list_breakers(*, now: datetime) -> list[Breaker]:
    """Every host that calendars were asked of. One query."""
    taken = Count("connections", filter=Q(connections__taken_until__gt=now))
    return [
        Breaker(
            host=row.host,
            failures_in_a_row=row.failures_in_a_row,
            rests_until=row.rests_until if row.rests_until is not None and row.rests_until > now else None,
            under_way=row.under_way,
        )
        for row in Upstream.objects.annotate(under_way=taken).order_by("host")
    ]


def list_calendars(member: Member, *, state: str, words: str, site: str, now: datetime) -> QuerySet[Feed]:
    """The calendars that the member may see, narrowed down; the failing ones first."""
    feeds = list_feeds(member)
    if state:
        feeds = feeds.filter(_health(FeedHealth(state), now))
    if site:
        feeds = feeds.filter(room__site__workways_id=site)
    for word in words.split():
        feeds = feeds.filter(Q(room__public_name__icontains=word) | Q(room__name__icontains=word))
    return feeds


@lru_cache(maxsize=1)
def portal_version() -> str:
    """The version of this program."""
    written = (settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(written)["project"]["version"])


def _health(health: FeedHealth, now: datetime) -> Q:
    stale = Q(read_at__lt=now - STALE_AFTER)
    match health:
        case FeedHealth.FAILING:
            return Q(failures_in_a_row__gt=0)
        case FeedHealth.STALE:
            return stale
        case FeedHealth.UNREAD:
            return Q(read_at=None)
        case FeedHealth.REJECTED:
            return Q(rejections__gt=0)
        case FeedHealth.FINE:
            return Q(failures_in_a_row=0, read_at__isnull=False) & ~stale


def _count_feeds(member: Member, *, now: datetime) -> dict[str, int]:
    """How many calendars are in which state; one may be in several."""
    counted = {
        health.value: Count("pk", filter=_health(health, now))
        for health in FeedHealth
        if health is not FeedHealth.REJECTED
    }
    feeds = visible_to(member, Feed.objects.filter(room__vanished_at=None))
    return feeds.aggregate(all=Count("pk"), **counted)
