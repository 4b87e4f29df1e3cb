"""Fills the embedded API with the demo: places and people from `demo`, and calendars that look like real weeks."""

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from portal.embedded import demo, slots
from portal.embedded.ids import named_id
from portal.embedded.models import (
    MEETING_TYPES,
    TEMPORARY_ROLE,
    Meeting,
    MeetingCell,
    MeetingState,
    Membership,
    Organization,
    Rate,
    Room,
    Site,
    User,
)

_DAYS_BACK, _DAYS_AHEAD = 14, 60
_BATCH = 2000
_LUNCH = (time(12, 30), time(13, 30))
_TITLES = (
    *("Weekly sync", "Quarterly Review", "Design critique", "Interview", "Sales pipeline", "Sprint planning"),
    *("One to one", "Customer call", "Budget 2nd reading", "Onboarding", "Board meeting", "Workshop"),
    *("Retrospective", "Supplier visit"),
)


@transaction.atomic
def seed(now: datetime) -> None:
    """Makes what is missing of the demo and leaves what is there, so it may run at each start.

    Calendars reach from 14 days before `now` to 60 days after it; run on a later day, it adds the days that came into
    reach.
    """
    today = now.astimezone(UTC).date()
    _add(Site, demo.build_sites())
    _add(Organization, [_active(organization, now) for organization in demo.build_organizations(today)])
    _add(Room, demo.build_rooms(today))
    _add(User, [_verified(user, now) for user in demo.build_users()])
    _add(Rate, _rates())
    _add(Membership, _memberships())
    _add_meetings(today, now)


def _add(model: type[Any], rows: Iterable[Any]) -> None:
    model.objects.bulk_create(list(rows), batch_size=_BATCH, ignore_conflicts=True)


def _active(organization: Organization, now: datetime) -> Organization:
    organization.created_at = organization.activated_at = now
    return organization


def _verified(user: User, now: datetime) -> User:
    user.created_at = now
    user.verified_at = None if user.role == TEMPORARY_ROLE else now
    return user


def _rates() -> Iterator[Rate]:
    """Every option at every site."""
    for site in demo.SITES:
        for plan in demo.RATES:
            yield Rate(
                id=named_id("rate", site.slug, plan.key),
                site_id=demo.site_id(site.slug),
                key=plan.key,
                name_en=plan.name_en,
                name_fr=plan.name_fr,
                type=plan.type,
                is_unique=plan.is_unique,
                public_base_minor=_cents(plan.public_base),
                member_base_minor=_cents(plan.member_base),
                public_promo_minor=_cents(plan.public_promo),
                member_promo_minor=_cents(plan.member_promo),
                promo_months=plan.promo_months,
                setup_minor=plan.setup * 100,
                vat_type=plan.vat_type,
                vat_rate=Decimal(plan.vat_rate) if plan.vat_rate else None,
            )


def _memberships() -> Iterator[Membership]:
    for organization, sites in ((demo.ACME, (demo.PARIS, demo.BRUSSELS)), (demo.KESTREL, (demo.DUBLIN,))):
        for position, site in enumerate(sites, start=1):
            yield Membership(organization_id=organization, site_id=site, position=position)


def _cents(euros: int | None) -> int | None:
    return None if euros is None else euros * 100


def _add_meetings(today: date, now: datetime) -> None:
    """Adds the meetings that aren't there yet, where nothing else was booked meanwhile. Past ones need no cells."""
    density = demo.density_by_room()
    rooms = [room for room in Room.objects.select_related("site").filter(pk__in=density) if room.type in MEETING_TYPES]
    present = set(Meeting.objects.filter(room__in=rooms).values_list("pk", flat=True))
    taken = set(MeetingCell.objects.filter(room__in=rooms).values_list("room_id", "cell"))
    meetings: list[Meeting] = []
    cells: list[tuple[str, str, int]] = []
    for room in rooms:
        for offset in range(-_DAYS_BACK, _DAYS_AHEAD + 1):
            for meeting in _day(room, today + timedelta(days=offset), offset, density[room.pk]):
                own = slots.cells(meeting.start, meeting.end) if meeting.end > now else ()
                if meeting.pk in present or any((room.pk, cell) in taken for cell in own):
                    continue
                meeting.created_at = meeting.updated_at = now
                meetings.append(meeting)
                cells.extend((meeting.pk, room.pk, cell) for cell in own)
    Meeting.objects.bulk_create(meetings, batch_size=_BATCH)
    _insert_cells(cells)


def _insert_cells(rows: list[tuple[str, str, int]]) -> None:
    """Tens of thousands of rows, past the models, which would take most of the demo's start for themselves."""
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, ("meeting_id", "room_id", "cell")))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(MeetingCell._meta.db_table)} ({columns}) VALUES (%s, %s, %s)",  # noqa: S608  own names
            rows,
        )


def _day(room: Room, day: date, offset: int, density: float) -> Iterator[Meeting]:
    """One day of a room: dense mornings, a gap for lunch, calmer afternoons, emptier the further ahead.

    Drawn from the room and the date alone, so that each run makes the same day. Saturdays are quiet, Sundays empty.
    """
    hours = {5: room.slot_saturday, 6: ""}.get(day.weekday(), room.slot_week)
    if not hours or not density:
        return
    chance = random.Random(f"{room.pk} {day}")  # noqa: S311  a calendar, no secret
    share = density * (0.3 if day.weekday() == 5 else 1.0) * (1 - 0.5 * max(offset, 0) / _DAYS_AHEAD)
    opening, closing = _outer_hours(hours)
    cursor = opening
    while cursor < closing:
        minutes = chance.choice((30, 60, 60, 60, 90, 120))
        end = _later(cursor, minutes)
        wanted = share if cursor < _LUNCH[0] else share * 0.7
        crosses_lunch = cursor < _LUNCH[1] and end > _LUNCH[0]
        if end <= closing and not crosses_lunch and chance.random() < wanted:
            yield _meeting(room, day, cursor, end, chance)
            cursor = end
        else:
            cursor = _later(cursor, 30)


def _outer_hours(hours: str) -> tuple[time, time]:
    """From the first opening to the last closing of what staff may have written; midnight becomes the last minute."""
    clocks = [part.strip() for part in hours.replace(",", "-").split("-")]
    return time.fromisoformat(clocks[0]), time(23, 59) if clocks[-1] == "24:00" else time.fromisoformat(clocks[-1])


def _later(moment: time, minutes: int) -> time:
    """So much later on the same day; midnight becomes its last minute."""
    total = moment.hour * 60 + moment.minute + minutes
    return time(total // 60, total % 60) if total < 24 * 60 else time(23, 59)


def _meeting(room: Room, day: date, start: time, end: time, chance: random.Random) -> Meeting:
    zone: ZoneInfo = room.site.zone
    title = chance.choice(_TITLES)
    return Meeting(
        id=named_id("meeting", room.pk, f"{day} {start}"),
        room=room,
        organization_id=demo.ACME if chance.random() < 0.3 else None,
        state=MeetingState.CONFIRMED,
        start=datetime.combine(day, start, zone).astimezone(UTC),
        end=datetime.combine(day, end, zone).astimezone(UTC),
        people=chance.randint(2, max(2, room.max_person)),
        name=title,
        description=f"{title} of the team" if chance.random() < 0.3 else "",
    )
