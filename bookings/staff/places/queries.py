"""What the pages about places read; each function asks the database a fixed number of times."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language

from bookings.availability.holiday_days import holidays_of
from bookings.availability.models import Closure
from bookings.availability.places import open_days_of
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import State
from bookings.catalog.models import Room, Site
from bookings.catalog.queries import in_order
from bookings.core import formats
from bookings.core.languages import in_page_language
from bookings.core.timespan import TimeSpan
from bookings.staff.limits import visible_to
from bookings.staff.places.kinds import Place
from portal.access import Member

# How many rooms a search by name shows.
MOST_FOUND = 50
# How far ahead holidays can be excepted.
_HOLIDAYS_AHEAD = dt.timedelta(days=548)


def list_sites(member: Member) -> QuerySet[Site]:
    """The sites that the member may see, by country and in order, each with `room_count` and `hidden_count`."""
    there = Q(rooms__vanished_at=None)
    counted = visible_to(member, Site.objects.filter(vanished_at=None)).annotate(
        room_count=Count("rooms", filter=there), hidden_count=Count("rooms", filter=there & Q(rooms__is_hidden=True))
    )
    return in_order(counted, "country")


def find_rooms(member: Member, words: str) -> list[Room]:
    """Rooms whose name, Workways' or ours, has each of the words; 50 at most."""
    rooms = visible_to(member, Room.objects.filter(vanished_at=None, site__vanished_at=None).select_related("site"))
    for word in words.split():
        rooms = rooms.filter(
            Q(public_name__icontains=word)
            | Q(name__icontains=word)
            | Q(own_name_en__icontains=word)
            | Q(own_name_fr__icontains=word)
            | Q(site__name__icontains=word)
        )
    return list(rooms.order_by("site__name", "public_name", "pk")[:MOST_FOUND])


def list_rooms(site: Site) -> list[Room]:
    """All rooms of a site in order, hidden ones too."""
    return list(in_order(Room.objects.filter(site=site, vanished_at=None).select_related("site", "picture")))


def list_closures(place: Place, today: dt.date) -> list[Closure]:
    """Closures that aren't over: of a site and all its rooms, or of a room and its site."""
    closures = Closure.objects.filter(site=place.site, last_day__gte=today).select_related("room")
    if place.room is not None:
        closures = closures.filter(Q(room=None) | Q(room=place.room))
    return list(closures.order_by("first_day", "pk"))


def count_meetings(place: Place, span: TimeSpan) -> int:
    """How many booked meetings lie in a time that is being closed."""
    booked = BookingRequest.objects.filter(state=State.BOOKED, start__lt=span.end, end__gt=span.start)
    return booked.filter(room=place.room).count() if place.room else booked.filter(room__site=place.site).count()


def holiday_choices(site: Site, today: dt.date) -> list[tuple[str, str]]:
    """The public holidays of the next year and a half of the site's country, as days to choose from."""
    language = get_language() or "en"
    return [
        (day.isoformat(), f"{formats.long_date(day, language)}: {in_page_language(*names)}")
        for day, names in _coming(site.country_code, today)
    ]


def _coming(country: str, today: dt.date) -> Iterator[tuple[dt.date, tuple[str, str]]]:
    until = today + _HOLIDAYS_AHEAD
    for year in range(today.year, until.year + 1):
        for day, names in holidays_of(country, year).items():
            if today <= day <= until:
                yield day, names


def with_open_days(site: Site, chosen: list[str], today: dt.date) -> str:
    """The excepted holidays as a site keeps them: those chosen of the coming ones; those of the past as they were."""
    past = {day.isoformat() for day in open_days_of(site.holidays_open) if day < today}
    return " ".join(sorted(past | set(chosen)))
