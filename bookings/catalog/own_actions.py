"""Keeps what the operator says of sites and rooms; the only writer of those columns, but for closures."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Manager

from bookings.catalog.models import Room, Site
from bookings.catalog.pictures import keep_upload
from bookings.catalog.queries import in_order

Place = Site | Room
# What changed: the column's name to its old and its new value.
Changes = dict[str, tuple[Any, Any]]

_PICTURE = ("own_picture", "own_picture_width", "own_picture_height")


@transaction.atomic
def change_place(*, place: Place, values: Mapping[str, Any]) -> Changes:
    """Sets columns of ours to new values and returns those that were others before; `place` is as it stands then.

    Compared with the row as it stands now, not with what a page showed a while ago.
    """
    rows: Manager[Any] = type(place)._default_manager
    kept = rows.select_for_update().get(pk=place.pk)
    changes = {name: (getattr(kept, name), value) for name, value in values.items() if getattr(kept, name) != value}
    if changes:
        rows.filter(pk=place.pk).update(**{name: new for name, (_, new) in changes.items()})
    for name, value in values.items():
        setattr(place, name, value)
    return changes


def set_picture(*, place: Place, content: bytes) -> Changes:
    """Keeps an uploaded picture in place of the upstream's. Raises PictureRefused."""
    return change_place(place=place, values=dict(zip(_PICTURE, keep_upload(content), strict=True)))


def drop_picture(*, place: Place) -> Changes:
    """Goes back to the upstream's picture, if it has one; the file goes when no page can ask for it any more."""
    return change_place(place=place, values=dict(zip(_PICTURE, ("", None, None), strict=True)))


@transaction.atomic
def move_place(*, place: Place, is_up: bool) -> bool:
    """Moves a site among those of its country, or a room among those of its site, by one; false where it can't go on.

    All of them get a number then, so that the order stays as it is seen when names change.
    """
    rows = _neighbors(place)
    at = next(index for index, row in enumerate(rows) if row.pk == place.pk)
    to = at - 1 if is_up else at + 1
    if not 0 <= to < len(rows):
        return False
    rows[at], rows[to] = rows[to], rows[at]
    for number, row in enumerate(rows, 1):
        row.position = number
    manager: Manager[Any] = type(place)._default_manager
    manager.bulk_update(rows, ["position"], batch_size=100)
    return True


def _neighbors(place: Place) -> list[Any]:
    """What stands in the same list, in order, the place itself included; hidden ones keep their position."""
    if isinstance(place, Room):
        rooms = Room.objects.filter(vanished_at=None, site=place.site_id)
        return list(in_order(rooms.select_for_update()))
    sites = Site.objects.filter(vanished_at=None, country=place.country)
    return list(in_order(sites.select_for_update()))
