"""Answers and opening hours as sentences, in the language of the page.

The only place that turns a `Reason` into words; no template or view compares a sentence.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import assert_never
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext, ngettext, override

from bookings.availability.closings import NO_CLOSINGS, Closings
from bookings.availability.errors import HoldLimit, TooManyHolds
from bookings.availability.hours import Days, HoursLine, WeekHours, list_lines, local_day
from bookings.availability.rules import FeedAge, Freshness
from bookings.core import formats
from bookings.core.answers import Answer, Blocked, Bookable, Cause, Reason
from bookings.core.languages import in_page_language
from bookings.core.timespan import TimeSpan

# How far ahead a room's page tells of closures and holidays, and of how many.
_CLOSINGS_TOLD = timedelta(days=60)
_MOST_CLOSINGS_TOLD = 6


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why, and the way on; both are whole sentences, or "" where there is nothing to say."""

    sentence: str
    way_on: str


def explain(answer: Answer, *, zone: ZoneInfo, start: datetime | None = None) -> Explanation:
    """An answer in words. `start` is the start that was judged: with it the way on can say "30 min later is free"."""
    match answer:
        case Bookable(needs_known_company=False):
            return Explanation("", "")
        case Bookable():
            return Explanation(
                gettext("So soon, only companies that already have a Workways account can book."),
                gettext("Confirm your e-mail address, and we will see whether yours has one."),
            )
        case Blocked():
            return Explanation(_sentence(answer), _way_on(answer, zone, start))
        case _:
            assert_never(answer)


def _sentence(answer: Blocked) -> str:
    limit = answer.limit or 0
    match answer.reason:
        case Reason.PAST:
            return gettext("This time has passed.")
        case Reason.CLOSED:
            return _closed(answer.cause)
        case Reason.BUSY:
            return gettext("The room is taken at that time.")
        case Reason.HELD:
            return gettext("Somebody else is booking this time right now.")
        case Reason.TOO_SOON_FOR_NEW:
            return gettext("New companies can book from the day after tomorrow on.")
        case Reason.TOO_SHORT:
            return gettext("This room is booked for at least %(duration)s.") % {"duration": _duration(limit)}
        case Reason.TOO_LONG:
            return gettext("This room is booked for at most %(duration)s.") % {"duration": _duration(limit)}
        case Reason.OFF_STEP:
            return gettext("This room is booked in steps of %(duration)s.") % {"duration": _duration(limit)}
        case Reason.TOO_MANY_PEOPLE:
            text = ngettext("This room is for one person.", "This room is for up to %(people)s people.", limit)
            return text % {"people": limit}
        case Reason.TOO_FAR_AHEAD:
            text = ngettext(
                "This room can be booked up to one day ahead.",
                "This room can be booked up to %(days)s days ahead.",
                limit,
            )
            return text % {"days": limit}
        case Reason.NO_SUCH_TIME:
            return gettext("This time does not exist on that day, because the clocks go forward.")
        case Reason.FEED_UNKNOWN:
            return gettext("We do not know yet when this room is free.")
        case Reason.NOT_A_MEETING_ROOM:
            return gettext("This room is not rented by the hour.")
        case Reason.NO_LONGER_LISTED:
            return gettext("This room is no longer offered.")
        case _:
            assert_never(answer.reason)


def _closed(cause: Cause | None) -> str:
    words = "" if cause is None else cause_in_words(cause)
    if cause is None or not words:
        return gettext("The room is closed at that time.")
    if cause.is_holiday:
        return gettext("Closed for a public holiday: %(holiday)s.") % {"holiday": words}
    return gettext("Closed at that time: %(reason)s.") % {"reason": words.rstrip(".")}


def cause_in_words(cause: Cause) -> str:
    """The holiday's name, or the reason that staff gave for a closure, which may be ""."""
    return in_page_language(cause.english, cause.french)


def _way_on(answer: Blocked, zone: ZoneInfo, start: datetime | None) -> str:
    if answer.next_start is not None:
        return _next_free(answer.next_start, zone, start)
    match answer.reason:
        case Reason.PAST | Reason.NO_SUCH_TIME:
            return gettext("Please choose a later time.")
        case Reason.CLOSED if answer.cause is not None and answer.cause.until is not None:
            day = formats.short_date(answer.cause.until.astimezone(zone).date(), _language())
            return gettext("It opens again on %(day)s.") % {"day": day}
        case Reason.CLOSED | Reason.OFF_STEP | Reason.BUSY | Reason.HELD:
            return gettext("Please choose another time or another room.")
        case Reason.TOO_SOON_FOR_NEW:
            return gettext("Please choose a later day.")
        case Reason.TOO_SHORT | Reason.TOO_LONG:
            return gettext("Please choose another duration.")
        case Reason.TOO_MANY_PEOPLE:
            return gettext("Please look for a larger room.")
        case Reason.TOO_FAR_AHEAD:
            return gettext("Please choose an earlier day.")
        case Reason.FEED_UNKNOWN:
            return gettext("Please try again in a few minutes, or choose another room.")
        case Reason.NOT_A_MEETING_ROOM:
            return gettext("Please ask for it, or choose a meeting room.")
        case Reason.NO_LONGER_LISTED:
            return gettext("Please choose another room.")
        case _:
            assert_never(answer.reason)


def _next_free(next_start: datetime, zone: ZoneInfo, start: datetime | None) -> str:
    language = _language()
    time = formats.clock(next_start, zone, language)
    if start is not None and timedelta(0) < next_start - start <= timedelta(hours=2):
        later = _duration(int((next_start - start).total_seconds() // 60))
        return gettext("%(duration)s later, at %(time)s, it is free.") % {"duration": later, "time": time}
    day = next_start.astimezone(zone).date()
    if start is not None and start.astimezone(zone).date() == day:
        return gettext("It is free at %(time)s.") % {"time": time}
    words = {"day": formats.short_date(day, language), "time": time}
    return gettext("It is free on %(day)s at %(time)s.") % words


def explain_archived(email: str) -> Explanation:
    """What whoever proved only the address of an archived account should know before choosing a time."""
    return Explanation(
        gettext("The Workways account of %(email)s is archived, so this address can't book.") % {"email": email},
        gettext("Please ask us to restore it, or book with another e-mail address."),
    )


def explain_too_many(error: TooManyHolds) -> Explanation:
    """Why no further slot can be held, and the way on."""
    match error.which:
        case HoldLimit.BROWSER:
            sentence = gettext("You already hold %(limit)s slots.") % {"limit": error.limit}
        case HoldLimit.ADDRESS:
            sentence = gettext("%(limit)s slots are already held for this e-mail address.") % {"limit": error.limit}
        case HoldLimit.NETWORK:
            sentence = gettext("%(limit)s slots are already held from your network.") % {"limit": error.limit}
        case _:
            assert_never(error.which)
    return Explanation(sentence, gettext("Please finish or release one of them, or try again in ten minutes."))


def age_in_words(feed: FeedAge, *, zone: ZoneInfo, now: datetime, language: str) -> str:
    """How old the knowledge of the room's calendar is."""
    unknown, stale, fresh = _age_words(language)
    if feed.read_at is None:
        return unknown
    words = stale if feed.freshness(now) is Freshness.STALE else fresh
    return words % {"time": formats.stamp(feed.read_at, zone, now, language)}


@lru_cache(maxsize=8)
def _age_words(language: str) -> tuple[str, str, str]:
    """Said of a calendar that was never read, one that is old, one that is not; kept, as a page says it many times."""
    with override(language):
        return (
            gettext("Availability not known yet"),
            gettext("As of %(time)s; we are checking again"),
            gettext("Checked at %(time)s"),
        )


def hours_in_words(week: WeekHours) -> list[tuple[str, str]]:
    """Opening hours as (days, hours): ("Monday to Friday", "09:00–18:00"), ("Saturday and Sunday", "Closed")."""
    return list(_hours_in_words(week, _language()))


@lru_cache(maxsize=2048)
def _hours_in_words(week: WeekHours, language: str) -> tuple[tuple[str, str], ...]:
    with override(language):
        return tuple((days_in_words(line.days), _ranges_in_words(line)) for line in list_lines(week))


def closings_in_words(closings: Closings, *, zone: ZoneInfo, now: datetime) -> list[tuple[str, str]]:
    """What closes the place in the next two months, as (when, why): ("Wed 11 Nov", "Armistice Day")."""
    if closings is NO_CLOSINGS:
        return []
    return list(_closings_in_words(closings, zone, now.astimezone(zone).date(), _language()))


@lru_cache(maxsize=512)
def _closings_in_words(closings: Closings, zone: ZoneInfo, today: date, language: str) -> tuple[tuple[str, str], ...]:
    window = TimeSpan(local_day(today, zone).start, local_day(today + _CLOSINGS_TOLD, zone).end)
    with override(language):
        found = closings.coming(window, zone)[:_MOST_CLOSINGS_TOLD]
        return tuple((closed_time_in_words(span, zone), cause_in_words(cause)) for span, cause in found)


def closed_time_in_words(span: TimeSpan, zone: ZoneInfo) -> str:
    """ "Wed 11 Nov", "Wed 11 Nov – Fri 13 Nov", or with times where it isn't whole days."""
    language = _language()
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    first, last = start.date(), (span.end - timedelta(microseconds=1)).astimezone(zone).date()
    is_whole = span.start == local_day(first, zone).start and span.end == local_day(last, zone).end
    opens, closes = formats.short_date(first, language), formats.short_date(last, language)
    if is_whole:
        return opens if first == last else f"{opens} – {closes}"
    begins, ends = f"{opens}, {start:%H:%M}", f"{end:%H:%M}"
    if first == last:
        return f"{begins}–{ends if end.date() == last else '24:00'}"
    return f"{begins} – {formats.short_date(end.date(), language)}, {ends}"


def days_in_words(days: Days) -> str:
    """Which days a line of opening hours speaks of."""
    match days:
        case Days.EVERY_DAY:
            return gettext("Every day")
        case Days.MONDAY_TO_FRIDAY:
            return gettext("Monday to Friday")
        case Days.MONDAY_TO_SATURDAY:
            return gettext("Monday to Saturday")
        case Days.WEEKEND:
            return gettext("Saturday and Sunday")
        case Days.SATURDAY:
            return gettext("Saturday")
        case Days.SUNDAY:
            return gettext("Sunday")
        case _:
            assert_never(days)


def _ranges_in_words(line: HoursLine) -> str:
    if not line.hours.ranges:
        return gettext("Closed") if line.hours.understood else gettext("On request")
    return formats.and_list([str(one) for one in line.hours.ranges], _language())


def _duration(minutes: int) -> str:
    return formats.duration(minutes, _language())


def _language() -> str:
    return get_language() or "en"
