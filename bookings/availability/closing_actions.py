"""Makes and removes closures, and keeps each place's copy of its own.

The copy (`closings` of sites and rooms) is how every page, search and rule learns of closures without asking for them.
It is written in the transaction of the change and makes the database draw a new stamp for the catalog, so no process
goes on with an older one.
"""

import datetime as dt

from django.db import transaction

from bookings.availability.models import Closure
from bookings.availability.places import closures_as_text
from bookings.catalog.models import Room, Site


@transaction.atomic
def close_place(
    *,
    site: Site,
    room: Room | None,
    first_day: dt.date,
    from_time: dt.time | None,
    last_day: dt.date,
    until_time: dt.time | None,
    reason_en: str,
    reason_fr: str,
    now: dt.datetime,
) -> Closure:
    """Closes a site, or one room of it, for a while; meetings that were booked stay booked."""
    _lock(site.pk)
    closure = Closure.objects.create(
        site=site,
        room=room,
        first_day=first_day,
        from_time=from_time,
        last_day=last_day,
        until_time=until_time,
        reason_en=reason_en,
        reason_fr=reason_fr,
        created_at=now,
    )
    _copy(site.pk, closure.room_id)
    return closure


@transaction.atomic
def reopen_place(*, closure: Closure) -> None:
    """Takes a closure back."""
    _lock(closure.site_id)
    Closure.objects.filter(pk=closure.pk).delete()
    _copy(closure.site_id, closure.room_id)


def _lock(site_id: int) -> None:
    Site.objects.select_for_update().get(pk=site_id)


def _copy(site_id: int, room_id: int | None) -> None:
    text = closures_as_text(Closure.objects.filter(site=site_id, room=room_id).order_by("first_day", "pk"))
    if room_id is None:
        Site.objects.filter(pk=site_id).update(closings=text)
    else:
        Room.objects.filter(pk=room_id).update(closings=text)
