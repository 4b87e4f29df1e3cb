"""Keeping sites, rooms, rates and pictures."""

from datetime import datetime
from typing import Any

from django.db import models, transaction

from portal.embedded import uploads
from portal.embedded.ids import new_id
from portal.embedded.models import Closure, Organization, Rate, Room, Site, User
from portal.embedded.panel.audit import Act, record
from portal.embedded.panel.calendar_actions import close_room
from portal.embedded.panel.place_forms import RateForm, RoomForm, SiteForm

# What can be put away and fetched back, by the word that stands in addresses.
ARCHIVABLE: dict[str, type[models.Model]] = {
    "sites": Site,
    "rooms": Room,
    "rates": Rate,
    "organizations": Organization,
    "users": User,
}


@transaction.atomic
def save_place(*, form: SiteForm | RateForm, actor: str, now: datetime) -> Site | Rate:
    """Keeps what a valid form of a site or rate says."""
    is_new = form.instance._state.adding
    saved: Site | Rate = form.save()
    _record_save(saved, form.changed_data, is_new=is_new, actor=actor, now=now)
    return saved


@transaction.atomic
def save_room(*, form: RoomForm, actor: str, now: datetime) -> Room:
    """Keeps what a valid form of a room says. A new one gets a drawing for a picture, and the closures of its site."""
    is_new = form.instance._state.adding
    room = form.save(commit=False)
    if is_new:
        room.image_id = new_id()
        room.picture_seed = int(room.pk[:6], 16)
    room.save()
    if is_new:
        for closure in Closure.objects.filter(site=room.site, room=None, lifted_at=None, end__gt=now):
            close_room(closure=closure, room=room, now=now)
    _record_save(room, form.changed_data, is_new=is_new, actor=actor, now=now)
    return room


@transaction.atomic
def set_picture(*, room: Room, content: bytes, actor: str, now: datetime) -> None:
    """Keeps an uploaded picture. Its address is a new one, because the picture of an address never changes.

    Raises PictureRefused.
    """
    room.picture_digest = uploads.keep(content)
    room.image_id = new_id()
    room.save(update_fields=["picture_digest", "image_id"])
    record(actor=actor, act=Act.PICTURE_SET, thing=room, now=now)


@transaction.atomic
def drop_picture(*, room: Room, actor: str, now: datetime) -> None:
    """Goes back to the drawing. The file stays, because the record of its room may be asked for."""
    room.picture_digest = ""
    room.image_id = new_id()
    room.save(update_fields=["picture_digest", "image_id"])
    record(actor=actor, act=Act.PICTURE_DROPPED, thing=room, now=now)


@transaction.atomic
def set_archived(*, thing: models.Model, is_archived: bool, actor: str, now: datetime) -> bool:
    """Puts a thing away or fetches it back; false when it was so already. What belongs to it stays as it is."""
    rows = type(thing)._default_manager.filter(pk=thing.pk, is_archived=not is_archived)
    if rows.update(is_archived=is_archived) != 1:
        return False
    act = Act.ARCHIVED if is_archived else Act.RESTORED
    record(actor=actor, act=act, thing=thing, now=now)
    return True


def _record_save(thing: models.Model, changed: list[str], *, is_new: bool, actor: str, now: datetime) -> None:
    details: dict[str, Any] = {} if is_new else {"fields": changed}
    if is_new or changed:
        record(actor=actor, act=Act.CREATED if is_new else Act.CHANGED, thing=thing, now=now, **details)
