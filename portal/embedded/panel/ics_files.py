"""The meetings of a room as iCalendar (RFC 5545), written and read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from django.db import transaction
from django.utils.translation import gettext as _

from portal.embedded import slots
from portal.embedded.ics import Event, calendar
from portal.embedded.ids import is_id, named_id
from portal.embedded.models import Meeting, MeetingCell, MeetingState, Room
from portal.embedded.panel.audit import Act, record
from portal.embedded.panel.plans import MOST_LINES, Effect, ImportOutdated, Line, Plan

AHEAD = timedelta(days=400)
_LONGEST = timedelta(days=31)
_MOST_SERIES = 100
_OUR_HOST = "@workways.com"
# A meeting every hour is no meeting; such rules are what makes reading a small file take for ever.
_TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}
# What the two libraries raise on a file that is broken somewhere inside.
_READING_ERRORS = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class _Occurrence:
    uid: str
    start: datetime
    end: datetime
    name: str
    description: str


def export_meetings(room: Room) -> bytes:
    """The confirmed meetings of a room, closures included, as the API's feed tells them."""
    kept = Meeting.objects.filter(room=room, state=MeetingState.CONFIRMED).order_by("start", "pk")
    return calendar(
        Event(f"{one.pk}{_OUR_HOST}", one.updated_at, one.start, one.end, one.name, room.shown_name, one.description)
        for one in kept
    )


def plan_meetings(content: bytes, room: Room, *, now: datetime) -> Plan:
    """What importing a calendar into a room would do: its occurrences from now on, 400 days ahead."""
    try:
        occurrences = _read(content, room.site.zone, now)
    except _Unreadable as error:
        return Plan(problem=str(error))
    if not occurrences:
        return Plan(problem=_("The calendar has no meeting in the next 400 days."))
    taken = _taken_cells(room, now)
    present = _present(room, {key for one in occurrences for key in _ids_of(room, one)})
    lines = (_line(number, one, room, present, taken) for number, one in enumerate(occurrences, start=1))
    return Plan(tuple(lines))


def import_meetings(*, room: Room, content: bytes, fingerprint: str, actor: str, now: datetime) -> Plan:
    """Books what the plan with this fingerprint told, all of it or nothing. Raises ImportOutdated."""
    with transaction.atomic():
        plan = plan_meetings(content, room, now=now)
        if not plan.is_right or plan.fingerprint != fingerprint:
            raise ImportOutdated
        for line in plan.lines:
            if line.effect == Effect.NEW:
                _book(room, line.work, now)
        name = f"{room.name}: {plan.counts['new']} new"
        record(actor=actor, act=Act.IMPORTED, now=now, kind="meeting", name=name)
    return plan


class _Unreadable(Exception):
    """Says in a sentence why a file can't be read."""


def _read(content: bytes, zone: ZoneInfo, now: datetime) -> list[_Occurrence]:
    """The occurrences that are over after `now`, by start. Raises _Unreadable."""
    try:
        parsed = icalendar.Calendar.from_ical(content)
        _refuse_excess(parsed)
        found = recurring_ical_events.of(parsed).between(now, now + AHEAD)
        occurrences = [_occurrence(one, zone) for one in found if _is_busy(one)]
    except _READING_ERRORS as error:
        raise _Unreadable(_("The file is no calendar that we can read. Choose an .ics file.")) from error
    if len(occurrences) > MOST_LINES:
        raise _Unreadable(_("The calendar has more than %(most)s meetings. Split it.") % {"most": MOST_LINES})
    return sorted(occurrences, key=lambda one: (one.start, one.end, one.uid))


def _refuse_excess(parsed: Any) -> None:
    events = parsed.walk("VEVENT")
    series = [event for event in events if "RRULE" in event]
    if len(events) > MOST_LINES or len(series) > _MOST_SERIES:
        raise _Unreadable(_("The calendar has more than %(most)s meetings. Split it.") % {"most": MOST_LINES})
    for event in series:
        rules = event["RRULE"] if isinstance(event["RRULE"], list) else [event["RRULE"]]
        if any(str(word).upper() in _TOO_OFTEN for rule in rules for word in rule.get("FREQ", ())):
            raise _Unreadable(_("A meeting in the calendar repeats within a day. We can't import that."))


def _is_busy(event: Any) -> bool:
    is_free = str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
    return not is_free and str(event.get("STATUS", "")).upper() != "CANCELLED"


def _occurrence(event: Any, zone: ZoneInfo) -> _Occurrence:
    start, end = event["DTSTART"].dt, event["DTEND"].dt
    return _Occurrence(
        uid=str(event.get("UID", ""))[:500],
        start=_instant(start, zone),
        end=_instant(end, zone),
        name=_clean(event.get("SUMMARY", ""))[:200],
        description=_clean(event.get("DESCRIPTION", ""))[:5000],
    )


def _instant(written: date | datetime, zone: ZoneInfo) -> datetime:
    """A day begins at midnight of the site, and a time without a zone is the site's."""
    moment = written if isinstance(written, datetime) else datetime.combine(written, time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _clean(text: Any) -> str:
    return str(text).replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _id_of(room: Room, one: _Occurrence) -> str:
    """The id that an occurrence gets, always the same, so that importing it again doesn't book it twice."""
    return named_id("ics", room.pk, one.uid, one.start.isoformat())


def _ids_of(room: Room, one: _Occurrence) -> set[str]:
    """The ids under which it may be here already: imported before, or exported from here."""
    own = one.uid.lower().removesuffix(_OUR_HOST)
    return {_id_of(room, one), *([own] if is_id(own) else [])}


def _present(room: Room, ids: set[str]) -> set[str]:
    wanted, found = sorted(ids), set[str]()
    for start in range(0, len(wanted), 500):
        here = Meeting.objects.filter(room=room, pk__in=wanted[start : start + 500])
        found.update(here.values_list("pk", flat=True))
    return found


def _taken_cells(room: Room, now: datetime) -> dict[int, str]:
    """Who has which five minutes; a pending meeting that lapsed has none any more."""
    window = slots.cells(now, now + AHEAD + _LONGEST)
    kept = MeetingCell.objects.filter(room=room, cell__gte=window.start, cell__lt=window.stop)
    kept = kept.exclude(meeting__state=MeetingState.PENDING, meeting__lapses_at__lte=now)
    return dict(kept.values_list("cell", "meeting__name"))


def _line(number: int, one: _Occurrence, room: Room, present: set[str], taken: dict[int, str]) -> Line:
    local, local_end = one.start.astimezone(room.site.zone), one.end.astimezone(room.site.zone)
    shown = f"{local:%Y-%m-%d %H:%M}–{local_end:%Y-%m-%d %H:%M} {one.name}".strip()
    if present & _ids_of(room, one):
        return Line(number, shown, Effect.SAME)
    problem = _problem(one, taken)
    if problem:
        return Line(number, shown, Effect.WRONG, problems=(problem,))
    taken.update(dict.fromkeys(slots.cells(one.start, one.end), one.name))
    return Line(number, shown, Effect.NEW, work=one)


def _problem(one: _Occurrence, taken: dict[int, str]) -> str:
    if not timedelta(0) < one.end - one.start <= _LONGEST:
        return _("It must end after it starts and last 31 days at most.")
    in_the_way = _first(taken[cell] for cell in slots.cells(one.start, one.end) if cell in taken)
    if in_the_way is not None:
        return _("The room is not free then: “%(name)s” has a part of the time.") % {"name": in_the_way}
    return ""


def _first(names: Iterable[str]) -> str | None:
    return next(iter(names), None)


def _book(room: Room, one: _Occurrence, now: datetime) -> None:
    meeting = Meeting.objects.create(
        id=_id_of(room, one),
        room=room,
        state=MeetingState.CONFIRMED,
        start=one.start,
        end=one.end,
        name=one.name,
        description=one.description,
        created_at=now,
        updated_at=now,
    )
    try:
        slots.take(meeting, now=now)
    except slots.SlotTaken as error:
        raise ImportOutdated from error
