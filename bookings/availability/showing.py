"""The calendar of a room in the view that was asked for: a week, a month, or a list of two weeks."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import assert_never

from bookings.availability import queries
from bookings.availability.asked import Asked, slot_query, week_query
from bookings.availability.calendar import Calendar, build_calendar, monday_of
from bookings.availability.forms import View
from bookings.availability.listing import LIST_DAYS, Listing, build_listing
from bookings.availability.month import Month, build_month
from bookings.availability.queries import Asker, Slot
from bookings.availability.sentences import Explanation, explain_archived
from bookings.catalog.models import Room
from bookings.core.answers import Standing
from bookings.links.queries import live_proofs

TEMPLATES = {
    View.WEEK: "availability/_calendar.html",
    View.MONTH: "availability/_month.html",
    View.LIST: "availability/_list.html",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A view ready to be drawn, the day that it is about, and the next free slot where it shows none itself."""

    view: View
    calendar: Calendar | Month | Listing
    day: date
    next_free: Slot | None


def show(
    view: View, room: Room, day: date | None, asked: Asked, *, asker: Asker, now: datetime, language: str
) -> Shown:
    """What to draw for whoever looks. Without a day: where the next free slot lies."""
    today = now.astimezone(room.site.zone).date()
    next_free = None
    if day is None and view is not View.MONTH:
        next_free = queries.next_free(room, asker=asker, now=now, duration_minutes=asked.minutes)
    about = day or (next_free.date if next_free else today)
    calendar, ends_at = _build(view, room, about, asked, asker=asker, now=now, language=language)
    if next_free is None and calendar.first_free is None:
        next_free = queries.next_free(room, asker=asker, now=now, duration_minutes=asked.minutes, after=ends_at)
    return Shown(view, calendar, about, next_free)


def _build(
    view: View, room: Room, day: date, asked: Asked, *, asker: Asker, now: datetime, language: str
) -> tuple[Calendar | Month | Listing, datetime]:
    """The view, and where it ends."""
    match view:
        case View.WEEK:
            week = queries.room_week(room, monday_of(day), asker=asker, now=now, duration_minutes=asked.minutes)
            return build_calendar(week, asked, language), week.days[-1].column.end
        case View.MONTH:
            month = build_month(room, day, asked, asker=asker, now=now, language=language)
            return month, month.ends_at
        case View.LIST:
            days = queries.room_days(room, day, LIST_DAYS, asker=asker, now=now, duration_minutes=asked.minutes)
            return build_listing(days, asked, language), days.days[-1].column.end
        case _:
            assert_never(view)


def in_view(query: str, view: View) -> str:
    """A query string of the room's page that leads to this view; the week is the usual one and goes unnamed."""
    return query if view is View.WEEK else f"{query}&view={view}"


def views_of(day: date, key: str, asked: Asked) -> list[tuple[View, str]]:
    """Every view with its address for the same day, and the same chosen start if there is one."""
    wanted = (asked.minutes, asked.people)
    query = slot_query(day, key, *wanted) if key else week_query(day, *wanted)
    return [(view, in_view(query, view)) for view in View]


def standing_told(asker: Asker, now: datetime) -> Explanation | None:
    """What the asker should know of their own standing before choosing; None unless all they proved is archived."""
    if asker.standing is not Standing.ARCHIVED:
        return None
    archived = live_proofs(browser_key=asker.browser_key, now=now).filter(standing=Standing.ARCHIVED)
    email = archived.values_list("email", flat=True).first()
    return None if email is None else explain_archived(email)
