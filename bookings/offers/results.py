"""Search results as their page shows them: each room with its words, its price and the address that goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language, gettext

from bookings.availability.alternatives import Alternative, Kind, find_alternatives
from bookings.availability.asked import slot_query, week_query
from bookings.availability.hours import start_key, wall_clock
from bookings.availability.rules import FeedAge, Freshness
from bookings.availability.search import Fit, SearchQuery, SearchResult, Who, describe
from bookings.availability.sentences import age_in_words, explain
from bookings.availability.taken import FeedRow, read_feeds
from bookings.catalog.directory import Directory, ListedRoom
from bookings.catalog.models import OFFICE_TYPE
from bookings.core import formats
from bookings.core.answers import Reason
from bookings.core.money import Money
from bookings.core.timespan import TimeSpan
from bookings.offers import search_words as words
from bookings.offers.slot_prices import UNKNOWN, Key, KnownPrice, known_prices
from bookings.offers.sorting import Sort, estimate, in_order, span_of

# A page of a thousand results is slow to make, to send and to read.
ROOMS_OF_A_PAGE = 24
# Stands for a room's id in the one address that all rooms' are made from.
_ANY_ID = "0" * 24
_NO_FEED = FeedRow(None, None)


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as a whole: what, in which order, by whom, when, and in which state of the directory."""

    query: SearchQuery
    directory: Directory
    who: Who
    now: datetime
    sort: Sort = Sort.TIME


@dataclass(frozen=True, slots=True)
class FoundRoom:
    """One room of the results; `span` is what `href` chooses, `amount` its price in words, `lasting` for how long.

    `number` names it within the page. `differs` says how an alternative differs from what was asked for, `why` why the
    room can't be had as asked. `is_awaited`: the exact price will be known in a few seconds; `is_wanting`: once
    somebody has asked for it.
    """

    number: int
    room: ListedRoom
    href: str
    span: TimeSpan | None
    when: str
    price: Money | None
    amount: str
    lasting: str
    is_exact: bool
    is_awaited: bool
    is_wanting: bool
    known_only: bool
    stale: str
    differs: str = ""
    why: str = ""
    # Where somebody asks to be told if the wanted time, which is taken, frees up.
    watch_href: str = ""

    @property
    def minutes(self) -> int:
        """How long the meeting would last."""
        return self.span.minutes if self.span else 0


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the answer: headings, the fitting rooms of this page, then what comes close, by its kind.

    `page` counts from 1; `first` and `last` say which of all `count` fitting rooms it shows. `wanting` are the slots
    whose exact price nobody has asked for yet, `shown` tells of each room shown, by its number,
    when somebody last looked at its calendar.
    """

    title: str
    subtitle: str
    fits: list[FoundRoom]
    groups: list[tuple[str, list[FoundRoom]]]
    empty_title: str
    empty_text: str
    count: int
    page: int
    zone: str
    wanting: list[Key]
    shown: dict[int, datetime | None]

    @property
    def first(self) -> int:
        """The number of the first room shown, from 1."""
        return (self.page - 1) * ROOMS_OF_A_PAGE + 1

    @property
    def last(self) -> int:
        """The number of the last room shown."""
        return self.first + len(self.fits) - 1

    def awaited(self, *, asked: bool) -> list[int]:
        """The numbers of the rooms whose exact price will be known in a few seconds; `asked`: were all wanting ones?"""
        return [one.number for one in self.everything if one.is_awaited or (asked and one.is_wanting)]

    @property
    def everything(self) -> list[FoundRoom]:
        """All rooms of this page."""
        return [*self.fits, *(one for _, some in self.groups for one in some)]


def build_found(result: SearchResult, asked: Asked, *, page: int = 1, most: int = ROOMS_OF_A_PAGE) -> Found:
    """Puts a page of a search's result into words, each slot with its price; the last page for one beyond.

    Asks for the calendars' ages and the known prices of what the page shows: one query each; in order of price, for the
    known prices of all that was found, so that the order is that of what is shown.
    """
    query, now = asked.query, asked.now
    count = len(result.fits)
    page = min(page, max(1, -(-count // ROOMS_OF_A_PAGE)))
    by_price = asked.sort is Sort.PRICE and query.type != OFFICE_TYPE and count > 0
    known = _known(result, asked) if by_price else {}
    ordered = in_order(result.fits, asked.sort, query.duration_minutes, known=known)
    shown = ordered[(page - 1) * ROOMS_OF_A_PAGE :][: min(most, ROOMS_OF_A_PAGE)]
    fits = [describe(one, query.duration_minutes, who=asked.who, now=now) for one in shown]
    near = find_alternatives(result, directory=asked.directory, who=asked.who, now=now)
    rooms = list(dict.fromkeys([*(one.room.pk for one in fits), *(one.room.pk for one in near)]))
    is_office = query.type == OFFICE_TYPE
    feeds = {} if is_office else read_feeds(rooms)
    spans = [*filter(None, (one.span for one in fits)), *filter(None, (one.span for one in near))]
    if spans:
        first, last = min(span.start for span in spans), max(span.start for span in spans)
        if not by_price or near:
            known |= known_prices(first=first, last=last, people=query.people, now=now, rooms=rooms)
    page_of = _Page(asked, feeds, known)
    shown_fits = [page_of.fit(number, one) for number, one in enumerate(fits, 1)]
    groups = page_of.groups(near, first_number=len(fits) + 1)
    return Found(
        title=words.title(query, count),
        subtitle=words.office_subtitle() if is_office else words.asked_in_words(query),
        fits=shown_fits,
        groups=groups,
        empty_title=words.empty_title(query),
        empty_text=words.empty_text(query, result, groups),
        count=count,
        page=page,
        zone="" if is_office else words.zone_in_words(fits, near, spans, now),
        wanting=page_of.wanting,
        shown={room: feed.looked_at for room, feed in feeds.items()},
    )


def _known(result: SearchResult, asked: Asked) -> dict[Key, KnownPrice]:
    first, last = span_of(result.fits)
    return known_prices(first=first, last=last, people=asked.query.people, now=asked.now)


class _Page:
    """Puts one room after another into words."""

    def __init__(self, asked: Asked, feeds: dict[int, FeedRow], known: dict[Key, KnownPrice]) -> None:
        self.wanting: list[Key] = []
        self._asked = asked
        self._query = asked.query
        self._feeds = feeds
        self._known = known
        self._lengths: dict[int, str] = {}
        self._language = get_language() or "en"
        self._address = reverse("room", args=[_ANY_ID])
        self._watches = reverse("watch-begin", args=[_ANY_ID])
        self._is_one_slot = asked.query.start is not None and asked.query.until is None

    def fit(self, number: int, one: Fit) -> FoundRoom:
        """A room that fits. When it is free is said only where the question left it open."""
        when = "" if self._is_one_slot or one.span is None else self._when(one.room, one.span)
        return self._found(number, one.room, one.span, when=when, known_only=one.needs_known_company)

    def groups(self, near: Sequence[Alternative], *, first_number: int) -> list[tuple[str, list[FoundRoom]]]:
        """What comes close, under a heading for each kind."""
        groups: dict[str, list[FoundRoom]] = {}
        for number, one in enumerate(near, first_number):
            title = words.title_of(one.kind) if one.span else gettext("Nothing free within two weeks")
            groups.setdefault(title, []).append(self._near(number, one))
        return list(groups.items())

    def _near(self, number: int, one: Alternative) -> FoundRoom:
        explanation = explain(one.blocked, zone=one.room.site.zone) if one.blocked else None
        return self._found(
            number,
            one.room,
            one.span,
            when=self._when(one.room, one.span) if one.span else "",
            known_only=one.needs_known_company,
            differs=self._differs(one) if one.span else (explanation.way_on if explanation else ""),
            why=explanation.sentence if explanation else "",
            watch_href=self._watch_address(one),
        )

    def _watch_address(self, one: Alternative) -> str:
        """Only a time that somebody has can free up, and only one that was named can be watched."""
        wanted = self._query.start
        is_taken = one.blocked is not None and one.blocked.reason in (Reason.BUSY, Reason.HELD)
        if not (is_taken and self._is_one_slot and wanted is not None):
            return ""
        slot = slot_query(self._query.date, formats.wall_time(wanted), self._query.duration_minutes, self._query.people)
        return self._watches.replace(_ANY_ID, one.room.workways_id) + slot

    def _found(
        self,
        number: int,
        room: ListedRoom,
        span: TimeSpan | None,
        *,
        when: str,
        known_only: bool,
        differs: str = "",
        why: str = "",
        watch_href: str = "",
    ) -> FoundRoom:
        feed = self._feeds.get(room.pk, _NO_FEED)
        age = FeedAge(feed.read_at)
        is_dated = room.is_meeting_room and age.freshness(self._asked.now) is not Freshness.FRESH
        known = self._price(room, span)
        return FoundRoom(
            number=number,
            room=room,
            href=self._address.replace(_ANY_ID, room.workways_id) + _rest_of_address(room, span, self._query),
            span=span,
            when=when,
            price=known.price,
            lasting=self._lasting(span),
            amount="" if known.price is None else formats.money(known.price, self._language),
            is_exact=known.is_exact,
            is_awaited=known.is_awaited,
            is_wanting=known.is_wanting and not known.is_exact,
            known_only=known_only,
            stale=age_in_words(age, zone=room.site.zone, now=self._asked.now, language=self._language)
            if is_dated
            else "",
            differs=differs,
            why=why,
            watch_href=watch_href,
        )

    def _lasting(self, span: TimeSpan | None) -> str:
        """ "for 1 h", the same for nearly all rooms of a page."""
        minutes = span.minutes if span else 0
        words = self._lengths.get(minutes)
        if words is None:
            said = {"duration": formats.duration(minutes, self._language)}
            words = self._lengths[minutes] = gettext("for %(duration)s") % said
        return words

    def _price(self, room: ListedRoom, span: TimeSpan | None) -> KnownPrice:
        if span is None:
            return KnownPrice(is_wanting=False)
        key = (room.pk, span.start, span.minutes)
        known = self._known.get(key, UNKNOWN)
        if known.is_wanting:
            self.wanting.append(key)
        if known.is_exact:
            return known
        price = estimate(room, span.minutes)
        return KnownPrice(price, is_awaited=known.is_awaited, is_wanting=known.is_wanting)

    def _when(self, room: ListedRoom, span: TimeSpan) -> str:
        zone = room.site.zone
        day = formats.short_date(span.start.astimezone(zone).date(), self._language)
        return f"{day}, {wall_clock(span.start, zone)}–{wall_clock(span.end, zone)}"

    def _differs(self, one: Alternative) -> str:
        """In what it differs from what was asked for, as a sentence."""
        match one.kind:
            case Kind.OTHER_TIME:
                return self._other_time(one)
            case Kind.OTHER_ROOM:
                words = formats.and_list(list(one.lacks), self._language)
                return gettext("Free as you asked, but nothing is said of: %(words)s.") % {"words": words}
            case Kind.OTHER_SITE:
                return gettext("Free as you asked, at %(site)s.") % {"site": one.room.site.shown_name}
            case Kind.OTHER_LENGTH:
                wanted = formats.duration(self._query.duration_minutes, self._language)
                offered = formats.duration(one.span.minutes if one.span else 0, self._language)
                return gettext("%(duration)s instead of %(wanted)s.") % {"duration": offered, "wanted": wanted}

    def _other_time(self, one: Alternative) -> str:
        if one.span is None:
            return ""
        local = one.span.start.astimezone(one.room.site.zone)
        time = f"{local:%H:%M}"
        if local.date() != self._query.date:
            day = formats.long_date(local.date(), self._language)
            return gettext("On %(day)s at %(time)s.") % {"day": day, "time": time}
        if self._query.start is None:
            return gettext("At %(time)s.") % {"time": time}
        wanted = formats.wall_time(self._query.start)
        return gettext("At %(time)s instead of %(wanted)s.") % {"time": time, "wanted": wanted}


def _rest_of_address(room: ListedRoom, span: TimeSpan | None, query: SearchQuery) -> str:
    if not room.is_meeting_room:
        return ""
    if span is None:
        return week_query(query.date, query.duration_minutes, query.people)
    zone = room.site.zone
    local_day = span.start.astimezone(zone).date()
    return slot_query(local_day, start_key(span.start, zone), span.minutes, query.people) + "#booking"
