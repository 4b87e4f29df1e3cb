"""Search results as their page shows them: each room with its words, its price and the address that goes on."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from bookings.availability.calendar import slot_query, week_query
from bookings.availability.hours import start_key
from bookings.availability.queries import feed_age
from bookings.availability.rules import Freshness
from bookings.availability.search import RoomFit, RoomNearly, SearchQuery, SearchResult
from bookings.availability.sentences import age_in_words, explain
from bookings.catalog.models import OFFICE_TYPE, Room
from bookings.catalog.pages import country_name
from bookings.core import formats
from bookings.core.money import Money
from bookings.core.timespan import TimeSpan
from bookings.offers.queries import catalog_offer

# A page of a thousand results is slow to make, to send and to read.
ROOMS_OF_A_PAGE = 24
# Nobody reads on after so many rooms that don't quite fit.
MOST_NEARLY = 20


@dataclass(frozen=True, slots=True)
class FoundRoom:
    """One room of the results. `sentence` says what stands in the way, if anything; `span` is what `href` chooses."""

    room: Room
    country: str
    href: str
    span: TimeSpan | None
    price: Money | None
    sentence: str
    known_only: bool
    stale: str

    @property
    def minutes(self) -> int:
        """How long the meeting would last."""
        return self.span.minutes if self.span else 0

    @property
    def day(self) -> date | None:
        """The local day of the slot."""
        return self.span.start.astimezone(self.room.site.zone).date() if self.span else None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the answer: headings, the fitting rooms of this page, after the last of them the nearly fitting ones.

    `page` counts from 1; `first` and `last` say which of all `count` fitting rooms it shows.
    """

    title: str
    subtitle: str
    fits: list[FoundRoom]
    nearly: list[FoundRoom]
    empty_title: str
    empty_text: str
    count: int
    page: int

    @property
    def first(self) -> int:
        """The number of the first room shown, from 1."""
        return (self.page - 1) * ROOMS_OF_A_PAGE + 1

    @property
    def last(self) -> int:
        """The number of the last room shown."""
        return self.first + len(self.fits) - 1


def build_found(result: SearchResult, *, now: datetime, page: int = 1, most: int = ROOMS_OF_A_PAGE) -> Found:
    """Puts a page of a search's result into words, each slot with the catalog's price; the last page for one beyond."""
    query = result.query
    count = len(result.fits)
    page = min(page, max(1, -(-count // ROOMS_OF_A_PAGE)))
    until = page * ROOMS_OF_A_PAGE
    fits = [_found(one, query, now) for one in result.fits[until - ROOMS_OF_A_PAGE : until][:most]]
    nearly = [] if until < count else [_found(one, query, now) for one in result.nearly[:MOST_NEARLY]]
    if query.type == OFFICE_TYPE:
        return Found(
            title=ngettext("%(count)s office", "%(count)s offices", count) % {"count": count},
            subtitle=gettext("Rented by the month. Tell us who you are, and the team of the site answers."),
            fits=fits,
            nearly=[],
            empty_title=gettext("No office of this size is on offer here"),
            empty_text=gettext("Look for fewer people, or at all sites."),
            count=count,
            page=page,
        )
    return Found(
        title=ngettext("%(count)s room is free", "%(count)s rooms are free", count) % {"count": count},
        subtitle=_asked_in_words(query),
        fits=fits,
        nearly=nearly,
        empty_title=gettext("No room is free for exactly this"),
        empty_text=(
            gettext("The rooms below come close. Another time of day or a shorter meeting often helps.")
            if nearly
            else gettext("Try another day, fewer people, or all sites.")
        ),
        count=count,
        page=page,
    )


def _asked_in_words(query: SearchQuery) -> str:
    language = get_language() or "en"
    people = ngettext("%(count)s person", "%(count)s people", query.people) % {"count": query.people}
    duration = formats.duration(query.duration_minutes, language)
    words = {"day": formats.long_date(query.date, language), "duration": duration, "people": people}
    if query.start is None:
        return gettext("%(day)s, %(duration)s at any time, %(people)s") % words
    return gettext("%(day)s from %(time)s, %(duration)s, %(people)s") % {**words, "time": f"{query.start:%H:%M}"}


def _found(one: RoomFit | RoomNearly, query: SearchQuery, now: datetime) -> FoundRoom:
    room = one.room
    zone = room.site.zone
    nearly = one if isinstance(one, RoomNearly) else None
    span = nearly.nearest if nearly else one.span if isinstance(one, RoomFit) else None
    is_dated = one.freshness is not Freshness.FRESH and room.is_meeting_room
    return FoundRoom(
        room=room,
        country=country_name(room.site),
        href=reverse("room", args=[room.workways_id]) + _rest_of_address(room, span, query),
        span=span,
        price=catalog_offer(room, span, query.people).price if span else None,
        sentence=explain(nearly.blocked, zone=zone).sentence if nearly else "",
        known_only=one.needs_known_company,
        stale=age_in_words(feed_age(room), zone=zone, now=now) if is_dated else "",
    )


def _rest_of_address(room: Room, span: TimeSpan | None, query: SearchQuery) -> str:
    if not room.is_meeting_room:
        return ""
    if span is None:
        return week_query(query.date, query.duration_minutes, query.people)
    zone = room.site.zone
    local_day = span.start.astimezone(zone).date()
    return slot_query(local_day, start_key(span.start, zone), span.minutes, query.people) + "#booking"
