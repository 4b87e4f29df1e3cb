"""What a search's page says around its rooms: what was asked, how many there are, what may help when there are none."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import get_language, gettext, ngettext

from bookings.availability.alternatives import Alternative, Kind
from bookings.availability.search import Fit, SearchQuery, SearchResult
from bookings.catalog.models import OFFICE_TYPE
from bookings.core import formats
from bookings.core.timespan import TimeSpan


def title_of(kind: Kind) -> str:
    """The heading over alternatives of one kind."""
    match kind:
        case Kind.OTHER_TIME:
            return gettext("The same rooms at another time")
        case Kind.OTHER_ROOM:
            return gettext("Other rooms here at your time")
        case Kind.OTHER_SITE:
            return gettext("Other sites in the same country at your time")
        case Kind.OTHER_LENGTH:
            return gettext("The same rooms for another length")


def title(query: SearchQuery, count: int) -> str:
    """How many were found."""
    if query.type == OFFICE_TYPE:
        return ngettext("%(count)s office", "%(count)s offices", count) % {"count": count}
    return ngettext("%(count)s room is free", "%(count)s rooms are free", count) % {"count": count}


def office_subtitle() -> str:
    """What to know of offices."""
    return gettext("Rented by the month. Tell us who you are, and the team of the site answers.")


def empty_title(query: SearchQuery) -> str:
    """That nothing fits."""
    if query.type == OFFICE_TYPE:
        return gettext("No office of this size is on offer here")
    return gettext("No room is free for exactly this")


def empty_text(query: SearchQuery, result: SearchResult, groups: Sequence[object]) -> str:
    """What may help when nothing fits."""
    if not result.candidates and result.largest and query.people > result.largest:
        text = ngettext(
            "The largest room here is for one person. Look for fewer people, or at all sites.",
            "The largest room here is for %(count)s people. Look for fewer people, or at all sites.",
            result.largest,
        )
        return text % {"count": result.largest}
    if query.type == OFFICE_TYPE:
        return gettext("Look for fewer people, or at all sites.")
    if groups:
        return gettext("What follows comes close. Each says in what it differs from what you asked for.")
    if query.words:
        return gettext("No room here has all of this equipment. Leave out a word, or look at all sites.")
    return gettext("Try another day, fewer people, or all sites.")


def asked_in_words(query: SearchQuery) -> str:
    """What was looked for, as one line."""
    language = get_language() or "en"
    day = formats.long_date(query.date, language)
    if query.until is not None and query.until > query.date:
        last = formats.long_date(query.until, language)
        day = gettext("%(first)s to %(last)s") % {"first": day, "last": last}
    words = {
        "day": day,
        "duration": formats.duration(query.duration_minutes, language),
        "people": ngettext("%(count)s person", "%(count)s people", query.people) % {"count": query.people},
        "time": formats.wall_time(query.start) if query.start else "",
        "earliest": formats.wall_time(query.earliest) if query.earliest else "",
        "latest": formats.wall_time(query.latest) if query.latest else "",
    }
    line = _pattern(query) % words
    if not query.words:
        return line
    return gettext("%(asked)s, with %(words)s") % {
        "asked": line,
        "words": formats.and_list(list(query.words), language),
    }


def _pattern(query: SearchQuery) -> str:
    if query.start is not None:
        return gettext("%(day)s from %(time)s, %(duration)s, %(people)s")
    if query.earliest and query.latest:
        return gettext("%(day)s between %(earliest)s and %(latest)s, %(duration)s, %(people)s")
    if query.earliest:
        return gettext("%(day)s from %(earliest)s on, %(duration)s, %(people)s")
    if query.latest:
        return gettext("%(day)s until %(latest)s, %(duration)s, %(people)s")
    return gettext("%(day)s, %(duration)s at any time, %(people)s")


def zone_in_words(fits: Sequence[Fit], near: Sequence[Alternative], spans: list[TimeSpan], now: datetime) -> str:
    """Which clock the times on this page are those of."""
    zones = {one.room.site.zone for one in fits} | {one.room.site.zone for one in near}
    if len(zones) != 1:
        return gettext("All times are those of the clock at each site.") if zones else ""
    (zone,) = zones
    first = min((span.start for span in spans), default=now)
    return formats.zone_name(zone, first, get_language() or "en")
