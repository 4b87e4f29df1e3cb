"""`manage.py demo_places`: lets a newcomer to the demo see a closure, public holidays and words of a site's own."""

from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand

from bookings.availability.closing_actions import close_place
from bookings.availability.models import Closure
from bookings.catalog.models import MEETING_TYPE, Room, Site
from bookings.catalog.own_actions import change_place
from bookings.catalog.queries import in_order
from portal import clock

_WORDS = {
    "holidays_on": True,
    "house_rules_en": "Please leave the room as you found it.\nThe desk on the ground floor has your badge.",
    "house_rules_fr": "Merci de laisser la salle comme vous l’avez trouvée.\nVotre badge vous attend à l’accueil.",
}


class Command(BaseCommand):
    """Does nothing where anybody has closed anything already, so that it may run at each start."""

    help = "Gives one site of the demo holidays and house rules, and closes one of its rooms for a day."

    def handle(self, *args: Any, **options: Any) -> None:
        """The first site of France that has meeting rooms, and the last of these."""
        sites = in_order(Site.objects.filter(vanished_at=None, country="France", rooms__type=MEETING_TYPE).distinct())
        site = sites.first()
        if site is None or Closure.objects.exists():
            return
        now = clock.now()
        change_place(place=site, values=_WORDS)
        room = in_order(Room.objects.filter(site=site, type=MEETING_TYPE, vanished_at=None)).last()
        day = _weekday(now.astimezone(site.zone).date() + timedelta(days=7))
        close_place(
            site=site,
            room=room,
            first_day=day,
            from_time=None,
            last_day=day,
            until_time=None,
            reason_en="Painting work",
            reason_fr="Travaux de peinture",
            now=now,
        )


def _weekday(day: date) -> date:
    """The day itself, or the Monday after it."""
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0)
