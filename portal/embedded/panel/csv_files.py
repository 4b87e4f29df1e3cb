"""Rooms and users as CSV: written for spreadsheets, and read back line by line through the panel's own forms."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from portal.embedded.ids import is_id
from portal.embedded.models import Organization, Room, Site, User
from portal.embedded.panel.audit import Act, record
from portal.embedded.panel.fields import written_euro
from portal.embedded.panel.people_actions import save_user
from portal.embedded.panel.people_forms import UserForm
from portal.embedded.panel.place_actions import save_room, set_archived
from portal.embedded.panel.place_forms import RoomForm
from portal.embedded.panel.plans import MOST_LINES, Change, Effect, ImportOutdated, Line, Plan

if TYPE_CHECKING:
    AnyForm = forms.BaseModelForm[Any]
else:
    # Only the checker knows what kind of row a form is for.
    AnyForm = forms.BaseModelForm

# A cell that begins with one of these is a formula to a spreadsheet; an apostrophe in front makes it a text again.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_YES, _NO = "yes", "no"
_ROOM_COLUMNS = {
    "site": "site",
    **{
        name: name
        for name in (
            *("name", "public_name", "type", "default_state", "actual_state", "surface", "description"),
            *("min_person", "max_person", "nb_seat", "configuration", "other_configuration"),
            *("min_minutes", "max_minutes", "step_minutes", "slot_week", "slot_saturday", "slot_sunday"),
        )
    },
    "price_per_hour": "hour_minor",
    "price_per_half_day": "half_day_minor",
    "price_per_day": "day_minor",
    "price_per_month": "price_per_month",
}
_USER_COLUMNS = {
    name: name
    for name in (
        *("email", "first_name", "last_name", "phone", "language", "role", "organization"),
        *("daily_quota", "monthly_quota", "is_api_disabled"),
    )
}


def export_rooms() -> bytes:
    """All rooms, archived ones as well. `site_name` is for people and isn't read back."""
    head = ["id", "site_name", *_ROOM_COLUMNS, "archived"]
    rooms = Room.objects.select_related("site").order_by("site__name", "name", "pk")
    return _written(head, ({**_cells(room, _ROOM_COLUMNS), "site_name": room.site.name} for room in rooms))


def export_users() -> bytes:
    """All users, archived ones as well. `organization_name` is for people and isn't read back."""
    head = ["id", *_USER_COLUMNS, "organization_name", "archived"]
    users = User.objects.select_related("organization").order_by("email")
    return _written(
        head,
        (
            {**_cells(user, _USER_COLUMNS), "organization_name": user.organization.name if user.organization else ""}
            for user in users
        ),
    )


def plan_rooms(content: bytes) -> Plan:
    """What importing a file of rooms would do. A row with an id changes that room, one without makes a new one."""
    sites = {site.name: site.pk for site in Site.objects.filter(is_archived=False)}

    def form_of(row: dict[str, str], room: Room | None) -> Any:
        row["site"] = sites.get(row.get("site", ""), row.get("site", ""))
        return RoomForm(_data(RoomForm(instance=room), row, _ROOM_COLUMNS), instance=room)

    return _plan(content, columns={*_ROOM_COLUMNS, "site_name"}, model=Room, keys=("id",), form_of=form_of)


def plan_users(content: bytes, *, by_admin: bool) -> Plan:
    """What importing a file of users would do. A row with the id or the address of a user changes that user.

    Only an admin makes developers.
    """
    organizations = {one.name: one.pk for one in Organization.objects.filter(is_archived=False)}

    def form_of(row: dict[str, str], user: User | None) -> Any:
        written = row.get("organization", "")
        row.update({"email": row["email"].lower()} if "email" in row else {})
        if written:
            row["organization"] = organizations.get(written, written)
        present = UserForm(instance=user, by_admin=by_admin)
        return UserForm(_data(present, row, _USER_COLUMNS), instance=user, by_admin=by_admin)

    columns = {*_USER_COLUMNS, "organization_name"}
    return _plan(content, columns=columns, model=User, keys=("id", "email"), form_of=form_of)


def plan_of(kind: str, content: bytes, *, by_admin: bool) -> Plan:
    """What importing a file of this kind would do: rooms or users."""
    return plan_rooms(content) if kind == "rooms" else plan_users(content, by_admin=by_admin)


def import_rows(*, kind: str, content: bytes, fingerprint: str, actor: str, by_admin: bool, now: datetime) -> Plan:
    """Does what the plan with this fingerprint told, all of it or nothing. Raises ImportOutdated."""
    save = {"rooms": save_room, "users": save_user}[kind]
    try:
        with transaction.atomic():
            plan = plan_of(kind, content, by_admin=by_admin)
            if not plan.is_right or plan.fingerprint != fingerprint:
                raise ImportOutdated
            for line in plan.lines:
                if line.effect != Effect.SAME:
                    form, is_archived = line.work
                    saved = save(form=form, actor=actor, now=now)  # type: ignore[operator]  # each form fits its save
                    if is_archived is not None:
                        set_archived(thing=saved, is_archived=is_archived, actor=actor, now=now)
            name = f"{plan.counts['new']} new, {plan.counts['change']} changed"
            record(actor=actor, act=Act.IMPORTED, now=now, kind=kind, name=name)
    except IntegrityError as error:
        # Somebody made the same row in the same moment; the next plan will tell it.
        raise ImportOutdated from error
    return plan


def _written(head: list[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_guarded(row[name]) for name in head])
    # Spreadsheets know UTF-8 by this mark.
    return stream.getvalue().encode("utf-8-sig")


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell


def _cells(row: Any, columns: Mapping[str, str]) -> dict[str, str]:
    """A row's values as people write them."""
    cells = {"id": row.pk, "archived": _YES if row.is_archived else _NO}
    for column, name in columns.items():
        field = row._meta.get_field(name)
        cells[column] = _text(name, getattr(row, field.attname))
    return cells


def _text(name: str, value: Any) -> str:
    if name.endswith("_minor"):
        return written_euro(value or None)
    if isinstance(value, bool):
        return _YES if value else _NO
    return "" if value is None else str(value)


def _data(form: AnyForm, row: Mapping[str, str], columns: Mapping[str, str]) -> dict[str, Any]:
    """What a form would be sent: the thing as it is, with the cells of the row in place; a missing column changes
    nothing.
    """
    data: dict[str, Any] = {}
    for name, field in form.fields.items():
        kept = field.prepare_value(form.get_initial_for_field(field, name))
        data[name] = "" if kept is None else kept
    for column, name in columns.items():
        if column in row and name in form.fields:
            is_box = isinstance(form.fields[name], forms.BooleanField)
            data[name] = row[column].casefold() in (_YES, "true", "1") if is_box else row[column]
    return data


def _plan(
    content: bytes,
    *,
    columns: set[str],
    model: type[Any],
    keys: tuple[str, ...],
    form_of: Callable[[dict[str, str], Any], AnyForm],
) -> Plan:
    try:
        rows = _rows(content, {*columns, "id", "archived"})
    except ValueError as error:
        return Plan(problem=str(error))
    found = {key: _found(model, key, rows) for key in keys}
    seen: set[str] = set()
    lines = []
    for number, row in rows:
        thing = next((found[key][row[key].lower()] for key in keys if row.get(key, "").lower() in found[key]), None)
        lines.append(_line(number, row, thing, form_of, seen))
    return Plan(tuple(lines))


def _rows(content: bytes, known: set[str]) -> list[tuple[int, dict[str, str]]]:
    """The rows with their line numbers. Raises ValueError with a sentence."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(_("The file is not in UTF-8. Save it as “CSV UTF-8” and choose it again.")) from error
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        head = [name.strip().lower() for name in next(reader, [])]
        if unknown := sorted(set(head) - known):
            sentence = _("We don't know these columns: %(columns)s. Export a file to see the names.")
            raise ValueError(sentence % {"columns": ", ".join(unknown)[:300]})
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, {k: _unguarded(v.strip()) for k, v in zip(head, cells, strict=False)}))
            if len(rows) > MOST_LINES:
                raise ValueError(_("The file has more than %(most)s lines. Split it.") % {"most": MOST_LINES})
    except csv.Error as error:
        raise ValueError(_("The file is no CSV that we can read. Export one to see what it looks like.")) from error
    if not rows:
        raise ValueError(_("There is nothing in the file but its first line."))
    return rows


def _found(model: type[Any], key: str, rows: list[tuple[int, dict[str, str]]]) -> dict[str, Any]:
    wanted = {row[key].lower() for _number, row in rows if row.get(key)}
    if key == "id":
        wanted = {text for text in wanted if is_id(text)}
    name = "pk" if key == "id" else key
    things: dict[str, Any] = {}
    for some in _in_batches(sorted(wanted)):
        for thing in model._default_manager.filter(**{f"{name}__in": some}):
            things[str(getattr(thing, name))] = thing
    return things


def _in_batches(texts: list[str]) -> Iterable[list[str]]:
    return (texts[start : start + 500] for start in range(0, len(texts), 500))


def _line(
    number: int,
    row: dict[str, str],
    thing: models.Model | None,
    form_of: Callable[[dict[str, str], Any], AnyForm],
    seen: set[str],
) -> Line:
    shown = row.get("name") or row.get("email") or row.get("id", "")
    if row.get("id") and thing is None:
        return Line(number, shown, Effect.WRONG, problems=(_("There is nothing with this id."),))
    key = str(thing.pk) if thing is not None else row.get("email", "").lower()
    if key and key in seen:
        return Line(number, shown, Effect.WRONG, problems=(_("An earlier line of the file speaks of the same."),))
    seen.add(key)
    was_archived = bool(getattr(thing, "is_archived", False))
    is_archived = {_YES: True, _NO: False}.get(row.get("archived", "").casefold(), was_archived)
    form = form_of(row, thing)
    problems = tuple(_told(form, name, errors) for name, errors in form.errors.items())
    if problems:
        return Line(number, shown, Effect.WRONG, problems=problems)
    changes = _changes(form)
    if is_archived != was_archived:
        changes = (*changes, Change(_("Archived"), _YES if was_archived else _NO, _YES if is_archived else _NO))
    work = (form, is_archived if is_archived != was_archived else None)
    if thing is None:
        return Line(number, shown, Effect.NEW, work=work)
    return Line(number, shown, Effect.CHANGE if changes else Effect.SAME, changes, work=work)


def _told(form: AnyForm, name: str, errors: Iterable[Any]) -> str:
    sentence = " ".join(str(error) for error in errors)
    return f"{form.fields[name].label}: {sentence}" if name in form.fields else sentence


def _changes(form: AnyForm) -> tuple[Change, ...]:
    changes = []
    for name in form.changed_data:
        before = form.fields[name].prepare_value(form.get_initial_for_field(form.fields[name], name))
        after = form.data[name]
        changes.append(Change(str(form.fields[name].label), _plain(before), _plain(after)))
    return tuple(changes)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _YES if value else _NO
    return "" if value is None else str(value)
