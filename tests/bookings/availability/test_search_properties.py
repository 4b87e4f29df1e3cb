"""The search, which counts in bits, says of each room what the rules say of each slot."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.availability.masks import minute_of
from bookings.availability.queries import Asker, build_rules, find_listed_room, load_situation
from bookings.availability.rules import judge_alone, list_starts
from bookings.availability.search import SearchQuery, Who, find
from bookings.catalog.directory import current_directory
from bookings.catalog.models import Room
from bookings.core.answers import Bookable, Standing
from bookings.core.timespan import TimeSpan
from bookings.feeds.models import BusySpan
from portal import clock
from tests.factories import make_busy_span, make_hold, make_room, make_site

FIRST = date(2026, 1, 7)
HOURS = ["", "09:00-18:00", "00:00-24:00", "08:15-12:00, 13:00-19:30", "22:00-24:00", "07:00-07:45"]

rooms = st.fixed_dictionaries(
    {
        "country": st.sampled_from(["France", "Ireland", "Belgium"]),
        "hours_week": st.sampled_from(HOURS),
        "hours_saturday": st.sampled_from(HOURS),
        "min_minutes": st.sampled_from([None, 30, 45, 60, 120]),
        "max_minutes": st.sampled_from([None, 60, 240]),
        "step_minutes": st.sampled_from([None, 15, 30, 7]),
    }
)
taken = st.tuples(
    st.integers(0, 3), st.integers(0, 6 * 24 * 60), st.sampled_from([5, 30, 61, 240, 1440, 1441, 4000]), st.booleans()
)
queries = st.fixed_dictionaries(
    {
        "date": st.sampled_from([FIRST + timedelta(days=distance) for distance in range(4)]),
        "until": st.none() | st.sampled_from([FIRST + timedelta(days=distance) for distance in range(5)]),
        "start": st.none() | st.sampled_from([time(9), time(10, 30), time(0), time(23)]),
        "earliest": st.none() | st.sampled_from([time(9), time(14, 10)]),
        "latest": st.none() | st.sampled_from([time(12), time(23, 59), time(0)]),
        "duration_minutes": st.sampled_from([30, 60, 90, 180]),
    }
)


def first_by_the_rules(room: Room, query: SearchQuery, standing: Standing) -> int | None:
    """The first start that may be booked, asked of the rules slot by slot."""
    rules = build_rules(room)
    now = clock.now()
    window = TimeSpan(now - timedelta(days=2), now + timedelta(days=12))
    situation = load_situation(room, window, asker=Asker(standing, "browser-a"), now=now)
    for day in query.days():
        for start in list_starts(day, rules):
            span = TimeSpan.lasting(start, query.duration_minutes)
            if _is_wanted(span, day, room, query) and isinstance(judge_alone(rules, span, situation), Bookable):
                return minute_of(start)
    return None


def _is_wanted(span: TimeSpan, day: date, room: Room, query: SearchQuery) -> bool:
    start, end = (instant.astimezone(room.site.zone) for instant in (span.start, span.end))
    if query.start is not None and start.time() != query.start:
        return False
    if query.earliest is not None and start.time() < query.earliest:
        return False
    midnight = datetime.combine(day + timedelta(days=1), time(), room.site.zone)
    latest = midnight if query.latest == time(0) else datetime.combine(day, query.latest or time(), room.site.zone)
    return query.latest is None or end <= latest


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.lists(rooms, min_size=1, max_size=4),
    spans=st.lists(taken, max_size=12),
    said=queries,
    standing=st.sampled_from([Standing.KNOWN, Standing.NEW, Standing.UNKNOWN]),
)
def test_search_finds_what_the_rules_allow(
    fields: list[dict[str, Any]], spans: list[tuple[int, int, int, bool]], said: dict[str, Any], standing: Standing
) -> None:
    BusySpan.objects.all().delete()
    Room.objects.all().delete()
    made = [
        make_room(
            site=make_site(country=one["country"]), **{key: value for key, value in one.items() if key != "country"}
        )
        for one in fields
    ]
    held: set[int] = set()
    for place, minute, length, is_hold in spans:
        start = datetime(2026, 1, 5, tzinfo=clock.now().tzinfo) + timedelta(minutes=minute)
        room = made[place % len(made)]
        if is_hold and length < 300 and room.pk not in held:
            # One of each room, so that no two holds meet.
            held.add(room.pk)
            make_hold(room=room, start=start, minutes=length, browser_key=f"browser-{'ab'[minute % 2]}")
        else:
            make_busy_span(room=room, start=start, minutes=length)
    query = SearchQuery(**said)

    found = find(query, directory=current_directory(), who=Who(standing, "browser-a"), now=clock.now())

    starts = {room.pk: start for room, start in found.fits}
    listed = [one for room in Room.objects.all() if (one := find_listed_room(room.workways_id)) is not None]
    assert starts == {
        room.pk: first for room in listed if (first := first_by_the_rules(room, query, standing)) is not None
    }
