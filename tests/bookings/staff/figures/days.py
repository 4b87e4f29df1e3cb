"""Some weeks of figures, such as the counting leaves them behind."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from bookings.booking_requests.states import State, Why
from bookings.catalog.models import Room, Site
from bookings.figures.models import MailFigure, PageCount, RequestFigure, RoomDay, SiteHour, Step
from bookings.mail.models import MailState

ENDINGS = [
    ("", ""),
    ("", ""),
    (State.REFUSED, Why.SLOT_TAKEN),
    (State.EXPIRED, Why.HOLD_RAN_OUT),
    (State.REFUSED, Why.OTHER),
    (State.ARCHIVED, "archived"),
    (State.EXPIRED, Why.GIVEN_UP),
]


def fill(rooms: Sequence[Room], first: date, days: int, *, with_other_pages: bool = True) -> None:
    """Fills each day with figures that differ by room, weekday and hour; fewer on Saturdays, none on Sundays."""
    sums: Counter[tuple[Site, date, int, str]] = Counter()
    rows, requests, mails, pages = [], [], [], []
    for number in range(days):
        day = first + timedelta(days=number)
        for place, room in enumerate(rooms):
            hours = [
                [hour, hour, 60, min(60, max(0, 58 - 7 * abs(hour - 11) + 6 * day.weekday() - 5 * place + number % 9))]
                for hour in range(9, 13 if day.weekday() == 5 else 18)
                if day.weekday() < 6
            ]
            for _, hour, opened, busy in hours:
                sums[room.site, day, hour, "open"] += opened
                sums[room.site, day, hour, "busy"] += busy
            opened, busy = (sum(row[place] for row in hours) for place in (2, 3))
            rows.append(
                RoomDay(
                    room=room,
                    day=day,
                    open_minutes=opened,
                    busy_minutes=busy,
                    hours=hours,
                    counted_until=room.seen_at,
                )
            )
        for site in {room.site for room in rooms}:
            for step, times in ((Step.LOOKED, 40), (Step.ROOM, 31), (Step.TIME, 14)):
                pages.append(PageCount(day=day, step=step, site=site, number=times + number % 7))
            for place, (ending, reason) in enumerate(ENDINGS):
                is_booked = not ending
                requests.append(
                    RequestFigure(
                        site=site,
                        day=day,
                        lead_minutes=(number * 977 + place * 7001) % 150_000,
                        is_proved=is_booked or place % 3 > 0,
                        is_sent=is_booked or place % 3 > 1,
                        is_booked=is_booked,
                        ending=ending,
                        reason=reason,
                    )
                )
                outcome = MailState.FAILED if (place + number) % 23 == 0 else MailState.SENT
                after = None if outcome == MailState.FAILED else (place * 3 + number) % 17 + 1
                mails.append(MailFigure(site=site, day=day, outcome=outcome, seconds=after))
        if with_other_pages:
            pages.append(PageCount(day=day, step=Step.LOOKED, site=None, number=25))
    RoomDay.objects.bulk_create(rows)
    SiteHour.objects.bulk_create(
        SiteHour(site=site, day=day, hour=hour, open_minutes=opened, busy_minutes=sums[site, day, hour, "busy"])
        for (site, day, hour, kind), opened in sums.items()
        if kind == "open"
    )
    PageCount.objects.bulk_create(pages)
    RequestFigure.objects.bulk_create(requests)
    MailFigure.objects.bulk_create(mails)
